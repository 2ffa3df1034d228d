"""How near a learner is to failing: pure, values in, values out.

Everything is counted in whole thousandths of a hundredth of weight, as `activities.settling.progress` counts, so that
the three figures are the same and a line that is just reached is reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from yingzao.activities.enums import DutyState, Still


class Group(StrEnum):
    """In the order of a page."""

    LOST = "lost"  # below the line whatever they do
    EDGE = "edge"  # one more missed, and the line is out of reach
    BEHIND = "behind"  # behind, and it can still be made up
    SAFE = "safe"


@dataclass(frozen=True, slots=True)
class Counted:
    """One duty of one learner."""

    key: int
    state: str
    still: str
    weight: Decimal  # two decimals


@dataclass(frozen=True, slots=True)
class Outlook:
    so_far: Fraction | None
    whole: Fraction | None
    reachable: Fraction | None
    slack: int  # so many open duties, whichever they are, can be missed with the line still in reach
    open: tuple[int, ...]  # keys of duties that can still bring something
    missed: tuple[int, ...]  # keys of duties that by now bring nothing
    to_mend: (
        int | None
    )  # below the line: how many missed duties would have to be mended; None where all would not do
    group: Group


def outlook(duties: Sequence[Counted], *, late_share: Decimal, line: Fraction, behind: Fraction) -> Outlook:
    """Where a learner stands against `line`, a share of the whole plan that the best reachable figure must not fall below.

    `behind` is the share of what is settled below which somebody counts as behind. Excused duties count nowhere.
    """
    late = int(late_share * 1000)
    total = settled = earned = 0
    chances: dict[int, int] = {}  # open duty → what it can still bring
    repairs: list[int] = []  # what mending a missed duty would bring beyond that
    missed = []
    for duty in duties:
        if duty.state == DutyState.EXCUSED:
            continue
        weight = int(duty.weight * 100)
        total += weight
        if duty.state != DutyState.PENDING:
            settled += weight
        if duty.state in (DutyState.DONE, DutyState.LATE):
            earned += weight * (1000 if duty.state == DutyState.DONE else late)
            continue
        chance = {Still.ON_TIME: weight * 1000, Still.LATE: weight * late}.get(Still(duty.still), 0)
        if chance:
            chances[duty.key] = chance
        if duty.state == DutyState.MISSED:
            repairs.append(weight * 1000 - chance)
            if not chance:
                missed.append(duty.key)
    if not total:
        return Outlook(None, None, None, len(chances), tuple(chances), tuple(missed), None, Group.SAFE)
    best = earned + sum(chances.values())
    spare = best - line * total * 1000
    so_far = Fraction(earned, settled * 1000) if settled else None
    slack = _taken_within(sorted(chances.values(), reverse=True), spare) if spare >= 0 else 0
    if spare < 0:
        group = Group.LOST
    elif chances and slack == 0:
        group = Group.EDGE
    elif so_far is not None and so_far < max(behind, line) and chances:
        group = Group.BEHIND
    else:
        group = Group.SAFE
    return Outlook(
        so_far,
        Fraction(earned, total * 1000),
        Fraction(best, total * 1000),
        slack,
        tuple(chances),
        tuple(missed),
        _fewest_for(repairs, -spare) if spare < 0 else None,
        group,
    )


def _taken_within(worths: Sequence[int], spare: Fraction) -> int:
    """How many can be lost whichever they are: the worst case loses the dearest first."""
    lost = Fraction(0)
    for count, worth in enumerate(worths):
        lost += worth
        if lost > spare:
            return count
    return len(worths)


def _fewest_for(worths: Sequence[int], lacking: Fraction) -> int | None:
    gained = 0
    for count, worth in enumerate(sorted(worths, reverse=True), 1):
        gained += worth
        if gained >= lacking:
            return count
    return None
