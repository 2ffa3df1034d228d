"""Who rides in which group, and how the seats would be filled."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from yingzao.activities.models import Activity
from yingzao.enrolment.models import Enrolment
from yingzao.visits.enums import SignUpState, Together
from yingzao.visits.models import SeatGroup, SignUp, SignUpPlan
from yingzao.visits.queries.sign_up import with_place
from yingzao.visits.settling.seating import Cluster, seat

ROWS_OF_A_SHEET = 22  # with room to sign


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with those who ride in it, by number."""

    group: SeatGroup
    riders: list[SignUp] = field(default_factory=list)

    @property
    def free(self) -> int:
        return max(self.group.capacity - len(self.riders), 0)

    @property
    def columns(self) -> list[Sequence[SignUp]]:
        return in_columns(self.riders)

    @property
    def over(self) -> int:
        return max(len(self.riders) - self.group.capacity, 0)


def in_columns(riders: Sequence[SignUp]) -> list[Sequence[SignUp]]:
    """As they stand on one sheet of A4: a whole bus is two columns."""
    if len(riders) <= ROWS_OF_A_SHEET:
        return [riders]
    middle = (len(riders) + 1) // 2
    return [riders[:middle], riders[middle:]]


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of a visit, and who has a place and no seat."""

    rows: list[GroupRow]
    left: list[SignUp]

    @property
    def seats(self) -> int:
        return sum(row.group.capacity for row in self.rows)

    @property
    def columns_left(self) -> list[Sequence[SignUp]]:
        return in_columns(self.left)

    @property
    def seated(self) -> int:
        return sum(len(row.riders) for row in self.rows)


def grouped(plan: SignUpPlan) -> Grouped:
    """Two queries."""
    rows = {group.pk: GroupRow(group) for group in plan.groups.order_by("pk")}
    left = []
    for one in _by_number(with_place(plan)):
        if one.group_id in rows:
            rows[one.group_id].riders.append(one)
        else:
            left.append(one)
    return Grouped(list(rows.values()), left)


@dataclass(frozen=True, slots=True)
class Seating:
    """How the seats would be filled. `rows` are the groups as they would be then; `moves` says sign-up → group."""

    rows: list[GroupRow]
    left: list[SignUp]
    moves: dict[int, int]

    @property
    def changed(self) -> int:
        return len(self.moves)

    @property
    def given(self) -> int:
        """How many get a seat that they have not now; the others of `changed` lose theirs."""
        return sum(group > 0 for group in self.moves.values())

    @property
    def token(self) -> str:
        """Names this very filling: what was looked at is what is done."""
        told = f"{sorted(self.moves.items())}{[row.group.capacity for row in self.rows]}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def seating(
    plan: SignUpPlan, together: str, *, afresh: bool = False, who: Collection[int] | None = None
) -> Seating:
    """Seats for those who have none (of them `who`, by sign-up), or, `afresh`, for everybody. Nothing is written."""
    now = grouped(plan)
    sitting = {one.pk: row.group.pk for row in now.rows for one in row.riders}
    everybody = [one for row in now.rows for one in row.riders] + now.left
    asked = [one for one in everybody if afresh or one.pk not in sitting]
    asked = [one for one in asked if who is None or one.pk in who]
    stay = {one.pk for one in everybody} - {one.pk for one in asked}
    free = {row.group.pk: row.group.capacity - sum(one.pk in stay for one in row.riders) for row in now.rows}
    mates: dict[str, Counter[int]] = defaultdict(Counter)
    for one in everybody:
        if one.pk in stay and one.pk in sitting and (name := _belongs(one.enrolment, together)):
            mates[name][sitting[one.pk]] += 1
    found = seat(_clusters(asked, together), free, mates)
    then = {pk: group for pk, group in sitting.items() if pk in stay} | found
    rows = {row.group.pk: GroupRow(row.group) for row in now.rows}
    left = []
    for one in _by_number(everybody):
        if one.pk in then:
            rows[then[one.pk]].riders.append(one)
        else:
            left.append(one)
    moves = {one.pk: then.get(one.pk, 0) for one in asked if then.get(one.pk) != sitting.get(one.pk)}
    return Seating(list(rows.values()), left, moves)


def _clusters(asked: Sequence[SignUp], together: str) -> list[Cluster]:
    """Whoever belongs to nothing is alone."""
    by_name: dict[str, list[int]] = defaultdict(list)
    alone = []
    for one in _by_number(asked):
        name = _belongs(one.enrolment, together)
        if name:
            by_name[name].append(one.pk)
        else:
            alone.append(Cluster("", (one.pk,)))
    return [Cluster(name, tuple(members)) for name, members in sorted(by_name.items())] + alone


def _belongs(learner: Enrolment, together: str) -> str:
    if together == Together.COMMUNITY:
        return learner.community_name
    return learner.team.name if learner.team else ""


def _by_number(rows: Iterable[SignUp]) -> list[SignUp]:
    return sorted(rows, key=lambda one: (one.enrolment.number_key, one.enrolment.number))


def rides_of(activities: Sequence[Activity], enrolment: Enrolment) -> dict[int, SeatGroup]:
    """Activity → the group in which the learner rides. One query."""
    rows = SignUp.objects.filter(
        plan__visit__activity__in=activities, plan__is_on=True, enrolment=enrolment, state=SignUpState.IN
    )
    rows = rows.exclude(group=None).select_related("group", "plan__visit")
    return {row.plan.visit.activity_id: row.group for row in rows if row.group}


def group_names(activity: Activity) -> dict[int, str]:
    """Enrolment → the name of the group in which it rides. One query."""
    rows = SignUp.objects.filter(plan__visit__activity=activity, plan__is_on=True, state=SignUpState.IN)
    rows = rows.exclude(group=None).order_by()
    return dict(rows.values_list("enrolment_id", "group__name"))
