"""Self-paced courses as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities.actions import NewFact, copy_videos
from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Part
from yingzao.courses import actions, queries, settling
from yingzao.courses.models import Course, Lesson, Unit
from yingzao.people.models import Person


class SelfPaced(Kind):
    key = "course"
    icon = "school"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return settling.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        asked = settling.asked_progress(rule)
        if asked < 1:
            return _("Done when you have finished %(percent)d%% of the course.") % {
                "percent": ceil(asked * 100)
            }
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

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        told = next((r for r in reasons if r["code"] == "course.lessons"), None)
        codes = activity.parts.values_list("code", flat=True) if told is None else ()
        lessons = told["lessons"] if told else sum(not settling.Asked.of(rule, c).optional for c in codes)
        left = ceil(settling.asked_progress(rule) * lessons) - (told["done"] if told else 0)
        if left > 0:
            return ngettext("%(count)d lesson is missing.", "%(count)d lessons are missing.", left) % {
                "count": left
            }
        if reasons:
            return _("Go on with the course; the organiser brings in the platform's list again.")
        return _(
            "The platform's list of completions has not come in with your name yet. If you have finished there, tell the "
            "organiser under which name."
        )

    def choose(self, facts: Sequence[NewFact]) -> Sequence[NewFact]:
        return actions.only_news(facts)

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> bool:
        first = rows[0] if rows else {}
        told = {}
        if "place" in first:
            told["provider"] = first["place"][:60]
        if "link" in first:
            told["url"] = first["link"] if first["link"].startswith(("http://", "https://")) else ""
        course, changed = Course.objects.get_or_create(
            activity=activity, defaults={"organisation_id": activity.organisation_id, **told}
        )
        if not changed and any(getattr(course, name) != value for name, value in told.items()):
            for name, value in told.items():
                setattr(course, name, value)
            course.save(update_fields=list(told))
            changed = True
        for part in activity.parts.all():
            Lesson.objects.get_or_create(part=part, defaults={"organisation_id": activity.organisation_id})
        return changed

    def extras(self, activity: Activity) -> Mapping[str, str]:
        course = queries.course_of(activity)
        return {"link": course.url} if course else {}

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        course = Course.objects.filter(activity=source).first()
        if course:
            Course.objects.create(
                organisation_id=target.organisation_id,
                activity=target,
                provider=course.provider,
                url=course.url,
                in_order=course.in_order,
            )
        units: dict[int | None, Unit] = {}
        for unit in Unit.objects.filter(activity=source):
            units[unit.pk] = Unit.objects.create(
                organisation_id=target.organisation_id,
                activity=target,
                title=unit.title,
                position=unit.position,
                after=units.get(unit.after_id),
            )
        codes = {}
        videos = copy_videos(source, target, parts)
        for lesson in Lesson.objects.filter(part__activity=source).select_related("part"):
            codes[lesson.part.code] = parts[lesson.part_id].code
            Lesson.objects.create(
                organisation_id=target.organisation_id,
                part=parts[lesson.part_id],
                unit=units.get(lesson.unit_id),
                kind=lesson.kind,
                video=videos.get(lesson.video_id),
                text=lesson.text,
                html=lesson.html,
                file=lesson.file,
                url=lesson.url,
            )
        actions.copy_quizzes(source, target, parts, by)
        asked = source.rule.get("lessons", {})
        if asked:
            lessons = {codes[code]: said for code, said in asked.items() if code in codes}
            target.rule = {**target.rule, "lessons": lessons}
            target.save(update_fields=["rule"])
