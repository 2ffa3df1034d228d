"""Rubrics: made, changed, and given a next version once one lay before judges."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit
from yingzao.judging import queries, rules
from yingzao.judging.models import Criterion, Level, Rubric, RubricVersion
from yingzao.people.models import Organisation, Person


@transaction.atomic
def create_rubric(
    *, organisation: Organisation, name: str, criteria: Sequence[rules.NewCriterion], by: Person | None
) -> RubricVersion:
    """A rubric with its version 1. Raises Refused for weights that are not 100 together, or levels without words."""
    rules.require_rubric(name, criteria)
    rubric = Rubric.objects.create(organisation=organisation, name=name.strip())
    return _write_version(rubric, 1, criteria, by=by, act="judging.rubric.created")


@transaction.atomic
def copy_rubric(*, rubric: Rubric, by: Person | None) -> RubricVersion:
    """A rubric of its own with the newest version's criteria and levels, to be changed without touching the first."""
    newest = queries.latest_version(rubric)
    return create_rubric(
        organisation=rubric.organisation,
        name=(_("Copy of %(name)s") % {"name": rubric.name})[:120],
        criteria=[
            rules.NewCriterion(
                title=criterion.title,
                weight=criterion.weight,
                hint=criterion.hint,
                levels=tuple(level.text for level in criterion.levels.all()),
                full_marks=criterion.full_marks,
            )
            for criterion in newest.criteria.all()
        ],
        by=by,
    )


@transaction.atomic
def change_rubric(
    *, rubric: Rubric, name: str, criteria: Sequence[rules.NewCriterion], by: Person | None
) -> RubricVersion:
    """Change the newest version, or make the next one when the newest lay before judges. Rounds are never re-pointed."""
    rules.require_rubric(name, criteria)
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
    rubric: Rubric, number: int, criteria: Sequence[rules.NewCriterion], *, by: Person | None, act: str
) -> RubricVersion:
    version = RubricVersion.objects.create(
        organisation_id=rubric.organisation_id, rubric=rubric, number=number
    )
    _write_criteria(version, criteria)
    _record(version, by=by, act=act)
    return version


def _write_criteria(version: RubricVersion, criteria: Sequence[rules.NewCriterion]) -> None:
    for position, new in enumerate(criteria, start=1):
        criterion = Criterion.objects.create(
            organisation_id=version.organisation_id,
            version=version,
            title=new.title.strip(),
            hint=new.hint.strip(),
            weight=new.weight,
            position=position,
            full_marks=new.full_marks,
        )
        Level.objects.bulk_create(
            Level(
                organisation_id=criterion.organisation_id,
                criterion=criterion,
                points=points,
                text=text.strip(),
            )
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
