"""Leaders: recorded, followed step by step, reached only as far as they agree.

Whoever calls has asked who may do it: the register below knows no learners. What stands here is what holds for everybody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import queries, rules
from yingzao.communities.enums import ConsentPurpose, Step
from yingzao.communities.models import Community, Leader, LeaderContact, LeaderStep
from yingzao.core import audit, clock, locking, media
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.core.pinyin import pinyin
from yingzao.people import actions as people
from yingzao.people.enums import ConsentSubject
from yingzao.people.models import Organisation, Person

CONSENT_FORMS = "communities.consents"  # whose files signed sheets are
REACH = frozenset({"phone", "reach"})
EDITABLE = REACH | {
    "name", "is_alias", "good_at", "facets", "willingness", "willing_to", "found_how", "found_note", "found_on",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a leader agreed to when they were recorded: purposes, the day, how it was said, a photo of the signed sheet."""

    purposes: Collection[str] = ()
    on: dt.date | None = None
    note: str = ""
    upload: Any = None


@transaction.atomic
def add_leader(
    *, key: UUID, community: Community, by: Person, agreed: Agreed | None = None, **said: Any
) -> Leader:
    """Record a leader. The same key from the same person is the same leader and changes nothing; another's is refused.

    Raises Refused for telephone or other ways to reach somebody who did not agree to be contacted; nothing is kept then.
    """
    locking.take_turn(f"communities:leader:{key}")
    known = Leader.objects.filter(key=key).first()
    if known is not None:
        if known.entered_by_id != by.pk:
            raise Refused(_("This form was sent by somebody else. Open it anew."), code="other_key")
        return known
    agreed = agreed or Agreed()
    if agreed.upload and not agreed.purposes:
        raise Refused(_("Tick what they agreed to on the sheet."), code="no_purpose", field="purposes")
    told = _tidy(said)
    if not told.get("name"):
        raise Refused(_("Enter the name, or what people call them."), code="no_name", field="name")
    found_on = told.setdefault("found_on", clock.today())
    _require_past(found_on, "found_on")
    _require_consent(told, agreed.purposes)
    leader = Leader.objects.create(
        organisation_id=community.organisation_id,
        key=key,
        community=community,
        entered_by=by,
        changed_at=clock.now(),
        pinyin=pinyin(told["name"]),
        **told,
    )
    _log_step(leader, Step.FOUND, found_on, "", by)
    _audit(leader, by, "added", after={"community": community.code, "step": Step.FOUND.value})
    if agreed.purposes:
        give_consent(
            leader=leader,
            purposes=agreed.purposes,
            on=agreed.on or found_on,
            by=by,
            note=agreed.note,
            upload=agreed.upload,
        )
    return leader


@transaction.atomic
def edit_leader(*, leader: Leader, by: Person, **changes: Any) -> Leader:
    """Change what is known; fields that are not given stay. The audit names the fields and not what they say."""
    leader = _turn(leader)
    told = _tidy(changes)
    if "name" in told and not told["name"]:
        raise Refused(_("Enter the name, or what people call them."), code="no_name", field="name")
    if "found_on" in told:
        _require_past(told["found_on"], "found_on")
    if REACH & told.keys():
        _require_consent(told, queries.standing_purposes(leader))
    differing = {field: value for field, value in told.items() if getattr(leader, field) != value}
    if not differing:
        return leader
    for field, value in differing.items():
        setattr(leader, field, value)
    _save(leader, differing)
    _audit(leader, by, "edited", after={"fields": sorted(differing)})
    return leader


@transaction.atomic
def take_step(*, leader: Leader, step: str, on: dt.date, by: Person, note: str = "") -> LeaderStep:
    """Write down where the leader stands now. Back down the ladder only with a note; the same step twice is one row."""
    leader = _turn(leader)
    last = leader.steps.last()
    if last is not None and (last.step, last.on) == (step, on):
        return last
    if step not in Step.values or step == leader.step:
        raise Refused(_("Choose another step than the one of now."), code="same_step", field="step")
    _require_past(on, "on")
    if last is not None and on < last.on:
        raise Refused(
            _("The last step was taken on %(day)s. Enter that day or a later one.") % {"day": last.on},
            code="before_last",
            field="on",
        )
    note = " ".join(note.split())
    rules.require_plain(note=note)
    order = Step.values
    if order.index(step) < order.index(leader.step) and not note:
        raise Refused(_("Say in a few words why it goes back."), code="no_note", field="note")
    before = leader.step
    row = _log_step(leader, step, on, note, by)
    leader.step = step
    _save(leader, ["step"])
    _audit(leader, by, "step_taken", before={"step": before}, after={"step": step})
    return row


@transaction.atomic
def log_contact(
    *, key: UUID, leader: Leader, way: str, on: dt.date, by: Person, note: str = ""
) -> LeaderContact:
    """Write down that somebody was in touch. The same key is one row."""
    leader = _turn(leader)
    known = LeaderContact.objects.filter(key=key).first()
    if known is not None:
        if (known.by_id, known.leader_id) != (by.pk, leader.pk):
            raise Refused(_("This form was sent by somebody else. Open it anew."), code="other_key")
        return known
    _require_past(on, "on")
    rules.require_plain(note=note)
    contact = LeaderContact.objects.create(
        key=key,
        organisation_id=leader.organisation_id,
        leader=leader,
        on=on,
        way=way,
        note=note.strip(),
        by=by,
        recorded_at=clock.now(),
    )
    _audit(leader, by, "contact_logged", after={"way": way, "on": on.isoformat()})
    return contact


# Consent


@transaction.atomic
def give_consent(
    *,
    leader: Leader,
    purposes: Collection[str],
    on: dt.date,
    by: Person,
    note: str = "",
    upload: Any = None,
) -> list[str]:
    """Write down what the leader agreed to on a day; the purposes that are new. What stands already stays as it is."""
    leader = _turn(leader)
    standing = queries.standing_purposes(leader)
    wanted = [p for p in ConsentPurpose.values if p in purposes and p not in standing]
    if not wanted:
        return []
    if ConsentPurpose.MENTOR in wanted and not rules.may_hold_contact({*standing, *wanted}):
        raise Refused(
            _("For the mentor to be in touch, the leader must agree to be contacted at all."),
            code="mentor_alone",
            field="purposes",
        )
    _require_past(on, "agreed_on")
    rules.require_plain(agreed_note=note)
    form = _keep_form(leader, upload, by) if upload else None
    at = clock.now() if on == clock.today() else clock.start_of(on)
    for purpose in wanted:
        people.record_consent(
            organisation_id=leader.organisation_id,
            subject_kind=ConsentSubject.LEADER,
            subject_code=leader.code,
            purpose=purpose,
            note=note,
            by=by,
            form=form,
            now=at,
        )
    return wanted


@transaction.atomic
def withdraw_consent(*, leader: Leader, purpose: str, by: Person) -> int:
    """Write down that the leader agrees no more; how many consents ended. Without consent to be contacted, telephone and
    other ways to reach them go at once, and with it what the mentor was allowed."""
    leader = _turn(leader)
    purposes = [purpose]
    if purpose == ConsentPurpose.CONTACT:
        purposes.append(ConsentPurpose.MENTOR)
    return _withdraw(leader, purposes, by)


@transaction.atomic
def ask_again(*, leader: Leader, agrees: bool, by: Person, on: dt.date | None = None) -> Leader:
    """Write down the answer to the yearly question. "No more" ends every consent and takes away how they are reached."""
    leader = _turn(leader)
    day = on or clock.today()
    _require_past(day, "on")
    if not agrees:
        _withdraw(leader, ConsentPurpose.values, by)
    leader.asked_again_on = day
    _save(leader, ["asked_again_on"])
    _audit(leader, by, "asked_again", after={"agrees": agrees, "on": day.isoformat()})
    return leader


# Reading in clear


@transaction.atomic
def show_leader_contact(*, leader: Leader, by: Person, reader: str = "") -> tuple[str, str]:
    """Telephone and other ways in clear, and the line that they were read. `reader` says as what: recorder, mentor, desk."""
    leader = _turn(leader)
    _audit(leader, by, "contact_read", after={"reader": reader})
    return leader.phone, leader.reach


@transaction.atomic
def record_clear_contacts(
    *, organisation: Organisation, by: Person, reason: str, leaders: Sequence[Leader]
) -> None:
    """The line that contacts were taken out in clear, with the reason. Refused without one, and for who does not keep them."""
    if not rules.may_keep_register(by, organisation):
        raise Refused(_("Only organisers keep this register of communities."), code="not_keeper")
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say what the phone numbers are needed for."), code="no_reason", field="reason")
    rules.require_plain(reason=reason)
    reached = [leader.code for leader in leaders if leader.phone or leader.reach]
    audit.record(
        actor=by,
        act="communities.leaders.exported_in_clear",
        subject=organisation.code,
        organisation_id=organisation.pk,
        after={"reason": reason[:200], "count": len(reached), "leaders": reached},
    )


def note_form_read(person: Person | None, stored: StoredFile) -> None:
    """The line that a signed sheet was read: it may show in clear what is masked elsewhere."""
    audit.record(
        actor=person,
        act="communities.leader.form_read",
        subject=stored.subject,
        organisation_id=stored.organisation_id,
        after={"file": stored.code},
    )


# What they share


def _turn(leader: Leader) -> Leader:
    """The row as it stands, for this transaction alone. Raises Refused where its person was erased."""
    locking.take_turn(f"communities:leader:{leader.key}")
    fresh = Leader.objects.select_related("community", "organisation").get(pk=leader.pk)
    if fresh.erased_at is not None:
        raise Refused(_("What was known of this leader was erased at their wish."), code="erased")
    return fresh


def _tidy(said: dict[str, Any]) -> dict[str, Any]:
    unknown = set(said) - EDITABLE
    if unknown:
        raise TypeError(f"no such field of a leader: {', '.join(sorted(unknown))}")
    told = {k: v.strip() if isinstance(v, str) else v for k, v in said.items()}
    if "name" in told:
        told["name"] = " ".join(told["name"].split())
    rules.require_plain(**told)
    return told


def _require_consent(told: dict[str, Any], purposes: Collection[str]) -> None:
    field = next((name for name in ("phone", "reach") if told.get(name)), None)
    if field and not rules.may_hold_contact(purposes):
        raise Refused(
            _("Without their consent to be contacted nothing is kept of how to reach them."),
            code="no_consent",
            field=field,
        )


def _require_past(day: dt.date, field: str) -> None:
    if day > clock.today():
        raise Refused(_("This day is still to come."), code="future", field=field)


def _withdraw(leader: Leader, purposes: Sequence[str], by: Person) -> int:
    ended = sum(
        people.withdraw_consents(
            subject_kind=ConsentSubject.LEADER, subject_code=leader.code, purpose=purpose, by=by
        )
        for purpose in purposes
    )
    if ConsentPurpose.CONTACT in purposes and (leader.phone or leader.reach):
        leader.phone = leader.reach = ""
        _save(leader, REACH)
        _audit(leader, by, "contact_removed")
    return ended


def _keep_form(leader: Leader, upload: Any, by: Person) -> StoredFile:
    try:
        return media.store(
            upload,
            name="consent",
            accept="image",
            organisation_id=leader.organisation_id,
            room=CONSENT_FORMS,
            subject=leader.code,
            uploaded_by=by,
        )
    except Refused as refusal:
        raise Refused(refusal.sentence, code=refusal.code, field="agreed_form") from None


def _log_step(leader: Leader, step: str, on: dt.date, note: str, by: Person) -> LeaderStep:
    return LeaderStep.objects.create(
        organisation_id=leader.organisation_id,
        leader=leader,
        step=step,
        on=on,
        note=note,
        by=by,
        recorded_at=clock.now(),
    )


def _save(leader: Leader, fields: Collection[str]) -> None:
    leader.changed_at = clock.now()
    leader.pinyin = pinyin(leader.name)
    leader.save(update_fields=[*fields, "changed_at", "pinyin"])


def _audit(
    leader: Leader, by: Person, what: str, *, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        actor=by,
        act=f"communities.leader.{what}",
        subject=leader.code,
        organisation_id=leader.organisation_id,
        before=before,
        after=after,
    )
