"""A learner signs up on the phone, waits, moves up when somebody cancels, and rides in a group."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, enter, follow
from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.learning import Learning
from yingzao.core import clock
from yingzao.visits import actions
from yingzao.visits.actions import SignUpTerms
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import SeatGroup, SignUp

pytestmark = pytest.mark.django_db(transaction=True)

CONSENT = "途中请听从带队人员安排。\n同意拍照，用于学习交流。"


@pytest.fixture
def visit(transactional_db):
    camp = Learning()
    begins = clock.now() + dt.timedelta(days=10)
    visit = ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="走进霞石村",
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=8),
    )
    PartFactory(activity=visit, title="霞石村")
    FieldVisit().plan(visit, [], None)
    visit.camp = camp
    visit.path = f"/my/visits/{visit.code}/"
    visit.desk = f"/desk/{camp.programme.code}/visits/{visit.code}/"
    return visit


def test_the_second_of_one_place_waits_and_moves_up_when_the_first_cancels(
    open_context, live_server, visit, accessible
):
    camp = visit.camp
    terms = SignUpTerms(capacity=1, asks_contact=True, consent_text=CONSENT)
    actions.set_sign_up(activity=visit, terms=terms, by=camp.by)
    phones = []
    for learner in (camp.learner, camp.other):
        phone = open_context(PHONE).new_page()
        enter(phone, live_server.url, learner.person)
        phone.goto(live_server.url + visit.path)
        follow(phone.get_by_role("link", name="去报名"))
        assert accessible(phone) == []
        button = phone.get_by_role("button", name="报名")
        button.click()
        expect(phone.get_by_text("请先改正下面的内容")).to_be_visible()
        phone.get_by_label("紧急联系人姓名").fill("妈妈")
        phone.get_by_label("联系人电话").fill("139 0013 9000")
        phone.get_by_label("我已阅读并同意").check()
        button.click()
        phones.append(phone)
    first, second = phones
    expect(first.get_by_text("已报名", exact=True)).to_be_visible()
    expect(second.get_by_text("候补第1位")).to_be_visible()
    assert accessible(second) == []
    first.get_by_role("button", name="取消报名").click()
    expect(first.get_by_text("名额会让给别人")).to_be_visible()
    assert accessible(first) == []
    first.get_by_role("dialog").get_by_role("button", name="取消报名").click()
    expect(first.get_by_text("报名已取消，谢谢告知。")).to_be_visible()
    second.reload()
    expect(second.get_by_text("已报名", exact=True)).to_be_visible()
    second.goto(f"{live_server.url}/me/messages/")
    second.get_by_text("你有名额了：走进霞石村").click()
    expect(second.get_by_text("候补已递补成功")).to_be_visible()
    assert second.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_organiser_opens_sign_up_signs_somebody_up_and_reads_a_telephone(
    open_context, live_server, visit, accessible
):
    camp = visit.camp
    desk = open_context(DESK).new_page()
    enter(desk, live_server.url, camp.by)
    desk.goto(live_server.url + visit.desk)
    follow(desk.get_by_role("link", name="开放报名"))
    assert accessible(desk) == []
    desk.get_by_role("link", name="开放报名").click()
    desk.get_by_label("名额").fill("1")
    desk.get_by_label("请学员填写紧急联系人").check()
    assert accessible(desk) == []
    desk.get_by_role("button", name="保存").click()
    desk.get_by_text("代学员报名").click()
    for box in desk.get_by_role("checkbox").all():
        box.check()
    assert accessible(desk) == []
    desk.get_by_role("button", name="为勾选的人报名").click()
    expect(desk.get_by_text("其中1人没有名额，已列入候补。")).to_be_visible()
    SignUp.objects.filter(state="in").update(contact_name="妈妈", contact_phone="+8613900137788")
    desk.reload()
    expect(desk.get_by_text("139****7788")).to_be_visible()
    desk.get_by_role("button", name="看完整电话（会记录）").click()
    expect(desk.get_by_text("13900137788")).to_be_visible()
    assert accessible(desk) == []
    desk.get_by_role("link", name="准予加入").click()
    desk.get_by_label("原因").fill("带队")
    desk.get_by_role("button", name="准予加入").click()
    expect(desk.get_by_text("报上名的比名额多1人")).to_be_visible()
    assert SignUp.objects.filter(state="in").count() == 2


def test_groups_are_filled_after_a_look_and_the_learner_finds_the_own_bus(
    open_context, live_server, visit, accessible
):
    camp = visit.camp
    actions.set_sign_up(activity=visit, terms=SignUpTerms(), by=camp.by)
    for learner in (camp.learner, camp.other):
        actions.sign_up(enrolment=learner, activity=visit, by=learner.person)
    desk = open_context(DESK).new_page()
    enter(desk, live_server.url, camp.by)
    desk.goto(f"{live_server.url}{visit.desk}groups/")
    desk.get_by_role("link", name="添加车辆").click()
    desk.get_by_label("车辆名称").fill("1号车")
    desk.get_by_label("学员座位数").fill("1")
    desk.get_by_label("上车地点").fill("街道办东门")
    desk.locator("[name=leader_name]").fill("何师傅")
    desk.get_by_label("带队人或司机电话").fill("13900137788")
    assert accessible(desk) == []
    desk.get_by_role("button", name="添加").click()
    desk.get_by_role("link", name="自动分组").click()
    desk.get_by_role("button", name="看看结果").click()
    expect(desk.get_by_text("有1人没有座位")).to_be_visible()
    assert not SignUp.objects.exclude(group=None).exists()
    assert accessible(desk) == []
    desk.get_by_role("button", name="确认分组").click()
    expect(desk.get_by_text("已安排1个座位。")).to_be_visible()
    assert accessible(desk) == []
    left = SignUp.objects.get(group=None)
    desk.get_by_role("link", name="调整").first.click()
    desk.get_by_label("1号车，已满").check()
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("已满：1个座位").first).to_be_visible()
    assert accessible(desk) == []
    desk.get_by_label("座位满了也安排").check()
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("比座位多1人")).to_be_visible()
    left.refresh_from_db()
    assert left.group == SeatGroup.objects.get()
    follow(desk.get_by_role("link", name="打印乘车名单"))
    assert accessible(desk) == []
    assert "13900137788" not in desk.content()
    phone = open_context(PHONE).new_page()
    enter(phone, live_server.url, camp.learner.person)
    phone.goto(live_server.url + visit.path)
    ring = phone.get_by_role("link", name="打电话给何师傅")
    expect(ring).to_have_attribute("href", "tel:+8613900137788")
    expect(phone.get_by_text("街道办东门")).to_be_visible()
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
