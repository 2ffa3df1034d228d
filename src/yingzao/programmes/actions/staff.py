"""The people who run a programme, judge in it and watch over it."""

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.programmes import queries, rules
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme, StaffRole


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
    return staff


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
