"""From the address of a feed to a case in the library: looked at, subscribed to, looked through, taken."""

import pytest
from playwright.sync_api import Page, expect

from tests.cases.test_feeds import item, rss
from tests.factories.learning import Learning
from tests.factories.sites import LOOPBACK, site
from yingzao.articles.models import FeedEntry
from yingzao.cases.models import Case
from yingzao.people import actions as people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def served(settings):
    settings.INNER_NETWORKS = LOOPBACK
    with site() as one:
        one.pages["/feed"] = (200, {}, rss(*(item(n, f"正文{n}") for n in range(1, 4))))
        yield one


@pytest.fixture
def camp(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    return Learning()


def test_a_feed_is_subscribed_to_looked_through_and_taken_from(
    page: Page, live_server, camp, served, signed_in, accessible
):
    signed_in(page, live_server, camp.by)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/library/")
    page.get_by_role("link", name="收件箱", exact=True).click()
    page.get_by_role("link", name="订阅", exact=True).click()
    page.get_by_label("订阅源网址").fill("news.example/feed")
    page.get_by_role("button", name="先看一看").click()
    expect(page.get_by_label("订阅源网址")).to_have_value("news.example/feed")
    expect(page.locator("main")).to_contain_text("网址以 http:// 或 https:// 开头")
    assert accessible(page) == []
    page.get_by_label("订阅源网址").fill(served.address("/feed"))
    page.get_by_role("button", name="先看一看").click()
    expect(page.get_by_label("订阅源名称")).to_have_value("社区报")
    expect(page.locator("main")).to_contain_text("第3条")
    assert accessible(page) == []
    page.get_by_role("button", name="订阅", exact=True).click()
    expect(page.locator(".feed")).to_contain_text("待审阅 3 条")
    assert accessible(page) == []

    page.get_by_role("link", name="社区报").click()
    page.get_by_label("勾选本页全部").check()
    page.get_by_label("勾选“第2条”").uncheck()
    page.get_by_role("button", name="不收入").click()
    expect(page.locator("#messages")).to_contain_text("2 条")
    assert accessible(page) == []
    page.get_by_role("link", name="第2条").click()
    expect(page.locator("article")).to_contain_text("正文2")
    assert accessible(page) == []
    page.get_by_role("button", name="收入案例库").click()
    page.get_by_role("link", name="查看案例").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第2条")
    assert Case.objects.get().title == "第2条"
    assert sorted(FeedEntry.objects.values_list("title", "state")) == [
        ("第1条", "left"), ("第2条", "taken"), ("第3条", "left"),
    ]  # fmt: skip


def test_a_feed_is_removed_after_a_question(page: Page, live_server, camp, served, signed_in, accessible):
    from yingzao.articles.actions import subscribe

    subscribe(
        organisation=camp.programme.organisation, by=camp.by, address=served.address("/feed"), title="社区报"
    )
    signed_in(page, live_server, camp.by)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/library/feeds/")
    page.get_by_role("button", name="移除").click()
    expect(page.get_by_role("dialog")).to_contain_text("移除“社区报”吗？")
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    expect(page.locator("main")).to_contain_text("还没有订阅源")
    assert FeedEntry.objects.count() == 0
