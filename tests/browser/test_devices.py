"""Notices on a device: switched on with one button, shown by the worker, and said plainly where they cannot be."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.servers import push_service
from tests.instances import wait_for
from yingzao.integrations.push import keys
from yingzao.notices import actions
from yingzao.notices.enums import Channel
from yingzao.notices.models import Device, Message
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice

pytestmark = pytest.mark.django_db(transaction=True)

# Headless Chromium reaches no push service. What `subscribe` gives is a subscription of the test's own push service.
SUBSCRIBES = """(told) => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const found = () => ({
    endpoint: told.endpoint,
    options: { applicationServerKey: bytes(localStorage.getItem("subscribed")).buffer },
    toJSON: () => ({ endpoint: told.endpoint, keys: { p256dh: told.key, auth: told.secret } }),
    unsubscribe: async () => { localStorage.removeItem("subscribed"); return true; },
  });
  PushManager.prototype.getSubscription = async () => (localStorage.getItem("subscribed") ? found() : null);
  PushManager.prototype.subscribe = async (options) => {
    if (!options.userVisibleOnly) throw new Error("must show something");
    localStorage.setItem("subscribed", options.applicationServerKey);
    return found();
  };
}"""
PAGE = "/me/messages/settings/"


@pytest.fixture
def push(settings):
    with push_service() as service:
        settings.YINGZAO_PUSH_HOSTS = [service.origin]
        settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
        yield service


@pytest.fixture
def office(transactional_db):
    return OrganisationFactory(short_name="示例街道")


@pytest.fixture
def person(office):
    person = PersonFactory(display_name="周丽", language="zh-hans")
    if notice := current_privacy_notice():
        people.agree_to_notice(person=person, notice=notice)
    Message.objects.create(organisation=office, person=person, key="hello", kind="letter", title="欢迎")
    return person


def open_page(context: BrowserContext, live_server, person, signed_in, *scripts: str) -> Page:
    for script in scripts:
        context.add_init_script(script)
    page = context.new_page()
    signed_in(page, live_server, person)
    page.goto(live_server.url + PAGE)
    return page


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_notice_goes_from_the_button_to_the_screen(
    live_server, open_context, signed_in, person, office, push, accessible, size
):
    context = open_context(size)
    context.grant_permissions(["notifications"])
    browser = push.browser()
    page = open_page(
        context, live_server, person, signed_in, f"({SUBSCRIBES})({json.dumps(browser.subscription)})"
    )
    page.get_by_role("button", name="在这台设备上开启").click()
    expect(page.get_by_text("这台设备已能收到通知。")).to_be_visible()
    expect(page.get_by_text("这台设备已开启")).to_be_visible()
    expect(page.get_by_role("button", name="在这台设备上开启")).to_be_hidden()
    expect(page.get_by_text("这台设备", exact=True)).to_be_visible()
    assert page.evaluate("localStorage.getItem('subscribed')") == keys.public_key(settings_folder())
    assert accessible(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_role("button", name="测试").click()
    expect(page.get_by_text("测试已发出")).to_be_visible()
    assert actions.hand_over_due(Channel.PUSH) == 1
    shown = browser.read(push.posts[0][2])
    deliver(page, live_server.url, json.dumps(shown))
    wait_for(lambda: notices(page), seconds=10)
    assert notices(page) == [["测试：这台设备收得到通知。", "示例街道", live_server.url + shown["url"]]]
    page.goto(live_server.url + shown["url"])
    expect(page.get_by_role("heading", name="测试：这台设备收得到通知。")).to_be_visible()
    expect(page.get_by_text("设备通知: 已交出")).to_be_visible()

    page.goto(live_server.url + PAGE)
    expect(page.get_by_text("这台设备已开启")).to_be_visible()
    page.get_by_role("button", name="移除").click()
    expect(page.get_by_text("设备已移除")).to_be_visible()
    expect(page.get_by_role("button", name="在这台设备上开启")).to_be_visible()
    assert page.evaluate("localStorage.getItem('subscribed')") is None
    assert Device.objects.count() == 0


def test_the_worker_leads_nowhere_else_shows_no_rubbish_and_nothing_of_another_person(
    live_server, open_context, signed_in, person, push
):
    context = open_context(PHONE)
    context.grant_permissions(["notifications"])
    page = open_page(
        context, live_server, person, signed_in, f"({SUBSCRIBES})({json.dumps(push.browser().subscription)})"
    )
    page.get_by_role("button", name="在这台设备上开启").click()
    expect(page.get_by_text("这台设备已开启")).to_be_visible()
    page.reload()  # the worker learns from it whose device it is
    for url in (
        "https://elsewhere.example.org/x",
        "//elsewhere.example.org/x",
        "javascript:alert(1)",
        "http://[",
    ):
        deliver(
            page, live_server.url, json.dumps({"title": url, "url": url, "tag": url, "account": person.code})
        )
    deliver(page, live_server.url, "no json")
    deliver(
        page, live_server.url, json.dumps({"title": "别人的", "url": "/", "tag": "o", "account": "SOMEBODY"})
    )
    deliver(
        page,
        live_server.url,
        json.dumps({"title": "最后", "url": "/my/", "tag": "last", "account": person.code}),
    )
    wait_for(lambda: any(title == "最后" for title, *_ in notices(page)), seconds=10)
    found = {title: url for title, _body, url in notices(page)}
    assert found.pop("最后") == f"{live_server.url}/my/"
    assert "别人的" not in found
    assert set(found.values()) == {f"{live_server.url}/"}
    assert len(found) == 4


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("Object.defineProperty(window, 'isSecureContext', {get: () => false})", "这个网址不行"),
        ("delete window.PushManager", "这个浏览器不行"),
        (
            "delete window.PushManager; Object.defineProperty(navigator, 'userAgent', {get: () =>"
            " 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1'})",
            "请先把本站添加到主屏幕",
        ),
        (
            "delete window.PushManager; Object.defineProperty(navigator, 'userAgent', {get: () =>"
            " 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15'});"
            " Object.defineProperty(navigator, 'maxTouchPoints', {get: () => 5})",
            "请先把本站添加到主屏幕",
        ),
        (
            "Object.defineProperty(navigator, 'userAgent', {get: () =>"
            " 'Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile MicroMessenger/8.0.50'})",
            "在微信里不行",
        ),
        ("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})", "这个浏览器已禁止通知"),
    ],
)
def test_where_it_cannot_work_the_page_says_why_and_what_to_use_instead(
    live_server, open_context, signed_in, person, push, accessible, script, said
):
    page = open_page(open_context(PHONE), live_server, person, signed_in, script)
    expect(page.get_by_text(said, exact=True)).to_be_visible()
    expect(page.locator("[data-push]").get_by_text("这些方式总能用")).to_be_visible()
    expect(page.get_by_role("button", name="在这台设备上开启")).to_be_hidden()
    assert page.locator("[data-say]:visible").count() == 1
    assert accessible(page) == []


def test_a_push_service_out_of_reach_is_said_and_may_be_tried_again(
    live_server, open_context, signed_in, person, push
):
    context = open_context(PHONE)
    context.grant_permissions(["notifications"])
    refuses = "PushManager.prototype.subscribe = async () => { throw new DOMException('push service error', 'AbortError'); }"
    page = open_page(context, live_server, person, signed_in, refuses)
    page.get_by_role("button", name="在这台设备上开启").click()
    expect(page.get_by_text("浏览器的推送服务没有回应")).to_be_visible()
    expect(page.get_by_text("在中国大陆连不上").first).to_be_visible()
    expect(page.get_by_role("button", name="在这台设备上开启")).to_be_visible()
    assert Device.objects.count() == 0


def test_signing_out_ends_it_on_both_sides(live_server, open_context, signed_in, person, push):
    context = open_context(PHONE)
    context.grant_permissions(["notifications"])
    page = open_page(
        context, live_server, person, signed_in, f"({SUBSCRIBES})({json.dumps(push.browser().subscription)})"
    )
    page.get_by_role("button", name="在这台设备上开启").click()
    expect(page.get_by_text("这台设备已开启")).to_be_visible()
    page.reload()
    (worker,) = context.service_workers
    worker.evaluate(
        "globalThis.ended = 0; PushManager.prototype.getSubscription = async () => ({unsubscribe: () => { globalThis.ended += 1; }})"
    )
    page.goto(f"{live_server.url}/me/")
    page.get_by_role("button", name="退出登录").first.click()
    page.wait_for_url(lambda address: "/me/" not in address)
    wait_for(lambda: worker.evaluate("globalThis.ended") == 1, seconds=10)
    assert Device.objects.count() == 0


def settings_folder():
    from django.conf import settings

    return settings.DATA


def deliver(page: Page, origin: str, data: str) -> None:
    """What the browser does when its push service brings a message. The session stays: its end would drop what is on its way."""
    session = page.context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(one["registrationId"] for one in told["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for _ in range(200):  # what the worker is called comes by itself, sooner or later
        if found:
            break
        page.wait_for_timeout(50)
    session.send(
        "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": data}
    )


def notices(page: Page) -> list[list[str]]:
    """[title, body, the page that it opens], as the browser shows them now."""
    return page.evaluate(
        "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
        ".map((one) => [one.title, one.body, one.data.url])"
    )
