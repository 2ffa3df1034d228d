"""Notes, photos and voice notes from the field: told of by an item, their bytes in pieces behind it; shown once nothing stands
against it, and taken down when somebody asks for it."""

from __future__ import annotations

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db import transaction
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingzao.activities.enums import ActivityState
from yingzao.communities.enums import Facet
from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.core.media import pieces
from yingzao.core.models import StoredFile
from yingzao.enrolment.enums import EnrolmentState
from yingzao.fieldwork.actions import Arrived
from yingzao.fieldwork.readers.deliveries import Item
from yingzao.people.actions import record_consent, withdraw_consents
from yingzao.people.enums import ConsentSubject, PeopleShown
from yingzao.people.models import Person
from yingzao.visits import rules
from yingzao.visits.actions.field import Asked, Batch, Receipt, handle
from yingzao.visits.actions.tickets import Ticket
from yingzao.visits.enums import FileKind, FileState
from yingzao.visits.models import FieldFile, FieldNote, Stop
from yingzao.visits.signals import photo_withdrawn

LONGEST_NOTE, LONGEST_IDEA = 5_000, 2_000  # characters
MOST_FILES = 300  # of one person at one visit: a day on which somebody photographs every five minutes has a tenth of it
LARGEST_FILE = 20 * media.MEGABYTE
LARGEST_PIECE = 1 * media.MEGABYTE
CONSENT_PURPOSE = "visit_photo"


# What the phone tells


@handle("note")
def take_notes(batch: Batch, asked: Sequence[Asked]) -> list[Receipt]:
    """Keep each state of a note. They are taken as long as the ticket is good, whatever stage the programme is in: they are
    nobody's evidence."""
    known = _known(FieldNote, asked)
    rows, receipts = [], []
    for one in asked:
        if one.item.key not in known:
            refusal = _why_not(batch, one) or _why_no_note(one.item)
            if refusal:
                receipts.append(_refused(one.item, *refusal))
                continue
            rows.append(_note(batch, one))
            known[one.item.key] = one.item.sha256
        receipts.append(Receipt(one.item.key, known[one.item.key], "noted"))
    FieldNote.objects.bulk_create(rows)
    return receipts


def _note(batch: Batch, one: Asked) -> FieldNote:
    item = one.item
    place = item.place
    facets = [f for f in item.texts("facets") if f in Facet.values]
    return FieldNote(
        **_brought(batch, one),
        note=item.other_key("note") or item.key,
        text=item.long_text("text", LONGEST_NOTE),
        question=item.text("question", 300),
        method=item.text("method", 40),
        facets=list(dict.fromkeys(facets)),
        idea=item.long_text("idea", LONGEST_IDEA),
        latitude=_degrees(place[0]) if place else None,
        longitude=_degrees(place[1]) if place else None,
    )


def _degrees(value: float) -> Decimal:
    return Decimal(str(round(value, 6)))


def _why_no_note(item: Item) -> tuple[str, str | Promise] | None:
    """A first state says something; a later one may be empty, which takes the note back."""
    if item.long_text("text", 1) or item.long_text("idea", 1) or item.other_key("note"):
        return None
    return "empty", _("There is nothing in this note.")


@handle("photo", "voice")
def take_announcements(batch: Batch, asked: Sequence[Asked]) -> list[Receipt]:
    """Keep what a phone tells of a photo or a recording. The bytes come afterwards, by `take_bytes`."""
    known = _known(FieldFile, asked)
    counts = _counts(asked)
    rows, receipts = [], []
    for one in asked:
        if one.item.key not in known:
            whose = (one.knock.ticket.activity_id, one.knock.ticket.enrolment_id, one.knock.ticket.person_id)
            refusal = _why_not(batch, one) or _why_no_file(one.item, counts[whose])
            if refusal:
                receipts.append(_refused(one.item, *refusal))
                continue
            counts[whose] += 1
            rows.append(_announced(batch, one))
            known[one.item.key] = one.item.sha256
        receipts.append(Receipt(one.item.key, known[one.item.key], "announced"))
    FieldFile.objects.bulk_create(rows)
    return receipts


def _announced(batch: Batch, one: Asked) -> FieldFile:
    item = one.item
    people = item.text("people", 10)
    return FieldFile(
        **_brought(batch, one),
        kind=FileKind.PHOTO if item.do == "photo" else FileKind.VOICE,
        caption=item.text("caption", 200),
        people=people if people in PeopleShown.values else PeopleShown.NONE,
        is_agreed=item.told.get("agreed") is True,
        size=item.number("size") or 0,
        sum=item.text("sum", 64).lower(),
    )


def _why_no_file(item: Item, count: int) -> tuple[str, str | Promise] | None:
    if not 0 < (item.number("size") or 0) <= LARGEST_FILE:
        return "too-large", _("The file is empty, or larger than 20 MB.")
    if count >= MOST_FILES:
        return "too-many", _(
            "You have sent 300 photos and recordings of this visit already; no more are taken."
        )
    return None


def _counts(asked: Sequence[Asked]) -> Counter[tuple[int, int, int]]:
    """(activity, enrolment or 0, person) → files that are there."""
    visits = {one.knock.ticket.activity_id for one in asked}
    rows = FieldFile.objects.filter(stop__part__activity__in=visits).order_by()
    found: Counter[tuple[int, int, int]] = Counter()
    for visit, enrolment, person, count in rows.values_list(
        "stop__part__activity", "enrolment", "by"
    ).annotate(Count("pk")):
        found[visit, enrolment or 0, person or 0] += count
    return found


def _brought(batch: Batch, one: Asked) -> dict:
    knock, item = one.knock, one.item
    stop = _stop(batch, one)
    assert stop is not None
    return {
        "organisation_id": stop.organisation_id,
        "key": item.key,
        "stop": stop,
        "enrolment": batch.enrolments.get(knock.ticket.enrolment_id),
        "by": batch.people.get(knock.ticket.person_id),
        "at": item.at,
        "received_at": knock.now,
        "ahead_ms": knock.ahead_ms,
        "device": knock.device,
        "sha256": item.sha256,
    }


def _stop(batch: Batch, one: Asked) -> Stop | None:
    return batch.stops.get((one.knock.ticket.activity_id, one.item.text("stop", 20)))


def _why_not(batch: Batch, one: Asked) -> tuple[str, str | Promise] | None:
    ticket = one.knock.ticket
    activity = batch.activities.get(ticket.activity_id)
    if activity is None or _stop(batch, one) is None:
        return "no-stop", _("This stop is not part of the visit any more.")
    if ticket.is_staff and not batch.is_staff(batch.people.get(ticket.person_id), activity):
        return "not-staff", _("You do not organise this programme any more.")
    mine = batch.enrolments.get(ticket.enrolment_id)
    if not ticket.is_staff and (mine is None or mine.state != EnrolmentState.ACTIVE):
        return "no-learner", _("This learner is not in the programme.")
    if activity.state == ActivityState.CANCELLED:
        return "cancelled", _("This visit was cancelled.")
    return None


def _known(model: type[FieldNote] | type[FieldFile], asked: Iterable[Asked]) -> dict[uuid.UUID, str]:
    """Key → the hash of the bytes that are here under it. A receipt names these, so that other bytes stay on their phone."""
    rows = model.objects.filter(key__in=[one.item.key for one in asked])
    return dict(rows.values_list("key", "sha256"))


def _refused(item: Item, code: str, sentence: str | Promise) -> Receipt:
    return Receipt(item.key, item.sha256, "refused", sentence, more={"code": code})


# The bytes behind it


def take_bytes(*, ticket: Ticket, key: uuid.UUID, at: int, data: bytes, size: int = 0) -> Arrived:
    """Take a piece of a file that was told of before. `size` is given with the original of a photo that is here already.

    The answer says from where to go on; bytes that are not those that the phone told of begin anew. Raises Refused
    (`unknown`, `too_large`).
    """
    row = _row_of(ticket, key)
    is_original = size > 0
    whole = size if is_original else row.size
    if row.state == FileState.TAKEN_DOWN and not is_original and not row.arrived_at:
        return Arrived(whole, True, "", str(_("It was taken down before it had arrived.")))
    if row.state in (FileState.TAKEN_DOWN, FileState.REFUSED) or (is_original and not row.is_original_wanted):
        return Arrived(whole, True, row.arrived_sum, row.reason if row.state == FileState.REFUSED else "")
    if row.arrived_at and not is_original:
        return Arrived(whole, True, row.arrived_sum)
    if len(data) > LARGEST_PIECE or not 0 <= at <= whole <= LARGEST_FILE or at + len(data) > whole:
        raise Refused(str(_("This piece does not belong to the file.")), code="too_large")
    name = f"field-{key}{'-original' if is_original else ''}"
    have = pieces.add(name, at=at, data=data)
    if have < whole:
        return Arrived(have)
    return _finish(row, name, is_original=is_original)


def _row_of(ticket: Ticket, key: uuid.UUID) -> FieldFile:
    rows = FieldFile.objects.filter(key=key, stop__part__activity=ticket.activity_id)
    mine = (
        rows.filter(enrolment=None, by=ticket.person_id)
        if ticket.is_staff
        else rows.filter(enrolment=ticket.enrolment_id)
    )
    row = mine.select_related("stop__part__activity", "by").first()
    if row is None:
        raise Refused(str(_("The server does not know this file yet.")), code="unknown")
    return row


@transaction.atomic
def _finish(row: FieldFile, name: str, *, is_original: bool) -> Arrived:
    """All bytes are here: keep them, or say what is wrong with them. Of two that come at once the second one finds it done."""
    locking.take_turn(f"field-file:{row.key}")
    row.refresh_from_db()
    try:
        data = pieces.draft(name).read_bytes()
    except FileNotFoundError:
        data = b""
    if row.arrived_at and not is_original:
        return Arrived(row.size, True, row.arrived_sum)
    if not data:  # whoever came first found other bytes than those told of, or did not get to its end: from the beginning
        return Arrived(0)
    total = hashlib.sha256(data).hexdigest()
    pieces.drop(name)
    if row.sum and total != row.sum and not is_original:
        return Arrived(0)
    try:
        stored = _store(row, data)
    except Refused as refusal:
        if is_original:
            row.is_original_wanted = False
        else:
            row.state, row.reason, row.arrived_sum = FileState.REFUSED, refusal.sentence[:200], total
        row.save(update_fields=["state", "reason", "arrived_sum", "is_original_wanted"])
        return Arrived(len(data), True, total, refusal.sentence)
    if is_original:
        row.original, row.is_original_wanted = stored, False
    else:
        row.file, row.arrived_at, row.arrived_sum = stored, clock.now(), total
        row.state = rules.state_on_arrival(row)
    row.save(
        update_fields=[
            "file",
            "original",
            "is_original_wanted",
            "arrived_at",
            "arrived_sum",
            "state",
            "reason",
        ]
    )
    return Arrived(len(data), True, total)


def _store(row: FieldFile, data: bytes) -> StoredFile:
    """Photos are written anew, without place or maker, as all pictures are."""
    return media.store(
        data,
        name=f"{row.stop.part.title}-{row.code}",
        accept="image" if row.kind == FileKind.PHOTO else "audio",
        organisation_id=row.organisation_id,
        room="visits",
        subject=row.code,
        uploaded_by=row.by,
    )


# Consent, and taking down


@transaction.atomic
def agree(*, file: FieldFile, note: str, by: Person) -> None:
    """Record that the people shown (of children, their guardians) agreed to its being shown, and who said so. Raises Refused."""
    note = " ".join(note.split())
    if not note:
        raise Refused(str(_("Say who agreed, and how.")), code="note-missing", field="note")
    if file.state not in (FileState.HELD, FileState.FREE):
        raise Refused(str(_("There is nothing here that could be shown.")), code="not-here")
    record_consent(
        organisation_id=file.organisation_id,
        subject_kind=ConsentSubject.PHOTO,
        subject_code=file.code,
        purpose=CONSENT_PURPOSE,
        note=note,
        by=by,
    )
    _change(file, "visits.file.freed", by, state=FileState.FREE)


@transaction.atomic
def hold(*, file: FieldFile, people: str, by: Person) -> None:
    """Say who can be known on it, where whoever took it did not. Consent that was recorded for others does not count for them."""
    if file.state not in (FileState.HELD, FileState.FREE):
        raise Refused(str(_("There is nothing here that could be shown.")), code="not-here")
    withdraw_consents(
        subject_kind=ConsentSubject.PHOTO, subject_code=file.code, purpose=CONSENT_PURPOSE, by=by
    )
    file.people, file.is_agreed = people, False
    photo_withdrawn.send(sender=FieldFile, photo=file, by=by)
    _change(file, "visits.file.people_told", by, state=rules.state_on_arrival(file))


@transaction.atomic
def take_down(*, file: FieldFile, by: Person, reason: str) -> None:
    """Take it from everybody: the bytes go, that there was one stays. A second time changes nothing."""
    if file.state == FileState.TAKEN_DOWN:
        return
    withdraw_consents(
        subject_kind=ConsentSubject.PHOTO, subject_code=file.code, purpose=CONSENT_PURPOSE, by=by
    )
    photo_withdrawn.send(sender=FieldFile, photo=file, by=by)
    gone = [stored for stored in (file.file, file.original) if stored]
    file.file = file.original = None
    file.caption, file.is_original_wanted = "", False
    file.reason = " ".join(reason.split())[:200]
    _change(file, "visits.file.taken_down", by, state=FileState.TAKEN_DOWN)
    for stored in gone:
        media.remove(stored)
    for ending in ("", "-original"):
        pieces.drop(f"field-{file.key}{ending}")


@transaction.atomic
def want_original(*, file: FieldFile, by: Person) -> None:
    """Ask the phone for the photo as it was taken; it sends it when its page is next open."""
    if file.kind != FileKind.PHOTO or file.file is None or file.original is not None:
        raise Refused(str(_("There is no larger photo to ask for.")), code="no-original")
    file.is_original_wanted = True
    _change(file, "visits.file.original_wanted", by, state=file.state)


def _change(file: FieldFile, act: str, by: Person, *, state: str) -> None:
    before, file.state = file.state, FileState(state)
    file.save(
        update_fields=[
            "state", "people", "is_agreed", "reason", "caption", "file", "original", "is_original_wanted",
        ]
    )  # fmt: skip
    audit.record(
        actor=by,
        act=act,
        subject=file.code,
        organisation_id=file.organisation_id,
        before={"state": before},
        after={"state": file.state, "people": file.people},
    )
