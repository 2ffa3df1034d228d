"""The plan as an iCalendar object (RFC 5545), for a calendar program that subscribes to it. It names no learner."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneStandard

from yingzao.activities import kind as kinds
from yingzao.activities.enums import KindKey
from yingzao.activities.queries.calendar import CalendarEntry
from yingzao.core.clock import SHANGHAI
from yingzao.programmes.models import Programme

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = dt.timedelta(hours=6)
# What no line of RFC 5545 may hold, escaped or not.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def icalendar(programme: Programme, entries: Iterable[CalendarEntry], *, site: str) -> bytes:
    """`site` is scheme and host without a slash at its end. The same plan gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Yingzao//Programme//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for name in ("name", "x-wr-calname"):  # RFC 7986, and what programs read that are older
        calendar.add(name, _text(programme.full_name))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add_component(_shanghai())
    for entry in entries:
        calendar.add_component(_event(programme, entry, site))
    return calendar.to_ical(sorted=False)


def _shanghai() -> Timezone:
    """China keeps one time; it has had no summer time since 15 September 1991."""
    zone = Timezone()
    zone.add("tzid", "Asia/Shanghai")
    standard = TimezoneStandard()
    standard.add("dtstart", dt.datetime(1991, 9, 15, 2))  # noqa: DTZ001 (an onset is local time, RFC 5545 3.6.5)
    standard.add("tzoffsetfrom", dt.timedelta(hours=9))
    standard.add("tzoffsetto", dt.timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(programme: Programme, entry: CalendarEntry, site: str) -> Event:
    activity = entry.activity
    revised = activity.revised_at.astimezone(dt.UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"{entry.code}.{programme.code}@yingzao".lower())
    # Without a METHOD the stamp is that of the last change (RFC 5545 3.8.7.2).
    event.add("dtstamp", revised)
    event.add("last-modified", revised)
    event.add("sequence", activity.revision)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("summary", _text(_summary(entry)))
    if entry.day is not None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    elif entry.starts_at is not None:
        event.add("dtstart", entry.starts_at.astimezone(SHANGHAI))
        if entry.ends_at is not None and entry.ends_at > entry.starts_at:
            event.add("dtend", entry.ends_at.astimezone(SHANGHAI))
    if entry.place:
        event.add("location", _text(entry.place))
    event.add("description", _text(_description(entry)))
    event.add("categories", [str(KindKey(activity.kind).label)])
    event.add("url", f"{site}{kinds.get(activity.kind).learner_url(activity)}")
    return event


def _summary(entry: CalendarEntry) -> str:
    if entry.cancelled:
        return _("Cancelled: %(title)s") % {"title": entry.title}
    if entry.due_at is not None:
        return _("Due: %(title)s") % {"title": entry.title}
    if entry.day is not None:
        return _("Opens: %(title)s") % {"title": entry.title}
    return entry.title


def _description(entry: CalendarEntry) -> str:
    lines = []
    if entry.due_at is not None:
        due = entry.due_at.astimezone(SHANGHAI)
        lines.append(_("Until %(day)s, %(time)s") % {"day": due.date().isoformat(), "time": f"{due:%H:%M}"})
    if entry.stops:
        lines.append(_("Stops: %(stops)s") % {"stops": "、".join(entry.stops)})
    lines.append(entry.activity.description.strip())
    return "\n".join(filter(None, lines)) or str(KindKey(entry.activity.kind).label)


def _text(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
