"""What the phones of staff are given: the whole list and nothing that does not belong on a phone."""

import hashlib
import html
import json
import re

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from yingzao.activities.actions import resettle
from yingzao.visits import actions
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import Stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    visit = ActivityFactory(programme=camp.programme, kind="visit", title="走进霞石村")
    for title in ("文华花园", "霞石村"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    resettle(camp.programme)
    return visit


def address(visit, name="desk-phone"):
    return reverse(f"visits:{name}", args=[visit.programme.code, visit.code])


def bundle(page: str) -> tuple[str, dict]:
    text = html.unescape(re.search(r'<template id="phone-bundle">(.*?)</template>', page, re.S)[1])
    return text, json.loads(text)


def test_the_list_is_whole_and_its_sum_is_in_the_ticket(client, camp, visit):
    client.force_login(camp.by)
    response = client.get(address(visit))
    page = response.content.decode()
    text, told = bundle(page)
    total = hashlib.sha256(text.encode()).hexdigest()
    assert re.search(r'data-sum="(\w+)"', page)[1] == total
    ticket = actions.Ticket.read(re.search(r'data-ticket="([^"]+)"', page)[1], visit.created_at)
    assert (ticket.is_staff, ticket.person_id, total.startswith(ticket.bundle)) == (True, camp.by.pk, True)
    assert len(ticket.bundle) == 16
    assert [stop["title"] for stop in told["stops"]] == ["文华花园", "霞石村"]
    assert {one["name"] for one in told["learners"]} == {camp.learner.name, camp.other.name}
    assert response.headers["X-Keep"] == "page"


def test_no_telephone_no_pass_and_nobody_of_elsewhere(client, camp, visit):
    camp.learner.phone = "13900139000"
    camp.learner.save()
    stranger = EnrolmentFactory(name="别处学员")
    left = EnrolmentFactory(programme=camp.programme, name="离队的学员", state="withdrawn")
    client.force_login(camp.by)
    page = client.get(address(visit)).content.decode()
    for hidden in ("13900139000", stranger.name, left.name, actions.pass_of(camp.learner.code)):
        assert hidden not in page
    assert camp.learner.name in page


def test_a_name_that_would_end_the_list_does_not(client, camp, visit):
    camp.learner.name = "</template><b>甲&amp;乙"
    camp.learner.save()
    client.force_login(camp.by)
    _text, told = bundle(client.get(address(visit)).content.decode())
    assert "</template><b>甲&amp;乙" in {one["name"] for one in told["learners"]}


@pytest.mark.parametrize("name", ["desk-phone", "desk-phone-now"])
def test_whoever_does_not_organise_has_neither_names_nor_keys(client, camp, visit, name):
    for person in (camp.mentor.person, camp.learner.person, Learning().by):
        client.force_login(person)
        assert client.get(address(visit, name)).status_code == 404


def test_who_is_where_by_now_and_whether_the_list_is_the_same(client, camp, visit):
    client.force_login(camp.by)
    stop = Stop.objects.get(part__title="霞石村")
    before = client.get(address(visit, "desk-phone-now")).json()
    actions.check_in_by_staff(stop=stop, enrolment=camp.learner, by=camp.by)
    actions.add_walk_in(stop=stop, by=camp.by, name="学员F")
    EnrolmentFactory(programme=camp.programme)
    after = client.get(address(visit, "desk-phone-now")).json()
    [(arrived, left)] = after["here"][stop.part.code].values()
    assert (list(after["here"][stop.part.code]), left) == ([camp.learner.code], None)
    assert abs(arrived - after["now"]) < 60_000
    assert after["walkIns"] == {stop.part.code: 1}
    assert before["sum"] != after["sum"]


def test_whoever_has_no_place_is_on_the_list_and_not_expected(client, camp, visit):
    terms = actions.SignUpTerms(is_on=True, capacity=1)
    actions.set_sign_up(activity=visit, terms=terms, by=camp.by)
    actions.sign_up_others(activity=visit, enrolments=[camp.learner], by=camp.by)
    client.force_login(camp.by)
    _text, told = bundle(client.get(address(visit)).content.decode())
    assert {one["name"]: one["expected"] for one in told["learners"]} == {
        camp.learner.name: True,
        camp.other.name: False,
    }


def test_a_visit_without_stops_says_what_to_do(client, camp):
    visit = ActivityFactory(programme=camp.programme, kind="visit")
    FieldVisit().plan(visit, [], None)
    client.force_login(camp.by)
    page = client.get(address(visit)).content.decode()
    assert "先安排站点" in page


def test_as_many_questions_for_many_learners(client, camp, visit, django_assert_max_num_queries):
    for _ in range(30):
        EnrolmentFactory(programme=camp.programme)
    client.force_login(camp.by)
    client.get(address(visit))
    with django_assert_max_num_queries(18):
        client.get(address(visit))
