"""A judge with a phone: marks are saved as they are chosen, by finger and by keyboard, and submitted when complete."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import follow
from tests.factories.judging import Judging
from yingzao.judging.enums import AssignmentState

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    return Judging(learners=2, judges=2).open()


def test_a_judge_marks_on_the_phone_and_submits(phone: Page, live_server, camp, signed_in, accessible):
    judge, (first, second) = camp.judges[0], camp.criteria
    signed_in(phone, live_server, judge.person)
    phone.goto(f"{live_server.url}/jury/")
    assert accessible(phone) == []
    phone.get_by_role("link", name="开始评：成果").click()
    code = re.search(r"/jury/(\w+)/$", phone.url).group(1)
    sheet = judge.assignments.get(code=code)
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    submit = phone.locator("#submit")
    expect(submit).to_have_text("还差 2 项，评完提交")

    phone.get_by_role("radio", name=f"4 {first.levels.get(points=4).text}").check(force=True)
    expect(phone.locator(f"#said-{first.code}")).to_contain_text(first.levels.get(points=4).text)
    expect(submit).to_have_text("还差 1 项，评完提交")
    expect(phone.locator("#saved")).to_have_text("已存")
    assert list(sheet.marks.values_list("criterion", "points")) == [(first.pk, 4)]

    phone.get_by_label("给学员的话").fill("可以再问问年轻租户")
    phone.get_by_label("给学员的话").blur()
    expect(phone.locator("#saved")).to_have_text("已存")
    submit.click()  # one is missing: the page says which, and keeps all
    expect(phone.get_by_role("alert")).to_contain_text(second.title)
    expect(phone.get_by_label("给学员的话")).to_have_value("可以再问问年轻租户")

    phone.get_by_role("radio", name=f"3 {second.levels.get(points=3).text}").check(force=True)
    expect(submit).to_have_text("提交打分")
    phone.goto(f"{live_server.url}/jury/{code}/")
    expect(phone.get_by_role("radio", checked=True)).to_have_count(2)
    submit.click()
    expect(phone.get_by_text("已交 1 份，共 2 份")).to_be_visible()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.comment) == (AssignmentState.SUBMITTED, "可以再问问年轻租户")


def test_arrow_keys_choose_and_save(page: Page, live_server, camp, signed_in):
    judge, (first, _second) = camp.judges[0], camp.criteria
    sheet = camp.sheet(judge, camp.learners[0])
    signed_in(page, live_server, judge.person)
    page.goto(f"{live_server.url}/jury/{sheet.code}/")
    page.get_by_role("radio", name=f"1 {first.levels.get(points=1).text}").focus()
    page.keyboard.press("Space")
    expect(page.locator("#submit")).to_have_text("还差 1 项，评完提交")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"#said-{first.code}")).to_contain_text(first.levels.get(points=3).text)
    expect(page.locator("#saved")).to_have_text("已存")
    page.reload()
    expect(page.get_by_role("radio", checked=True)).to_have_attribute("value", "3")
    assert list(sheet.marks.values_list("points", flat=True)) == [3]


def test_what_could_not_be_saved_is_said(page: Page, live_server, camp, signed_in, problems):
    judge, (first, _second) = camp.judges[0], camp.criteria
    sheet = camp.sheet(judge, camp.learners[0])
    signed_in(page, live_server, judge.person)
    page.goto(f"{live_server.url}/jury/{sheet.code}/")
    page.context.set_offline(True)
    page.get_by_role("radio", name=f"2 {first.levels.get(points=2).text}").check(force=True)
    expect(page.locator("#saved")).to_have_text("没存上")
    page.context.set_offline(False)
    problems.clear()  # the browser tells of the lost connection, as it should
    page.get_by_role("radio", name=f"3 {first.levels.get(points=3).text}").check(force=True)
    expect(page.locator("#saved")).to_have_text("已存")
    assert list(sheet.marks.values_list("points", flat=True)) == [3]


def test_a_judge_stands_aside_with_a_reason(phone: Page, live_server, camp, signed_in, accessible):
    judge = camp.judges[0]
    sheet = camp.sheet(judge, camp.learners[0])
    signed_in(phone, live_server, judge.person)
    phone.goto(f"{live_server.url}/jury/{sheet.code}/")
    follow(phone.get_by_role("link", name="申请回避"))
    assert accessible(phone) == []
    phone.get_by_label("原因").fill("曾一起工作")
    phone.get_by_role("button", name="申请回避").click()
    expect(phone.get_by_text("已回避")).to_be_visible()
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason) == (AssignmentState.RECUSED, "曾一起工作")
