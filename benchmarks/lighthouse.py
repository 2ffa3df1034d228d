"""Lighthouse 12 on the pages of a visit, as on a phone with a slow link (its own simulation: 150 ms, 1.6 Mbit/s, a quarter of the CPU).

    npm install --prefix DIR lighthouse@12
    python benchmarks/lighthouse.py ADDRESS --lighthouse DIR/node_modules/.bin/lighthouse

ADDRESS is an instance of the example that is being served (`yingzao demo && yingzao serve`). Prints performance and accessibility
(limits: 90 and 100), and how long the largest thing of the page took to stand there. Of public pages, which nobody signs in for, also
best practices and what search engines ask (limits: 95 each), and the largest thing has to stand there within 1.5 s.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

TURNS = 4
LEARNER, ORGANISER = "学员03", "组织者"  # of the example
DESK = r"/desk/[A-Z0-9]{8}/"
LIMITS = {"performance": 90, "accessibility": 100}
OPEN_LIMITS = {"performance": 95, "accessibility": 95, "best-practices": 95, "seo": 95}
LARGEST = 1500  # ms, of public pages


def signed_in(browser: Browser, address: str, label: str) -> tuple[str, str]:
    """The session's cookie of whom the example calls so, and the page that follows the sign-in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.locator("li", has_text=label).locator("button[name=person]").first.click()
    page.wait_for_url(lambda at: "/sign-in/" not in at)
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in context.cookies())
    return cookies, page.url.removeprefix(address)


def last_of(browser: Browser, cookies: str, address: str, start: str, *wanted: str) -> str:
    """Where a walk ends: of the addresses of the first kind on the start page the first from which the others follow."""
    request = browser.new_context(extra_http_headers={"Cookie": cookies}).request

    def walk(at: str, *rest: str) -> str | None:
        if not rest:
            return at
        found = dict.fromkeys(re.findall(rest[0], request.get(address + at).text()))
        return next((end for one in found if (end := walk(one, *rest[1:]))), None)

    end = walk(start, *wanted)
    if end is None:
        sys.exit(f"No visit is found from {start}")
    return end


def measure(playwright: Playwright, lighthouse: Path, address: str, path: str, label: str | None) -> dict:
    """Lighthouse misses the beginning of a page now and then (NO_NAVSTART), and says so: it is then asked again."""
    for _turn in range(TURNS):
        with contextlib.suppress(subprocess.CalledProcessError):
            return _measure_once(playwright, lighthouse, address, path, label)
    sys.exit(f"Lighthouse gave no report of {path}")


def _measure_once(
    playwright: Playwright, lighthouse: Path, address: str, path: str, label: str | None
) -> dict:
    """In a browser in which somebody signed in, whose scripts are signed in too: with a header alone they would not be, and
    the page would say so. All else that the browser kept of the sign-in is gone: it is a first visit."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        report = Path(folder, "report.json")
        context = playwright.chromium.launch_persistent_context(
            Path(folder, "profile"),
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", f"--remote-debugging-port={port}"],
        )
        page = context.pages[0]
        if label:
            page.goto(f"{address}/sign-in/")
            page.locator("li", has_text=label).locator("button[name=person]").first.click()
            page.wait_for_url(lambda at: "/sign-in/" not in at)
        page.goto("about:blank")
        tools = context.new_cdp_session(page)
        kept = "service_workers,cache_storage,indexeddb,local_storage"
        tools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": kept})
        tools.send("Network.clearBrowserCache")
        tools.detach()
        try:
            subprocess.run(
                [
                    lighthouse, address + path, "--quiet", "--output=json", f"--output-path={report}", f"--port={port}",
                    "--disable-storage-reset", f"--only-categories={','.join(LIMITS if label else OPEN_LIMITS)}",
                ],
                check=True,
                capture_output=True,
            )  # fmt: skip
        finally:
            context.close()
        return json.loads(report.read_text())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--lighthouse", type=Path, required=True)
    asked = parser.parse_args()
    address, missed = asked.address.rstrip("/"), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        learner, _at = signed_in(browser, address, LEARNER)
        organiser, home = signed_in(browser, address, ORGANISER)
        mine = last_of(browser, learner, address, "/my/duties/", r"/my/duties/\w+/", r"/my/visits/\w+/")
        desk = last_of(browser, organiser, address, home, DESK, rf"{DESK}activities/", rf"{DESK}visits/\w+/")
        home = browser.new_context().request.get(f"{address}/").text()
        story, programme = (re.search(rf'href="({start}[\w-]+/)"', home)[1] for start in ("/stories/", "/p/"))
        browser.close()
    reports = {}
    with sync_playwright() as playwright:
        for path, label in (
            (mine, LEARNER),
            (f"{mine}notes/", LEARNER),
            (f"{desk}phone/", ORGANISER),
            (f"{desk}phone/notes/", ORGANISER),
            (story, None),
            (programme, None),
        ):
            reports[path] = measure(playwright, asked.lighthouse, address, path, label)
    for path, report in reports.items():
        limits = OPEN_LIMITS if path in (story, programme) else LIMITS
        scores = {name: round(report["categories"][name]["score"] * 100) for name in limits}
        missed += any(scores[name] < limit for name, limit in limits.items())
        largest = report["audits"]["largest-contentful-paint"]
        missed += limits is OPEN_LIMITS and largest["numericValue"] > LARGEST
        told = "  ".join(f"{name} {score:3}" for name, score in scores.items())
        print(f"{path:45} {told}  largest {largest['displayValue']}")
        for audit in report["categories"]["accessibility"]["auditRefs"]:
            found = report["audits"][audit["id"]]
            if found["score"] == 0:
                print(f"    {found['id']}: {found['title']}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
