"""Rows to engine values and back: the draw, and the calibration."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from yingzao.engines import allocation, calibration, design
from yingzao.enrolment.models import Enrolment
from yingzao.judging import phrases, queries
from yingzao.judging.enums import STANDING, AssignmentState, Conflict, RoundState
from yingzao.judging.models import Mark, Round
from yingzao.programmes.models import StaffRole

PLACES = Decimal("0.01")


# The draw


@dataclass(frozen=True, slots=True)
class LoadRow:
    judge: StaffRole
    load: int
    kept: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class ConflictRow:
    judge: StaffRole
    enrolment: Enrolment
    conflict: Conflict


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

    @property
    def entries(self) -> int:
        return len({enrolment.pk for enrolment, _ in self.pairs})

    @property
    def fresh(self) -> int:
        return len(self.pairs) - len(self.kept)


def plan_draw(round: Round, *, seed: int | None = None) -> Plan:
    """Draw judges for the round and write nothing.

    Kept as they are: pairs chosen by hand, and once the round is open every standing pair, so that a new draw only
    fills what a judge left behind. Lots are drawn on enrolment and role codes.
    """
    seed = round.seed if seed is None else seed
    learners = {c.enrolment.code: c.enrolment for c in queries.candidates(round)}
    judges = {judge.code: judge for judge in queries.panel_judges(round)}
    panel = set(judges)
    conflicts = {
        (learner.code, judge.code): found
        for learner in learners.values()
        for judge in judges.values()
        if (found := queries.conflict_between(judge, learner))
    }
    kept = set()
    for pair in queries.assignments_in(round):
        learner, judge = pair.entry.enrolment, pair.judge
        if pair.state not in STANDING:
            conflicts.setdefault((learner.code, judge.code), Conflict.DECLARED)
        elif learner.code in learners and (pair.by_hand or round.state != RoundState.DRAFT):
            kept.add((learner.code, judge.code))
            judges.setdefault(judge.code, judge)
    rows = [
        ConflictRow(judges[judge], learners[learner], conflict)
        for (learner, judge), conflict in sorted(conflicts.items())
        if learner in learners and judge in judges
    ]
    off_panel = {  # who left the panel keeps what was given by hand and is drawn nothing
        (learner, judge) for learner in learners for judge in judges if judge not in panel
    } - kept
    problem = allocation.Problem(
        entries=tuple(learners),
        judges=tuple(judges),
        per_entry=round.judges_per_entry,
        conflicts=frozenset((row.enrolment.code, row.judge.code) for row in rows) | off_panel,
        locked=frozenset(kept),
        seed=seed,
    )
    try:
        draw = allocation.allocate(problem)
    except allocation.Impossible as impossible:
        obstacles = [
            phrases.obstacle(
                o.code,
                learner=learners[o.entry].name if o.entry in learners else o.entry,
                judge=judges[o.judge].name if o.judge in judges else o.judge,
                available=o.available,
                needed=o.needed,
            )
            for o in impossible.obstacles
        ]
        return Plan(seed, round.judges_per_entry, [], frozenset(kept), [], rows, obstacles, 0)
    return Plan(
        seed=seed,
        judges_per_entry=round.judges_per_entry,
        pairs=[(learners[learner], judges[judge]) for learner, judge in draw.pairs],
        kept=frozenset(kept),
        load=[
            LoadRow(
                judge,
                draw.load[code],
                sum(j == code for _, j in kept),
                sum(row.judge.code == code for row in rows),
            )
            for code, judge in sorted(judges.items(), key=lambda item: item[1].pk)
        ],
        conflicts=rows,
        obstacles=[],
        parts=len(design.parts(draw.pairs)),
    )


# The calibration


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def calibration_inputs(round: Round, method: str = "mean") -> dict[str, Any]:
    """All that the figures of a round depend on, by code, in an order of its own. Only submitted sheets are in it."""
    submitted = Mark.objects.filter(
        assignment__round=round, assignment__state=AssignmentState.SUBMITTED
    ).order_by()
    rows = submitted.values_list(
        "assignment__entry__enrolment__code", "assignment__judge__code", "criterion__code", "points"
    )
    entries = (
        round.assignments.filter(state__in=STANDING)
        .values_list("entry__enrolment__code", "entry__code", "version__code", "version__sha256")
        .distinct()
        .order_by()
    )
    criteria = round.rubric_version.criteria.prefetch_related("levels")
    return {
        "method": method,
        "round": round.code,
        "rubric_version": round.rubric_version.code,
        "criteria": [
            {"code": c.code, "weight": str(c.weight), "levels": len(c.levels.all())}
            for c in sorted(criteria, key=lambda c: (c.position, c.code))
        ],
        "entries": [
            {"enrolment": enrolment, "entry": entry, "version": version or "", "sha256": digest or ""}
            for enrolment, entry, version, digest in sorted(entries, key=lambda e: tuple(x or "" for x in e))
        ],
        "marks": sorted(list(row) for row in rows),
    }


def calibrate(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Results by code, figures as text: rounded to two places half up, and the exact fraction beside.

    Raises `engines.calibration.CalibrationError` for what cannot be calibrated; the same inputs give the same bytes.
    """
    criteria = inputs["criteria"]
    learners = sorted(
        {entry["enrolment"] for entry in inputs["entries"]} | {row[0] for row in inputs["marks"]}
    )
    judges = sorted({row[1] for row in inputs["marks"]})
    position = {
        "learner": {code: i for i, code in enumerate(learners)},
        "judge": {code: i for i, code in enumerate(judges)},
        "criterion": {criterion["code"]: i for i, criterion in enumerate(criteria)},
    }
    ratings = calibration.Ratings(
        learner=np.array([position["learner"][row[0]] for row in inputs["marks"]], dtype=np.int32),
        judge=np.array([position["judge"][row[1]] for row in inputs["marks"]], dtype=np.int32),
        criterion=np.array([position["criterion"][row[2]] for row in inputs["marks"]], dtype=np.int32),
        score=np.array([row[3] for row in inputs["marks"]], dtype=np.int16),
        max_score=np.array([c["levels"] for c in criteria], dtype=np.int16),
        n_learners=len(learners),
        n_judges=len(judges),
        n_criteria=len(criteria),
        criterion_weight=np.array([int(Decimal(c["weight"]) * 100) for c in criteria], dtype=np.int64),
    )
    found = calibration.mean_of_marks(ratings)
    entry_of = {entry["enrolment"]: entry for entry in inputs["entries"]}
    return {
        "method": found.method,
        "learners": [
            {
                "enrolment": learners[row.learner],
                "entry": entry_of.get(learners[row.learner], {}).get("entry", ""),
                "performance": _shown(row.performance),
                "exact": _exact(row.performance),
                "raw_mean": _shown(row.raw_mean),
                "n_judges": row.n_judges,
                "rank": row.rank,
                "sheets": [
                    {
                        "judge": judges[sheet.judge],
                        "total": _shown(sheet.total),
                        "exact": _exact(sheet.total),
                        "marks": [
                            {"criterion": criterion["code"], "points": score, "of": criterion["levels"]}
                            for criterion, score in zip(criteria, sheet.scores, strict=True)
                            if score is not None
                        ],
                        "missing": [criteria[c]["code"] for c in sheet.missing],
                    }
                    for sheet in row.sheets
                ],
            }
            for row in found.learners
        ],
        "judges": [
            {"judge": judges[row.judge], "n": row.n, "mean": _shown(row.mean)} for row in found.judges
        ],
        "warnings": [
            {
                "code": warning.code,
                "enrolment": "" if warning.learner is None else learners[warning.learner],
                "judge": "" if warning.judge is None else judges[warning.judge],
            }
            for warning in found.warnings
        ],
    }


def calibrate_severity(
    inputs: Mapping[str, Any], *, top: int | None = None, **choices: Any
) -> dict[str, Any]:
    """The same inputs through a severity model: plain values by code, never an exception for what the marks lack.

    `choices` are the fields of `calibration.CalibrationOptions` (method, scale, allocation, on_disconnected, seed,
    halo). Learners are enrolment codes; marks count from 1, each criterion up to its number of levels. The answer is that of
    `yingzao calibrate --json` (docs/algorithms/calibration.md); warnings and `refused` hold codes and names, and
    `phrases.calibration_note` says them. Only complete and incomplete sheets alike are read. The same inputs give the same bytes.
    """
    rows = inputs["marks"]
    criteria = inputs["criteria"]
    return calibration.calibrate_table(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        options=calibration.CalibrationOptions(**choices),
        lowest=1,
        maxima={criterion["code"]: criterion["levels"] for criterion in criteria},
        weights={criterion["code"]: int(Decimal(criterion["weight"]) * 100) for criterion in criteria},
        top=top,
    )


def calibrate_table(
    columns: tuple[Sequence[str], Sequence[str], Sequence[str]], scores: Sequence[float], **choices: Any
) -> dict[str, Any]:
    """Marks of any table: learners, judges, criteria and scores, one a row. For the command line."""
    own = ("maxima", "lowest", "weights", "anchors", "top")
    return calibration.calibrate_table(
        *columns,
        scores,
        options=calibration.CalibrationOptions(**{k: v for k, v in choices.items() if k not in own}),
        **{k: v for k, v in choices.items() if k in own},
    )


CalibrationError = calibration.CalibrationError


def _shown(value: Fraction | None) -> str | None:
    if value is None:
        return None
    hundredths = Fraction(value) * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)  # half up
    return str((Decimal(whole) / 100).quantize(PLACES, rounding=ROUND_HALF_UP))


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
