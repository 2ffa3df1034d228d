"""Live courses as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.live import bridge, queries, rules
from yingzao.live.models import Session
from yingzao.people.models import Person


class Live(Kind):
    key = "live"
    icon = "video"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return rules.settle(frame, facts, bridge.heard(facts, rules.session_spans(frame)), now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        if activity.starts_at is None or activity.ends_at is None:
            return _("Hear the whole course.")
        whole = int((activity.ends_at - activity.starts_at).total_seconds()) // 60
        needed = rules.needed_minutes(rule, whole)
        return _("Done when you have heard %(needed)d of %(whole)d minutes.") % {
            "needed": -(-needed.numerator // needed.denominator),
            "whole": whole,
        }

    def phrase(self, reason: Mapping[str, Any]) -> str:
        match reason["code"]:
            case "live.heard":
                text = _("Heard %(minutes)d minutes; %(needed)d are needed.") % reason
                if reason.get("claimed", reason["minutes"]) != reason["minutes"]:
                    text += _(
                        " The platform's own sum is %(claimed)d minutes: overlaps and time outside the session do not count."
                    ) % {"claimed": reason["claimed"]}
                return text
            case "live.absent":
                return _("Not on the attendance report.")
            case "live.confirmed":
                return _("Attendance confirmed by staff.")
        return ""

    def learner_url(self, activity: Activity) -> str:
        return reverse("live:learner-session", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("live:desk-session", args=[activity.programme.code, activity.code])

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        heard = next((r for r in reasons if r["code"] == "live.heard"), None)
        if heard:
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
        if "teacher" in first:
            told["teacher"] = first["teacher"]
        if "link" in first:
            link = first["link"]
            is_address = link.startswith(("http://", "https://"))
            told["join_url"] = link if is_address else ""
            told["meeting_id"] = "" if is_address else link[:40]
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
        return changed

    def extras(self, activity: Activity) -> Mapping[str, str]:
        session = queries.session_of(activity)
        return {"teacher": session.teacher, "link": session.join_url or session.meeting_id} if session else {}

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        for session in Session.objects.filter(part__activity=source):
            Session.objects.create(
                organisation_id=target.organisation_id, part=parts[session.part_id], teacher=session.teacher
            )
