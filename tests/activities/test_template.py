"""What a programme made from a template has planned."""

import datetime as dt

import pytest

from tests.factories.people import GrantFactory
from yingzao.core.clock import local_date
from yingzao.programmes import actions as programmes

pytestmark = pytest.mark.django_db


def test_a_programme_from_the_template_has_all_five_kinds_planned_in_its_stages():
    grant = GrantFactory()
    programme = programmes.create_programme(
        organisation=grant.organisation,
        by=grant.person,
        name="先锋营",
        edition="2027",
        starts_on=dt.date(2027, 3, 1),
        template="standard",
    )
    planned = list(programme.activities.select_related("stage").order_by("position"))
    assert [a.kind for a in planned] == ["live"] * 3 + ["course"] + ["case"] * 2 + ["visit"] + [
        "practice"
    ] * 3
    assert {a.stage.kind for a in planned} == {"learning", "practice"}
    assert local_date(planned[0].starts_at) == dt.date(2027, 4, 13)
    assert local_date(planned[-1].due_at) == dt.date(2027, 6, 11)
    assert [p.title for p in planned[6].parts.all()] == ["第一站", "第二站"]


def test_an_empty_programme_has_nothing_planned():
    grant = GrantFactory()
    programme = programmes.create_programme(
        organisation=grant.organisation,
        by=grant.person,
        name="先锋营",
        edition="2027",
        starts_on=dt.date(2027, 3, 1),
    )
    assert not programme.activities.exists()
