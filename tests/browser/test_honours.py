"""From the preview to a verified certificate, each by the person whose part it is."""

import base64
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import yingzao
from tests.factories.activities import moment
from tests.factories.honours import ISSUED, Camp
from yingzao.honours import actions
from yingzao.honours.models import Objection, PublicNotice, Selection

pytestmark = pytest.mark.django_db(transaction=True)

# What phones without a reader of their own read codes with.
QR_READER = Path(yingzao.__file__).parent / "core/ui/static/ui/vendor/qr.js"


@pytest.fixture
def camp(transactional_db):
    made = Camp()
    made.programme.is_public = True
    made.programme.save()
    return made


def test_a_list_goes_from_preview_to_objection(
    page: Page, phone: Page, live_server, camp, signed_in, accessible
):
    draft = camp.draft(reserve=1)
    signed_in(page, live_server, camp.organiser)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/selections/")
    assert accessible(page) == []
    page.get_by_role("link", name="优秀学员").click()
    expect(page.get_by_text("预览：现在冻结会得出的名单")).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("button", name="冻结名单").click()
    page.get_by_role("dialog").get_by_role("button", name="冻结名单").click()
    expect(page.get_by_text("为什么是第 1 名")).to_be_visible()
    page.get_by_role("link", name="学员二").click()  # its thread takes the other's place
    expect(page.get_by_text("为什么是第 2 名")).to_be_visible()
    expect(page.locator("tr.table-active")).to_contain_text("学员二")
    expect(page.locator("tr.table-active")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 500})
    page.get_by_role(
        "link", name="学员二"
    ).click()  # on a phone the thread stands below the list: it is scrolled to
    expect(page.locator("#place")).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_text("3 项任务：2 项完成、1 项迟交").click()
    expect(page.get_by_text("案例2")).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("button", name="提交督导委员会").click()
    expect(page.get_by_text("待委员会审议")).to_be_visible()

    signed_in(page, live_server, camp.supervisor)
    page.goto(f"{live_server.url}/committee/{camp.programme.code}/selection/{draft.code}/")
    assert accessible(page) == []
    page.get_by_label("意见").fill("同意")
    page.get_by_role("button", name="通过这份名单").click()
    expect(page.get_by_text("您的审议意见已记录")).to_be_visible()
    assert Selection.objects.get(code=draft.code).state == "approved"

    signed_in(page, live_server, camp.organiser)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/selections/{draft.code}/")
    page.get_by_role("link", name="公示这份名单").click()
    page.get_by_role("button", name="今天公示").click()
    expect(page.get_by_text("公示已发布")).to_be_visible()
    assert accessible(page) == []
    notice = PublicNotice.objects.get()

    phone.goto(f"{live_server.url}/notices/{notice.code}/")
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(phone.get_by_text("学**")).to_have_count(1)
    expect(phone.get_by_text("学员一")).to_have_count(0)
    phone.get_by_label("您的姓名").fill("某居民")
    phone.get_by_role("button", name="提交异议").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    phone.get_by_label("电话或邮箱").fill("13900000000")
    phone.get_by_label("异议内容").fill("第三次直播课掉线后重新进入，没有计入。")
    phone.get_by_role("button", name="提交异议").click()
    expect(phone.get_by_text("异议已收到")).to_be_visible()
    assert Objection.objects.get().name == "某居民"


def test_a_certificate_is_verified_on_a_phone(
    phone: Page, live_server, camp, signed_in, accessible, tmp_path
):
    certificate = camp.issued()[0]
    phone.goto(f"{live_server.url}/verify/")
    phone.get_by_label("编号或核验码").fill(certificate.number[:-1] + "?")
    phone.get_by_role("button", name="核验").click()
    expect(phone.get_by_role("alert")).to_contain_text("没有这个编号的证书")
    phone.get_by_label("编号或核验码").fill(certificate.number.lower())
    phone.get_by_role("button", name="核验").click()
    expect(phone.get_by_text("此证书有效")).to_be_visible()
    assert accessible(phone) == []
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(b"%PDF-1.7 forged")
    phone.get_by_label("证书的 PDF 文件").set_input_files(forged)
    phone.get_by_role("button", name="比对这个文件").click()
    expect(phone.get_by_text("不是颁发的原文件")).to_be_visible()
    actions.revoke_certificate(certificate=certificate, reason="姓名有误", by=camp.organiser, now=ISSUED)
    phone.reload()
    phone.goto(f"{live_server.url}/verify/{certificate.code}/")
    expect(phone.get_by_text("此证书已撤销")).to_be_visible()
    assert accessible(phone) == []

    signed_in(phone, live_server, camp.learner("学员二").person)
    phone.goto(f"{live_server.url}/my/certificates/")
    expect(phone.get_by_role("link", name="下载 PDF")).to_have_count(1)
    assert accessible(phone) == []


def test_an_objection_is_right_and_the_list_is_rechecked(
    page: Page, phone: Page, live_server, camp, signed_in, accessible
):
    notice = camp.posted(reserve=1, least_completion=Decimal(0))
    objection = actions.raise_objection(
        notice=notice,
        name="学员二",
        contact="13900000000",
        text="案例2 当天读了，掉线重连没有计入。",
        now=moment("2021-12-31 09:00"),
    )
    signed_in(page, live_server, camp.organiser)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/objections/{objection.code}/")
    page.get_by_label("成立：重做名单").check()
    page.get_by_label("答复", exact=True).fill("核对后台日志，属实。")
    page.get_by_role("button", name="记录答复").click()
    expect(page.get_by_text("补记遗漏的事实").first).to_be_visible()
    assert accessible(page) == []
    page.get_by_role("button", name="补记", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()  # nothing was said yet
    correction = page.locator("form", has=page.get_by_role("button", name="补记", exact=True))
    correction.get_by_label("学员").select_option(camp.learner("学员二").code)
    correction.get_by_label("学习活动").select_option(camp.cases[1].code)
    correction.get_by_label("何时（或从何时）").fill("2021-11-01T20:00")
    page.get_by_role("button", name="补记", exact=True).click()
    expect(page.get_by_text("来源为这条异议")).to_be_visible()
    page.get_by_role("button", name="复核名单").click()
    row = page.get_by_role("row", name="学员二")
    expect(row).to_contain_text("84.93")
    expect(row).to_contain_text("91.60")
    expect(page.get_by_text("1 处不同")).to_be_visible()
    assert accessible(page) == []

    made = Selection.objects.get(made_from=notice.selection)
    desk = f"{live_server.url}/desk/{camp.programme.code}/"
    signed_in(phone, live_server, camp.organiser)
    for address in (
        f"objections/{objection.code}/",
        f"selections/{made.code}/",
        f"selections/{made.code}/what-if/",
        f"selections/{made.code}/compare/",
        "scheme/?parts=four",
    ):
        phone.goto(desk + address)
        assert accessible(phone) == [], address
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto(f"{desk}selections/{made.code}/minutes/")
    expect(page.get_by_text("出席人员签名")).to_be_visible()


READ_QR = """
async (bytes) => {
  const picture = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))]));
  const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  return QR.decode(context.getImageData(0, 0, canvas.width, canvas.height));
}
"""


def test_the_code_on_the_printed_sheet_leads_to_the_public_notice(
    page: Page, phone: Page, live_server, camp, signed_in, open_context
):
    """Read from a picture of the sheet as it is printed, the way a phone's camera would."""
    notice = camp.posted()
    signed_in(page, live_server, camp.organiser)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/notices/{notice.code}/sheet/")
    page.emulate_media(media="print")
    picture = page.screenshot(full_page=True)
    reader = open_context().new_page()
    reader.evaluate(QR_READER.read_text(encoding="utf-8"))
    address = reader.evaluate(READ_QR, base64.b64encode(picture).decode())
    assert address == f"{live_server.url}/notices/{notice.code}/"
    phone.goto(address)
    expect(phone.get_by_role("heading", name="优秀学员公示")).to_be_visible()
    expect(phone.get_by_role("row", name="学**")).to_have_count(1)


def test_papers_are_at_hand_on_desk_and_phone(
    page: Page, phone: Page, live_server, camp, signed_in, accessible
):
    camp.posted()
    for screen in (page, phone):
        signed_in(screen, live_server, camp.organiser)
        screen.goto(f"{live_server.url}/desk/{camp.programme.code}/papers/")
        expect(screen.get_by_role("heading", name="材料")).to_be_visible()
        assert accessible(screen) == []
        assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").first.click()
    assert download.value.suggested_filename.endswith("总结报告.docx")
