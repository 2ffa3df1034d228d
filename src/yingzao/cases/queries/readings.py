"""Cases and the articles they are."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import Q, QuerySet

from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.activities.queries import activities_for_person
from yingzao.articles.models import Article
from yingzao.cases.enums import ShareState, TagKind
from yingzao.cases.models import Case, CaseReading, CaseTag
from yingzao.cases.queries.library import methods_of, shown_to
from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes, programmes_organised_by

METHODS_OFFERED = 8
ANNOUNCED_WITHIN = dt.timedelta(days=1)  # of its time: what is older is known by now


def reading_of(activity: Activity) -> CaseReading | None:
    return CaseReading.objects.filter(activity=activity).select_related("article").first()


def out_by(now: dt.datetime) -> Q:
    """Cases that have reached the learners, as `rules.is_out` says."""
    return Q(starts_at=None) | Q(starts_at__lte=now)


def newly_out(now: dt.datetime) -> QuerySet[Activity]:
    """Cases that are out, that stand on the plan, have an article and may still be read in time; and whose time came within the
    last day, or whose plan was changed within it: they may be for others now, or out sooner."""
    since = now - ANNOUNCED_WITHIN
    is_out = out_by(now)
    return (
        Activity.objects.filter(
            is_out,
            Q(starts_at__gt=since) | Q(revision__gt=0, revised_at__gt=since),
            case_reading__article__isnull=False,
            is_published=True,
            programme__ends_on__gte=clock.local_date(now),
        )
        .exclude(state=ActivityState.CANCELLED)
        .exclude(due_at__lt=now)
        .select_related("programme__organisation")
    )


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


def methods_offered(activity: Activity, article: Article | None) -> list[str]:
    """Methods to tag a reflection with: the case's own first, then those that the library's cases have most often."""
    own = (
        CaseTag.objects.filter(case__article=article, kind=TagKind.METHOD)
        if article
        else CaseTag.objects.none()
    )
    common = (method for method, _count in methods_of(activity.programme.organisation))
    return list(dict.fromkeys([*own.order_by("pk").values_list("value", flat=True), *common]))[
        :METHODS_OFFERED
    ]


def methods_taken(reflections: QuerySet[Evidence]) -> list[tuple[str, int]]:
    """Methods that reflections are tagged with and how many learners took each along, the commonest first."""
    rows = reflections.order_by("pk").values_list("enrolment", "detail__methods")
    pairs = dict.fromkeys((learner, method) for learner, methods in rows for method in methods or ())
    return Counter(method for _learner, method in pairs).most_common()


def reflections_on(activity: Activity, person: Visitor, method: str = "") -> QuerySet[Evidence]:
    """Those on a case that the person may read; with a method, those that are tagged with it."""
    rows = readable_reflections(person).filter(activity=activity)
    if not method:
        return rows
    tagged = rows.values_list("pk", "detail__methods")
    return rows.filter(pk__in=[pk for pk, methods in tagged if method in (methods or ())])


def reads_case_of(person: Visitor, article: Article) -> bool:
    """Whether the article is a case that has reached the person as a learner, or of a programme whose desk the person
    reads, or stands in a library that the person may look into."""
    if not is_signed_in(person):
        return False
    if shown_to(person).filter(article=article).exists():
        return True
    readings = CaseReading.objects.filter(article=article)
    mine = activities_for_person(person).filter(out_by(clock.now()))
    if readings.filter(activity__in=mine).exists():
        return True
    desks = desk_programmes(person)
    if desks.filter(pk__in=readings.values("activity__programme")).exists():
        return True
    is_shelved = Case.objects.filter(article=article).exists()
    return is_shelved and desks.filter(organisation=article.organisation_id).exists()
