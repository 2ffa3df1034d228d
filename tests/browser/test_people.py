"""Coming in: first setup, sign-in by phone, an invitation on a phone, a new password."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from yingzao.people import actions

PASSWORD = "榕树下议事-2021"


def test_an_empty_instance_is_set_up_and_its_organiser_comes_back(page: Page, empty_site, accessible):
    page.goto(empty_site)
    expect(page.get_by_role("heading", name="开始使用营造")).to_be_visible()
    assert accessible(page) == []
    page.get_by_label("单位名称").fill("示例街道办事处")
    page.get_by_label("您的姓名").fill("组织者01")
    page.get_by_label("手机号或用户名").fill("13800000001")
    page.get_by_label("新密码").fill("短")
    page.get_by_label("再输入一次密码").fill("短")
    page.get_by_role("button", name="建立单位并登录").click()
    expect(page.get_by_role("alert").get_by_role("link", name="密码太短")).to_be_visible()
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再输入一次密码").fill(PASSWORD)
    page.get_by_role("button", name="建立单位并登录").click()
    expect(page.get_by_role("heading", name="个人信息说明")).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("button", name="我已阅读并同意").click()
    page.wait_for_url(lambda address: "/privacy/" not in address)

    page.goto(f"{empty_site}/me/")
    expect(page.get_by_text("示例街道办事处")).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("main").get_by_role("button", name="退出登录").click()

    page.goto(f"{empty_site}/me/sign-ins/")
    assert accessible(page) == []
    page.get_by_label("用户名或手机号").fill("138 0000 0001")
    page.get_by_label("密码").fill("不是这个")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名、手机号或密码不对")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="登录记录")).to_be_visible()
    expect(page.get_by_text("用户名或密码不对")).to_have_count(1)
    expect(page.get_by_text("登录成功")).to_have_count(2)
    assert accessible(page) == []


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_accepted_on_a_phone(phone: Page, live_server, accessible):
    actions.publish_privacy_notice(by=None, text_zh="## 保存什么\n\n姓名", text_en="## What is kept\n\nNames")
    token = actions.invite(
        by=None,
        organisation=OrganisationFactory(short_name="示例街道"),
        purpose="test",
        target_code="TARGET22",
        shown_name="学员01",
        shown_for="先锋营 2021",
    )
    phone.goto(f"{live_server.url}/join/{token}/")
    expect(phone.get_by_role("heading", name="学员01，邀请您加入先锋营 2021")).to_be_visible()
    assert accessible(phone) == []
    phone.get_by_label("手机号或用户名").fill("13800000001")
    phone.get_by_label("新密码").fill(PASSWORD)
    phone.get_by_label("再输入一次密码").fill(PASSWORD)
    phone.get_by_role("button", name="建立账号并加入").click()
    expect(phone.get_by_role("heading", name="保存什么")).to_be_visible()
    phone.get_by_role("link", name="English").click()
    expect(phone.get_by_role("heading", name="What is kept")).to_be_visible()
    expect(phone.get_by_role("link", name="中文")).to_be_visible()
    phone.get_by_role("button", name="我已阅读并同意").click()
    phone.wait_for_url(lambda address: "/privacy/" not in address)
    phone.goto(f"{live_server.url}/me/")
    expect(phone.get_by_role("heading", name="学员01")).to_be_visible()
    assert accessible(phone) == []
    phone.goto(f"{live_server.url}/join/{token}/")
    expect(phone.get_by_role("heading", name="链接已失效")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_link_sets_a_new_password_and_the_other_device_is_out(open_context, live_server, signed_in):
    organiser, person = GrantFactory(), PersonFactory(phone="+8613800000001", typed_password=PASSWORD)
    other = open_context().new_page()
    signed_in(other, live_server, person)
    other.goto(f"{live_server.url}/me/")
    expect(other.get_by_role("heading", name="我的账号")).to_be_visible()
    token = actions.make_reset_link(by=organiser.person, person=person, organisation=organiser.organisation)
    page = open_context().new_page()
    page.goto(f"{live_server.url}/reset/{token}/")
    page.get_by_label("新密码").fill("祠堂门口的长凳-3 条")
    page.get_by_label("再输入一次密码").fill("祠堂门口的长凳-3 条")
    page.get_by_role("button", name="设置密码并登录").click()
    page.goto(f"{live_server.url}/me/")
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", name="登录")).to_be_visible()
