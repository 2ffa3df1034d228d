"""Slots for navigation. The base templates draw what a room above fills in.

    # in an AppConfig.ready of a room above
    navigation.fill("desk", desk_sections)      # provider: HttpRequest -> list[Section]
    navigation.name_place("desk", desk_place)   # provider: HttpRequest -> Place

Providers run once a page, in the order in which they were filled; filling one twice changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

AUDIENCES = ("desk", "learner", "jury", "committee", "public", "account")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry. `badge` is a number worth looking at and needs `badge_word` for those who cannot see it ("7 to check").

    With `post` it is a button that posts to `url` (sign-out), not a link.
    """

    label: str
    url: str
    icon: str
    current: bool = False
    badge: int | None = None
    badge_word: str = ""
    post: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    """Entries under one caption; the first section usually has none."""

    items: Sequence[Item]
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The two lines beside the seal: where the reader is, and one line about it."""

    title: str
    note: str = ""
    url: str = "/"


SectionsProvider = Callable[[HttpRequest], Sequence[Section]]
PlaceProvider = Callable[[HttpRequest], Place | None]
_sections: dict[str, list[SectionsProvider]] = {audience: [] for audience in AUDIENCES}
_places: dict[str, PlaceProvider] = {}


def _known(audience: str) -> str:
    if audience not in AUDIENCES:
        raise ValueError(f"navigation has no audience {audience!r}, only {', '.join(AUDIENCES)}")
    return audience


def fill(audience: str, provider: SectionsProvider) -> None:
    """Add a provider's sections after those already there. Raises ValueError for an audience that does not exist."""
    if provider not in _sections[_known(audience)]:
        _sections[audience].append(provider)


def name_place(audience: str, provider: PlaceProvider) -> None:
    """Say what stands beside the seal on this audience's pages; the last one named counts, None leaves the house's name."""
    _places[_known(audience)] = provider


def sections_for(audience: str, request: HttpRequest | None) -> list[Section]:
    """Sections with at least one item. Without a request (an error page) there are none."""
    if request is None:
        _known(audience)
        return []
    found = [section for provider in _sections[_known(audience)] for section in provider(request)]
    return [section for section in found if section.items]


def place_for(audience: str, request: HttpRequest | None) -> Place | None:
    provider = _places.get(_known(audience))
    return provider(request) if provider and request is not None else None
