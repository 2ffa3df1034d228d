"""Finding cases in the library: by words, by what they are about, by what is like them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import overload

from django.db import connection, models
from django.db.models import Count, Q, QuerySet, Value

from yingzao.activities.enums import ActivityState, Audience
from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners
from yingzao.cases.enums import TagKind
from yingzao.cases.models import Case, CaseReading, CaseTag
from yingzao.cases.queries.index import Scope, Wanted, count_up_to, having, looked_up, newest, ranked
from yingzao.core import clock
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment, Team
from yingzao.enrolment.queries import active_enrolments
from yingzao.people.models import Organisation, Person, Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.models import Programme
from yingzao.programmes.queries import desk_programmes

MOST_COUNTED = 10_000
RELATED = 4


def library_of(organisation: Organisation) -> QuerySet[Case]:
    return Case.objects.filter(organisation=organisation).select_related("article", "community")


def shown_to(person: Visitor) -> QuerySet[Case]:
    """The cases that learners find: shown ones, of the organisations in whose programmes the person learns; but those that
    reach a programme of the person's at an hour to come."""
    if not is_signed_in(person):
        return Case.objects.none()
    learns = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE)
    found = Case.objects.filter(is_shown=True, organisation__in=learns.values("organisation"))
    return found.exclude(pk__in=_scheduled(learns)).select_related("article", "community")


def scheduled_for(person: Person) -> tuple[int, ...]:
    """Primary keys of the cases that reach a programme of the person's at an hour to come. One query."""
    return tuple(_scheduled(Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE)))


def _scheduled(learns: QuerySet[Enrolment]) -> QuerySet:
    activities = Activity.objects.filter(
        programme__in=learns.values("programme"), is_published=True, starts_at__gt=clock.now()
    ).exclude(state=ActivityState.CANCELLED)
    return Case.objects.filter(article__readings__activity__in=activities).values_list("pk", flat=True)


def library_read_by(person: Person, programme_code: str) -> QuerySet[Case]:
    """The library as a desk of the programme reads it."""
    programmes = desk_programmes(person).filter(code=programme_code)
    return Case.objects.filter(organisation__in=programmes.values("organisation")).select_related(
        "article", "community"
    )


def within(scope: Scope) -> QuerySet[Case]:
    cases = Case.objects.filter(organisation__in=scope.organisations)
    return cases.filter(is_shown=True).exclude(pk__in=scope.without) if scope.shown_only else cases


class Found(Sequence[Case]):
    """Cases in the order in which they are shown, read page by page. Beyond MOST_COUNTED nobody counted on (`is_many`), and
    the length is that."""

    def __init__(self, cases: QuerySet[Case], count: int, page: Callable[[int, int], list[int]]) -> None:
        """`page` gives the primary keys of as many from a place on."""
        self._cases, self._page = cases, page
        self.is_many = count > MOST_COUNTED
        self._length = min(count, MOST_COUNTED)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, wanted: int) -> Case: ...

    @overload
    def __getitem__(self, wanted: slice) -> list[Case]: ...

    def __getitem__(self, wanted: int | slice) -> Case | list[Case]:
        """First which they are, then all about these few: what is sorted stays narrow."""
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _step = wanted.indices(self._length)
        chosen = self._page(start, max(stop - start, 0))
        rows = self._cases.select_related("article", "community").defer(
            "article__html", "article__text", "article__source", "article__front_matter"
        )
        known = rows.in_bulk(chosen)
        return [known[pk] for pk in chosen if pk in known]


def find(scope: Scope, wanted: Wanted) -> Found:
    """Those whose title says the question first, then the newest; beyond MOST_COUNTED the newest alone. A question without
    a single word finds nothing."""
    cases = within(scope)
    if not wanted.question:
        return _ordered(cases, _filtered(cases, wanted), "")
    if not wanted.words or not scope.organisations:
        return Found(cases, 0, lambda _skip, _take: [])
    if connection.vendor == "postgresql":
        query = looked_up(scope, wanted)
        count = count_up_to(query, MOST_COUNTED + 1)
        if count > MOST_COUNTED:
            return Found(cases, count, partial(newest, query))
        return Found(cases, count, partial(ranked, query, wanted.question))
    return _ordered(cases, _filtered(cases, wanted).filter(pk__in=having(wanted.words)), wanted.question)


def _filtered(cases: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    if wanted.kind:
        cases = cases.filter(community_kind=wanted.kind)
    for kind, value in ((TagKind.FACET, wanted.facet), (TagKind.METHOD, wanted.method)):
        if value:
            tagged = CaseTag.objects.filter(kind=kind, value=value)
            cases = cases.filter(pk__in=tagged.values("case"))
    return cases


def _ordered(cases: QuerySet[Case], found: QuerySet[Case], said: str) -> Found:
    found = found.order_by()
    count = found[: MOST_COUNTED + 1].count()
    if not said or count > MOST_COUNTED:
        ordered = found.order_by("-pk")
    else:
        in_title = models.Case(models.When(words__title__contains=said, then=Value(1)), default=Value(0))
        ordered = found.order_by(in_title.desc(), "-pk")
    pks = ordered.values_list("pk", flat=True)
    return Found(cases, count, lambda skip, take: list(pks[skip : skip + take]))


def methods_of(organisation: Organisation) -> list[tuple[str, int]]:
    """Methods in use and how many cases have each, the commonest first."""
    tags = CaseTag.objects.filter(organisation=organisation, kind=TagKind.METHOD).order_by()
    return list(
        tags.values("value").annotate(n=Count("pk")).order_by("-n", "value").values_list("value", "n")
    )


def tags_of(cases: Iterable[Case]) -> dict[int, dict[str, list[str]]]:
    """Case's primary key → kind of tag → values. One query."""
    found: dict[int, dict[str, list[str]]] = {}
    for tag in CaseTag.objects.filter(case__in=[case.pk for case in cases]).order_by("pk"):
        found.setdefault(tag.case_id, {}).setdefault(tag.kind, []).append(tag.value)
    return found


def related_to(case: Case, among: QuerySet[Case]) -> list[Case]:
    """Those that share the most of tags, community and kind of community with it, the newest first among equals."""
    own = CaseTag.objects.filter(case=case)
    same = Q()
    for kind, value in own.values_list("kind", "value"):
        same |= Q(tags__kind=kind, tags__value=value)
    if not same:
        return []
    shared = among.exclude(pk=case.pk).annotate(shared=Count("tags", filter=same)).filter(shared__gt=0)
    return list(shared.order_by("-shared", "-pk")[:RELATED])


def pushed(case: Case) -> QuerySet[CaseReading]:
    """Where the case was given to learners to read, the newest first."""
    return (
        CaseReading.objects.filter(article=case.article_id)
        .select_related("activity__programme")
        .order_by("-activity__programme__starts_on", "-activity__pk")
    )


def is_for_all(case: Case, programme: Programme) -> bool:
    """Whether everybody in the programme has the case."""
    readings = pushed(case).filter(activity__programme=programme, activity__audience=Audience.COHORT)
    return readings.exclude(activity__state=ActivityState.CANCELLED).exists()


def who_has_it(case: Case, programme: Programme, targets: Sequence[Team | Enrolment]) -> list[Enrolment]:
    """Those among the targets (none: among all active learners) who have the case by an earlier push, by number."""
    learners = active_enrolments(programme)
    if targets:
        teams = [target.pk for target in targets if isinstance(target, Team)]
        named = [target.pk for target in targets if isinstance(target, Enrolment)]
        learners = learners.filter(Q(team__in=teams) | Q(pk__in=named))
    readings = pushed(case).filter(activity__programme=programme)
    earlier = [r.activity for r in readings.exclude(activity__state=ActivityState.CANCELLED)]
    has_it = Q(pk__in=[])
    for activity in earlier:
        has_it |= Q(pk__in=asked_learners(activity).values("pk"))
    return list(learners.filter(has_it))
