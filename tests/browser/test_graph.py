"""A village is entered: what it talks about, who does something, where, and what was done; then walked through, and asked what is missing."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter, follow
from tests.factories.findings import found_leader, found_need, settle
from tests.factories.learning import Learning
from tests.factories.world import picture
from yingzao.communities.models import CommunityAction, ResidentGroup, Tie
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    camp = settle(Learning(), name="霞石村")
    give_rights(camp.organiser)
    found_leader(camp.learner, name="阿珍")
    found_need(camp.learner, title="河边没有路灯")
    return camp


def save(page: Page) -> None:
    follow(page.get_by_role("button", name="保存", exact=True))


def test_a_village_is_entered_walked_and_asked_what_is_missing(page, link, camp, accessible, problems):
    enter(page, link.address, camp.by)
    village = f"{link.address}/desk/{camp.programme.code}/communities/{camp.community.code}/"
    page.goto(village)
    assert accessible(page) == []
    for topic in ("环境改造", "文化传承", "生态教育"):
        page.goto(village)
        follow(page.get_by_role("link", name="登记议题"))
        page.get_by_label("名称").fill(topic)
        page.get_by_label("讨论中").check()
        save(page)
    follow(page.get_by_role("link", name="新增：社区组织"))
    assert accessible(page) == []
    page.get_by_label("名称", exact=True).fill("自然课小组")
    page.get_by_label("业务类型").select_option("邻里互助")
    page.get_by_label("培育阶段").select_option("志愿队")
    page.get_by_label("成立日期").fill("2020-03-01")
    save(page)
    expect(page.get_by_role("link", name="生态教育")).to_be_visible()
    page.get_by_label("关联到").select_option(label="阿珍")
    follow(page.get_by_role("button", name="关联", exact=True))
    expect(page.get_by_role("button", name="解除与阿珍的关联")).to_be_visible()
    page.get_by_text("阶段有变化，或已休眠").click()
    page.get_by_label("备案组织").check()
    save(page)
    assert ResidentGroup.objects.get().stage == "filed"
    follow(page.get_by_role("link", name="新增：社区行动"))
    page.get_by_label("名称", exact=True).fill("河岸植物辨认课")
    page.locator("#id_on").fill("2021-05-03")
    page.locator("#id_figures").fill("来了很多人")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("来了很多人")
    assert page.get_by_label("名称", exact=True).input_value() == "河岸植物辨认课"
    page.locator("#id_figures").fill("参加居民：36 人")
    save(page)
    assert CommunityAction.objects.get().figures == [{"label": "参加居民", "value": "36", "unit": "人"}]
    page.get_by_text("添加照片").click()
    page.set_input_files(
        "input[type=file]", {"name": "前.jpg", "mimeType": "image/jpeg", "buffer": picture((90, 80, 70))}
    )
    page.get_by_label("之前").check()
    follow(page.get_by_role("button", name="保存照片"))
    assert accessible(page) == []
    follow(page.get_by_role("link", name="从这里走下去"))
    assert accessible(page) == []
    follow(page.get_by_role("link", name="自然课小组"))
    follow(page.get_by_role("link", name="阿珍"))
    expect(page.get_by_role("heading", level=1, name="阿珍")).to_be_visible()
    page.goto(village)
    follow(page.get_by_role("link", name="逐条查看"))
    assert accessible(page) == []
    missing = page.get_by_role("listitem")
    expect(missing.filter(has_text="环境改造")).to_be_visible()
    expect(missing.filter(has_text="河边没有路灯")).to_be_visible()
    expect(missing.filter(has_text="生态教育")).to_have_count(0)
    page.goto(village + "timeline/")
    assert accessible(page) == []
    expect(page.get_by_text("河岸植物辨认课")).to_be_visible()
    assert Tie.objects.count() == 3
    assert problems == []


def test_lists_of_communities_count_each_for_itself(page, link, camp, accessible, problems):
    enter(page, link.address, camp.by)
    page.goto(f"{link.address}/desk/{camp.programme.code}/rolls/new/")
    page.get_by_label("名单名称").fill("示范点")
    page.get_by_label("来源所说的数量").fill("17")
    save(page)
    page.get_by_label("社区", exact=True).fill("霞石、没有的村")
    page.get_by_role("button", name="列入").click()
    expect(page.get_by_role("alert")).to_contain_text("没有的村")
    page.get_by_label("社区", exact=True).fill("霞石")
    follow(page.get_by_role("button", name="列入"))
    assert accessible(page) == []
    follow(page.get_by_role("link", name="入选名单"))
    expect(page.get_by_text("来源称 17 · 已知名称 1 个")).to_be_visible()
    assert accessible(page) == []
    assert problems == []
