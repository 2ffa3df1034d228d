"""From duties and judged points to a total. Plain values in, exact fractions out; no Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

EQUAL, BY_WEIGHT = "equal", "by_weight"


@dataclass(frozen=True)
class SchemeTerms:
    """How completion and performance make the total. The two weights sum to 100."""

    completion_weight: Fraction
    performance_weight: Fraction
    late_share: Fraction  # what a late duty counts, 0 to 1
    duty_weighting: str = EQUAL  # or BY_WEIGHT, after the activity's own weight
    decimals: int = 2  # of every published figure

    def __post_init__(self) -> None:
        if self.completion_weight + self.performance_weight != 100:
            raise ValueError("the weights must sum to 100")
        if not 0 <= self.late_share <= 1:
            raise ValueError("late_share lies between 0 and 1")
        if self.duty_weighting not in (EQUAL, BY_WEIGHT):
            raise ValueError(f"unknown duty weighting {self.duty_weighting!r}")


@dataclass(frozen=True)
class DutyLine:
    """One duty as it stood. `state` is done, late, excused, missed or pending."""

    activity: str
    state: str
    weight: Fraction = Fraction(1)


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


def total_of(
    completion: Fraction | None, performance: Fraction | None, terms: SchemeTerms
) -> Fraction | None:
    """The total out of 100; None when a part that carries weight is missing."""
    parts = ((completion, terms.completion_weight), (performance, terms.performance_weight))
    if any(value is None and weight for value, weight in parts):
        return None
    return sum((value * weight for value, weight in parts if value is not None), Fraction(0)) / 100


def terms_of(values: Mapping) -> SchemeTerms:
    """The terms as a snapshot writes them."""
    return SchemeTerms(
        completion_weight=Fraction(values["completion_weight"]),
        performance_weight=Fraction(values["performance_weight"]),
        late_share=Fraction(values["late_share"]),
        duty_weighting=values["duty_weighting"],
        decimals=values["decimals"],
    )


def hours_in(snapshot: Mapping, learner: str) -> Decimal:
    """Credit hours of what a learner had done, late or in time, when the list was frozen."""
    planned = [*snapshot["activities"], *snapshot.get("offered", ())]
    hours = {one["code"]: Decimal(one["hours"]) for one in planned if "hours" in one}
    mine = (one for one in snapshot["learners"] if one["code"] == learner)
    lines = (duty for one in mine for duty in [*one["duties"], *one.get("offered", ())])
    done = (duty["activity"] for duty in lines if duty["state"] in ("done", "late"))
    return sum((hours.get(activity, Decimal(0)) for activity in done), Decimal(0))
