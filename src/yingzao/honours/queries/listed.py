"""A list as a page shows it: each place with the name that stands beside its code."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yingzao.core.erasing import erased_sometime
from yingzao.core.masking import mask_name
from yingzao.enrolment.models import Enrolment
from yingzao.honours.enums import PlaceState
from yingzao.honours.models import Place, PublicNotice, Selection
from yingzao.honours.queries import rows

SHAPES = {
    PlaceState.CHOSEN: "done",
    PlaceState.RESERVE: "part",
    PlaceState.TIED: "soon",
    PlaceState.NOT_CHOSEN: "todo",
    PlaceState.BARRED: "held",
}


@dataclass(frozen=True)
class Line:
    """One place on a page. `name` says so of whoever was erased; figures have the scheme's decimals or are a dash."""

    code: str
    name: str
    community: str
    number: str
    rank: int | None
    state: str
    total: str
    completion: str
    performance: str
    last_chosen: bool = False  # the quota's line runs below
    close: bool = False  # not separated from the line by the marks' own error

    @property
    def shape(self) -> str:
        return SHAPES[PlaceState(self.state)]

    @property
    def word(self) -> str:
        return str(PlaceState(self.state).label)

    @property
    def masked(self) -> str:
        return mask_name(self.name)


def figure(value: Decimal | None, decimals: int) -> str:
    return "—" if value is None else f"{value:.{decimals}f}"


def _lines(
    places: Iterable[Any], shown: dict[str, dict], decimals: int, close: frozenset[str] = frozenset()
) -> list[Line]:
    """`places` are rows or values with the same names; `shown` is by enrolment code."""
    lines = [
        Line(
            code=code,
            name=shown.get(code, {}).get("name") or erased_sometime(),
            community=shown.get(code, {}).get("community", ""),
            number=shown.get(code, {}).get("number", ""),
            rank=place.rank,
            state=place.state,
            total=figure(place.total, decimals),
            completion=figure(place.completion, decimals),
            performance=figure(place.performance, decimals),
            close=code in close,
        )
        for place in places
        for code in [place.enrolment_code if isinstance(place, Place) else place.code]
    ]
    chosen = [index for index, line in enumerate(lines) if line.state == PlaceState.CHOSEN]
    if chosen and chosen[-1] + 1 < len(lines):
        last = chosen[-1]
        lines[last] = Line(**{**lines[last].__dict__, "last_chosen": True})
    return lines


def frozen_lines(selection: Selection, decimals: int, close: frozenset[str] = frozenset()) -> list[Line]:
    """The places of a frozen selection with the names as they were; `close` to the quota's line are marked. Two queries."""
    places = rows.places_in_short(selection)
    names = rows.shown_names(place.name_digest for place in places)
    return _lines(places, {p.enrolment_code: names.get(p.name_digest, {}) for p in places}, decimals, close)


def one_line(place: Place, decimals: int) -> Line:
    """A frozen place by itself. One query."""
    shown = rows.shown_names([place.how["name"]])
    return _lines([place], {place.enrolment_code: shown.get(place.how["name"], {})}, decimals)[0]


def found_among(lines: Sequence[Line], text: str, state: str = "") -> list[Line]:
    """Those in a state whose name, community or number holds every word of `text`."""
    words = text.casefold().split()
    return [
        line
        for line in lines
        if state in ("", line.state)
        and all(word in f"{line.name} {line.community} {line.number}".casefold() for word in words)
    ]


def states_among(lines: Iterable[Line]) -> list[tuple[str, str, int]]:
    """(state, word, how many) of the states that occur, in the order of a list."""
    counts = Counter(line.state for line in lines)
    return [(state.value, str(state.label), counts[state]) for state in PlaceState if counts[state]]


def preview_lines(
    places: Iterable[Any],
    learners: Mapping[str, Enrolment],
    decimals: int,
    close: frozenset[str] = frozenset(),
) -> list[Line]:
    """The places of a preview with today's names."""
    shown = {
        code: {"name": e.name, "community": e.community_name, "number": e.number}
        for code, e in learners.items()
    }
    return _lines(places, shown, decimals, close)


@dataclass(frozen=True)
class Moved:
    """One learner on two lists."""

    name: str
    community: str
    before: Line | None
    after: Line | None

    @property
    def changed(self) -> bool:
        if self.before is None or self.after is None:
            return True
        return (self.before.rank, self.before.state, self.before.total) != (
            self.after.rank,
            self.after.state,
            self.after.total,
        )


def side_by_side(before: Iterable[Line], after: Iterable[Line]) -> list[Moved]:
    """In the order of the later list; who is on the earlier one alone comes last."""
    first, second = {line.code: line for line in before}, {line.code: line for line in after}
    return [
        Moved(line.name, line.community, first.get(code), second.get(code))
        for code, line in {
            **second,
            **{other: line for other, line in first.items() if other not in second},
        }.items()
    ]


@dataclass(frozen=True)
class Given:
    """A bonus or a deduction on a page, with its sign."""

    code: str
    name: str
    points: str
    reason: str
    by: str
    at: dt.datetime


def given(selection: Selection, learners: Mapping[str, Enrolment]) -> list[Given]:
    """What was added to totals or taken off, with today's names. One query."""
    found = rows.standing_points(selection).filter(part="").select_related("given_by")
    return [
        Given(
            code=each.code,
            name=learners[each.enrolment_code].name if each.enrolment_code in learners else erased_sometime(),
            points=f"{each.points:+f}".rstrip("0").rstrip(".").replace("-", "−"),
            reason=each.reason,
            by=each.given_by.display_name if each.given_by else "",
            at=each.given_at,
        )
        for each in found
    ]


@dataclass(frozen=True)
class Posted:
    """One line of a public notice."""

    rank: int
    total: str
    name: str
    community: str
    number: str

    @property
    def masked(self) -> str:
        return mask_name(self.name)


def notice_lines(notice: PublicNotice) -> list[Posted]:
    """What the notice lists, from what it froze. One query."""
    places = notice.frozen["places"]
    names = rows.shown_names(place["name"] for place in places)
    return [
        Posted(
            rank=place["rank"],
            total=place["total"],
            name=names.get(place["name"], {}).get("name") or erased_sometime(),
            community=names.get(place["name"], {}).get("community", ""),
            number=names.get(place["name"], {}).get("number", ""),
        )
        for place in places
    ]
