"""Notices on devices, by a real push service that is good, busy, gone or silent; read with the browser's own key."""

import datetime as dt
import json
import socket
from email.utils import format_datetime

import http_ece
import pytest
from django.test import Client

from tests.factories.people import PersonFactory
from tests.notices.conftest import NOON, at
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.core.ports import Letter, Outcome, port
from yingzao.integrations.push import courier, keys
from yingzao.notices import actions, queries
from yingzao.notices.actions import handing_over
from yingzao.notices.enums import Channel
from yingzao.notices.models import Delivery, Device, Message
from yingzao.people import actions as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return PersonFactory(language="zh-hans")


@pytest.fixture
def switched_on(push):
    """`switched_on(person, "phone")` gives the browser in which the person switched notices on."""

    def switch_on(person, name="b1", session_key=""):
        browser = push.browser(name)
        actions.add_device(
            person=person, user_agent="Firefox; Android", session_key=session_key, **browser.subscription
        )
        return browser

    return switch_on


def go(now=NOON):
    return actions.hand_over_due(Channel.PUSH, now=lambda: now)


def only() -> Delivery:
    return Delivery.objects.get(channel=Channel.PUSH)


# What arrives


def test_a_notice_is_read_by_its_browser_alone_and_tells_the_subject_and_a_page_of_ours(
    send, push, person, switched_on
):
    browser = switched_on(person)
    message = send(person, title="还有一项没交", body="这段正文里有手机号 13800138000。", url="/my/")
    assert go() == 1
    path, headers, body = push.posts[0]
    delivery = only()
    assert browser.read(body) == {
        "title": "还有一项没交",
        "body": "示例街道",
        "url": f"/me/messages/{message.code}/",
        "tag": delivery.code,
        "account": person.code,
        "language": "zh-hans",
    }
    assert (path, headers["Content-Encoding"], headers["TTL"], headers["Urgency"]) == (
        "/push/b1",
        "aes128gcm",
        "86400",
        "normal",
    )
    assert (delivery.state, delivery.handed_over_at) == ("handed_over", NOON)
    with pytest.raises(http_ece.ECEException):
        push.browser("another").read(body)
    assert "还有一项没交".encode() not in body


def test_it_is_signed_for_this_service_by_the_key_that_browsers_were_shown(send, push, person, switched_on):
    switched_on(person)
    send(person)
    go()
    claims = push.claims()
    assert (claims["aud"], claims["sub"]) == (push.origin, "https://yingzao.example.org")
    assert 0 < claims["exp"] - clock.now().timestamp() <= 24 * 3600
    assert push.posts[0][1]["Authorization"].endswith(f",k={port('push').public_key()}")


def test_the_services_may_write_to_the_sender_of_our_letters(send, push, person, switched_on, settings):
    settings.YINGZAO_MAIL_FROM = "营造 <yingzao@example.org>"
    switched_on(person)
    send(person)
    go()
    assert push.claims()["sub"] == "mailto:yingzao@example.org"


def test_each_device_gets_it_once_and_one_connection_carries_all(send, push, person, switched_on):
    browsers = [switched_on(person, name) for name in ("phone", "desk")]
    send(person)
    send(person)
    assert (go(), go()) == (2, 0)
    assert [path for path, *_ in push.posts] == ["/push/phone", "/push/desk"]
    assert [b.read(post[2])["title"] for b, post in zip(browsers, push.posts, strict=True)] == [
        "还有一项没交"
    ] * 2
    assert push.connections == 1


def test_a_connection_that_was_closed_meanwhile_is_opened_anew(send, push, person, switched_on):
    push.closes = True
    for name in ("phone", "desk", "tablet"):
        switched_on(person, name)
    send(person)
    assert go() == 3
    assert push.connections == 3


def test_quiet_hours_hold_it_back_and_what_is_urgent_goes(send, push, person, switched_on):
    browser = switched_on(person)
    late = at("2021-11-15 22:00")
    send(person, key="calm", now=late)
    send(person, key="now", title="今天改到下午", urgent=True, now=late)
    assert go(late) == 1
    assert browser.read(push.posts[0][2])["title"] == "今天改到下午"
    assert push.posts[0][1]["Urgency"] == "high"
    assert go(at("2021-11-16 07:59")) == 0
    assert go(at("2021-11-16 08:00")) == 1


def test_a_digest_is_one_notice_a_device(send, push, person, switched_on):
    browsers = [switched_on(person, name) for name in ("phone", "desk")]
    actions.set_hours(person=person, own=False, hours=None, digest_at=dt.time(18), language="en")
    for number in range(3):
        send(person, key=str(number))
    assert go() == 0
    assert go(at("2021-11-15 18:00")) == 2
    for browser, (_path, _headers, body) in zip(browsers, push.posts, strict=True):
        shown = browser.read(body)
        assert (shown["title"], shown["url"]) == ("3 messages for you", "/me/messages/")
    assert Delivery.objects.filter(state="handed_over").count() == 6


def test_a_kind_that_is_not_wanted_comes_by_mail_alone(send, push, mail, reader, switched_on):
    both, mailed = reader("a@example.net"), reader("b@example.net")
    for number, person in enumerate((both, mailed)):
        switched_on(person, str(number))
    actions.choose(person=mailed, wanted={"letter": False}, channel=Channel.PUSH)
    for person in (both, mailed):
        send(person)
    assert sorted(Delivery.objects.values_list("message__person", "channel")) == sorted([
        (both.pk, "email"), (both.pk, "push"), (mailed.pk, "email"),
    ])  # fmt: skip
    assert queries.preferences_of(mailed)["letter"]


def test_what_waits_and_is_not_wanted_any_more_does_not_go(send, push, person, switched_on):
    switched_on(person)
    send(person)
    actions.choose(person=person, wanted={"letter": False}, channel=Channel.PUSH)
    assert go() == 0
    assert (only().state, only().problem) == ("given_up", "unwanted")


# What the service answers


def test_too_many_waits_as_long_as_the_service_asks(send, push, person, switched_on):
    switched_on(person)
    send(person)
    push.answers.append((429, {"Retry-After": "1800"}))
    assert go() == 0
    assert (only().state, only().problem, only().next_try_at) == (
        "failed",
        "too_many",
        NOON + dt.timedelta(minutes=30),
    )
    assert go(NOON + dt.timedelta(minutes=29)) == 0
    assert go(NOON + dt.timedelta(minutes=30)) == 1
    assert len(push.posts) == 1


def test_retry_after_may_be_a_date():
    answer = courier.understood(503, format_datetime(clock.now() + dt.timedelta(hours=2), usegmt=False), b"")
    assert answer.outcome == Outcome.LATER
    assert dt.timedelta(minutes=118) < (answer.wait or dt.timedelta()) <= dt.timedelta(hours=2)
    assert courier.understood(503, "soon", b"").wait is None


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_removed_and_the_other_one_stays(send, push, person, switched_on, status):
    switched_on(person, "old")
    switched_on(person, "new")
    push.answers.append((status, {}))
    send(person)
    send(person, key="second", now=NOON + dt.timedelta(minutes=1))  # waits for both as well
    assert go() == 1
    assert [d.endpoint.rpartition("/")[2] for d in Device.objects.all()] == ["new"]
    assert sorted(Delivery.objects.values_list("message__key", "state", "problem")) == [
        ("remind:K1", "given_up", "gone"),
        ("remind:K1", "handed_over", ""),
        ("second", "given_up", "no_device"),
        ("second", "waiting", ""),
    ]


@pytest.mark.parametrize(
    ("status", "state", "problem"),
    [
        (400, "given_up", "refused"),
        (403, "given_up", "refused"),
        (413, "given_up", "refused"),
        (302, "given_up", "refused"),
        (500, "failed", "busy"),
        (503, "failed", "busy"),
    ],
)
def test_what_was_certainly_not_taken_is_tried_again_only_where_that_helps(
    send, push, person, switched_on, status, state, problem
):
    switched_on(person)
    send(person)
    push.answers.append((status, {"Location": f"{push.origin}/push/elsewhere"}))
    assert go() == 0
    assert (only().state, only().problem, push.posts) == (state, problem, [])
    assert Device.objects.count() == 1


def test_no_answer_is_uncertain_and_never_tried_by_itself(send, push, person, switched_on):
    switched_on(person)
    send(person)
    push.answers.append((None, {}))
    assert go() == 0
    assert (only().state, only().problem) == ("uncertain", "no_answer")
    assert go(NOON + dt.timedelta(days=3)) == 0
    assert len(push.posts) == 1


def test_a_service_that_hangs_is_uncertain_and_the_next_one_still_goes(
    send, push, person, switched_on, monkeypatch
):
    monkeypatch.setattr(courier, "SECONDS", 0.3)
    switched_on(person)
    send(person)
    push.slow = 1
    assert go() == 0
    assert (only().state, only().problem) == ("uncertain", "no_answer")
    push.slow = 0
    send(person, key="next")
    assert go() == 1


def test_a_service_that_is_not_reached_is_waited_for_once_a_batch(
    send, push, person, switched_on, settings, monkeypatch
):
    settings.YINGZAO_PUSH_HOSTS = [push.origin, "http://127.0.0.1:1"]
    for name in ("one", "two"):
        Device.objects.create(
            person=person, **push.browser(name).subscription | {"endpoint": f"http://127.0.0.1:1/{name}"}
        )
    switched_on(person, "reached")
    tried = []
    real = courier.connected
    monkeypatch.setattr(
        courier, "connected", lambda parts, *a, **o: tried.append(parts.port) or real(parts, *a, **o)
    )
    send(person)
    assert go() == 1
    assert tried.count(1) == 1
    assert sorted(Delivery.objects.values_list("state", "problem")) == [
        ("failed", "unreachable"),
        ("failed", "unreachable"),
        ("handed_over", ""),
    ]


class Killed(BaseException):
    """As SIGKILL: nothing after it runs."""


def test_a_worker_killed_in_between_sends_nothing_twice(send, push, person, switched_on, monkeypatch):
    for number in range(4):
        switched_on(person, str(number))
    send(person)
    real, asked = handing_over._handed, []

    def dies(parcel, hand_over):
        asked.append(parcel)
        answer = real(parcel, hand_over)
        if len(asked) == 3:
            raise Killed  # it arrived, and nobody wrote that down
        return answer

    monkeypatch.setattr(handing_over, "_handed", dies)
    with pytest.raises(Killed):
        go()
    monkeypatch.undo()
    assert go(NOON + handing_over.LEASE + dt.timedelta(seconds=1)) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["handed_over"] * 3 + ["uncertain"]
    paths = [path for path, *_ in push.posts]
    assert len(paths) == len(set(paths)) == 4


def test_a_second_copy_that_a_person_sends_takes_the_place_of_the_first(send, push, person, switched_on):
    browser = switched_on(person)
    send(person)
    push.answers.append((None, {}))
    go()
    actions.send_again(delivery=only(), by=person)
    assert actions.hand_over_due(Channel.PUSH) == 1
    (_p, first, one), (_q, second, two) = push.posts
    assert first["Topic"] == second["Topic"]
    assert browser.read(one)["tag"] == browser.read(two)["tag"]


# Where nothing may be posted


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://push.example.org:8443/x",
        "https://u:p@push.example.org/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/",
        "https://10.0.0.7/x",
        "https://nobody.invalid/x",
        "ftp://push.example.org/x",
        "nonsense",
        "",
    ],
)
def test_an_endpoint_that_is_none_or_leads_inside_is_refused(person, push, monkeypatch, endpoint):
    real = socket.getaddrinfo

    def look_up(host, *rest, **more):
        if host == "push.example.org":
            return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", 443))]
        if host == "nobody.invalid":
            raise OSError("no such name")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    given = push.browser().subscription
    with pytest.raises(Refused) as refusal:
        actions.add_device(person=person, user_agent="", session_key="", **given | {"endpoint": endpoint})
    assert refusal.value.code == "endpoint"
    assert Device.objects.count() == 0
    actions.add_device(
        person=person, user_agent="", session_key="", **given | {"endpoint": "https://push.example.org/x"}
    )
    assert Device.objects.count() == 1


@pytest.mark.parametrize("inside", ["127.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "64:ff9b::a00:7"])
def test_a_name_that_leads_inside_later_on_is_not_posted_to(settings, monkeypatch, push, inside):
    family = socket.AF_INET6 if ":" in inside else socket.AF_INET
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **o: [(family, 1, 6, "", (inside, 443))])
    given = push.browser().subscription
    letter = Letter("C", "https://push.example.org/x", "题", "{}", keys=(given["key"], given["secret"]))
    with port("push").opened() as hand_over:
        answer = hand_over(letter)
    assert (answer.outcome, answer.problem) == (Outcome.NEVER, "host")


@pytest.mark.parametrize("broken", [{"key": "AAAA"}, {"key": ""}, {"secret": "AAAA"}, {"secret": "x" * 41}])
def test_keys_that_are_none_are_refused(person, push, broken):
    with pytest.raises(Refused):
        actions.add_device(
            person=person, user_agent="", session_key="", **push.browser().subscription | broken
        )


# The key


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first = keys.public_key(tmp_path)
    assert (tmp_path / "push-key").stat().st_mode & 0o777 == 0o600
    keys.vapid.cache_clear()
    assert keys.public_key(tmp_path) == first
    assert [path.name for path in tmp_path.iterdir()] == ["push-key"]
    assert len(courier.b64urldecode(first.encode())) == 65


def test_of_two_processes_that_make_the_key_both_have_the_same(tmp_path):
    first = keys.public_key(tmp_path)
    keys._make(tmp_path / "push-key")  # the slower one
    keys.vapid.cache_clear()
    assert keys.public_key(tmp_path) == first


# Whose device it is


def test_a_browser_is_one_device_of_whoever_switched_it_on_last(person, push, switched_on, send):
    other = PersonFactory()
    browser = switched_on(person)
    send(person)
    for _time in range(2):
        actions.add_device(person=other, user_agent="", session_key="", **browser.subscription)
    assert [device.person for device in Device.objects.all()] == [other]
    assert go() == 0
    assert (only().state, only().problem, push.posts) == ("given_up", "no_device", [])


def test_of_many_devices_the_oldest_goes(person, switched_on):
    for number in range(11):
        switched_on(person, str(number))
    names = [d.endpoint.rpartition("/")[2] for d in Device.objects.order_by("pk")]
    assert names == [str(number) for number in range(1, 11)]


def test_signing_out_on_a_device_removes_it_and_no_other(person, switched_on, client):
    there = Client()
    for one in (client, there):
        one.force_login(person)
    switched_on(person, "here", client.session.session_key)
    switched_on(person, "there", there.session.session_key)
    switched_on(PersonFactory(), "strangers")
    client.post("/sign-out/")
    assert sorted(d.endpoint.rpartition("/")[2] for d in Device.objects.all()) == ["strangers", "there"]


@pytest.mark.parametrize(
    "end",
    [
        lambda person: people.sign_out_everywhere(person=person),
        lambda person: people.set_password(person=person, password="new-words-2021", by=person),
        lambda person: person.delete(),
    ],
)
def test_whoever_is_signed_out_everywhere_or_erased_gets_nothing_more(send, push, person, switched_on, end):
    stranger = PersonFactory()
    switched_on(person, "mine", "a")
    switched_on(stranger, "strangers", "b")
    send(person)
    end(person)
    assert go() == 0
    assert [device.person for device in Device.objects.all()] == [stranger]


def test_a_session_that_is_ended_from_elsewhere_takes_its_device_along(person, switched_on):
    entry = people.enter(person=person, address="127.0.0.1", device="Firefox")
    people.tie_session(sign_in=entry, session_key="lost-phone")
    switched_on(person, "lost", "lost-phone")
    switched_on(person, "kept", "desk")
    people.end_device(person=person, sign_in=entry)
    assert [d.endpoint.rpartition("/")[2] for d in Device.objects.all()] == ["kept"]


def test_an_account_that_is_closed_gets_nothing(send, push, person, switched_on):
    switched_on(person)
    send(person)
    person.is_active = False
    person.save()
    assert go() == 0
    assert (only().state, only().problem) == ("given_up", "no_device")
    send(person, key="later")
    assert Delivery.objects.count() == 1


# The page


def test_a_device_is_switched_on_tested_and_removed_on_the_page(person, push, client, office):
    client.force_login(person)
    browser = push.browser()
    agent = "Mozilla/5.0 (Linux; Android 14) Firefox/140.0"
    Message.objects.create(organisation=office, person=person, key="x", kind="letter", title="x")
    client.post("/me/messages/devices/", browser.subscription, headers={"User-Agent": agent})
    device = Device.objects.get()
    assert (device.person, device.session_key) == (person, client.session.session_key)
    page = client.get("/me/messages/settings/").content.decode()
    assert "Firefox，安卓手机" in page
    assert "data-tied" in page
    assert browser.subscription["endpoint"] not in page
    assert device.secret not in page
    client.post(f"/me/messages/devices/{device.code}/", {"act": "test"})
    assert actions.hand_over_due(Channel.PUSH) == 1
    assert browser.read(push.posts[0][2])["title"] == "测试：这台设备收得到通知。"
    assert Message.objects.get(kind="push_test").read_at
    client.post(f"/me/messages/devices/{device.code}/", {"act": "remove"})
    assert Device.objects.count() == 0
    acts = list(AuditLine.objects.filter(act__startswith="notices.device").values_list("act", flat=True))
    assert sorted(acts) == ["notices.device.added", "notices.device.removed"]
    assert browser.endpoint not in json.dumps(list(AuditLine.objects.values_list("after", flat=True)))


def test_tests_are_not_without_number(person, switched_on, office):
    switched_on(person)
    device = Device.objects.get()
    for _time in range(10):
        actions.test_device(device=device, organisation=office)
    with pytest.raises(Refused):
        actions.test_device(device=device, organisation=office)


def test_nobody_reaches_the_device_of_another(person, switched_on, client, office):
    switched_on(person)
    device = Device.objects.get()
    client.force_login(PersonFactory())
    for act in ("remove", "test"):
        assert client.post(f"/me/messages/devices/{device.code}/", {"act": act}).status_code == 404
    assert (Device.objects.count(), Message.objects.count()) == (1, 0)


def test_where_no_https_address_is_given_the_page_says_so_and_nothing_is_queued(
    person, client, settings, send, office, switched_on
):
    switched_on(person)
    settings.YINGZAO_ADDRESS = "http://yingzao.example.org"
    send(person)
    assert Delivery.objects.count() == 0
    client.force_login(person)
    page = client.get("/me/messages/settings/").content.decode()
    assert "本系统不往设备上发通知" in page
    assert "data-push" not in page


def test_who_has_a_device_chooses_kinds_for_it_apart_from_mail(person, client, office, switched_on):
    client.force_login(person)
    Message.objects.create(organisation=office, person=person, key="x", kind="letter", title="x")
    page = "/me/messages/settings/"
    assert "发到设备上的消息" not in client.get(page).content.decode()
    switched_on(person)
    shown = client.get(page)
    assert "发到设备上的消息" in shown.content.decode()
    form = shown.context["form"]
    given = {name: value for name, value in form.initial.items() if value}
    del given["push_letter"]
    assert client.post(page, given).status_code == 302
    assert (
        queries.preferences_of(person)["letter"],
        queries.preferences_of(person, Channel.PUSH)["letter"],
        queries.preferences_of(person, Channel.PUSH)["due_soon"],
    ) == (True, False, True)


@pytest.mark.parametrize("devices", [1, 3])
def test_the_settings_page_asks_as_much_for_many_devices(
    person, client, office, switched_on, devices, django_assert_num_queries
):
    Message.objects.create(organisation=office, person=person, key="x", kind="letter", title="x")
    for number in range(devices):
        switched_on(person, str(number))
    client.force_login(person)
    with django_assert_num_queries(13):
        client.get("/me/messages/settings/")


def test_the_forecast_counts_whom_it_reaches_on_a_device(person, office, switched_on):
    for name in ("phone", "desk"):
        switched_on(person, name)
    refused = PersonFactory()
    switched_on(refused, "refused")
    actions.choose(person=refused, wanted={"letter": False}, channel=Channel.PUSH)
    seen = actions.forecast(organisation=office, people=[person, refused, PersonFactory()], kind="letter")
    assert (seen.people, seen.on_devices) == (3, 1)
