"""The reasons of a live course's verdict, as sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import MeetingRow
from yingzao.core.ui.templatetags.ui import sentences


def said(reason: Mapping[str, Any]) -> str:
    match reason["code"]:
        case "live.heard":
            return sentences(_heard(reason), _difference(reason), _replay(reason), _unpunctual(reason))
        case "live.present":
            return sentences(_("Present; the record knows no minutes."), _unpunctual(reason))
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
        case "live.checks":
            return ngettext(
                "Answered %(count)d code word or poll during the course.",
                "Answered %(count)d code words or polls during the course.",
                reason["count"],
            ) % {"count": reason["count"]}
        case "live.watched":
            return _("Seen %(seen)d%% of the recording; %(asked)d%% make up for it.") % {
                "seen": int(Fraction(reason["share"]) * 100),
                "asked": ceil(Fraction(reason["asked"]) * 100),
            }
        case "live.make_up":
            said_until = _("Can be made up until %(day)s.") % {"day": _day(reason["until"])}
            by_watching = ""
            if "watch" in reason:
                percent = ceil(Fraction(reason["watch"]) * 100)
                by_watching = _("Watching %(percent)d%% of the recording makes up for it.") % {
                    "percent": percent
                }
            return sentences(said_until, by_watching, reason["how"])
    return ""


def status_word(reasons: Sequence[Mapping[str, Any]]) -> str:
    """The attendance as a sheet writes it where the state alone does not say it: 时长不足, 缺勤, 需核实; else nothing."""
    words = {
        "live.heard": _("too few minutes"),
        "live.absent": _("absent"),
        "live.check": _("to be checked"),
    }
    return next((words[reason["code"]] for reason in reasons if reason["code"] in words), "")


def flag_words(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """The marks of a verdict as a sheet writes them, each once: 迟到, 早退, 补卡, …"""
    words = {
        "late": _("late arrival"),
        "early": _("left early"),
        "made_up": _("clock-in added"),
        "only_totals": _("total time only"),
        "on_leave": _("on leave"),
    }
    flags = dict.fromkeys(flag for reason in reasons for flag in reason.get("flags", ()))
    return [words[flag] for flag in flags if flag in words]


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
            _("Late: came at %(at)s.") % {"at": _clock(reason["first_join"])}
            if "first_join" in reason
            else _("Late.")
        )
    if "early" in flags:
        told.append(
            _("Left early: at %(at)s.") % {"at": _clock(reason["last_leave"])}
            if "last_leave" in reason
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


# A table whose columns a person names


def column_choices() -> list[tuple[str, str]]:
    return [
        ("", _("not read")),
        ("name", _("name or nickname")),
        ("phone", _("telephone number")),
        ("community", _("community")),
        ("code", _("learner number")),
        ("email", _("e-mail address")),
        ("joined", _("time of joining")),
        ("left", _("time of leaving")),
        ("minutes", _("length in minutes")),
        ("seconds", _("length in seconds")),
        ("duration", _("length in words, such as 1小时5分")),
        ("status", _("state: 出勤, 缺勤, 请假")),
        ("role", _("part: host or participant")),
    ]


def reading_of(row: MeetingRow) -> str:
    """How one row of such a table reads: from when to when, how long, or that somebody was there."""
    if row.problem:
        return _("cannot be read")
    if row.host:
        return _("host, no learner")
    if row.joined_at:
        left = f"{row.left_at:%H:%M}" if row.left_at else _("still there")
        return f"{row.joined_at:%m-%d %H:%M}–{left}"
    if row.seconds_claimed is not None:
        return _("%(minutes)d minutes in all") % {"minutes": row.seconds_claimed // 60}
    words = {
        "absent": _("absent"),
        "on_leave": _("on leave"),
        "late": _("late arrival"),
        "present": _("present"),
    }
    return next((words[flag] for flag in words if flag in row.flags), _("present"))
