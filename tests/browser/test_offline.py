"""A case that was on 今天 in the office is read in the village: pages that the phone keeps, and whose they are."""

import json
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import PHONE, enter
from tests.factories.activities import ActivityFactory
from tests.factories.learning import Learning
from tests.factories.world import picture
from tests.instances import free_port, served, shared_folder, wait_for, yingzao
from yingzao.activities import actions as activities
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Evidence
from yingzao.articles.actions import import_article
from yingzao.cases import actions as cases
from yingzao.cases.enums import ShareState
from yingzao.cases.models import CaseReading, ReflectionShare
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "先请住在旁边的人说，再画图。"
OTHERS = "这是同学写的，不该存在别人的手机里。"
METHOD = "夜谈"
NOTE = "您看到的是"


@pytest.fixture
def case(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    camp = Learning()
    case = ActivityFactory(programme=camp.programme, title="夜谈会", rule={"reflection_characters": 10})
    article = import_article(
        organisation=camp.programme.organisation,
        by=camp.by,
        data="# 夜谈会\n\n居民坐下来说。\n\n![院子](yard.jpg)\n".encode(),
        name="夜谈会.md",
        pictures={"yard.jpg": picture((120, 160, 90))},
    )
    CaseReading.objects.create(organisation=camp.programme.organisation, activity=case, article=article)
    activities.resettle(camp.programme)
    for learner in (camp.learner, camp.other):
        people.agree_to_notice(person=learner.person, notice=current_privacy_notice())
    case.camp = camp
    case.path = f"/my/cases/{case.code}/"
    return case


def copy_of(page: Page, path: str) -> str:
    """The text that the phone keeps of a page; empty where it keeps none."""
    return page.evaluate(
        "async (path) => (await (await caches.match(path, {ignoreVary: true}))?.text()) ?? ''", path
    )


def until_kept(page: Page, path: str, words: str = "") -> None:
    wait_for(lambda: (text := copy_of(page, path)) and words in text, seconds=15)


def written() -> list[str]:
    return [row.detail["text"] for row in Evidence.objects.filter(fact=FactKind.REFLECTED).order_by("pk")]


def readings() -> int:
    return Evidence.objects.filter(fact=FactKind.READ).count()


@pytest.mark.parametrize("way", ["flight mode", "server gone"])
def test_a_case_seen_on_today_is_read_and_answered_without_a_network(
    phone, link, case, accessible, problems, way
):
    def lose() -> None:
        phone.context.set_offline(True) if way == "flight mode" else link.cut()

    def regain() -> None:
        phone.context.set_offline(False) if way == "flight mode" else link.mend()

    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, f"/my/duties/{case.code}/")  # the last one ahead: the case has its pictures by now
    assert readings() == 0  # fetched ahead is not read
    lose()
    phone.goto(f"{link.address}/my/")
    expect(phone.locator(".kept-note")).to_contain_text(NOTE)
    phone.get_by_role("link", name="去阅读、写心得").click()
    expect(phone.get_by_text("居民坐下来说")).to_be_visible()
    expect(phone.locator(".kept-note")).to_contain_text(NOTE)
    shown = phone.get_by_role("img", name="院子")
    shown.scroll_into_view_if_needed()
    phone.wait_for_function("() => [...document.images].every((i) => i.complete && i.naturalWidth > 0)")
    assert accessible(phone) == []
    phone.get_by_label("我的心得").fill(TEXT)
    phone.get_by_label("我带走的方法").fill(METHOD)
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.locator("#draft-state")).to_contain_text("没有网络")
    context = phone.context
    phone.close()
    again = context.new_page()
    again.goto(link.address + case.path)
    expect(again.get_by_label("我的心得")).to_have_value(TEXT)
    expect(again.get_by_label("我带走的方法")).to_have_value(METHOD)
    again.goto(f"{link.address}/my/")
    expect(again.locator("#drafts-waiting")).to_contain_text("写了还没提交")
    assert accessible(again) == []
    again.locator("#drafts-waiting").get_by_role("link", name="夜谈会").click()
    expect(again.get_by_label("我的心得")).to_have_value(TEXT)
    assert written() == []
    problems.clear()  # requests that found no network
    regain()
    if way == "flight mode":  # the phone notices by itself
        expect(again.get_by_text("心得已提交")).to_be_visible()
    else:
        again.reload()
        expect(again.get_by_text("心得已提交")).to_be_visible()
    expect(again.locator(".kept-note")).to_be_hidden()
    assert written() == [TEXT]
    assert Evidence.objects.get(fact=FactKind.REFLECTED).detail["methods"] == [METHOD]
    assert readings() == 1
    again.goto(link.address + case.path)
    expect(again.get_by_label("我的心得")).to_have_value("")
    again.goto(f"{link.address}/my/")
    expect(again.locator("#drafts-waiting")).to_be_hidden()
    assert written() == [TEXT]
    problems.clear()


def test_what_is_not_kept_leads_to_a_page_that_says_what_can_be_read(phone, link, case, accessible, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    phone.context.set_offline(True)
    phone.goto(f"{link.address}/my/score/")
    expect(phone.get_by_role("heading", name="没有网络")).to_be_visible()
    assert phone.locator(".row-title").all_inner_texts() == ["夜谈会", "今天"]
    assert accessible(phone) == []
    phone.get_by_role("link", name="夜谈会").click()
    expect(phone.get_by_text("居民坐下来说")).to_be_visible()
    phone.context.set_offline(False)
    problems.clear()


def test_the_offline_page_speaks_the_language_that_was_chosen(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    phone.get_by_role("button", name="English").click()
    expect(phone.get_by_role("link", name="Read and write")).to_be_visible()
    phone.context.set_offline(True)
    phone.goto(f"{link.address}/my/score/")
    expect(phone.get_by_role("heading", name="No network")).to_be_visible()
    phone.context.set_offline(False)
    problems.clear()


def test_a_page_that_breaks_off_in_the_middle_gives_way_to_its_copy(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, f"/my/duties/{case.code}/")  # the last one ahead: the case has its pictures by now
    link.break_after(3_000)
    phone.goto(link.address + case.path)
    expect(phone.locator(".kept-note")).to_contain_text(NOTE)
    expect(phone.get_by_role("button", name="提交心得")).to_be_visible()
    problems.clear()


def test_a_gateway_without_its_server_gives_way_to_the_copy(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, f"/my/duties/{case.code}/")  # the last one ahead: the case has its pictures by now
    link.put_gateway("502 Bad Gateway")
    phone.goto(link.address + case.path)
    expect(phone.locator(".kept-note")).to_contain_text(NOTE)
    phone.goto(f"{link.address}/my/score/")
    expect(phone.get_by_role("heading", name="没有网络")).to_be_visible()
    phone.goto(f"{link.address}/my/")
    assert case.camp.learner.person.code in kept_text(phone)
    problems.clear()


def test_a_page_that_is_no_longer_there_loses_its_copy(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    case.is_published = False
    case.save()
    phone.goto(link.address + case.path)
    expect(phone.get_by_role("heading", name="没有这个页面")).to_be_visible()
    phone.context.set_offline(True)
    phone.goto(link.address + case.path)
    expect(phone.get_by_role("heading", name="没有网络")).to_be_visible()
    phone.context.set_offline(False)
    problems.clear()


def test_what_is_too_old_or_too_much_goes(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, f"/my/duties/{case.code}/")
    phone.evaluate(
        """async (days) => {
          const name = (await caches.keys()).find((one) => one.startsWith("yz-pages"));
          const pages = await caches.open(name);
          const put = (path, at) =>
            pages.put(path, new Response("<title>旧</title>", { headers: { "X-Keep": "page", "X-Kept-At": String(at) } }));
          const now = Date.now();
          await put("/my/old/", now - (days + 1) * 86400000);
          for (let n = 0; n < 30; n++) await put(`/my/many/${n}/`, now - 86400000 - n);
        }""",
        30,
    )
    phone.goto(f"{link.address}/my/duties/")
    until_kept(phone, "/my/duties/")
    paths = "async () => (await (await caches.open((await caches.keys()).find((n) => n.startsWith('yz-pages')))).keys())"
    paths += ".map((request) => new URL(request.url).pathname)"
    wait_for(lambda: "/my/many/29/" not in phone.evaluate(paths), seconds=10)
    left = [path for path in phone.evaluate(paths) if not path.startswith("/files/")]
    own = ["/my/", "/my/duties/", case.path, f"/my/duties/{case.code}/"]
    assert sorted(left) == sorted([*own, *(f"/my/many/{n}/" for n in range(20))])


def test_a_slow_link_shows_the_copy_and_then_keeps_what_came_late(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    case.title = "改了名字的夜谈会"
    case.save()
    link.flows.clear()
    phone.goto(link.address + case.path)
    expect(phone.locator(".kept-note")).to_contain_text(NOTE)
    expect(phone.get_by_role("heading", name="夜谈会", exact=True)).to_be_visible()
    link.flows.set()
    until_kept(phone, case.path, case.title)
    problems.clear()


def test_what_others_wrote_and_what_was_said_once_is_not_kept(phone, link, case, problems):
    camp = case.camp
    cases.hand_in_reflection(
        enrolment=camp.other,
        activity=case,
        text=OTHERS,
        key="5f0f3b0a-0000-4000-8000-000000000001",
        by=camp.other.person,
    )
    ReflectionShare.objects.create(
        organisation=camp.programme.organisation,
        reflection=Evidence.objects.get(fact=FactKind.REFLECTED),
        state=ShareState.AGREED,
        asked_by=camp.by,
    )
    enter(phone, link.address, camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    phone.goto(link.address + case.path)
    assert OTHERS in phone.content()
    assert camp.other.name in phone.content()
    phone.get_by_label("我的心得").fill(TEXT)
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    until_kept(phone, case.path, TEXT)
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.locator(".kept-note")).to_contain_text(NOTE)
    assert OTHERS not in phone.content()
    assert camp.other.name not in phone.content()
    expect(phone.get_by_text("心得已提交")).to_have_count(0)
    phone.context.set_offline(False)
    problems.clear()


def kept_text(page: Page) -> str:
    """Everything that the phone holds in its caches of pages."""
    return page.evaluate(
        """async () => {
          let all = "";
          for (const name of await caches.keys()) {
            if (!name.startsWith("yz-pages")) continue;
            const cache = await caches.open(name);
            for (const request of await cache.keys()) all += request.url + await (await cache.match(request)).text();
          }
          return all;
        }"""
    )


@pytest.mark.parametrize("way", ["signs out", "signs out without a network", "is replaced"])
def test_another_account_never_sees_what_was_kept_for_the_first(phone, link, case, problems, way):
    camp = case.camp
    enter(phone, link.address, camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, f"/my/duties/{case.code}/")  # the last one ahead: later ones would be the second's own
    assert camp.learner.person.code in kept_text(phone)
    if way.startswith("signs out"):
        phone.goto(f"{link.address}/me/")
        phone.context.set_offline("without" in way)
        phone.evaluate("document.querySelector('form[action=\"/sign-out/\"]').submit()")
        phone.wait_for_timeout(500) if "without" in way else phone.wait_for_url(f"{link.address}/")
        phone.goto(link.address + case.path)
        if "without" in way:
            expect(phone.get_by_role("heading", name="没有网络")).to_be_visible()
        assert kept_text(phone) == ""
        phone.context.set_offline(False)
    enter(phone, link.address, camp.other.person)
    phone.goto(f"{link.address}/my/mine/")  # a page that is never kept tells it too
    assert kept_text(phone) == ""
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    phone.context.set_offline(True)
    for path in ("/my/", case.path, f"/my/duties/{case.code}/", "/my/duties/"):
        phone.goto(link.address + path)
        assert camp.learner.person.code not in phone.content()
        assert camp.learner.name not in phone.content()
    assert camp.learner.person.code not in kept_text(phone)
    phone.context.set_offline(False)
    problems.clear()


def test_a_text_of_the_first_account_is_not_handed_in_by_the_second(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(link.address + case.path)
    phone.get_by_label("我的心得").fill(TEXT)
    enter(phone, link.address, case.camp.other.person)
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.locator("#draft-state")).to_contain_text("别的账号")
    assert written() == []
    phone.reload()
    expect(phone.get_by_label("我的心得")).to_have_value("")
    enter(phone, link.address, case.camp.learner.person)
    phone.reload()
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    assert list(Evidence.objects.filter(fact=FactKind.REFLECTED).values_list("enrolment", flat=True)) == [
        case.camp.learner.pk
    ]


def test_a_copy_whose_session_and_token_are_over_is_sent_after_signing_in(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, case.path)
    phone.context.set_offline(True)
    phone.goto(link.address + case.path)
    phone.get_by_label("我的心得").fill(TEXT)
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.locator("#draft-state")).to_contain_text("没有网络")
    phone.context.clear_cookies()
    phone.context.set_offline(False)
    phone.wait_for_url("**/sign-in/**")
    assert written() == []
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(link.address + case.path)
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT]
    problems.clear()


def test_a_second_device_asks_before_it_hands_in_one_more(phone, link, case, open_context, accessible):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(link.address + case.path)
    tablet = open_context().new_page()
    enter(tablet, link.address, case.camp.learner.person)
    tablet.goto(link.address + case.path)
    tablet.get_by_label("我的心得").fill(TEXT)
    phone.get_by_label("我的心得").fill("手机上写的也够十个字了吧。")
    tablet.get_by_role("button", name="提交心得").click()
    expect(tablet.get_by_text("心得已提交")).to_be_visible()
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.locator("#draft-ask")).to_contain_text("您已经交过一篇心得")
    assert accessible(phone) == []
    assert written() == [TEXT]
    phone.get_by_role("button", name="不交，先留在手机里").click()
    expect(phone.locator("#draft-state")).to_contain_text("没有再提交")
    phone.reload()
    expect(phone.get_by_label("我的心得")).to_have_value("手机上写的也够十个字了吧。")
    phone.get_by_role("button", name="提交心得").click()
    phone.get_by_role("button", name="再交一篇").click()
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT, "手机上写的也够十个字了吧。"]


def test_a_phone_that_saves_data_fetches_nothing_ahead(phone, link, case):
    phone.add_init_script("Object.defineProperty(navigator.connection, 'saveData', {get: () => true})")
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    until_kept(phone, "/my/")
    phone.goto(f"{link.address}/my/duties/")
    until_kept(phone, "/my/duties/")
    assert copy_of(phone, case.path) == ""


def test_organisers_and_visitors_have_no_worker(phone, link, case):
    phone.goto(f"{link.address}/sign-in/")
    enter(phone, link.address, case.camp.by)
    phone.goto(f"{link.address}/desk/{case.camp.programme.code}/")
    assert phone.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def again(tab):
    """Reload, unless the page goes on by itself at that moment: it sends what it keeps as soon as there is a network."""
    try:
        tab.reload()
    except Error as failure:
        if "ERR_ABORTED" not in failure.message:
            raise
        tab.wait_for_load_state()


def test_two_tabs_that_waited_hand_in_one_reflection(phone, link, case, problems):
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(link.address + case.path)
    until_kept(phone, case.path)
    phone.context.set_offline(True)
    phone.get_by_label("我的心得").fill(TEXT)
    phone.get_by_role("button", name="提交心得").click()
    expect(phone.locator("#draft-state")).to_contain_text("没有网络")
    other = phone.context.new_page()
    other.goto(link.address + case.path)
    expect(other.get_by_label("我的心得")).to_have_value(TEXT)
    problems.clear()
    phone.context.set_offline(False)
    for tab in (phone, other):
        again(tab)
        expect(tab.get_by_role("heading", name="再写一篇")).to_be_visible()
        expect(tab.get_by_label("我的心得")).to_have_value("")
    assert written() == [TEXT]
    problems.clear()


def test_a_text_written_on_after_it_had_arrived_is_not_lost(phone, link, case, problems):
    """The answer to the first sending is lost on its way; the learner goes on writing."""
    enter(phone, link.address, case.camp.learner.person)
    phone.goto(link.address + case.path)
    phone.get_by_label("我的心得").fill(TEXT)
    draft = phone.evaluate("Object.entries(localStorage).find(([name]) => name.startsWith('yz-draft'))")
    cases.hand_in_reflection(
        enrolment=case.camp.learner,
        activity=case,
        text=TEXT,
        key=json.loads(draft[1])["key"],
        by=case.camp.learner.person,
    )
    phone.get_by_label("我的心得").fill(TEXT + "还有一点。")
    phone.reload()
    expect(phone.get_by_label("我的心得")).to_have_value(TEXT + "还有一点。")
    phone.get_by_role("button", name="提交心得").click()
    phone.get_by_role("button", name="再交一篇").click()
    expect(phone.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT, TEXT + "还有一点。"]


def test_without_a_worker_a_draft_is_kept_and_sent_all_the_same(open_context, link, case, problems):
    """As in an in-app browser that has none."""
    context = open_context(PHONE, service_workers="block")
    page = context.new_page()
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    enter(page, link.address, case.camp.learner.person)
    page.goto(link.address + case.path)
    page.get_by_label("我的心得").fill(TEXT)
    context.set_offline(True)
    page.get_by_role("button", name="提交心得").click()
    expect(page.locator("#draft-state")).to_contain_text("没有网络")
    problems.clear()
    context.set_offline(False)
    expect(page.get_by_text("心得已提交")).to_be_visible()
    assert written() == [TEXT]


def test_a_new_version_takes_over_and_old_copies_keep_their_look(
    tmp_path, site_model, open_context, problems
):
    """A server that is stopped, given other assets, and started again: kept pages stay readable all the while."""
    folder = tmp_path / "data"
    shutil.copytree(site_model, folder)
    port = free_port()
    page = open_context(PHONE).new_page()
    with served(folder, port=port) as (address, process):
        page.goto(f"{address}/sign-in/")
        page.get_by_role("button", name="学员").first.click()
        page.wait_for_url("**/my/**")
        page.goto(f"{address}/my/")
        until_kept(page, "/my/")
        process.terminate()
        process.wait(20)
        page.goto(f"{address}/my/")
        expect(page.locator(".kept-note")).to_contain_text(NOTE)
        problems.clear()
    old = page.evaluate(
        "[...document.styleSheets].map((s) => s.href).find((href) => href.includes('yingzao'))"
    )
    renew_asset(folder, "ui/yingzao.css")
    with served(folder, port=port) as (address, process):
        page.goto(f"{address}/my/duties/")  # the page is fresh; the worker is asked for anew
        wait_for(lambda: "aaaaaaaaaaaa" in " ".join(kept_assets(page)), seconds=20)
        assert old in kept_assets(page)  # 今天 was kept with it
        until_kept(page, "/my/duties/", "aaaaaaaaaaaa")
        page.goto(f"{address}/my/")
        until_kept(page, "/my/", "aaaaaaaaaaaa")
        process.terminate()
        process.wait(20)
        page.goto(f"{address}/my/")
        expect(page.locator(".kept-note")).to_contain_text(NOTE)
        assert page.evaluate("getComputedStyle(document.querySelector('.phone-main')).maxWidth") == "544px"
        problems.clear()


def kept_assets(page: Page) -> list[str]:
    return page.evaluate(
        "async () => (await (await caches.open('yz-assets')).keys()).map((request) => request.url)"
    )


def renew_asset(folder: Path, name: str) -> None:
    """What collecting static files leaves when one of them has changed."""
    static = folder / "static"
    manifest = json.loads((static / "staticfiles.json").read_text())
    old = manifest["paths"][name]
    stem, _sum, ending = old.rsplit(".", 2)
    new = f"{stem}.aaaaaaaaaaaa.{ending}"
    for tail in ("", ".gz", ".br"):
        if (static / (old + tail)).exists():
            shutil.copy(static / (old + tail), static / (new + tail))
    manifest["paths"][name] = new
    manifest["hash"] = "another"
    (static / "staticfiles.json").write_text(json.dumps(manifest))


@pytest.fixture
def site_model(tmp_path_factory):
    def build(folder: Path) -> None:
        done = yingzao("demo", data=folder)
        assert done.returncode == 0, done.stderr

    return shared_folder(tmp_path_factory, "example", build)
