"""Points that staff give: of parts that are entered, bonuses, deductions."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.honours.actions.holding import DRAFTS, held, record
from yingzao.honours.models import Points, Selection
from yingzao.honours.queries import rows
from yingzao.honours.rules import rights
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes

CENT = Decimal("0.01")


@transaction.atomic
def give_points(
    *,
    selection: Selection,
    enrolment_code: str,
    points: Decimal,
    by: Person,
    part: str = "",
    reason: str = "",
    now: dt.datetime | None = None,
) -> Points:
    """Give one learner points on a list in preparation, in one's own name.

    With `part` the key of a part that is entered: its value out of 100, in the place of what stood there. Without: a bonus,
    or below 0 a deduction, in points of the total and with a reason. Raises Refused for anything else.
    """
    programmes.require_organiser(by, selection.programme)
    selection = held(selection)
    rights.require_state(selection, *DRAFTS)
    reason = reason.strip()
    _require_points(selection, part, points, reason)
    if not activities.learners_of(selection.programme).filter(code=enrolment_code).exists():
        raise Refused(
            _("There is no such learner in this programme."), code="learner", field="enrolment_code"
        )
    now = now or clock.now()
    if part:
        rows.standing_points(selection).filter(part=part, enrolment_code=enrolment_code).update(
            taken_back_at=now, taken_back_by=by
        )
    given = Points.objects.create(
        organisation_id=selection.organisation_id,
        selection=selection,
        enrolment_code=enrolment_code,
        part=part,
        points=points,
        reason=reason,
        given_by=by,
        given_at=now,
    )
    record(
        "points_given",
        selection,
        by,
        after={"points": given.code, "learner": enrolment_code, "part": part, "value": str(points)},
    )
    return given


@transaction.atomic
def enter_part(
    *,
    selection: Selection,
    part: str,
    values: Mapping[str, Decimal | None],
    by: Person,
    now: dt.datetime | None = None,
) -> int:
    """The points of an entered part for many learners: enrolment code → value out of 100, None for nothing. How many changed."""
    standing = {p.enrolment_code: p for p in rows.standing_points(selection).filter(part=part)}
    changed = 0
    for code, value in values.items():
        stood = standing.get(code)
        if (stood.points if stood else None) == value:
            continue
        changed += 1
        if value is None and stood is not None:
            take_back_points(points=stood, by=by, now=now)
        elif value is not None:
            give_points(selection=selection, enrolment_code=code, part=part, points=value, by=by, now=now)
    return changed


@transaction.atomic
def take_back_points(*, points: Points, by: Person, now: dt.datetime | None = None) -> Points:
    """Before freezing. The row stays, with who took it back."""
    programmes.require_organiser(by, points.selection.programme)
    rights.require_state(held(points.selection), *DRAFTS)
    points.refresh_from_db()
    if points.taken_back_at is None:
        points.taken_back_at, points.taken_back_by = now or clock.now(), by
        points.save(update_fields=["taken_back_at", "taken_back_by"])
        record(
            "points_taken_back",
            points.selection,
            by,
            after={"points": points.code, "learner": points.enrolment_code},
        )
    return points


def _require_points(selection: Selection, part: str, points: Decimal, reason: str) -> None:
    if points != points.quantize(CENT):
        raise Refused(_("Points have two decimals at most."), code="decimals", field="points")
    if part:
        if part not in rows.entered_parts(selection.scheme):
            raise Refused(_("The scheme has no such part to enter points for."), code="part", field="part")
        if not 0 <= points <= 100:
            raise Refused(_("Points of a part lie between 0 and 100."), code="points", field="points")
        return
    if not points:
        raise Refused(_("A bonus is above 0, a deduction below 0."), code="points", field="points")
    if abs(points) > 100:
        raise Refused(_("At most 100 points."), code="points", field="points")
    if points > 0 and not selection.scheme.most_bonus:
        raise Refused(
            _("The scheme allows no bonus. Say in the scheme how many points it may be at most."),
            code="no_bonus",
            field="points",
        )
    if not reason:
        raise Refused(_("Say what the points are for."), code="reason", field="reason")
