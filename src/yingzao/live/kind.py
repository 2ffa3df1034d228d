"""Live courses as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.live import bridge, rules
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

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> None:
        first = rows[0]
        link = first.get("link", "")
        for part in activity.parts.all():
            Session.objects.update_or_create(
                part=part,
                defaults={
                    "organisation_id": activity.organisation_id,
                    "teacher": first.get("teacher", ""),
                    "join_url": link if link.startswith("http") else "",
                    "meeting_id": "" if link.startswith("http") else link,
                },
            )

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        for session in Session.objects.filter(part__activity=source):
            Session.objects.create(
                organisation_id=target.organisation_id, part=parts[session.part_id], teacher=session.teacher
            )
