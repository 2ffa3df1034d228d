"""The resource map of a community: everything that has a place, by facet, and which facets have nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from yingzao.communities.enums import Facet, NodeKind
from yingzao.communities.models import Community, Venue
from yingzao.communities.queries import standing
from yingzao.fieldwork.enums import PointKind
from yingzao.fieldwork.models import Origin, WalkPoint
from yingzao.fieldwork.settling.sketch import Sketch, sketch

MOST_DRAWN = 150  # marks; more are listed and not drawn
VENUE = "venue"


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing with a place. `kind`: "venue", or that of a walk's point."""

    kind: str
    word: str  # of the kind
    title: str
    facets: tuple[str, ...]
    place: str
    latitude: Decimal | None
    longitude: Decimal | None
    record: Any
    number: int = 0

    @property
    def is_problem(self) -> bool:
        return self.kind == PointKind.PROBLEM

    @property
    def where(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.latitude), float(self.longitude)


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """What the community has of one facet. `facet` None: nobody said of which."""

    facet: Facet | None
    spots: tuple[Spot, ...]
    resources: int
    problems: int


@dataclass(frozen=True, slots=True)
class ResourceMap:
    groups: tuple[FacetGroup, ...]
    empty: tuple[Facet, ...]  # facets of which no resource is known, whatever is shown now
    spots: tuple[Spot, ...]  # each once, numbered
    drawing: Sketch | None
    marks: tuple[tuple[Spot, int, int], ...] = field(default=())
    left_out: int = 0

    @property
    def without_coordinates(self) -> int:
        return sum(spot.where is None for spot in self.spots)


def resource_map(community: Community, *, facet: str = "", kind: str = "", words: str = "") -> ResourceMap:
    """Venues, and what walks found, narrowed by facet, kind (venue, resource, problem) and words. Three queries."""
    known = _spots(community)
    empty = tuple(f for f in Facet if not any(f in s.facets and not s.is_problem for s in known))
    shown = [
        spot
        for spot in known
        if (not kind or spot.kind == kind)
        and (not facet or facet in spot.facets)
        and all(word.casefold() in f"{spot.title} {spot.place}".casefold() for word in words.split())
    ]
    spots = [_numbered(spot, number) for number, spot in enumerate(shown, 1)]
    placed = [spot for spot in spots if spot.where is not None]
    drawn = placed[:MOST_DRAWN]
    drawing = sketch([spot.where for spot in drawn if spot.where])
    return ResourceMap(
        groups=tuple(_groups(spots)),
        empty=empty,
        spots=tuple(spots),
        drawing=drawing,
        marks=tuple((spot, x, y) for spot, (x, y) in zip(drawn, drawing.marks, strict=True))
        if drawing
        else (),
        left_out=len(placed) - len(drawn),
    )


def _spots(community: Community) -> list[Spot]:
    """A point that became a venue is that venue, and stands once."""
    venues = standing(Venue.objects.filter(community=community), NodeKind.VENUE).order_by("pinyin", "pk")
    made = Origin.objects.exclude(venue=None)
    points = (
        WalkPoint.objects.filter(walk__community=community, taken_back_at=None)
        .exclude(kind=PointKind.OBSERVATION)
        .select_related("walk")
        .prefetch_related(Prefetch("made", queryset=made, to_attr="venues_made"))
        .order_by("at", "pk")
    )
    found = [
        Spot(
            VENUE, str(NodeKind.VENUE.label), venue.title, tuple(venue.facets), venue.place,
            venue.latitude, venue.longitude, venue,
        )
        for venue in venues
    ]  # fmt: skip
    for point in points:
        if point.venues_made:
            continue
        facets = (point.facet,) if point.facet else ()
        title = " ".join(point.text.split())
        found.append(
            Spot(
                point.kind, str(PointKind(point.kind).label), title if len(title) <= 60 else f"{title[:59]}…",
                facets, point.place, point.latitude, point.longitude, point,
            )
        )  # fmt: skip
    return found


def _numbered(spot: Spot, number: int) -> Spot:
    return Spot(
        spot.kind, spot.word, spot.title, spot.facets, spot.place, spot.latitude, spot.longitude, spot.record, number
    )  # fmt: skip


def _groups(spots: Sequence[Spot]) -> list[FacetGroup]:
    found = []
    for facet in (*Facet, None):
        of = tuple(s for s in spots if (facet in s.facets if facet else not s.facets))
        if of:
            problems = sum(spot.is_problem for spot in of)
            found.append(FacetGroup(facet, of, len(of) - problems, problems))
    return found


def communities_with_places(communities: QuerySet[Community]) -> QuerySet[Any]:
    """Each with how many venues, resources and problems are known; those with something first."""
    standing_points = Q(walks__points__taken_back_at=None)
    return communities.annotate(
        venue_count=Count("venues", filter=Q(venues__put_aside_at=None), distinct=True),
        resource_count=Count(
            "walks__points", filter=standing_points & Q(walks__points__kind="resource"), distinct=True
        ),
        problem_count=Count(
            "walks__points", filter=standing_points & Q(walks__points__kind="problem"), distinct=True
        ),
    ).order_by("-resource_count", "-problem_count", "-venue_count", "pinyin", "pk")
