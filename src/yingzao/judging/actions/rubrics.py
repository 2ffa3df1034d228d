"""Rubrics: made, changed, and given a next version once one lay before judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.judging import queries, rules
from yingzao.judging.models import Criterion, Level, Rubric, RubricVersion
from yingzao.people.models import Organisation, Person

WHOLE = Decimal(100)
FEWEST_LEVELS = 2
MOST_LEVELS = 10


@dataclass(frozen=True, slots=True)
class NewCriterion:
    """`levels` in words, from the lowest (1 point) up. `weight` of 100 over the rubric."""

    title: str
    weight: Decimal
    levels: tuple[str, ...]
    hint: str = ""


@transaction.atomic
def create_rubric(
    *, organisation: Organisation, name: str, criteria: Sequence[NewCriterion], by: Person | None
) -> RubricVersion:
    """A rubric with its version 1. Raises Refused for weights that are not 100 together, or levels without words."""
    _check(name, criteria)
    rubric = Rubric.objects.create(organisation=organisation, name=name.strip())
    return _write_version(rubric, 1, criteria, by=by, act="judging.rubric.created")


@transaction.atomic
def change_rubric(
    *, rubric: Rubric, name: str, criteria: Sequence[NewCriterion], by: Person | None
) -> RubricVersion:
    """Change the newest version, or make the next one when the newest lay before judges. Rounds are never re-pointed."""
    _check(name, criteria)
    newest = queries.latest_version(rubric)
    if rubric.name != name.strip():
        rubric.name = name.strip()
        rubric.save(update_fields=["name"])
    if not rules.is_editable(newest):
        return _write_version(rubric, newest.number + 1, criteria, by=by, act="judging.rubric.versioned")
    newest.criteria.all().delete()
    _write_criteria(newest, criteria)
    _record(newest, by=by, act="judging.rubric.changed")
    return newest


def _write_version(
    rubric: Rubric, number: int, criteria: Sequence[NewCriterion], *, by: Person | None, act: str
) -> RubricVersion:
    version = RubricVersion.objects.create(
        organisation_id=rubric.organisation_id, rubric=rubric, number=number
    )
    _write_criteria(version, criteria)
    _record(version, by=by, act=act)
    return version


def _write_criteria(version: RubricVersion, criteria: Sequence[NewCriterion]) -> None:
    for position, new in enumerate(criteria, start=1):
        criterion = Criterion.objects.create(
            organisation_id=version.organisation_id,
            version=version,
            title=new.title.strip(),
            hint=new.hint.strip(),
            weight=new.weight,
            position=position,
        )
        Level.objects.bulk_create(
            Level(criterion=criterion, points=points, text=text.strip())
            for points, text in enumerate(new.levels, start=1)
        )


def _record(version: RubricVersion, *, by: Person | None, act: str) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=version.rubric.code,
        organisation_id=version.organisation_id,
        after={"version": version.code, "number": version.number, "criteria": version.criteria.count()},
    )


def _check(name: str, criteria: Sequence[NewCriterion]) -> None:
    if not name.strip():
        raise Refused(_("Give the rubric a name."), code="name-missing", field="name")
    if not criteria:
        raise Refused(_("A rubric needs at least one criterion."), code="no-criteria")
    for new in criteria:
        title = new.title.strip()
        if not title:
            raise Refused(_("Every criterion needs a name."), code="title-missing")
        if new.weight <= 0 or new.weight != new.weight.quantize(Decimal("0.01")):
            raise Refused(
                _("The weight of “%(title)s” must be above 0, with two decimals at most.") % {"title": title},
                code="bad-weight",
            )
        if not FEWEST_LEVELS <= len(new.levels) <= MOST_LEVELS or not all(t.strip() for t in new.levels):
            raise Refused(
                _("“%(title)s” needs 2 to 10 levels, each in words, from the lowest up.") % {"title": title},
                code="bad-levels",
            )
    titles = [new.title.strip() for new in criteria]
    if len(set(titles)) < len(titles):
        raise Refused(_("Two criteria have the same name."), code="title-twice")
    total = sum((new.weight for new in criteria), Decimal(0))
    if total != WHOLE:
        raise Refused(
            _("The weights come to %(total)s; together they must be 100.")
            % {"total": f"{total.normalize():f}"},
            code="weights-not-100",
        )
