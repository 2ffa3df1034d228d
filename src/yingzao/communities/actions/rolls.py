"""Lists of communities: drawn up, changed, and who stands on them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.communities import rules
from yingzao.communities.models import Community, Roll, RollEntry
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Person

EDITABLE = frozenset({"title", "basis", "stated", "as_of", "source"})


@transaction.atomic
def save_roll(
    *, organisation: Organisation, by: Person | None, roll: Roll | None = None, **said: Any
) -> Roll:
    """Draw up a list, or change what is said of it. `by` None: the instance itself."""
    if unknown := set(said) - EDITABLE:
        raise TypeError(f"no such field of a roll: {', '.join(sorted(unknown))}")
    told = {field: " ".join(str(value).split()) for field, value in said.items()}
    rules.require_plain(**told)
    if "title" in told and not told["title"]:
        raise Refused(_("Give the list a name."), code="no_title", field="title")
    others = Roll.objects.filter(organisation=organisation, title=told.get("title", ""))
    if others.exclude(pk=(roll.pk or 0) if roll else 0).exists():
        raise Refused(_("There is a list of that name already."), code="known", field="title")
    is_new = roll is None
    roll = roll or Roll(organisation=organisation)
    for field, value in told.items():
        setattr(roll, field, value)
    roll.save()
    _audit(roll, by, "added" if is_new else "edited", {"fields": sorted(told)})
    return roll


@transaction.atomic
def enter_on_roll(*, roll: Roll, communities: Iterable[Community], by: Person | None, since: str = "") -> int:
    """Put communities onto a list; how many were not there."""
    known = set(roll.entries.values_list("community", flat=True))
    new = [c for c in communities if c.pk not in known and c.organisation_id == roll.organisation_id]
    RollEntry.objects.bulk_create(
        RollEntry(
            organisation_id=roll.organisation_id,
            roll=roll,
            community=community,
            since=" ".join(since.split()),
            by=by,
            made_at=clock.now(),
        )
        for community in new
    )
    if new:
        _audit(roll, by, "entered", {"communities": sorted(c.code for c in new)})
    return len(new)


@transaction.atomic
def strike_off_roll(*, entry: RollEntry, by: Person) -> None:
    """Take a community off a list."""
    roll, community = entry.roll, entry.community
    entry.delete()
    _audit(roll, by, "struck_off", {"communities": [community.code]})


@transaction.atomic
def remove_roll(*, roll: Roll, by: Person) -> None:
    _audit(roll, by, "removed", {"entries": roll.entries.count()})
    roll.delete()


def _audit(roll: Roll, by: Person | None, what: str, after: dict) -> None:
    audit.record(
        actor=by,
        act=f"communities.roll.{what}",
        subject=roll.code,
        organisation_id=roll.organisation_id,
        after=after,
    )
