"""The reasons of a live course's verdict, as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from yingzao.core.clock import SHANGHAI


def said(reason: Mapping[str, Any]) -> str:
    match reason["code"]:
        case "live.heard":
            return " ".join(
                filter(None, [_heard(reason), _difference(reason), _replay(reason), *_unpunctual(reason)])
            )
        case "live.present":
            return " ".join([_("Present; the record knows no minutes."), *_unpunctual(reason)])
        case "live.check":
            why = _(", ").join(_ODD[code]() if code in _ODD else f"“{code}”" for code in reason["why"])
            return _("To be looked at: %(why)s.") % {"why": why} if why else _("To be looked at.")
        case "live.absent":
            return _("Not on the attendance report.")
        case "live.confirmed":
            if reason.get("paper"):
                return _("Signed on the paper sheet.")
            return _("Attendance confirmed by staff.")
        case "live.made_up":
            if reason["full"]:
                return _("Made up afterwards; it counts in full.")
            return _("Made up afterwards; it counts as late.")
        case "live.make_up":
            said_until = _("Can be made up until %(day)s.") % {"day": _day(reason["until"])}
            return f"{said_until} {reason['how']}".strip()
    return ""


def _heard(reason: Mapping[str, Any]) -> str:
    return _("Heard %(minutes)d minutes; %(needed)d are needed.") % reason


def _difference(reason: Mapping[str, Any]) -> str:
    """The provider's own sum beside ours, with where the difference went."""
    claimed = reason.get("claimed", reason["minutes"])
    if claimed == reason["minutes"]:
        return ""
    parts = []
    if overlapping := reason.get("overlapping"):
        parts.append(_("%(count)d on two devices at once count once") % {"count": overlapping})
    if outside := reason.get("outside"):
        parts.append(_("%(count)d lie outside the session") % {"count": outside})
    if not parts:
        parts.append(_("the platform rounds or pauses differently"))
    return _("The platform's own sum is %(claimed)d minutes: %(parts)s.") % {
        "claimed": claimed,
        "parts": _(", ").join(parts),
    }


def _replay(reason: Mapping[str, Any]) -> str:
    if not reason.get("replay"):
        return ""
    if reason["replay_counts"]:
        return _("%(replay)d minutes of replay are counted.") % reason
    return _("%(replay)d minutes of replay do not count here.") % reason


def _unpunctual(reason: Mapping[str, Any]) -> list[str]:
    flags = reason.get("flags", ())
    told = []
    if "late" in flags:
        told.append(
            _("Late: came at %(at)s.") % {"at": _clock(reason["first"])} if "first" in reason else _("Late.")
        )
    if "early" in flags:
        told.append(
            _("Left early: at %(at)s.") % {"at": _clock(reason["last"])}
            if "last" in reason
            else _("Left early.")
        )
    if "made_up" in flags:
        told.append(_("A clock-in was added afterwards."))
    return told


def _clock(iso: str) -> str:
    return f"{dt.datetime.fromisoformat(iso).astimezone(SHANGHAI):%H:%M}"


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return _("%(year)d-%(month)d-%(day)d") % {"year": day.year, "month": day.month, "day": day.day}


_ODD = {
    "place_abnormal": lambda: _("clocked in far from the place"),
    "single_punch": lambda: _("clocked in only once"),
    "no_in": lambda: _("no clock-in before the end"),
    "no_out": lambda: _("no clock-out after the beginning"),
    "unreadable_time": lambda: _("a time that cannot be read"),
    "unknown_pauses": lambda: _("came several times, and the pauses are not known"),
}
