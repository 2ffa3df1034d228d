"""Words that are used again, and notes of meetings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yingzao.activities.enums import KindKey, VersionState
from yingzao.activities.models import Activity, Version
from yingzao.activities.queries import DutyRow, duties_at
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.people.models import Person
from yingzao.practice.models import FeedbackPhrase, MeetingNote
from yingzao.programmes.models import Programme


def phrases_for(person: Person, programme: Programme) -> QuerySet[FeedbackPhrase]:
    """The programme's words and the person's own."""
    mine = Q(owner=None) | Q(owner=person)
    return FeedbackPhrase.objects.filter(mine, programme=programme).order_by("position", "pk")


def notes_about(enrolment: Enrolment, person: Person) -> QuerySet[MeetingNote]:
    """For the mentor: the own notes and what others shared; organisers read what is shared, too."""
    notes = MeetingNote.objects.filter(enrolment=enrolment).select_related("by")
    return notes.filter(Q(by=person) | Q(is_shared=True))


def notes_for_learner(enrolment: Enrolment) -> QuerySet[MeetingNote]:
    return MeetingNote.objects.filter(enrolment=enrolment, is_shared=True).select_related("by")


def mentored_programmes(person: Person) -> list[Programme]:
    """In which the person mentors a team now."""
    mine = learners_mentored_by(person).order_by().values("programme")
    return list(Programme.objects.filter(pk__in=mine).order_by("-starts_on", "pk"))


@dataclass(frozen=True, slots=True)
class MentoredRow:
    """One learner of the own teams, with the duties of practice."""

    learner: Enrolment
    duties: tuple[tuple[Activity, DutyRow], ...]
    waiting: int  # versions that nobody answered

    @property
    def done(self) -> int:
        return sum(duty.state in ("done", "late") for _activity, duty in self.duties)


def mentored_rows(person: Person) -> list[MentoredRow]:
    """By team and number. Four queries for each programme."""
    learners = list(
        learners_mentored_by(person)
        .filter(state=EnrolmentState.ACTIVE)
        .select_related("programme", "community", "team")
        .order_by("programme__starts_on", "team", "number_key", "number")
    )
    waiting: dict[int, int] = defaultdict(int)
    rows = Version.objects.filter(entry__enrolment__in=learners, state=VersionState.SUBMITTED)
    for enrolment in rows.exclude(entry__activity=None).values_list("entry__enrolment_id", flat=True):
        waiting[enrolment] += 1
    duties: dict[int, list[tuple[Activity, DutyRow]]] = defaultdict(list)
    for programme in {one.programme_id: one.programme for one in learners}.values():
        tasks = {
            a.pk: a for a in programme.activities.filter(kind=KindKey.PRACTICE).order_by("position", "pk")
        }
        found = duties_at(programme, activities=list(tasks))
        for learner in learners:
            if learner.programme_id == programme.pk:
                told = ((task, found.get((learner.pk, pk))) for pk, task in tasks.items())
                duties[learner.pk] += [(task, duty) for task, duty in told if duty]
    return [MentoredRow(one, tuple(duties[one.pk]), waiting[one.pk]) for one in learners]


def versions_by(learner: Enrolment) -> QuerySet[Version]:
    """What one learner handed in, the newest first."""
    mine = Version.objects.filter(entry__enrolment=learner, entry__activity__isnull=False)
    return (
        mine.exclude(state=VersionState.DRAFT)
        .select_related("entry__activity")
        .order_by("-submitted_at", "-pk")
    )
