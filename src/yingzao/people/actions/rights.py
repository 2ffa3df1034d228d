"""Rights within an organisation."""

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.people import rules
from yingzao.people.enums import Right
from yingzao.people.models import Grant, Organisation, Person


@transaction.atomic
def grant(
    *,
    by: Person | None,
    person: Person,
    organisation: Organisation,
    right: Right = Right.ORGANISE,
    scope_code: str = "",
) -> Grant:
    """Give a right; one that is open already stays. `by` is None for the instance itself (setup, the example)."""
    if by is not None and not rules.may_grant(by, organisation):
        raise Refused(_("Only an organiser of this organisation may do that."), code="not_yours")
    locking.take_turn(f"people.grants:{organisation.pk}:{person.pk}")
    found, made = Grant.objects.get_or_create(
        organisation=organisation,
        person=person,
        right=right,
        scope_code=scope_code,
        ended_at=None,
        defaults={"granted_by": by},
    )
    if made:
        audit.record(
            actor=by,
            act="people.grant.given",
            subject=person.code,
            organisation_id=organisation.pk,
            after={"right": str(right), "scope": scope_code, "grant": found.code},
        )
    return found


@transaction.atomic
def end_grant(*, by: Person | None, grant: Grant) -> None:
    """End a right. The last organiser of an organisation stays: nobody could give the right back.

    `by` is None for a room above that gave the right for one of its rows and asked its own rule.
    """
    if by is not None and not rules.may_grant(by, grant.organisation):
        raise Refused(_("Only an organiser of this organisation may do that."), code="not_yours")
    locking.take_turn(f"people.organisers:{grant.organisation_id}")
    others = Grant.objects.filter(
        organisation=grant.organisation,
        right=grant.right,
        scope_code="",
        ended_at=None,
        person__is_active=True,
    ).exclude(pk=grant.pk)
    if grant.right == Right.ORGANISE and grant.scope_code == "" and not others.exists():
        raise Refused(
            _("This is the last organiser of the organisation. Name another one first."), code="last_one"
        )
    if Grant.objects.filter(pk=grant.pk, ended_at=None).update(ended_at=clock.now()):
        audit.record(
            actor=by,
            act="people.grant.ended",
            subject=grant.person.code,
            organisation_id=grant.organisation_id,
            after={"right": grant.right, "scope": grant.scope_code, "grant": grant.code},
        )
