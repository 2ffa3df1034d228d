"""Where the records around one record are drawn: a wheel of two rings, and a narrow one of the first ring for phones; the same for the same graph."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from yingzao.communities.enums import NodeKind
from yingzao.communities.models import Community, Tie
from yingzao.communities.queries.graph import NODES, heads, is_standing, kind_of, title_of

WIDTH, HEIGHT = 880, 520  # of the drawing, in its own units
RINGS = (150, 232)
MOST = 28  # around one; more are listed and not drawn
SHOWN = 8  # characters of a title
NARROW, NARROW_ROW, NARROW_SHOWN = 360, 40, 7  # width, height for a record on either side, characters


@dataclass(frozen=True, slots=True)
class Drawn:
    """One record at its place: the middle of its mark, and how its words are set beside it."""

    x: int
    y: int
    kind: str
    code: str
    title: str
    short: str
    anchor: str = "middle"  # of the words
    words_y: int = 0
    is_centre: bool = False
    ring: int = 0
    on: dt.date | None = None  # of an action, which may bear the name of another

    @property
    def icon(self) -> str:
        return NodeKind(self.kind).icon

    @property
    def kind_word(self) -> str:
        return str(NodeKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Line:
    x1: int
    y1: int
    x2: int
    y2: int
    is_far: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    nodes: tuple[Drawn, ...]
    lines: tuple[Line, ...]
    left_out: int  # neighbours that there was no room for
    narrow: Drawing | None = None  # the same with the first ring alone, for a phone


def drawing(community: Community, centre: Any | None) -> Drawing:
    """The neighbours of a record, theirs on a second ring; without one, the community with all that is tied. One query."""
    rows = Tie.objects.filter(community=community).select_related(*NODES, "need__merged_into")
    pairs = [(one, other) for one, other in map(heads, rows) if is_standing(one) and is_standing(other)]
    beside: dict[tuple[str, int], list[Any]] = {}
    for one, other in pairs:
        beside.setdefault(_key(one), []).append(other)
        beside.setdefault(_key(other), []).append(one)
    if centre is None:
        first = _ordered([node for one, other in pairs for node in (one, other)])
        return _draw(None, community.name, first, [], pairs)
    first = _ordered(beside.get(_key(centre), []))
    near = {_key(node) for node in first} | {_key(centre)}
    second = _ordered([far for node in first for far in beside.get(_key(node), []) if _key(far) not in near])
    return _draw(centre, "", first, second, pairs)


def _key(node: Any) -> tuple[str, int]:
    return kind_of(node), node.pk


def _ordered(nodes: Sequence[Any]) -> list[Any]:
    """Each once, kind by kind, so that a kind stands together on the ring."""
    order = {kind: place for place, kind in enumerate(NodeKind.values)}
    once = {_key(node): node for node in nodes}
    return sorted(once.values(), key=lambda n: (order[kind_of(n)], n.pinyin, n.pk))


def _draw(
    centre: Any | None, name: str, first: list[Any], second: list[Any], pairs: Sequence[tuple[Any, Any]]
) -> Drawing:
    shown = (first[:MOST], second[: MOST - min(len(first), MOST // 2)])
    middle = Drawn(
        WIDTH // 2,
        HEIGHT // 2,
        kind_of(centre) if centre else "community",
        centre.code if centre else "",
        title_of(centre) if centre else name,
        _short(title_of(centre) if centre else name),
        words_y=HEIGHT // 2 + 34,
        is_centre=True,
    )
    placed = {("community", 0) if centre is None else _key(centre): middle}
    radii = (RINGS[0] if shown[1] else (RINGS[0] + RINGS[1]) // 2, RINGS[1])
    for ring, nodes in enumerate(shown):
        for place, node in enumerate(nodes):
            turn = 2 * math.pi * (place + 0.5 * ring) / len(nodes) - math.pi / 2
            placed[_key(node)] = _at(node, turn, radii[ring], ring + 1, is_lifted=place % 2 == 1)
    lines = [
        _line(placed[_key(one)], placed[_key(other)])
        for one, other in pairs
        if _key(one) in placed and _key(other) in placed
    ]
    if centre is None:
        lines += [_line(middle, node) for node in placed.values() if node is not middle and not lines]
    left_out = len(first) - len(shown[0]) + len(second) - len(shown[1])
    narrow = _narrow(middle, shown[0], pairs, centre)
    return Drawing(WIDTH, HEIGHT, tuple(placed.values()), tuple(dict.fromkeys(lines)), left_out, narrow)


def _narrow(
    middle: Drawn, nodes: Sequence[Any], pairs: Sequence[tuple[Any, Any]], centre: Any | None
) -> Drawing:
    """Records right and left of the middle, one below the other, so that all words stand beside their marks."""
    rows = max((len(nodes) + 1) // 2, 4)
    height = (rows + 1) * NARROW_ROW
    middle = replace(
        middle,
        x=NARROW // 2,
        y=height // 2,
        words_y=height // 2 + 34,
        short=_short(middle.title, NARROW_SHOWN),
    )
    placed = {("community", 0) if centre is None else _key(centre): middle}
    right = (len(nodes) + 1) // 2
    for place, node in enumerate(nodes):
        is_right = place < right
        row, of = (place, right) if is_right else (len(nodes) - 1 - place, len(nodes) - right)
        y = round(height / 2 + (row - (of - 1) / 2) * NARROW_ROW)
        bend = math.sqrt(1 - (0.85 * (y - height / 2) / (height / 2)) ** 2)
        x = round(NARROW / 2 + (58 if is_right else -58) * bend)
        placed[_key(node)] = _drawn(node, x, y, "start" if is_right else "end", y + 5, 1, shown=NARROW_SHOWN)
    lines = [_line(placed[_key(a)], placed[_key(b)]) for a, b in pairs if {_key(a), _key(b)} <= placed.keys()]
    return Drawing(NARROW, height, tuple(placed.values()), tuple(dict.fromkeys(lines)), 0)


def _at(node: Any, turn: float, radius: int, ring: int, *, is_lifted: bool) -> Drawn:
    across, down = math.cos(turn), math.sin(turn)
    x, y = round(WIDTH / 2 + across * radius * 1.2), round(HEIGHT / 2 + down * radius * 0.92)
    anchor = "middle" if abs(across) < 0.2 else "start" if across > 0 else "end"
    words_y = y + 6
    if anchor == "middle":  # neighbours up there stand close: every other one's words are a line farther out
        words_y = y + (-16 - 20 * is_lifted if down < 0 else 28 + 20 * is_lifted)
    return _drawn(node, x, y, anchor, words_y, ring)


def _drawn(node: Any, x: int, y: int, anchor: str, words_y: int, ring: int, *, shown: int = SHOWN) -> Drawn:
    title, kind = title_of(node), kind_of(node)
    on = node.on if kind == NodeKind.ACTION else None
    return Drawn(x, y, kind, node.code, title, _short(title, shown), anchor, words_y, ring=ring, on=on)


def _line(one: Drawn, other: Drawn) -> Line:
    return Line(one.x, one.y, other.x, other.y, max(one.ring, other.ring) > 1)


def _short(title: str, shown: int = SHOWN) -> str:
    return title if len(title) <= shown else title[: shown - 1] + "…"
