"""A practice task on the phone: typed and not lost, handed in, commented at places, changed, compared."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, enter, follow
from tests.factories.activities import ActivityFactory, moment
from tests.factories.documents import word
from tests.factories.enrolment import TeamFactory
from tests.factories.findings import settle
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.actions.entries import content_hash
from yingzao.activities.models import Duty, Version
from yingzao.communities.models import Leader, Need
from yingzao.practice import actions
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    camp = Learning()
    camp.mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR, name="陈导师")
    camp.learner.team = TeamFactory(programme=camp.programme, mentor=camp.mentor)
    camp.learner.save()
    return camp


@pytest.fixture
def task(camp):
    task = ActivityFactory(
        programme=camp.programme,
        kind="practice",
        title="主题报告",
        rule={},
        due_at=moment("2031-11-30 23:59"),
    )
    actions.use_template(activity=task, key="report", by=camp.by)
    return task


def test_what_is_typed_survives_a_tab_that_dies(camp, task, live_server, open_context):
    context = open_context(PHONE)
    phone = context.new_page()
    enter(phone, live_server.url, camp.learner.person)
    address = f"{live_server.url}/my/tasks/{task.code}/"
    phone.goto(address)
    area = phone.get_by_label("报告正文")
    area.focus()
    typed: list[tuple[float, int]] = []
    begun = time.monotonic()
    while time.monotonic() - begun < 9:  # without a pause in which anything could be saved at leisure
        phone.keyboard.type("字")
        typed.append((time.monotonic(), len(typed) + 1))
        phone.wait_for_timeout(60)
    died = time.monotonic()
    phone.close(run_before_unload=False)
    long_ago = max(count for at, count in typed if at < died - 5)
    kept = Version.objects.get().content["parts"]
    assert len(next(iter(kept.values()))) >= long_ago

    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("报告正文")).to_have_value("字" * len(typed))
    context.set_offline(True)
    again.get_by_label("报告正文").fill("没有网络时写的")
    expect(again.get_by_text("没有网络。写的内容先存在这部手机上。")).to_be_visible()
    again.close(run_before_unload=False)
    context.set_offline(False)
    back = context.new_page()
    back.goto(address)
    expect(back.get_by_label("报告正文")).to_have_value("没有网络时写的")
    expect(back.get_by_text("已存，7 字")).to_be_visible()
    other = open_context(PHONE).new_page()  # another phone of the same learner: what the server has
    enter(other, live_server.url, camp.learner.person)
    other.goto(address)
    assert other.get_by_label("报告正文").input_value() == "没有网络时写的"


def test_handed_in_commented_changed_and_compared(
    camp, task, live_server, open_context, accessible, tmp_path
):
    report = tmp_path / "报告.docx"
    report.write_bytes(word(["黄姨愿意牵头旧物展。" * 40, "下一步开小会。"], heading="背景"))
    learner, mentor = open_context(PHONE).new_page(), open_context(PHONE).new_page()
    enter(learner, live_server.url, camp.learner.person)
    enter(mentor, live_server.url, camp.mentor.person)
    page = f"{live_server.url}/my/tasks/{task.code}/"
    learner.goto(page)
    assert accessible(learner) == []
    learner.get_by_label("报告正文").fill(
        "我在楼下认识了黄姨。\n她会缝纫，愿意牵头旧物展。" + "\n我们说了很久。" * 20
    )
    learner.set_input_files("input[type=file]", report)
    learner.get_by_role("button", name="提交成果").click()
    expect(learner.get_by_text("已提交，导师和组织者现在可以看到")).to_be_visible()

    mentor.goto(f"{live_server.url}/mentor/")
    follow(mentor.get_by_role("link", name="主题报告"))
    assert accessible(mentor) == []
    mentor.get_by_role("button", name="批注第2段").click()
    mentor.get_by_label("批注", exact=True).fill("她是怎么开口的？")
    mentor.get_by_role("button", name="保存批注").click()
    expect(mentor.get_by_text("她是怎么开口的？")).to_be_visible()
    follow(mentor.get_by_role("link", name="看文字"))
    expect(mentor.get_by_role("heading", name="背景")).to_be_visible()
    assert accessible(mentor) == []
    mentor.get_by_role("button", name="批注第3段").click()
    mentor.get_by_label("批注", exact=True).fill("哪一天开？")
    mentor.get_by_role("button", name="保存批注").click()
    expect(mentor.get_by_text("哪一天开？")).to_be_visible()
    follow(mentor.get_by_role("link", name="主题报告"))
    expect(mentor.get_by_text("2条批注会随答复一起给学员")).to_be_visible()
    mentor.get_by_role("button", name="退回修改").click()
    expect(mentor.get_by_text("退回修改").first).to_be_visible()

    learner.goto(page)
    expect(learner.get_by_text("她是怎么开口的？")).to_be_visible()
    assert accessible(learner) == []
    learner.locator(".remark", has_text="她是怎么开口的？").get_by_text("处理", exact=True).click()
    remark = learner.locator(".remark", has_text="她是怎么开口的？")
    remark.get_by_label("改了什么，或者为什么不改").fill("补了她的原话")
    remark.get_by_role("button", name="保存", exact=True).click()
    expect(learner.get_by_text("我的回复： 补了她的原话")).to_be_visible()
    area = learner.get_by_label("报告正文")
    area.fill(area.input_value().replace("愿意牵头", "已经答应牵头"))
    learner.get_by_role("button", name="提交成果").click()
    expect(learner.get_by_text("第 2 版")).to_be_visible()
    follow(learner.get_by_role("link", name="和上一版相比改了什么"))
    expect(learner.locator("ins", has_text="已经答应").first).to_be_visible()
    assert accessible(learner) == []

    mentor.goto(f"{live_server.url}/mentor/")
    follow(mentor.get_by_role("link", name="主题报告"))
    expect(mentor.get_by_text("补了她的原话")).to_be_visible()
    follow(mentor.get_by_role("link", name="和第1版相比改了什么"))
    expect(mentor.locator("del", has_text="愿意").first).to_be_visible()
    assert mentor.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_whole_way_from_a_leader_to_a_leader_forgotten(
    live_server, open_context, tmp_path, transactional_db
):
    """A leader with consent to be contacted and not to be named, three needs, a report in Word; returned and handed in again; and
    then the leader asks to be forgotten."""
    camp = settle(Learning())
    for staff in camp.programme.staff.all():
        give_rights(staff)
    mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR, name="陈导师")
    camp.learner.team = TeamFactory(programme=camp.programme, mentor=mentor)
    camp.learner.save()
    task = ActivityFactory(
        programme=camp.programme,
        kind="practice",
        title="回社区去",
        rule={},
        due_at=moment("2031-11-30 23:59"),
    )
    actions.use_template(activity=task, key="whole", by=camp.by)
    report = tmp_path / "报告.docx"
    report.write_bytes(word(["旧物展从一件旧衣服说起。" * 60]))
    phone, reader, desk = (open_context(size).new_page() for size in (PHONE, PHONE, DESK))
    enter(phone, live_server.url, camp.learner.person)
    enter(reader, live_server.url, mentor.person)
    enter(desk, live_server.url, camp.by)
    page = f"{live_server.url}/my/tasks/{task.code}/"

    phone.goto(page)
    follow(phone.get_by_role("link", name="记一位骨干"))
    expect(phone.get_by_label("计入任务")).to_have_value(task.code)
    phone.get_by_label("姓名", exact=True).fill("黄桂兰")
    phone.get_by_label("擅长").fill("缝纫")
    phone.get_by_label("愿意做的事").fill("牵头旧物展")
    phone.get_by_label("由记录人和组织者联系").check()
    phone.get_by_label("电话").fill("13900137788")
    phone.get_by_role("button", name="记下这位骨干").click()
    phone.wait_for_url(lambda url: "/new/" not in url)
    assert Leader.objects.count() == 1
    for number, what in enumerate(("楼下没有灯", "孩子没处去", "旧衣服没处放"), start=1):
        phone.goto(f"{live_server.url}/my/needs/new/?task={task.code}")
        phone.get_by_label("需要什么").fill(what)
        phone.get_by_label("谁的需求").fill("老人")
        phone.get_by_role("button", name="记下这个需求").click()
        phone.wait_for_url(lambda url: "/new/" not in url)
        assert Need.objects.count() == number
    phone.goto(page)
    expect(phone.get_by_text("黄桂兰")).to_be_visible()
    phone.set_input_files("input[type=file]", report)
    phone.get_by_role("button", name="提交成果").click()
    expect(phone.get_by_text("已提交，导师和组织者现在可以看到")).to_be_visible()
    duty = Duty.objects.get(enrolment=camp.learner, activity=task)
    assert duty.state == "done"

    reader.goto(f"{live_server.url}/mentor/")
    follow(reader.get_by_role("link", name="回社区去"))
    expect(reader.get_by_text("黄桂兰")).to_be_visible()
    assert (
        "13900137788" not in reader.content()
    )  # agreed to by the leader for the organisers, not for the mentor
    reader.get_by_label("给学员的话").fill("写写怎么分工")
    reader.get_by_role("button", name="退回修改").click()
    expect(reader.get_by_text("写写怎么分工")).to_be_visible()
    phone.goto(page)
    phone.get_by_label("主题报告").fill("分工贴在公告栏上。")
    phone.get_by_role("button", name="提交成果").click()
    expect(phone.get_by_text("第 2 版")).to_be_visible()
    version = Version.objects.get(number=2)

    leader = Leader.objects.get()
    desk.goto(f"{live_server.url}/desk/{camp.programme.code}/leaders/{leader.code}/")
    assert "13900137788" not in desk.content()
    follow(desk.get_by_role("link", name="删除居民骨干的信息"))
    desk.get_by_label("谁提出的").fill("本人到访提出")
    follow(desk.get_by_role("button", name="永久删除"))
    for who, address in (
        (phone, page),
        (phone, f"{live_server.url}/my/duties/{task.code}/"),
        (phone, f"{live_server.url}/my/community/"),
        (reader, f"{live_server.url}/entries/{version.code}/"),
        (reader, f"{live_server.url}/mentor/findings/"),
        (desk, f"{live_server.url}/desk/{camp.programme.code}/leaders/"),
    ):
        who.goto(address)
        assert "黄桂兰" not in who.content(), address
    duty.refresh_from_db()
    assert duty.state == "done"
    version.refresh_from_db()
    files = [kept.file.sha256 for kept in version.files.select_related("file")]
    assert version.sha256 == content_hash(version.text, version.content, files)
