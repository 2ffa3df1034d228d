"""Signing in: by username or phone, the lock, the log, sessions."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.people import OrganisationFactory, PersonFactory
from yingzao.core import clock
from yingzao.core.models import AuditLine
from yingzao.people import actions, queries
from yingzao.people.actions import sign_in as signing
from yingzao.people.models import Person, SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "榕树下议事-2021"
WRONG = "用户名、手机号或密码不对，请核对后再试。"


@pytest.fixture
def person():
    OrganisationFactory()
    return PersonFactory(username="xueyuan01", phone="+8613800000001", typed_password=PASSWORD)


@pytest.fixture
def enter(client):
    def enter(name, password=PASSWORD, **options):
        options.setdefault("REMOTE_ADDR", "10.0.0.9")
        return client.post(reverse("people:sign-in"), {"name": name, "password": password}, **options)

    return enter


def who(client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(
    "name",
    [
        "xueyuan01",
        " XueYuan01 ",
        "13800000001",
        "138 0000 0001",
        "+86 138-0000-0001",
        "１３８００００００１"[:5] + "000001",
    ],
)
def test_username_or_phone_and_password_sign_in(client, person, enter, name):
    response = enter(name)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert who(client) == str(person.pk)
    entry = SignIn.objects.get()
    assert (entry.person, entry.outcome, entry.address) == (person, "entered", "10.0.0.9")
    assert entry.session_key == client.session.session_key


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("xueyuan01", "wrong"),
        ("nobody", PASSWORD),
        ("13800000002", PASSWORD),
        ("13800000001", PASSWORD + " "),
    ],
)
def test_known_and_unknown_names_are_refused_alike(client, person, enter, name, password):
    response = enter(name, password)
    assert response.status_code == 422
    assert response.content.decode().count(WRONG) == 1
    assert who(client) is None


def test_a_closed_account_is_refused_like_an_unknown_one(client, person, enter):
    Person.objects.update(is_active=False)
    assert WRONG in enter("xueyuan01").content.decode()
    assert who(client) is None


def test_an_unknown_name_costs_one_password_hash_too(person, enter, monkeypatch):
    hashed = []
    monkeypatch.setattr(signing, "make_password", hashed.append)
    enter("nobody")
    enter("xueyuan01", "wrong")
    assert hashed == [PASSWORD]


@pytest.mark.parametrize("name", ["xueyuan01", "13800000001", "nobody", "13800009999"])
def test_five_wrong_tries_lock_a_name_whether_it_exists_or_not(client, person, enter, name):
    for _ in range(5):
        assert WRONG in enter(name, "wrong").content.decode()
    locked = enter(name).content.decode()
    assert "输错次数太多。请 15 分钟后再试" in locked
    assert WRONG not in locked
    assert who(client) is None
    assert list(SignIn.objects.order_by("pk").values_list("outcome", flat=True)) == ["refused"] * 5 + [
        "locked"
    ]


def test_username_and_phone_of_one_account_are_counted_together(person, enter):
    for name in ("xueyuan01", "13800000001", "xueyuan01", "13800000001", "XUEYUAN01"):
        enter(name, "wrong")
    assert "输错次数太多" in enter("13800000001").content.decode()


def test_the_lock_ends_after_a_quarter_of_an_hour_however_often_it_was_tried(client, person, enter):
    for _ in range(5):
        enter("xueyuan01", "wrong")
    enter("xueyuan01")
    SignIn.objects.filter(outcome="refused").update(at=clock.now() - dt.timedelta(minutes=15, seconds=1))
    assert enter("xueyuan01").status_code == 302
    assert who(client) == str(person.pk)


def test_signing_in_forgets_the_wrong_tries(client, person, enter):
    for _ in range(2):
        for _ in range(4):
            enter("xueyuan01", "wrong")
        assert enter("xueyuan01").status_code == 302
        client.logout()


def test_many_wrong_tries_lock_an_address_and_no_other(client, person, enter, monkeypatch):
    monkeypatch.setattr(signing, "TRIES_FROM_AN_ADDRESS", 3)
    for number in range(3):
        enter(f"guess{number}", "wrong")
    assert "输错次数太多" in enter("xueyuan01").content.decode()
    assert enter("xueyuan01", REMOTE_ADDR="10.0.0.10").status_code == 302


def test_a_try_cut_off_while_the_password_is_checked_counts(person, monkeypatch):
    def killed(self, password):
        raise KeyboardInterrupt

    monkeypatch.setattr(Person, "check_password", killed)
    with pytest.raises(KeyboardInterrupt):
        actions.begin_sign_in(name="xueyuan01", password="x", address="", device="")
    assert [entry.outcome for entry in SignIn.objects.all()] == ["refused"]


def test_the_log_keeps_no_name_and_no_password_in_clear(person, enter):
    enter(PASSWORD, "xueyuan01")
    enter("13800000001", "wrong")
    assert set(SignIn.objects.values_list("typed", flat=True)) == {"榕*********", "138****0001"}


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/my/duties/?on=2021-11-15", "/my/duties/?on=2021-11-15"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/my/", "http://testserver/my/"),
        ("", "/"),
    ],
)
def test_next_leads_to_this_host_only(client, person, wanted, led_to):
    given = {"name": "xueyuan01", "password": PASSWORD, "next": wanted}
    assert client.post(reverse("people:sign-in"), given)["Location"] == led_to


def test_the_session_gets_a_new_key_and_loses_what_lay_in_it(client, person, enter):
    session = client.session
    session["left_behind"] = "by somebody else"
    session.save()
    before = session.session_key
    enter("xueyuan01")
    assert client.session.session_key != before
    assert "left_behind" not in client.session


def test_sign_in_needs_the_csrf_token(person):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    given = {"name": "xueyuan01", "password": PASSWORD}
    assert strict.post(reverse("people:sign-in"), given).status_code == 403
    page = strict.get(reverse("people:sign-in"))
    given["csrfmiddlewaretoken"] = page.context["csrf_token"]
    assert strict.post(reverse("people:sign-in"), given).status_code == 302


def test_signing_out_ends_the_session_and_is_logged(client, person, enter):
    enter("xueyuan01")
    assert client.get(reverse("people:sign-out")).status_code == 405
    client.post(reverse("people:sign-out"))
    assert who(client) is None
    assert [entry.outcome for entry in SignIn.objects.filter(person=person)] == ["left", "entered"]


def test_signing_out_everywhere_ends_the_other_device_and_keeps_this_one(
    client, person, enter, django_user_model
):
    from django.test import Client

    other = Client()
    other.post(reverse("people:sign-in"), {"name": "xueyuan01", "password": PASSWORD})
    enter("xueyuan01")
    page = client.get(reverse("people:me")).content.decode()
    assert page.count(">这台设备</span>") == 1
    assert page.count("<span>退出这台设备</span>") == 1
    assert queries.devices_of(person).count() == 2
    assert other.get(reverse("people:me")).status_code == 200
    assert client.post(reverse("people:sign-out-everywhere"))["Location"] == reverse("people:me")
    assert other.get(reverse("people:me")).status_code == 302
    assert client.get(reverse("people:me")).status_code == 200
    assert queries.devices_of(person).count() == 1
    assert AuditLine.objects.filter(act="people.sessions.ended", actor=person).count() == 1


def test_one_device_can_be_signed_out_by_its_owner_only(client, person, enter):
    from django.test import Client

    other = Client()
    other.post(reverse("people:sign-in"), {"name": "xueyuan01", "password": PASSWORD})
    device = SignIn.objects.get()
    stranger = Client()
    stranger.force_login(PersonFactory())
    url = reverse("people:sign-out-device", args=[device.code])
    assert stranger.post(url).status_code == 404
    assert other.get(reverse("people:me")).status_code == 200
    enter("xueyuan01")
    assert client.post(url).status_code == 302
    assert other.get(reverse("people:me")).status_code == 302


def test_a_person_sees_own_sign_ins_and_nobody_elses(client, person, enter):
    enter("13800000001", "wrong")
    enter("xueyuan01")
    SignIn.objects.create(person=PersonFactory(), outcome="entered", address="203.0.113.7")
    page = client.get(reverse("people:sign-ins")).content.decode()
    assert page.count("登录成功") == 1
    assert page.count("用户名或密码不对") == 1
    assert "203.0.113.7" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_sign_ins_query_count(client, person, rows, django_assert_num_queries):
    client.force_login(person)
    client.get(reverse("people:me"))
    for _ in range(rows):
        actions.enter(person=person, address="10.0.0.1", device="")
    with django_assert_num_queries(5):
        assert client.get(reverse("people:sign-ins")).content.count(b"row-line") == rows


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 12) Chrome/107 MicroMessenger/8.0", "微信，安卓手机"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/119 Safari/537 Edg/119", "Edge，Windows 电脑"),
        ("Mozilla/5.0 (iPhone) AppleWebKit Safari/604", "Safari，iPhone"),
        ("", "未知设备"),
    ],
)
def test_a_device_has_words(agent, words):
    from yingzao.people.phrases import device_words

    assert device_words(agent) == words
