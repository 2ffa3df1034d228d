"""A new edition counts as the last one did, until somebody changes it."""

import datetime as dt
from decimal import Decimal

import pytest

from tests.factories.people import GrantFactory
from tests.factories.programmes import ProgrammeFactory
from yingzao.honours import actions
from yingzao.honours.models import Scheme
from yingzao.programmes import actions as programmes

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    grant = GrantFactory()
    programme = ProgrammeFactory(organisation=grant.organisation)
    programme.by = grant.person
    return programme


def edition_of(source):
    return programmes.make_edition(
        source=source, by=source.by, name=source.name, edition="2022", starts_on=dt.date(2022, 9, 1)
    )


def test_an_edition_begins_with_the_last_scheme_as_its_version_1(source):
    for weight in (50, 30):
        actions.make_scheme(
            programme=source,
            by=source.by,
            completion_weight=Decimal(weight),
            performance_weight=Decimal(100 - weight),
        )
    copied = Scheme.objects.get(programme=edition_of(source))
    assert (copied.number, copied.completion_weight, copied.performance_weight) == (1, 30, 70)


def test_an_edition_of_a_programme_without_a_scheme_has_none(source):
    assert not Scheme.objects.filter(programme=edition_of(source)).exists()


def test_a_scheme_says_for_board_and_phone_too_what_late_counts(source):
    actions.make_scheme(programme=source, by=source.by, late_share=Decimal("0.8"))
    source.refresh_from_db()
    assert source.late_share == Decimal("0.8")
