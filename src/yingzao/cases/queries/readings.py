"""Cases and the articles they are."""

from __future__ import annotations

from django.db.models import QuerySet

from yingzao.activities.enums import FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.articles.models import Article
from yingzao.cases.models import CaseReading
from yingzao.cases.queries.library import shown_to
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes


def reading_of(activity: Activity) -> CaseReading | None:
    return CaseReading.objects.filter(activity=activity).select_related("article").first()


def reflections_of(enrolment: Enrolment, activity: Activity) -> QuerySet[Evidence]:
    """What the learner wrote, oldest first."""
    return Evidence.objects.filter(
        enrolment=enrolment, activity=activity, fact=FactKind.REFLECTED, withdrawn_at=None
    ).order_by("happened_at")


def reads_case_of(person: Visitor, article: Article) -> bool:
    """Whether the article is a case of a programme in which the person learns, or whose desk the person reads, or stands in
    a library that the person may look into."""
    if not is_signed_in(person):
        return False
    if shown_to(person).filter(article=article).exists():
        return True
    programmes = CaseReading.objects.filter(article=article).values("activity__programme")
    learns = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE, programme__in=programmes)
    return learns.exists() or desk_programmes(person).filter(pk__in=programmes).exists()
