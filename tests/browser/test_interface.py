"""The components in a real browser: what a person does with them, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from yingzao.core.ui import navigation


@pytest.fixture
def guide(live_server, settings, monkeypatch) -> str:
    """The styleguide's address, without what rooms fill into the navigation."""
    settings.DEMO_SIGN_IN = True
    monkeypatch.setattr(navigation, "_sections", {audience: [] for audience in navigation.AUDIENCES})
    monkeypatch.setattr(navigation, "_places", {})
    return f"{live_server.url}/styleguide"


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_pages_are_accessible_and_fit(open_context, guide, accessible, width, theme):
    """One error page stands for all: they differ in their words."""
    page = open_context({"viewport": {"width": width, "height": 844}}, color_scheme=theme).new_page()
    for name in ("desk", "phone", "jury", "public", "print", "refused"):
        page.goto(f"{guide}/{name}/")
        assert accessible(page) == []
        assert overflow(page) <= 0
        assert page.locator("html").get_attribute("data-bs-theme") == theme


def test_thread_opens_down_to_its_source(page, guide):
    page.goto(f"{guide}/desk/")
    source = page.get_by_text("腾讯会议导出 第 14、15 行")
    expect(source).to_be_hidden()
    page.get_by_text("听满 73 分钟，规定 72 分钟").click()
    expect(source).to_be_visible()


def test_confirm_button_asks_and_can_be_answered_no(page, guide):
    page.goto(f"{guide}/desk/")
    page.get_by_role("button", name="撤回这条记录").click()
    dialog = page.get_by_role("dialog", name="撤回这条学习记录吗？")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="不，返回").click()
    expect(dialog).to_be_hidden()
    assert page.url == f"{guide}/desk/"


def test_confirm_button_posts_on_yes(page, guide):
    page.goto(f"{guide}/desk/")
    page.get_by_role("button", name="撤回这条记录").click()
    with page.expect_request(lambda request: request.method == "POST") as posted:
        page.get_by_role("dialog").get_by_role("button", name="撤回这条记录").click()
    assert "csrfmiddlewaretoken=" in posted.value.post_data


def test_focus_goes_to_the_errors_and_on_to_the_field(page, guide):
    page.goto(f"{guide}/desk/")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="计划名称：这个字段是必填项。").click()
    expect(page.get_by_label("计划名称")).to_be_focused()


def test_menu_opens_on_a_phone(phone, guide):
    phone.goto(f"{guide}/desk/")
    item = phone.get_by_role("link", name="进度总表")
    expect(item).to_be_hidden()
    button = phone.get_by_role("button", name="菜单")
    button.click()
    expect(item).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(item).to_be_hidden()


def test_menu_needs_no_script(open_context, guide):
    page = open_context({"viewport": {"width": 390, "height": 844}}, java_script_enabled=False).new_page()
    page.goto(f"{guide}/desk/")
    expect(page.get_by_role("link", name="进度总表")).to_be_visible()


def test_theme_and_language_are_chosen_and_stay(page, guide):
    page.goto(f"{guide}/public/")
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{guide}/phone/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="As the device").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_keyboard_reaches_the_content_first(page, guide):
    page.goto(f"{guide}/public/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_code_is_copied(open_context, guide):
    page = open_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{guide}/desk/")
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "K7Q2-9F3C"


def test_paper_is_white_in_the_dark_and_without_navigation(open_context, guide):
    page = open_context(color_scheme="dark").new_page()
    page.goto(f"{guide}/desk/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.get_by_role("link", name="进度总表")).to_be_hidden()
    expect(page.get_by_role("button", name="提醒 6 位学员")).to_be_hidden()


def test_targets_are_large_enough_for_a_thumb(phone, guide):
    for name in ("phone", "jury"):
        phone.goto(f"{guide}/{name}/")
        small = phone.evaluate(
            "[...document.querySelectorAll('button, .btn, .tabs a, .levels label, textarea')]"
            ".filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44).map((e) => e.outerHTML)"
        )
        assert small == []


def test_refused_inline_script_is_reported(open_context, guide, problems, caplog):
    page = open_context().new_page()
    page.goto(f"{guide}/public/")
    with page.expect_response(lambda response: "/csp-report/" in response.url) as answered:
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))"
        )
    assert answered.value.status == 204
    assert any("policy" in problem for problem in problems)
    problems.clear()
