"""Case readings as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.cases import rules
from yingzao.cases.models import CaseReading
from yingzao.people.models import Person


class CaseKind(Kind):
    key = "case"
    icon = "file-text"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return rules.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        if not rules.asked_characters(rule):
            return _("Done when you have read it.")
        asked = {"asked": rules.asked_characters(rule)}
        if rules.asks_method(rule):
            return (
                _(
                    "Done when you have read it and written a reflection of at least %(asked)d characters that names a method."
                )
                % asked
            )
        return (
            _("Done when you have read it and written a reflection of at least %(asked)d characters.") % asked
        )

    def phrase(self, reason: Mapping[str, Any]) -> str:
        match reason["code"]:
            case "case.reflected":
                return _("Reflection of %(characters)d characters; %(asked)d are needed.") % reason
            case "case.read":
                return _("Read.")
            case "case.missing":
                if not reason["characters"]:
                    return _("Read; the reflection of %(asked)d characters is missing.") % reason
                return _("Reflection of %(characters)d characters; %(asked)d are needed.") % reason
        return ""

    def learner_url(self, activity: Activity) -> str:
        return reverse("cases:learner-case", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("cases:desk-case", args=[activity.programme.code, activity.code])

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        asked = rules.asked_characters(rule)
        if not asked:
            return _("Open the case and read it.")
        written = max((r.get("characters", 0) for r in reasons), default=0)
        if written:
            short = asked - written
            return ngettext("%(count)d character is missing.", "%(count)d characters are missing.", short) % {
                "count": short
            }
        return _("A reflection of at least %(asked)d characters is missing.") % {"asked": asked}

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> bool:
        _reading, created = CaseReading.objects.get_or_create(
            activity=activity, defaults={"organisation_id": activity.organisation_id}
        )
        return created

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        reading = CaseReading.objects.filter(activity=source).first()
        CaseReading.objects.create(
            organisation_id=target.organisation_id,
            activity=target,
            article=reading.article if reading else None,
            question=reading.question if reading else "",
        )
