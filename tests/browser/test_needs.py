"""楼道堆放 from two residents, one of them on paper, and noise at night: proposed, merged, undone, merged, and both are told."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, follow
from tests.factories.findings import settle
from tests.factories.learning import Learning
from tests.instances import wait_for
from yingzao.communities.models import Need, NeedLikeness, NeedTheme, Telling, Voice
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    camp = settle(Learning())
    give_rights(camp.organiser)
    camp.desk = f"/desk/{camp.programme.code}"
    return camp


def record(phone, address: str, title: str, words: str) -> None:
    phone.goto(address + "/my/needs/new/")
    phone.get_by_label("需要什么").fill(title)
    phone.get_by_label("谁的需求").fill("独居老人")
    phone.get_by_label("补充说明").fill(words)
    with phone.expect_navigation():
        phone.get_by_role("button", name="记下这个需求").click()


def on_paper(page, camp, address: str, title: str, words: str) -> None:
    page.goto(f"{address}{camp.desk}/needs/new/")
    page.get_by_label("社区").select_option("灯湖社区")
    page.get_by_label("需要什么").fill(title)
    page.get_by_label("谁的需求").fill("带孩子的人")
    page.get_by_label("补充说明").fill(words)
    with page.expect_navigation():
        page.get_by_role("button", name="登记这个需求").click()


def test_twice_the_same_need_is_one_with_two_voices_and_both_hear_of_it(phone, page, link, camp, accessible):
    enter(phone, link.address, camp.learner.person)
    record(phone, link.address, "楼道堆放", "三楼纸箱挡路")
    record(phone, link.address, "晚上跳舞噪音", "十点还在跳")
    enter(page, link.address, camp.by)
    page.goto(f"{link.address}{camp.desk}/needs/new/")
    assert accessible(page) == []
    on_paper(page, camp, link.address, "楼道堆放", "婴儿车推不过去")
    wait_for(lambda: NeedLikeness.objects.exists(), seconds=10)
    page.goto(f"{link.address}{camp.desk}/needs/")
    expect(page.get_by_role("row")).to_have_count(4)
    assert accessible(page) == []

    # Proposed: the two, with both voices and the reason, and not the noise.
    follow(page.get_by_role("link", name="1 对需求可能重复"))
    main = page.locator("main")
    for shown in ("三楼纸箱挡路", "婴儿车推不过去", "都提到：", "纸条"):
        expect(main).to_contain_text(shown)
    expect(main).not_to_contain_text("噪音")
    assert accessible(page) == []

    # Merged, undone, merged.
    def merge() -> None:
        page.goto(f"{link.address}{camp.desk}/needs/alike/")
        with page.expect_navigation():
            page.get_by_role("button", name="留下这一条，把另一条并进来").first.click()
        expect(page.get_by_text("已合并。双方的声音都保留，可以拆开。")).to_be_visible()

    merge()
    page.goto(f"{link.address}{camp.desk}/needs/")
    expect(page.get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("row").filter(has_text="楼道堆放")).to_contain_text("2 个声音")
    follow(page.get_by_role("link", name="楼道堆放"))
    for words in ("三楼纸箱挡路", "婴儿车推不过去"):
        expect(page.locator("#voices")).to_contain_text(words)
    assert accessible(page) == []
    page.get_by_role("button", name="拆开").click()
    with page.expect_navigation():
        page.locator("dialog[open]").get_by_role("button", name="拆开").click()
    expect(page.get_by_text("“楼道堆放”已拆开")).to_be_visible()
    assert not Need.objects.exclude(merged_into=None).exists()
    merge()
    assert (Need.objects.filter(merged_into=None).count(), Voice.objects.count()) == (2, 3)

    # Answered; the learner hears of it and tells the resident; the paper is told by the desk.
    page.goto(f"{link.address}{camp.desk}/needs/")
    follow(page.get_by_role("link", name="楼道堆放"))
    page.get_by_label("已答复").check()
    with page.expect_navigation():
        page.locator("#state").get_by_role("button", name="保存").click()
    expect(page.locator(".error-summary")).to_contain_text("请写明给提出人的答复。")
    page.get_by_label("给提出人的答复").fill("周六统一清理，之后每月检查")
    with page.expect_navigation():
        page.locator("#state").get_by_role("button", name="保存").click()
    expect(page.locator("#voices").get_by_text("待转告")).to_have_count(2)
    assert accessible(page) == []
    phone.goto(link.address + "/my/community/")
    expect(phone.locator("#needs")).to_contain_text("已答复")
    phone.goto(link.address + "/me/messages/")
    expect(phone.locator("main")).to_contain_text("有答复了：楼道堆放")
    mine = Need.objects.get(title="楼道堆放", entered_by=camp.learner.person)
    phone.goto(f"{link.address}/my/needs/{mine.code}/")
    expect(phone.locator("main")).to_contain_text("周六统一清理")
    expect(phone.locator("main")).not_to_contain_text("婴儿车")
    assert accessible(phone) == []
    follow(phone.get_by_role("link", name="我已转告"))
    assert accessible(phone) == []
    phone.get_by_label("当面").check()
    with phone.expect_navigation():
        phone.get_by_role("button", name="记下").click()
    expect(phone.get_by_text("已转告提出人：当面")).to_be_visible()
    page.goto(f"{link.address}{camp.desk}/needs/to-tell/")
    expect(page.locator("main")).to_contain_text("婴儿车推不过去")
    expect(page.locator("main")).not_to_contain_text("三楼纸箱")
    assert accessible(page) == []
    follow(page.get_by_role("link", name="已转告，记一笔"))
    page.get_by_label("公告栏张贴").check()
    assert accessible(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="记下").click()
    expect(page.locator("#voices").get_by_text("已告知")).to_have_count(2)
    assert sorted(Telling.objects.values_list("way", flat=True)) == ["board", "spoken"]


def test_cards_are_sorted_by_keyboard_and_on_a_phone(phone, page, link, camp, accessible):
    enter(page, link.address, camp.by)
    for title in ("电动车乱停", "电瓶车没地方充电", "没有凳子坐"):
        on_paper(page, camp, link.address, title, "")
    page.goto(f"{link.address}{camp.desk}/needs/")
    follow(page.get_by_role("link", name="归类主题"))
    assert accessible(page) == []
    follow(page.get_by_role("link", name="建议分组"))
    assert accessible(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="采用这一组").press("Enter")
    expect(page.get_by_role("heading", name="电动车")).to_be_visible()
    expect(page.locator(".pile-loose li")).to_have_count(1)
    # By keyboard: choose, name, make.
    page.get_by_role("checkbox", name="没有凳子坐").press("Space")
    expect(page.locator("[data-chosen]")).to_have_text("已选 1 张卡片")
    with page.expect_navigation():
        page.get_by_role("button", name="归为新主题").press("Enter")
    expect(page.get_by_text("请给主题起个名字。")).to_be_visible()
    expect(page.get_by_role("checkbox", name="没有凳子坐")).to_be_checked()
    page.get_by_label("新主题名称").fill("休息的地方")
    with page.expect_navigation():
        page.get_by_label("新主题名称").press("Enter")
    assert NeedTheme.objects.count() == 2
    expect(page.locator(".pile-loose li")).to_have_count(0)
    # Dots from the residents' meeting put it first on paper.
    follow(page.locator(".pile", has_text="休息的地方").get_by_role("link", name="名称与贴点"))
    page.get_by_label("贴点数").fill("12")
    with page.expect_navigation():
        page.get_by_role("button", name="保存").click()
    expect(page.locator(".error-summary")).to_contain_text("请填写居民会的日期。")
    page.get_by_label("居民会日期").fill("2026-01-10")
    assert accessible(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("1 个声音 · 12 贴点")
    follow(page.get_by_role("link", name="打印排序（A4）"))
    expect(page.get_by_role("heading", level=2)).to_have_text(["1. 休息的地方", "2. 电动车"])
    assert accessible(page) == []
    # On a phone, by the bar; and by dragging with a mouse.
    enter(phone, link.address, camp.by)
    phone.goto(f"{link.address}{camp.desk}/needs/themes/")
    phone.get_by_role("checkbox", name="没有凳子坐").check()
    phone.get_by_label("放到哪里").select_option("未归类")
    with phone.expect_navigation():
        phone.get_by_role("button", name="移动卡片").click()
    expect(phone.locator(".pile-loose li")).to_have_count(1)
    assert accessible(phone) == []
    page.goto(f"{link.address}{camp.desk}/needs/themes/")
    with page.expect_navigation():
        page.locator(".need-card", has_text="没有凳子坐").drag_to(
            page.locator(".pile", has_text="休息的地方").get_by_role("heading")
        )
    expect(page.locator(".pile-loose li")).to_have_count(0)
