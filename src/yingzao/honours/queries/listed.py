"""A list as a page shows it: each place with the name that stands beside its code."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yingzao.core.erasing import erased_sometime
from yingzao.core.masking import mask_name
from yingzao.honours.enums import PlaceState
from yingzao.honours.models import Place, PublicNotice, Selection
from yingzao.honours.queries import rows
from yingzao.programmes.models import Programme

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


def _lines(places: Iterable[Any], shown: dict[str, dict], decimals: int) -> list[Line]:
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
        )
        for place in places
        for code in [place.enrolment_code if isinstance(place, Place) else place.code]
    ]
    chosen = [index for index, line in enumerate(lines) if line.state == PlaceState.CHOSEN]
    if chosen and chosen[-1] + 1 < len(lines):
        last = chosen[-1]
        lines[last] = Line(**{**lines[last].__dict__, "last_chosen": True})
    return lines


def frozen_lines(selection: Selection, decimals: int) -> list[Line]:
    """The places of a frozen selection with the names as they were. Two queries."""
    places = rows.places_of(selection)
    names = rows.shown_names(place.how["name"] for place in places)
    return _lines(places, {p.enrolment_code: names.get(p.how["name"], {}) for p in places}, decimals)


def preview_lines(places: Iterable[Any], programme: Programme, decimals: int) -> list[Line]:
    """The places of a preview with today's names. One query."""
    shown = {
        code: {"name": e.name, "community": e.community_name, "number": e.number}
        for code, e in rows.names_of(programme).items()
    }
    return _lines(places, shown, decimals)


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
