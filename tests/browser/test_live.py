"""A course as it goes on: an organiser at the desk, two learners on their phones."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE


def test_questions_and_a_code_word(site, open_context, sign_in, accessible):
    phone, other, desk = (open_context(size).new_page() for size in (PHONE, PHONE, DESK))
    sign_in(phone, site, "学员")
    phone.goto(f"{site}/my/live/{_code(desk, site, sign_in)}/")
    expect(phone.get_by_text("开始").first).to_be_visible()
    phone.get_by_label("我要问老师").fill("老委员能不能连任？")
    phone.get_by_role("button", name="向老师提问").click()
    expect(phone.get_by_text("问题已提交。")).to_be_visible()
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")

    desk.get_by_role("link", name="课堂互动").click()
    expect(desk.get_by_text("老委员能不能连任？")).to_be_visible()
    desk.get_by_label("课堂口令").fill("灯湖")
    desk.get_by_role("button", name="开放口令").click()
    expect(desk.get_by_text("已有 0 位学员作答")).to_be_visible()
    assert accessible(desk) == []

    # What is new comes by itself: the page looks again.
    phone.evaluate(
        "htmx.ajax('GET', document.querySelector('#room').getAttribute('hx-get'), {target: '#room', swap: 'outerHTML'})"
    )
    said = phone.get_by_label("课堂口令")
    expect(said).to_be_visible()
    said.fill("平胜")
    phone.get_by_role("button", name="提交口令").click()
    expect(phone.get_by_text("口令不对，请再听一遍。")).to_be_visible()
    phone.get_by_label("课堂口令").fill("灯湖")
    phone.get_by_role("button", name="提交口令").click()
    expect(phone.get_by_text("口令已提交。")).to_be_visible()
    assert accessible(phone) == []

    other.goto(f"{site}/sign-in/")
    other.get_by_role("button", name="学员").nth(1).click()
    other.wait_for_url("**/my/**")
    other.goto(phone.url)
    other.get_by_role("button", name="我也想知道").click()
    expect(other.get_by_role("button", name="我也想知道")).to_have_attribute("aria-pressed", "true")
    desk.reload()
    expect(desk.get_by_text("已有 1 位学员作答")).to_be_visible()
    expect(desk.get_by_text("还有 1 人也想知道")).to_be_visible()
    desk.get_by_role("button", name="停止作答").click()
    expect(desk.get_by_text("正在进行")).to_have_count(0)


def _code(desk: Page, site: str, sign_in) -> str:
    """The code of the course to come, with the desk's page of it open."""
    sign_in(desk, site, "组织者")
    desk.goto(f"{site}/desk/")
    desk.get_by_role("link", name="2026").first.click()
    desk.get_by_role("link", name="学习活动").first.click()
    desk.get_by_role("link", name="社区场景营造：可持续发展的新探索").click()
    desk.wait_for_url("**/live/*/")
    return desk.url.rstrip("/").rpartition("/")[2]
