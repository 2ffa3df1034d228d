"""The draw: rows to the engine's problem, and its answer in rows."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from yingzao.engines import allocation, design
from yingzao.enrolment.models import Enrolment
from yingzao.judging import phrases, queries
from yingzao.judging.enums import STANDING, AssignmentState, Conflict, RoundState
from yingzao.judging.models import Assignment, Round
from yingzao.programmes.models import StaffRole


@dataclass(frozen=True, slots=True)
class LoadRow:
    judge: StaffRole
    load: int
    kept: int
    conflicts: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictRow:
    judge: StaffRole
    enrolment: Enrolment
    conflict: Conflict


@dataclass(frozen=True, slots=True)
class Linked:
    """How strongly the judges hang together, as engine `design` says; standard errors in units of one mark's own."""

    judges: int
    parts: int
    rank: int
    efficiency: float
    typical: float
    worst: float
    worst_pair: Sequence[StaffRole]
    never_met: int
    fewest: int


@dataclass(frozen=True, slots=True)
class Further:
    """The one further assignment that helps most."""

    enrolment: Enrolment
    judge: StaffRole
    parts_before: int
    parts_after: int
    typical_before: float
    typical_after: float


@dataclass(frozen=True, slots=True)
class Tied:
    """Judges tied to teams or communities: 1 where the group tells the judge. `judges` sit with one group alone."""

    strength: float
    judges: Sequence[StaffRole]


TIED = 0.5  # from here a strict judge and a weak group look too much alike


@dataclass(frozen=True, slots=True)
class Plan:
    """A draw that nothing was written of. With `obstacles` there are no pairs."""

    seed: int
    judges_per_entry: int
    pairs: Sequence[tuple[Enrolment, StaffRole]]
    kept: frozenset[tuple[str, str]]
    load: Sequence[LoadRow]
    conflicts: Sequence[ConflictRow]
    obstacles: Sequence[str]
    parts: int
    stood: frozenset[tuple[str, str]] = frozenset()  # given before and not begun: stay wherever they can
    moved: Sequence[tuple[Enrolment, StaffRole]] = ()
    against: Sequence[tuple[Enrolment, StaffRole]] = ()  # soft conflicts that nothing else could serve
    linked: Linked | None = None
    further: Further | None = None
    tied: Tied | None = None

    @property
    def entries(self) -> int:
        return len({enrolment.pk for enrolment, _ in self.pairs})

    @property
    def fresh_pairs(self) -> list[tuple[Enrolment, StaffRole]]:
        before = self.kept | self.stood
        return [(learner, judge) for learner, judge in self.pairs if (learner.code, judge.code) not in before]

    @property
    def fresh(self) -> int:
        return len(self.fresh_pairs)

    @property
    def is_tied(self) -> bool:
        return self.tied is not None and self.tied.strength >= TIED


class _Draw:
    """A round as the engine's problem, with the rows behind its codes.

    Locked: pairs chosen by hand, and once the round is open every sheet that was begun. Sheets that were given and not
    begun stand: they stay wherever they can. Of judges `without` (who drop out) what they handed in stays, the rest goes.
    """

    def __init__(self, round: Round, seed: int, without: Collection[StaffRole] = ()) -> None:
        gone = {judge.pk for judge in without}
        self.learners = {c.enrolment.code: c.enrolment for c in queries.candidates(round)}
        self.judges = {judge.code: judge for judge in queries.panel_judges(round) if judge.pk not in gone}
        panel = set(self.judges)
        known = queries.Conflicts(self.judges.values())
        self.conflicts = {
            (learner.code, judge.code): found
            for learner in self.learners.values()
            for judge in self.judges.values()
            if (found := known.between(judge, learner))
        }
        avoid = {
            (learner.code, judge.code)
            for learner in self.learners.values()
            for judge in self.judges.values()
            if round.avoids_ties and known.tie(judge, learner)
        }
        self.locked: set[tuple[str, str]] = set()
        self.standing: set[tuple[str, str]] = set()
        for pair in queries.assignments_in(round):
            self._place(round, pair, gone)
        self.rows = [
            ConflictRow(self.judges[judge], self.learners[learner], conflict)
            for (learner, judge), conflict in sorted(self.conflicts.items())
            if learner in self.learners and judge in self.judges
        ]
        off_panel = {  # who left the panel keeps what is locked and is drawn nothing
            (learner, judge) for learner in self.learners for judge in self.judges if judge not in panel
        } - self.locked
        limits = queries.limits_of(round, self.judges.values())
        self.limits = {code: limits[judge.pk] for code, judge in self.judges.items() if judge.pk in limits}
        self.problem = allocation.Problem(
            entries=tuple(self.learners),
            judges=tuple(self.judges),
            per_entry=round.judges_per_entry,
            conflicts=frozenset((row.enrolment.code, row.judge.code) for row in self.rows) | off_panel,
            locked=frozenset(self.locked),
            seed=seed,
            avoid=frozenset(avoid),
            standing=frozenset(self.standing),
            capacity=self.limits,
        )

    def _place(self, round: Round, pair: Assignment, gone: Collection[int]) -> None:
        learner, judge = pair.entry.enrolment, pair.judge
        at = learner.code, judge.code
        by_hand = pair.by_hand and round.state == RoundState.DRAFT  # in conflict it is named as an obstacle
        if pair.state not in STANDING:
            self.conflicts.setdefault(at, Conflict.DECLARED)
            return
        left = judge.pk in gone and pair.state != AssignmentState.SUBMITTED
        if learner.code not in self.learners or left or (at in self.conflicts and not by_hand):
            return
        if pair.by_hand or (round.state != RoundState.DRAFT and pair.state != AssignmentState.ASSIGNED):
            self.locked.add(at)
            self.judges.setdefault(judge.code, judge)
        elif round.state != RoundState.DRAFT and judge.code in self.judges:
            self.standing.add(at)

    def named(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[Enrolment, StaffRole]]:
        return [(self.learners[learner], self.judges[judge]) for learner, judge in pairs]


def plan_draw(round: Round, *, seed: int | None = None, without: Collection[StaffRole] = ()) -> Plan:
    """Draw judges for the round and write nothing; lots are drawn on enrolment and role codes.

    `without` are judges who drop out: what they have not handed in goes to others, and as little else as possible moves.
    """
    seed = round.seed if seed is None else seed
    asked = _Draw(round, seed, without)
    try:
        draw = allocation.allocate(asked.problem)
    except allocation.Impossible as impossible:
        obstacles = [
            phrases.obstacle(
                o.code,
                learner=asked.learners[o.entry].name if o.entry in asked.learners else o.entry,
                judge=asked.judges[o.judge].name if o.judge in asked.judges else o.judge,
                available=o.available,
                needed=o.needed,
            )
            for o in impossible.obstacles
        ]
        return Plan(seed, round.judges_per_entry, [], frozenset(asked.locked), [], asked.rows, obstacles, 0)
    kept = Counter(judge for _, judge in asked.locked | (asked.standing & set(draw.pairs)))
    linked, further, tied = _design(asked, draw)
    return Plan(
        seed=seed,
        judges_per_entry=round.judges_per_entry,
        pairs=asked.named(draw.pairs),
        kept=frozenset(asked.locked),
        load=[
            LoadRow(
                judge,
                draw.load[code],
                kept[code],
                sum(row.judge.code == code for row in asked.rows),
                asked.limits.get(code),
            )
            for code, judge in sorted(asked.judges.items(), key=lambda item: item[1].pk)
        ],
        conflicts=asked.rows,
        obstacles=[],
        parts=linked.parts,
        stood=frozenset(asked.standing),
        moved=asked.named(draw.moved),
        against=asked.named(draw.against),
        linked=linked,
        further=further,
        tied=tied,
    )


def _design(asked: _Draw, draw: allocation.Draw) -> tuple[Linked, Further | None, Tied]:
    working = tuple(code for code, load in draw.load.items() if load)
    found = design.linkage_of(draw.pairs, working)
    linked = Linked(
        found.judges,
        found.parts,
        found.rank,
        found.efficiency,
        found.typical,
        found.worst,
        [asked.judges[code] for code in found.worst_pair],
        found.never_met,
        found.fewest,
    )
    full = {code for code, limit in asked.limits.items() if draw.load[code] >= limit}
    closed = asked.problem.conflicts | asked.problem.avoid
    more = design.one_more(draw.pairs, working, closed=closed, full=full)
    groups = (
        {code: learner.team.name for code, learner in asked.learners.items() if learner.team},
        {code: learner.community_name for code, learner in asked.learners.items()},
    )
    tied = max((allocation.ties(draw.pairs, of) for of in groups), key=lambda ties: ties.strength)
    further = None
    if more is not None:
        further = Further(
            asked.learners[more.learner],
            asked.judges[more.judge],
            more.parts_before,
            more.parts_after,
            more.typical_before,
            more.typical_after,
        )
    return linked, further, Tied(tied.strength, [asked.judges[code] for code in tied.judges])


def further_judge(round: Round, learner: Enrolment) -> StaffRole | None:
    """Whom to ask for one more sheet on an entry: free of conflict and ties, with room, of the least load, by lot."""
    panel = queries.panel_judges(round)
    known = queries.Conflicts(panel)
    asked = Counter(round.assignments.filter(state__in=STANDING).values_list("judge_id", flat=True))
    had = set(round.assignments.filter(entry__enrolment=learner).values_list("judge_id", flat=True))
    limits = queries.limits_of(round, panel)
    free = [
        judge
        for judge in panel
        if judge.pk not in had
        and known.between(judge, learner) is None
        and asked[judge.pk] < limits.get(judge.pk, asked[judge.pk] + 1)
    ]
    return min(
        free,
        key=lambda judge: (
            round.avoids_ties and known.tie(judge, learner) is not None,
            asked[judge.pk],
            allocation.lot(round.seed, "third", learner.code, judge.code),
        ),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class ReasonRow:
    judge: StaffRole
    is_on: bool
    sentence: str


def explain_entry(round: Round, learner: Enrolment) -> list[ReasonRow]:
    """Why these judges have the entry, and why each of the others has not, by the assignments as they stand."""
    asked = _Draw(round, round.seed)
    standing = [a for a in queries.assignments_in(round) if a.state in STANDING]
    pairs = sorted((a.entry.enrolment.code, a.judge.code) for a in standing)
    by_hand = frozenset((a.entry.enrolment.code, a.judge.code) for a in standing if a.by_hand)
    for a in standing:
        asked.judges.setdefault(a.judge.code, a.judge)
    load = dict.fromkeys(asked.judges, 0) | Counter(judge for _, judge in pairs)
    problem = replace(asked.problem, judges=tuple(asked.judges), locked=by_hand, standing=frozenset())
    draw = allocation.Draw(tuple(pairs), load)
    thirds = {a.judge.code for a in standing if a.is_third and a.entry.enrolment_id == learner.pk}
    return [
        ReasonRow(
            asked.judges[reason.judge],
            reason.is_on,
            phrases.reason(
                "third" if reason.is_on and reason.judge in thirds else reason.code,
                load=reason.load,
                limit=reason.limit,
                conflict=asked.conflicts.get((learner.code, reason.judge)),
            ),
        )
        for reason in allocation.explain(problem, draw, learner.code)
    ]
