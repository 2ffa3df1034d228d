"""A roster held against the learners that a programme has: the dry run.

1. Each row of the sheet becomes fields (name, phone, community, …) under a mapping of columns that is proposed from the
   headers and can be changed.
2. A row means a learner that is known by `number`, else by `phone`, else by name and community, else by a name that
   stands once in the programme and once in the file with nothing against it. Two that could be meant: a problem.
3. What differs is listed field by field; an empty cell never erases what is known.
4. A row that cannot be taken says why and is left out; the others are not held up by it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from yingzao.communities.queries import SUFFIXES, CommunityIndex, tidy_name
from yingzao.core import ports
from yingzao.core.ports import RosterRow
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment, number_key

Mapping = MappingType[int, str]
# In the order in which a page shows them. `community` is compared by the community meant, not by its spelling.
ROSTER_FIELDS = ("number", "name", "phone", "sex", "community", "team", "post", "note")
# Ours → as the roster reader calls it, where that differs.
READER_NAMES = {"number": "code", "sex": "gender", "note": "remark"}
_OURS = {theirs: ours for ours, theirs in READER_NAMES.items()}
MOST_ROWS = 10_000  # the dry run holds each row against every learner while others wait
LIMITS = {
    "number": 20,
    "name": 60,
    "phone": 20,
    "sex": 10,
    "community": 60,
    "team": 60,
    "post": 60,
    "note": 200,
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a row. `blocking`: the row is left out. `code` and `data` become a sentence in phrases."""

    row: int
    code: str
    data: MappingType[str, str] = field(default_factory=dict)
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is taken. `learner` is the one it means, or None for a new one; `changes` is empty where nothing differs."""

    row: int
    fields: MappingType[str, str]
    learner: Enrolment | None
    changes: tuple[FieldChange, ...]
    place: str = ""  # the community as it will stand

    @property
    def kind(self) -> str:
        if self.learner is None:
            return "new"
        return "changed" if self.changes else "unchanged"


@dataclass(frozen=True)
class RosterRead:
    """A roster file as read: the layout in use, its people, the raw rows without discarded columns."""

    layout: ports.RosterLayout
    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    samples: tuple[
        tuple[str, ...], ...
    ] = ()  # the first rows by column, for choosing the columns; discarded ones are empty
    cleaned: tuple[ports.Sheet, ...] | None = None  # all sheets without what is never kept; None: nothing was


@dataclass(frozen=True)
class RosterPlan:
    """What confirming would do."""

    taken: tuple[Change, ...]
    problems: tuple[Problem, ...]  # blocking ones: their rows are left out
    notices: tuple[Problem, ...]  # same names, mended cells, communities that are not in the register
    same_names: MappingType[str, tuple[int, ...]]  # name → rows
    new_teams: tuple[str, ...]
    new_communities: tuple[str, ...]
    missing: tuple[Enrolment, ...]  # active learners whom the file does not name: they stay as they are

    @cached_property
    def new(self) -> tuple[Change, ...]:
        return tuple(c for c in self.taken if c.kind == "new")

    @cached_property
    def changed(self) -> tuple[Change, ...]:
        return tuple(c for c in self.taken if c.kind == "changed")

    @cached_property
    def unchanged(self) -> tuple[Change, ...]:
        return tuple(c for c in self.taken if c.kind == "unchanged")

    @property
    def changes_nothing(self) -> bool:
        return not (self.new or self.changed)


def read_roster_file(data: bytes, name: str, layout: ports.RosterLayout | None = None) -> RosterRead:
    """Read a roster under `layout`, or under the proposed one. Raises `ports.Unreadable` with a sentence for the clerk.

    What is never kept is taken out before anything is read.
    """
    given = ports.port("tables").read(data, name)
    if (many := max((len(sheet.rows) for sheet in given), default=0)) > MOST_ROWS:
        raise ports.TooLarge(
            _("This table has %(rows)d rows; a roster has at most %(most)d. Check that it is the right file.")
            % {"rows": many, "most": MOST_ROWS}
        )
    sheets = ports.port("rosters").cleaned(given)
    reading = ports.port("rosters").read(sheets, layout)
    rows = tuple(RosterRow(row.row, _our_fields(row.fields), row.raw) for row in reading.rows)
    problems = tuple(
        Problem(p.row, p.code, dict(p.data), p.error) for p in reading.problems if p.code != "same_name"
    )  # same names are counted here, with those of the programme
    cleaned = sheets if sheets != given else None
    return RosterRead(reading.layout, rows, problems, _samples(sheets, reading.layout), cleaned)


def plan_roster(
    read: RosterRead, learners: Sequence[Enrolment], communities: CommunityIndex, teams: Iterable[str]
) -> RosterPlan:
    """Hold a roster against all learners of the programme, withdrawn ones too, its register of communities and its teams."""
    return _Planner(read, learners, communities, set(teams)).plan()


def communities_to_make(given: Iterable[str], communities: CommunityIndex) -> tuple[str, ...]:
    """Names that end with 社区 or 村 and are not in the register, in the order in which they are met."""
    names = (tidy_name(text) for text in given)
    wanted = (n for n in names if n.endswith(SUFFIXES) and len(n) > 1 and not communities.knows(n))
    return tuple(dict.fromkeys(wanted))


class _Planner:
    def __init__(
        self, read: RosterRead, learners: Sequence[Enrolment], communities: CommunityIndex, teams: set[str]
    ) -> None:
        self.read = read
        self.learners = learners
        self.communities = communities
        self.teams = teams
        self.problems: list[Problem] = [p for p in read.problems if p.blocking]
        self.notices: list[Problem] = [p for p in read.problems if not p.blocking]
        blocked = {p.row for p in self.problems}
        self.rows = [row for row in read.rows if row.row not in blocked]
        given = (row.fields.get("community", "") for row in self.rows)
        self.new_communities = communities_to_make(given, communities)
        self.shown_names = set(self.new_communities)

    def plan(self) -> RosterPlan:
        self._refuse_long_cells()
        taken: list[Change] = []
        meant: dict[int, int] = {}
        numbered: dict[str, int] = {}
        for row in self.rows:
            learner = self._find(row)
            if learner is None and (number := row.fields.get("number")):
                first = numbered.setdefault(number_key(number), row.row)
                if first != row.row:
                    self.problems.append(
                        Problem(row.row, "duplicate_in_file", {"value": number, "of": str(first)})
                    )
                    continue
            if isinstance(learner, Problem):
                self.problems.append(learner)
                continue
            if learner is not None and learner.pk in meant:
                self.problems.append(
                    Problem(row.row, "same_learner", {"name": learner.name, "row": str(meant[learner.pk])})
                )
                continue
            if learner is not None:
                meant[learner.pk] = row.row
                if learner.state != EnrolmentState.ACTIVE:
                    self.problems.append(
                        Problem(row.row, "left", {"name": learner.name, "number": learner.number})
                    )
                    continue
            taken.append(
                Change(row.row, row.fields, learner, self._differences(row, learner), self._place_of(row))
            )
        taken = self._without_taken_phones(taken)
        taken_communities = {tidy_name(c.fields.get("community", "")) for c in taken}
        teams = (c.fields.get("team", "") for c in taken)
        return RosterPlan(
            taken=tuple(taken),
            problems=tuple(sorted(self.problems, key=lambda p: p.row)),
            notices=tuple(sorted([*self.notices, *self._unknown_communities(taken)], key=lambda p: p.row)),
            same_names=self._same_names(taken),
            new_teams=tuple(dict.fromkeys(t for t in teams if t and t not in self.teams)),
            new_communities=tuple(c for c in self.new_communities if c in taken_communities),
            missing=tuple(e for e in self.learners if e.state == EnrolmentState.ACTIVE and e.pk not in meant),
        )

    # Which learner a row means

    def _find(self, row: RosterRow) -> Enrolment | Problem | None:
        given = row.fields
        if number := given.get("number"):
            known = self._of_number(number)
            if known is not None and known.name != given["name"]:
                return Problem(row.row, "number_taken", {"number": number, "name": known.name})
            if known is not None:
                return known
        if phone := given.get("phone"):
            holders = self._by_phone[phone]
            namesakes = [e for e in holders if e.name == given["name"]]
            if holders and not namesakes:
                return Problem(row.row, "phone_taken", {"name": holders[0].name, "number": holders[0].number})
            if len(namesakes) == 1:
                return self._unless_numbered(row, namesakes[0])
        same_name = [e for e in self._by_name[given["name"]] if not self._speaks_against(row, e)]
        same_place = [e for e in same_name if self._place_of(row) and e.community_name == self._place_of(row)]
        if len(same_place) == 1:
            return same_place[0]
        if len(same_place) > 1 or len(same_name) > 1:
            return Problem(
                row.row, "several", {"name": given["name"], "count": str(len(same_place or same_name))}
            )
        if (
            same_name
            and len(self._by_name[given["name"]]) == 1
            and self._is_alone(given["name"], same_name[0])
        ):
            return same_name[0]
        return None

    def _is_alone(self, name: str, learner: Enrolment) -> bool:
        """Whether one row of the file alone can mean this learner: others of the name speak of somebody else."""
        return sum(not self._speaks_against(row, learner) for row in self._rows_by_name[name]) == 1

    def _unless_numbered(self, row: RosterRow, learner: Enrolment) -> Enrolment | Problem:
        number = row.fields.get("number")
        if number and number_key(number) != learner.number_key:
            return Problem(
                row.row, "number_differs", {"name": learner.name, "number": learner.number, "given": number}
            )
        return learner

    def _speaks_against(self, row: RosterRow, learner: Enrolment) -> bool:
        """Whether the row cannot mean this learner of the same name: another number, or another place and phone."""
        number, phone = row.fields.get("number"), row.fields.get("phone")
        if number and number_key(number) != learner.number_key:
            return True
        place = self._place_of(row)
        elsewhere = bool(place and learner.community_name and place != learner.community_name)
        other_phone = bool(phone and learner.phone and phone != learner.phone)
        return elsewhere and (other_phone or not (phone and learner.phone))

    def _place_of(self, row: RosterRow) -> str:
        return self.place(row.fields.get("community", ""))

    def place(self, given: str) -> str:
        """The community's name as it will stand: from the register, from those to be made, else as given."""
        if not given:
            return ""
        found = self.communities.find(given)
        if found is not None:
            return found.name
        name = tidy_name(given)
        wanted = [n for n in (name, *(name + s for s in SUFFIXES)) if n in self.shown_names]
        return wanted[0] if len(wanted) == 1 else given

    def _of_number(self, number: str) -> Enrolment | None:
        """The learner with this number; 1 is 01 where Excel has eaten the nought, unless both are there."""
        alike = self._by_number[number_key(number)]
        exact = [e for e in alike if e.number == number]
        return (exact or alike)[0] if exact or len(alike) == 1 else None

    def _without_taken_phones(self, taken: list[Change]) -> list[Change]:
        """Leave out rows that would give a learner the phone of another, as the roster would stand after the import."""
        active = [e for e in self.learners if e.phone and e.state == EnrolmentState.ACTIVE]
        while True:
            given = {c.learner.pk: c.fields["phone"] for c in taken if c.learner and c.fields.get("phone")}
            holders: dict[str, list[Enrolment]] = defaultdict(list)
            for learner in active:
                holders[given.get(learner.pk, learner.phone)].append(learner)
            kept = []
            for change in taken:
                changed = any(c.field == "phone" for c in change.changes)
                others = [e for e in holders.get(change.fields.get("phone", ""), ()) if e != change.learner]
                if changed and others:
                    data = {"name": others[0].name, "number": others[0].number}
                    self.problems.append(Problem(change.row, "phone_taken", data))
                else:
                    kept.append(change)
            if len(kept) == len(taken):
                return taken
            taken = kept

    @cached_property
    def _by_number(self) -> dict[str, list[Enrolment]]:
        found = defaultdict(list)
        for learner in self.learners:
            found[learner.number_key].append(learner)
        return found

    @cached_property
    def _by_phone(self) -> dict[str, list[Enrolment]]:
        found = defaultdict(list)
        for learner in self.learners:
            if learner.phone:
                found[learner.phone].append(learner)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[Enrolment]]:
        found = defaultdict(list)
        for learner in self.learners:
            found[learner.name].append(learner)
        return found

    @cached_property
    def _rows_by_name(self) -> dict[str, list[RosterRow]]:
        found = defaultdict(list)
        for row in self.rows:
            found[row.fields["name"]].append(row)
        return found

    # What differs

    def _differences(self, row: RosterRow, learner: Enrolment | None) -> tuple[FieldChange, ...]:
        if learner is None:
            return ()
        known = {
            "number": learner.number,
            "name": learner.name,
            "phone": learner.phone,
            "sex": learner.sex,
            "community": learner.community_name,
            "team": learner.team.name if learner.team else "",
            "post": learner.post,
            "note": learner.note,
        }
        found = []
        for name in ROSTER_FIELDS:
            given = row.fields.get(name, "")
            after = self.place(given) if name == "community" else given
            if name == "number" and number_key(after) == learner.number_key:
                continue
            if after and after != known[name]:
                found.append(FieldChange(name, known[name], after))
        return tuple(found)

    # What is wrong with a row

    def _refuse_long_cells(self) -> None:
        kept = []
        for row in self.rows:
            long = [name for name, limit in LIMITS.items() if len(row.fields.get(name, "")) > limit]
            if not row.fields.get("name"):
                self.problems.append(Problem(row.row, "no_name"))
            elif long:
                self.problems.append(
                    Problem(row.row, "too_long", {"field": long[0], "limit": str(LIMITS[long[0]])})
                )
            else:
                kept.append(row)
        self.rows = kept

    def _unknown_communities(self, taken: Sequence[Change]) -> list[Problem]:
        """Places that are no community of the register, and that do not look like one: kept as given, linked to nothing."""
        found = []
        for change in taken:
            given = change.fields.get("community", "")
            place = self.place(given)
            if given and place not in self.shown_names and self.communities.find(given) is None:
                found.append(Problem(change.row, "community_unknown", {"community": given}, blocking=False))
            elif given and place != given:
                found.append(
                    Problem(
                        change.row, "community_found", {"given": given, "community": place}, blocking=False
                    )
                )
        return found

    def _same_names(self, taken: Sequence[Change]) -> dict[str, tuple[int, ...]]:
        """Names that two learners will share after the import, with the rows of the file that bear them."""
        bearers: dict[str, list[int]] = defaultdict(list)
        updated = {change.learner.pk for change in taken if change.learner is not None}
        others = Counter(
            e.name for e in self.learners if e.pk not in updated and e.state == EnrolmentState.ACTIVE
        )
        for change in taken:
            bearers[change.fields["name"]].append(change.row)
        return {name: tuple(rows) for name, rows in bearers.items() if len(rows) + others[name] > 1}


def _our_fields(fields: MappingType[str, str]) -> dict[str, str]:
    named = {_OURS.get(name, name): text for name, text in fields.items()}
    return {name: named[name] for name in ROSTER_FIELDS if named.get(name)}


def _samples(sheets: Sequence[ports.Sheet], layout: ports.RosterLayout) -> tuple[tuple[str, ...], ...]:
    sheet = next((s for s in sheets if s.name == layout.sheet), None)
    if sheet is None:
        return ()
    shown = [row for row in sheet.rows if row.number > layout.header_row][:3]
    width = len(layout.headers)
    return tuple(
        tuple(
            "" if column in layout.discarded or column >= len(row.cells) else _text(row.cells[column])
            for column in range(width)
        )
        for row in shown
    )


def _text(cell: ports.Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)[:40]
