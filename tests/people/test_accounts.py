"""Accounts: names, passwords, rights, reset links."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.people import actions, queries, rules
from yingzao.people.enums import Right
from yingzao.people.models import Grant, Person, ResetLink
from yingzao.people.validators import normal_phone

pytestmark = pytest.mark.django_db
PASSWORD = "榕树下议事-2021"
NEW = "祠堂门口的长凳-3 条"


def refused(act, **arguments) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**arguments)
    return caught.value


@pytest.fixture
def office():
    return OrganisationFactory()


# Names


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13800000001", "+8613800000001"),
        (" 138-0000 0001 ", "+8613800000001"),
        ("+86 13800000001", "+8613800000001"),
        ("008613800000001", "+8613800000001"),
        ("8613800000001", "+8613800000001"),
        ("１３８００００００１".ljust(11, "1"), "+8613800000011"),
        ("1380000000", None),
        ("138000000011", None),
        ("23800000001", None),
        ("١٣٨٠٠٠٠٠٠٠١", None),
        ("", None),
    ],
)
def test_a_phone_number_has_one_form(text, phone):
    assert normal_phone(text) == phone


def test_an_account_has_a_username_a_phone_or_both():
    by = PersonFactory()
    one = actions.create_account(by=by, display_name=" 学员01 ", username="XueYuan01")
    two = actions.create_account(by=by, display_name="学员02", phone="138 0000 0002", password=PASSWORD)
    assert (one.username, one.phone, one.display_name) == ("xueyuan01", None, "学员01")
    assert (two.phone, two.check_password(PASSWORD)) == ("+8613800000002", True)
    assert not one.has_usable_password()
    assert refused(actions.create_account, by=by, display_name="学员03").field == "name"
    lines = AuditLine.objects.filter(act="people.account.created")
    assert {line.subject for line in lines} == {one.code, two.code}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"username": "x"}, "username", "username"),
        ({"username": "a b"}, "username", "username"),
        ({"username": "123456"}, "username", "username"),
        ({"phone": "12345"}, "phone", "phone"),
        ({"username": "XUEYUAN01"}, "taken", "name"),
        ({"phone": "+8613800000001"}, "taken", "name"),
        ({"username": "ok", "password": "short"}, "password", "password"),
    ],
)
def test_what_a_name_cannot_be_is_refused_in_a_sentence(given, code, field):
    PersonFactory(username="xueyuan01", phone="+8613800000001")
    assert actions.create_account(by=None, display_name="好的", username="fine", password=PASSWORD)
    refusal = refused(actions.create_account, by=None, display_name="学员", **given)
    assert (refusal.code, refusal.field) == (code, field)
    assert str(refusal).endswith("。")
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("abc12", "密码太短，至少要 8 个字符。"),
        ("password123", "这个密码太常见，容易被猜到，请换一个。"),
        ("xueyuan01", "密码和您的姓名、用户名或手机号太像，请换一个。"),
        ("13800000001", "密码和您的姓名、用户名或手机号太像，请换一个。"),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(password, sentence):
    person = PersonFactory(username="xueyuan01", phone="+8613800000001")
    assert str(refused(actions.set_password, person=person, password=password, by=None)) == sentence


# One's own account


@pytest.fixture
def person(office):
    return PersonFactory(username="xueyuan01", phone="+8613800000001", typed_password=PASSWORD)


def test_changing_the_account_needs_the_password(client, person):
    client.force_login(person)
    url = reverse("people:details")
    given = {"display_name": "学员壹", "username": "xueyuan-1", "phone": "13800000009", "password": PASSWORD}
    assert client.post(url, given | {"password": "wrong"}).status_code == 422
    person.refresh_from_db()
    assert (person.username, person.phone) == ("xueyuan01", "+8613800000001")
    assert client.post(url, given)["Location"] == reverse("people:me")
    person.refresh_from_db()
    assert (person.display_name, person.username, person.phone) == ("学员壹", "xueyuan-1", "+8613800000009")
    line = AuditLine.objects.get(act="people.account.changed")
    assert line.after == {"fields": ["display_name", "username", "phone"]}


def test_a_name_of_somebody_else_cannot_be_taken(client, person):
    PersonFactory(username="taken", phone="+8613800000002")
    client.force_login(person)
    for name in ({"username": "taken"}, {"phone": "13800000002"}):
        given = {"display_name": "学员", "username": "xueyuan01", "phone": "", "password": PASSWORD} | name
        response = client.post(reverse("people:details"), given)
        assert response.status_code == 422
        assert "这个用户名或手机号不能用" in response.content.decode()


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(client, person):
    other = Client()
    for browser in (client, other):
        browser.post(reverse("people:sign-in"), {"name": "xueyuan01", "password": PASSWORD})
    given = {"old": PASSWORD, "password": NEW, "again": NEW}
    assert client.post(reverse("people:password"), given)["Location"] == reverse("people:me")
    assert client.get(reverse("people:me")).status_code == 200
    assert other.get(reverse("people:me")).status_code == 302
    person.refresh_from_db()
    assert person.check_password(NEW)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"old": "wrong"}, "现在的密码不对。"),
        ({"again": "another one"}, "两次输入的密码不一样。"),
        ({"password": "short", "again": "short"}, "密码太短，至少要 8 个字符。"),
    ],
)
def test_a_password_change_that_cannot_be_changes_nothing(client, person, given, sentence):
    client.force_login(person)
    response = client.post(
        reverse("people:password"), {"old": PASSWORD, "password": NEW, "again": NEW} | given
    )
    assert response.status_code == 422
    assert sentence in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_guessing_the_password_in_an_open_session_is_locked_too(client, person):
    client.force_login(person)
    given = {"old": "wrong", "password": NEW, "again": NEW}
    for _ in range(5):
        assert "现在的密码不对。" in client.post(reverse("people:password"), given).content.decode()
    page = client.post(reverse("people:password"), given | {"old": PASSWORD}).content.decode()
    assert "输错次数太多" in page


@pytest.mark.parametrize("name", ["me", "details", "password", "sign-ins"])
def test_own_pages_ask_to_sign_in(client, person, name):
    url = reverse(f"people:{name}")
    assert client.get(url)["Location"] == f"/sign-in/?next={url}"
    client.force_login(person)
    with translation.override("zh-hans"):
        assert client.get(url).status_code == 200


# Rights


def test_an_organiser_lets_a_colleague_organise_once():
    organiser, colleague = GrantFactory(), PersonFactory()
    given = {"by": organiser.person, "person": colleague, "organisation": organiser.organisation}
    first = actions.grant(**given)
    assert actions.grant(**given) == first
    assert rules.has_right(colleague, organiser.organisation)
    assert AuditLine.objects.filter(act="people.grant.given", subject=colleague.code).count() == 1


def test_only_an_organiser_of_the_organisation_gives_rights():
    organiser, elsewhere, somebody = GrantFactory(), GrantFactory(), PersonFactory()
    ended = GrantFactory(organisation=organiser.organisation, ended_at=clock.now())
    scoped = GrantFactory(organisation=organiser.organisation, scope_code="ABC")
    assert rules.may_grant(organiser.person, organiser.organisation)
    for by in (elsewhere.person, somebody, ended.person, scoped.person):
        refusal = refused(actions.grant, by=by, person=somebody, organisation=organiser.organisation)
        assert refusal.code == "not_yours"
    assert not rules.has_right(somebody, organiser.organisation)


def test_the_last_organiser_stays():
    organiser = GrantFactory()
    second = GrantFactory(organisation=organiser.organisation)
    GrantFactory(organisation=organiser.organisation, right=Right.KEEP_COMMUNITIES)
    actions.end_grant(by=organiser.person, grant=second)
    assert Grant.objects.get(pk=second.pk).ended_at is not None
    assert refused(actions.end_grant, by=organiser.person, grant=organiser).code == "last_one"
    assert rules.has_right(organiser.person, organiser.organisation)


# A forgotten password


@pytest.fixture
def organiser(office):
    return GrantFactory(organisation=office).person


def test_a_reset_link_sets_a_password_once_and_signs_in(client, office, organiser, person):
    token = actions.make_reset_link(by=organiser, person=person, organisation=office)
    url = reverse("people:reset", args=[token])
    page = client.get(url).content.decode()
    assert person.display_name not in page
    assert client.post(url, {"password": NEW, "again": NEW})["Location"] == "/"
    assert client.session["_auth_user_id"] == str(person.pk)
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert Client().get(url).status_code == 404
    assert Client().post(url, {"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert set(AuditLine.objects.filter(act__startswith="people.reset").values_list("act", "actor")) == {
        ("people.reset_link.made", organiser.pk),
        ("people.reset_link.used", person.pk),
    }


def test_only_the_hash_of_a_link_is_kept(office, organiser, person):
    token = actions.make_reset_link(by=organiser, person=person, organisation=office)
    link = ResetLink.objects.get()
    assert token not in str(ResetLink.objects.values().get())
    assert token not in str(list(AuditLine.objects.values()))
    assert link.expires_at - link.created_at == dt.timedelta(hours=24)


def test_old_replaced_and_unknown_links_are_gone_alike(client, office, organiser, person):
    make = {"by": organiser, "person": person, "organisation": office}
    replaced, live = actions.make_reset_link(**make), actions.make_reset_link(**make)
    pages = []
    assert client.get(reverse("people:reset", args=[live])).status_code == 200
    ResetLink.objects.filter(token_hash=queries.hash_of(live)).update(expires_at=clock.now())
    for token in (replaced, live, "nosuchtoken"):
        response = client.get(reverse("people:reset", args=[token]))
        assert response.status_code == 404
        pages.append(re.sub(r'X-CSRFToken": "\w+"', "", response.content.decode()))
    assert len(set(pages)) == 1


def test_a_weak_password_leaves_the_link_alive(client, office, organiser, person):
    url = reverse(
        "people:reset", args=[actions.make_reset_link(by=organiser, person=person, organisation=office)]
    )
    assert client.post(url, {"password": "short", "again": "short"}).status_code == 422
    assert client.post(url, {"password": NEW, "again": NEW}).status_code == 302


def test_a_reset_ends_the_lock_and_the_sessions(client, office, organiser, person):
    other = Client()
    other.post(reverse("people:sign-in"), {"name": "xueyuan01", "password": PASSWORD})
    for _ in range(5):
        client.post(reverse("people:sign-in"), {"name": "xueyuan01", "password": "wrong"})
    token = actions.make_reset_link(by=organiser, person=person, organisation=office)
    client.post(reverse("people:reset", args=[token]), {"password": NEW, "again": NEW})
    assert other.get(reverse("people:me")).status_code == 302
    again = Client().post(reverse("people:sign-in"), {"name": "xueyuan01", "password": NEW})
    assert again.status_code == 302


def test_no_link_for_an_account_that_holds_rights_one_does_not_hold(office, organiser, person):
    scoped = {"person": person, "right": Right.KEEP_COMMUNITIES, "scope_code": "ABC"}
    colleague = (
        PersonFactory()
    )  # runs one programme of the office, without the right to organise for all of it
    GrantFactory(organisation=office, **scoped)
    for by in (organiser, colleague):
        assert actions.make_reset_link(by=by, person=person, organisation=office)
    elsewhere = GrantFactory(**scoped)
    for by in (organiser, colleague):
        assert refused(actions.make_reset_link, by=by, person=person, organisation=office).code == "not_yours"
    elsewhere.delete()
    GrantFactory(person=person, organisation=office)
    assert actions.make_reset_link(by=organiser, person=person, organisation=office)
    assert (
        refused(actions.make_reset_link, by=colleague, person=person, organisation=office).code == "not_yours"
    )
    assert actions.make_reset_link(by=None, person=person, organisation=None)


def test_a_room_above_can_refuse_a_link(office, organiser, person):
    from yingzao.people.signals import reset_link_asked

    def refuse(sender, **asked):
        raise Refused("这个账号在别的单位担任评委。", code="role_elsewhere")

    reset_link_asked.connect(refuse)
    try:
        refusal = refused(actions.make_reset_link, by=organiser, person=person, organisation=office)
    finally:
        reset_link_asked.disconnect(refuse)
    assert refusal.code == "role_elsewhere"
    assert not ResetLink.objects.exists()
