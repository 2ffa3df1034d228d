"""How a course is built: where it is, its units, its lessons and their order."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.enums import VideoSource
from yingzao.activities.models import Activity, Part, Video
from yingzao.core import audit, media
from yingzao.core.errors import Refused
from yingzao.courses.actions.lessons import as_html, ask_of_lesson
from yingzao.courses.enums import LessonKind
from yingzao.courses.models import Course, Lesson, Unit
from yingzao.courses.settling import Asked
from yingzao.people.models import Person

ROOM = "courses"
MOST_LESSONS = 300


@transaction.atomic
def set_course(
    *,
    activity: Activity,
    provider: str,
    url: str,
    by: Person,
    in_order: bool = False,
    after: Activity | None = None,
) -> Course:
    """Say on which platform the course is, when it is elsewhere; whether its lessons open one after the other; and which
    activity has to be done before it. Raises Refused (`circle`) where that one waits for this."""
    if after is not None and _leads_back(after, activity):
        raise Refused(
            _("“%(title)s” waits for this course itself.") % {"title": after.title},
            code="circle",
            field="after",
        )
    course, _created = Course.objects.update_or_create(
        activity=activity,
        defaults={
            "organisation_id": activity.organisation_id,
            "provider": provider,
            "url": url,
            "in_order": in_order,
            "after": after,
        },
    )
    audit.record(
        actor=by,
        act="courses.course.set",
        subject=activity.code,
        organisation_id=activity.organisation_id,
        after={"url": url, "in_order": in_order, "after": after.code if after else ""},
    )
    return course


def _leads_back(after: Activity, activity: Activity) -> bool:
    seen: set[int] = set()
    at: int | None = after.pk
    while at is not None and at not in seen:
        if at == activity.pk:
            return True
        seen.add(at)
        at = Course.objects.filter(activity=at).values_list("after", flat=True).first()
    return False


# Units


@transaction.atomic
def add_unit(*, activity: Activity, title: str, after: Unit | None, by: Person) -> Unit:
    last = Unit.objects.filter(activity=activity).aggregate(last=Max("position"))["last"] or 0
    unit = Unit.objects.create(
        organisation_id=activity.organisation_id,
        activity=activity,
        title=title,
        after=after,
        position=last + 1,
    )
    _record(by, activity, "courses.unit.added", {"unit": unit.code, "title": title})
    return unit


@transaction.atomic
def change_unit(*, unit: Unit, title: str, after: Unit | None, by: Person) -> None:
    """Raises Refused (`circle`) where the other unit waits for this one."""
    seen, at = set(), after
    while at is not None and at.pk not in seen:
        if at.pk == unit.pk:
            raise Refused(
                _("That unit waits for this one itself, so that neither would open."),
                code="circle",
                field="after",
            )
        seen.add(at.pk)
        at = at.after
    unit.title, unit.after = title, after
    unit.save(update_fields=["title", "after"])
    _record(by, unit.activity, "courses.unit.changed", {"unit": unit.code, "title": title})


@transaction.atomic
def remove_unit(*, unit: Unit, by: Person) -> None:
    """Take the unit away; its lessons stay, in none."""
    _record(by, unit.activity, "courses.unit.removed", {"unit": unit.code, "title": unit.title})
    unit.delete()


# Lessons


@transaction.atomic
def add_lesson(*, activity: Activity, title: str, kind: str, unit: Unit | None, by: Person) -> Lesson:
    """Put a lesson at the end. Raises Refused (`too_many`)."""
    count = activity.parts.count()
    if count >= MOST_LESSONS:
        raise Refused(_("A course has at most %(count)d lessons.") % {"count": MOST_LESSONS}, code="too_many")
    last = activity.parts.aggregate(last=Max("position"))["last"] or 0
    part = Part.objects.create(
        organisation_id=activity.organisation_id, activity=activity, title=title, position=last + 1
    )
    lesson = Lesson.objects.create(organisation_id=activity.organisation_id, part=part, kind=kind, unit=unit)
    _record(by, activity, "courses.lesson.added", {"lesson": part.code, "title": title, "kind": kind})
    ask_of_lesson(part=part, asked=_asked(lesson, Asked()), by=by)
    activities.resettle(activity.programme, activities=[activity.pk])
    return lesson


@transaction.atomic
def change_lesson(
    *,
    part: Part,
    title: str,
    kind: str,
    unit: Unit | None,
    optional: bool,
    asked: Asked,
    text: str,
    url: str,
    upload: Any,
    by: Person,
) -> Lesson:
    """Keep what a lesson is, what it says, and what finishing it takes; everybody's duty is settled anew.

    `asked` gives share, counting and passing; the rest follows from the lesson. Raises Refused (`empty`, `too_large`, `damaged`,
    `picture`, `wrong_kind`).
    """
    lesson = Lesson.objects.filter(part=part).first() or Lesson(
        part=part, organisation_id=part.organisation_id
    )
    lesson.kind, lesson.unit, lesson.url = kind, unit, url if kind == LessonKind.LINK else ""
    lesson.text, lesson.html = text, as_html(part, text) if text.strip() else ""
    if upload is not None:
        lesson.file = media.store(
            upload,
            name=upload.name,
            accept="any",
            organisation_id=part.organisation_id,
            room=ROOM,
            subject=part.code,
            uploaded_by=by,
        )
    lesson.save()
    if part.title != title:
        part.title = title
        part.save(update_fields=["title"])
    _record(by, part.activity, "courses.lesson.written", {"lesson": part.code, "kind": kind, "title": title})
    ask_of_lesson(part=part, asked=_asked(lesson, asked, optional=optional), by=by)
    return lesson


def _asked(lesson: Lesson, asked: Asked, *, optional: bool = False) -> dict[str, Any]:
    """The lesson's line in the rule; nothing where saying so finishes it."""
    told: dict[str, Any] = {"optional": True} if optional else {}
    if lesson.kind == LessonKind.VIDEO:
        seconds = lesson.video.seconds if lesson.video and lesson.video.source != VideoSource.PAGE else 0
        told |= {"kind": "video", "seconds": seconds, "share": _plain(asked.share), "counts": asked.counts}
    elif lesson.kind == LessonKind.QUIZ:
        told |= {"kind": "quiz", "pass": _plain(asked.passing)}
    return told


def _plain(share: Any) -> str:
    return f"{float(share):.4f}".rstrip("0").rstrip(".")


@transaction.atomic
def move_lesson(*, part: Part, up: bool, by: Person) -> bool:
    """One place up or down within its unit; whether there was room."""
    lesson = Lesson.objects.filter(part=part).first()
    unit = lesson.unit_id if lesson else None
    parts = [
        p
        for p in part.activity.parts.select_related("lesson").order_by("position", "pk")
        if (p.lesson.unit_id if hasattr(p, "lesson") else None) == unit
    ]
    place = [p.pk for p in parts].index(part.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(parts):
        return False
    every = list(part.activity.parts.order_by("position", "pk"))
    a, b = (next(i for i, p in enumerate(every) if p.pk == parts[n].pk) for n in (place, other))
    every[a], every[b] = every[b], every[a]
    for position, one in enumerate(every, start=1):
        one.position = position
    Part.objects.bulk_update(every, ["position"])
    _record(by, part.activity, "courses.lesson.moved", {"lesson": part.code, "up": up})
    return True


@transaction.atomic
def remove_lesson(*, part: Part, by: Person) -> None:
    """Take a lesson out. Raises Refused (`used`) once somebody's evidence tells of it: made voluntary, it counts for nobody."""
    if part.evidence.exists() or part.videos.filter(pieces__isnull=False).exists():
        raise Refused(
            _(
                "Somebody has gone through this lesson already. Make it voluntary instead: it then counts for nobody."
            ),
            code="used",
        )
    activity = part.activity
    ask_of_lesson(part=part, asked={}, by=by)
    _record(by, activity, "courses.lesson.removed", {"lesson": part.code, "title": part.title})
    part.delete()
    activities.resettle(activity.programme, activities=[activity.pk])


def take_video(*, video: Video, by: Person, removed: bool) -> None:
    """The video of a lesson was put there, changed or taken away: what the lesson asks follows."""
    if video.part_id is None:
        return
    lesson = Lesson.objects.filter(part=video.part_id).select_related("part").first()
    if lesson is None:
        return
    lesson.video = None if removed else video
    lesson.kind = LessonKind.VIDEO
    lesson.save(update_fields=["video", "kind"])
    activity = Activity.objects.get(pk=video.activity_id)
    before = Asked.of(activity.rule, lesson.part.code)
    ask_of_lesson(part=lesson.part, asked=_asked(lesson, before, optional=before.optional), by=by)


def _record(by: Person, activity: Activity, act: str, after: dict[str, Any]) -> None:
    audit.record(
        actor=by, act=act, subject=activity.code, organisation_id=activity.organisation_id, after=after
    )
