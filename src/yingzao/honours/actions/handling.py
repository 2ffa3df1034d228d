"""The log of an objection: each act on it writes a line, and an organiser adds what was done besides."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in, without_identity_numbers
from yingzao.honours.enums import WRITTEN_BY_HAND
from yingzao.honours.models import HandlingEntry, Objection
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes


def write_down(
    objection: Objection, step: str, *, at: dt.datetime, by: Person | None = None, text: str = ""
) -> HandlingEntry:
    """One line, in the transaction of the act that it tells of. Telephones in it are masked: the log is read by more people
    than the contact is."""
    return HandlingEntry.objects.create(
        organisation_id=objection.organisation_id,
        objection=objection,
        step=step,
        text=without_identity_numbers(mask_phones_in(text)),
        at=at,
        by=by,
    )


@transaction.atomic
def note_handling(
    *, objection: Objection, step: str, text: str, by: Person, now: dt.datetime | None = None
) -> HandlingEntry:
    """What an organiser did about an objection besides answering it. Raises Refused without words, or for a step that only
    the acts themselves write."""
    programmes.require_organiser(by, objection.notice.programme)
    if step not in WRITTEN_BY_HAND:
        raise Refused(_("Say what was done."), code="step", field="step")
    if not text.strip():
        raise Refused(_("Say it in a sentence."), code="text", field="text")
    entry = write_down(objection, step, at=now or clock.now(), by=by, text=text.strip())
    audit.record(
        actor=by,
        act="honours.objection.handled",
        subject=objection.code,
        organisation_id=objection.organisation_id,
        after={"entry": entry.code, "step": step},
    )
    return entry


def read_contact(*, objection: Objection, by: Person) -> str:
    """The contact in clear, for an organiser who has to reach whoever objects. Reading it is an act."""
    programmes.require_organiser(by, objection.notice.programme)
    audit.record(
        actor=by,
        act="honours.objection.contact_read",
        subject=objection.code,
        organisation_id=objection.organisation_id,
    )
    return objection.contact
