"""What is drawn from, what is drawn, and why a draw is not possible."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Pair = tuple[str, str]  # (entry, judge)


@dataclass(frozen=True, slots=True)
class Problem:
    """Entries and judges by name.

    `conflicts` may never be drawn; `avoid` (soft conflicts) are drawn only where nothing else serves an entry.
    `locked` pairs are kept as they are; an entry with more locked judges than `per_entry` keeps them all and is drawn
    none. `standing` pairs stay wherever they can: as few as possible are moved. `capacity` is the most that a
    judge takes, locked pairs included; who is not named has no limit.
    """

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    per_entry: int
    conflicts: frozenset[Pair] = field(default_factory=frozenset)
    locked: frozenset[Pair] = field(default_factory=frozenset)
    seed: int = 0
    avoid: frozenset[Pair] = field(default_factory=frozenset)
    standing: frozenset[Pair] = field(default_factory=frozenset)
    capacity: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draw:
    """`pairs` sorted; `load` counts pairs of each judge, locked ones included. `against` are drawn pairs that were to
    be avoided, `moved` standing pairs that could not stay. The same problem gives the same draw."""

    pairs: tuple[Pair, ...]
    load: dict[str, int]
    against: tuple[Pair, ...] = ()
    moved: tuple[Pair, ...] = ()

    @property
    def spread(self) -> int:
        return max(self.load.values()) - min(self.load.values()) if self.load else 0


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`code` is `too_few_judges` (`available` judges without a conflict, `needed` asked for), `too_little_capacity`
    (the judges of this entry are full: `available` of `needed` found, with `judge` empty), `over_capacity` (a judge
    has more locked pairs than they take), `locked_conflict`, `unknown_name`, `nothing_to_draw` or `bad_number`."""

    code: str
    entry: str = ""
    judge: str = ""
    available: int = 0
    needed: int = 0


class Impossible(ValueError):
    """No draw keeps all conditions; `obstacles` names every reason, sorted by entry."""

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        self.obstacles = obstacles
        super().__init__("; ".join(f"{o.code} {o.entry} {o.judge}".strip() for o in obstacles))
