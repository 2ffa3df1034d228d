"""Notes, photos and voice notes of a visit, and who sees which."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from yingzao.activities.models import Activity
from yingzao.core.models import StoredFile
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.enums import ConsentSubject, PeopleShown
from yingzao.people.models import Consent, Person
from yingzao.programmes.models import Programme
from yingzao.visits.enums import FileKind, FileState
from yingzao.visits.models import FieldFile, FieldNote, Stop
from yingzao.visits.queries.check_ins import here_now, walk_in_counts

HERE = (FileState.HELD, FileState.FREE)


def file_of(stored: StoredFile) -> FieldFile | None:
    """What a stored file belongs to."""
    rows = FieldFile.objects.filter(code=stored.subject).filter(Q(file=stored) | Q(original=stored))
    return rows.select_related("stop__part__activity__programme", "enrolment").first()


def learns_in(person: Person, programme: Programme) -> bool:
    return programme.enrolments.filter(person=person, state=EnrolmentState.ACTIVE).exists()


def current_notes(rows: QuerySet[FieldNote]) -> list[FieldNote]:
    """Each note as it is now, oldest first; those that were taken back are left out. One query."""
    latest: dict[uuid.UUID, FieldNote] = {}
    for row in rows.select_related("stop__part__activity", "enrolment__community", "by").order_by("at", "pk"):
        latest[row.note] = row
    return sorted((row for row in latest.values() if row.text or row.idea), key=lambda row: row.at)


def notes_of(activity: Activity) -> list[FieldNote]:
    return current_notes(FieldNote.objects.filter(stop__part__activity=activity))


def own_notes(activity: Activity, enrolment: Enrolment | None, person: Person) -> list[FieldNote]:
    """A learner's; what staff wrote as staff, where no learner is given."""
    return current_notes(FieldNote.objects.filter(_whose(enrolment, person), stop__part__activity=activity))


def notes_of_learner(enrolment: Enrolment) -> list[FieldNote]:
    """All that a learner noted on visits: part of the record, and what practice tasks can refer to."""
    return current_notes(FieldNote.objects.filter(enrolment=enrolment))


def arrived_keys(activity: Activity, enrolment: Enrolment | None, person: Person) -> list[str]:
    """Keys of own notes and files whose bytes are here, as the phone calls them. Two queries."""
    own = {"stop__part__activity": activity}
    notes = FieldNote.objects.filter(_whose(enrolment, person), **own).values_list("key", flat=True)
    files = FieldFile.objects.filter(_whose(enrolment, person), **own).exclude(state=FileState.AWAITED)
    return [str(key) for key in (*notes, *files.values_list("key", flat=True))]


def own_files(activity: Activity, enrolment: Enrolment | None, person: Person) -> list[FieldFile]:
    rows = FieldFile.objects.filter(_whose(enrolment, person), stop__part__activity=activity)
    return list(rows.select_related("stop__part", "file", "original").order_by("at", "pk"))


def methods_used(programme: Programme) -> list[str]:
    """Methods that notes of the programme name, to choose from."""
    rows = FieldNote.objects.filter(stop__part__activity__programme=programme).exclude(method="")
    return list(rows.order_by("method").values_list("method", flat=True).distinct()[:60])


def files_of_learner(enrolment: Enrolment) -> list[FieldFile]:
    rows = FieldFile.objects.filter(enrolment=enrolment, state__in=HERE)
    return list(rows.select_related("stop__part__activity", "file").order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What one learner brought home from a visit."""

    activity: Activity
    notes: list[FieldNote]
    files: list[FieldFile]


def record_of(enrolment: Enrolment) -> list[VisitRecord]:
    """All of a learner's, by visit, the latest visit first. Two queries."""
    notes, files = notes_of_learner(enrolment), files_of_learner(enrolment)
    visits = {row.stop.part.activity_id: row.stop.part.activity for row in (*notes, *files)}
    ordered = sorted(
        visits.values(), key=lambda a: (a.starts_at.timestamp() if a.starts_at else 0, a.pk), reverse=True
    )
    return [
        VisitRecord(
            activity,
            [note for note in notes if note.stop.part.activity_id == activity.pk],
            [file for file in files if file.stop.part.activity_id == activity.pk],
        )
        for activity in ordered
    ]


def _whose(enrolment: Enrolment | None, person: Person) -> Q:
    return Q(enrolment=enrolment) if enrolment else Q(enrolment=None, by=person)


def files_of(activity: Activity) -> QuerySet[FieldFile]:
    """All of a visit, for organisers."""
    return (
        FieldFile.objects.filter(stop__part__activity=activity)
        .select_related("stop__part__activity__programme", "enrolment", "by", "file", "original")
        .order_by("stop__part__position", "stop__part__pk", "at", "pk")
    )


def free_photos(activity: Activity) -> QuerySet[FieldFile]:
    """Photos that may be shown to others."""
    return files_of(activity).filter(kind=FileKind.PHOTO, state=FileState.FREE)


def photos_to_publish(activities: Iterable[Activity]) -> list[FieldFile]:
    """Free photos on which nobody can be known, or whose people's consent is recorded; that whoever took it says so is not enough
    for readers who are strangers. The newest first. Two queries."""
    rows = FieldFile.objects.filter(
        stop__part__activity__in=list(activities),
        kind=FileKind.PHOTO,
        state=FileState.FREE,
        file__isnull=False,
    )
    found = list(rows.select_related("stop__part__activity", "file").order_by("-at", "-pk"))
    people = [one.code for one in found if one.people != PeopleShown.NONE]
    agreed = set(
        Consent.objects.filter(
            subject_kind=ConsentSubject.PHOTO, subject_code__in=people, withdrawn_at=None
        ).values_list("subject_code", flat=True)
    )
    return [one for one in found if one.people == PeopleShown.NONE or one.code in agreed]


@dataclass(frozen=True, slots=True)
class StopMaterial:
    """What was brought home from one stop."""

    stop: Stop
    photos: list[FieldFile]
    voices: list[FieldFile]
    others: list[FieldFile]  # on their way, not accepted, taken down
    notes: list[FieldNote]
    arrived: int  # learners checked in here
    walk_ins: int

    @property
    def held(self) -> int:
        return sum(file.state == FileState.HELD for file in (*self.photos, *self.voices))


def material_of(activity: Activity, stops: Iterable[Stop]) -> list[StopMaterial]:
    """For organisers, by stop. Six queries."""
    files, notes = list(files_of(activity)), notes_of(activity)
    came, walk_ins = here_now(activity), walk_in_counts(activity)
    found = []
    for stop in stops:
        own = [file for file in files if file.stop_id == stop.pk]
        here = [file for file in own if file.state in HERE and file.file]
        found.append(
            StopMaterial(
                stop,
                [file for file in here if file.kind == FileKind.PHOTO],
                [file for file in here if file.kind == FileKind.VOICE],
                [file for file in own if file not in here],
                [note for note in notes if note.stop_id == stop.pk],
                len(came.get(stop.part.code, ())),
                walk_ins.get(stop.part.code, 0),
            )
        )
    return found


def held_count(activity: Activity) -> int:
    return FieldFile.objects.filter(stop__part__activity=activity, state=FileState.HELD).count()


def consents_of(file: FieldFile) -> QuerySet[Consent]:
    rows = Consent.objects.filter(subject_kind=ConsentSubject.PHOTO, subject_code=file.code)
    return rows.select_related("recorded_by").order_by("given_at", "pk")
