"""Cases and the articles they are."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from yingzao.activities.enums import FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.articles.models import Article
from yingzao.cases.enums import ShareState
from yingzao.cases.models import Case, CaseReading
from yingzao.cases.queries.library import shown_to
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes, programmes_organised_by


def reading_of(activity: Activity) -> CaseReading | None:
    return CaseReading.objects.filter(activity=activity).select_related("article").first()


def reflections_of(enrolment: Enrolment, activity: Activity) -> QuerySet[Evidence]:
    """What the learner wrote, oldest first."""
    return (
        Evidence.objects.filter(
            enrolment=enrolment, activity=activity, fact=FactKind.REFLECTED, withdrawn_at=None
        )
        .select_related("share")
        .prefetch_related("answers__by")
        .order_by("happened_at")
    )


def readable_reflections(person: Visitor) -> QuerySet[Evidence]:
    """Reflections that stand, of the programmes whose desk the person reads and of the learners whom the person mentors."""
    if not is_signed_in(person):
        return Evidence.objects.none()
    mine = Q(activity__programme__in=desk_programmes(person)) | Q(enrolment__in=learners_mentored_by(person))
    return (
        Evidence.objects.filter(mine, fact=FactKind.REFLECTED, withdrawn_at=None)
        .select_related("activity__programme", "enrolment__community", "enrolment__team__mentor", "share")
        .order_by("-happened_at", "-pk")
    )


def may_answer(person: Visitor, reflection: Evidence) -> bool:
    """Organisers of its programme, and the learner's mentor."""
    return (
        programmes_organised_by(person).filter(pk=reflection.activity.programme_id).exists()
        or learners_mentored_by(person).filter(pk=reflection.enrolment_id).exists()
    )


def unanswered(reflections: QuerySet[Evidence]) -> QuerySet[Evidence]:
    return reflections.filter(answers=None)


def shown_reflections(activity: Activity) -> QuerySet[Evidence]:
    """Those that their writers agreed to show to everybody who learns in the programme, the newest first."""
    return (
        Evidence.objects.filter(
            activity=activity, fact=FactKind.REFLECTED, withdrawn_at=None, share__state=ShareState.AGREED
        )
        .select_related("enrolment__community")
        .order_by("-happened_at", "-pk")
    )


def reads_case_of(person: Visitor, article: Article) -> bool:
    """Whether the article is a case of a programme in which the person learns, or whose desk the person reads, or stands in
    a library that the person may look into."""
    if not is_signed_in(person):
        return False
    if shown_to(person).filter(article=article).exists():
        return True
    programmes = CaseReading.objects.filter(article=article).values("activity__programme")
    learns = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE, programme__in=programmes)
    desks = desk_programmes(person)
    if learns.exists() or desks.filter(pk__in=programmes).exists():
        return True
    is_shelved = Case.objects.filter(article=article).exists()
    return is_shelved and desks.filter(organisation=article.organisation_id).exists()
