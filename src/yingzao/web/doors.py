"""The parts that a person plays, and where each begins."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Role
from yingzao.programmes.models import StaffRole
from yingzao.programmes.queries import organisations_organised_by


@dataclass(frozen=True, slots=True)
class Door:
    title: str
    note: str
    url: str
    icon: str


def of(person: Person) -> list[Door]:
    """One door for each kind of work; several programmes of one kind share it."""
    found: list[Door] = []
    roles: dict[str, list[str]] = {}
    for role in StaffRole.objects.filter(person=person, ended_at=None).select_related("programme"):
        roles.setdefault(role.role, []).append(role.programme.full_name)
    learning = [
        e.programme.full_name
        for e in Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE).select_related(
            "programme"
        )
    ]
    organises = organisations_organised_by(person).exists()
    if learning:
        found.append(Door(_("Learn"), _join(learning), reverse("web:learner-today"), "book"))
    if organises or Role.ORGANISER in roles:
        note = _join(roles.get(Role.ORGANISER, [])) or _("Create and run programmes")
        found.append(Door(_("Organise"), note, reverse("programmes:desk-list"), "layout-dashboard"))
    if Role.SUPERVISOR in roles:
        found.append(
            Door(_("Supervise"), _join(roles[Role.SUPERVISOR]), reverse("web:committee-list"), "scale")
        )
    if Role.JUDGE in roles:
        found.append(
            Door(_("Judge entries"), _join(roles[Role.JUDGE]), reverse("judging:jury-queue"), "list-check")
        )
    if Role.EDITOR in roles:
        found.append(
            Door(_("Write stories"), _join(roles[Role.EDITOR]), reverse("stories:desk-list"), "pencil")
        )
    if Role.MENTOR in roles:
        found.append(
            Door(
                _("Look after learners"), _join(roles[Role.MENTOR]), reverse("practice:mentor-queue"), "users"
            )
        )
    if Role.HOST in roles:
        found.append(
            Door(_("Receive visitors"), _join(roles[Role.HOST]), reverse("visits:host-list"), "map-pin")
        )
    return found


def _join(names: list[str]) -> str:
    return "、".join(dict.fromkeys(names))
