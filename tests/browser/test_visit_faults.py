"""What goes wrong on the way between a phone in the field and the server: answers that are none, a full phone, one bad record
among good ones, a page that was kept before what it should offer, a list that says another thing than the phone remembers."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import enter
from tests.browser.test_visit_notes import keep_photos, photo
from tests.browser.test_visit_notes import visit as noted  # noqa: F401
from tests.browser.test_visit_phones import (
    FULL,
    picture_of,
    prepare,
    send,
    show_pass,
    trip,  # noqa: F401
)
from tests.browser.test_visits import shown, until_kept, visit  # noqa: F401
from tests.instances import wait_for
from yingzao.activities import actions as activities
from yingzao.activities.models import Activity, Evidence
from yingzao.core import clock
from yingzao.visits import actions, queries
from yingzao.visits.models import FieldFile, FieldNote, Scan, Stop

pytestmark = pytest.mark.django_db(transaction=True)
DOOR = "**/checking-in/"
# A gateway to which the first file is too large. (Playwright's own routes do not carry bytes that are no text.)
TOO_LARGE = """() => {
  globalThis.askServer = fetch;
  let first;
  fetch = (address, request) => {
    const key = request?.headers?.["X-File"];
    first ??= key;
    return key && key === first ? Promise.resolve(new Response("", { status: 413 })) : askServer(address, request);
  };
}"""


def retry(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def answer_with(body: str, status: int = 200) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body, content_type="application/json")


def refuse_those_with(text: str) -> Callable[[Route], None]:
    """A server that fails over each delivery that holds this text."""

    def look(route: Route) -> None:
        if text in (route.request.post_data or ""):
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    return look


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("{}", 200, "没有网络"),  # what a hotel's network says for everybody
        ("null", 200, "没有网络"),
        ("<html>", 200, "没有网络"),
        ('{"receipts": [{', 200, "没有网络"),
        ('{"receipts": [null, {}, {"key": "a"}]}', 200, "还有 1 条"),
        ("{}", 403, "没有网络"),
        ("", 413, "没能收下"),
        ("", 500, "没能收下"),
        ("", 502, "没有网络"),
    ],
)
def test_what_is_no_answer_of_ours_loses_nothing(phone, link, trip, problems, body, status, said):  # noqa: F811
    prepare(phone, link, trip, trip.camp.by)
    phone.route(DOOR, answer_with(body, status))
    phone.get_by_role("button", name="已到，签到 31 学员甲").click()
    expect(phone.locator("[data-field]")).to_contain_text(said)
    expect(phone.get_by_text("还有 1 条没有发送")).to_be_visible()
    assert not [one for one in problems if one.startswith("page")]
    phone.unroute(DOOR)
    send(phone)
    assert Scan.objects.get().enrolment == trip.learners[0]
    problems.clear()


def test_one_record_that_the_server_fails_over_holds_up_no_other(phone, link, trip, problems):  # noqa: F811
    prepare(phone, link, trip, trip.camp.by)
    phone.route(DOOR, lambda route: route.abort())
    for learner in trip.learners:
        phone.get_by_role("button", name=f"已到，签到 {learner.number}").click()
        expect(phone.locator("#phone-last")).to_contain_text(learner.name)
    expect(phone.get_by_text("还有 3 条没有发送")).to_be_visible()
    phone.route(DOOR, refuse_those_with(trip.learners[0].code))  # in place of the one before
    retry(phone)
    expect(phone.get_by_text("还有 1 条没有发送")).to_be_visible()
    expect(phone.get_by_text("服务器刚才没能收下")).to_be_visible()
    assert set(Scan.objects.values_list("enrolment", flat=True)) == {e.pk for e in trip.learners[1:]}
    phone.unroute(DOOR)
    send(phone)
    assert Scan.objects.count() == 3
    problems.clear()


def test_what_was_taken_back_on_the_list_can_be_recorded_again(phone, link, trip):  # noqa: F811
    """The list's word is newer than the phone's own memory of what it sent."""
    prepare(phone, link, trip, trip.camp.by)
    stop = Stop.objects.get(part__title="霞石村")
    phone.get_by_label("站点").select_option("霞石村")
    button = phone.get_by_role("button", name="已到，签到 31 学员甲")
    button.click()
    wait_for(lambda: Evidence.objects.exists(), seconds=10)
    expect(button).to_be_hidden()
    phone.wait_for_timeout(6_000)  # longer than a record may be under way
    actions.untick(stop=stop, enrolment=trip.learners[0], by=trip.camp.by, reason="看错了人")
    retry(phone)
    expect(button).to_be_visible()
    show_pass(phone, link, trip.learners[0])
    expect(phone.locator("#phone-last")).to_contain_text("霞石村已签到")
    wait_for(lambda: Evidence.objects.filter(withdrawn_at=None).exists(), seconds=10)
    assert Evidence.objects.count() == 2
    assert not activities.recompute_all().differences


def test_an_answer_that_was_lost_and_a_page_that_was_shut_make_one_record(phone, link, trip, problems):  # noqa: F811
    prepare(phone, link, trip, trip.camp.by)

    def lose(route: Route) -> None:
        route.fetch()  # the server has it, and has said so
        route.abort()

    phone.route(DOOR, lose)
    with phone.expect_event("requestfailed"):
        phone.get_by_role("button", name="已到，签到 31 学员甲").click()
    assert Scan.objects.exists()
    expect(phone.get_by_text("还有 1 条没有发送")).to_be_visible()
    phone.close()
    phone = phone.context.new_page()
    phone.goto(f"{link.address}{trip.path}phone/")
    expect(phone.get_by_text("全部已发送")).to_be_visible(timeout=20_000)
    assert (Scan.objects.count(), Evidence.objects.count()) == (1, 1)
    problems.clear()


def test_a_phone_without_room_but_with_a_network_still_checks_in(phone, link, trip):  # noqa: F811
    prepare(phone, link, trip, trip.camp.by)
    phone.evaluate(FULL)
    button = phone.get_by_role("button", name="已到，签到 31 学员甲")
    button.click()
    expect(phone.locator("#phone-last")).to_contain_text("签到")
    expect(button).to_be_hidden()
    assert Scan.objects.get().state == "counted"


def test_a_learners_phone_without_room_checks_out_and_not_in_again(phone, link, visit):  # noqa: F811
    first = Stop.objects.get(part__title="文华花园")
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    phone.get_by_label("屏幕上的六位数字").fill(shown(first)[1])
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_role("button", name="签退")).to_be_visible(timeout=15_000)
    phone.wait_for_load_state("networkidle")
    phone.evaluate(FULL)
    phone.get_by_label("屏幕上的六位数字").fill(shown(first)[1])
    phone.get_by_role("button", name="签退").click()
    wait_for(lambda: Scan.objects.count() == 2, seconds=15)
    assert [*Scan.objects.order_by("pk").values_list("what", "state")] == [
        ("in", "counted"),
        ("out", "counted"),
    ]


def test_a_learners_phone_without_room_or_network_says_so_and_keeps_the_digits(phone, link, visit, problems):  # noqa: F811
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    phone.evaluate(FULL)
    phone.route(DOOR, lambda route: route.abort())
    phone.get_by_label("屏幕上的六位数字").fill("123456")
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_role("alert").filter(has_text="空间")).to_be_visible()
    expect(phone.get_by_label("屏幕上的六位数字")).to_have_value("123456")
    assert not Scan.objects.exists()
    problems.clear()


def test_who_checked_in_without_a_network_checks_out_without_one(phone, link, visit, accessible, problems):  # noqa: F811
    """The page was kept before anybody had checked in."""
    stop = Stop.objects.get(part__title="霞石村")
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    until_kept(phone, visit.path)
    expect(phone.get_by_role("button", name="签退")).to_be_hidden()
    link.cut()
    for ago, button in ((40, "签到"), (20, "签退")):
        now = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=ago)
        phone.clock.set_fixed_time(now)
        counter, digits = shown(stop, dt.timedelta(minutes=ago))
        phone.goto(f"{link.address}{visit.path}?s={stop.part.code}&n={counter}&c={digits}")
        phone.get_by_role("button", name=button, exact=True).click()
        expect(phone.get_by_label("这部手机上的签到")).to_contain_text(button)
    assert accessible(phone) == []
    phone.clock.set_fixed_time(dt.datetime.now(dt.UTC))
    link.mend()
    retry(phone)
    wait_for(lambda: Scan.objects.count() == 2, seconds=20)
    assert [*Scan.objects.order_by("at").values_list("what", "state")] == [
        ("in", "waiting"),
        ("out", "waiting"),
    ]
    problems.clear()


def test_what_waits_is_sent_though_staff_ticked_the_learner_everywhere_meanwhile(
    phone,
    link,
    visit,  # noqa: F811
    problems,
):
    learner = visit.camp.learner
    stop = Stop.objects.get(part__title="霞石村")
    enter(phone, link.address, learner.person)
    phone.goto(link.address + visit.path)
    phone.route(DOOR, lambda route: route.abort())
    phone.get_by_label("屏幕上的六位数字").fill(shown(stop)[1])
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_label("这部手机上的签到")).to_contain_text("还没有发送")
    for one in Stop.objects.all():
        for what in ("in", "out"):
            actions.check_in_by_staff(stop=one, enrolment=learner, by=visit.camp.by, what=what)
    before = Scan.objects.count()
    phone.close()
    phone = phone.context.new_page()
    phone.goto(link.address + visit.path)
    wait_for(lambda: Scan.objects.count() == before + 1, seconds=20)
    assert Scan.objects.get(way="code").state == "again"
    expect(phone.get_by_role("button", name="签到", exact=True)).to_be_hidden()
    problems.clear()


def test_the_code_of_another_visit_is_told_at_once(phone, link, visit):  # noqa: F811
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    other = f"{link.address}/my/visits/other-visit/?s=abc&n=1&c=123456"
    phone.locator("#field-scan [data-photo]").set_input_files(picture_of(other))
    expect(phone.locator("#field-scan")).to_contain_text("不是要找的码")
    expect(phone.get_by_label("屏幕上的六位数字")).to_have_value("")
    ours = f"{link.address}{visit.path}?s=abc&n=1&c=123456"
    phone.locator("#field-scan [data-photo]").set_input_files(picture_of(ours))
    expect(phone.get_by_label("屏幕上的六位数字")).to_have_value("123456")


def test_files_that_are_no_photos_are_answered_one_by_one_and_spoil_nothing(
    phone,
    link,
    noted,  # noqa: F811
    tmp_path,
    problems,
):
    enter(phone, link.address, noted.camp.learner.person)
    phone.goto(link.address + noted.path)
    large = tmp_path / "大.jpg"
    large.write_bytes(
        photo(1)["buffer"] + b"\0" * (21 * 1024 * 1024)
    )  # as phones with a hundred megapixels write them
    phone.locator("#note-photos").set_input_files(
        [
            {"name": "空.jpg", "mimeType": "image/jpeg", "buffer": b""},
            {"name": "讲义.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"},
        ]
    )
    expect(phone.locator("#note-trouble")).to_contain_text("空.jpg")
    expect(phone.locator("#note-trouble")).to_contain_text("讲义.pdf")
    expect(phone.locator("#note-people")).to_be_hidden()
    keep_photos(phone, [large], "没有能认出的人")
    keep_photos(phone, [{"name": "文字.jpg", "mimeType": "image/jpeg", "buffer": b"hello"}], "没有能认出的人")
    wait_for(lambda: FieldFile.objects.filter(state="free").exists(), seconds=20)
    expect(phone.locator("#note-rows")).to_contain_text("不是能读取的照片")
    assert FieldFile.objects.get(state="free").size < 1_500_000  # made smaller on the phone
    assert problems == []


def test_a_file_that_the_server_fails_over_holds_up_no_other(phone, link, noted, problems):  # noqa: F811
    enter(phone, link.address, noted.camp.learner.person)
    phone.goto(link.address + noted.path)
    phone.evaluate(TOO_LARGE)
    keep_photos(phone, [photo(1, (800, 600)), photo(2, (800, 600))], "没有能认出的人")
    wait_for(lambda: FieldFile.objects.filter(state="free").count() == 1, seconds=20)
    expect(phone.get_by_text("服务器刚才没能收下")).to_be_visible()
    phone.evaluate("() => { fetch = askServer }")
    retry(phone)
    wait_for(lambda: FieldFile.objects.filter(state="free").count() == 2, seconds=20)
    problems.clear()


def test_a_server_that_forgot_a_file_is_told_of_it_again(phone, link, noted, problems):  # noqa: F811
    """It was brought back from a copy that is older than the delivery."""
    enter(phone, link.address, noted.camp.learner.person)
    phone.goto(link.address + noted.path)
    phone.route("**/checking-in/files/", lambda route: route.abort())
    keep_photos(phone, [photo(1, (800, 600))], "没有能认出的人")
    wait_for(lambda: FieldFile.objects.exists(), seconds=20)
    FieldFile.objects.all().delete()
    phone.unroute("**/checking-in/files/")
    retry(phone)
    wait_for(lambda: FieldFile.objects.exists(), seconds=20)
    retry(phone)
    wait_for(lambda: FieldFile.objects.filter(state="free").exists(), seconds=20)
    problems.clear()


def test_half_an_emoji_in_a_note_arrives(phone, link, noted):  # noqa: F811
    enter(phone, link.address, noted.camp.learner.person)
    phone.goto(link.address + noted.path)
    phone.get_by_label("我看到和听到的").fill("x")
    phone.evaluate("document.querySelector('#note-form [name=text]').value = '看到\\ud83d'")
    phone.get_by_role("button", name="存下记录").click()
    wait_for(lambda: FieldNote.objects.exists(), seconds=15)
    assert FieldNote.objects.get().text == "看到\N{REPLACEMENT CHARACTER}"
    assert json.dumps(FieldNote.objects.get().text)


def test_a_screen_without_a_network_holds_up_no_code_that_is_not_good(page, link, trip, accessible, problems):  # noqa: F811
    enter(page, link.address, trip.camp.by)
    stop = Stop.objects.get(part__title="霞石村")
    page.goto(f"{link.address}{trip.path}stops/{stop.part.code}/code/")
    expect(page.locator(".hold-digits")).to_be_visible()
    link.cut()
    page.evaluate("() => { const now = performance.now(); performance.now = () => now + 62_000; }")
    expect(page.locator(".hold-digits")).to_be_hidden()
    expect(page.get_by_role("alert")).to_contain_text("现在不能用了")
    assert accessible(page) == []
    link.mend()
    expect(page.locator(".hold-digits")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("alert")).to_be_hidden()
    problems.clear()


def test_today_says_what_still_waits_after_the_phone_was_switched_off(
    phone,
    link,
    visit,  # noqa: F811
    accessible,
    problems,
):
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(f"{link.address}/my/")
    waiting = phone.get_by_text("参访的记录还在这部手机上")
    expect(waiting).to_be_hidden()
    phone.goto(link.address + visit.path)
    phone.route(DOOR, lambda route: route.abort())
    phone.get_by_label("屏幕上的六位数字").fill("123456")
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_label("这部手机上的签到")).to_contain_text("还没有发送")
    phone.close()
    phone = phone.context.new_page()
    for start in ("/my/", "/my/duties/"):
        phone.goto(link.address + start)
        expect(phone.get_by_text("参访的记录还在这部手机上")).to_be_visible()
    assert accessible(phone) == []
    phone.get_by_role("link", name="有网络时打开这次参访").click()
    wait_for(lambda: Scan.objects.exists(), seconds=20)
    expect(phone.get_by_label("这部手机上的签到")).not_to_contain_text(
        "还没有发送"
    )  # the answer has come, too
    phone.goto(f"{link.address}/my/")
    phone.wait_for_load_state("networkidle")
    expect(phone.get_by_text("参访的记录还在这部手机上")).to_be_hidden()
    # What one person left on the phone is not told to the next one.
    phone.route(DOOR, lambda route: route.abort())
    phone.goto(link.address + visit.path)
    phone.get_by_label("屏幕上的六位数字").fill("654321")
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_label("这部手机上的签到")).to_contain_text("还没有发送")
    enter(phone, link.address, visit.camp.other.person)
    phone.goto(f"{link.address}/my/")
    phone.wait_for_load_state("networkidle")
    expect(phone.get_by_text("参访的记录还在这部手机上")).to_be_hidden()
    problems.clear()


def test_what_was_refused_is_told_and_goes_again_once_it_is_mended(phone, link, trip, accessible, problems):  # noqa: F811
    """The visit was cancelled while the phone had no network, and takes place after all."""
    prepare(phone, link, trip, trip.camp.by)
    link.cut()
    phone.get_by_role("button", name="已到，签到 31 学员甲").click()
    Activity.objects.filter(pk=trip.visit.pk).update(state="cancelled")
    link.mend()
    retry(phone)
    expect(phone.locator("#phone-state")).to_contain_text("服务器没有接收：1 条", timeout=15_000)
    expect(phone.get_by_text("全部已发送")).to_be_hidden()
    phone.get_by_text("这部手机上的记录").click()
    expect(phone.locator("#phone-rows")).to_contain_text("参访已取消")
    assert accessible(phone) == []
    Activity.objects.filter(pk=trip.visit.pk).update(state="planned")
    phone.get_by_role("button", name="再送一次").click()
    expect(phone.get_by_text("全部已发送")).to_be_visible(timeout=15_000)
    assert Scan.objects.get().state == "counted"
    problems.clear()


def test_every_page_of_the_visit_counts_and_sends_what_the_others_kept(phone, link, trip, problems):  # noqa: F811
    """Photos go from the page with the roster as well: nobody looks at three pages to see whether all has arrived."""
    prepare(phone, link, trip, trip.camp.by)
    phone.goto(f"{link.address}{trip.path}phone/notes/")
    until_kept(phone, f"{trip.path}phone/notes/")
    phone.context.set_offline(True)
    keep_photos(phone, [photo(1, (800, 600)), photo(2, (800, 600))], "没有能认出的人")
    phone.goto(f"{link.address}{trip.path}phone/")
    phone.get_by_role("button", name="已到，签到 31 学员甲").click()
    expect(phone.get_by_text("还有 3 条没有发送")).to_be_visible()
    phone.goto(f"{link.address}{trip.path}phone/notes/")
    expect(phone.locator("#note-state")).to_contain_text("3")
    phone.goto(f"{link.address}{trip.path}phone/")
    phone.context.set_offline(False)
    expect(phone.get_by_text("全部已发送")).to_be_visible(timeout=20_000)
    assert FieldFile.objects.filter(state="free").count() == 2
    assert Scan.objects.count() == 1
    problems.clear()


def test_a_clock_put_right_by_the_network_still_offers_the_other_time(phone, link, trip, problems):  # noqa: F811
    fast = dt.timedelta(minutes=7)
    phone.clock.set_fixed_time(clock.now() + fast)
    prepare(phone, link, trip, trip.camp.by)
    expect(phone.get_by_text("时钟快 7 分钟")).to_be_visible()
    phone.context.set_offline(True)
    phone.clock.set_fixed_time(trip.at(10, 5))
    phone.get_by_role("button", name="已到，签到 31 学员甲").click()
    expect(phone.get_by_text("还有 1 条没有发送")).to_be_visible()
    phone.clock.set_fixed_time(clock.now())
    phone.context.set_offline(False)
    expect(phone.get_by_text("全部已发送")).to_be_visible(timeout=20_000)
    [offer] = queries.offered_times(trip.visit)
    assert offer.recorded_at == trip.at(10, 5)
    assert abs(offer.times[0] - trip.at(9, 58)) < dt.timedelta(seconds=20)
    problems.clear()


SILENT = "IDBFactory.prototype.open = () => new EventTarget()"  # asked for its store, the browser says neither yes nor no


def test_a_store_that_never_opens_gets_an_answer_and_a_form_that_works(phone, link, trip, visit):  # noqa: F811
    phone.add_init_script(SILENT)
    enter(phone, link.address, trip.camp.by)
    for path in ("phone/", "phone/notes/"):
        phone.goto(f"{link.address}{trip.path}{path}")
        expect(phone.get_by_text("不保存数据")).to_be_visible(timeout=15_000)
    phone.context.clear_cookies()
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    phone.get_by_label("屏幕上的六位数字").fill(
        shown(Stop.objects.get(part__activity=visit, part__title="文华花园"))[1]
    )
    phone.get_by_role("button", name="签到", exact=True).click()
    expect(phone.get_by_text("您已在文华花园签到")).to_be_visible()
    assert Scan.objects.get().state == "counted"


# A line on which no more than this gets through before the page's patience ends.
NARROW = """(most) => {
  globalThis.askServer = fetch;
  fetch = (address, request) => {
    const size = request?.body?.byteLength ?? request?.body?.length ?? 0;
    return size > most ? Promise.reject(new DOMException("slow", "TimeoutError")) : askServer(address, request);
  };
}"""


def test_on_a_slow_line_smaller_pieces_and_fewer_records_go_at_once(phone, link, noted, problems):  # noqa: F811
    enter(phone, link.address, noted.camp.learner.person)
    phone.goto(link.address + noted.path)
    phone.evaluate(NARROW, 40_000)
    for _ in range(4):
        phone.get_by_label("我看到和听到的").fill("茶" * 4_900)  # 15 KB each
        phone.get_by_role("button", name="存下记录").click()
        expect(phone.get_by_label("我看到和听到的")).to_have_value("")
    keep_photos(phone, [photo(1)], "没有能认出的人")
    for _ in range(6):
        retry(phone)
        phone.wait_for_timeout(500)
    wait_for(lambda: FieldNote.objects.count() == 4, seconds=10)
    wait_for(lambda: FieldFile.objects.filter(state="free").exists(), seconds=20)
    expect(phone.locator("#note-state")).to_contain_text("全部已发送")
    assert problems == []
