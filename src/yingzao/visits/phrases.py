"""What staff read of scans, and of what hosts said."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.visits import queries
from yingzao.visits.models import Scan, Stop
from yingzao.visits.queries import Host, TimeOffer


def hints_of(scan: Scan) -> list[str]:
    """Why a scan that waits is worth a look, in sentences."""
    return [sentence for code in scan.reason.split(",") if (sentence := _hint(code, scan))]


def with_hints(scans: Iterable[Scan]) -> list[tuple[Scan, list[str]]]:
    return [(scan, hints_of(scan)) for scan in scans]


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
