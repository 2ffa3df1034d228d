"""The example as it is served: each of its people comes in, on a desk and on a phone, and nothing goes wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_each_person_of_the_example_comes_in(site, open_context, accessible, size):
    page = open_context(size).new_page()
    page.goto(f"{site}/sign-in/")
    assert accessible(page) == []
    offered = page.locator("button[name=person]")
    codes = [button.get_attribute("value") for button in offered.all()]
    assert len(codes) >= 6
    for code in codes:
        own = open_context(size).new_page()
        own.goto(f"{site}/sign-in/")
        own.locator(f"button[value='{code}']").click()
        expect(own).not_to_have_url(re.compile("/sign-in/"))
        expect(own.locator("h1")).to_be_visible()
        assert own.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            "the page is wider than the screen"
        )
        own.context.close()


def test_an_empty_instance_asks_for_its_first_organiser(empty_site, page, accessible):
    page.goto(empty_site)
    expect(page).to_have_url(re.compile("/setup/"))
    assert accessible(page) == []
