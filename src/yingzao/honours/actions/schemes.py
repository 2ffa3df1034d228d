"""Schemes: how parts make a total, a new version for every change."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.enums import KindKey
from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.honours.enums import DutyWeighting, Source
from yingzao.honours.models import Scheme
from yingzao.honours.queries import inputs, rows
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes
from yingzao.programmes.models import Programme

MOST_PARTS = 8


@transaction.atomic
def make_scheme(
    *,
    programme: Programme,
    by: Person,
    completion_weight: Decimal = Decimal(40),
    performance_weight: Decimal = Decimal(60),
    late_share: Decimal | None = None,
    duty_weighting: str = DutyWeighting.EQUAL,
    decimals: int = 2,
    parts: Sequence[Mapping[str, Any]] = (),
    bands: Sequence[tuple[Decimal | str, Decimal | str] | list[str]] = (),
    most_bonus: Decimal = Decimal(0),
) -> Scheme:
    """Write the next version of the programme's scheme; earlier ones stay with the selections that used them.

    `late_share` is the programme's own where none is given. With `parts` [{title, weight, source, kinds}] the two weights
    follow from them. Refused when the weights do not sum to 100.
    """
    programmes.require_organiser(by, programme)
    written = _parts(parts)
    if written:
        completion_weight = _sum(written, Source.DUTIES)
        performance_weight = _sum(written, Source.MARKS)
    elif completion_weight + performance_weight != 100 or min(completion_weight, performance_weight) < 0:
        raise Refused(_("The two weights must sum to 100."), code="weights", field="performance_weight")
    late_share = programme.late_share if late_share is None else late_share
    if not 0 <= late_share <= 1:
        raise Refused(
            _("What a late duty counts lies between 0 and 1."), code="late_share", field="late_share"
        )
    if not 0 <= decimals <= 4:
        raise Refused(_("Figures have 0 to 4 decimals."), code="decimals", field="decimals")
    if not 0 <= most_bonus <= 100:
        raise Refused(_("A bonus is at most 0 to 100 points."), code="most_bonus", field="most_bonus")
    locking.take_turn(f"honours.scheme:{programme.code}")
    newest = rows.current_scheme(programme)
    scheme = Scheme.objects.create(
        organisation_id=programme.organisation_id,
        programme=programme,
        number=newest.number + 1 if newest else 1,
        completion_weight=completion_weight,
        performance_weight=performance_weight,
        late_share=late_share,
        duty_weighting=duty_weighting,
        decimals=decimals,
        parts=written,
        bands=_bands(bands),
        most_bonus=most_bonus,
        made_by=by,
    )
    if programme.late_share != late_share:  # the board and the phone count as the scheme does
        programme.late_share = late_share
        programme.save(update_fields=["late_share"])
    audit.record(
        actor=by,
        act="honours.scheme.made",
        subject=scheme.code,
        organisation_id=scheme.organisation_id,
        after=inputs.scheme_values(scheme),
    )
    return scheme


@transaction.atomic
def copy_scheme(*, source: Programme, target: Programme, by: Person) -> Scheme | None:
    """Begin a new edition with the last one's scheme, as its version 1; None where there was none."""
    newest = rows.current_scheme(source)
    if newest is None:
        return None
    return make_scheme(
        programme=target,
        by=by,
        completion_weight=newest.completion_weight,
        performance_weight=newest.performance_weight,
        late_share=newest.late_share,
        duty_weighting=newest.duty_weighting,
        decimals=newest.decimals,
        parts=newest.parts,
        bands=newest.bands,
        most_bonus=newest.most_bonus,
    )


def _sum(parts: Sequence[Mapping[str, Any]], source: str) -> Decimal:
    return sum((Decimal(str(part["weight"])) for part in parts if part["source"] == source), Decimal(0))


def _parts(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The parts as they are kept. Raises Refused for weights that do not sum to 100, and for a part that is none."""
    if len(parts) > MOST_PARTS:
        raise Refused(_("A scheme has at most %(most)d parts.") % {"most": MOST_PARTS}, code="too_many_parts")
    written = []
    for number, part in enumerate(parts, start=1):
        title, weight = str(part["title"]).strip(), Decimal(part["weight"])
        kinds = [kind for kind in KindKey.values if kind in part.get("kinds", ())]
        if not title:
            raise Refused(_("Every part needs a name."), code="part_title")
        if weight <= 0 or weight != weight.quantize(Decimal("0.01")):
            raise Refused(
                _("The weight of “%(title)s” must be above 0, with two decimals at most.") % {"title": title},
                code="part_weight",
            )
        if part["source"] not in Source.values:
            raise Refused(
                _("Say where the points of “%(title)s” come from.") % {"title": title}, code="part_source"
            )
        written.append(
            {
                "key": f"part{number}",
                "title": title[:60],
                "weight": inputs.written(weight),
                "source": str(part["source"]),
                "kinds": kinds if part["source"] == Source.DUTIES else [],
            }
        )
    if len({part["title"] for part in written}) < len(written):
        raise Refused(_("Two parts have the same name."), code="part_twice")
    if sum(part["source"] == Source.MARKS for part in written) > 1:
        raise Refused(_("Only one part can take the judges' marks."), code="marks_twice")
    total = sum((Decimal(str(part["weight"])) for part in written), Decimal(0))
    if written and total != 100:
        raise Refused(
            _("The weights come to %(total)s; together they must be 100.") % {"total": inputs.written(total)},
            code="weights",
        )
    return written


def _bands(bands: Sequence[tuple[Decimal | str, Decimal | str] | list[str]]) -> list[list[str]]:
    """Highest first, down to 0. Raises Refused for what is no table of marks and points."""
    if not bands:
        return []
    try:
        lines = sorted(((Decimal(str(least)), Decimal(str(points))) for least, points in bands), reverse=True)
    except (InvalidOperation, ValueError, TypeError):
        raise Refused(
            _("Each line has two numbers: marks from, and the points for them."), code="bands", field="bands"
        ) from None
    for least, points in lines:
        if not (0 <= least <= 100 and 0 <= points <= 100):
            raise Refused(_("Marks and points lie between 0 and 100."), code="bands", field="bands")
    if lines[-1][0] != 0:
        raise Refused(
            _("The lowest line begins at 0, so that every mark has points."), code="bands", field="bands"
        )
    if len({least for least, _points in lines}) < len(lines):
        raise Refused(_("Two lines begin at the same mark."), code="bands", field="bands")
    if any(higher[1] < lower[1] for higher, lower in pairwise(lines)):
        raise Refused(_("Higher marks cannot have fewer points."), code="bands", field="bands")
    return [[inputs.written(least), inputs.written(points)] for least, points in lines]
