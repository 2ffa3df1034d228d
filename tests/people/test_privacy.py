"""The privacy notice: readable by all, agreed to before anything else."""

import importlib

import pytest
from django.apps import apps
from django.urls import reverse

from tests.factories.people import PersonFactory
from yingzao.core.models import AuditLine
from yingzao.people import actions, queries
from yingzao.people.models import PrivacyAgreement
from yingzao.people.views import privacy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_notice")]
ME = "/me/"
PAGE = "/privacy/"


@pytest.fixture
def first_notice():
    """The notice that every instance begins with."""
    migration = importlib.import_module("yingzao.people.migrations.0002_first_privacy_notice")
    migration.publish(apps, None)


def test_anybody_reads_it_in_both_languages(client):
    chinese = client.get(PAGE).content.decode()
    assert "<h2>保存什么，为什么</h2>" in chinese
    assert "I have read" not in chinese
    assert "我已阅读并同意" not in chinese
    english = client.get(PAGE + "?text=en").content.decode()
    assert "<h2>What is kept, and why</h2>" in english
    assert "保存什么，为什么" not in english


def test_who_has_not_agreed_is_led_there_and_back(client):
    person = PersonFactory(agreed=False)
    client.force_login(person)
    assert client.get("/me/sign-ins/?page=2")["Location"] == "/privacy/?next=%2Fme%2Fsign-ins%2F%3Fpage%3D2"
    assert client.post("/me/sign-out-everywhere/")["Location"] == "/privacy/?next=%2F"
    assert not AuditLine.objects.filter(act="people.sessions.ended").exists()
    page = client.get("/privacy/?next=/me/sign-ins/").content.decode()
    assert "我已阅读并同意" in page
    response = client.post(PAGE, {"version": 1, "next": "/me/sign-ins/"})
    assert response["Location"] == "/me/sign-ins/"
    assert client.get(ME).status_code == 200
    assert [(a.person, a.notice.version) for a in PrivacyAgreement.objects.all()] == [(person, 1)]
    line = AuditLine.objects.get(act="people.privacy_notice.agreed")
    assert (line.actor, line.after) == (person, {"version": 1})


def test_agreeing_twice_is_one_agreement(client):
    person = PersonFactory()
    client.force_login(person)
    client.post(PAGE, {"version": 1})
    assert PrivacyAgreement.objects.filter(person=person).count() == 1


def test_a_partial_update_is_led_there_as_a_whole_page(client):
    client.force_login(PersonFactory(agreed=False))
    response = client.get(ME, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (200, "/privacy/?next=%2Fme%2F")


@pytest.mark.parametrize("path", [PAGE, "/healthz"])
def test_some_pages_open_without_agreement(client, path):
    client.force_login(PersonFactory(agreed=False))
    assert client.get(path).status_code == 200


def test_who_does_not_agree_can_sign_out(client):
    client.force_login(PersonFactory(agreed=False))
    assert client.post(reverse("people:sign-out"))["Location"] == "/"
    assert "_auth_user_id" not in client.session


def test_a_new_version_is_asked_for_again(client, monkeypatch):
    person = PersonFactory()
    client.force_login(person)
    assert client.get(ME).status_code == 200
    newest = actions.publish_privacy_notice(by=None, text_zh="新的一版", text_en="A new one")
    assert newest.version == 2
    assert client.get(ME).status_code == 200  # within the minutes that an agreement is trusted
    monkeypatch.setattr(privacy.time, "time", lambda: 4_000_000_000)
    assert client.get(ME).status_code == 302
    assert client.post(PAGE, {"version": 1}).status_code == 200
    assert not queries.has_agreed(person)
    client.post(PAGE, {"version": 2})
    assert queries.has_agreed(person)


def test_agreement_is_asked_of_the_database_once_in_a_while(client, django_assert_num_queries):
    client.force_login(PersonFactory())
    client.get("/me/password/")
    with django_assert_num_queries(2):  # session, person
        client.get("/me/password/")


def test_html_in_a_notice_is_text(client):
    actions.publish_privacy_notice(by=None, text_zh="<script>alert(1)</script>", text_en="")
    assert "&lt;script&gt;alert(1)" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example"])
def test_agreeing_leads_to_this_host_only(client, wanted):
    client.force_login(PersonFactory(agreed=False))
    assert client.post(PAGE, {"version": 1, "next": wanted})["Location"] == "/"
