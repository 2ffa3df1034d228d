"""Lists of completions from other platforms: which came in, what they said of whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yingzao.activities.enums import FactKind, KindKey
from yingzao.activities.models import Activity, Evidence
from yingzao.courses.settling.outside import Told, percent
from yingzao.enrolment.enums import Outcome, SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile, SourceRow
from yingzao.programmes.enums import Role
from yingzao.programmes.queries import staff_of


def lists_of(activity: Activity) -> QuerySet[SourceFile]:
    """The lists brought in for the course, the newest first, taken back ones too."""
    return SourceFile.objects.filter(
        purpose=SourcePurpose.COMPLETION, about_code=activity.code, programme=activity.programme_id
    ).select_related("received_by", "confirmed_by", "undone_by", "file")


def counted_lists(activity: Activity) -> QuerySet[SourceFile]:
    """The same with what became of their names: `linked`, `waiting`, `aside`. One query."""
    linked = Q(matches__outcome=Outcome.LINKED)
    waiting = Q(matches__outcome__in=[Outcome.PROPOSED, Outcome.UNMATCHED])
    return lists_of(activity).annotate(
        linked=Count("matches", filter=linked),
        waiting=Count("matches", filter=waiting),
        aside=Count("matches", filter=Q(matches__outcome=Outcome.IGNORED)),
    )


def remembered_mappings(source_file: SourceFile) -> list[Mapping]:
    """How lists of the programme were read before, the latest first."""
    files = SourceFile.objects.filter(
        programme=source_file.programme_id, purpose=SourcePurpose.COMPLETION
    ).exclude(pk=source_file.pk)
    taken = files.exclude(state=SourceState.READ).exclude(mapping={}).order_by("-created_at", "-pk")
    return list(taken.values_list("mapping", flat=True)[:20])


def remembered_titles(source_file: SourceFile) -> set[str]:
    """What the course was called in its lists before."""
    files = SourceFile.objects.filter(
        programme=source_file.programme_id,
        purpose=SourcePurpose.COMPLETION,
        about_code=source_file.about_code,
        state=SourceState.CONFIRMED,
    ).exclude(pk=source_file.pk)
    return {title for m in files.values_list("mapping", flat=True) for title in m.get("titles", ())}


def known_of(activity: Activity, learners: Collection[int] | None = None) -> dict[int, list[Told]]:
    """Enrolment pk → what stands of the course elsewhere, from lists and record sheets. One query."""
    facts = Evidence.objects.filter(
        activity=activity, fact=FactKind.IMPORTED, part=None, withdrawn_at=None
    ).order_by("happened_at", "pk")
    if learners is not None:
        facts = facts.filter(enrolment__in=learners)
    known: dict[int, list[Told]] = defaultdict(list)
    for enrolment, happened_at, detail in facts.values_list("enrolment_id", "happened_at", "detail"):
        known[enrolment].append(Told.of(happened_at, detail))
    return known


def learners_told_by(evidence: QuerySet[Evidence]) -> dict[int, set[int]]:
    """Course (pk) → the learners (pk) of whom this evidence tells."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = evidence.filter(activity__kind=KindKey.COURSE, fact=FactKind.IMPORTED)
    for activity, enrolment in rows.values_list("activity_id", "enrolment_id"):
        found[activity].add(enrolment)
    return found


def rows_of_list(source_file: SourceFile) -> QuerySet[SourceRow]:
    """The rows that were kept, with whom they mean; `counts` says that a fact of the row stands."""
    standing = Evidence.objects.filter(source_row=OuterRef("pk"), withdrawn_at=None)
    return source_file.rows.select_related("match__enrolment__community").annotate(counts=Exists(standing))


def credited_by(source_file: SourceFile) -> set[int]:
    """Of whom (pk) a fact of the list stands."""
    standing = Evidence.objects.filter(source_row__source_file=source_file, withdrawn_at=None)
    return set(standing.values_list("enrolment_id", flat=True))


# The learner's page


@dataclass(frozen=True, slots=True)
class CameIn:
    """What a learner reads of the lists of a course elsewhere."""

    last: dt.datetime | None  # when the newest list came in
    told: tuple[Told, ...]  # what stands of this learner, the latest last
    organisers: tuple[str, ...]  # whom to tell

    @property
    def best(self) -> Told | None:
        return max(self.told, key=lambda t: (t.progress, t.at), default=None)

    @property
    def share(self) -> str:
        """The best as it is read: 85%."""
        return percent(self.best.progress) if self.best else ""


def came_in(enrolment: Enrolment, activity: Activity) -> CameIn:
    """Three queries at most."""
    lists = lists_of(activity).filter(state=SourceState.CONFIRMED).order_by("-confirmed_at")
    last = lists.values_list("confirmed_at", flat=True).first()
    told = known_of(activity, [enrolment.pk]).get(enrolment.pk, [])
    staff = staff_of(enrolment.programme, Role.ORGANISER).exclude(person=None) if not told else []
    names = dict.fromkeys(role.person.display_name for role in staff if role.person)
    return CameIn(last, tuple(told), tuple(names))
