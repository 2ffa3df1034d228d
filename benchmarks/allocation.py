"""How long drawing 3 of 100 judges for each of 2,000 entries takes, with its linkage, against the limit of 5 s.

    python benchmarks/allocation.py [--entries 2000] [--judges 100] [--per-entry 3]

Each case is drawn once from fresh values, and followed by the figures that the page shows with it: linkage, and what one
more assignment would buy. The worst case is the last: half of the judges may look at a tenth of the entries only.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator

from yingzao.engines import design
from yingzao.engines.allocation import Problem, allocate

LIMIT = 5.0


def cases(entries: int, judges: int, per_entry: int) -> Iterator[tuple[str, Problem]]:
    learners = tuple(f"E{i:04}" for i in range(entries))
    panel = tuple(f"J{i:03}" for i in range(judges))
    dice = random.Random(20211227)
    pairs = [(entry, judge) for entry in learners for judge in panel]
    conflicts = frozenset(pair for pair in pairs if dice.random() < 0.1)
    avoid = frozenset(pair for pair in pairs if dice.random() < 0.5)
    capacity = dict.fromkeys(panel, entries * per_entry // judges + 2)
    plain = Problem(learners, panel, per_entry, seed=7)
    yield "nothing in the way", plain
    yield (
        "10 % conflicts, half to be avoided, capacity",
        Problem(learners, panel, per_entry, conflicts=conflicts, avoid=avoid, capacity=capacity, seed=7),
    )
    gone = panel[7]
    standing = frozenset(pair for pair in allocate(plain).pairs if pair[1] != gone)
    yield (
        "a judge drops out",
        Problem(learners, tuple(j for j in panel if j != gone), per_entry, standing=standing, seed=8),
    )
    narrow = frozenset(
        (entry, judge)
        for i, entry in enumerate(learners)
        for j, judge in enumerate(panel)
        if j < judges // 2 and i % 10 != j % 10
    )
    yield (
        "half the judges for a tenth of the entries each",
        Problem(learners, panel, per_entry, narrow, seed=7),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--judges", type=int, default=100)
    parser.add_argument("--per-entry", type=int, default=3)
    asked = parser.parse_args()
    worst = 0.0
    for name, problem in cases(asked.entries, asked.judges, asked.per_entry):
        begun = time.perf_counter()
        draw = allocate(problem)
        drawn = time.perf_counter() - begun
        linkage = design.linkage_of(draw.pairs, problem.judges)
        design.one_more(draw.pairs, problem.judges, closed=problem.conflicts)
        seconds = time.perf_counter() - begun
        worst = max(worst, seconds)
        print(
            f"{name}: {seconds:.2f} s ({drawn:.2f} s to draw), spread {draw.spread}, {linkage.parts} part(s), "
            f"efficiency {linkage.efficiency:.3f}, {len(draw.against)} against a wish, {len(draw.moved)} moved"
        )
    print(f"slowest {worst:.2f} s, limit {LIMIT:.0f} s")
    print("within the limit" if worst < LIMIT else "OVER THE LIMIT")


if __name__ == "__main__":
    main()
