"""The people who run a programme, judge in it and watch over it."""

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people import actions as people
from yingzao.people.enums import InvitationPurpose, Right
from yingzao.people.models import Grant, Organisation, Person
from yingzao.programmes import queries, rules
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole

REGISTER_RIGHTS: dict[str, Right] = {
    Role.ORGANISER: Right.KEEP_COMMUNITIES,
    Role.SUPERVISOR: Right.READ_COMMUNITIES,
}


@transaction.atomic
def add_staff(
    *,
    programme: Programme,
    by: Person,
    role: str,
    name: str,
    unit: str = "",
    phone: str = "",
    person: Person | None = None,
) -> StaffRole:
    """A standing role. Without `person` it waits until its invitation is accepted.

    Refused where the person holds the role already.
    """
    rules.require_organiser(by, programme)
    if person is not None and queries.staff_of(programme, role).filter(person=person).exists():
        raise Refused(_("This person holds the role already."), code="held")
    staff = StaffRole.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        role=role,
        person=person,
        name=name,
        unit=unit,
        phone=phone,
    )
    _record(staff, by, "added", after={"role": role, "person": person.code if person else ""})
    if person is not None:
        give_rights(staff)
    return staff


@transaction.atomic
def invite_staff(
    *, programme: Programme, by: Person, role: str, name: str, unit: str = "", phone: str = ""
) -> tuple[StaffRole, str]:
    """A role that waits, and the token of its invitation, told once: `reverse("people:join", args=[token])`."""
    staff = add_staff(programme=programme, by=by, role=role, name=name, unit=unit, phone=phone)
    return staff, invite_again(staff=staff, by=by)


@transaction.atomic
def invite_again(*, staff: StaffRole, by: Person) -> str:
    """A new invitation to a role that waits; the one before it ends. Refused where somebody holds the role."""
    rules.require_organiser(by, staff.programme)
    if staff.person_id or staff.ended_at:
        raise Refused(_("Nobody is waited for in this role."), code="not_waiting")
    return people.invite(
        by=by,
        organisation=staff.organisation,
        purpose=InvitationPurpose.STAFF,
        target_code=staff.code,
        shown_name=staff.name,
        shown_for=f"{staff.programme.full_name} · {Role(staff.role).label}",
    )


@transaction.atomic
def take_up_role(*, staff: StaffRole, person: Person) -> StaffRole:
    """Let the person who accepted the invitation hold the role. Refused where the role ended or is another's."""
    if staff.ended_at is not None:
        raise Refused(_("This role has ended. Ask the organiser for a new invitation."), code="ended")
    if staff.person_id == person.pk:
        return staff
    if staff.person_id is not None:
        raise Refused(_("Somebody else has taken up this role already."), code="taken")
    if queries.staff_of(staff.programme, staff.role).filter(person=person).exists():
        raise Refused(_("You hold this role already."), code="held")
    staff.person = person
    staff.save(update_fields=["person"])
    give_rights(staff)
    _record(staff, person, "taken_up", after={"role": staff.role, "person": person.code})
    return staff


@transaction.atomic
def make_staff_reset_link(*, staff: StaffRole, by: Person) -> str:
    """The token of a one-time link for a new password of somebody who holds a role here. Audited by people."""
    rules.require_organiser(by, staff.programme)
    if staff.person is None or staff.ended_at:
        raise Refused(_("Nobody holds this role. Send an invitation instead."), code="nobody")
    return people.make_reset_link(by=by, person=staff.person, organisation=staff.organisation)


def refuse_link_for_roles_elsewhere(*, by: Person, person: Person, organisation: Organisation) -> None:
    """Refuse a link to set a new password for somebody who works in a programme that `by` does not organise, or who
    decides about lists.

    Whoever sets the password could judge, organise or approve in that person's name.
    """
    mine = queries.programmes_organised_by(by).values("pk")
    held = StaffRole.objects.filter(person=person, ended_at=None)
    if held.exclude(programme__in=mine).exists():
        raise Refused(
            _(
                "This person also works in a programme that you do not organise. Ask whoever runs this Yingzao."
            ),
            code="role_elsewhere",
        )
    if held.filter(role=Role.SUPERVISOR).exists():
        raise Refused(
            _(
                "This person decides about lists that organisers make, so no organiser can make this link. Ask whoever "
                "runs this Yingzao."
            ),
            code="supervisor",
        )


def give_rights(staff: StaffRole) -> None:
    """What a role brings outside the programme: organisers keep the organisation's register of communities, supervisors
    read it."""
    if staff.role in REGISTER_RIGHTS and staff.person:
        people.grant(
            by=None,
            person=staff.person,
            organisation=staff.organisation,
            right=REGISTER_RIGHTS[staff.role],
            scope_code=staff.programme.code,
        )


def _take_rights(staff: StaffRole) -> None:
    if staff.role in REGISTER_RIGHTS and staff.person:
        held = Grant.objects.filter(
            organisation=staff.organisation,
            person=staff.person,
            right=REGISTER_RIGHTS[staff.role],
            scope_code=staff.programme.code,
            ended_at=None,
        )
        for grant in held:
            people.end_grant(by=None, grant=grant)


@transaction.atomic
def end_staff_role(*, staff: StaffRole, by: Person) -> StaffRole:
    """End a role from now on; what was done in it stays. The last organiser cannot be ended."""
    rules.require_organiser(by, staff.programme)
    if staff.ended_at is not None:
        return staff
    if staff.role == Role.ORGANISER and staff.person_id:
        others = queries.staff_of(staff.programme, Role.ORGANISER).filter(person__isnull=False)
        if not others.exclude(pk=staff.pk).exists():
            raise Refused(
                _("This is the only organiser. Let another person join as organiser first."),
                code="last_organiser",
            )
    staff.ended_at = clock.now()
    staff.save(update_fields=["ended_at"])
    _take_rights(staff)
    _record(staff, by, "ended", before={"role": staff.role})
    return staff


def _record(staff: StaffRole, by: Person | None, what: str, **change: dict) -> None:
    audit.record(
        actor=by,
        act=f"programmes.staff.{what}",
        subject=staff.code,
        organisation_id=staff.organisation_id,
        **change,
    )
