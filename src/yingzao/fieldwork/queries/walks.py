"""Walks, what they show, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from yingzao.communities.enums import NodeKind
from yingzao.communities.queries import title_of
from yingzao.fieldwork.models import FieldPhoto, Interview, Origin, Walk, WalkPoint
from yingzao.fieldwork.settling.sketch import Sketch, sketch
from yingzao.people.models import Organisation

RECORDS = ("need", "venue", "topic", "leader")  # columns of an origin


def walks_of(organisation: Organisation) -> QuerySet[Walk]:
    """Of all communities of a register, the newest first, each with how many points stand on it."""
    return with_counts_of_points(Walk.objects.filter(organisation=organisation))


def with_counts_of_points(walks: QuerySet[Walk]) -> QuerySet[Walk]:
    rows = walks.select_related("community", "by", "organisation").order_by("-began_at", "-pk")
    standing = Q(points__taken_back_at=None)
    return rows.annotate(
        shown=Count("points", filter=standing),
        problems=Count("points", filter=standing & Q(points__kind="problem")),
        resources=Count("points", filter=standing & Q(points__kind="resource")),
    )


def points_of(walk: Walk) -> list[Any]:
    """What stands on the walk, in its order, with photos and what was made of it. Three queries."""
    photos = FieldPhoto.objects.exclude(file=None).select_related("file")
    made = Origin.objects.select_related(*RECORDS)
    rows = walk.points.filter(taken_back_at=None).order_by("at", "pk")
    return list(
        rows.select_related("walk__community").prefetch_related(
            Prefetch("photos", queryset=photos, to_attr="shown_photos"),
            Prefetch("made", queryset=made, to_attr="origins_made"),
        )
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A record of the register that was made of something from the field."""

    kind: NodeKind
    record: Any

    @property
    def title(self) -> str:
        return title_of(self.record)


def made_by(origins: Iterable[Origin]) -> list[Made]:
    found = []
    for origin in origins:
        kind = next(name for name in RECORDS if getattr(origin, f"{name}_id"))
        found.append(Made(NodeKind(kind), getattr(origin, kind)))
    return found


def made_of(source: WalkPoint | Interview, what: str) -> Any | None:
    """The record of this kind that was made of it, if there is one."""
    named = {"point": source} if isinstance(source, WalkPoint) else {"interview": source}
    rows = Origin.objects.filter(**named, **{f"{what}__isnull": False}).select_related(what)
    origin = rows.first()
    return getattr(origin, what) if origin else None


def made_of_interview(interview: Interview) -> list[Made]:
    return made_by(interview.made.select_related(*RECORDS))


def origins_of(kind: str, record: Any) -> list[Origin]:
    """Where a record comes from; none for what was entered otherwise."""
    if kind not in RECORDS:
        return []
    rows = Origin.objects.filter(**{kind: record})
    return list(rows.select_related("point__walk", "interview__version__guide"))


@dataclass(frozen=True, slots=True)
class Route:
    """The points of a walk with their numbers, and the drawing of those that have coordinates (None of none)."""

    points: tuple[tuple[int, Any, list[Made]], ...]
    drawing: Sketch | None
    marks: tuple[tuple[int, Any, int, int], ...]  # number, point, x, y


def route_of(walk: Walk) -> Route:
    points = list(enumerate(points_of(walk), 1))
    placed = [(n, point) for n, point in points if point.where is not None]
    drawing = sketch([point.where for _n, point in placed if point.where])
    marks = zip(placed, drawing.marks, strict=True) if drawing else ()
    return Route(
        points=tuple((n, point, made_by(point.origins_made)) for n, point in points),
        drawing=drawing,
        marks=tuple((n, point, x, y) for (n, point), (x, y) in marks),
    )
