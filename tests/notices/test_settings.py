"""What a person chooses, an address and its confirmation, and the links in letters that work without signing in."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.people import PersonFactory
from yingzao.notices import actions, phrases, queries
from yingzao.notices.enums import Channel
from yingzao.notices.models import Delivery, Message, QuietHours

pytestmark = pytest.mark.django_db
SETTINGS = "/me/messages/settings/"


@pytest.fixture
def person(client, office):
    person = PersonFactory()
    client.force_login(person)
    return person


def given(**changed):
    usual = {"quiet": "usual", "begins": "", "ends": "", "digest_at": "", "language": "zh-hans"}
    return usual | {"kind_to_read": "on"} | changed


def test_what_is_chosen_holds_and_what_is_not_ticked_does_not_come(client, person):
    sent = given(quiet="own", begins="22:00", ends="06:30", digest_at="18:00", language="en")
    assert client.post(SETTINGS, sent).status_code == 302
    person.refresh_from_db()
    wanted = queries.preferences_of(person)
    assert [key for key, yes in wanted.items() if yes] == ["to_read"]
    row = QuietHours.objects.get(person=person)
    assert (row.own, row.begins, row.ends, row.digest_at) == (
        True,
        dt.time(22),
        dt.time(6, 30),
        dt.time(18),
    )
    assert person.language == "en"
    page = client.get(SETTINGS).content.decode()
    assert 'value="22:00"' in page


@pytest.mark.parametrize(
    "wrong", [{"quiet": "own"}, {"quiet": "own", "begins": "22:00", "ends": "22:00"}, {"digest_at": "25:00"}]
)
def test_wrong_times_are_said_and_lose_nothing(client, person, wrong):
    answer = client.post(SETTINGS, given(**wrong))
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert not QuietHours.objects.exists()
    assert 'name="kind_to_read" class="form-check-input" aria' in answer.content.decode() or (
        "checked" in answer.content.decode()
    )


def test_an_address_counts_once_its_link_was_opened_and_pressed(client, person, mail):
    client.post("/me/messages/address/", {"email": " z@example.net "})
    person.refresh_from_db()
    assert (person.email, person.email_confirmed_at) == ("z@example.net", None)
    assert actions.hand_over_due(Channel.EMAIL) == 1
    text = mail.letters[0].get_content()
    link = re.search(r"https://yingzao\.example\.org(/messages/confirm/\S+)", text)[1]
    stranger = Client()
    assert "是您的邮箱吗" in stranger.get(link).content.decode()
    person.refresh_from_db()
    assert person.email_confirmed_at is None
    assert "邮箱已确认" in stranger.post(link).content.decode()
    person.refresh_from_db()
    assert person.email_confirmed_at is not None


def test_the_link_stands_in_the_letter_alone(client, person, mail):
    client.post("/me/messages/address/", {"email": "z@example.net"})
    message = Message.objects.get(person=person)
    page = client.get(reverse("notices:message", args=[message.code])).content.decode()
    assert message.title in page
    assert "/messages/confirm/" not in page


def test_a_link_of_an_address_that_was_replaced_confirms_nothing(client, person, mail):
    actions.ask_to_confirm(person=person, organisation=person_office(), email="old@example.net")
    old = phrases.confirm_link(person).removeprefix("https://yingzao.example.org")
    actions.ask_to_confirm(person=person, organisation=person_office(), email="new@example.net")
    assert client.post(old).status_code == 410
    person.refresh_from_db()
    assert (person.email, person.email_confirmed_at) == ("new@example.net", None)


def person_office():
    from yingzao.people.models import Organisation

    return Organisation.objects.get()


@pytest.mark.parametrize("email", ["no address", "a@b", "a@example.net\nBcc: x@example.net"])
def test_what_is_no_address_is_said(client, person, mail, email):
    answer = client.post("/me/messages/address/", {"email": email})
    assert answer.status_code == 422
    assert "这不是邮箱地址" in answer.content.decode()
    assert Delivery.objects.count() == 0


def test_nobody_fills_a_strangers_mailbox(client, person, mail):
    for number in range(7):
        client.post("/me/messages/address/", {"email": f"stranger{number}@example.net"})
    assert Delivery.objects.count() == 5


def test_without_mail_the_page_says_so(client, person):
    assert "管理员没有设置邮件服务器" in client.get(SETTINGS).content.decode()
    assert client.post("/me/messages/address/", {"email": "z@example.net"}).status_code == 422


# Ending letters


def link_of(person, kind):
    return phrases.stop_link(person, kind)


def test_one_click_ends_letters_of_a_kind_without_signing_in(send, mail, reader):
    person = reader()
    browser = Client(enforce_csrf_checks=True)
    link = link_of(person, "letter").removeprefix("https://yingzao.example.org")
    assert "组织者的来信" in browser.get(link).content.decode()
    assert queries.preferences_of(person)["letter"]
    assert browser.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    wanted = queries.preferences_of(person)
    assert [key for key, yes in wanted.items() if not yes] == ["letter"]
    send(person)
    assert Delivery.objects.count() == 0


def test_all_letters_can_be_ended_at_once(mail, reader):
    person, other = reader(), reader("o@example.net")
    Client().post(link_of(person, "letter").removeprefix("https://yingzao.example.org"), {"every": "yes"})
    assert not any(queries.preferences_of(person).values())
    assert all(queries.preferences_of(other).values())


def test_a_forged_link_is_not_there(mail, reader, client):
    link = link_of(reader(), "letter").removeprefix("https://yingzao.example.org")
    assert client.get(link[:-3] + "xx/").status_code == 404
