"""Photos of the field: told of by the phone, then their bytes in pieces; written anew without place or device."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, locking, media
from yingzao.core.errors import Refused
from yingzao.core.media import pieces
from yingzao.fieldwork import rules
from yingzao.fieldwork.models import FieldPhoto, Interview, WalkPoint
from yingzao.people.models import Person

FIELD_PHOTOS = "fieldwork.photos"  # whose files they are
LARGEST = 20 * media.MEGABYTE
LARGEST_PIECE = 1 * media.MEGABYTE


@transaction.atomic
def announce_photo(
    *,
    key: UUID,
    of: WalkPoint | Interview,
    by: Person,
    at: dt.datetime,
    size: int,
    sum: str = "",
) -> FieldPhoto:
    """Keep that a photo is to come. The same key is the same photo."""
    locking.take_turn(f"fieldwork:photo:{key}")
    known = FieldPhoto.objects.filter(key=key).first()
    if known is not None:
        if known.by_id != by.pk:
            raise Refused(_("This photo is somebody else's."), code="other_key")
        return known
    if not 0 < size <= LARGEST:
        raise Refused(_("The photo is empty, or larger than 20 MB."), code="too_large")
    if of.photos.filter(refusal="").count() >= rules.MOST_FIELD_PHOTOS:
        raise Refused(
            _("At most %(most)d photos are kept here.") % {"most": rules.MOST_FIELD_PHOTOS}, code="many"
        )
    named = {"point": of} if isinstance(of, WalkPoint) else {"interview": of}
    return FieldPhoto.objects.create(
        key=key, organisation_id=of.organisation_id, size=size, sum=sum[:64].lower(), by=by, at=at, **named
    )


@dataclass(frozen=True, slots=True)
class Arrived:
    """How far a photo has come: `have` bytes are here. Once it is `done`, `sha256` is that of the bytes received;
    `sentence` says why they were no photo."""

    have: int
    done: bool = False
    sha256: str = ""
    sentence: str = ""


def take_piece(*, photo: FieldPhoto, at: int, data: bytes) -> Arrived:
    """Take a piece of a photo; the answer says from where to go on. Raises Refused for what does not belong to it."""
    if photo.arrived_sum:
        return Arrived(photo.size, True, photo.arrived_sum, photo.refusal)
    if len(data) > LARGEST_PIECE or not 0 <= at <= photo.size or at + len(data) > photo.size:
        raise Refused(_("This piece does not belong to the photo."), code="too_large")
    have = pieces.add(_draft(photo), at=at, data=data)
    return _finish(photo) if have >= photo.size else Arrived(have)


@transaction.atomic
def _finish(photo: FieldPhoto) -> Arrived:
    """All bytes are here: keep them, or say what is wrong with them. Of two that come at once the second finds it done."""
    locking.take_turn(f"fieldwork:photo:{photo.key}")
    photo.refresh_from_db()
    if photo.arrived_sum:
        return Arrived(photo.size, True, photo.arrived_sum, photo.refusal)
    path = pieces.draft(_draft(photo))
    data = path.read_bytes() if path.exists() else b""
    if not data:
        return Arrived(0)
    total = hashlib.sha256(data).hexdigest()
    pieces.drop(_draft(photo))
    if photo.sum and total != photo.sum:
        return Arrived(0)  # other bytes than the phone told of: anew
    photo.arrived_sum = total
    try:
        photo.file = media.store(
            data,
            name="photo.jpg",
            accept="image",
            organisation_id=photo.organisation_id,
            room=FIELD_PHOTOS,
            subject=str(photo.key),
            uploaded_by=photo.by,
        )
    except Refused as refusal:
        photo.refusal = refusal.sentence[:200]
    photo.save(update_fields=["arrived_sum", "refusal", "file"])
    return Arrived(len(data), True, total, photo.refusal)


@transaction.atomic
def remove_photo(*, photo: FieldPhoto, by: Person | None) -> None:
    """Delete a photo for good."""
    subject = photo.point or photo.interview
    pieces.drop(_draft(photo))
    file, organisation_id = photo.file, photo.organisation_id
    photo.delete()
    if file is not None:
        media.remove(file)
    audit.record(
        actor=by,
        act="fieldwork.photo.removed",
        subject=subject.code if subject else "",
        organisation_id=organisation_id,
    )


def _draft(photo: FieldPhoto) -> str:
    return f"fieldwork-{photo.key}"
