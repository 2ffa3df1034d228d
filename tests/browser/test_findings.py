"""A leader and a need, recorded in a stairwell without a signal: kept on the phone, and there once when the network is back."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter, follow
from tests.factories.activities import ActivityFactory
from tests.factories.findings import EVERYTHING, PHONE, found_leader, found_need, settle
from tests.factories.learning import Learning
from tests.factories.world import picture
from tests.instances import wait_for
from yingzao.activities.enums import KindKey
from yingzao.communities.models import Leader, Need
from yingzao.people.models import Consent
from yingzao.practice.models import Finding
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db(transaction=True)
COMMUNITY, LEADER, NEED = "/my/community/", "/my/leaders/new/", "/my/needs/new/"


@pytest.fixture
def camp(transactional_db):
    camp = settle(Learning())
    camp.task = ActivityFactory(programme=camp.programme, kind=KindKey.PRACTICE, title="找到三位骨干")
    return camp


def until_kept(page: Page, *paths: str) -> None:
    copy = "async (path) => Boolean(await caches.match(path, {ignoreVary: true}))"
    for path in paths:
        wait_for(lambda path=path: page.evaluate(copy, path), seconds=20)


def kept_records(page: Page) -> dict[str, str]:
    return page.evaluate(
        "() => Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith('yz-finding:')))"
    )


def write_leader(page: Page, name: str = "阿珍") -> None:
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_label("擅长").fill("缝纫")
    page.get_by_label("由记录人和组织者联系").check()
    page.get_by_label("电话").fill(PHONE)
    page.get_by_label("计入任务").select_option("找到三位骨干")


def write_need(page: Page, title: str = "楼道没有灯") -> None:
    page.get_by_label("需要什么").fill(title)
    page.get_by_label("谁的需求").fill("独居老人")


def online_again(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def test_a_leader_and_a_need_wait_on_the_phone_and_arrive_once(phone, link, camp, accessible, problems):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + COMMUNITY)
    until_kept(phone, COMMUNITY, LEADER, NEED)
    link.cut()
    follow(phone.get_by_role("link", name="记一位骨干"))
    write_leader(phone)
    phone.get_by_role("button", name="记下这位骨干").click()
    expect(phone.locator("#finding-state")).to_contain_text("已存在这部手机上")
    expect(phone.locator("#finding-rows")).to_contain_text("骨干 · 阿珍")
    expect(phone.get_by_label("姓名", exact=True)).to_have_value("")
    assert accessible(phone) == []
    phone.goto(link.address + NEED)
    write_need(phone)
    phone.locator("[name=photos]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture((9, 9, 9))}
    )
    phone.get_by_role("button", name="记下这个需求").click()
    expect(phone.locator("#finding-state")).to_contain_text("照片需要网络")
    # Shut, opened again without a network, and signed out meanwhile.
    phone.close()
    phone = phone.context.new_page()
    phone.goto(link.address + COMMUNITY)
    expect(phone.locator("#finding-rows li")).to_have_count(2)
    assert accessible(phone) == []
    records = kept_records(phone)
    Session.objects.all().delete()
    link.mend()
    online_again(phone)
    expect(phone.locator("#finding-rows").get_by_text("等您重新登录").first).to_be_visible()
    assert not Finding.objects.exists()
    phone.goto("about:blank")  # no late answer to the old session takes the cookie of the new one away
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + COMMUNITY)
    wait_for(lambda: Finding.objects.count() == 2, seconds=20)
    expect(phone.locator("#finding-waiting")).to_be_hidden()
    expect(phone.locator("#leaders")).to_contain_text("阿珍")
    leader = Leader.objects.get()
    assert (leader.phone, Consent.objects.get().purpose) == (PHONE, "contact")
    assert Finding.objects.get(leader=leader).activity == camp.task
    # The phone never heard that it had arrived, and sends both once more.
    phone.evaluate(
        "(records) => Object.entries(records).forEach((pair) => localStorage.setItem(...pair))", records
    )
    phone.reload()
    expect(phone.locator("#finding-waiting")).to_be_hidden()
    wait_for(lambda: kept_records(phone) == {}, seconds=20)
    assert (Leader.objects.count(), Need.objects.count(), Finding.objects.count()) == (1, 1, 2)
    problems.clear()


def test_with_a_network_it_goes_at_once_and_a_wrong_word_is_mended_in_place(phone, link, camp, accessible):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + LEADER)
    phone.get_by_label("姓名", exact=True).fill("阿珍")
    phone.get_by_label("电话").fill(PHONE)
    phone.get_by_role("button", name="记下这位骨干").click()
    expect(phone.locator(".error-summary")).to_contain_text("没有同意被联系")
    expect(phone.get_by_label("姓名", exact=True)).to_have_value("阿珍")
    assert accessible(phone) == []
    phone.get_by_label("由记录人和组织者联系").check()
    with phone.expect_navigation():
        phone.get_by_role("button", name="记下这位骨干").click()
    expect(phone.get_by_role("heading", name="阿珍")).to_be_visible()
    assert kept_records(phone) == {}
    assert PHONE not in phone.content()
    assert accessible(phone) == []


def test_what_was_refused_later_stands_with_its_sentence_and_is_mended(phone, link, camp, problems):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + NEED)
    until_kept(phone, NEED)
    link.cut()
    write_need(phone)
    phone.get_by_label("补充说明").fill(f"打给王婆婆 {PHONE}")
    phone.get_by_role("button", name="记下这个需求").click()
    expect(phone.locator("#finding-rows li")).to_have_count(1)
    link.mend()
    phone.goto(link.address + COMMUNITY)
    expect(phone.locator("#finding-rows")).to_contain_text("电话号码不要写在文字里")
    follow(phone.get_by_role("link", name="打开"))
    expect(phone.get_by_label("补充说明")).to_have_value(f"打给王婆婆 {PHONE}")
    expect(phone.locator("#finding-trouble")).to_contain_text("电话号码不要写在文字里")
    phone.get_by_label("补充说明").fill("三单元最黑")
    with phone.expect_navigation():
        phone.get_by_role("button", name="记下这个需求").click()
    assert Need.objects.get().text == "三单元最黑"
    problems.clear()


def test_another_person_on_the_phone_neither_sees_nor_sends_it(phone, link, camp, problems):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + LEADER)
    until_kept(phone, LEADER)
    link.cut()
    write_leader(phone, "不给别人看的")
    phone.get_by_role("button", name="记下这位骨干").click()
    expect(phone.locator("#finding-rows li")).to_have_count(1)
    link.mend()
    phone.context.clear_cookies()
    enter(phone, link.address, camp.other.person)
    online_again(phone)  # the page still stands there as the first one's
    phone.wait_for_timeout(1_000)
    phone.goto(link.address + COMMUNITY)
    expect(phone.get_by_role("link", name="记一位骨干")).to_be_visible()
    assert "不给别人看的" not in phone.locator("main").inner_text()
    assert not Leader.objects.exists()
    phone.context.clear_cookies()
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + COMMUNITY)
    wait_for(lambda: Leader.objects.count() == 1, seconds=20)
    assert Finding.objects.get().enrolment == camp.learner
    problems.clear()


def test_pages_of_leaders_and_needs_have_nothing_that_axe_finds(phone, page, link, camp, accessible):
    leader = found_leader(
        camp.learner, *EVERYTHING, phone=PHONE, reach="微信 azhen", facets=["people"]
    ).leader
    need = found_need(camp.learner).need
    enter(phone, link.address, camp.learner.person)
    for path in (
        f"/my/leaders/{leader.code}/",
        f"/my/leaders/{leader.code}/step/",
        f"/my/leaders/{leader.code}/edit/",
        f"/my/needs/{need.code}/",
        f"/my/needs/{need.code}/state/",
    ):
        assert phone.goto(link.address + path).status == 200, path
        assert accessible(phone) == [], path
    enter(page, link.address, camp.mentor.person)
    for path in ("/mentor/findings/", f"/mentor/leaders/{leader.code}/", f"/mentor/needs/{need.code}/"):
        assert page.goto(link.address + path).status == 200, path
        assert accessible(page) == [], path
    page.context.clear_cookies()
    give_rights(camp.organiser)
    enter(page, link.address, camp.by)
    desk = f"/desk/{camp.programme.code}"
    for path in (
        "/leaders/",
        f"/leaders/{leader.code}/",
        "/leaders/in-clear/",
        "/needs/",
        f"/needs/{need.code}/",
    ):
        assert page.goto(link.address + desk + path).status == 200, path
        assert accessible(page) == [], path
    page.goto(f"{link.address}{desk}/leaders/")
    with page.expect_navigation():
        page.get_by_label("阶段").select_option("带头人")
    expect(page.get_by_text("没有找到骨干")).to_be_visible()
