"""A learner takes the plan into the calendar of the phone, and closes the address again."""

from playwright.sync_api import expect

from tests.browser.conftest import follow


def test_learner_makes_reads_and_closes_a_calendar_address(site, phone, sign_in, accessible):
    sign_in(phone, site, "学员")
    phone.goto(f"{site}/my/mine/")
    follow(phone.get_by_role("link", name="我的日历"))
    assert accessible(phone) == []
    phone.get_by_role("button", name="生成我的日历地址").first.click()
    subscribe = phone.get_by_role("link", name="在本机订阅")
    expect(subscribe).to_be_visible()
    phone.get_by_text("各种设备怎么操作").click()
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    address = subscribe.get_attribute("href").replace("webcal://", "http://")
    stranger = phone.context.browser.new_context(locale="en-GB")
    calendar = stranger.request.get(address)
    assert (calendar.status, calendar.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "SUMMARY:社区营造行业发展新观察" in calendar.text()
    phone.get_by_role("button", name="停用").click()
    phone.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(subscribe).to_have_count(0)
    assert stranger.request.get(address).status == 404
    stranger.close()
