"""What is queued for whom, in which words, and by which way."""

import datetime as dt

import pytest
from django.utils import translation
from django.utils.translation import gettext as _

from tests.factories.people import PersonFactory
from tests.notices.conftest import NOON, at
from yingzao.notices import actions, kind
from yingzao.notices.enums import DeliveryState
from yingzao.notices.models import Delivery, Message

pytestmark = pytest.mark.django_db


def queued() -> list[tuple]:
    return [
        (d.message.person.display_name, d.channel, d.state, d.next_try_at)
        for d in Delivery.objects.order_by("pk")
    ]


def test_only_a_confirmed_address_of_an_account_in_use_gets_e_mail(office, mail, reader):
    people = [
        reader(display_name="甲"),
        PersonFactory(display_name="乙", email="not-confirmed@example.net"),
        PersonFactory(display_name="丙"),
        reader(display_name="丁", email="gone@example.net", is_active=False),
    ]
    many = actions.send_to_many(
        organisation=office, people=people, kind="letter", key="k", title="结果", now=NOON
    )
    assert many == 4
    assert Message.objects.count() == 4
    assert queued() == [("甲", "email", "waiting", NOON)]


def test_nothing_is_queued_where_e_mail_is_not_set_up(send, reader, settings):
    settings.YINGZAO_MAIL = ""
    send(reader())
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 0)


def test_a_key_sent_twice_is_one_delivery(send, mail, reader):
    person = reader()
    send(person)
    send(person, title="又一次")
    assert Delivery.objects.count() == 1


def test_a_kind_that_no_room_declared_cannot_be_sent(send):
    with pytest.raises(ValueError, match="no room has declared"):
        send(PersonFactory(), kind="gossip")
    assert Message.objects.count() == 0


def test_two_kinds_cannot_share_a_key():
    with pytest.raises(ValueError, match="to_read"):
        kind.declare(kind.NoticeKind("to_read", "another"))


def test_words_are_in_the_readers_language_not_the_senders(office, mail, reader):
    chinese, english = reader(language=""), reader("e@example.net", language="en")
    with translation.override("en"):
        actions.send_to_many(
            organisation=office,
            people=[chinese, english],
            kind="letter",
            key="k",
            title=lambda: _("Messages"),
            body=lambda: _("Save"),
            now=NOON,
        )
    told = {m.person: (m.language, m.title, m.body) for m in Message.objects.all()}
    assert told == {chinese: ("zh-hans", "消息", "保存"), english: ("en", "Messages", "Save")}


def test_switching_the_language_while_signed_in_changes_what_messages_are_written_in(client):
    person = PersonFactory()
    client.post("/language/", {"language": "en"})
    client.force_login(person)
    client.post("/language/", {"language": "xx"})
    person.refresh_from_db()
    assert person.language == ""
    client.post("/language/", {"language": "en"})
    person.refresh_from_db()
    assert person.language == "en"


# Quiet hours and wishes


LATE = at("2021-11-15 22:00")
MORNING = at("2021-11-16 08:00")


def test_at_night_a_message_waits_for_the_morning_and_an_urgent_one_does_not(send, mail, reader):
    person = reader(display_name="甲")
    send(person, key="a", now=LATE)
    send(person, key="b", now=LATE, urgent=True)
    assert queued() == [("甲", "email", "held", MORNING), ("甲", "email", "waiting", LATE)]


def test_an_organisation_may_have_other_quiet_hours_and_a_person_others_again(office, send, mail, reader):
    by = PersonFactory()
    usual, own, never = reader(), reader("o@example.net"), reader("n@example.net")
    hours = (dt.time(20), dt.time(9))
    actions.set_organisation_hours(organisation=office, hours=hours, by=by)
    actions.set_hours(person=own, own=True, hours=(dt.time(22), dt.time(6)), digest_at=None, language="en")
    actions.set_hours(person=never, own=True, hours=None, digest_at=None, language="en")
    for person in (usual, own, never):
        send(person, now=LATE)
    assert [d.next_try_at for d in Delivery.objects.order_by("pk")] == [
        at("2021-11-16 09:00"),
        at("2021-11-16 06:00"),
        LATE,
    ]
    actions.set_organisation_hours(organisation=office, hours=None, by=by)
    send(usual, key="later", now=LATE)
    assert Delivery.objects.latest("pk").next_try_at == LATE


def test_a_person_may_do_without_a_kind_by_e_mail(send, mail, reader):
    person = reader()
    actions.choose(person=person, wanted={"letter": False})
    send(person)
    send(person, key="other", kind="to_read")
    assert [d.message.kind for d in Delivery.objects.all()] == ["to_read"]
    assert Message.objects.filter(person=person).count() == 2


def test_what_waits_and_is_not_wanted_any_more_does_not_go(send, mail, reader):
    person = reader()
    send(person, now=LATE)
    send(person, key="other", kind="to_read", now=LATE)
    actions.choose(person=person, wanted={"letter": False})
    states = dict(Delivery.objects.values_list("message__kind", "state"))
    assert states == {"letter": DeliveryState.GIVEN_UP, "to_read": DeliveryState.HELD}


def test_many_are_queued_in_as_many_queries_as_few(office, mail, reader, django_assert_num_queries):
    for many in (1, 3):
        people = [reader(f"{many}{n}@example.net") for n in range(many)]
        with django_assert_num_queries(11):
            actions.send_to_many(
                organisation=office, people=people, kind="letter", key=str(many), title="x", now=NOON
            )
