"""Signing up for a visit, the waiting list, and the terms of both.

Whoever signs up, cancels or changes the terms of one visit takes turns: a place that becomes free goes to the first one
waiting in the very transaction that freed it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.people.validators import normal_phone, shown_phone
from yingzao.visits import queries, rules
from yingzao.visits.actions import turns
from yingzao.visits.actions.groups import seat_newcomers
from yingzao.visits.enums import SignUpState
from yingzao.visits.models import SignUp, SignUpPlan, Visit


@dataclass(frozen=True, slots=True)
class SignUpTerms:
    """What the organiser says of signing up."""

    is_on: bool = True
    capacity: int | None = None
    closes_at: dt.datetime | None = None
    asks_contact: bool = False
    consent_text: str = ""
    contact_days: int = 30


@dataclass(frozen=True, slots=True)
class TermsSet:
    """What followed from new terms: who moved up, and how many are in beyond the places. They all stay in."""

    plan: SignUpPlan
    moved_up: int
    over: int


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ring in an emergency."""

    name: str = ""
    phone: str = ""


@transaction.atomic
def set_sign_up(
    *, activity: Activity, terms: SignUpTerms, by: Person, now: dt.datetime | None = None
) -> TermsSet:
    """Open sign-up, change its terms, or switch it off. More places go to those who wait; fewer throw nobody out."""
    now = now or clock.now()
    turns.take_turn(activity)
    activity = Activity.objects.select_related("programme__organisation").get(pk=activity.pk)
    turns.require_organiser(by, activity)
    _require_sound(terms, activity)
    visit, _made = Visit.objects.get_or_create(
        activity=activity, defaults={"organisation_id": activity.organisation_id}
    )
    plan, _made = SignUpPlan.objects.update_or_create(
        visit=visit, defaults={"organisation_id": activity.organisation_id, **asdict(terms)}
    )
    moved_up = _hand_on(plan, activity, by, now)
    turns.record(
        activity.code,
        activity,
        by,
        "set",
        on=plan.is_on,
        capacity=plan.capacity,
        moved_up=len(moved_up),
    )
    return TermsSet(plan, len(moved_up), queries.places(plan).over)


# By the learner


@transaction.atomic
def sign_up(
    *,
    enrolment: Enrolment,
    activity: Activity,
    by: Person,
    agreed_to: str = "",
    contact: Contact = Contact(),
    now: dt.datetime | None = None,
) -> SignUp:
    """Take a place, or the next one on the waiting list. Signing up twice is signing up once.

    `agreed_to` is `rules.digest_of` the consent that was read. Raises Refused with a sentence.
    """
    now = now or clock.now()
    plan, activity = turns.turn(activity)
    _require_own(enrolment, by)
    found = queries.standing(plan).filter(enrolment=enrolment).first()
    if found:
        return found
    if not rules.takes_sign_ups(plan, activity, now):
        raise Refused(_sign_up_is_over(plan, activity, now), code="closed")
    _require_asked(enrolment, activity)
    made = _put_down(plan, enrolment, by, now)
    _take_details(made, plan, agreed_to, contact, now)
    _record_sign_up(made, activity, by, "made")
    seat_newcomers(plan, activity, [made])
    return made


@transaction.atomic
def complete_sign_up(
    *,
    enrolment: Enrolment,
    activity: Activity,
    by: Person,
    agreed_to: str = "",
    contact: Contact = Contact(),
    now: dt.datetime | None = None,
) -> SignUp:
    """Say what is asked after an organiser signed the learner up, or another contact; until the visit took place."""
    now = now or clock.now()
    plan, activity = turns.turn(activity)
    _require_own(enrolment, by)
    mine = _standing(plan, enrolment)
    turns.require_ahead(activity)
    _take_details(mine, plan, agreed_to, contact, now)
    _record_sign_up(mine, activity, by, "completed")
    return mine


@transaction.atomic
def cancel_own_sign_up(
    *, enrolment: Enrolment, activity: Activity, by: Person, now: dt.datetime | None = None
) -> None:
    """Give the place back while one may; the first one waiting has it then. Cancelling twice is cancelling once."""
    now = now or clock.now()
    plan, activity = turns.turn(activity)
    _require_own(enrolment, by)
    mine = queries.standing(plan).filter(enrolment=enrolment).first()
    if mine is None:
        return
    if not rules.takes_sign_ups(plan, activity, now):
        raise Refused(
            _("It is too late to cancel here. Tell the organisers: %(names)s.")
            % {"names": names_to_ask(activity)},
            code="closed",
        )
    _cancel(mine, activity, by, now)
    _hand_on(plan, activity, by, now)


# By an organiser


@transaction.atomic
def sign_up_others(
    *,
    activity: Activity,
    enrolments: Iterable[Enrolment],
    by: Person,
    over_reason: str = "",
    now: dt.datetime | None = None,
) -> list[SignUp]:
    """Sign learners up, after the last day too, in the order given; who is signed up already is left alone.

    Where no place is free they wait, unless there is a reason to let them in past the others. What the learner alone
    can say, a consent and a contact, stays open until the learner says it.
    """
    now = now or clock.now()
    plan, activity = turns.turn(activity)
    turns.require_organiser(by, activity)
    turns.require_ahead(activity)
    there = set(queries.standing(plan).values_list("enrolment_id", flat=True))
    made = []
    for enrolment in enrolments:
        if enrolment.pk in there:
            continue
        _require_asked(enrolment, activity)
        row = _put_down(plan, enrolment, by, now, over_reason=over_reason.strip()[:200])
        _record_sign_up(row, activity, by, "made_for")
        there.add(enrolment.pk)
        made.append(row)
    seat_newcomers(plan, activity, made)
    _tell_signed_up(made, activity, by, now)
    return made


@transaction.atomic
def let_in(
    *, activity: Activity, enrolment: Enrolment, reason: str, by: Person, now: dt.datetime | None = None
) -> SignUp:
    """Give somebody who waits a place, past the others and beyond the number of places, with the reason."""
    now = now or clock.now()
    plan, activity = turns.turn(activity)
    turns.require_organiser(by, activity)
    turns.require_ahead(activity)
    if not reason.strip():
        raise Refused(_("Say why this learner is let in."), code="no-reason", field="reason")
    row = _standing(plan, enrolment)
    if row.state == SignUpState.IN:
        return row
    _give_place(row, now, over_reason=reason.strip()[:200])
    _record_sign_up(row, activity, by, "let_in", reason=row.over_reason)
    seat_newcomers(plan, activity, [row])
    _tell_moved_up([row], activity, by, now)
    return row


@transaction.atomic
def cancel_sign_up(
    *, activity: Activity, enrolment: Enrolment, by: Person, now: dt.datetime | None = None
) -> list[SignUp]:
    """Cancel for somebody, and tell them; those who move up are given back. After the last day nobody moves up by itself."""
    now = now or clock.now()
    plan, activity = turns.turn(activity)
    turns.require_organiser(by, activity)
    turns.require_ahead(activity)
    row = queries.standing(plan).filter(enrolment=enrolment).first()
    if row is None:
        return []
    _cancel(row, activity, by, now)
    turns.tell(
        [row],
        activity,
        by,
        now,
        key="cancelled",
        title=lambda: _("Your sign-up was cancelled: %(title)s") % {"title": activity.title[:80]},
        body=lambda: (
            _("An organiser cancelled it. If that is a mistake, ask: %(names)s.")
            % {"names": names_to_ask(activity)}
        ),
    )
    return _hand_on(plan, activity, by, now)


@transaction.atomic
def show_emergency_phone(*, sign_up: SignUp, by: Person) -> str:
    """The contact's telephone in clear, and the line that it was read."""
    activity = sign_up.plan.visit.activity
    turns.require_organiser(by, activity)
    _record_sign_up(sign_up, activity, by, "phone_read")
    return shown_phone(sign_up.contact_phone)


# Without anybody asking


@transaction.atomic
def free_places_of_those_who_left(
    enrolments: Sequence[Enrolment], by: Person | None = None, now: dt.datetime | None = None
) -> None:
    """Whoever is of no cohort any more gives the place back."""
    now = now or clock.now()
    for row in queries.sign_ups_of_those_who_left(enrolments):
        activity = row.plan.visit.activity
        turns.take_turn(activity)
        row.refresh_from_db()
        row.plan.refresh_from_db(fields=["is_on", "capacity", "closes_at", "together"])
        if row.state == SignUpState.CANCELLED or not rules.lies_ahead(activity):
            continue
        _cancel(row, activity, by, now)
        _hand_on(row.plan, activity, by, now)


@transaction.atomic
def forget_contacts(now: dt.datetime | None = None) -> int:
    """Remove emergency contacts some days after their visit; how many. One audit line a visit."""
    due = queries.contacts_to_forget(now or clock.now())
    SignUp.objects.filter(pk__in=[row.pk for row in due]).update(contact_name="", contact_phone="")
    for activity in {row.plan.visit.activity for row in due}:
        count = sum(row.plan.visit.activity_id == activity.pk for row in due)
        turns.record(activity.code, activity, None, "contacts_forgotten", count=count)
    return len(due)


# How


def _require_own(enrolment: Enrolment, by: Person) -> None:
    if enrolment.person_id is None or enrolment.person_id != by.pk:
        raise Refused(_("Only the learner may do this."), code="not-own")


def _require_asked(enrolment: Enrolment, activity: Activity) -> None:
    if not asked_learners(activity).filter(pk=enrolment.pk).exists():
        raise Refused(_("This visit is not for %(name)s.") % {"name": enrolment.name}, code="not-asked")


def _require_sound(terms: SignUpTerms, activity: Activity) -> None:
    if terms.closes_at and activity.starts_at and terms.closes_at > activity.starts_at:
        raise Refused(_("This is after the visit begins."), code="after-begin", field="closes_at")


def _standing(plan: SignUpPlan, enrolment: Enrolment) -> SignUp:
    found = queries.standing(plan).filter(enrolment=enrolment).first()
    if found is None:
        raise Refused(_("%(name)s is not signed up.") % {"name": enrolment.name}, code="not-signed-up")
    return found


def _put_down(
    plan: SignUpPlan, enrolment: Enrolment, by: Person, now: dt.datetime, *, over_reason: str = ""
) -> SignUp:
    has_room = queries.places(plan).has_room
    return SignUp.objects.create(
        organisation_id=plan.organisation_id,
        plan=plan,
        enrolment=enrolment,
        state=SignUpState.IN if has_room or over_reason else SignUpState.WAITING,
        over_reason="" if has_room else over_reason,
        made_at=now,
        made_by=by,
        state_changed_at=now,
    )


def _take_details(row: SignUp, plan: SignUpPlan, agreed_to: str, contact: Contact, now: dt.datetime) -> None:
    """Keep the consent as it was read, and the contact."""
    if plan.consent_text and row.agreed_at is None:
        if not agreed_to:
            raise Refused(_("Please agree first, or do not sign up."), code="consent", field="agreed")
        if agreed_to != rules.digest_of(plan.consent_text):
            raise Refused(
                _("The text to agree to was changed a moment ago. Please read it once more."),
                code="consent-changed",
                field="agreed",
            )
        row.consent_text, row.agreed_at = plan.consent_text, now
    if plan.asks_contact:
        row.contact_name, row.contact_phone = contact.name.strip(), normal_phone(contact.phone) or ""
        if not row.contact_name:
            raise Refused(_("Say whom to ring."), code="no-contact", field="contact_name")
        if not row.contact_phone:
            raise Refused(
                _("This is not a telephone number: 11 digits, as 13800138000."),
                code="no-phone",
                field="contact_phone",
            )
    row.save(update_fields=["consent_text", "agreed_at", "contact_name", "contact_phone"])


def _give_place(row: SignUp, now: dt.datetime, *, over_reason: str = "") -> None:
    row.state, row.state_changed_at, row.over_reason = SignUpState.IN, now, over_reason
    row.save(update_fields=["state", "state_changed_at", "over_reason"])


def _cancel(row: SignUp, activity: Activity, by: Person | None, now: dt.datetime) -> None:
    before = row.state
    row.state, row.state_changed_at, row.group = SignUpState.CANCELLED, now, None
    row.contact_name = row.contact_phone = ""
    row.save(update_fields=["state", "state_changed_at", "group", "contact_name", "contact_phone"])
    _record_sign_up(row, activity, by, "cancelled", before=before)


def _hand_on(plan: SignUpPlan, activity: Activity, by: Person | None, now: dt.datetime) -> list[SignUp]:
    """Give free places to those who wait, in their order, and tell them. Nobody moves up after the last day."""
    if not rules.takes_sign_ups(plan, activity, now):
        return []
    free = queries.places(plan).free
    next_ones = list(queries.waiting(plan)[:free])
    for row in next_ones:
        _give_place(row, now)
        _record_sign_up(row, activity, by, "moved_up")
    seat_newcomers(plan, activity, next_ones)
    _tell_moved_up(next_ones, activity, by, now)
    return next_ones


# Words and lines


def names_to_ask(activity: Activity) -> str:
    return "、".join(queries.whom_to_ask(activity.programme)[:3]) or activity.programme.organisation.name


def _sign_up_is_over(plan: SignUpPlan, activity: Activity, now: dt.datetime) -> str:
    if not rules.lies_ahead(activity):
        return _("This visit took place or was cancelled; its list stays as it was.")
    return _("Sign-up has closed. If you want to come, ask the organisers: %(names)s.") % {
        "names": names_to_ask(activity)
    }


def _tell_moved_up(rows: Sequence[SignUp], activity: Activity, by: Person | None, now: dt.datetime) -> None:
    turns.tell(
        rows,
        activity,
        by,
        now,
        key="in",
        title=lambda: _("You have a place: %(title)s") % {"title": activity.title[:90]},
        body=lambda: _("You are off the waiting list. If you cannot come, cancel in good time: others wait."),
    )


def _tell_signed_up(rows: Sequence[SignUp], activity: Activity, by: Person, now: dt.datetime) -> None:
    in_place = [row for row in rows if row.state == SignUpState.IN]
    in_line = [row for row in rows if row.state == SignUpState.WAITING]

    def title() -> str:
        return _("You were signed up: %(title)s") % {"title": activity.title[:90]}

    def has_place() -> str:
        return _("An organiser signed you up. If you cannot come, cancel in good time.")

    def waits() -> str:
        return _("An organiser put you on the waiting list. You hear when you have a place.")

    turns.tell(in_place, activity, by, now, key="signed-up", title=title, body=has_place)
    turns.tell(in_line, activity, by, now, key="signed-up", title=title, body=waits)


def _record_sign_up(row: SignUp, activity: Activity, by: Person | None, what: str, **more: object) -> None:
    turns.record(row.enrolment.code, activity, by, what, visit=activity.code, state=row.state, **more)
