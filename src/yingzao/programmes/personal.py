"""What programmes keep of a person: the parts that they have in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.people import personal
from yingzao.people.models import Invitation, Person
from yingzao.people.personal import Erasure, Kind, plain
from yingzao.programmes.models import StaffRole


def roles_of(erasure: Erasure) -> list[StaffRole]:
    """The parts that are forgotten; their names and telephones become words of the erasure."""
    if "roles" not in erasure.memo:
        rows = StaffRole.objects.filter(organisation=erasure.organisation)
        rows = (
            rows.filter(person=erasure.person) if erasure.person else rows.filter(code=erasure.subject_code)
        )
        found = list(rows)
        erasure.memo["roles"] = found
        erasure.words |= {word for role in found for word in (str(role.name), role.phone) if word}
    return erasure.memo["roles"]


def _organisations_of(person: Person) -> Iterable[int]:
    return StaffRole.objects.filter(person=person).values_list("organisation_id", flat=True)


def _rows(person: Person) -> Iterator[dict[str, Any]]:
    for role in StaffRole.objects.filter(person=person).select_related("programme"):
        yield plain(
            role,
            "code",
            "role",
            "name",
            "unit",
            "phone",
            "created_at",
            "ended_at",
            programme=role.programme.full_name,
        )


def erase(erasure: Erasure) -> None:
    """Name and telephone go and the parts end; who judged and who decided stays countable by code."""
    codes = [role.code for role in roles_of(erasure)]
    rows = StaffRole.objects.filter(code__in=codes)
    rows.filter(ended_at=None).update(ended_at=erasure.at)
    rows.update(name=erasure.name, phone="", unit="", person=None)
    invitations = Invitation.objects.filter(target_code__in=codes)
    invitations.filter(revoked_at=None, accepted_at=None).update(revoked_at=erasure.at)
    invitations.update(shown_name=erasure.name)


personal.register(
    Kind(
        "roles",
        _("Your parts in programmes"),
        why=_("So that you may do what your part asks of you."),
        period="programme",
        rows=_rows,
    )
)
personal.on_erase("programmes", erase)
personal.on_hold(_organisations_of)
