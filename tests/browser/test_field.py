"""A walk and an interview where there is no signal: kept on the phone with their photos, sent later, there once."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, enter
from tests.browser.test_visit_notes import photo, until_kept
from tests.factories.field import NUMBER, guide_of, walked
from tests.factories.findings import settle
from tests.factories.learning import Learning
from tests.instances import wait_for
from yingzao.communities.models import Need
from yingzao.core import media
from yingzao.fieldwork.models import FieldPhoto, Interview, Proposal, Walk, WalkPoint
from yingzao.people.models import Consent
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db(transaction=True)
COMMUNITY, WALKS, TALKS, FOUND = "/my/community/", "/my/walks/", "/my/interviews/", "/my/proposals/"
ROWS = """() => new Promise((resolve) => { const ask = indexedDB.open('yz-field'); ask.onsuccess = () => {
  const all = ask.result.transaction('items').objectStore('items').getAll(); all.onsuccess = () => resolve(all.result); }; })"""


@pytest.fixture
def camp(transactional_db):
    camp = settle(Learning())
    give_rights(camp.organiser)
    camp.guide = guide_of(camp.programme.organisation, camp.by, "住了多久？", "最愁什么？")
    return camp


def keep_point(page: Page, kind: str, text: str, where: str = "", photos: tuple[dict, ...] = ()) -> None:
    page.locator(".field-kinds").get_by_text(kind, exact=True).click()
    page.get_by_label("这里有什么").fill(text)
    page.get_by_label("在哪里").fill(where)
    if photos:
        page.locator("#field [type=file]").set_input_files(list(photos))
        expect(page.locator("#field [data-strip] li")).to_have_count(len(photos), timeout=20_000)
    page.get_by_role("button", name="存下这个点").click()
    expect(page.get_by_label("这里有什么")).to_have_value("")


def mend(page: Page, link) -> None:
    link.mend()
    page.evaluate("dispatchEvent(new Event('online'))")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_walk_of_four_points_and_two_photos_waits_and_arrives_once(
    open_context, link, camp, accessible, problems, width
):
    size = PHONE if width == 390 else {"viewport": {"width": 1280, "height": 800}}
    context = open_context(
        size, geolocation={"latitude": 23.02931, "longitude": 113.15022}, permissions=["geolocation"]
    )
    phone = context.new_page()
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + WALKS)
    until_kept(phone, WALKS)
    link.cut()
    context.set_offline(True)
    phone.get_by_label("新的一次行走").fill("沿河走")
    phone.get_by_role("button", name="开始").click()
    expect(phone.locator("#walk-said")).to_contain_text("沿河走")
    phone.get_by_role("button", name="记下我的位置").click()
    expect(phone.locator("#point-spot")).to_contain_text("23.02931, 113.15022")
    keep_point(phone, "问题", "路灯坏了", "河边步道", (photo(1), photo(2)))
    keep_point(phone, "资源", "旧文具店空着", "东门公告栏旁")
    keep_point(phone, "观察", "晨练队二十来人")
    phone.get_by_label("这里有什么").fill("写了一半")  # not kept: a draft
    expect(phone.locator("#field-state")).to_contain_text("还有 6 条没有发送")
    assert accessible(phone) == []
    # Shut, and opened again without a network.
    phone.close()
    phone = context.new_page()
    phone.goto(link.address + WALKS)
    expect(phone.get_by_label("这里有什么")).to_have_value("写了一半")
    expect(phone.locator("#walk-said")).to_contain_text("3 个点")
    keep_point(phone, "问题", "公告栏旧了")
    expect(phone.locator("#field-rows li")).to_have_count(4)
    expect(phone.locator("#field-rows")).to_contain_text("2 张照片")
    assert not Walk.objects.exists()
    kept = phone.evaluate(ROWS)
    assert len(kept) == 7
    # The session has ended meanwhile: the page's ticket is enough.
    Session.objects.all().delete()
    context.set_offline(False)
    mend(phone, link)
    expect(phone.locator("#field-state")).to_contain_text("全部已发送", timeout=40_000)
    walk = Walk.objects.get()
    points = list(walk.points.order_by("at"))
    assert [p.text for p in points] == ["路灯坏了", "旧文具店空着", "晨练队二十来人", "公告栏旧了"]
    assert [p.place for p in points] == ["河边步道", "东门公告栏旁", "", ""]
    assert (str(points[0].latitude), points[1].latitude) == ("23.02931", None)
    assert FieldPhoto.objects.count() == 2
    for one in FieldPhoto.objects.all():
        assert one.point == points[0]
        assert one.arrived_sum == one.sum
        assert max(one.file.width, one.file.height) == 1600
        assert b"PhoneMaker" not in media.read_bytes(one.file)
    # The phone never heard of it, and sends all of it once more.
    phone.evaluate(
        """(rows) => new Promise((resolve) => { const ask = indexedDB.open('yz-field'); ask.onsuccess = () => {
          const deal = ask.result.transaction('items', 'readwrite'); for (const row of rows) deal.objectStore('items').put({...row, file: undefined});
          deal.oncomplete = resolve; }; })""",
        kept,
    )
    phone.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: all(row["state"] != "unsent" for row in phone.evaluate(ROWS)), seconds=20)
    counts = (Walk.objects.count(), WalkPoint.objects.count(), FieldPhoto.objects.count())
    assert counts == (1, 4, 2)
    problems.clear()


def test_a_point_is_mended_where_it_was_refused_and_its_photo_goes_along(phone, link, camp, problems):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + WALKS)
    until_kept(phone, WALKS)
    phone.get_by_role("button", name="存下这个点").click()
    expect(phone.get_by_role("alert").first).to_contain_text("请先选这是什么")
    link.cut()
    keep_point(phone, "问题", f"找他 {NUMBER}", "", (photo(1),))
    mend(phone, link)
    row = phone.locator("#field-rows li")
    expect(row).to_have_attribute("data-state", "refused", timeout=20_000)
    expect(row).to_contain_text("电话")
    row.get_by_role("button", name="修改").click()
    expect(phone.get_by_label("这里有什么")).to_have_value(f"找他 {NUMBER}")
    phone.get_by_label("这里有什么").fill("找楼长")
    phone.get_by_role("button", name="保存修改").click()
    wait_for(lambda: FieldPhoto.objects.exclude(file=None).exists(), seconds=20)
    assert WalkPoint.objects.get().text == "找楼长"
    # Said anew once it has arrived, then taken back.
    phone.locator("#field-rows li").get_by_role("button", name="修改").click()
    phone.get_by_label("这里有什么").fill("找三楼")
    phone.get_by_role("button", name="保存修改").click()
    wait_for(lambda: WalkPoint.objects.get().text == "找三楼", seconds=20)
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.locator("#field-rows li").get_by_role("button", name="不要了").click()
    wait_for(lambda: WalkPoint.objects.get().taken_back_at is not None, seconds=20)
    problems.clear()


def test_two_phones_of_one_learner_bring_two_walks(link, camp, open_context):
    for name in ("早上走", "晚上走"):
        page = open_context(PHONE).new_page()
        enter(page, link.address, camp.learner.person)
        page.goto(link.address + WALKS)
        page.get_by_label("新的一次行走").fill(name)
        page.get_by_role("button", name="开始").click()
        keep_point(page, "观察", f"{name}看到的")
        expect(page.locator("#field-state")).to_contain_text("全部已发送", timeout=20_000)
    assert sorted(Walk.objects.values_list("title", flat=True)) == ["早上走", "晚上走"]
    assert WalkPoint.objects.count() == 2


def test_an_interview_waits_without_a_network_and_keeps_no_name_without_a_yes(
    phone, link, camp, accessible, problems
):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + COMMUNITY)
    until_kept(phone, COMMUNITY)
    until_kept(phone, TALKS)
    link.cut()
    phone.context.set_offline(True)
    phone.goto(link.address + TALKS)
    phone.get_by_role("button", name="存下访谈").click()
    expect(phone.get_by_role("alert").first).to_contain_text("至少写一条回答")
    phone.get_by_label("访谈对象的身份").fill("楼长")
    phone.get_by_label("2. 最愁什么？").fill("没地方晾衣服")
    expect(phone.get_by_label("姓名", exact=True)).to_be_hidden()
    assert accessible(phone) == []
    phone.get_by_label("由记录人和组织者联系").check()
    phone.get_by_label("姓名", exact=True).fill("阿强")
    phone.get_by_label("电话").fill(NUMBER)
    phone.get_by_label("由记录人和组织者联系").uncheck()  # they thought better of it
    # Shut in the midst of it.
    phone.close()
    phone = phone.context.new_page()
    phone.goto(link.address + TALKS)
    expect(phone.get_by_label("2. 最愁什么？")).to_have_value("没地方晾衣服")
    phone.get_by_role("button", name="存下访谈").click()
    expect(phone.locator("#field-rows li")).to_have_count(1)
    # A second one, with a yes and a photo.
    phone.get_by_label("访谈对象的身份").fill("店主")
    phone.get_by_label("1. 住了多久？").fill("十年")
    phone.get_by_label("由记录人和组织者联系").check()
    phone.get_by_label("姓名", exact=True).fill("阿珍")
    phone.get_by_label("电话").fill(NUMBER)
    phone.locator("#field [type=file]").set_input_files([photo(3)])
    expect(phone.locator("#field [data-strip] li")).to_have_count(1, timeout=20_000)
    phone.get_by_role("button", name="存下访谈").click()
    expect(phone.locator("#field-state")).to_contain_text("还有 3 条没有发送")
    assert accessible(phone) == []
    assert NUMBER not in phone.locator("#field-rows").inner_text()
    phone.context.set_offline(False)
    mend(phone, link)
    expect(phone.locator("#field-state")).to_contain_text("全部已发送", timeout=40_000)
    first, second = Interview.objects.order_by("pk")
    assert (first.name, first.phone, first.answers) == ("", "", ["", "没地方晾衣服"])
    assert (second.name, second.phone, second.role) == ("阿珍", NUMBER, "店主")
    assert Consent.objects.get().subject_code == second.code
    assert second.photos.get().file is not None
    phone.goto(f"{link.address}/my/interviews/{second.code}/")
    assert accessible(phone) == []
    problems.clear()


def test_a_proposal_waits_too(phone, link, camp, accessible, problems):
    enter(phone, link.address, camp.learner.person)
    phone.goto(link.address + FOUND)
    until_kept(phone, FOUND)
    link.cut()
    phone.get_by_label("社区组织").check()
    phone.get_by_label("名称").fill("东门晨练队")
    phone.get_by_role("button", name="提议").click()
    expect(phone.locator("#field-rows")).to_contain_text("东门晨练队")
    assert accessible(phone) == []
    phone.goto(link.address + COMMUNITY)
    mend(phone, link)
    phone.goto(link.address + COMMUNITY)
    wait_for(lambda: Proposal.objects.exists(), seconds=20)
    assert (Proposal.objects.get().kind, Proposal.objects.get().title) == ("group", "东门晨练队")
    problems.clear()


def test_an_organiser_makes_a_need_of_a_point_and_finds_the_way_back(
    page, live_server, camp, signed_in, accessible
):
    walk = walked(
        camp.learner,
        {"text": "路灯坏了", "place": [23.0293, 113.1502, 9]},
        {"kind": "resource", "text": "空铺", "place": [23.0299, 113.151, 9]},
    )
    signed_in(page, live_server, camp.by)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/walks/")
    page.locator("th a").click()
    page.wait_for_url(f"**/walks/{walk.code}/")
    expect(page.locator(".sketch .sketch-mark")).to_have_count(2)
    assert accessible(page) == []
    page.get_by_role("link", name="转为社区需求").first.click()
    page.locator("[name=whose]").fill("晚归的居民")
    page.locator("main form [type=submit]").last.click()
    page.wait_for_url("**/needs/**")
    assert Need.objects.get().whose == "晚归的居民"
    page.locator("#origins a").click()
    page.wait_for_url(f"**/walks/{walk.code}/#*")
    page.get_by_role("link", name="资源地图").first.click()
    expect(page.locator(".spot")).to_have_count(2)
    assert accessible(page) == []
