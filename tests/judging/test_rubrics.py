from decimal import Decimal

import pytest

from tests.factories.judging import RubricVersionFactory
from tests.factories.people import OrganisationFactory
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.judging import actions, queries
from yingzao.judging.actions import NewCriterion
from yingzao.judging.models import Rubric

pytestmark = pytest.mark.django_db


def criterion(title="需求", weight="100", levels=("说不清来源", "有来源", "有原话")):
    return NewCriterion(title, Decimal(weight), tuple(levels), "看记录")


def test_a_rubric_is_made_with_its_first_version():
    version = actions.create_rubric(
        organisation=OrganisationFactory(),
        name="实践成果",
        criteria=[criterion(weight="60.5"), criterion("骨干", "39.5", ("不愿意", "愿意"))],
        by=None,
    )
    assert version.number == 1
    assert [(c.title, c.weight, c.position) for c in version.criteria.all()] == [
        ("需求", Decimal("60.50"), 1),
        ("骨干", Decimal("39.50"), 2),
    ]
    assert [(level.points, level.text) for level in version.criteria.get(title="骨干").levels.all()] == [
        (1, "不愿意"),
        (2, "愿意"),
    ]
    assert AuditLine.objects.get().act == "judging.rubric.created"


@pytest.mark.parametrize(
    ("name", "criteria", "code"),
    [
        (" ", [criterion()], "name-missing"),
        ("表", [], "no-criteria"),
        ("表", [criterion(title=" ")], "title-missing"),
        ("表", [criterion(weight="60")], "weights-not-100"),
        ("表", [criterion(weight="120"), criterion("骨干", "-20")], "bad-weight"),
        ("表", [criterion(weight="99.999"), criterion("骨干", "0.001")], "bad-weight"),
        ("表", [criterion(levels=["只有一级"])], "bad-levels"),
        ("表", [criterion(levels=["有", " "])], "bad-levels"),
        ("表", [criterion(levels=["级"] * 11)], "bad-levels"),
        ("表", [criterion(weight="50"), criterion(weight="50")], "title-twice"),
    ],
)
def test_what_is_no_rubric_is_refused_and_writes_nothing(name, criteria, code):
    with pytest.raises(Refused) as caught:
        actions.create_rubric(organisation=OrganisationFactory(), name=name, criteria=criteria, by=None)
    assert caught.value.code == code
    assert Rubric.objects.count() == 0


def test_a_version_not_yet_used_is_changed_in_place():
    version = RubricVersionFactory()
    changed = actions.change_rubric(rubric=version.rubric, name="新名", criteria=[criterion()], by=None)
    assert changed.pk == version.pk
    assert [c.title for c in changed.criteria.all()] == ["需求"]
    version.rubric.refresh_from_db()
    assert version.rubric.name == "新名"


def test_changing_a_version_that_lay_before_judges_makes_the_next_and_leaves_it_alone():
    from yingzao.core import clock

    version = RubricVersionFactory(frozen_at=clock.now())
    before = [(c.code, c.title) for c in version.criteria.all()]
    changed = actions.change_rubric(rubric=version.rubric, name="表", criteria=[criterion()], by=None)
    assert (changed.number, changed.frozen_at) == (2, None)
    assert [(c.code, c.title) for c in version.criteria.all()] == before
    assert queries.latest_version(version.rubric).pk == changed.pk
