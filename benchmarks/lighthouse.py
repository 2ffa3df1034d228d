"""Lighthouse 12 on the pages of a visit, as on a phone with a slow link (its own simulation: 150 ms, 1.6 Mbit/s, a quarter of the CPU).

    npm install --prefix DIR lighthouse@12
    python benchmarks/lighthouse.py ADDRESS --lighthouse DIR/node_modules/.bin/lighthouse

ADDRESS is an instance of the example that is being served (`yingzao demo && yingzao serve`). Prints performance and accessibility
(limits: 90 and 100), and how long the largest thing of the page took to stand there.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

TURNS = 4
DESK = r"/desk/[A-Z0-9]{8}/"
LIMITS = {"performance": 90, "accessibility": 100}


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


def measure(lighthouse: Path, address: str, cookies: str) -> dict:
    """Lighthouse misses the beginning of a page now and then (NO_NAVSTART), and says so: it is then asked again."""
    for _turn in range(TURNS):
        with contextlib.suppress(subprocess.CalledProcessError):
            return _measure_once(lighthouse, address, cookies)
    sys.exit(f"Lighthouse gave no report of {address}")


def _measure_once(lighthouse: Path, address: str, cookies: str) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        heads, report = Path(folder, "heads.json"), Path(folder, "report.json")
        heads.write_text(json.dumps({"Cookie": cookies}))
        subprocess.run(
            [
                lighthouse, address, "--quiet", "--output=json", f"--output-path={report}", f"--extra-headers={heads}",
                "--only-categories=performance,accessibility", "--chrome-flags=--headless --no-sandbox",
            ],
            check=True,
            capture_output=True,
            env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
        )  # fmt: skip
        return json.loads(report.read_text())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--lighthouse", type=Path, required=True)
    asked = parser.parse_args()
    address, missed = asked.address.rstrip("/"), 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        learner, _at = signed_in(browser, address, "学员03")
        organiser, home = signed_in(browser, address, "组织者")
        mine = last_of(browser, learner, address, "/my/duties/", r"/my/duties/\w+/", r"/my/visits/\w+/")
        desk = last_of(browser, organiser, address, home, DESK, rf"{DESK}activities/", rf"{DESK}visits/\w+/")
        browser.close()
    for path, cookies in (
        (mine, learner),
        (f"{mine}notes/", learner),
        (f"{desk}phone/", organiser),
        (f"{desk}phone/notes/", organiser),
    ):
        report = measure(asked.lighthouse, address + path, cookies)
        scores = {name: round(report["categories"][name]["score"] * 100) for name in LIMITS}
        missed += any(scores[name] < limit for name, limit in LIMITS.items())
        largest = report["audits"]["largest-contentful-paint"]["displayValue"]
        print(
            f"{path:45} performance {scores['performance']:3}  accessibility {scores['accessibility']:3}  largest {largest}"
        )
        for audit in report["categories"]["accessibility"]["auditRefs"]:
            found = report["audits"][audit["id"]]
            if found["score"] == 0:
                print(f"    {found['id']}: {found['title']}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
