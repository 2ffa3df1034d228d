"""A holder takes a badge away on the phone; somebody else verifies it on a desk; the office revokes it and changes the key."""

import os

import pytest
from playwright.sync_api import Page, expect

from tests.factories.honours import ISSUED, Camp
from yingzao.honours import actions
from yingzao.honours.models import BadgeKey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    return Camp()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def verify(page: Page, address: str, file) -> None:
    page.goto(f"{address}/verify/")
    page.get_by_label("徽章图片或文件").set_input_files(file)
    page.get_by_role("button", name="查验徽章文件").click()


@pytest.mark.parametrize("small", [True, False], ids=["phone", "desk"])
def test_a_badge_goes_from_its_holder_to_whoever_verifies_it(
    page: Page, phone: Page, live_server, camp, signed_in, accessible, tmp_path, small
):
    certificate = next(c for c in camp.issued() if c.kind == "honour")
    holder, verifier = (phone, page) if small else (page, phone)
    signed_in(holder, live_server, camp.learner("学员一").person)
    holder.goto(f"{live_server.url}/my/certificates/")
    expect(holder.locator(".badge-picture")).to_have_count(2)
    assert accessible(holder) == []
    assert fits(holder)
    card = holder.locator("section", has_text=certificate.number)
    files = {}
    for form, name in (("png", "下载徽章"), ("jwt", ".jwt"), ("json", ".json"), ("picture", "存为图片")):
        with holder.expect_download() as download:
            card.get_by_role("link", name=name).click()
        files[form] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[form])
    assert files["picture"].read_bytes().startswith(b"\x89PNG")
    with holder.expect_download() as download:
        holder.get_by_role("link", name="学习档案（PDF）").click()
    download.value.save_as(tmp_path / "record.pdf")
    assert (tmp_path / "record.pdf").read_bytes().startswith(b"%PDF-")

    for form in ("png", "jwt", "json"):
        verify(verifier, live_server.url, files[form])
        expect(verifier.get_by_role("status")).to_contain_text("此徽章有效")
        expect(verifier.get_by_text("学**")).to_be_visible()
    assert accessible(verifier) == []
    assert fits(verifier)
    verifier.get_by_role("link", name="核验页面").click()
    expect(verifier.get_by_text("此证书有效")).to_be_visible()

    doctored = tmp_path / "doctored.jwt"
    token = files["jwt"].read_text()
    doctored.write_text(token[:-8] + "AAAAAAAA")
    verify(verifier, live_server.url, doctored)
    expect(verifier.get_by_role("status")).to_contain_text("被篡改或伪造")
    assert accessible(verifier) == []
    verify(verifier, live_server.url, files["picture"])
    expect(verifier.get_by_role("alert")).to_contain_text("文件里没有徽章")
    assert accessible(verifier) == []

    actions.revoke_certificate(certificate=certificate, reason="姓名有误", by=camp.organiser, now=ISSUED)
    verify(verifier, live_server.url, files["png"])
    expect(verifier.get_by_role("status")).to_contain_text("姓名有误")
    assert accessible(verifier) == []


def test_the_office_changes_its_key(page: Page, phone: Page, live_server, camp, signed_in, accessible):
    camp.issued()
    for one in (page, phone):
        signed_in(one, live_server, camp.organiser)
        one.goto(f"{live_server.url}/desk/{camp.programme.code}/certificates/")
        one.get_by_role("link", name="查看和更换").click()
        expect(one.get_by_text("正在使用")).to_have_count(1)
        assert accessible(one) == []
        assert fits(one)
    page.get_by_role("button", name="更换密钥").click()
    page.get_by_role("dialog").get_by_role("button", name="更换密钥").click()
    expect(page.get_by_text("今后的徽章用新密钥签名")).to_be_visible()
    expect(page.get_by_text("正在使用")).to_have_count(1)
    assert BadgeKey.objects.count() == 2
    assert accessible(page) == []


@pytest.mark.skipif("YINGZAO_LOOK" not in os.environ, reason="pictures for looking at")
def test_look(page: Page, phone: Page, live_server, camp, signed_in):
    folder = os.environ["YINGZAO_LOOK"]
    camp.issued()
    for name, one in (("1280", page), ("390", phone)):
        for theme in ("light", "dark"):
            one.emulate_media(color_scheme=theme)
            signed_in(one, live_server, camp.organiser)
            one.goto(f"{live_server.url}/desk/{camp.programme.code}/certificates/keys/")
            one.screenshot(path=f"{folder}/keys-{name}-{theme}.png", full_page=True)
            one.goto(f"{live_server.url}/desk/{camp.programme.code}/certificates/")
            one.screenshot(path=f"{folder}/certificates-{name}-{theme}.png", full_page=True)
            one.goto(f"{live_server.url}/desk/{camp.programme.code}/record/{camp.learner('学员一').code}/")
            one.screenshot(path=f"{folder}/learner-{name}-{theme}.png", full_page=True)
            signed_in(one, live_server, camp.learner("学员一").person)
            one.goto(f"{live_server.url}/my/certificates/")
            one.screenshot(path=f"{folder}/mine-{name}-{theme}.png", full_page=True)
