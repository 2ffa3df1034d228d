"""Handing over: by a real mail server that is good, bad, gone or silent; and by a worker that is killed."""

import datetime as dt

import pytest

from tests.notices.conftest import NOON, at
from yingzao.core import jobs, ports
from yingzao.core.models import AuditLine
from yingzao.integrations.mail import courier
from yingzao.notices import actions
from yingzao.notices.actions import handing_over
from yingzao.notices.enums import Channel, DeliveryState
from yingzao.notices.models import Delivery

pytestmark = pytest.mark.django_db


def go(now=NOON, channel=Channel.EMAIL):
    return actions.hand_over_due(channel, now=lambda: now)


def only() -> Delivery:
    return Delivery.objects.get()


def test_a_letter_says_what_it_is_where_it_leads_and_how_it_ends(send, mail, reader):
    send(reader("z@example.net"), title="还有一项没交", body="今天截止。", url="/my/")
    assert go() == 1
    letter = mail.letters[0]
    delivery = only()
    assert (letter["To"], letter["Subject"], letter["From"]) == (
        "z@example.net",
        "还有一项没交",
        "营造 <yingzao@example.org>",
    )
    assert letter["Message-ID"] == f"<{delivery.code}@example.org>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"].startswith("<https://yingzao.example.org/messages/stop/")
    assert letter.get_content_type() == "text/plain"
    text = letter.get_content()
    assert "今天截止。" in text
    assert "https://yingzao.example.org/my/" in text
    assert "https://yingzao.example.org/me/messages/settings/" in text
    assert (delivery.state, delivery.handed_over_at, delivery.answer) == ("handed_over", NOON, "taken")


def test_a_reader_sees_by_which_way_a_message_went(send, mail, reader, client):
    person = reader()
    message = send(person)
    client.force_login(person)
    page = f"/me/messages/{message.code}/"
    assert "邮件: 等待发出" in client.get(page).content.decode()
    go()
    assert "邮件: 已交出 11月15日 12:00" in client.get(page).content.decode()


def test_nothing_goes_twice_and_one_connection_carries_all(send, mail, reader):
    for number in range(5):
        send(reader(f"{number}@example.net"))
    assert (go(), go()) == (5, 0)
    assert (len(mail.letters), mail.connections) == (5, 1)


def test_before_its_time_nothing_goes(send, mail, reader):
    send(reader(), now=at("2021-11-15 22:00"))
    assert go(at("2021-11-16 07:59")) == 0
    assert go(at("2021-11-16 08:00")) == 1


@pytest.mark.parametrize(
    ("answer", "state", "problem"),
    [
        ("451 try later", "failed", "busy"),
        ("421 closing", "failed", "busy"),
        ("552 too large", "given_up", "refused"),
        ("550 no", "given_up", "bad_address"),
    ],
)
def test_what_was_certainly_not_taken_is_tried_again_only_where_that_helps(
    send, mail, reader, answer, state, problem
):
    send(reader())
    mail.answers.append(answer)
    assert go() == 0
    delivery = only()
    assert (delivery.state, delivery.problem, delivery.answer) == (state, problem, answer)
    assert delivery.next_try_at == (NOON + dt.timedelta(minutes=1) if state == "failed" else None)
    assert go(NOON + dt.timedelta(minutes=1)) == (1 if state == "failed" else 0)


def test_one_bad_address_holds_up_nobody(send, mail, reader):
    mail.rcpt_answers["bad@example.net"] = "550 unknown"
    for name in ("a", "bad", "c"):
        send(reader(f"{name}@example.net"))
    assert go() == 2
    assert [letter["To"] for letter in mail.letters] == ["a@example.net", "c@example.net"]
    assert Delivery.objects.get(state="given_up").message.person.email == "bad@example.net"


def test_a_server_that_is_gone_is_tried_once_and_leaves_the_others_untouched(send, mail, reader, settings):
    settings.YINGZAO_MAIL = "smtp://127.0.0.1:1"
    for name in ("a", "b", "c"):
        send(reader(f"{name}@example.net"))
    assert go() == 0
    later = NOON + dt.timedelta(minutes=1)
    assert sorted(Delivery.objects.values_list("state", "tries", "next_try_at")) == [
        ("failed", 1, later),
        ("waiting", 0, later),
        ("waiting", 0, later),
    ]
    settings.YINGZAO_MAIL = f"smtp://127.0.0.1:{mail.port}"
    assert go(later) == 3


def test_a_failure_is_given_up_after_the_last_pause(send, mail, reader):
    send(reader())
    now, tried = NOON, 0
    while only().state != DeliveryState.GIVEN_UP:
        mail.answers.append("451 later")
        go(now)
        tried += 1
        now = only().next_try_at or now
    assert (tried, only().problem) == (6, "tries")


def test_a_second_try_keeps_quiet_hours(send, mail, reader):
    late = at("2021-11-15 21:29")
    send(reader(), now=late)
    send(reader("u@example.net"), now=late, urgent=True)
    mail.answers.extend(["451 later"] * 2)
    go(late)
    assert [d.next_try_at for d in Delivery.objects.order_by("pk")] == [
        at("2021-11-16 08:00"),
        at("2021-11-15 21:30"),
    ]


def test_no_answer_after_the_letter_is_uncertain_and_never_tried_by_itself(send, mail, reader):
    send(reader())
    mail.answers.append(None)
    assert go() == 0
    assert (only().state, only().problem) == ("uncertain", "no_answer")
    assert go(NOON + dt.timedelta(days=3)) == 0
    assert mail.letters == []


def test_a_server_too_slow_to_answer_is_uncertain_and_the_next_letter_still_goes(
    send, mail, reader, monkeypatch
):
    monkeypatch.setattr(courier, "SECONDS", 0.3)
    send(reader("a@example.net"))
    mail.slow = 1
    assert go() == 0
    assert (only().state, only().problem) == ("uncertain", "no_answer")
    mail.slow = 0
    send(reader("b@example.net"))
    assert go() == 1


def test_a_letter_that_cannot_be_addressed_is_given_up_before_anything_is_said(send, mail, reader):
    send(reader("张三@example.net"))
    assert go() == 0
    assert (only().state, only().problem, mail.connections) == ("given_up", "bad_address", 0)


# The worker is killed


class Killed(BaseException):
    """As SIGKILL: nothing after it runs."""


def test_a_worker_killed_while_handing_over_leaves_one_uncertain_and_the_others_go(
    send, mail, reader, monkeypatch
):
    people = [reader(f"{n}@example.net") for n in range(4)]
    for person in people:
        send(person)
    real, asked = handing_over._handed, []

    def dies(parcel, hand_over):
        asked.append(parcel)
        if len(asked) == 3:
            real(parcel, hand_over)  # it arrives, and nobody writes that down
            raise Killed
        return real(parcel, hand_over)

    monkeypatch.setattr(handing_over, "_handed", dies)
    with pytest.raises(Killed):
        go()
    monkeypatch.undo()
    assert [d.state for d in Delivery.objects.order_by("pk")] == [
        "handed_over",
        "handed_over",
        "handing_over",
        "waiting",
    ]
    assert go(NOON + dt.timedelta(minutes=1)) == 0  # the lease of the dead worker holds
    after = NOON + handing_over.LEASE + dt.timedelta(seconds=1)
    assert go(after) == 1
    assert [d.state for d in Delivery.objects.order_by("pk")] == [
        "handed_over",
        "handed_over",
        "uncertain",
        "handed_over",
    ]
    assert len(mail.ids) == len(set(mail.ids)) == 4


def test_a_worker_that_is_to_end_leaves_nothing_uncertain(send, mail, reader, monkeypatch):
    for number in range(3):
        send(reader(f"{number}@example.net"))
    monkeypatch.setattr(jobs, "is_stopping", lambda: True)
    assert go() == 1
    assert sorted(Delivery.objects.values_list("state", "claim"))[1:] == [("waiting", ""), ("waiting", "")]
    monkeypatch.undo()
    assert go() == 2


def test_the_worker_hands_over_each_channel_in_a_thread_of_its_own():
    assert sorted(jobs.streams()) == [
        "notices.hand_over_mail",
        "notices.hand_over_posts",
        "notices.hand_over_pushes",
    ]


def test_an_uncertain_one_goes_again_when_a_person_says_so(send, mail, reader):
    send(reader())
    mail.answers.append(None)
    go()
    by = reader("by@example.net")
    actions.send_again(delivery=only(), by=by)
    assert AuditLine.objects.get(act="notices.delivery.sent_again").actor == by
    assert actions.hand_over_due(Channel.EMAIL) == 1
    with pytest.raises(ports.Refused):
        actions.send_again(delivery=only(), by=by)


def test_of_two_workers_each_letter_has_one(send, mail, reader):
    for number in range(6):
        send(reader(f"{number}@example.net"))
    first = handing_over._claimed(Channel.EMAIL, "first", NOON)
    assert len(first) == 6
    assert go() == 0  # the second worker finds nothing
    assert handing_over._begin(first[0], "first", NOON)
    late = NOON + handing_over.CLAIM + dt.timedelta(seconds=1)
    assert not handing_over._begin(first[1], "first", late)  # a worker that slept does not go on
    assert go(late) == 5


def test_an_address_that_is_gone_by_then_gets_nothing(send, mail, reader):
    person = reader()
    send(person)
    actions.forget_address(person=person)
    assert go() == 0
    assert (only().state, only().problem, mail.letters) == ("given_up", "no_address", [])


# The digest


def test_a_digest_is_one_letter_in_the_readers_language(send, mail, reader):
    person, other = reader(), reader("other@example.net")
    actions.set_hours(person=person, own=False, hours=None, digest_at=dt.time(18), language="en")
    for number in range(3):
        send(person, key=str(number), title=f"第{number}件", url=f"/my/?{number}")
    send(person, key="now", title="要紧", urgent=True)
    send(other, title="别人的")
    assert go() == 2
    assert go(at("2021-11-15 18:00")) == 1
    digest = mail.letters[-1]
    assert (digest["Subject"], digest["To"]) == ("3 messages for you", "z@example.net")
    text = digest.get_content()
    assert [f"第{n}件" in text for n in range(3)] == [True] * 3
    assert "要紧" not in text
    assert "别人的" not in text
    assert Delivery.objects.filter(state="handed_over").count() == 5
