"""Bytes that a learner's phone fetches, against the limits of 150 KB for a first page and 30 KB for a repeated visit.

    python benchmarks/page_weight.py ADDRESS [--label 学员]

ADDRESS is an instance of the example that is being served (`yingzao demo && yingzao serve`). A Chromium of 390 × 844 reaches it
through a link that counts the bytes of every answer, heads included, whoever asked: page, pictures, or the worker.
A reader who is nobody opens a public story with one picture first. Prints each visit: until the page stood (`load`), and what was fetched behind it afterwards.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.browser.link import Link, linked

FIRST, AGAIN = 150_000, 30_000
QUIET_MS = 3000  # after which nothing is fetched any more behind the page
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def visit(page: Page, link: Link, path: str) -> tuple[int, int]:
    before = link.carried
    page.goto(link.address + path)
    stood = link.carried
    page.wait_for_timeout(QUIET_MS)
    return stood - before, link.carried - stood


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address")
    parser.add_argument("--label", default="学员", help="what the sign-in button of the learner says")
    asked = parser.parse_args()
    address = asked.address.rstrip("/")
    with sync_playwright() as playwright, linked(address) as link:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        door = browser.new_context()
        page = door.new_page()
        page.goto(f"{address}/sign-in/")
        page.get_by_role("button", name=asked.label).first.click()
        page.wait_for_url("**/my/**")
        duties = page.request.get(f"{address}/my/duties/").text()
        case = next(
            found[0]
            for duty in dict.fromkeys(re.findall(r"/my/duties/\w+/", duties))
            if (found := re.search(r"/my/cases/\w+/", page.request.get(address + duty).text()))
        )
        too_much = False
        reader = browser.new_context(**PHONE).new_page()
        home = reader.request.get(f"{address}/").text()
        story = re.search(r'href="(/stories/[\w-]+/)"', home)[1]
        stood, behind = visit(reader, link, story)
        too_much |= stood + behind >= FIRST
        print(
            f"{'a public story':24} {stood / 1000:8.1f} KB, limit {FIRST // 1000}; behind it {behind / 1000:7.1f} KB"
        )
        phone = browser.new_context(**PHONE, storage_state=door.storage_state())
        for what, path, limit in (
            ("first page, 今天", "/my/", FIRST),
            ("今天 again", "/my/", AGAIN),
            ("a case, first time", case, FIRST),
            ("the case again", case, AGAIN),
            ("今天, third time", "/my/", AGAIN),
        ):
            page = phone.new_page()
            stood, behind = visit(page, link, path)
            page.close()
            mark = "" if stood < limit else "  TOO MUCH"
            too_much |= bool(mark)
            print(
                f"{what:24} {stood / 1000:8.1f} KB, limit {limit // 1000}; behind it {behind / 1000:7.1f} KB{mark}"
            )
        browser.close()
    sys.exit(too_much)


if __name__ == "__main__":
    main()
