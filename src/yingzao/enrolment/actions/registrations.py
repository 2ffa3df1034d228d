"""自主报名: people put themselves down, an organiser decides. Nothing said here shows whether anybody is known already."""

import datetime as dt
import math
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.core.masking import has_identity_number
from yingzao.core.pinyin import pinyin
from yingzao.enrolment import queries, rules
from yingzao.enrolment.actions.learners import add_learner, join
from yingzao.enrolment.enums import EnrolmentState, RegistrationState
from yingzao.enrolment.models import Enrolment, Registration, RegistrationLink, Team
from yingzao.notices import actions as notices
from yingzao.people import actions as people
from yingzao.people.enums import InvitationPurpose
from yingzao.people.models import Person
from yingzao.people.queries import current_privacy_notice, hash_of
from yingzao.programmes import rules as programme_rules
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme

WINDOW = dt.timedelta(minutes=15)
FROM_AN_ADDRESS = 50  # an office and its training room are one address
WAITING_AT_MOST = 2_000  # of one programme: a list that nobody could look through is somebody's mischief


@transaction.atomic
def set_registration(
    *,
    programme: Programme,
    by: Person,
    is_open: bool,
    open_until: dt.date | None = None,
    capacity: int | None = None,
    text: str = "",
) -> RegistrationLink:
    """Open or close the programme's link, and say until when, for how many, and what stands above the form.

    The address is made once and stays, so that posters stay true. Opening it needs a stage in which people may enrol.
    """
    rules.require_manager(by, programme)
    locking.take_turn(f"enrolment.registration:{programme.pk}")
    link = queries.link_of(programme)
    if is_open and not (link and link.is_open) and not programme_rules.may_enrol_now(programme):
        programme_rules.require_stage(programme, Act.ENROL)
    if is_open and open_until and open_until < clock.today():
        raise Refused(_("This day is over already."), code="past", field="open_until")
    link = link or RegistrationLink(
        organisation_id=programme.organisation_id, programme=programme, token=secrets.token_urlsafe(12)
    )
    before = {} if link.pk is None else _settings(link)
    link.is_open, link.open_until, link.capacity, link.text = is_open, open_until, capacity, text.strip()
    link.save()
    if before != _settings(link):
        _record(link.code, programme, by, "link_set", before=before, after=_settings(link))
    return link


@transaction.atomic
def register(
    *,
    link: RegistrationLink,
    key: UUID,
    name: str,
    phone: str,
    notice_version: int | None,
    community_as_given: str = "",
    post: str = "",
    note: str = "",
    person: Person | None = None,
    address: str = "",
) -> Registration:
    """Keep what somebody put down. The same key again is the same row and the same answer.

    Looks at no roster and at no account: whoever is known already gets the answer that everybody gets. Refused where the
    link is closed or full, where the notice agreed to is no longer the current one, and after too many from one address.
    """
    programme = link.programme
    locking.take_turn(f"enrolment.registration:{programme.pk}")
    known = queries.registration_of_key(key).first()
    if known is not None and known.programme_id == programme.pk:
        return known
    link.refresh_from_db()
    _require_open(link)
    now = clock.now()
    notice = current_privacy_notice()
    if (notice.version if notice else None) != notice_version:
        raise Refused(
            _("The privacy notice was renewed just now. Read it and agree again."),
            code="notice",
            field="agree",
        )
    for field, text in (
        ("note", note),
        ("post", post),
        ("name", name),
        ("community_as_given", community_as_given),
    ):
        if has_identity_number(text):
            raise Refused(
                _("Leave the identity-card number out: it is not needed."),
                code="identity_number",
                field=field,
            )
    address_key = _address_key(address)
    _require_few(address_key, now)
    if programme.registrations.filter(state=RegistrationState.WAITING).count() >= WAITING_AT_MOST:
        raise Refused(_("Too many people are waiting just now. Try again tomorrow."), code="crowded")
    row = Registration.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        key_hash=hash_of(str(key)),
        address_key=address_key,
        person=person,
        name=name,
        pinyin=pinyin(name),
        phone=phone,
        community_as_given=community_as_given,
        post=post,
        note=note,
        notice=notice,
        agreed_at=now if notice else None,
        created_at=now,
    )
    _record(row.code, programme, person, "received", after={"notice": notice_version})
    return row


@transaction.atomic
def accept_registration(*, registration: Registration, by: Person, team: Team | None = None) -> Enrolment:
    """Make a new learner with the next free number, and join the account that was signed in, if any. Twice is once.

    Refused where an active learner has the phone number: then it is that learner, or the number is wrong.
    """
    row = _waiting(registration, by)
    if row.state == RegistrationState.ACCEPTED and row.enrolment:
        return row.enrolment
    learner = add_learner(
        programme=row.programme,
        by=by,
        name=row.name,
        phone=row.phone,
        community_as_given=row.community_as_given,
        post=row.post,
        note=row.note,
        team=team,
    )
    _accept(row, learner, by, "accepted")
    return learner


@transaction.atomic
def accept_as_learner(*, registration: Registration, enrolment: Enrolment, by: Person) -> Enrolment:
    """Say that the registration is somebody who is on the roster already. What the roster says of them stays as it is.

    Whoever holds the registration may then join as this learner, unless somebody has: the organiser vouches for it.
    """
    row = _waiting(registration, by)
    if row.state == RegistrationState.ACCEPTED:
        return row.enrolment or enrolment
    if enrolment.programme_id != row.programme_id:
        raise Refused(_("This learner is in another programme."), code="elsewhere")
    if enrolment.state != EnrolmentState.ACTIVE:
        raise Refused(
            _("This learner has left. Take the learner back on the learner's page first."), code="left"
        )
    _accept(row, enrolment, by, "accepted_as_learner")
    return enrolment


@transaction.atomic
def refuse_registration(*, registration: Registration, by: Person, reason: str) -> Registration:
    """Refuse, with a reason that the applicant reads. Taken back with `reopen_registration`."""
    row = _waiting(registration, by)
    if row.state == RegistrationState.ACCEPTED:
        raise Refused(_("This registration has been accepted already."), code="decided")
    if not reason.strip():
        raise Refused(_("Say why, for the applicant to read."), code="no_reason", field="reason")
    row.state, row.reason, row.decided_by, row.decided_at = (
        RegistrationState.REFUSED,
        reason.strip()[:200],
        by,
        clock.now(),
    )
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _record(row.code, row.programme, by, "refused")
    _tell(row, by, lambda: _("Your registration was not accepted"))
    return row


@transaction.atomic
def reopen_registration(*, registration: Registration, by: Person) -> Registration:
    """Undo a refusal: it waits again, in its old place."""
    rules.require_manager(by, registration.programme)
    locking.take_turn(f"enrolment.registration:{registration.programme_id}")
    registration.refresh_from_db(fields=["state"])
    if registration.state != RegistrationState.REFUSED:
        raise Refused(_("Only a refusal can be undone here."), code="not_refused")
    registration.state, registration.reason = RegistrationState.WAITING, ""
    registration.decided_by = registration.decided_at = None
    registration.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    _record(registration.code, registration.programme, by, "reopened")
    return registration


def accept_registrations(
    *, programme: Programme, by: Person, registrations: Iterable[Registration]
) -> tuple[list[Registration], list[Registration]]:
    """Accept many; returns those accepted and those left waiting because they may be somebody known, or cannot be taken."""
    rules.require_manager(by, programme)
    if not programme_rules.may_enrol_now(programme):
        programme_rules.require_stage(programme, Act.ENROL)
    rows = [row for row in registrations if row.state == RegistrationState.WAITING]
    hints = queries.hints_of(programme, rows)
    accepted, left = [], []
    for row in rows:
        if any(hint.code in queries.STOPPING for hint in hints.get(row.pk, ())):
            left.append(row)
            continue
        try:
            accept_registration(registration=row, by=by)
        except Refused:
            left.append(row)
        else:
            accepted.append(row)
    return accepted, left


@transaction.atomic
def refuse_registrations(
    *, programme: Programme, by: Person, registrations: Iterable[Registration], reason: str
) -> int:
    """Refuse many for one reason; how many. Those that are decided already stay as they are."""
    rules.require_manager(by, programme)
    waiting = [row for row in registrations if row.state == RegistrationState.WAITING]
    for row in waiting:
        refuse_registration(registration=row, by=by, reason=reason)
    return len(waiting)


@transaction.atomic
def show_registration_phone(*, registration: Registration, by: Person) -> str:
    """The phone number in clear, and the line that it was read."""
    rules.require_manager(by, registration.programme)
    _record(registration.code, registration.programme, by, "phone_read")
    return registration.phone


@transaction.atomic
def begin_joining(*, registration: Registration) -> str:
    """The token of an invitation for whoever holds the key of an accepted registration. The one before it ends."""
    learner = registration.enrolment
    if registration.state != RegistrationState.ACCEPTED or learner is None:
        raise Refused(_("The registration has not been accepted yet."), code="waiting")
    if learner.person_id is not None:
        raise Refused(_("You have joined already. Sign in with your account."), code="joined")
    if learner.state != EnrolmentState.ACTIVE:
        raise Refused(_("You are no longer on the list of this programme. Ask the organiser."), code="left")
    return people.invite(
        by=registration.decided_by,
        organisation=learner.organisation,
        purpose=InvitationPurpose.ENROLMENT,
        target_code=learner.code,
        shown_name=learner.name,
        shown_for=registration.programme.full_name,
    )


def _waiting(registration: Registration, by: Person) -> Registration:
    """The row as it is now, for a decision. Refused while a refusal stands."""
    rules.require_manager(by, registration.programme)
    locking.take_turn(f"enrolment.registration:{registration.programme_id}")
    registration.refresh_from_db(fields=["state", "enrolment", "reason"])
    if registration.state == RegistrationState.REFUSED:
        raise Refused(_("This registration was refused. Undo the refusal first."), code="decided")
    return registration


def _accept(row: Registration, learner: Enrolment, by: Person, what: str) -> None:
    person = row.person
    if person and learner.person_id is None and queries.find_enrolment_of(person, row.programme) is None:
        join(enrolment=learner, person=person)
    row.state, row.enrolment, row.decided_by, row.decided_at = (
        RegistrationState.ACCEPTED,
        learner,
        by,
        clock.now(),
    )
    row.save(update_fields=["state", "enrolment", "decided_by", "decided_at"])
    _record(row.code, row.programme, by, what, after={"learner": learner.code})
    _tell(row, by, lambda: _("Your registration is accepted"))


def _tell(row: Registration, by: Person, title: notices.Told) -> None:
    """A message to the account that registered. Nobody is told what does not concern them: without an account, none."""
    if row.person is None or row.decided_at is None:
        return
    notices.send(
        organisation=row.organisation,
        programme_code=row.programme.code,
        kind="registered",
        person=row.person,
        key=f"enrolment.registration:{row.code}:{row.decided_at.isoformat()}",
        title=title,
        body=f"{row.programme.full_name}\n{row.reason}".strip(),
        url=reverse("enrolment:my-registrations"),
        by=by,
    )


def _require_open(link: RegistrationLink) -> None:
    if not queries.is_open_on(link, clock.today()) or not programme_rules.may_enrol_now(link.programme):
        raise Refused(_("Registration is closed."), code="closed")
    if queries.places_left(link) == 0:
        raise Refused(_("All places are taken."), code="full")


def _require_few(address_key: str, now: dt.datetime) -> None:
    if not address_key:
        return
    since = Registration.objects.filter(address_key=address_key, created_at__gt=now - WINDOW)
    last = list(since.order_by("-created_at").values_list("created_at", flat=True)[:FROM_AN_ADDRESS])
    if len(last) < FROM_AN_ADDRESS:
        return
    minutes = max(math.ceil((last[-1] + WINDOW - now).total_seconds() / 60), 1)
    raise Refused(
        ngettext(
            "Many people have registered from here just now. Try again in %(n)d minute.",
            "Many people have registered from here just now. Try again in %(n)d minutes.",
            minutes,
        )
        % {"n": minutes},
        code="locked",
    )


def _address_key(address: str) -> str:
    if not address:
        return ""
    return salted_hmac(
        "yingzao.enrolment.registrations", address, secret=settings.SECRET_KEY, algorithm="sha256"
    ).hexdigest()


def _settings(link: RegistrationLink) -> dict:
    return {
        "is_open": link.is_open,
        "open_until": link.open_until.isoformat() if link.open_until else None,
        "capacity": link.capacity,
    }


def _record(code: str, programme: Programme, by: Person | None, what: str, **change: dict) -> None:
    audit.record(
        actor=by,
        act=f"enrolment.registration.{what}",
        subject=code,
        organisation_id=programme.organisation_id,
        **change,
    )
