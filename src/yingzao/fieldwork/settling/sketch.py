"""Where points on the ground are drawn on a sheet: north is up, one scale for both axes, marks never on top of each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 720, 480, 44  # in the drawing's own units
FOOT = 44  # kept free below for the scale
METRES_A_DEGREE = 111_320  # of latitude; of longitude times its cosine
LEAST = 60  # metres that a drawing shows at least: phones know no better
APART = 26  # units between the middles of two marks
ROUNDS = 60
STEPS = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class Sketch:
    """`marks` are x, y in the order of the points; `bar` is how many units long `metres` are."""

    marks: tuple[tuple[int, int], ...]
    metres: int
    bar: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """The way from mark to mark, as a polyline takes it."""
        return " ".join(f"{x},{y}" for x, y in self.marks)


def sketch(spots: Sequence[tuple[float, float]]) -> Sketch | None:
    """The drawing of points (latitude, longitude in degrees); None of none. The same points are the same drawing."""
    if not spots:
        return None
    middle = sum(latitude for latitude, _longitude in spots) / len(spots)
    across = METRES_A_DEGREE * max(math.cos(math.radians(middle)), 0.01)
    ground = [(longitude * across, -latitude * METRES_A_DEGREE) for latitude, longitude in spots]
    xs, ys = [x for x, _y in ground], [y for _x, y in ground]
    scale = min(
        (WIDTH - 2 * MARGIN) / max(max(xs) - min(xs), LEAST),
        (HEIGHT - FOOT - 2 * MARGIN) / max(max(ys) - min(ys), LEAST),
    )
    centre = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    marks = [
        (WIDTH / 2 + (x - centre[0]) * scale, (HEIGHT - FOOT) / 2 + (y - centre[1]) * scale)
        for x, y in ground
    ]
    metres = next((step for step in reversed(STEPS) if step * scale <= WIDTH / 4), STEPS[0])
    return Sketch(
        tuple((round(x), round(y)) for x, y in _spread(marks)), metres, max(round(metres * scale), 1)
    )


def _spread(marks: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Push marks apart that would hide each other, each by the same share, and keep them on the sheet."""
    placed = list(marks)
    for _round in range(ROUNDS):
        is_moved = False
        for one in range(len(placed)):
            for other in range(one + 1, len(placed)):
                (ax, ay), (bx, by) = placed[one], placed[other]
                dx, dy = bx - ax, by - ay
                if abs(dx) >= APART or abs(dy) >= APART:
                    continue
                far = math.hypot(dx, dy)
                if far >= APART:
                    continue
                if far < 0.01:  # on the same spot: each pair has a direction of its own
                    turn = (one * 7 + other * 3) % 12 * math.pi / 6
                    dx, dy, far = math.cos(turn), math.sin(turn), 1.0
                    push = APART / 2
                else:
                    push = (APART - far) / 2
                ux, uy = dx / far * push, dy / far * push
                placed[one], placed[other] = (ax - ux, ay - uy), (bx + ux, by + uy)
                is_moved = True
        placed = [(min(max(x, 16), WIDTH - 16), min(max(y, 16), HEIGHT - FOOT - 10)) for x, y in placed]
        if not is_moved:
            break
    return placed
