"""From totals to a list: threshold, bars, order, ties, quota, reserve. Plain values; no Django.

Everything is decided by the figures as they are published, that is after rounding: no place hangs on a digit that
nobody can see.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor

from yingzao.honours.rules.figures import half_up
from yingzao.honours.rules.total import SchemeTerms, total_of

NUMBER, PERCENT = "number", "percent"
CHOSEN, RESERVE, TIED, NOT_CHOSEN, BARRED = "chosen", "reserve", "tied", "not_chosen", "barred"
UNJUDGED, NO_DUTIES, BELOW_THRESHOLD, DECIDED = "unjudged", "no_duties", "below_threshold", "tie_decided"
TIE_RULES = ("performance", "completion", "earlier")
LATEST = "~"  # sorts after every instant: who completed nothing is never the earlier one


@dataclass(frozen=True)
class ListTerms:
    """How long the list is and what breaks a tie, in order."""

    quota_kind: str
    quota: Fraction
    reserve: int
    least_completion: Fraction
    tie_rule: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.quota_kind not in (NUMBER, PERCENT):
            raise ValueError(f"unknown kind of quota {self.quota_kind!r}")
        if unknown := set(self.tie_rule) - set(TIE_RULES):
            raise ValueError(f"unknown tie rule {sorted(unknown)}")


@dataclass(frozen=True)
class Candidate:
    """One learner's figures out of 100, exact. `completed_at` is the instant of the last fact that counts."""

    code: str
    completion: Fraction | None
    performance: Fraction | None
    completed_at: str | None = None
    barred: bool = False


@dataclass(frozen=True)
class TieChoice:
    """What a supervisor decided about a tie that the rules do not break: who of `tied` takes a place."""

    tied: frozenset[str]
    chosen: frozenset[str]


@dataclass(frozen=True)
class PlaceValue:
    """One line of the list. `rank` is empty for whom no place can be given; `why` then says why."""

    code: str
    rank: int | None
    state: str
    why: str
    total: Decimal | None
    completion: Decimal | None
    performance: Decimal | None
    completed_at: str | None


@dataclass(frozen=True)
class Outcome:
    places: tuple[PlaceValue, ...]
    quota: int  # places to give
    open_places: int  # left over for an undecided tie
    tied: frozenset[str]  # who shares the undecided tie

    def place(self, code: str) -> PlaceValue:
        return next(place for place in self.places if place.code == code)


def quota_of(terms: ListTerms, learners: int) -> int:
    """How many places there are. A percentage of all learners rounds down, but gives at least one."""
    if terms.quota_kind == NUMBER:
        return floor(terms.quota)
    return max(1, floor(terms.quota * learners / 100))


def _figures(candidate: Candidate, scheme: SchemeTerms) -> dict:
    def shown(value: Fraction | None) -> Decimal | None:
        return None if value is None else half_up(value, scheme.decimals)

    total = total_of(candidate.completion, candidate.performance, scheme)
    return {
        "code": candidate.code,
        "total": shown(total),
        "completion": shown(candidate.completion),
        "performance": shown(candidate.performance),
        "completed_at": candidate.completed_at,
    }


def _hindrance(candidate: Candidate, figures: dict, least: Decimal) -> tuple[str, str] | None:
    """(state, why) of a learner to whom no place can be given; None for everybody else."""
    if candidate.barred:
        return BARRED, ""
    if figures["total"] is None:
        return NOT_CHOSEN, NO_DUTIES if candidate.completion is None else UNJUDGED
    if least and (figures["completion"] is None or figures["completion"] < least):
        return NOT_CHOSEN, BELOW_THRESHOLD
    return None


def _order(tie_rule: Sequence[str]) -> Callable[[dict], tuple]:
    """What sorts the list: the total, then the tie rule in its order. Equal keys are a tie."""

    def key(figures: dict) -> tuple:
        breakers = {
            "performance": -(figures["performance"] or Decimal(0)),
            "completion": -(figures["completion"] or Decimal(0)),
            "earlier": figures["completed_at"] or LATEST,
        }
        return (-figures["total"], *(breakers[rule] for rule in tie_rule))

    return key


def _states(
    groups: list[list[str]], quota: int, reserve: int, choice: TieChoice | None
) -> tuple[dict, int, frozenset]:
    """code → (state, why), the places left open and who shares the undecided tie. `groups` are in order."""
    states: dict[str, tuple[str, str]] = {}
    left, waiting = quota, list(groups)
    while waiting and left >= len(waiting[0]):
        group = waiting.pop(0)
        states |= dict.fromkeys(group, (CHOSEN, ""))
        left -= len(group)
    if waiting and left:
        group = waiting.pop(0)
        if choice is None or choice.tied != frozenset(group):
            states |= dict.fromkeys(group, (TIED, ""))
            states |= {code: (NOT_CHOSEN, "") for rest in waiting for code in rest}
            return states, left, frozenset(group)
        if not choice.chosen <= choice.tied or len(choice.chosen) > left:
            raise ValueError("the decision gives places to others than the tied, or more than there are")
        states |= {code: (CHOSEN, DECIDED) for code in group if code in choice.chosen}
        waiting.insert(0, [code for code in group if code not in choice.chosen])
    for group in waiting:
        fits = len(group) <= reserve
        states |= dict.fromkeys(group, (RESERVE if fits else NOT_CHOSEN, ""))
        reserve = reserve - len(group) if fits else 0
    return states, 0, frozenset()


def list_places(
    candidates: Iterable[Candidate], scheme: SchemeTerms, terms: ListTerms, choice: TieChoice | None = None
) -> Outcome:
    """Every learner's place, in the list's order.

    A tie that the rules do not break and that the quota's line cuts takes no place (`tied`) until a supervisor
    chose. Equal keys share a rank. At the end of the reserve a tie that does not fit stays out.
    """
    candidates = sorted(candidates, key=lambda candidate: candidate.code)
    least = half_up(terms.least_completion, scheme.decimals)
    ranked, others = [], []
    for candidate in candidates:
        figures = _figures(candidate, scheme)
        hindrance = _hindrance(candidate, figures, least)
        if hindrance is None:
            ranked.append(figures)
        else:
            others.append(PlaceValue(rank=None, state=hindrance[0], why=hindrance[1], **figures))
    order = _order(terms.tie_rule)
    groups = [list(group) for _, group in groupby(sorted(ranked, key=order), key=order)]
    quota = quota_of(terms, len(candidates))
    states, open_places, tied = _states(
        [[figures["code"] for figures in group] for group in groups], quota, terms.reserve, choice
    )
    places, rank = [], 1
    for group in groups:
        for figures in group:
            state, why = states[figures["code"]]
            places.append(PlaceValue(rank=rank, state=state, why=why, **figures))
        rank += len(group)
    others.sort(key=lambda place: (place.state == BARRED, -(place.total or Decimal(-1)), place.code))
    return Outcome(tuple(places + others), quota, open_places, tied)
