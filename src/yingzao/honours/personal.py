"""What honours keep of a person: places on posted lists, certificates, objections that they raised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.personal import codes_of, enrolments_of
from yingzao.honours.models import Badge, Certificate, HandlingEntry, Objection, Place, PublicNotice
from yingzao.people import personal
from yingzao.people.models import Person
from yingzao.people.personal import Erasure, Kind, plain


def _certificates(person: Person) -> QuerySet[Certificate]:
    codes = Enrolment.objects.filter(person=person).values("code")
    return Certificate.objects.filter(enrolment_code__in=codes)


def _certificate_rows(person: Person) -> Iterator[dict[str, Any]]:
    for c in _certificates(person):
        yield plain(
            c, "code", "number", "kind", "sha256", "pdf_sha256", "issued_at", "revoked_at", "revoked_reason"
        )


def _certificate_files(person: Person) -> Iterable[StoredFile]:
    return StoredFile.objects.filter(pk__in=_certificates(person).values("pdf_id"))


def _badge_rows(person: Person) -> Iterator[dict[str, Any]]:
    for badge in Badge.objects.filter(certificate__in=_certificates(person)).select_related("certificate"):
        yield plain(badge, "credential_id", "token", number=badge.certificate.number)


def _place_rows(person: Person) -> Iterator[dict[str, Any]]:
    """Of lists that were put up alone."""
    codes = Enrolment.objects.filter(person=person).values("code")
    posted = PublicNotice.objects.values("selection_id")
    rows = Place.objects.filter(enrolment_code__in=codes, selection__in=posted).select_related("selection")
    for p in rows:
        yield plain(p, "rank", "state", "total", "completion", "performance", selection=p.selection.name)


def _objections(names: Iterable[str], phones: Iterable[str]) -> QuerySet[Objection]:
    """Objections are raised without an account: one is somebody's by name and telephone together."""
    phones = {phone.removeprefix("+86") for phone in phones if phone}
    return Objection.objects.filter(name__in=set(names), contact__in=phones).prefetch_related("handling")


def _objection_rows(person: Person) -> Iterator[dict[str, Any]]:
    learners = Enrolment.objects.filter(person=person)
    names = [person.display_name, *learners.values_list("name", flat=True)]
    phones = [person.phone or "", *learners.values_list("phone", flat=True)]
    for o in _objections(names, phones):
        yield plain(
            o, "code", "name", "contact", "text", "received_at", "reply_by", "state", "reply", "replied_at",
            handling=[plain(entry, "step", "text", "at") for entry in o.handling.all()],
        )  # fmt: skip


def erase(erasure: Erasure) -> None:
    """The PDFs go, and the credentials with the hash of the name; what was frozen, its hashes and the numbers stay, so that a
    paper and a badge file can still be verified."""
    certificates = Certificate.objects.filter(enrolment_code__in=codes_of(erasure)).select_related("pdf")
    for certificate in certificates:
        if certificate.pdf is not None and not erasure.is_over:
            media.blank(certificate.pdf)
    if not erasure.is_over:
        Badge.objects.filter(certificate__in=certificates).update(token="")
    learners = enrolments_of(erasure)
    person = erasure.person
    names = [str(e.name) for e in learners] + ([str(person.display_name)] if person else [])
    phones = [e.phone for e in learners] + ([person.phone or ""] if person else [])
    raised = _objections(names, phones).filter(organisation=erasure.organisation)
    for entry in HandlingEntry.objects.filter(objection__in=raised).exclude(text=""):
        for name in filter(None, names):
            entry.text = entry.text.replace(name, "*" * len(name))
        entry.save(update_fields=["text"])
    raised.update(name=erasure.name, contact="")


personal.register(
    Kind(
        "certificates",
        _("Certificates"),
        why=_("So that they can be verified."),
        period="for_ever",
        rows=_certificate_rows,
        files=_certificate_files,
    ),
    Kind(
        "badges",
        _("Badges"),
        why=_("So that they can be verified."),
        period="for_ever",
        rows=_badge_rows,
    ),
    Kind(
        "places",
        _("Places on posted lists"),
        why=_("For the selection. Posted lists stay verifiable."),
        period="for_ever",
        rows=_place_rows,
    ),
    Kind(
        "objections",
        _("Objections"),
        why=_("So that they are answered."),
        period="programme",
        rows=_objection_rows,
    ),
)
personal.on_erase("honours", erase)
