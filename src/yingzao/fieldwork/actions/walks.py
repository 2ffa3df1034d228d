"""Walks and their points, as phones tell of them: each once by its key, and the newest word about a point holds.

Whoever calls has asked who may walk where: this room knows no learners.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities.enums import Facet
from yingzao.communities.models import Community
from yingzao.communities.rules import require_plain
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.fieldwork import rules
from yingzao.fieldwork.enums import PointKind
from yingzao.fieldwork.models import Origin, Walk, WalkPoint
from yingzao.people.models import Person


@dataclass(frozen=True, slots=True)
class Seen:
    """What is said of a point. `spot` is latitude, longitude (degrees, WGS 84) and accuracy (metres); None where the phone did not tell."""

    kind: str
    facet: str = ""
    text: str = ""
    place: str = ""
    spot: tuple[float, float, float] | None = None


@transaction.atomic
def keep_walk(*, key: UUID, community: Community, by: Person, began_at: dt.datetime, title: str = "") -> Walk:
    """The walk of this key, begun now where it is new. Another title than before renames it; an empty one changes nothing."""
    locking.take_turn(f"fieldwork:walk:{key}")
    title = " ".join(title.split())[:120]
    require_plain(title=title)
    walk = Walk.objects.filter(key=key).select_related("community", "organisation").first()
    if walk is None:
        walk = Walk.objects.create(
            organisation_id=community.organisation_id,
            key=key,
            community=community,
            title=title,
            began_at=min(began_at, clock.now()),
            by=by,
        )
        _record("walk.begun", walk.code, walk, by, {"community": community.code})
        return walk
    _require_own(walk, by)
    if title and title != walk.title:
        walk.title = title
        walk.save(update_fields=["title"])
        _record("walk.renamed", walk.code, walk, by)
    return walk


@transaction.atomic
def put_point(*, key: UUID, walk: Walk, by: Person, said_at: dt.datetime, seen: Seen) -> WalkPoint:
    """Keep a point, or what was said of it later. An older word that arrives late changes nothing."""
    locking.take_turn(f"fieldwork:point:{key}")
    _require_own(walk, by)
    _require_whole(seen)
    told = {
        "kind": seen.kind,
        "facet": seen.facet,
        "text": seen.text.strip(),
        "place": " ".join(seen.place.split()),
    }
    require_plain(**told)
    point = WalkPoint.objects.filter(key=key).first()
    if point is None:
        return _new_point(key, walk, by, said_at, told, seen.spot)
    if point.walk_id != walk.pk:
        raise Refused(_("This point belongs to another walk."), code="other_key")
    if point.said_at >= said_at:
        return point
    for field, value in told.items():
        setattr(point, field, value)
    if seen.spot:
        point.latitude, point.longitude, point.accuracy = _spot(seen.spot)
    point.said_at, point.taken_back_at = said_at, None
    point.save()
    _record("point.changed", point.code, walk, by)
    return point


@transaction.atomic
def take_back_point(*, key: UUID, by: Person, said_at: dt.datetime) -> WalkPoint | None:
    """Take a point off the walk. None where it never arrived; what was made of it stays, and then so does the point."""
    locking.take_turn(f"fieldwork:point:{key}")
    point = WalkPoint.objects.filter(key=key).select_related("walk").first()
    if point is None:
        return None
    _require_own(point.walk, by)
    if Origin.objects.filter(point=point).exists():
        raise Refused(
            _("The organiser has made something of this point already. Ask there to take it back."),
            code="made",
        )
    if point.taken_back_at is None and point.said_at < said_at:
        point.taken_back_at, point.said_at = clock.now(), said_at
        point.save(update_fields=["taken_back_at", "said_at"])
        _record("point.taken_back", point.code, point.walk, by)
    return point


def _new_point(
    key: UUID,
    walk: Walk,
    by: Person,
    said_at: dt.datetime,
    told: dict[str, str],
    spot: tuple[float, float, float] | None,
) -> WalkPoint:
    if walk.points.count() >= rules.MOST_POINTS:
        raise Refused(
            _("A walk has at most %(most)d points. Begin another walk.") % {"most": rules.MOST_POINTS},
            code="many",
        )
    latitude, longitude, accuracy = _spot(spot) if spot else (None, None, None)
    point = WalkPoint.objects.create(
        organisation_id=walk.organisation_id,
        key=key,
        walk=walk,
        latitude=latitude,
        longitude=longitude,
        accuracy=accuracy,
        at=min(said_at, clock.now()),
        said_at=said_at,
        **told,
    )
    _record("point.added", point.code, walk, by, {"walk": walk.code, "kind": point.kind})
    return point


def _spot(spot: tuple[float, float, float]) -> tuple[Decimal, Decimal, int]:
    """Five decimals are a metre: finer than any phone knows."""
    latitude, longitude, accuracy = spot
    return Decimal(str(round(latitude, 5))), Decimal(str(round(longitude, 5))), min(round(accuracy), 100_000)


def _require_whole(seen: Seen) -> None:
    if seen.kind not in PointKind.values:
        raise Refused(_("Say whether it is a problem, a resource or an observation."), code="no_kind")
    if seen.facet and seen.facet not in Facet.values:
        raise Refused(_("This facet is not known."), code="no_facet")
    if not seen.text.strip():
        raise Refused(_("Say in a few words what is there."), code="no_text")


def _require_own(walk: Walk, by: Person) -> None:
    if walk.by_id != by.pk:
        raise Refused(_("This walk is somebody else's."), code="not_own")


def _record(act: str, subject: str, walk: Walk, by: Person, after: dict[str, str] | None = None) -> None:
    audit.record(
        actor=by,
        act=f"fieldwork.{act}",
        subject=subject,
        organisation_id=walk.organisation_id,
        after=after,
    )
