"""Practice tasks as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities import actions
from yingzao.activities.actions import NewFact
from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Evidence, Part, Version
from yingzao.core.models import StoredFile
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.models import PracticeTask


class Practice(Kind):
    key = "practice"
    icon = "pencil"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return rules.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        characters, photos = int(rule.get("characters", 0)), int(rule.get("photos", 0))
        if photos:
            return _("Hand in at least %(characters)d characters and %(photos)d photos.") % {
                "characters": characters,
                "photos": photos,
            }
        return _("Hand in at least %(characters)d characters.") % {"characters": characters}

    def phrase(self, reason: Mapping[str, Any]) -> str:
        match reason["code"]:
            case "practice.handed_in":
                if not reason["photos"] and not reason["asked_photos"]:
                    return _("Handed in with %(characters)d characters.") % reason
                return _("Handed in with %(characters)d characters and %(photos)d photos.") % reason
            case "practice.short":
                if not reason["photos"] and not reason["asked_photos"]:
                    return _("Handed in with %(characters)d of %(asked)d characters.") % reason
                return (
                    _(
                        "Handed in with %(characters)d of %(asked)d characters and %(photos)d of %(asked_photos)d photos."
                    )
                    % reason
                )
        return ""

    def prepare(self, fact: NewFact, by: Person | None) -> NewFact:
        """A task handed in on paper or by mail becomes a version that mentors and judges can read."""
        if fact.fact != FactKind.HANDED_IN or "version" in fact.detail:
            return fact
        detail = dict(fact.detail)
        text = detail.pop("text", "")
        files = list(StoredFile.objects.filter(code__in=detail.get("files", [])).order_by("pk"))
        for stored in files:
            stored.subject = fact.enrolment.code
            stored.save(update_fields=["subject"])
        version = actions.keep_handed_in(
            enrolment=fact.enrolment,
            activity=fact.activity,
            text=text,
            title=detail.get("title", ""),
            files=files,
            at=fact.happened_at,
        )
        return replace(
            fact,
            detail={**detail, "version": version.code, "number": version.number, "sha256": version.sha256},
        )

    def withdrawn(self, evidence: Evidence, by: Person | None, reason: str) -> None:
        version = Version.objects.filter(code=evidence.detail.get("version", "")).first()
        if version:
            actions.take_back_version(version=version, by=by, reason=reason)

    def learner_url(self, activity: Activity) -> str:
        return reverse("practice:learner-task", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("practice:desk-task", args=[activity.programme.code, activity.code])

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        short = next((r for r in reasons if r["code"] == "practice.short"), None)
        if short is None:
            return _("Nothing stands handed in.")
        characters = max(short["asked"] - short["characters"], 0)
        photos = max(short["asked_photos"] - short["photos"], 0)
        if characters and photos:
            return _("%(characters)d characters and %(photos)d photos are missing.") % {
                "characters": characters,
                "photos": photos,
            }
        if photos:
            return ngettext("%(count)d photo is missing.", "%(count)d photos are missing.", photos) % {
                "count": photos
            }
        return ngettext(
            "%(count)d character is missing.", "%(count)d characters are missing.", characters
        ) % {"count": characters}

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> bool:
        _task, created = PracticeTask.objects.get_or_create(
            activity=activity,
            defaults={"organisation_id": activity.organisation_id, "guidance": activity.description},
        )
        return created

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        task = PracticeTask.objects.filter(activity=source).first()
        PracticeTask.objects.create(
            organisation_id=target.organisation_id, activity=target, guidance=task.guidance if task else ""
        )
