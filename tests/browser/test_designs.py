"""A clerk designs a certificate: types, pulls, and sees the sample follow."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.factories.honours import Camp
from tests.honours.test_designs import picture
from yingzao.honours.models import CertificateTemplate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    return Camp()


def test_a_clerk_designs_a_certificate(page: Page, live_server, camp, signed_in, accessible, tmp_path):
    signed_in(page, live_server, camp.organiser)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/certificates/")
    page.get_by_role("link", name="结业证书").click()
    sample = page.get_by_role("img", name="样张：印出来就是这样")
    expect(sample).to_be_visible()
    expect(page.get_by_text("各项都在纸面以内")).to_be_visible()
    assert accessible(page) == []

    first = sample.get_attribute("src")
    page.locator("[data-spot=title] summary").click()
    page.locator("[name=title-text]").fill("培训证书")
    expect(sample).not_to_have_attribute("src", first or "")

    box = page.locator(".design-box[data-key=title]")
    box.hover()  # brings it into view before it is measured
    held = box.bounding_box()
    page.mouse.move(held["x"] + 20, held["y"] + 10)
    page.mouse.down()
    page.mouse.move(held["x"] + 20, held["y"] + 10 + held["height"] * 3.5, steps=5)
    page.mouse.up()
    expect(page.get_by_text("叠在一起了")).to_be_visible()
    assert float(page.locator("[name=title-y]").input_value()) > 60
    assert accessible(page) == []
    page.locator("[name=title-y]").fill("43")
    expect(page.get_by_text("各项都在纸面以内")).to_be_visible()

    seal = tmp_path / "章.png"
    seal.write_bytes(picture(400, 400).read())
    page.get_by_label("印章图片").set_input_files(seal)
    expect(page.get_by_role("link", name="章.png")).to_be_visible()
    page.get_by_role("button", name="保存版式").click()
    expect(page.get_by_text("版式已保存")).to_be_visible()
    kept = CertificateTemplate.objects.get()
    assert (kept.layout["fields"]["title"]["text"], kept.layout["fields"]["title"]["y"]) == ("培训证书", "43")
    assert kept.seal.width == 400


@pytest.mark.skipif("YINGZAO_LOOK" not in os.environ, reason="pictures for looking at")
def test_look(page: Page, live_server, camp, signed_in):
    folder = os.environ["YINGZAO_LOOK"]
    signed_in(page, live_server, camp.organiser)
    for width in (390, 1280):
        for theme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            page.goto(f"{live_server.url}/desk/{camp.programme.code}/certificates/look/completion/")
            expect(page.locator(".design-paper img")).to_be_visible()
            page.locator("[data-spot=body] summary").click()
            page.screenshot(path=f"{folder}/design-{width}-{theme}.png", full_page=True)
            page.locator("[name=body-text]").fill("参加{计画}")
            page.locator("[name=closing-y]").evaluate("e => e.value = 99")
            page.get_by_role("button", name="保存版式").click()
            expect(page.locator(".design-paper img")).to_be_visible()
            page.screenshot(path=f"{folder}/design-wrong-{width}-{theme}.png", full_page=True)
