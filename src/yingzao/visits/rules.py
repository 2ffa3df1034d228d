"""Who may check in whom, and what a check-in is worth as it arrived."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from urllib.parse import quote, urlsplit

from django.conf import settings

from yingzao.activities.enums import ActivityState
from yingzao.activities.models import Activity
from yingzao.communities.models import Community
from yingzao.core.models import StoredFile
from yingzao.people.enums import PeopleShown
from yingzao.people.models import Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_edit_stories, may_organise, may_read_desk
from yingzao.visits import queries
from yingzao.visits.enums import FileState
from yingzao.visits.models import FieldFile, HostReply, SignUpPlan, Stop

EARTH_M = 6_371_009  # mean radius (IUGG)
PROMPT_MS = 60_000  # between an act and its delivery: then it was made with a network
WRONG_CLOCK_MS = 60_000
LATEST_MS = 4_102_444_800_000  # of a phone's clock: 2100
HOST_DAYS = dt.timedelta(days=14)  # after a visit was closed, in which its hosts may still say how it was
AROUND = dt.timedelta(hours=12)  # before and after a visit in which a phone's time can be meant


def may_check_in_others(person: Visitor, programme: Programme) -> bool:
    return may_organise(person, programme)


def state_on_arrival(file: FieldFile) -> FileState:
    """Whether others may see it as it comes. Of adults whoever took it may say that they agreed; children's guardians have to be
    asked, and staff record it (PIPL art. 31: under 14; nobody sees an age on a photo, so all children)."""
    is_free = file.people == PeopleShown.NONE or (file.people == PeopleShown.ADULTS and file.is_agreed)
    return FileState.FREE if is_free else FileState.HELD


def may_read_file(person: Visitor, stored: StoredFile) -> bool:
    """A photo or recording: whose it is, and the organisers; once it is free, all who learn in the programme or work for it."""
    file = queries.file_of(stored)
    if file is None or file.state not in (FileState.HELD, FileState.FREE) or not is_signed_in(person):
        return False
    programme = file.stop.part.activity.programme
    is_own = file.by_id == person.pk or (file.enrolment is not None and file.enrolment.person_id == person.pk)
    if is_own or may_organise(person, programme):
        return True
    if file.state != FileState.FREE:
        return False
    if may_read_desk(person, programme) or queries.learns_in(person, programme):
        return True
    # editors see what they may publish
    return may_edit_stories(person, programme) and file in queries.photos_to_publish(
        [file.stop.part.activity]
    )


def is_prompt(at_ms: int, clock_ms: int) -> bool:
    """Whether the act reached us at once; both on the phone's own clock, which may be wrong."""
    return -5_000 <= clock_ms - at_ms <= PROMPT_MS


def ahead_when_done(at_ms: int, clock_ms: int, *, ahead_ms: int, known_ms: int) -> int:
    """How far a phone's clock was ahead of ours when an act was done. The delivery tells (`ahead_ms`); where the clock had been put
    right by then, as phones do once they have a network, what the phone knew when it acted (`known_ms`)."""
    was_put_right = abs(ahead_ms) <= WRONG_CLOCK_MS < abs(known_ms) <= LATEST_MS
    return known_ms if was_put_right and not is_prompt(at_ms, clock_ms) else ahead_ms


def is_of_the_visit(
    at: dt.datetime, starts_at: dt.datetime | None, ends_at: dt.datetime | None, now: dt.datetime
) -> bool:
    """Whether a phone's time can be one of the visit; of a visit without times, whether it is not far off at all."""
    begins = (starts_at or now - dt.timedelta(days=30)) - AROUND
    return begins <= at <= max(ends_at or now, starts_at or now) + AROUND


def metres_between(latitude: float, longitude: float, community: Community | None) -> int | None:
    """Great-circle distance (haversine) to a community; None where it has no coordinates."""
    if community is None or community.latitude is None or community.longitude is None:
        return None
    a, b = radians(latitude), radians(float(community.latitude))
    d = radians(float(community.longitude) - longitude)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(d / 2) ** 2
    return round(2 * EARTH_M * asin(sqrt(min(half, 1))))


# Signing up


def closes_at(plan: SignUpPlan, activity: Activity) -> dt.datetime | None:
    """Until when one signs up and cancels: the day that was set, and never longer than to the beginning of the visit."""
    moments = [moment for moment in (plan.closes_at, activity.starts_at) if moment]
    return min(moments) if moments else None


def lies_ahead(activity: Activity) -> bool:
    return activity.held_at is None and activity.state == ActivityState.PLANNED


def takes_sign_ups(plan: SignUpPlan, activity: Activity, now: dt.datetime) -> bool:
    """Whether learners sign up and cancel by themselves, and a place that becomes free goes to the next one waiting."""
    last = closes_at(plan, activity)
    return plan.is_on and activity.is_published and lies_ahead(activity) and (last is None or now < last)


def digest_of(consent_text: str) -> str:
    """What a form sends along, so that nobody agrees to a text that was changed after they read it."""
    return hashlib.sha256(consent_text.encode()).hexdigest()[:16]


# Hosts


def begins_at(stop: Stop) -> dt.datetime | None:
    return stop.part.starts_at or stop.part.activity.starts_at


def may_say_ready(stop: Stop, now: dt.datetime) -> bool:
    """Whether a host may say beforehand that all is well, or what changes: until the stop begins."""
    begins, activity = begins_at(stop), stop.part.activity
    if activity.state == ActivityState.CANCELLED or activity.held_at is not None:
        return False
    return begins is None or now < begins


def may_say_after(stop: Stop, now: dt.datetime) -> bool:
    """Whether a host may say how many came and how it was: from the stop's beginning until two weeks after the closing."""
    begins, activity = begins_at(stop), stop.part.activity
    if activity.state == ActivityState.CANCELLED:
        return False
    if activity.held_at is not None:
        return now <= activity.held_at + HOST_DAYS
    return begins is not None and begins <= now


def awaited_of_host(stop: Stop, reply: HostReply | None, now: dt.datetime) -> str:
    """What a host has still to say: "ready", "after" or nothing. A moved beginning has to be confirmed anew."""
    if may_say_ready(stop, now):
        return "" if reply and reply.ready and not is_outdated(stop, reply) else "ready"
    return "after" if may_say_after(stop, now) and (reply is None or reply.said_at is None) else ""


def is_outdated(stop: Stop, reply: HostReply) -> bool:
    """Whether a host said beforehand that all is well of another hour than the stop's by now."""
    return bool(reply.ready) and reply.ready_for != begins_at(stop)


def is_over(stop: Stop, now: dt.datetime) -> bool:
    """Whether the day of the stop is behind us."""
    activity = stop.part.activity
    end = stop.part.ends_at or activity.ends_at or begins_at(stop)
    return activity.held_at is not None or (end is not None and end + dt.timedelta(days=1) < now)


# The way from stop to stop


@dataclass(frozen=True, slots=True)
class RouteStop:
    """A stop on the map: `number` as in the list of all stops, `metres` as the crow flies from the one before it on the map."""

    number: int
    stop: Stop
    latitude: float
    longitude: float
    metres: int | None

    @property
    def kilometres(self) -> str:
        """3.4: to the hundred metres, which is as near as a straight line is worth."""
        return f"{(self.metres or 0) / 1000:.1f}"

    @property
    def geo(self) -> str:
        """RFC 5870, with the name as map programs on phones read it."""
        at = f"{self.latitude},{self.longitude}"
        return f"geo:{at}?q={at}({quote(self.stop.part.title)})"

    @property
    def link(self) -> str:
        """The same in the browser; empty unless whoever runs this named a site."""
        site = settings.YINGZAO_MAP_LINK
        if urlsplit(site).scheme != "https":
            return ""
        for name, value in (
            ("lat", str(self.latitude)),
            ("lon", str(self.longitude)),
            ("name", self.stop.part.title),
        ):
            site = site.replace(f"{{{name}}}", quote(value, safe=""))
        return site


@dataclass(frozen=True, slots=True)
class Route:
    """The stops that have coordinates, and those that have none, with their numbers."""

    located: tuple[RouteStop, ...]
    unlocated: tuple[tuple[int, Stop], ...]

    @property
    def metres(self) -> int:
        return sum(place.metres or 0 for place in self.located)


def route_of(stops: Sequence[Stop]) -> Route:
    """In their order. Coordinates are those of the register (WGS 84), as they are; nothing is guessed for a stop without."""
    located: list[RouteStop] = []
    unlocated = []
    for number, stop in enumerate(stops, start=1):
        community = stop.community
        if community is None or community.latitude is None or community.longitude is None:
            unlocated.append((number, stop))
            continue
        last = located[-1] if located else None
        metres = metres_between(last.latitude, last.longitude, community) if last else None
        located.append(RouteStop(number, stop, float(community.latitude), float(community.longitude), metres))
    return Route(tuple(located), tuple(unlocated))


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where a map's ground comes from."""

    address: str  # with {z}, {x} and {y}
    origin: str  # the one host that a page may ask for it
    credit: str


def map_tiles() -> Tiles | None:
    """None where whoever runs this named none, or none that can be used: one host in full, by https (http on this machine)."""
    address = settings.YINGZAO_MAP_TILES
    parts = urlsplit(address)
    is_near = parts.hostname in {"127.0.0.1", "localhost"}
    if parts.scheme != "https" and not (parts.scheme == "http" and is_near):
        return None
    if set("{};, *'") & set(parts.netloc) or not all(part in address for part in ("{z}", "{x}", "{y}")):
        return None
    return Tiles(address, f"{parts.scheme}://{parts.netloc}", settings.YINGZAO_MAP_CREDIT)
