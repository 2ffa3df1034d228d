"""A reflection on a phone whose network comes and goes: kept while it is written, sent by itself, arrived once."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.activities import ActivityFactory
from tests.factories.learning import Learning
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Evidence
from yingzao.articles.models import Article
from yingzao.cases.models import CaseReading
from yingzao.people import actions as people

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "先请住在旁边的人说，再画图。"


@pytest.fixture
def case(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    camp = Learning()
    organisation = camp.programme.organisation
    case = ActivityFactory(programme=camp.programme, title="案例一", rule={"reflection_characters": 10})
    article = Article.objects.create(organisation=organisation, title="夜谈", html="<p>居民说</p>")
    CaseReading.objects.create(organisation=organisation, activity=case, article=article)
    case.camp = camp
    return case


def written() -> list[str]:
    return [row.detail["text"] for row in Evidence.objects.filter(fact=FactKind.REFLECTED).order_by("pk")]


def test_a_draft_outlives_its_page_and_waits_for_the_network(
    phone: Page, live_server, case, signed_in, accessible, problems
):
    signed_in(phone, live_server, case.camp.learner.person)
    address = f"{live_server.url}/my/cases/{case.code}/"
    phone.goto(address)
    phone.get_by_label("我的心得").fill(TEXT)
    expect(phone.locator("#draft-state")).to_have_text("边写边存在这部手机里。")
    context = phone.context
    phone.close()
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_label("我的心得")).to_have_value(TEXT)
    expect(again.locator("#draft-state")).to_contain_text("上次写了还没交")
    assert accessible(again) == []

    context.set_offline(True)
    for _impatient in range(2):
        again.get_by_role("button", name="提交心得").click()
    expect(again.locator("#draft-state")).to_contain_text("没有网络")
    assert written() == []
    problems.clear()  # a request that found no network is what was wanted here
    context.set_offline(False)
    expect(again.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT]
    again.goto(address)
    expect(again.get_by_label("我的心得")).to_have_value("")
    assert written() == [TEXT]


def test_two_tabs_hand_in_one_reflection(phone: Page, live_server, case, signed_in):
    signed_in(phone, live_server, case.camp.learner.person)
    address = f"{live_server.url}/my/cases/{case.code}/"
    phone.goto(address)
    phone.get_by_label("我的心得").fill(TEXT)
    expect(phone.locator("#draft-state")).to_be_visible()
    other = phone.context.new_page()
    other.goto(address)
    expect(other.get_by_label("我的心得")).to_have_value(TEXT)
    other.get_by_role("button", name="提交心得").click()
    expect(other.get_by_text("心得已提交")).to_be_visible()
    expect(phone.locator("#draft-state")).to_contain_text("已在另一个页面提交")
    assert written() == [TEXT]


def test_a_refusal_keeps_the_text_and_the_next_try_goes_through(
    phone: Page, live_server, case, signed_in, problems
):
    signed_in(phone, live_server, case.camp.learner.person)
    phone.goto(f"{live_server.url}/my/cases/{case.code}/")
    phone.get_by_label("我的心得").fill("太短")
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.get_by_role("alert")).to_contain_text("10")
    expect(phone.get_by_label("我的心得")).to_have_value("太短")
    problems.clear()  # the browser notes each answer of 422
    phone.get_by_label("我的心得").fill(TEXT)
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT]


def test_a_session_that_ended_loses_no_reflection(phone: Page, live_server, case, signed_in):
    signed_in(phone, live_server, case.camp.learner.person)
    address = f"{live_server.url}/my/cases/{case.code}/"
    phone.goto(address)
    phone.get_by_label("我的心得").fill(TEXT)
    phone.context.clear_cookies(name="sessionid")
    phone.get_by_role("button", name="提交心得").click()
    phone.wait_for_url("**/sign-in/**")
    assert written() == []
    signed_in(phone, live_server, case.camp.learner.person)
    phone.goto(address)
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT]
