"""Forgetting a person: asked for, checked, carried out or refused, and carried out again after a restore."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, erasing, locking
from yingzao.core.errors import Refused
from yingzao.people import personal, rules
from yingzao.people.actions.sign_in import prove_again
from yingzao.people.enums import AskedHow, ErasureState
from yingzao.people.models import ErasureRequest, Organisation, Person
from yingzao.people.personal import Erasure
from yingzao.people.validators import shown_phone

ANSWER_WITHIN = 15  # working days; the privacy notice says so
AGAIN = "people.erase_again"


def ask_erasure(
    *, person: Person, password: str, address: str = "", device: str = ""
) -> list[ErasureRequest]:
    """Ask every organisation that keeps something of the person to forget them, with one's password.

    Nothing goes yet, but where nobody keeps anything: there the account is erased at once, and the list is empty.
    """
    prove_again(person=person, password=password, address=address, device=device, field="password")
    with transaction.atomic():
        locking.take_turn(f"people.erasure:{person.code}")
        holding = Organisation.objects.filter(pk__in=personal.holding(person)).order_by("pk")
        if not holding:
            _erase_account_alone(person)
            return []
        return [
            _open(organisation, person.code, person, str(person.display_name), AskedHow.SELF, person)
            for organisation in holding
        ]


@transaction.atomic
def begin_erasure(
    *, organisation: Organisation, subject_code: str, person: Person | None, name: str, how: str, by: Person
) -> ErasureRequest:
    """Write down that somebody asked by telephone or on paper. The calling room has checked that the subject is one of
    the organisation's; without an account `subject_code` is the code of the row that names them."""
    if how not in (AskedHow.PHONE, AskedHow.PAPER, AskedHow.SPOKEN):
        raise Refused(_("Say how they asked."), code="how", field="how")
    code = person.code if person is not None else subject_code
    return _open(organisation, code, person, name, how, by)


def _open(
    organisation: Organisation, code: str, person: Person | None, name: str, how: str, by: Person
) -> ErasureRequest:
    locking.take_turn(f"people.erasure:{organisation.pk}:{code}")
    waiting = ErasureRequest.objects.filter(
        organisation=organisation, subject_code=code, state=ErasureState.WAITING
    ).first()
    if waiting is not None:
        return waiting
    now = clock.now()
    request = ErasureRequest.objects.create(
        organisation=organisation,
        subject_code=code,
        person=person,
        shown_name=name,
        how=how,
        asked_at=now,
        asked_by=by,
        due_on=personal.working_days_after(clock.local_date(now), ANSWER_WITHIN),
    )
    _record(request, by, "asked", after={"how": how, "due_on": request.due_on.isoformat()})
    return request


@transaction.atomic
def take_back_erasure(*, request: ErasureRequest, by: Person) -> ErasureRequest:
    """The person would rather stay."""
    request = _waiting(request)
    if request.person_id != by.pk:
        raise Refused(_("Only who asked can take it back."), code="not_yours")
    _decide(request, by, ErasureState.TAKEN_BACK)
    _record(request, by, "taken_back")
    return request


@transaction.atomic
def refuse_erasure(*, request: ErasureRequest, by: Person, reason: str) -> ErasureRequest:
    """Say no, and why: the person reads the reason."""
    _require_organiser(request, by)
    request = _waiting(request)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Say why: the person reads it."), code="no_reason", field="reason")
    request.reason = reason[:300]
    _decide(request, by, ErasureState.REFUSED)
    _record(request, by, "refused")
    return request


@transaction.atomic
def carry_out_erasure(
    *, request: ErasureRequest, by: Person, checked: str, now: dt.datetime | None = None
) -> ErasureRequest:
    """Forget the person in the organisation, for good; with the account where nobody else keeps anything of them.

    `checked` says how it was found out who asks. Rows go in this transaction, files after it; the line that outlives every
    backup is written after it too, and by `keep_lines` where the process ended in between.
    """
    _require_organiser(request, by)
    if request.person_id == by.pk:
        raise Refused(_("Another organiser has to carry this out: you asked for it yourself."), code="own")
    request = _waiting(request)
    checked = " ".join(checked.split())
    if not checked:
        raise Refused(_("Say how you checked who asks."), code="not_checked", field="checked")
    now = now or clock.now()
    whole = request.person is not None and not personal.holding(request.person) - {request.organisation_id}
    forget(
        Erasure(request.organisation, request.subject_code, request.person, now, whole=whole),
    )
    request.checked = checked[:200]
    request.shown_name = erasing.erased_on(clock.local_date(now))
    request.line = erasing.line_of(
        AGAIN,
        organisation=request.organisation.code,
        subject=request.subject_code,
        at=now.isoformat(),
        whole=whole,
    )
    _decide(request, by, ErasureState.DONE, now)
    _record(request, by, "done", after={"whole": whole})
    transaction.on_commit(lambda: erasing.keep([request.line]), robust=True)
    return request


@transaction.atomic
def erase_again(*, organisation: str, subject: str, at: str, whole: bool) -> None:
    """After a restore: whoever was erased is not there again. Whom the backup does not know needs nothing."""
    held = Organisation.objects.filter(code=organisation).first()
    person = Person.objects.filter(code=subject).first()
    moment = dt.datetime.fromisoformat(at)
    if held is None:
        if person is not None and whole:
            _forget_account(person, moment)
        return
    forget(Erasure(held, subject, person, moment, whole=whole))
    ErasureRequest.objects.filter(
        organisation=held, subject_code=subject, state=ErasureState.WAITING, asked_at__lte=moment
    ).update(state=ErasureState.DONE, decided_at=moment)
    ErasureRequest.objects.filter(organisation=held, subject_code=subject, asked_at__lte=moment).update(
        shown_name=erasing.erased_on(clock.local_date(moment))
    )


def forget(erasure: Erasure) -> None:
    """Every room in turn, the uppermost first. Belongs into the caller's transaction; a second time changes nothing."""
    if erasure.person is not None:
        name, phone = str(erasure.person.display_name), shown_phone(erasure.person.phone)
        if not erasing.is_erased(erasure.person.display_name):
            erasure.words |= {word for word in (name, phone, erasure.person.email) if word}
    for eraser in personal.erasers():
        eraser(erasure)


def keep_lines() -> int:
    """Write the lines of erasures that are not in the record yet; how many there were."""
    lines = ErasureRequest.objects.filter(state=ErasureState.DONE).exclude(line="").order_by("pk")
    return erasing.keep(lines.values_list("line", flat=True))


def _erase_account_alone(person: Person) -> None:
    now = clock.now()
    _forget_account(person, now)
    audit.record(actor=None, act="people.erasure.done", subject=person.code, organisation_id=None)
    line = erasing.line_of(AGAIN, organisation="", subject=person.code, at=now.isoformat(), whole=True)
    transaction.on_commit(lambda: erasing.keep([line]), robust=True)


def _forget_account(person: Person, at: dt.datetime) -> None:
    nowhere = Organisation(code="", name="")
    nowhere.pk = 0
    forget(Erasure(nowhere, person.code, person, at, whole=True))


def _waiting(request: ErasureRequest) -> ErasureRequest:
    locking.take_turn(f"people.erasure:{request.organisation_id}:{request.subject_code}")
    request.refresh_from_db()
    if request.state != ErasureState.WAITING:
        raise Refused(_("This request has been decided already."), code="decided")
    return request


def _require_organiser(request: ErasureRequest, by: Person) -> None:
    if not rules.has_right(by, request.organisation):
        raise Refused(_("Only organisers of the organisation decide about this."), code="not_yours")


def _decide(request: ErasureRequest, by: Person, state: str, now: dt.datetime | None = None) -> None:
    request.state, request.decided_by, request.decided_at = state, by, now or clock.now()
    request.save()


def _record(request: ErasureRequest, by: Person, what: str, after: dict | None = None) -> None:
    audit.record(
        actor=by,
        act=f"people.erasure.{what}",
        subject=request.subject_code,
        organisation_id=request.organisation_id,
        after={"request": request.code} | (after or {}),
    )
