"""The calibration: marks of a round to the engine's table, and its figures by code."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import fmean
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.engines import calibration
from yingzao.judging import queries
from yingzao.judging.enums import STANDING, AssignmentState
from yingzao.judging.models import Mark, Round

PLACES = Decimal("0.01")
LEFT_OUT_JUDGES = 30  # up to here everybody's place is looked up without each judge in turn
LEFT_OUT_MARKS = 20_000
WEIGHT_UNITS = 10**8  # of a criterion's weight over its full marks, as the whole number that the engine wants

CalibrationError = calibration.CalibrationError


@dataclass(frozen=True, slots=True)
class Options:
    """How severities are estimated (docs/algorithms/calibration.md). `top`: how many places chances are computed for."""

    method: str = "eb"
    scale: str = "auto"
    allocation: str = "unknown"
    on_disconnected: str = "refuse"
    top: int = 10


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def calibration_inputs(round: Round, options: Options) -> dict[str, Any]:
    """All that the figures of a round depend on, by code, in an order of its own. Only submitted sheets are in it.

    Raises Refused for a trial, whose marks count for nothing.
    """
    if round.trial_of_id is not None:
        raise Refused(_("Marks of a trial count for nothing; no figures are made of them."), code="trial")
    submitted = (
        Mark.objects.filter(assignment__round=round, assignment__state=AssignmentState.SUBMITTED)
        .exclude(assignment__in=queries.sheets_in_conflict(round))
        .order_by()
    )
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
        "options": asdict(options),
        "round": round.code,
        "rubric_version": round.rubric_version.code,
        "criteria": [
            {"code": c.code, "weight": str(c.weight), "levels": c.highest, "lowest": c.lowest}
            for c in sorted(criteria, key=lambda c: (c.position, c.code))
        ],
        "entries": [
            {"enrolment": enrolment, "entry": entry, "version": version or "", "sha256": digest or ""}
            for enrolment, entry, version, digest in sorted(entries, key=lambda e: tuple(x or "" for x in e))
        ],
        "marks": sorted(list(row) for row in rows),
    }


def calibrate(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Raw means, and beside them under `adjusted` what the severity model makes of the same marks.

    Raises `engines.calibration.CalibrationError` for marks of which not even a mean can be made; the same inputs give
    the same bytes.
    """
    raw = means(inputs)
    return {**raw, "adjusted": adjusted(inputs, raw)}


def means(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Means of marks by code, figures as text: rounded to two places half up, and the exact fraction beside."""
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


def adjusted(inputs: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of `calibrate_severity`, each learner with `performance`, 0 to 100, and its standard error, each judge with `points`.

    `performance` is what the mean judge would have given, as its share of full marks, by the criteria's weights. `points`:
    how many of 100 the judge gave more than that, on average over the sheets; below 0 is severe.
    """
    options = dict(inputs["options"])
    found = calibrate_severity(inputs, top=options.pop("top"), **options)
    criteria = inputs["criteria"]
    full = sum(Fraction(c["weight"]) for c in criteria)
    shares = sum(Fraction(c["weight"]) / c["levels"] for c in criteria) / full
    for row in found["learners"]:
        fair = row["fair_average"]
        row["performance"] = None if fair is None else _shown(Fraction(str(fair)) * shares * 100)
        error = row["fair_se"]
        row["performance_se"] = None if error is None else round(error * float(shares) * 100, 4)
    for each in found.get("left_out", ()):
        each["performances"] = [
            None if fair is None else _shown(Fraction(str(fair)) * shares * 100)
            for fair in each.pop("fair_averages")
        ]
    given = {row["id"]: row["performance"] for row in found["learners"]}
    leans: dict[str, list[float]] = {}
    for row in raw["learners"]:
        for sheet in row["sheets"]:
            if sheet["total"] is not None and given.get(row["enrolment"]) is not None:
                lean = float(sheet["total"]) - float(given[row["enrolment"]])
                leans.setdefault(sheet["judge"], []).append(lean)
    for row in found["judges"]:
        row["points"] = round(fmean(leans[row["id"]]), 2) if row["id"] in leans else None
    return found


def calibrate_severity(
    inputs: Mapping[str, Any], *, top: int | None = None, **choices: Any
) -> dict[str, Any]:
    """The same inputs through a severity model: plain values by code, never an exception for what the marks lack.

    `choices` are the fields of `calibration.CalibrationOptions` (method, scale, allocation, on_disconnected, seed,
    halo). Learners are enrolment codes; marks count from 1 where all criteria have levels, else from 0. A criterion's weight
    counts against its full marks, so that fair averages are shares. The answer is that of `yingzao calibrate --json`
    (docs/algorithms/calibration.md), with `left_out`: for each judge everybody's place without that judge. Warnings and
    `refused` hold codes and names, and `phrases.calibration_note` says them. The same inputs give the same bytes.
    """
    rows = inputs["marks"]
    marked = {row[2] for row in rows}
    criteria = [c for c in inputs["criteria"] if c["code"] in marked]
    few = len({row[1] for row in rows}) <= LEFT_OUT_JUDGES and len(rows) <= LEFT_OUT_MARKS
    return calibration.calibrate_table(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        [row[3] for row in rows],
        options=calibration.CalibrationOptions(**choices),
        lowest=min(c["lowest"] for c in criteria),
        maxima={c["code"]: c["levels"] for c in criteria},
        weights={c["code"]: round(Fraction(c["weight"]) * WEIGHT_UNITS / c["levels"]) for c in criteria},
        top=top,
        without_each_judge=few,
        frozen=True,
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


def _shown(value: Fraction | None) -> str | None:
    if value is None:
        return None
    hundredths = Fraction(value) * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)  # half up
    return str((Decimal(whole) / 100).quantize(PLACES, rounding=ROUND_HALF_UP))


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
