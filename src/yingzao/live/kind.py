"""Live courses as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.activities.queries import frames
from yingzao.core import clock
from yingzao.live import actions, bridge, phrases, queries, rules
from yingzao.live.models import Session
from yingzao.people.models import Person


class Live(Kind):
    key = "live"
    icon = "video"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return rules.settle(frame, facts, bridge.heard(frame, facts), now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        whole = rules.session_minutes(frames([activity], clock.now())[activity.pk])
        if not whole:
            return _("Hear the whole course.")
        needed = rules.needed_minutes(rule, whole)
        return _("Done when you have heard %(needed)d of %(whole)d minutes.") % {
            "needed": ceil(needed),
            "whole": whole,
        }

    def phrase(self, reason: Mapping[str, Any]) -> str:
        return phrases.said(reason)

    def learner_url(self, activity: Activity) -> str:
        return reverse("live:learner-session", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("live:desk-session", args=[activity.programme.code, activity.code])

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        codes = {r["code"]: r for r in reasons}
        if "live.check" in codes:
            return _("An organiser has to look at the record.")
        if heard := codes.get("live.heard"):
            short = heard["needed"] - heard["minutes"]
            return ngettext("%(count)d minute is missing.", "%(count)d minutes are missing.", short) % {
                "count": short
            }
        if activity.held_at is not None:
            return _("Your name on the attendance report is missing. If you were there, tell the organiser.")
        return _("Attendance is credited when the organiser brings in the report of the course.")

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> bool:
        first = rows[0] if rows else {}
        told = {}
        known = queries.session_of(activity)
        before = (known.join_url, known.meeting_id) if known else ("", "")
        if "teacher" in first:
            told["teacher"] = first["teacher"]
        if "link" in first:
            told["join_url"], told["meeting_id"] = self._door(first["link"], before)
        changed = False
        for part in activity.parts.all():
            session, created = Session.objects.get_or_create(
                part=part, defaults={"organisation_id": activity.organisation_id, **told}
            )
            if not created and any(getattr(session, name) != value for name, value in told.items()):
                for name, value in told.items():
                    setattr(session, name, value)
                session.save(update_fields=list(told))
                changed = True
            changed = changed or created
        if "link" in first:
            actions.tell_of_door(activity, before, (told["join_url"], told["meeting_id"]), by=by)
        return changed

    @staticmethod
    def _door(link: str, before: tuple[str, str]) -> tuple[str, str]:
        """Link and meeting number as one cell says them; a cell that says the link there is leaves the number beside it."""
        if link and link == (before[0] or before[1]):
            return before
        return (link, "") if link.startswith(("http://", "https://")) else ("", link[:40])

    def extras(self, activity: Activity) -> Mapping[str, str]:
        session = queries.session_of(activity)
        return {"teacher": session.teacher, "link": session.join_url or session.meeting_id} if session else {}

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        if "recordings" in target.rule:  # they are of the session that was
            target.rule = {name: said for name, said in target.rule.items() if name != "recordings"}
            target.save(update_fields=["rule"])
        for session in Session.objects.filter(part__activity=source):
            Session.objects.create(
                organisation_id=target.organisation_id, part=parts[session.part_id], teacher=session.teacher
            )
