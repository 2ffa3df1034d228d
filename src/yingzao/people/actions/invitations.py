"""Invitations: a link that joins whoever opens it to a waiting row of a room above."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.people import queries, signals
from yingzao.people.actions.accounts import create_account
from yingzao.people.actions.sign_in import count_failure
from yingzao.people.models import Invitation, Organisation, Person
from yingzao.people.validators import normal_phone


@transaction.atomic
def invite(
    *,
    by: Person | None,
    organisation: Organisation,
    purpose: str,
    target_code: str,
    shown_name: str,
    shown_for: str,
    days: int = 30,
) -> str:
    """The token of a new invitation, told once (`reverse("people:join", args=[token])`). Replaces an open one.

    `purpose` is one of InvitationPurpose, `target_code` the waiting row's code, `shown_for` the programme as the page
    says it. Whether `by` may invite is for the calling room, which owns the row.
    """
    now = clock.now()
    queries.open_invitations([target_code], at=now).filter(organisation=organisation, purpose=purpose).update(
        revoked_at=now
    )
    token = secrets.token_urlsafe(18)
    invitation = Invitation.objects.create(
        organisation=organisation,
        purpose=purpose,
        target_code=target_code,
        shown_name=shown_name[:60],
        shown_for=shown_for[:120],
        token_hash=queries.hash_of(token),
        expires_at=now + dt.timedelta(days=days),
        created_by=by,
    )
    audit.record(
        actor=by,
        act="people.invitation.made",
        subject=target_code,
        organisation_id=organisation.pk,
        after={"invitation": invitation.code, "purpose": purpose},
    )
    return token


@transaction.atomic
def revoke_invitation(*, by: Person, invitation: Invitation) -> None:
    """End an open invitation; one that was accepted or revoked stays as it is."""
    ended = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=clock.now()
    )
    if ended:
        audit.record(
            actor=by,
            act="people.invitation.revoked",
            subject=invitation.target_code,
            organisation_id=invitation.organisation_id,
            after={"invitation": invitation.code},
        )


@transaction.atomic
def accept_invitation(*, token: str, person: Person) -> Invitation:
    """Join the person to the invitation's row. Sends `invitation_accepted`; a receiver that refuses undoes it all.

    Accepting again by the same person changes nothing. Raises Refused when it is used, revoked, old or unknown.
    """
    locking.take_turn(f"people.invitation:{queries.hash_of(token)}")
    invitation = queries.find_invitation(token)
    if invitation and invitation.accepted_at and invitation.accepted_by_id == person.pk:
        return invitation
    now = clock.now()
    if invitation is None or invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= now:
        raise Refused(
            _("This invitation has been used or has expired. Ask your organiser for a new one."), code="gone"
        )
    invitation.accepted_at, invitation.accepted_by = now, person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    signals.invitation_accepted.send(
        sender=Invitation, purpose=invitation.purpose, target_code=invitation.target_code, person=person
    )
    audit.record(
        actor=person,
        act="people.invitation.accepted",
        subject=invitation.target_code,
        organisation_id=invitation.organisation_id,
        after={"invitation": invitation.code, "person": person.code},
    )
    return invitation


def join_with_new_account(*, token: str, name: str, password: str, address: str, device: str) -> Person:
    """Make an account named by a phone number or a username, and accept with it. All or nothing.

    A name that is taken counts as a wrong try from this address: it told something about an account.
    """
    try:
        return _join(token=token, name=name, password=password)
    except Refused as refusal:
        if refusal.code == "taken":
            count_failure(name=name, address=address, device=device)
        raise


@transaction.atomic
def _join(*, token: str, name: str, password: str) -> Person:
    invitation = queries.find_invitation(token)
    shown_name = invitation.shown_name if invitation else "-"
    phone = normal_phone(name)
    person = create_account(
        by=None,
        display_name=shown_name,
        password=password,
        username="" if phone else name,
        phone=name if phone else "",
    )
    accept_invitation(token=token, person=person)
    return person
