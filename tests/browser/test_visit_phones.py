"""Two organisers in a village without a signal: they scan, tick, add a walk-in; what they did arrives later, once."""

import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path

import pytest
import segno
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, enter
from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from tests.instances import wait_for
from yingzao.activities import actions as activities
from yingzao.activities.models import Evidence
from yingzao.core import clock
from yingzao.enrolment.models import IdentityMatch
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import Scan, Stop
from yingzao.visits.settling import codes

pytestmark = pytest.mark.django_db(transaction=True)
KEPT = "没有网络也能用"
FULL = (
    "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') } }"
)


class Trip:
    """A visit of four stops that began at eight; `at(10, 2)` is 10:02 of that day."""

    def __init__(self) -> None:
        self.camp = Learning()
        self.begins = (clock.now() - dt.timedelta(hours=6)).replace(second=0, microsecond=0)
        self.visit = ActivityFactory(
            programme=self.camp.programme,
            kind="visit",
            title="参访四个社区",
            starts_at=self.begins,
            ends_at=self.begins + dt.timedelta(hours=10),
        )
        for title in ("文华花园", "霞石村", "振华社区", "仙涌村"):
            PartFactory(activity=self.visit, title=title)
        self.learners = [
            EnrolmentFactory(programme=self.camp.programme, name=name, number=f"{number:02d}")
            for number, name in enumerate(("学员甲", "学员乙", "学员E"), 31)
        ]
        self.e = self.learners[-1]
        FieldVisit().plan(self.visit, [], None)
        activities.resettle(self.camp.programme)
        self.path = f"/desk/{self.camp.programme.code}/visits/{self.visit.code}/"

    def at(self, hour: int, minute: int = 0) -> dt.datetime:
        return self.begins + dt.timedelta(hours=hour - 8, minutes=minute)


@pytest.fixture
def trip(transactional_db):
    return Trip()


def is_about(one: dt.datetime, other: dt.datetime) -> bool:
    """How wrong a clock is can be told up to the time that a delivery takes."""
    return abs(one - other) < dt.timedelta(seconds=5)


def picture_of(text: str) -> dict:
    """A photo of somebody's screen, as a phone's camera app hands it to the page."""
    data = io.BytesIO()
    segno.make(text, error="m", micro=False).save(data, kind="png", scale=7, border=5)
    return {"name": "IMG_1.png", "mimeType": "image/png", "buffer": data.getvalue()}


def pass_of(link, learner) -> str:
    return f"{link.address}/visits/pass/{actions.pass_of(learner.code)}/"


def prepare(page: Page, link, trip, person) -> None:
    enter(page, link.address, person)
    page.goto(f"{link.address}{trip.path}phone/")
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=20_000)


def at_stop(page: Page, title: str, now: dt.datetime) -> None:
    page.clock.set_fixed_time(now)
    page.get_by_label("站点").select_option(title)


def show_pass(page: Page, link, learner) -> None:
    page.locator("#phone-scan [data-photo]").set_input_files(picture_of(pass_of(link, learner)))


def send(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_text("全部已发送")).to_be_visible(timeout=20_000)


def test_a_day_on_two_phones_becomes_one_attendance(phone, link, trip, open_context, accessible, problems):
    second = open_context(PHONE).new_page()
    other = StaffRoleFactory(programme=trip.camp.programme, role=Role.ORGANISER).person
    prepare(phone, link, trip, trip.camp.by)
    prepare(second, link, trip, other)
    assert accessible(phone) == []
    link.cut()
    problems.clear()
    # 10:02 by a right clock; then 10:05 by one that is seven minutes fast: it was 9:58.
    at_stop(phone, "霞石村", trip.at(10, 2))
    show_pass(phone, link, trip.e)
    expect(phone.locator("#phone-last")).to_contain_text("学员E：霞石村已签到")
    at_stop(second, "霞石村", trip.at(10, 5))
    show_pass(second, link, trip.e)
    second.get_by_role("button", name="已到，签到 31 学员甲").click()
    phone.get_by_role("radio", name="签退").check()
    at_stop(phone, "霞石村", trip.at(11, 40))
    show_pass(phone, link, trip.e)
    expect(phone.locator("#phone-last")).to_contain_text("已签退")
    phone.get_by_role("button", name="现场补登").click()
    phone.get_by_label("联系电话").fill("123")
    phone.get_by_role("button", name="补登", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("姓名")
    phone.get_by_label("姓名", exact=True).fill("学员F")
    phone.get_by_role("button", name="补登", exact=True).click()
    expect(phone.get_by_role("alert")).to_contain_text("不是手机号")
    assert accessible(phone) == []
    phone.get_by_label("联系电话").fill("")
    phone.get_by_role("button", name="补登", exact=True).click()
    expect(phone.locator("#phone-last")).to_contain_text("学员F：已在霞石村补登")
    expect(phone.get_by_text("还有 3 条没有发送")).to_be_visible()
    # Phone 1 is shut and opened again, still without a network; everybody was signed out meanwhile.
    phone.close()
    phone = phone.context.new_page()
    phone.clock.set_fixed_time(trip.at(13))
    phone.goto(f"{link.address}{trip.path}phone/")
    expect(phone.get_by_text("还有 3 条没有发送")).to_be_visible()
    assert accessible(phone) == []
    assert not Scan.objects.exists()
    Session.objects.all().delete()
    phone.context.set_offline(True)
    link.mend()
    second.clock.set_fixed_time(clock.now() + dt.timedelta(minutes=7))
    send(second)
    phone.clock.set_fixed_time(clock.now())
    phone.context.set_offline(False)
    send(phone)
    standing = Evidence.objects.filter(withdrawn_at=None)
    mine = standing.filter(enrolment=trip.e)
    assert sorted(mine.values_list("fact", "part__title", "happened_at")) == [
        ("checked_in", "霞石村", trip.at(10, 5)),
        ("checked_out", "霞石村", trip.at(11, 40)),
    ]
    assert Scan.objects.filter(enrolment=trip.e, what="in").count() == 2
    assert IdentityMatch.objects.get().name_as_given == "学员F"
    # What the phone's own clock said stays until a person takes the other time.
    phone.clock.set_fixed_time(clock.now())
    enter(phone, link.address, trip.camp.by)
    phone.goto(f"{link.address}{trip.path}check-ins/")
    [offer] = [o for o in queries.offered_times(trip.visit) if o.scan.enrolment_id == trip.e.pk]
    assert [is_about(time, trip.at(9, 58)) for time in offer.times] == [True]
    row = phone.get_by_role("listitem").filter(has_text="学员E")
    row.get_by_role("button").first.click()
    expect(phone.get_by_text("时间已更正")).to_be_visible()
    assert is_about(mine.get(fact="checked_in").happened_at, trip.at(9, 58))
    assert not activities.recompute_all().differences
    problems.clear()


def test_a_camera_reads_one_learner_after_another(link, trip, playwright, tmp_path, problems):
    """A film of a learner's code in place of a camera."""
    segno.make(pass_of(link, trip.e), error="m", micro=False).save(tmp_path / "pass.png", scale=8, border=6)
    film = tmp_path / "camera.y4m"
    scene = "scale=420:420,pad=1280:720:(ow-iw)/2:(oh-ih)/2:gray,format=yuv420p"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-loop", "1", "-i", tmp_path / "pass.png", "-vf", scene, "-t", "2", "-r", "10", film],
        check=True,
    )  # fmt: skip
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=[
            "--no-sandbox",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    page = browser.new_context(**PHONE, locale="zh-CN").new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    prepare(page, link, trip, trip.camp.by)
    page.get_by_label("站点").select_option("霞石村")
    page.get_by_role("button", name="扫学员码").click()
    expect(page.locator("#phone-last")).to_contain_text("学员E：霞石村已签到")
    wait_for(lambda: Evidence.objects.filter(enrolment=trip.e).exists(), seconds=10)
    assert Scan.objects.get().way == "pass"
    expect(page.locator("#phone-last")).to_contain_text("先前已记录")  # it is still held up
    assert Scan.objects.count() == 1
    page.get_by_role("button", name="关闭相机").click()
    browser.close()
    assert problems == []


def test_a_refused_camera_and_a_page_without_https_are_answered(phone, link, trip):
    prepare(phone, link, trip, trip.camp.by)
    phone.get_by_role("button", name="扫学员码").click()
    expect(phone.locator("#phone-scan")).to_contain_text("改用“拍码”")
    phone.locator("#phone-scan [data-photo]").set_input_files(Path(__file__))
    expect(phone.locator("#phone-scan")).to_contain_text("没有找到码")
    phone.locator("#phone-scan [data-photo]").set_input_files(picture_of("https://example.org/"))
    expect(phone.locator("#phone-scan")).to_contain_text("不是要找的码")
    forged = f"{link.address}/visits/pass/{trip.e.code}.aaaabbbbccccdddd/"
    phone.locator("#phone-scan [data-photo]").set_input_files(picture_of(forged))
    expect(phone.locator("#phone-last")).to_contain_text("不是")
    assert not Scan.objects.exists()


def test_the_code_is_shown_without_a_network_by_the_servers_time(phone, link, trip, problems):
    stop = Stop.objects.get(part__title="振华社区")
    phone.clock.set_fixed_time(clock.now() + dt.timedelta(minutes=7))
    prepare(phone, link, trip, trip.camp.by)
    expect(phone.get_by_text("时钟快 7 分钟")).to_be_visible()
    link.cut()
    phone.reload()
    phone.get_by_label("站点").select_option("振华社区")
    phone.get_by_role("button", name="出示签到码").click()
    shown = phone.locator("#phone-digits").inner_text().replace(" ", "")
    assert codes.code_is_good(stop.secret, shown, clock.now())
    drawn = phone.evaluate("document.getElementById('phone-qr').outerHTML")
    assert "path" in drawn
    problems.clear()


def test_a_phone_without_room_says_so_and_what_was_typed_stays(phone, link, trip):
    prepare(phone, link, trip, trip.camp.by)
    phone.evaluate(FULL)
    phone.route("**/checking-in/", lambda route: route.abort())  # with a network it would go at once
    phone.get_by_role("button", name="现场补登").click()
    phone.get_by_label("姓名", exact=True).fill("学员F")
    phone.get_by_role("button", name="补登", exact=True).click()
    expect(phone.locator("#phone-last")).to_contain_text("空间已满")
    phone.get_by_role("button", name="现场补登").click()
    expect(phone.get_by_label("姓名", exact=True)).to_have_value("学员F")


def test_a_slip_is_taken_back_before_it_is_sent(phone, link, trip, problems):
    prepare(phone, link, trip, trip.camp.by)
    link.cut()
    phone.get_by_role("button", name="已到，签到 31 学员甲").click()
    phone.get_by_text("这部手机上的记录").click()
    phone.get_by_role("button", name="撤回").click()
    expect(phone.get_by_role("button", name="已到，签到 31 学员甲")).to_be_visible()
    link.mend()
    send(phone)
    assert not Scan.objects.exists()
    problems.clear()
