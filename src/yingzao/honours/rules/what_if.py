"""How a list would change by other weights, other figures of the judging, or without one judge. No Django.

Every alternative is the frozen snapshot with one thing put in another's place; nothing is asked of the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from yingzao.honours.rules.places import CHOSEN, Outcome, TieChoice
from yingzao.honours.rules.snapshot import outcome_of, scheme_of
from yingzao.honours.rules.total import SchemeTerms

SHIFT = Fraction(10)  # points of weight
WEIGHT_UP, WEIGHT_DOWN, RAW, ADJUSTED, WITHOUT_JUDGE = (
    "weight_up",
    "weight_down",
    "raw",
    "adjusted",
    "without_judge",
)
NINETY = 1.645  # standard errors between which 90 % of a difference lies, to one side 95 %


@dataclass(frozen=True)
class Alternative:
    """`kind` with the part or judge that it is about; who would come onto the list and who would leave it."""

    kind: str
    about: str
    into: tuple[str, ...]
    out: tuple[str, ...]


def alternatives(snapshot: Mapping, choices: tuple[TieChoice, ...] = ()) -> list[Alternative]:
    """Each alternative in turn, weights first. Ties that an alternative makes are counted on neither side."""
    now = _chosen(outcome_of(snapshot, choices))
    return [
        Alternative(kind, about, tuple(sorted(then - now)), tuple(sorted(now - then)))
        for kind, about, changed in _changed(snapshot)
        for then in [_chosen(outcome_of(changed, choices))]
    ]


def _chosen(outcome: Outcome) -> frozenset[str]:
    return frozenset(place.code for place in outcome.places if place.state == CHOSEN)


def _changed(snapshot: Mapping) -> Iterator[tuple[str, str, Mapping]]:
    terms = scheme_of(snapshot)
    for part in terms.parts:
        for kind, weight in ((WEIGHT_UP, part.weight + SHIFT), (WEIGHT_DOWN, part.weight - SHIFT)):
            if len(terms.parts) > 1 and 0 <= weight <= 100 and part.weight < 100:
                yield (
                    kind,
                    part.key,
                    {**snapshot, "scheme": _weighted(snapshot["scheme"], terms, part.key, weight)},
                )
    run = snapshot["calibration"]
    if not run:
        return
    model = run["results"].get("adjusted") or {}
    if run.get("counts", "raw") == "adjusted":
        yield (
            RAW,
            "",
            {**snapshot, "performance": {r["enrolment"]: r["exact"] for r in run["results"]["learners"]}},
        )
    elif model.get("learners") and len({r.get("subset") for r in model["learners"]}) == 1:
        yield (
            ADJUSTED,
            "",
            {**snapshot, "performance": {r["id"]: r["performance"] for r in model["learners"]}},
        )
    for judge, performance in _without(run, model):
        yield WITHOUT_JUDGE, judge, {**snapshot, "performance": performance}


def _weighted(scheme: Mapping, terms: SchemeTerms, key: str, weight: Fraction) -> Mapping:
    """The scheme with one part at another weight, the others in their proportion."""
    before = next(part.weight for part in terms.parts if part.key == key)
    parts = [
        {
            "key": part.key,
            "title": part.title,
            "weight": str(weight if part.key == key else part.weight * (100 - weight) / (100 - before)),
            "source": part.source,
            "kinds": list(part.kinds),
        }
        for part in terms.parts
    ]
    return {**scheme, "parts": parts}


def _without(run: Mapping, model: Mapping) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Judge → performances without that judge: the model anew where it counts, else the mean of the other sheets."""
    if run.get("counts", "raw") == "adjusted":
        ids = [row["id"] for row in model["learners"]]
        for each in model.get("left_out", ()):
            yield each["judge"], dict(zip(ids, each.get("performances", ()), strict=False))
        return
    rows = run["results"]["learners"]
    for judge in sorted({sheet["judge"] for row in rows for sheet in row["sheets"]}):
        performance: dict[str, str | None] = {}
        for row in rows:
            totals = [
                Fraction(s["exact"]) for s in row["sheets"] if s["exact"] is not None and s["judge"] != judge
            ]
            performance[row["enrolment"]] = str(sum(totals, Fraction(0)) / len(totals)) if totals else None
        yield judge, performance


def errors_of(snapshot: Mapping) -> dict[str, float]:
    """Enrolment code → the error of the total that comes from the marks: that of the severity model (`performance_se`), by
    the weight of the marks. None where no model stands, or where marks become points by bands."""
    run, terms = snapshot["calibration"], scheme_of(snapshot)
    model = (run["results"].get("adjusted") or {}) if run else {}
    weight = sum((part.weight for part in terms.parts if part.source == "marks"), Fraction(0)) / 100
    if terms.bands or not weight:
        return {}
    return {
        r["id"]: r["performance_se"] * float(weight)
        for r in model.get("learners", ())
        if r.get("performance_se")
    }


def not_separated(errors: Mapping[str, float], outcome: Outcome) -> frozenset[str]:
    """Whose total its error (`errors_of`) does not separate from the last place given, or from the first that was not."""
    close: set[str] = set()
    for group in sorted({place.group for place in outcome.places}):
        ranked = [
            p
            for p in outcome.places
            if p.rank and p.total is not None and p.group == group and p.code in errors
        ]
        inside = [place for place in ranked if place.state == CHOSEN]
        outside = [place for place in ranked if place.state != CHOSEN]
        if not inside or not outside:
            continue
        for side, line in ((inside, outside[0]), (outside, inside[-1])):
            for place in side:
                gap = abs(float(place.total or 0) - float(line.total or 0))
                if gap < NINETY * sqrt(errors[place.code] ** 2 + errors[line.code] ** 2):
                    close.add(place.code)
    return frozenset(close)
