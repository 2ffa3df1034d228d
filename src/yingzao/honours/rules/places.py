"""From totals to a list: threshold, bars, order, ties, quota, reserve. Plain values; no Django.

Everything is decided by the figures as they are published, that is after rounding: no place hangs on a digit that
nobody can see.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import floor

from yingzao.honours.rules.figures import half_up
from yingzao.honours.rules.total import DUTIES, ENTERED, MARKS, SchemeTerms, total_of

NUMBER, PERCENT = "number", "percent"
CHOSEN, RESERVE, TIED, NOT_CHOSEN, BARRED = "chosen", "reserve", "tied", "not_chosen", "barred"
UNJUDGED, NO_DUTIES, NOT_ENTERED = "unjudged", "no_duties", "not_entered"
BELOW_THRESHOLD, DECIDED = "below_threshold", "tie_decided"
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
    by_group: bool = False  # the quota and the reserve are each group's own

    def __post_init__(self) -> None:
        if self.quota_kind not in (NUMBER, PERCENT):
            raise ValueError(f"unknown kind of quota {self.quota_kind!r}")
        if unknown := set(self.tie_rule) - set(TIE_RULES):
            raise ValueError(f"unknown tie rule {sorted(unknown)}")


@dataclass(frozen=True)
class Candidate:
    """One learner's figures out of 100, exact. `completed_at` is the instant of the last fact that counts.

    `completion` is of all duties, `performance` the points of the marks, `parts` the values that the total is made of by
    key (empty: these two), `added` bonuses and deductions.
    """

    code: str
    completion: Fraction | None
    performance: Fraction | None
    completed_at: str | None = None
    barred: bool = False
    parts: Mapping[str, Fraction | None] = field(default_factory=dict)
    added: tuple[Fraction, ...] = ()
    group: str = ""

    @property
    def values(self) -> Mapping[str, Fraction | None]:
        return self.parts or {"completion": self.completion, "performance": self.performance}


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
    parts: Mapping[str, Decimal | None] = field(default_factory=dict)
    added: Decimal = Decimal(0)
    group: str = ""


@dataclass(frozen=True)
class OpenTie:
    """A tie that the rules do not break, and how many places are left for it."""

    tied: frozenset[str]
    places: int


@dataclass(frozen=True)
class Outcome:
    """`ties` are undecided, one a group at most; `quota` counts the places of all groups."""

    places: tuple[PlaceValue, ...]
    quota: int
    ties: tuple[OpenTie, ...] = ()

    @property
    def open_places(self) -> int:
        return sum(tie.places for tie in self.ties)

    @property
    def tied(self) -> frozenset[str]:
        return frozenset(code for tie in self.ties for code in tie.tied)

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

    total = total_of(candidate.values, scheme, candidate.added)
    return {
        "code": candidate.code,
        "total": shown(total),
        "completion": shown(candidate.completion),
        "performance": shown(candidate.performance),
        "completed_at": candidate.completed_at,
        "parts": {key: shown(value) for key, value in candidate.parts.items()},
        "added": half_up(sum(candidate.added, Fraction(0)), scheme.decimals),
        "group": candidate.group,
    }


def _missing(candidate: Candidate, scheme: SchemeTerms) -> str:
    """Why there is no total: the first part without a value."""
    sources = [p.source for p in scheme.parts if p.weight and candidate.values.get(p.key) is None]
    return {DUTIES: NO_DUTIES, MARKS: UNJUDGED, ENTERED: NOT_ENTERED}[sources[0]]


def _hindrance(
    candidate: Candidate, figures: dict, least: Decimal, scheme: SchemeTerms
) -> tuple[str, str] | None:
    """(state, why) of a learner to whom no place can be given; None for everybody else."""
    if candidate.barred:
        return BARRED, ""
    if figures["total"] is None:
        return NOT_CHOSEN, _missing(candidate, scheme)
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
    groups: list[list[str]], quota: int, reserve: int, choices: Mapping[frozenset[str], TieChoice]
) -> tuple[dict, OpenTie | None]:
    """code → (state, why), and the tie that nobody decided yet. `groups` of equals are in order."""
    states: dict[str, tuple[str, str]] = {}
    left, waiting = quota, list(groups)
    while waiting and left >= len(waiting[0]):
        group = waiting.pop(0)
        states |= dict.fromkeys(group, (CHOSEN, ""))
        left -= len(group)
    if waiting and left:
        group = waiting.pop(0)
        choice = choices.get(frozenset(group))
        if choice is None:
            states |= dict.fromkeys(group, (TIED, ""))
            states |= {code: (NOT_CHOSEN, "") for rest in waiting for code in rest}
            return states, OpenTie(frozenset(group), left)
        if not choice.chosen <= choice.tied or len(choice.chosen) > left:
            raise ValueError("the decision gives places to others than the tied, or more than there are")
        states |= {code: (CHOSEN, DECIDED) for code in group if code in choice.chosen}
        waiting.insert(0, [code for code in group if code not in choice.chosen])
    for group in waiting:
        fits = len(group) <= reserve
        states |= dict.fromkeys(group, (RESERVE if fits else NOT_CHOSEN, ""))
        reserve = reserve - len(group) if fits else 0
    return states, None


def list_places(
    candidates: Iterable[Candidate], scheme: SchemeTerms, terms: ListTerms, choices: Iterable[TieChoice] = ()
) -> Outcome:
    """Every learner's place, in the list's order.

    A tie that the rules do not break and that the quota's line cuts takes no place (`tied`) until a supervisor
    chose. Equal keys share a rank. At the end of the reserve a tie that does not fit stays out. Ranks are of all;
    with `by_group` quota, reserve and ties are each group's own.
    """
    candidates = sorted(candidates, key=lambda candidate: candidate.code)
    least = half_up(terms.least_completion, scheme.decimals)
    ranked, others = [], []
    for candidate in candidates:
        figures = _figures(candidate, scheme)
        hindrance = _hindrance(candidate, figures, least, scheme)
        if hindrance is None:
            ranked.append(figures)
        else:
            others.append(PlaceValue(rank=None, state=hindrance[0], why=hindrance[1], **figures))
    order = _order(terms.tie_rule)
    groups = [list(group) for _, group in groupby(sorted(ranked, key=order), key=order)]
    decided = {choice.tied: choice for choice in choices}
    states: dict[str, tuple[str, str]] = {}
    ties, quota = [], 0
    of_group = Counter(candidate.group if terms.by_group else "" for candidate in candidates)
    for name, learners in sorted(of_group.items()):
        equals = [[f["code"] for f in group if not terms.by_group or f["group"] == name] for group in groups]
        places_here = quota_of(terms, learners)
        found, tie = _states([codes for codes in equals if codes], places_here, terms.reserve, decided)
        states |= found
        quota += places_here
        ties += [tie] if tie else []
    places, rank = [], 1
    for group in groups:
        for figures in group:
            state, why = states[figures["code"]]
            places.append(PlaceValue(rank=rank, state=state, why=why, **figures))
        rank += len(group)
    others.sort(key=lambda place: (place.state == BARRED, -(place.total or Decimal(-1)), place.code))
    return Outcome(tuple(places + others), quota, tuple(ties))
