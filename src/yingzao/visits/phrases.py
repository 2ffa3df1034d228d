"""What staff read of scans, and of what hosts said."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.core.ui.templatetags.ui import clock_time
from yingzao.visits import queries
from yingzao.visits.models import Scan, SeatGroup, Stop
from yingzao.visits.queries import Host, TimeOffer


def hints_of(scan: Scan) -> list[str]:
    """Why a scan that waits is worth a look, in sentences."""
    return [sentence for code in scan.reason.split(",") if (sentence := _hint(code, scan))]


def with_hints(scans: Iterable[Scan]) -> list[tuple[Scan, list[str]]]:
    return [(scan, hints_of(scan)) for scan in scans]


def questions_of(stop: Stop) -> list[str]:
    """The guide questions of a stop, one a line, without the numbers that people write before them."""
    lines = (
        re.sub(r"^\s*(?:[-*•·]|\(?\d{1,2}[.、)）])\s*", "", line)
        for line in stop.guide_questions.splitlines()
    )
    return [line.strip()[:300] for line in lines if line.strip()]


def _hint(code: str, scan: Scan) -> str:
    match code:
        case "old_code":
            return _("the code is of another minute than the scan")
        case "no_place":
            return _("did not tell where the phone was")
        case "far":
            return _("%(metres)d metres away (±%(accuracy)d)") % {
                "metres": scan.distance_m or 0,
                "accuracy": scan.accuracy_m or 0,
            }
    return ""


def clock_said(offer: TimeOffer) -> str:
    """Of how wrong a phone's clock was."""
    if offer.minutes > 0:
        return _("The phone's clock was %(minutes)d minutes fast.") % {"minutes": offer.minutes}
    if offer.minutes < 0:
        return _("The phone's clock was %(minutes)d minutes slow.") % {"minutes": -offer.minutes}
    return _("Another phone recorded it too.")


def group_told(group: SeatGroup) -> str:
    """Where somebody of this group has to be, and when, in one line; empty where neither is known."""
    if not group.meeting_place and group.departs_at is None:
        return ""
    parts = [group.name, group.meeting_place, clock_time(group.departs_at) if group.departs_at else ""]
    return "，".join(part for part in parts if part)


HostLine = tuple[Host, list[tuple[str, int]]]  # a host, and the marks it gave, each with its words


def hosts_said(activity: Activity, stops: Iterable[Stop]) -> list[tuple[Stop, list[HostLine]]]:
    """Every stop with its hosts and what they said."""
    hosts = queries.hosts_of(activity)
    words = {"punctual": _("on time"), "interest": _("interest"), "arrangement": _("arrangement")}
    return [
        (
            stop,
            [(host, [(words[name], mark) for name, mark in host.marks]) for host in hosts.get(stop.pk, [])],
        )
        for stop in stops
    ]
