"""Field visits as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.communities.models import Community
from yingzao.people.models import Person
from yingzao.visits import rules
from yingzao.visits.models import Stop, Visit


class FieldVisit(Kind):
    key = "visit"
    icon = "map-pin"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return rules.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        stops = activity.parts.count()
        asked = min(int(rule.get("min_stops") or stops or 1), stops or 1)
        return _("Done when you have checked in at %(asked)d of %(stops)d stops.") % {
            "asked": asked,
            "stops": stops,
        }

    def phrase(self, reason: Mapping[str, Any]) -> str:
        if reason["code"] != "visit.stops":
            return ""
        stops = "、".join(reason["stops"])
        if not stops:
            return _("No check-in yet.")
        if reason["missing"]:
            return _("Checked in at %(stops)s; not at %(missing)s.") % {
                "stops": stops,
                "missing": "、".join(reason["missing"]),
            }
        return _("Checked in at %(stops)s.") % {"stops": stops}

    def learner_url(self, activity: Activity) -> str:
        return reverse("visits:learner-visit", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("visits:desk-visit", args=[activity.programme.code, activity.code])

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> None:
        Visit.objects.get_or_create(activity=activity, defaults={"organisation_id": activity.organisation_id})
        places = {row.get("part", ""): row.get("place", "") for row in rows}
        for part in activity.parts.all():
            Stop.objects.update_or_create(
                part=part,
                defaults={
                    "organisation_id": activity.organisation_id,
                    "place": places.get(part.title, ""),
                    "community": Community.objects.filter(
                        organisation_id=activity.organisation_id, name=part.title
                    ).first(),
                },
            )

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        visit = Visit.objects.filter(activity=source).first()
        Visit.objects.create(
            organisation_id=target.organisation_id,
            activity=target,
            meeting_place=visit.meeting_place if visit else "",
        )
        for stop in Stop.objects.filter(part__activity=source):
            Stop.objects.create(
                organisation_id=target.organisation_id,
                part=parts[stop.part_id],
                community=stop.community,
                place=stop.place,
                guide_questions=stop.guide_questions,
            )
