"""What visits keep of a learner: check-ins, places and contacts, notes and photos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.enrolment.personal import enrolments_of
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain
from yingzao.visits.models import FieldFile, FieldNote, HostReply, Scan, SignUp, StopHost
from yingzao.visits.signals import photo_withdrawn


def _scan_rows(person: Person) -> Iterator[dict[str, Any]]:
    for scan in Scan.objects.filter(enrolment__person=person).select_related("stop__part"):
        yield plain(
            scan,
            "what",
            "way",
            "at",
            "received_at",
            "distance_m",
            "state",
            "reason",
            stop=scan.stop.part.title,
        )


def _sign_up_rows(person: Person) -> Iterator[dict[str, Any]]:
    for s in SignUp.objects.filter(enrolment__person=person).select_related("plan__visit__activity"):
        yield plain(
            s, "state", "made_at", "consent_text", "agreed_at", "contact_name", "contact_phone",
            visit=s.plan.visit.activity.title,
        )  # fmt: skip


def _own(person: Person) -> Q:
    return Q(enrolment__person=person) | Q(enrolment=None, by=person)


def _note_rows(person: Person) -> Iterator[dict[str, Any]]:
    for n in FieldNote.objects.filter(_own(person)).select_related("stop__part"):
        yield plain(
            n, "note", "at", "text", "question", "method", "facets", "idea", "latitude", "longitude",
            stop=n.stop.part.title,
        )  # fmt: skip


def _file_rows(person: Person) -> Iterator[dict[str, Any]]:
    for f in FieldFile.objects.filter(_own(person)).select_related("stop__part"):
        yield plain(f, "code", "kind", "caption", "people", "at", "state", "reason", stop=f.stop.part.title)


def _files(person: Person) -> Iterable[StoredFile]:
    own = FieldFile.objects.filter(_own(person))
    return StoredFile.objects.filter(Q(pk__in=own.values("file_id")) | Q(pk__in=own.values("original_id")))


def _reply_rows(person: Person) -> Iterator[dict[str, Any]]:
    for r in HostReply.objects.filter(role__person=person).select_related("stop__part"):
        yield plain(
            r, "ready", "ready_words", "ready_at", "came", "punctual", "interest", "arrangement", "words",
            "said_at", stop=r.stop.part.title,
        )  # fmt: skip


def erase(erasure: Erasure) -> None:
    """Contacts, notes and pictures go, and how far away a phone was; that somebody was there stays."""
    learners = enrolments_of(erasure)
    Scan.objects.filter(enrolment__in=learners).update(distance_m=None, accuracy_m=None, device=None)
    SignUp.objects.filter(enrolment__in=learners).update(contact_name="", contact_phone="", over_reason="")
    whose = Q(enrolment__in=learners)
    if erasure.person is not None:
        whose |= Q(enrolment=None, by=erasure.person, organisation=erasure.organisation)
        StopHost.objects.filter(
            role__person=erasure.person, organisation=erasure.organisation, ended_at=None
        ).update(ended_at=erasure.at)
        HostReply.objects.filter(role__person=erasure.person, organisation=erasure.organisation).update(
            words="", ready_words=""
        )
    notes = FieldNote.objects.filter(whose)
    notes.exclude(text="").update(text=erasure.name.mark)
    notes.update(idea="", latitude=None, longitude=None, device=None)
    for held in FieldFile.objects.filter(whose).select_related("file", "original"):
        photo_withdrawn.send(sender=FieldFile, photo=held, by=None)
        for stored in (held.file, held.original):
            if stored is not None:
                media.blank(stored)
    FieldFile.objects.filter(whose).update(caption="", device=None)


personal.register(
    Kind(
        "check_ins",
        _("Check-ins at visits"),
        why=_("To confirm who was there."),
        period="programme",
        rows=_scan_rows,
    ),
    Kind(
        "visit_places",
        _("Places on visits"),
        why=_("Who comes along, and whom to ring in an emergency."),
        period="programme",
        rows=_sign_up_rows,
    ),
    Kind(
        "field_notes",
        _("Notes from visits"),
        why=_("What you brought home from a visit."),
        period="programme",
        rows=_note_rows,
    ),
    Kind(
        "field_files",
        _("Photos and recordings from visits"),
        why=_("What you brought home from a visit."),
        period="programme",
        rows=_file_rows,
        files=_files,
    ),
    Kind(
        "host_replies",
        _("What you said as a host"),
        why=_("So that visits go well."),
        period="programme",
        rows=_reply_rows,
    ),
)
personal.on_erase("visits", erase)
