"""Going through the lessons of a self-paced course."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Activity, Part
from yingzao.articles.readers import NotAnArticle, read_written
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.courses import queries
from yingzao.courses.enums import LessonKind
from yingzao.courses.models import Lesson
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage


@transaction.atomic
def finish_lesson(
    *, enrolment: Enrolment, activity: Activity, part: Part, by: Person, now: dt.datetime | None = None
) -> None:
    """Record that the learner went through a lesson: once, however often it is pressed.

    Raises Refused (`stage…`, `shut`, `watching`, `quiz`) where saying so is not what finishes it, or it is not open yet.
    """
    require_stage(activity.programme, Act.LEARN)
    _before, row, _after = queries.lesson_at(queries.outline_of(activity, enrolment, now), part.code)
    if row is not None:
        _require_open(row)
    now = now or clock.now()
    activities.record_evidence(
        [
            activities.NewFact(
                key=activities.key_from("lesson", part.code, enrolment.code),
                enrolment=enrolment,
                activity=activity,
                part=part,
                fact=FactKind.READ,
                happened_at=now,
                source=EvidenceSource.LEARNER,
            )
        ],
        by=by,
        now=now,
    )


def _require_open(row: queries.LessonRow) -> None:
    if row.shut:
        raise Refused(_("This lesson opens once “%(title)s” is finished.") % {"title": row.shut}, code="shut")
    if row.asked.kind == LessonKind.VIDEO and row.asked.seconds:
        raise Refused(_("This lesson is finished by watching its video."), code="watching")
    if row.asked.kind == LessonKind.QUIZ:
        raise Refused(_("This lesson is finished by its quiz."), code="quiz")


@transaction.atomic
def write_lesson(*, part: Part, text: str, by: Person) -> Lesson:
    """Keep the text of a lesson, and the same as safe HTML. A lesson holds no pictures: one that is named is refused.

    Raises Refused (`empty`, `too_large`, `damaged`, `picture`).
    """
    html = as_html(part, text) if text.strip() else ""
    lesson, _created = Lesson.objects.update_or_create(
        part=part, defaults={"organisation_id": part.organisation_id, "text": text, "html": html}
    )
    audit.record(
        actor=by, act="courses.lesson.written", subject=part.code, organisation_id=part.organisation_id
    )
    return lesson


@transaction.atomic
def ask_of_lesson(*, part: Part, asked: Mapping[str, Any], by: Person | None) -> None:
    """Say what finishing a lesson takes (see `courses.settling`), in the activity's rule, and settle everybody's duty anew."""
    activity = Activity.objects.select_for_update().select_related("programme").get(pk=part.activity_id)
    lessons = dict(activity.rule.get("lessons", {}))
    before = lessons.get(part.code, {})
    if asked == before:
        return
    lessons[part.code] = dict(asked)
    if not asked:
        del lessons[part.code]
    activity.rule = {**activity.rule, "lessons": lessons}
    activity.save(update_fields=["rule"])
    audit.record(
        actor=by,
        act="courses.lesson.asked",
        subject=part.code,
        organisation_id=part.organisation_id,
        before=before,
        after=dict(asked),
    )
    activities.resettle(activity.programme, activities=[activity.pk])


def as_html(part: Part, text: str) -> str:
    try:
        written = read_written(text, title=part.title)
    except NotAnArticle as failure:
        sentence = (
            _("Nothing is left of this text once program code is taken out. Write the lesson in words.")
            if failure.code == "empty"
            else _("This text is too long or too deeply nested. Make several lessons of it.")
        )
        raise Refused(sentence, code=failure.code, field="text") from failure
    if named := [*written.foreign, *(f"[图{position + 1}]" for position in written.placed)]:
        raise Refused(
            _("A lesson holds words only. Take the picture %(address)s out of the text, or make it a link.")
            % {"address": named[0][:120]},
            code="picture",
            field="text",
        )
    return written.html
