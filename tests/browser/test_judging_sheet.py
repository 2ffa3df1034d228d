"""The jury's sheet in a browser: two pages at once, keys, large type."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, enter
from tests.factories.judging import Judging
from yingzao.judging.enums import AssignmentState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    return Judging(learners=1, judges=2).open()


def level(page: Page, criterion, points: int):
    return page.get_by_role("radio", name=f"{points} {criterion.levels.get(points=points).text}")


def test_two_devices_the_second_is_shown_both_values_and_loses_nothing(
    page: Page, open_context, live_server, camp, signed_in, accessible
):
    judge, (first, second) = camp.judges[0], camp.criteria
    sheet = camp.sheet(judge, camp.learners[0])
    address = f"{live_server.url}/jury/{sheet.code}/"
    signed_in(page, live_server, judge.person)
    phone = open_context(PHONE).new_page()
    enter(phone, live_server.url, judge.person)
    page.goto(address)
    phone.goto(address)

    level(phone, first, 4).check(force=True)
    expect(phone.locator("#saved")).to_have_text("已存")
    phone.get_by_label("给学员的话").fill("手机上写的")
    phone.get_by_label("给学员的话").blur()
    expect(phone.locator("#seen-comment input")).to_have_value("1")

    level(page, first, 2).check(force=True)
    said = page.locator(f"#said-{first.code}")
    expect(said).to_contain_text("打了 4")
    expect(said).to_contain_text("选的是 2")
    expect(page.locator("#saved")).to_have_text("没存上")
    expect(level(page, first, 2)).to_be_checked()
    assert accessible(page) == []
    assert list(sheet.marks.values_list("points", flat=True)) == [4]

    page.get_by_label("给学员的话").fill("电脑上写的")
    page.get_by_label("给学员的话").blur()
    expect(page.locator("#words-comment")).to_contain_text("手机上写的")
    expect(page.get_by_label("给学员的话")).to_have_value("电脑上写的")

    said.get_by_role("button", name="改成 2").click()
    expect(page.locator("#saved")).to_have_text("已存")
    page.get_by_role("button", name="两段都留").click()
    expect(page.get_by_label("给学员的话")).to_have_value("手机上写的\n电脑上写的")
    level(page, second, 5).check(force=True)
    expect(page.locator("#submit")).to_have_text("提交打分")
    page.locator("#submit").click()
    expect(page.get_by_text("已交 1 份，共 1 份")).to_be_visible()
    sheet.refresh_from_db()
    assert sheet.comment == "手机上写的\n电脑上写的"
    assert dict(sheet.marks.values_list("criterion__code", "points")) == {first.code: 2, second.code: 5}

    level(phone, second, 1).check(force=True)
    expect(phone.locator("#messages")).to_contain_text("已经提交")
    assert sheet.marks.get(criterion=second).points == 5


def test_keys_mark_the_whole_sheet(page: Page, live_server, camp, signed_in):
    judge, (first, second) = camp.judges[0], camp.criteria
    sheet = camp.sheet(judge, camp.learners[0])
    signed_in(page, live_server, judge.person)
    page.goto(f"{live_server.url}/jury/{sheet.code}/")
    page.keyboard.press("j")
    page.keyboard.press("4")
    expect(page.locator(f"#said-{first.code}")).to_contain_text(first.levels.get(points=4).text)
    page.keyboard.press("j")
    page.keyboard.press("2")
    expect(page.locator("#submit")).to_have_text("提交打分")
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"#said-{second.code}")).to_contain_text(second.levels.get(points=3).text)
    page.keyboard.press("k")
    page.keyboard.press("9")  # there is no such level
    page.get_by_role("button", name="单键操作").click()
    level(page, first, 4).focus()
    page.keyboard.press("1")  # single keys can be switched off
    page.get_by_role("button", name="单键操作").click()
    expect(level(page, first, 4)).to_be_checked()
    page.get_by_label("给学员的话").fill("2 位 kj 5")
    page.get_by_label("给学员的话").blur()
    expect(page.locator("#seen-comment input")).to_have_value("1")
    assert dict(sheet.marks.values_list("criterion__code", "points")) == {first.code: 4, second.code: 3}


def test_large_type_stays_on_the_device(phone: Page, live_server, camp, signed_in, accessible):
    judge = camp.judges[0]
    sheet = camp.sheet(judge, camp.learners[0])
    signed_in(phone, live_server, judge.person)
    phone.goto(f"{live_server.url}/jury/{sheet.code}/")
    phone.get_by_role("button", name="大字").click()
    size = "getComputedStyle(document.querySelector('.handed-in .words')).fontSize"
    assert phone.evaluate(size) == "20px"
    phone.reload()
    assert phone.evaluate(size) == "20px"
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert accessible(phone) == []


def test_a_judge_stands_aside_after_submitting(phone: Page, live_server, camp, signed_in):
    judge = camp.judges[0]
    sheet = camp.mark(judge, camp.learners[0], (4, 5))
    signed_in(phone, live_server, judge.person)
    phone.goto(f"{live_server.url}/jury/{sheet.code}/recuse/")
    phone.get_by_label("原因").fill("才想起来是邻居")
    phone.get_by_role("button", name="申请回避").click()
    expect(phone.get_by_text("打分已搁置")).to_be_visible()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.marks.count()) == (AssignmentState.SET_ASIDE, 2)


def test_a_tablet_held_upright_has_the_entry_beside_the_rubric(
    page: Page, live_server, transactional_db, signed_in, accessible
):
    camp = Judging(learners=1, judges=2).open()
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    signed_in(page, live_server, camp.judges[0].person)
    for width in (768, 820):
        page.set_viewport_size({"width": width, "height": 1100})
        page.goto(f"{live_server.url}/jury/{sheet.code}/")
        entry, rubric = (page.locator(part).bounding_box() for part in (".handed-in", ".judge-side"))
        assert entry["x"] + entry["width"] <= rubric["x"]
        assert abs(entry["y"] - rubric["y"]) < 10
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="大字").click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert accessible(page) == []
