# ruff: noqa: F401, F811 - fixtures of the outbox, imported by name and asked for by name
"""Messages at the desk: the record, writing to learners, what is shown before sending, reminders, groups."""

import datetime as dt
import re

import pytest

from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.pages import bare_pages
from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from tests.notices.conftest import group, mail, office, reader, robot_server
from yingzao.activities.models import ReminderPlan
from yingzao.core import clock
from yingzao.notices import actions, queries
from yingzao.notices.enums import Channel, DeliveryState
from yingzao.notices.models import Delivery, Message, Robot
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2021, 11, 15, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture
def programme():
    return ProgrammeFactory()


@pytest.fixture
def desk(client, programme):
    role = StaffRoleFactory(programme=programme, role=Role.ORGANISER)
    client.force_login(role.person)
    client.organiser = role.person
    return client


@pytest.fixture
def learner(programme, reader):
    def learner(name, email="", **more):
        person = (
            reader(email, display_name=name)
            if email
            else PersonFactory(display_name=name, email="u@example.net")
        )
        return EnrolmentFactory(programme=programme, name=name, person=person, **more)

    return learner


def where(programme, *rest):
    return "/".join([f"/desk/{programme.code}/messages", *rest, ""])


def letter(**changed):
    usual = {"key": "K1", "to": "all", "title": "带好笔记本", "body": "周四见。", "step": "preview"}
    return usual | changed


# Writing


def test_before_sending_it_is_shown_whom_it_reaches_and_nothing_is_sent(
    desk,
    programme,
    learner,
    mail,
    monkeypatch,
):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: NOON.replace(hour=23))
    learner("夜里", "a@example.net")
    no_quiet = learner("随时", "b@example.net").person
    actions.set_hours(person=no_quiet, own=True, hours=None, digest_at=None, language="en")
    digest = learner("一封", "c@example.net").person
    actions.set_hours(person=digest, own=False, hours=None, digest_at=dt.time(18), language="en")
    unwanted = learner("不要", "d@example.net").person
    actions.choose(person=unwanted, wanted={"letter": False})
    learner("没确认")
    EnrolmentFactory(programme=programme, name="没加入")
    page = desk.post(where(programme, "write"), letter(title_en="Bring a notebook")).content.decode()
    figures = dict(re.findall(r"<dt[^>]*>([^<]+)</dt>\s*<dd[^>]*>([^<]+)<", page))
    assert {label.strip(): value.strip() for label, value in figures.items()} == {
        "站内，马上": "5 名学员",
        "马上发邮件": "1 名学员",
        "免打扰时段过后，11月16日 8:00发邮件": "1 名学员",
        "自选了每天一封，合在那一封里": "1 名学员",
        "自己选了不收邮件": "1 名学员",
        "没有确认过邮箱": "1 名学员",
        "收不到：还没有加入": "1 名学员",
    }
    assert "没确认" in page
    assert "Bring a notebook" in page
    assert "@example.net" not in page
    assert Message.objects.count() == 0


def test_the_same_form_sent_twice_is_one_letter_each_in_the_readers_language(
    desk,
    programme,
    learner,
    mail,
):
    one, two = learner("甲", "a@example.net").person, learner("乙").person
    actions.set_hours(person=two, own=False, hours=None, digest_at=None, language="en")
    for _again in range(2):
        desk.post(where(programme, "write"), letter(step="send", title_en="Bring a notebook"))
    assert {(m.person, m.title, m.body) for m in Message.objects.all()} == {
        (one, "带好笔记本", "周四见。"),
        (two, "Bring a notebook", "周四见。"),
    }
    assert [d.message.person for d in Delivery.objects.all()] == [one]


def test_a_letter_to_a_team_reaches_nobody_else(desk, programme, learner):
    team = TeamFactory(programme=programme)
    mine = learner("甲", team=team).person
    learner("乙")
    desk.post(where(programme, "write"), letter(to=f"team:{team.code}", step="send"))
    assert [m.person for m in Message.objects.all()] == [mine]


@pytest.mark.parametrize("wrong", [{"title": ""}, {"to": "team:NONE"}, {"body": "长" * 4001}])
def test_a_wrong_letter_is_said_and_loses_nothing(desk, programme, learner, wrong):
    learner("甲")
    answer = desk.post(where(programme, "write"), letter(step="send", body_en="See you") | wrong)
    assert answer.status_code == 422
    assert "See you" in answer.content.decode()
    assert Message.objects.count() == 0


def test_going_back_from_the_preview_keeps_the_letter(desk, programme, learner):
    learner("甲")
    page = desk.post(where(programme, "write"), letter(step="edit")).content.decode()
    assert "周四见。" in page
    assert 'value="K1"' in page


def test_where_nobody_has_joined_that_is_said(desk, programme):
    EnrolmentFactory(programme=programme)
    answer = desk.post(where(programme, "write"), letter())
    assert answer.status_code == 422
    assert "还没有加入" in answer.content.decode()


# The record


def delivered(programme, person, state=DeliveryState.UNCERTAIN, key="k", **more):
    actions.send(
        organisation=programme.organisation,
        person=person,
        programme_code=programme.code,
        kind="letter",
        key=key,
        title=more.pop("title", "一封信"),
        now=NOON,
    )
    delivery = Delivery.objects.get(message__key=key, message__person=person)
    Delivery.objects.filter(pk=delivery.pk).update(state=state, next_try_at=None, **more)
    return delivery


def test_the_record_says_what_became_of_it_and_masks_addresses(desk, programme, learner, mail):
    person = learner("张三", "zhang@example.net").person
    delivered(programme, person, problem="no_answer", answer="timed out <zhang@example.net>: x")
    elsewhere = ProgrammeFactory()
    delivered(elsewhere, person, key="other", title="别处的信")
    page = desk.get(where(programme)).content.decode()
    assert "张三" in page
    assert "z***@example.net" in page
    assert "zhang@" not in page
    assert "也许已经送到" in page
    assert "timed out" in page
    assert "别处的信" not in page


def test_one_that_is_stuck_is_sent_again_by_a_button(desk, programme, learner, mail):
    delivery = delivered(programme, learner("张三", "zhang@example.net").person)
    desk.post(where(programme, delivery.code, "again"))
    delivery.refresh_from_db()
    assert delivery.state == "waiting"
    assert desk.post(where(programme, delivery.code, "again")).status_code == 422
    other = delivered(ProgrammeFactory(), learner("李四", "li@example.net").person, key="x")
    assert desk.post(where(programme, other.code, "again")).status_code == 404


def test_the_record_is_searched_and_filtered(desk, programme, learner, mail):
    delivered(programme, learner("张三", "a@example.net").person, title="甲信")
    delivered(
        programme, learner("李四", "b@example.net").person, DeliveryState.HANDED_OVER, "k2", title="乙信"
    )
    for asked, there, absent in [
        ("?q=张三", "甲信", "乙信"),
        ("?q=乙", "乙信", "甲信"),
        ("?show=handed_over", "乙信", "甲信"),
    ]:
        page = desk.get(where(programme) + asked).content.decode()
        assert there in page
        assert absent not in page
    assert "没有找到" in desk.get(where(programme) + "?channel=robot").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_record_query_count(
    desk,
    programme,
    learner,
    mail,
    rows,
    bare_pages,
    django_assert_num_queries,
):
    for number in range(rows):
        delivered(programme, learner(f"学员{number}", f"{number}@example.net").person)
    desk.get(where(programme))
    with django_assert_num_queries(RECORD_QUERIES):
        assert desk.get(where(programme)).content.decode().count("row-line") == rows


RECORD_QUERIES = 8


# Reminders and quiet hours


def test_reminders_are_set_and_wrong_days_are_said(desk, programme):
    given = {"is_on": "on", "days_before": "7， 2", "minutes_before": "15", "nearly_late": "on"}
    assert desk.post(where(programme, "reminders"), given).status_code == 302
    plan = ReminderPlan.objects.get(programme=programme)
    assert (plan.is_on, plan.days_before, plan.on_the_eve, plan.minutes_before, plan.nearly_late) == (
        True,
        [7, 2],
        False,
        15,
        True,
    )
    for wrong in ("soon", "31", "1,2,3,4,5,6", "-1"):
        answer = desk.post(where(programme, "reminders"), given | {"days_before": wrong})
        assert answer.status_code == 422
        assert wrong in answer.content.decode()


def test_only_who_runs_the_organisation_sets_its_quiet_hours(desk, programme):
    given = {"quiet": "yes", "begins": "20:00", "ends": "09:00"}
    desk.post(where(programme, "reminders"), given)
    assert queries.hours_of_organisation(programme.organisation) == (dt.time(21, 30), dt.time(8))
    GrantFactory(person=desk.organiser, organisation=programme.organisation)
    assert desk.post(where(programme, "reminders"), given).status_code == 302
    assert queries.hours_of_organisation(programme.organisation) == (dt.time(20), dt.time(9))
    assert desk.post(where(programme, "reminders"), given | {"ends": ""}).status_code == 422
    desk.post(where(programme, "reminders"), {"quiet": "yes", "begins": "", "ends": ""})
    assert queries.hours_of_organisation(programme.organisation) is None


# Groups


def test_a_group_is_added_tested_paused_and_removed_and_its_secret_never_shown(
    desk,
    programme,
    group,
):
    address = f"{group.origin}/hook?key=0123456789abcd"
    given = {
        "name": "学员群",
        "service": "dingtalk",
        "address": address,
        "secret": "SEC-very-secret",
        "kinds_told": ["to_read"],
        "language": "zh-hans",
    }
    assert desk.post(where(programme, "robots"), given).status_code == 302
    robot = Robot.objects.get()
    for page in (where(programme, "robots"), where(programme, "robots", robot.code)):
        text = desk.get(page).content.decode()
        assert "abcd" in text
        assert "0123456789" not in text
        assert "SEC-very" not in text
    act = where(programme, "robots", robot.code, "act")
    desk.post(act, {"act": "test"})
    assert actions.hand_over_due(Channel.ROBOT) == 1
    assert "学员群" in group.posts[0]["text"]["content"]
    desk.post(act, {"act": "pause"})
    assert "已暂停" in desk.get(where(programme, "robots")).content.decode()
    desk.post(act, {"act": "resume"})
    desk.post(act, {"act": "remove"})
    assert "学员群" not in desk.get(where(programme, "robots")).content.decode()
    assert desk.get(where(programme, "robots", robot.code)).status_code == 404


def test_an_address_elsewhere_is_said_and_loses_nothing(desk, programme):
    given = {"name": "群", "service": "wecom", "address": "https://evil.example/x", "language": "zh-hans"}
    answer = desk.post(where(programme, "robots"), given)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "不能往这个地址发消息" in text
    assert "https://evil.example/x" in text
    assert Robot.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_groups_query_count(desk, programme, rows, bare_pages, django_assert_num_queries):
    for number in range(rows):
        Robot.objects.create(
            organisation=programme.organisation,
            programme_code=programme.code,
            name=f"群{number}",
            service="wecom",
            address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        )
    desk.get(where(programme, "robots"))
    with django_assert_num_queries(GROUP_QUERIES):
        assert desk.get(where(programme, "robots")).content.decode().count("row-line") == rows


GROUP_QUERIES = 4
