"""Messages as people meet them: what comes and when, the letter's own end, writing with a look at it first, the record."""

import os
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.factories.learning import Learning
from tests.factories.people import GrantFactory
from tests.factories.servers import mail_server, robot_server
from yingzao.notices import actions, queries
from yingzao.notices.enums import Channel
from yingzao.notices.models import Delivery, GroupPost, Message, Robot

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"]),
]
SETTINGS = "/me/messages/settings/"


@pytest.fixture
def mail(settings):
    with mail_server() as box:
        settings.YINGZAO_MAIL = f"smtp://127.0.0.1:{box.port}"
        settings.YINGZAO_MAIL_FROM = "营造 <yingzao@example.org>"
        settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
        yield box


@pytest.fixture
def group(settings):
    with robot_server() as endpoint:
        settings.YINGZAO_ROBOT_HOSTS = [endpoint.origin]
        settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
        yield endpoint


@pytest.fixture
def camp(transactional_db):
    """The learner has confirmed an address, the other one has none; nobody has quiet hours."""
    camp = Learning()
    learner = camp.learner.person
    learner.display_name, learner.email, learner.email_confirmed_at = (
        "周丽",
        "zhou@example.net",
        timezone.now(),
    )
    learner.save()
    camp.other.person.display_name = "何平"
    camp.other.person.save()
    GrantFactory(person=camp.by, organisation=camp.programme.organisation)
    actions.set_organisation_hours(organisation=camp.programme.organisation, hours=None, by=camp.by)
    camp.desk = f"/desk/{camp.programme.code}/messages/"
    return camp


@pytest.fixture
def opened(live_server, open_context, signed_in, size, accessible):
    """`opened(person, path)`: their page, at the size of the test. `look(page)` is what every page has to pass."""

    def open_page(person, path: str) -> Page:
        page = open_context(size).new_page()
        signed_in(page, live_server, person)
        page.goto(live_server.url + path)
        return page

    return open_page


@pytest.fixture
def look(accessible, size, request):
    def look(page: Page, name: str) -> None:
        assert accessible(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("YINGZAO_SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{size['viewport']['width']}.png", full_page=True)

    return look


def letter(camp, key="k1", title="带好笔记本"):
    return actions.send(
        organisation=camp.programme.organisation,
        programme_code=camp.programme.code,
        person=camp.learner.person,
        kind="letter",
        key=key,
        title=title,
    )


def test_what_comes_and_when_is_chosen_and_wrong_hours_lose_nothing(camp, mail, opened, look):
    letter(camp)
    page = opened(camp.learner.person, SETTINGS)
    look(page, "settings")
    page.get_by_label("组织者的来信").uncheck()
    page.get_by_label("我自己定，填在下面").check()
    page.get_by_label("从").fill("22:00")
    page.get_by_label("每天合成一封").select_option("18:00")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写时间，例如 22:00。").first).to_be_visible()
    expect(page.get_by_label("组织者的来信")).not_to_be_checked()
    expect(page.get_by_label("从")).to_have_value("22:00")
    expect(page.get_by_label("每天合成一封")).to_have_value("18:00")
    look(page, "settings-wrong")
    page.get_by_label(re.compile("^至")).fill("07:30")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    row = queries.quiet_hours_of(camp.learner.person)
    assert [f"{at:%H:%M}" for at in (row.begins, row.ends, row.digest_at)] == ["22:00", "07:30", "18:00"]
    assert not queries.preferences_of(camp.learner.person)["letter"]


def test_an_address_counts_once_its_owner_opened_the_letter(camp, mail, opened, look, live_server):
    letter(camp)
    person = camp.other.person
    actions.send(
        organisation=camp.programme.organisation, person=person, kind="letter", key="k", title="欢迎"
    )
    page = opened(person, SETTINGS)
    page.get_by_label(re.compile("^邮箱")).fill("nonsense")
    page.get_by_role("button", name="发送确认链接").click()
    expect(page.get_by_label(re.compile("^邮箱"))).to_have_value("nonsense")
    look(page, "address-wrong")
    page.get_by_label(re.compile("^邮箱")).fill("he@example.net")
    page.get_by_role("button", name="发送确认链接").click()
    expect(page.get_by_text("还没确认")).to_be_visible()
    assert queries.may_be_mailed([type(person).objects.get(pk=person.pk)]) == []
    actions.hand_over_due(Channel.EMAIL)
    (sent,) = [one for one in mail.letters if one["To"] == "he@example.net"]
    path = re.search(r"https://yingzao\.example\.org(/messages/confirm/\S+)", sent.get_content())[1]
    page.goto(live_server.url + path)
    look(page, "confirm")
    page.get_by_role("button").first.click()
    page.goto(live_server.url + SETTINGS)
    expect(page.get_by_text("已确认")).to_be_visible()


def test_letters_are_ended_by_one_press_without_signing_in(camp, mail, open_context, size, look, live_server):
    letter(camp)
    actions.hand_over_due(Channel.EMAIL)
    link = mail.letters[0]["List-Unsubscribe"].strip("<>").removeprefix("https://yingzao.example.org")
    page = open_context(size).new_page()
    page.goto(live_server.url + link)
    look(page, "stop")
    assert queries.preferences_of(camp.learner.person)[
        "letter"
    ]  # a mail program that looks ahead ends nothing
    page.get_by_role("button", name="不再发这类邮件").click()
    expect(page.get_by_role("heading", name="以后不再发这类邮件")).to_be_visible()
    look(page, "stopped")
    assert not queries.preferences_of(camp.learner.person)["letter"]
    assert queries.preferences_of(camp.learner.person)["due_soon"]


def test_a_letter_is_looked_at_in_both_languages_and_sent_once(camp, mail, opened, look):
    page = opened(camp.by, camp.desk + "write/")
    look(page, "write")
    page.get_by_role("button", name="发出前先看一看").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look(page, "write-wrong")
    page.get_by_label("标题", exact=True).fill("带好笔记本")
    page.get_by_label("正文", exact=True).fill("周四见。")
    page.get_by_text("加上英文").click()
    page.get_by_label("英文标题").fill("Bring a notebook")
    page.get_by_role("button", name="发出前先看一看").click()
    expect(page.get_by_role("heading", name="发出前先看一看")).to_be_visible()
    expect(page.get_by_text("Bring a notebook")).to_be_visible()
    expect(page.get_by_text("谁能收到")).to_be_visible()
    look(page, "preview")
    assert Message.objects.count() == 0
    page.get_by_role("button", name="修改").click()
    expect(page.get_by_label("正文", exact=True)).to_have_value("周四见。")
    page.get_by_role("button", name="发出前先看一看").click()
    page.get_by_role("button", name="发给 2 名学员").click()
    expect(page.get_by_text("已发给 2 名学员。")).to_be_visible()
    page.go_back()
    page.reload()
    assert Message.objects.count() == 2
    assert Delivery.objects.count() == 1


def test_what_did_not_arrive_is_said_in_the_record_and_sent_again_by_hand(camp, mail, opened, look):
    mail.answers.extend(["550 no such mailbox zhou@example.net", None])
    letter(camp)
    letter(camp, "k2", "第二封")
    actions.hand_over_due(Channel.EMAIL)
    page = opened(camp.by, camp.desk)
    expect(page.get_by_text("带好笔记本")).to_be_visible()
    expect(page.get_by_text("对方服务器没有这个邮箱").first).to_be_visible()
    expect(page.get_by_text("zhou@example.net")).to_have_count(0)
    look(page, "record")
    page.get_by_role("button", name="再发一次").first.click()
    expect(page.get_by_text("已安排再发一次。")).to_be_visible()
    expect(page.get_by_role("button", name="再发一次")).to_have_count(1)
    actions.hand_over_due(Channel.EMAIL)
    page.reload()
    expect(page.get_by_text("已交出").first).to_be_visible()
    page.get_by_role("searchbox").fill("查不到的")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("没有找到")).to_be_visible()
    look(page, "record-nothing")


def test_an_empty_record_says_what_will_stand_there(camp, opened, look):
    page = opened(camp.by, camp.desk)
    expect(page.get_by_text("还不能发邮件").or_(page.get_by_text("还没有发出"))).not_to_have_count(0)
    look(page, "record-empty")


def test_reminders_are_set_and_a_wrong_day_is_said(camp, opened, look):
    page = opened(camp.by, camp.desk + "reminders/")
    look(page, "reminders")
    page.get_by_label("截止前几天提醒").fill("soon")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("最多填五个 0 到 30 的数字").first).to_be_visible()
    expect(page.get_by_label("截止前几天提醒")).to_have_value("soon")
    look(page, "reminders-wrong")
    page.get_by_label("截止前几天提醒").fill("7, 2")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_label("截止前几天提醒")).to_have_value(re.compile(r"7, ?2"))


def test_a_robot_is_added_tested_paused_and_removed(camp, group, opened, look):
    page = opened(camp.by, camp.desk + "robots/")
    look(page, "robots-empty")
    page.get_by_label("群名称").fill("学员群")
    page.get_by_label("Webhook 地址").fill("https://127.0.0.1/hook")
    page.get_by_role("button", name="添加这个群").click()
    expect(page.locator(".field-error").first).to_be_visible()
    expect(page.get_by_label("群名称")).to_have_value("学员群")
    look(page, "robots-wrong")
    page.get_by_label("Webhook 地址").fill(f"{group.origin}/hook?key=0123456789abcd")
    page.get_by_role("button", name="添加这个群").click()
    expect(page.get_by_role("link", name=re.compile("学员群"))).to_be_visible()
    expect(page.get_by_text("0123456789")).to_have_count(0)
    page.get_by_role("button", name="测试").click()
    actions.hand_over_due(Channel.ROBOT)
    assert "学员群" in group.posts[0]["text"]["content"]
    page.get_by_role("link", name=re.compile("学员群")).click()
    look(page, "robot")
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_text("已暂停").first).to_be_visible()
    page.get_by_role("link", name=re.compile("学员群")).click()
    page.get_by_role("button", name="删除").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("要删除这个机器人吗？")).to_be_visible()
    dialog.get_by_role("button", name="删除").click()
    expect(page.get_by_role("link", name=re.compile("学员群"))).to_have_count(0)
    assert (Robot.objects.get().address, GroupPost.objects.count()) == ("", 1)
