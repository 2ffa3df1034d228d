"""Self-paced courses as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.courses import rules
from yingzao.courses.models import Course, Lesson
from yingzao.people.models import Person


class SelfPaced(Kind):
    key = "course"
    icon = "school"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return rules.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        return _("Done when you have finished all lessons.")

    def phrase(self, reason: Mapping[str, Any]) -> str:
        match reason["code"]:
            case "course.imported":
                return _("The course platform reports %(percent)d%% completed.") % {
                    "percent": int(Fraction(reason["progress"]) * 100)
                }
            case "course.lessons":
                return _("%(done)d of %(lessons)d lessons finished.") % reason
        return ""

    def learner_url(self, activity: Activity) -> str:
        return reverse("courses:learner-course", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("courses:desk-course", args=[activity.programme.code, activity.code])

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> None:
        first = rows[0]
        link = first.get("link", "")
        Course.objects.update_or_create(
            activity=activity,
            defaults={
                "organisation_id": activity.organisation_id,
                "provider": first.get("place", ""),
                "url": link if link.startswith("http") else "",
            },
        )
        for part in activity.parts.all():
            Lesson.objects.get_or_create(part=part, defaults={"organisation_id": activity.organisation_id})

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        course = Course.objects.filter(activity=source).first()
        if course:
            Course.objects.create(
                organisation_id=target.organisation_id,
                activity=target,
                provider=course.provider,
                url=course.url,
            )
        for lesson in Lesson.objects.filter(part__activity=source):
            Lesson.objects.create(
                organisation_id=target.organisation_id, part=parts[lesson.part_id], html=lesson.html
            )
