"""Learner numbers and their order."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from tests.factories.activities import LiveFactory
from tests.factories.enrolment import EnrolmentFactory
from yingzao.activities import actions as activities
from yingzao.activities import queries as activity_queries
from yingzao.enrolment import actions, queries
from yingzao.enrolment.models import Enrolment, number_key
from yingzao.web import queries as web

MIXED = ["10", "A10", "2", "100", "01", "A2", "b1", "桂-9", "桂-10", "2021-02", "2021-010"]
IN_ORDER = ["01", "2", "10", "100", "2021-02", "2021-010", "A2", "A10", "b1", "桂-9", "桂-10"]


def test_numbers_are_ordered_as_people_count():
    assert sorted(MIXED, key=number_key) == IN_ORDER
    assert number_key("２") == number_key("002") != number_key("0")


@pytest.mark.django_db
def test_every_list_of_learners_is_in_that_order(client, by, programme):
    rows = [EnrolmentFactory.build(programme=programme, number=number) for number in MIXED[:4]]
    for row in rows:
        row.organisation = programme.organisation
    Enrolment.objects.bulk_create(rows)
    for number in MIXED[4:]:
        EnrolmentFactory(programme=programme, number=number)
    course = LiveFactory(programme=programme)
    activities.resettle(programme)
    lists = [
        programme.enrolments.all(),
        queries.learners_of(programme),
        queries.active_enrolments(programme),
        [row.learner for row in web.board(programme).rows],
        [row.learner for row in activity_queries.desk_rows(course)],
    ]
    assert [[learner.number for learner in found] for found in lists] == [IN_ORDER] * len(lists)
    client.force_login(by)
    page = client.get(f"/desk/{programme.code}/roster/").content.decode()
    assert sorted(IN_ORDER, key=lambda number: page.index(f'<td class="num">{number}</td>')) == IN_ORDER


@pytest.mark.django_db
def test_changed_number_changes_its_place(by, programme):
    learner = EnrolmentFactory(programme=programme, number="2")
    EnrolmentFactory(programme=programme, number="5")
    learner.number = "10"
    learner.save()
    assert [e.number for e in programme.enrolments.all()] == ["5", "10"]


@pytest.mark.django_db
def test_learners_entered_by_hand_and_by_import_have_their_key(by, programme):
    from tests.enrolment.rosters import csv

    actions.add_learner(programme=programme, by=by, name="学员甲", number="10")
    source = actions.read_roster(programme=programme, by=by, data=csv("9,学员乙,女,,,,"), name="名册.csv")
    actions.confirm_roster(source, by=by)
    assert [e.number for e in programme.enrolments.all()] == ["9", "10"]


@pytest.mark.django_db
def test_migration_fills_the_rows_that_there_are(programme):
    for number in ("A10", "10", "2", "A2"):
        EnrolmentFactory(programme=programme, number=number)
    Enrolment.objects.update(number_key="")
    migration = import_module("yingzao.enrolment.migrations.0006_number_key")
    migration.fill(apps, SimpleNamespace(connection=connection))
    assert list(Enrolment.objects.values_list("number_key", flat=True)) == [
        number_key(number) for number in ("2", "10", "A2", "A10")
    ]
