"""From duties and judged points to a total. Plain values in, exact fractions out; no Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

EQUAL, BY_WEIGHT = "equal", "by_weight"
DUTIES, MARKS, ENTERED = "duties", "marks", "entered"
SOURCES = (DUTIES, MARKS, ENTERED)


@dataclass(frozen=True)
class Part:
    """One part of the total, out of 100: duties of some kinds of activities (none named: of all), the judges' marks, or
    points that staff enter."""

    key: str
    title: str
    weight: Fraction  # of 100
    source: str
    kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"unknown source of points {self.source!r}")

    def takes(self, kind: str) -> bool:
        """Whether a duty of such an activity is part of it."""
        return self.source == DUTIES and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True)
class SchemeTerms:
    """How the parts make the total. Their weights sum to 100."""

    parts: tuple[Part, ...]
    late_share: Fraction  # what a late duty counts, 0 to 1
    duty_weighting: str = EQUAL  # or BY_WEIGHT, after the activity's own weight
    decimals: int = 2  # of every published figure
    bands: tuple[
        tuple[Fraction, Fraction], ...
    ] = ()  # marks from → points, highest first; none: marks are points
    most_bonus: Fraction = Fraction(0)  # of all that is added to one total

    def __post_init__(self) -> None:
        if sum(part.weight for part in self.parts) != 100:
            raise ValueError("the weights must sum to 100")
        if len({part.key for part in self.parts}) < len(self.parts):
            raise ValueError("two parts have the same key")
        if not 0 <= self.late_share <= 1:
            raise ValueError("late_share lies between 0 and 1")
        if self.duty_weighting not in (EQUAL, BY_WEIGHT):
            raise ValueError(f"unknown duty weighting {self.duty_weighting!r}")
        if self.bands and (self.bands[-1][0] != 0 or list(self.bands) != sorted(self.bands, reverse=True)):
            raise ValueError("bands go down to 0")


@dataclass(frozen=True)
class DutyLine:
    """One duty as it stood. `state` is done, late, excused, missed or pending."""

    activity: str
    state: str
    weight: Fraction = Fraction(1)
    kind: str = ""


def counted(state: str, late_share: Fraction) -> Fraction | None:
    """What a duty in this state counts, 0 to 1; None when it is left out (excused)."""
    if state == "excused":
        return None
    return {"done": Fraction(1), "late": late_share, "missed": Fraction(0), "pending": Fraction(0)}[state]


def completion_of(duties: Iterable[DutyLine], terms: SchemeTerms) -> Fraction | None:
    """Completion out of 100; None when no duty counts (none planned, or every one excused)."""
    weighed: dict[str, Fraction | int] = {}  # state → weight; whole numbers where every duty counts the same
    for duty in duties:
        weight = duty.weight if terms.duty_weighting == BY_WEIGHT else 1
        weighed[duty.state] = weighed.get(duty.state, 0) + weight
    reached, possible = Fraction(0), Fraction(0)
    for state, weight in weighed.items():
        share = counted(state, terms.late_share)
        if share is not None:
            reached += weight * share
            possible += weight
    return 100 * reached / possible if possible else None


def points_of(marks: Fraction | None, terms: SchemeTerms) -> Fraction | None:
    """The judges' figure out of 100 as points: as it is, or those of the band that it reaches."""
    if marks is None or not terms.bands:
        return marks
    return next(points for least, points in terms.bands if marks >= least)


def total_of(
    values: Mapping[str, Fraction | None], terms: SchemeTerms, added: Iterable[Fraction] = ()
) -> Fraction | None:
    """The total, from each part's value out of 100 by key; None when a part that carries weight is missing.

    `added` are bonuses and, below 0, deductions, in points of the total: bonuses count up to `most_bonus` together,
    deductions in full, and no total is below 0.
    """
    if any(values.get(part.key) is None and part.weight for part in terms.parts):
        return None
    total = sum((part.weight * (values.get(part.key) or 0) for part in terms.parts), Fraction(0)) / 100
    added = list(added)
    bonus = min(sum((a for a in added if a > 0), Fraction(0)), terms.most_bonus)
    return max(total + bonus + sum((a for a in added if a < 0), Fraction(0)), Fraction(0))


def parts_of(values: Mapping) -> tuple[Part, ...]:
    """The parts as a snapshot writes them; two weights alone stand for completion of all duties and the marks."""
    if "parts" in values:
        return tuple(
            Part(p["key"], p["title"], Fraction(p["weight"]), p["source"], tuple(p["kinds"]))
            for p in values["parts"]
        )
    return (
        Part("completion", "", Fraction(values["completion_weight"]), DUTIES),
        Part("performance", "", Fraction(values["performance_weight"]), MARKS),
    )


def terms_of(values: Mapping) -> SchemeTerms:
    """The terms as a snapshot writes them."""
    return SchemeTerms(
        parts=parts_of(values),
        late_share=Fraction(values["late_share"]),
        duty_weighting=values["duty_weighting"],
        decimals=values["decimals"],
        bands=tuple((Fraction(least), Fraction(points)) for least, points in values.get("bands", ())),
        most_bonus=Fraction(values.get("most_bonus", 0)),
    )


def hours_by_learner(learners: Iterable[Mapping], hours: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Enrolment code → credit hours of what each learner of a frozen list had done, late or in time. `hours` are what each
    activity gives."""

    def earned(learner: Mapping) -> Decimal:
        lines = [*learner["duties"], *learner.get("offered", ())]
        done = (duty["activity"] for duty in lines if duty["state"] in ("done", "late"))
        return sum((hours.get(activity, Decimal(0)) for activity in done), Decimal(0))

    return {learner["code"]: earned(learner) for learner in learners}
