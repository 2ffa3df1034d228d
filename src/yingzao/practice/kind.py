"""Practice tasks as a kind of activity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.urls import reverse

from yingzao.activities import actions
from yingzao.activities.actions import NewFact
from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame, Kind, Verdict
from yingzao.activities.models import Activity, Evidence, Part, Version
from yingzao.core.models import StoredFile
from yingzao.people.models import Person
from yingzao.practice import phrases, queries, settling
from yingzao.practice.actions.parts import copy_parts, use_template
from yingzao.practice.models import PracticeTask
from yingzao.practice.readers import template_parts


class Practice(Kind):
    key = "practice"
    icon = "pencil"

    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        return settling.settle(frame, facts, now)

    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        return phrases.ask(rule)

    def phrase(self, reason: Mapping[str, Any]) -> str:
        return phrases.phrase(reason)

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

    def beside(self, version: Version) -> Sequence[str]:
        found = queries.findings_in(version)
        return [
            *(phrases.say_leader(one) for one in found.leaders),
            *(phrases.say_need(one) for one in found.needs),
            *(phrases.say_idea(one) for one in version.content.get("refers", [])),
        ]

    def learner_url(self, activity: Activity) -> str:
        return reverse("practice:learner-task", args=[activity.code])

    def desk_url(self, activity: Activity) -> str:
        return reverse("practice:desk-task", args=[activity.programme.code, activity.code])

    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        return phrases.missing(reasons)

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, Any]], by: Person | None) -> bool:
        _task, created = PracticeTask.objects.get_or_create(
            activity=activity,
            defaults={"organisation_id": activity.organisation_id, "guidance": activity.description},
        )
        key = rows[0].get("task_template", "") if rows else ""
        if created and template_parts(key) and not activity.rule.get("parts"):
            use_template(activity=activity, key=key, by=by)
        return created

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        task = PracticeTask.objects.filter(activity=source).first()
        PracticeTask.objects.create(
            organisation_id=target.organisation_id,
            activity=target,
            guidance=task.guidance if task else "",
            is_early=task.is_early if task else True,
        )
        copy_parts(source=source, target=target, parts=parts)
