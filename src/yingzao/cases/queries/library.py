"""Finding cases in the library: by words, by what they are about, by what is like them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import overload

from django.db import models
from django.db.models import Count, Q, QuerySet, Value

from yingzao.cases.enums import TagKind
from yingzao.cases.models import Case, CaseReading, CaseTag
from yingzao.cases.queries.index import having
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Organisation, Person, Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.queries import desk_programmes

MOST_COUNTED = 10_000
RELATED = 4


def library_of(organisation: Organisation) -> QuerySet[Case]:
    return Case.objects.filter(organisation=organisation).select_related("article", "community")


def shown_to(person: Visitor) -> QuerySet[Case]:
    """The cases that learners find: shown ones, of the organisations in whose programmes the person learns."""
    if not is_signed_in(person):
        return Case.objects.none()
    learns = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE)
    return Case.objects.filter(is_shown=True, organisation__in=learns.values("organisation")).select_related(
        "article", "community"
    )


def library_read_by(person: Person, programme_code: str) -> QuerySet[Case]:
    """The library as a desk of the programme reads it."""
    programmes = desk_programmes(person).filter(code=programme_code)
    return Case.objects.filter(organisation__in=programmes.values("organisation")).select_related(
        "article", "community"
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty is not asked. `words` are those of the question, all of which have to be there."""

    question: str = ""
    words: tuple[str, ...] = ()
    kind: str = ""
    facet: str = ""
    method: str = ""


class Found(Sequence[Case]):
    """Cases in the order in which they are shown, read page by page. Beyond MOST_COUNTED nobody counted on (`is_many`), and
    the length is that."""

    def __init__(self, ordered: QuerySet[Case], count: int) -> None:
        self._ordered = ordered
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
        chosen = list(self._ordered.values_list("pk", flat=True)[wanted])
        rows = Case.objects.select_related("article", "community").defer(
            "article__html", "article__text", "article__source", "article__front_matter"
        )
        known = rows.in_bulk(chosen)
        return [known[pk] for pk in chosen if pk in known]


def find(cases: QuerySet[Case], wanted: Wanted) -> Found:
    """Those whose title says the question first, then the newest; beyond MOST_COUNTED the newest alone. A question without
    a single word finds nothing."""
    if wanted.question.strip():
        cases = cases.filter(pk__in=having(wanted.words)) if wanted.words else cases.none()
    if wanted.kind:
        cases = cases.filter(community_kind=wanted.kind)
    for kind, value in ((TagKind.FACET, wanted.facet), (TagKind.METHOD, wanted.method)):
        if value:
            tagged = CaseTag.objects.filter(kind=kind, value=value)
            cases = cases.filter(pk__in=tagged.values("case"))
    cases = cases.select_related(None).order_by()
    count = cases[: MOST_COUNTED + 1].count()
    if not wanted.question.strip() or count > MOST_COUNTED:
        return Found(cases.order_by("-pk"), count)
    in_title = models.Case(
        models.When(title__icontains=wanted.question.strip(), then=Value(1)), default=Value(0)
    )
    return Found(cases.order_by(in_title.desc(), "-pk"), count)


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
