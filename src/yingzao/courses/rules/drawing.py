"""Which questions an attempt gets, and in which order. Pure: the same seed draws the same."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of a quiz: a question, or some of a pool (its questions in a fixed order)."""

    question: int | None = None
    pool: tuple[int, ...] = ()
    count: int = 1


def draw(wanted: Sequence[Wanted], *, seed: int, shuffles: bool) -> list[int]:
    """Questions by their keys, none twice. Questions that everybody gets are never drawn from a pool as well; a pool
    that has fewer than are asked of it gives what it has."""
    chance = random.Random(seed)
    taken = {one.question for one in wanted if one.question is not None}
    drawn: list[int] = []
    for one in wanted:
        if one.question is not None:
            if one.question not in drawn:
                drawn.append(one.question)
            continue
        left = [question for question in one.pool if question not in taken]
        chosen = chance.sample(left, min(one.count, len(left)))
        taken.update(chosen)
        drawn += chosen
    if shuffles:
        chance.shuffle(drawn)
    return drawn


def shuffled(options: Sequence[str], *, seed: int, place: int) -> list[str]:
    """The options of the question at this place in the order in which they are shown."""
    order = list(options)
    random.Random(f"{seed}:{place}").shuffle(order)
    return order


def shuffled_apart(right: Sequence[str], *, seed: int, place: int) -> list[str]:
    """The same for an ordering: never shown as it is right, where there is another way."""
    for turn in range(20):
        order = shuffled(right, seed=seed + turn, place=place)
        if order != list(right):
            return order
    return list(reversed(right))
