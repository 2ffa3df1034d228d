"""Registering on a phone, deciding at the desk, joining on the phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import follow
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.enrolment import actions
from yingzao.people import actions as people

PASSWORD = "榕树下议事-2021"


@pytest.mark.django_db(transaction=True)
def test_somebody_registers_on_a_phone_is_accepted_and_joins(
    phone: Page, page: Page, live_server, signed_in, accessible
):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    staff = StaffRoleFactory()
    programme = staff.programme
    CommunityFactory(organisation=programme.organisation, name="桂一社区")
    EnrolmentFactory(programme=programme, number="01", name="陈一甲", phone="13800138009")
    link = actions.set_registration(
        programme=programme, by=staff.person, is_open=True, text="面向各社区专员。"
    )

    phone.goto(f"{live_server}/register/{link.token}/")
    assert accessible(phone) == []
    phone.get_by_label("姓名").fill("林二乙")
    phone.get_by_label("手机号").fill("1380013")
    phone.get_by_role("button", name="提交报名").click()
    expect(phone.get_by_role("alert")).to_contain_text("手机号")
    assert accessible(phone) == []
    phone.get_by_label("手机号").fill("13800138002")
    phone.get_by_label("所在社区").fill("桂一社区")
    phone.get_by_label("我已阅读并同意").check()
    phone.get_by_role("button", name="提交报名").click()
    expect(phone.get_by_role("heading", name="报名已收到")).to_be_visible()
    assert accessible(phone) == []
    own = phone.url

    signed_in(page, live_server, staff.person)
    page.goto(f"{live_server}/desk/{programme.code}/")
    follow(page.get_by_role("link", name="报名审核"))
    assert accessible(page) == []
    follow(page.get_by_role("link", name="林二乙"))
    assert accessible(page) == []
    page.get_by_role("button", name="按下一个学号录入").click()
    expect(page.get_by_role("link", name="02 林二乙")).to_be_visible()
    page.goto(f"{live_server}/desk/{programme.code}/registrations/poster/")
    assert accessible(page) == []

    phone.goto(own)
    phone.get_by_role("button", name="加入计划").click()
    phone.get_by_label("手机号或用户名").first.fill("13800138002")
    phone.get_by_label("新密码").fill(PASSWORD)
    phone.get_by_label("再输入一次密码").fill(PASSWORD)
    phone.get_by_role("button", name="建立账号并加入").click()
    expect(phone.get_by_role("heading", name="个人信息说明")).to_be_visible()
    assert programme.enrolments.get(number="02").person is not None
