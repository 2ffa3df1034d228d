"""Other browsers than a new Chromium with everything: installed, inside WeChat, asked where it is."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, enter
from tests.browser.test_visits import shown, until_kept, visit  # noqa: F401 - a fixture
from tests.factories.communities import CommunityFactory
from tests.instances import wait_for
from yingzao.activities.models import Evidence
from yingzao.visits.models import Scan, Stop

pytestmark = pytest.mark.django_db(transaction=True)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; PGKM10 Build/TP1A.220905.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231202 MMWEBID/2247 MicroMessenger/8.0.47.2560(0x28002F35) "
    "WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64"
)
NO_CAMERA = "() => { Object.defineProperty(navigator, 'mediaDevices', { value: undefined }) }"


def test_it_can_be_installed_and_starts_without_a_network(visit, link, playwright, tmp_path):  # noqa: F811
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path),
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox"],
        **PHONE,
        locale="zh-CN",
    )
    page = context.pages[0]
    enter(page, link.address, visit.camp.learner.person)
    page.goto(link.address + visit.path)
    until_kept(page, visit.path)
    session = context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    context.close()
    link.cut()
    # The phone was off; there is no signal where it is switched on again.
    context = playwright.chromium.launch_persistent_context(
        str(tmp_path),
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox"],
        **PHONE,
        locale="zh-CN",
    )
    page = context.pages[0]
    page.goto(link.address + visit.path)
    expect(page.get_by_role("heading", name="走进霞石村")).to_be_visible()
    expect(page.get_by_label("屏幕上的六位数字")).to_be_visible()
    context.close()


def test_wechat_s_scanner_leads_to_a_page_that_checks_in(visit, link, open_context):  # noqa: F811
    second = Stop.objects.get(part__title="霞石村")
    context = open_context(PHONE, user_agent=WECHAT, service_workers="block")
    page = context.new_page()
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.add_init_script(f"({NO_CAMERA})()")
    enter(page, link.address, visit.camp.learner.person)
    counter, digits = shown(second)
    page.goto(f"{link.address}{visit.path}?s={second.part.code}&n={counter}&c={digits}")
    expect(page.get_by_role("heading", name="霞石村", exact=True)).to_be_visible()
    expect(page.get_by_text("用浏览器打开")).to_be_visible()
    page.get_by_role("button", name="扫签到码").click()
    expect(page.locator("#field-scan")).to_contain_text("改用“拍码”")
    page.get_by_role("button", name="签到", exact=True).click()
    wait_for(lambda: Evidence.objects.exists(), seconds=15)
    assert (Evidence.objects.get().part, Scan.objects.get().state) == (second.part, "counted")


@pytest.mark.parametrize(
    ("place", "state"),
    [
        ({"latitude": 22.9001, "longitude": 113.1, "accuracy": 20}, "counted"),
        ({"latitude": 23.2, "longitude": 113.1, "accuracy": 20}, "waiting"),
        (None, "waiting"),
    ],
    ids=["there", "far", "refused"],
)
def test_where_the_phone_is_decides_whether_staff_are_asked(visit, link, open_context, place, state):  # noqa: F811
    stop = Stop.objects.get(part__title="霞石村")
    stop.community = CommunityFactory(organisation=stop.organisation, latitude="22.9", longitude="113.1")
    stop.place_check_m = 300
    stop.save()
    allowed = {"geolocation": place, "permissions": ["geolocation"]} if place else {}
    page = open_context(PHONE, **allowed).new_page()
    enter(page, link.address, visit.camp.learner.person)
    page.goto(link.address + visit.path)
    page.get_by_label("屏幕上的六位数字").fill(shown(stop)[1])
    page.get_by_role("button", name="签到", exact=True).click()
    wait_for(lambda: Scan.objects.exists(), seconds=20)
    scan = Scan.objects.get()
    assert scan.state == state
    assert (scan.distance_m is None) is (place is None)
    if place:
        assert (scan.distance_m > 33_000) is (state == "waiting")
    expect(
        page.get_by_text("等待工作人员确认" if state == "waiting" else "您已在霞石村签到").first
    ).to_be_visible()
