"""A real Chromium against a real server. A page fails its test on anything that a person or an operator would mind.

site          address of the example, served by `yingzao serve`; one a test process, so what a test changes stays in it
empty_site    address of an instance with nothing in it
page, phone   a page of 1280 × 800, and one of 390 × 844 with touch
live_server   pytest-django's, with the test's own database, for what the example does not hold

What fails a test by itself: a report of the content security policy, an error in the console or on the page, an answer
of 500 or above, a style, script, font or picture that is missing, and a request to anybody else's server. A test
that expects one of these takes it out of `problems`.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.browser.link import Link, linked
from tests.instances import migrated, served, shared_folder, yingzao

# Playwright's sync interface runs an event loop in this thread, and Django would refuse the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
PATIENCE = 20_000  # milliseconds, on a machine that is busy with other things
expect.set_options(timeout=PATIENCE)
MUST_BE_THERE = {"stylesheet", "script", "font", "image", "manifest"}


def follow(link: Locator) -> None:
    """Click what leads to another page, and be there: what asks the page next asks the new one."""
    with link.page.expect_navigation():
        link.click()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.exit("No Chromium found. As root: apt-get install chromium fonts-noto-cjk", returncode=1)
    return browser_type_launch_args | {"executable_path": chromium, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[str]:
    def build(folder: Path) -> None:
        done = yingzao("demo", data=folder)
        assert done.returncode == 0, done.stderr

    model = shared_folder(tmp_path_factory, "example", build)
    own = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(model, own)
    with served(own) as (address, _process):
        yield address


@pytest.fixture
def empty_site(tmp_path_factory) -> Iterator[str]:
    own = tmp_path_factory.mktemp("empty") / "data"
    shutil.copytree(migrated(tmp_path_factory), own)
    with served(own) as (address, _process):
        yield address


# How Chromium reports on the console that something could not be fetched.
NETWORK_GONE = ("Failed to load resource", "An unknown error occurred when fetching the script.")


@pytest.fixture
def problems() -> list[str]:
    """What went wrong on this test's pages so far; must be empty when it ends."""
    return []


def watch(context: BrowserContext, problems: list[str]) -> None:
    """Write down into `problems` whatever goes wrong on any page of the context."""
    context.expose_binding("__reported", lambda _source, text: problems.append(f"policy: {text}"))
    context.add_init_script(
        "addEventListener('securitypolicyviolation', (e) =>"
        " __reported(`${e.violatedDirective} refused ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`))"
    )
    context.on("weberror", lambda error: problems.append(f"page: {error.error}"))
    # A missing part of a page is told by its response, with its address; a worker's script that the network took away, by
    # what the page can no longer do.
    context.on(
        "console",
        lambda message: (
            problems.append(f"console: {message.text}")
            if message.type == "error" and not message.text.startswith(NETWORK_GONE)
            else None
        ),
    )

    def look(response: Response) -> None:
        kind, address = response.request.resource_type, response.url
        if response.status >= 500 or (response.status >= 400 and kind in MUST_BE_THERE):
            problems.append(f"answer: {response.status} for {kind} {address}")

    def foreign(request) -> None:
        host = urlsplit(request.url).hostname
        if host not in {None, "127.0.0.1", "localhost"}:
            problems.append(f"foreign: {request.url}")

    context.on("response", look)
    context.on("request", foreign)


@pytest.fixture
def open_context(browser: Browser, problems: list[str]) -> Iterator[Callable[..., BrowserContext]]:
    """Make a watched browser context: `open_context(DESK)`; each is somebody else's browser."""
    contexts = []

    def make(size: dict | None = None, **options) -> BrowserContext:
        context = browser.new_context(
            **{"locale": "zh-CN", "timezone_id": "Asia/Shanghai"} | (size or DESK) | options
        )
        context.set_default_timeout(PATIENCE)
        watch(context, problems)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def context(open_context, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """The context of `page`; of a failed test its trace and its last pictures are kept in test-results/."""
    context = open_context(DESK)
    yield from _traced(context, request)


@pytest.fixture
def phone(open_context, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = open_context(PHONE)
    page = context.new_page()
    for _ in _traced(context, request):
        yield page


def _traced(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context.tracing.start(snapshots=os.environ.get("YINGZAO_TRACE") == "1")
    failed = request.session.testsfailed
    yield context
    if request.session.testsfailed > failed:
        name = "".join(c if c.isalnum() else "-" for c in request.node.name)
        for number, page in enumerate(context.pages):
            page.screenshot(path=Path("test-results", f"{name}-{number}.png"), full_page=True)
        context.tracing.stop(path=Path("test-results", f"{name}.zip"))
    else:
        context.tracing.stop()


@pytest.fixture
def sign_in() -> Callable[..., None]:
    """`sign_in(page, site, "组织者")` presses the example's button whose row says so."""

    def press(page: Page, site: str, label: str) -> None:
        page.goto(f"{site}/sign-in/")
        page.get_by_role("button", name=label).first.click()
        page.wait_for_url(lambda address: "/sign-in/" not in address)

    return press


@pytest.fixture
def signed_in(client) -> Callable[..., None]:
    """`signed_in(page, live_server, person)`: the browser is that person's from now on. For live_server."""

    def enter(page: Page, live_server, person) -> None:
        client.force_login(person)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])

    return enter


def enter(page: Page, address: str, person) -> None:
    """The browser is that person's from now on, at this address. One browser's second person does not end the first one's
    session."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": address}])


@pytest.fixture
def link(live_server) -> Iterator[Link]:
    """A link to the live server that a test can cut, slow down and mend."""
    with linked(live_server.url) as link:
        yield link


@pytest.fixture
def accessible() -> Callable[[Page], list[str]]:
    """`assert accessible(page) == []`: what axe finds on the page, one line a kind of violation."""

    def examine(page: Page) -> list[str]:
        page.evaluate(AXE.read_text(encoding="utf-8"))
        # What passed is counted, not listed: nobody looks at it, and listing it is half of the work.
        found = page.evaluate(
            "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
            RULES,
        )
        return [
            f"{v['id']} ({v['impact']}): {v['help']}: {', '.join(n['target'][0] for n in v['nodes'][:3])}"
            for v in found["violations"]
        ]

    return examine
