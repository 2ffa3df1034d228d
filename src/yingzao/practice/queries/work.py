"""Practice tasks: what a learner has drafted and handed in, and what waits for a mentor or organiser."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from yingzao.activities.enums import VersionState
from yingzao.activities.models import Activity, Entry, Version
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Person
from yingzao.practice.models import PracticeTask
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
