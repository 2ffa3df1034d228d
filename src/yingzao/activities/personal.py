"""What activities keep of a learner: evidence and duties, what was handed in, asked for and answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import (
    AttendanceRequest,
    CalendarFeed,
    Duty,
    Evidence,
    RequestFile,
    SurveyAnswer,
    SurveyResponse,
    Version,
    VersionFile,
    WatchPiece,
)
from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.enrolment.personal import enrolments_of
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain

# Keys of a fact's detail under which somebody's own words stand; figures beside them stay, so that duties settle as before.
WORDS = ("text", "note", "reason", "words")


def _evidence_rows(person: Person) -> Iterator[dict[str, Any]]:
    rows = Evidence.objects.filter(enrolment__person=person).select_related("activity", "part")
    for e in rows.iterator(chunk_size=500):
        yield plain(
            e, "key", "fact", "happened_at", "until", "recorded_at", "source", "withdrawn_at", "withdrawn_reason",
            activity=e.activity.title, part=e.part.title if e.part else "", text=e.detail.get("text", ""),
        )  # fmt: skip


def _duty_rows(person: Person) -> Iterator[dict[str, Any]]:
    for duty in Duty.objects.filter(enrolment__person=person).select_related("activity"):
        yield plain(duty, "state", "share", "settled_at", activity=duty.activity.title)


def _versions(person: Person) -> QuerySet[Version]:
    return Version.objects.filter(entry__enrolment__person=person).select_related("entry")


def _version_rows(person: Person) -> Iterator[dict[str, Any]]:
    for v in _versions(person).prefetch_related("files__file"):
        yield plain(
            v, "code", "number", "text", "content", "state", "saved_at", "submitted_at", "sha256", "review",
            title=v.entry.title, files=[f.file.name for f in v.files.all()],
        )  # fmt: skip


def _version_files(person: Person) -> Iterable[StoredFile]:
    held = VersionFile.objects.filter(version__in=_versions(person)).values("file_id")
    return StoredFile.objects.filter(pk__in=held)


def _request_rows(person: Person) -> Iterator[dict[str, Any]]:
    for r in AttendanceRequest.objects.filter(enrolment__person=person).select_related("activity"):
        yield plain(
            r, "code", "kind", "state", "reason", "text", "from_at", "until_at", "asked_at", "decided_at",
            "decision_note", activity=r.activity.title,
        )  # fmt: skip


def _request_files(person: Person) -> Iterable[StoredFile]:
    held = RequestFile.objects.filter(request__enrolment__person=person).values("file_id")
    return StoredFile.objects.filter(pk__in=held)


def _survey_rows(person: Person) -> Iterator[dict[str, Any]]:
    """Of forms by name alone: nothing leads from an anonymous answer to anybody."""
    rows = SurveyResponse.objects.filter(enrolment__person=person).select_related("survey")
    for r in rows.prefetch_related("answers__question"):
        yield plain(
            r, "sent_at",
            survey=r.survey.title,
            answers=[plain(a, "number", "chosen", "text", question=a.question.text) for a in r.answers.all()],
        )  # fmt: skip


def _watch_rows(person: Person) -> Iterator[dict[str, Any]]:
    rows = WatchPiece.objects.filter(enrolment__person=person).select_related("video")
    for piece in rows.iterator(chunk_size=2000):
        yield plain(piece, "from_ms", "to_ms", "received_at", video=piece.video.title)


def erase(erasure: Erasure) -> None:
    """The learner's own words and files go. Facts, duties, figures and the hashes of versions stay."""
    learners = enrolments_of(erasure)
    for e in Evidence.objects.filter(enrolment__in=learners, detail__has_any_keys=list(WORDS)):
        e.detail = {key: "" if key in WORDS else value for key, value in e.detail.items()}
        e.save(update_fields=["detail"])
    Evidence.objects.filter(enrolment__in=learners).exclude(withdrawn_reason="").update(withdrawn_reason="")
    _erase_work(erasure)
    requests = AttendanceRequest.objects.filter(enrolment__in=learners)
    _blank(RequestFile.objects.filter(request__in=requests).values("file_id"))
    requests.update(reason="", text="", decision_note="", undone_reason="")
    SurveyAnswer.objects.filter(response__enrolment__in=learners).exclude(text="").update(text="")
    CalendarFeed.objects.filter(enrolment__in=learners).delete()
    WatchPiece.objects.filter(enrolment__in=learners, is_open=False).delete()


def _erase_work(erasure: Erasure) -> None:
    learners = enrolments_of(erasure)
    versions = Version.objects.filter(entry__enrolment__in=learners)
    for version in versions.exclude(content={}):
        if isinstance(parts := version.content.get("parts"), dict):
            version.content = {**version.content, "parts": dict.fromkeys(parts, "")}
            version.save(update_fields=["content"])
    versions.filter(~Q(text="")).update(text=erasure.name.mark)
    versions.update(review="")
    held = VersionFile.objects.filter(version__in=versions)
    erasure.memo["files"] = list(held.values_list("file_id", flat=True))
    _blank(held.values("file_id"))
    held.update(caption="")


def _blank(files: Any) -> None:
    for stored in StoredFile.objects.filter(pk__in=files):
        media.blank(stored)


personal.register(
    Kind(
        "evidence",
        _("Learning records"),
        why=_("To work out what is completed, and to show what each result rests on."),
        period="programme",
        rows=_evidence_rows,
    ),
    Kind(
        "duties",
        _("Learning tasks"),
        why=_("What follows from the records."),
        period="programme",
        rows=_duty_rows,
    ),
    Kind(
        "work",
        _("What you handed in"),
        why=_("So that it can be read, answered and judged."),
        period="programme",
        rows=_version_rows,
        files=_version_files,
    ),
    Kind(
        "requests",
        _("Leave and corrections"),
        why=_("What you asked for about attendance, and the answer."),
        period="programme",
        rows=_request_rows,
        files=_request_files,
    ),
    Kind(
        "surveys",
        _("Answers to forms by name"),
        why=_("To make courses better. Anonymous answers lead to nobody, and cannot be in a copy."),
        period="programme",
        rows=_survey_rows,
    ),
    Kind(
        "watching",
        _("What you played of videos"),
        why=_("To count the minutes that were really watched."),
        period="heartbeats",
        rows=_watch_rows,
    ),
)
personal.on_erase("activities", erase)
