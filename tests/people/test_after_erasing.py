"""Every page goes on working once a learner is forgotten, and none shows the name."""

import pytest

from tests.factories.people import GrantFactory
from tests.factories.world import World
from tests.people.test_erasing import erase
from tests.project.test_doors import TABLE, Visitor, address_of
from yingzao.activities import actions as activities
from yingzao.core import erasing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def record(tmp_path, settings):
    settings.DATA = tmp_path
    return tmp_path / erasing.FILE


def test_no_page_breaks_and_none_shows_the_name(db):
    world = World("阿")
    name, phone = str(world.learner.name), world.learner.phone
    addresses = {row: address_of(world, row) for row in TABLE if row != "people:sign-out-device"}
    erase(world, GrantFactory(organisation=world.organisation).person)

    wrong = []
    for person in (world.organiser, world.judge, None):
        visitor = Visitor(person)
        for row, address in addresses.items():
            answer = visitor.ask("get", address)
            if answer.status >= 500:
                wrong.append(f"{row}: {answer.status}")
            wrong += [f"{row} shows {word}" for word in (name, phone) if word in answer.text]
    assert wrong == []


def test_duties_come_out_the_same_again(db):
    world = World("阿")
    activities.recompute_all()
    erase(world, GrantFactory(organisation=world.organisation).person)
    assert activities.recompute_all().differences == ()
