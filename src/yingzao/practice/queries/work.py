"""Practice tasks: what a learner has drafted and handed in, and what waits for a mentor or organiser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from yingzao.activities.enums import VersionState
from yingzao.activities.models import Activity, Entry, Version
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Person
from yingzao.practice.enums import PartKind
from yingzao.practice.models import Finding, PracticeTask, TaskPart
from yingzao.practice.queries.findings import characters_of, findings_for
from yingzao.practice.settling.parts import Asked, Held, Line, asked_parts, count_characters, lines_of
from yingzao.programmes.queries import desk_programmes


def task_of(activity: Activity) -> PracticeTask | None:
    return PracticeTask.objects.filter(activity=activity).first()


@dataclass(frozen=True, slots=True)
class MyEntry:
    """A learner's work on one task: the draft, where there is one, and what was handed in, the newest first."""

    draft: Version | None
    handed_in: tuple[Version, ...]

    @property
    def latest(self) -> Version | None:
        return self.handed_in[0] if self.handed_in else None

    @property
    def number(self) -> int:
        """The version that is being written, or would be."""
        if self.draft:
            return self.draft.number
        return self.latest.number + 1 if self.latest else 1

    @property
    def returned(self) -> Version | None:
        """The version that came back, until the next one is handed in."""
        return self.latest if self.latest and self.latest.state == VersionState.RETURNED else None


def my_entry(enrolment: Enrolment, activity: Activity) -> MyEntry:
    entry = Entry.objects.filter(enrolment=enrolment, activity=activity).first()
    if entry is None:
        return MyEntry(None, ())
    versions = list(entry.versions.prefetch_related("files__file").order_by("-number"))
    draft = versions[0] if versions and versions[0].state == VersionState.DRAFT else None
    return MyEntry(draft, tuple(v for v in versions if v.state != VersionState.DRAFT))


def file_count(enrolment: Enrolment, activity: Activity, *, but: Sequence[str] = ()) -> int:
    """How many files the draft has, or would begin with; those of the codes in `but` are to go."""
    mine = Version.objects.filter(entry__enrolment=enrolment, entry__activity=activity)
    newest = mine.order_by("-number").first()
    return newest.files.exclude(file__code__in=but).count() if newest else 0


@dataclass(frozen=True, slots=True)
class PartOfTask:
    """A part as the learner's page shows it: its words, what counts for it by now, and its field where something is written."""

    asked: Asked
    words: TaskPart | None
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    field: Any
    documents: int = 0  # characters of documents that count for a report

    @property
    def shown(self) -> str:
        """The state's shape: done, part or todo."""
        if all(line.is_met for line in self.lines):
            return "done"
        return "part" if any(line.found for line in self.lines) else "todo"


def parts_of_task(activity: Activity, enrolment: Enrolment, form: Any) -> list[PartOfTask]:
    """The parts of a task with what the learner has for them now; none of a task without parts. `form` holds a field
    `part-CODE` for each that is written."""
    asked = asked_parts(activity.rule)
    if not asked:
        return []
    words = {
        one.part.code: one for one in TaskPart.objects.filter(part__activity=activity).select_related("part")
    }
    found = findings_for(enrolment, activity)
    newest = (
        Version.objects.filter(entry__enrolment=enrolment, entry__activity=activity)
        .order_by("-number")
        .first()
    )
    held = _held(found, newest)
    lines = lines_of(asked, held)
    return [
        PartOfTask(
            one,
            words.get(one.part),
            tuple(line for line in lines if line.part == one.part),
            tuple(row for row in found if (row.leader if one.kind == PartKind.LEADERS else row.need))
            if not one.is_written
            else (),
            form[f"part-{one.part}"] if one.is_written else None,
            held.documents if one.kind == PartKind.REPORT else 0,
        )
        for one in asked
    ]


def held_by(version: Version) -> Held:
    """What a draft holds of what its task asks for, as it stands now."""
    return _held(findings_for(version.entry.enrolment, version.entry.activity), version)


def _held(found: Sequence[Finding], version: Version | None) -> Held:
    files = list(version.files.select_related("file__document_text")) if version else []
    texts: Mapping[str, str] = version.content.get("parts", {}) if version else {}
    return Held(
        leaders=tuple(one.leader.code for one in found if one.leader),
        needs=tuple((one.need.code, one.need.source) for one in found if one.need),
        parts={code: count_characters(text) for code, text in texts.items()},
        files=len(files),
        documents=sum(characters_of(one.file) for one in files),
    )


def versions_of(activity: Activity) -> QuerySet[Version]:
    """Everything handed in to a task that waits for review or was accepted, the newest first."""
    return (
        Version.objects.filter(entry__activity=activity)
        .exclude(state=VersionState.DRAFT)
        .select_related("entry__enrolment__community", "reviewed_by")
        .order_by("-submitted_at", "-pk")
    )


def versions_readable_by(person: Person) -> QuerySet[Version]:
    """Versions handed in that the person may read as mentor, or from the desk."""
    rows = Version.objects.exclude(state=VersionState.DRAFT).filter(entry__activity__isnull=False)
    desk = rows.filter(entry__programme__in=desk_programmes(person))
    mentor = rows.filter(entry__enrolment__in=learners_mentored_by(person))
    return (desk | mentor).distinct()


def mentor_queue(person: Person) -> QuerySet[Version]:
    """What the mentor's learners handed in and nobody has answered, the oldest first; of each task the newest version."""
    newer = Version.objects.filter(entry=OuterRef("entry"), number__gt=OuterRef("number"))
    return (
        Version.objects.filter(
            ~Exists(newer.exclude(state=VersionState.DRAFT)),
            state=VersionState.SUBMITTED,
            entry__activity__isnull=False,
            entry__enrolment__in=learners_mentored_by(person),
        )
        .select_related("entry__enrolment__community", "entry__activity", "entry__programme")
        .order_by("submitted_at", "pk")
    )
