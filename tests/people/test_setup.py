"""The first minutes of an instance, and the example's sign-in buttons."""

import stat

import pytest
from django.urls import reverse

from tests.factories.people import OrganisationFactory, PersonFactory
from yingzao.people import actions, queries, rules
from yingzao.people.models import Organisation, Person, SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "榕树下议事-2021"
GIVEN = {
    "organisation_name": "示例街道办事处",
    "short_name": "示例街道",
    "display_name": "组织者01",
    "name": "13800000001",
    "password": PASSWORD,
    "again": PASSWORD,
}
LOCAL = {"REMOTE_ADDR": "127.0.0.1", "headers": {"host": "127.0.0.1:8000"}}
REMOTE = {"REMOTE_ADDR": "192.0.2.7", "headers": {"host": "yingzao.example"}}
THROUGH_A_PROXY = {
    "REMOTE_ADDR": "127.0.0.1",
    "headers": {"host": "127.0.0.1:8000", "x-forwarded-for": "192.0.2.7"},
}
UNDER_ANOTHER_NAME = {"REMOTE_ADDR": "127.0.0.1", "headers": {"host": "evil.example"}}


@pytest.fixture
def data(tmp_path, settings):
    settings.DATA = tmp_path
    return tmp_path


def test_this_machine_sets_up_organisation_organiser_and_right(
    client, data, django_capture_on_commit_callbacks
):
    actions.make_setup_token()
    assert client.get("/sign-in/", **LOCAL)["Location"] == "/setup/"
    assert "启动口令" not in client.get("/setup/", **LOCAL).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/setup/", GIVEN, **LOCAL)["Location"] == "/"
    organisation, person = Organisation.objects.get(), Person.objects.get()
    assert (organisation.name, organisation.short_name) == ("示例街道办事处", "示例街道")
    assert (person.display_name, person.phone) == ("组织者01", "+8613800000001")
    assert rules.has_right(person, organisation)
    assert client.session["_auth_user_id"] == str(person.pk)
    assert not (data / "setup-token").exists()


@pytest.mark.parametrize("where", [REMOTE, THROUGH_A_PROXY, UNDER_ANOTHER_NAME])
def test_others_need_the_word_from_the_terminal(client, data, where):
    token = actions.make_setup_token()
    assert stat.S_IMODE((data / "setup-token").stat().st_mode) == 0o600
    assert actions.make_setup_token() == token
    assert "启动口令" in client.get("/setup/", **where).content.decode()
    for wrong in ({}, {"token": ""}, {"token": "guess"}, {"token": token[:-1]}):
        assert client.post("/setup/", GIVEN | wrong, **where).status_code == 422
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()
    assert client.post("/setup/", GIVEN | {"token": f" {token} "}, **where).status_code == 302
    assert Organisation.objects.count() == 1


def test_without_a_token_nobody_from_outside_sets_up(client, data):
    assert client.post("/setup/", GIVEN | {"token": ""}, **REMOTE).status_code == 422
    (data / "setup-token").write_text("")
    assert client.post("/setup/", GIVEN | {"token": " "}, **REMOTE).status_code == 422
    assert not Organisation.objects.exists()


def test_setup_is_gone_once_there_is_an_organisation(client, data):
    OrganisationFactory()
    assert client.get("/setup/", **LOCAL).status_code == 404
    assert client.post("/setup/", GIVEN, **LOCAL).status_code == 404
    assert not Person.objects.exists()
    assert client.get("/sign-in/", **LOCAL).status_code == 200


def test_a_weak_password_sets_up_nothing(client, data):
    response = client.post("/setup/", GIVEN | {"password": "short", "again": "short"}, **LOCAL)
    assert "密码太短" in response.content.decode()
    assert not Organisation.objects.exists()


# The example


@pytest.fixture
def listed(data, settings):
    settings.DEMO_SIGN_IN = True
    OrganisationFactory()
    organiser, learner = PersonFactory(display_name="组织者甲"), PersonFactory(display_name="学员01")
    actions.list_demo_people([(organiser, "组织者"), (learner, "学员")])
    return organiser, learner


def test_the_example_offers_its_people_in_order(client, listed):
    assert [(p.label, p.display_name) for p in queries.demo_people()] == [
        ("组织者", "组织者甲"),
        ("学员", "学员01"),
    ]
    PersonFactory(display_name="未列出的人")
    page = client.get("/sign-in/").content.decode()
    assert "组织者甲" in page
    assert "未列出的人" not in page


def test_one_press_signs_in_as_a_listed_person(client, listed):
    given = {"person": listed[1].code, "next": "/my/"}
    assert client.post(reverse("people:sign-in-demo"), given)["Location"] == "/my/"
    assert client.session["_auth_user_id"] == str(listed[1].pk)
    assert SignIn.objects.get().person == listed[1]


def test_nobody_else_can_be_pressed(client, listed):
    other = PersonFactory()
    for code in (other.code, "", "NOSUCHCODE"):
        assert client.post(reverse("people:sign-in-demo"), {"person": code}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("people:sign-in-demo")).status_code == 405


def test_outside_a_demo_the_buttons_do_not_exist(client, listed, settings):
    given = {"person": listed[0].code}
    assert client.post(reverse("people:sign-in-demo"), given).status_code == 302
    client.logout()
    settings.DEMO_SIGN_IN = False
    assert client.post(reverse("people:sign-in-demo"), given).status_code == 404
    assert "组织者甲" not in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"code": "X"}]', '{"code": 1}', "null"])
def test_a_spoilt_list_offers_nobody(client, listed, data, text):
    (data / "demo-people.json").write_text(text)
    assert queries.demo_people() == []
    assert client.get("/sign-in/").status_code == 200


def test_the_examples_people_have_agreed_to_the_privacy_notice(data):
    actions.publish_privacy_notice(by=None, text_zh="说明", text_en="notice")
    person, other = PersonFactory(agreed=False), PersonFactory(agreed=False)
    actions.list_demo_people([(person, "学员")])
    assert (queries.has_agreed(person), queries.has_agreed(other)) == (True, False)
