"""What a learner brings home from a village without a signal: twelve photos, a voice note, notes with a question."""

import hashlib
import io
import shutil

import pytest
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, enter
from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.learning import Learning
from tests.instances import wait_for
from yingzao.activities import actions as activities
from yingzao.core import media
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import FieldFile, FieldNote, Stop

pytestmark = pytest.mark.django_db(transaction=True)
FULL = (
    "() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') } }"
)


@pytest.fixture
def visit(transactional_db):
    camp = Learning()
    visit = ActivityFactory(programme=camp.programme, kind="visit", title="走进霞石村")
    for title in ("文华花园", "霞石村"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    Stop.objects.filter(part__title="霞石村").update(guide_questions="1. 钱从哪里来？\n2. 谁在管？")
    activities.resettle(camp.programme)
    visit.camp = camp
    visit.path = f"/my/visits/{visit.code}/notes/"
    return visit


def photo(number: int, size=(1700, 1275)) -> dict:
    """As a camera takes it: larger than it is sent, with the maker in it."""
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    image = Image.effect_noise(size, 40).convert("RGB")
    image.paste((number * 20, 80, 90), (0, 0, 700, 700))
    image.save(data, "JPEG", exif=exif, quality=70)
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": data.getvalue()}


def until_kept(page: Page, path: str) -> None:
    copy = "async (path) => Boolean(await caches.match(path, {ignoreVary: true}))"
    wait_for(lambda: page.evaluate(copy, path), seconds=15)


def keep_photos(page: Page, files: list[dict], who: str) -> None:
    page.locator("#note-photos").set_input_files(files)
    page.get_by_label(who).check()
    page.locator("#note-people").get_by_role("button", name="存下").click()
    expect(page.locator("#note-people")).to_be_hidden(timeout=20_000)


def test_twelve_photos_and_a_note_wait_on_the_phone_and_each_gets_its_receipt(
    phone, link, visit, accessible, problems
):
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    until_kept(phone, visit.path)
    link.cut()
    phone.get_by_label("站点").select_option("霞石村")
    phone.get_by_label("带着的问题").select_option("谁在管？")
    phone.get_by_label("我看到和听到的").fill("楼长轮流管钥匙。\n每月公开账目。")
    phone.get_by_label("我的社区可以怎么做").fill("先请三位楼长。")
    phone.get_by_role("button", name="存下记录").click()
    expect(phone.get_by_label("我看到和听到的")).to_have_value("")
    phone.locator("#note-photos").set_input_files([photo(1)])
    phone.locator("#note-people").get_by_role("button", name="存下").click()
    expect(phone.locator("#note-people-error")).to_contain_text("照片里有谁")
    assert accessible(phone) == []
    phone.get_by_role("button", name="这些不要").click()
    keep_photos(phone, [photo(n) for n in range(8)], "没有能认出的人")
    keep_photos(phone, [photo(n) for n in range(8, 12)], "有儿童")
    expect(phone.get_by_text("还有 13 条没有发送")).to_be_visible()
    # Shut, opened again without a network, and signed out meanwhile.
    phone.close()
    phone = phone.context.new_page()
    phone.goto(link.address + visit.path)
    expect(phone.get_by_text("还有 13 条没有发送")).to_be_visible()
    assert accessible(phone) == []
    assert not FieldFile.objects.exists()
    Session.objects.all().delete()
    link.mend()
    phone.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: FieldFile.objects.filter(arrived_at__isnull=False).count() >= 3, seconds=30)
    link.cut()  # in the midst of it
    link.mend()
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("全部已发送")).to_be_visible(timeout=40_000)
    files = FieldFile.objects.order_by("at")
    assert [f.state for f in files] == ["free"] * 8 + ["held"] * 4
    assert len({f.key for f in files}) == 12
    for file in files:
        assert file.arrived_sum == file.sum
        assert max(file.file.width, file.file.height) == 1600
        assert b"PhoneMaker" not in media.read_bytes(file.file)
    expect(phone.locator("#note-rows")).to_contain_text(f"已核对：{files[0].sum[:8]}")
    note = FieldNote.objects.get()
    assert (note.text, note.question, note.idea) == (
        "楼长轮流管钥匙。\n每月公开账目。",
        "谁在管？",
        "先请三位楼长。",
    )
    problems.clear()


def test_a_note_is_changed_and_taken_back(phone, link, visit):
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    phone.get_by_role("button", name="存下记录").click()
    expect(phone.get_by_role("alert").first).to_contain_text("请先写点内容")
    phone.get_by_label("我看到和听到的").fill("先写的")
    phone.get_by_role("button", name="存下记录").click()
    wait_for(lambda: FieldNote.objects.exists(), seconds=10)
    phone.reload()
    phone.get_by_role("button", name="修改").click()
    expect(phone.get_by_label("我看到和听到的")).to_have_value("先写的")
    phone.get_by_label("我看到和听到的").fill("改过的")
    phone.get_by_role("button", name="保存修改").click()
    wait_for(lambda: FieldNote.objects.count() == 2, seconds=10)
    phone.reload()
    expect(phone.locator("[data-note]")).to_have_count(1)
    expect(phone.locator("[data-note]")).to_contain_text("改过的")
    phone.locator("[data-note]").get_by_role("button", name="撤回").click()
    wait_for(lambda: FieldNote.objects.count() == 3, seconds=10)
    phone.reload()
    expect(phone.locator("[data-note]")).to_have_count(0)


def test_a_voice_note_is_recorded_without_a_network_and_arrives(link, visit, playwright, problems):
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    )
    page = browser.new_context(**PHONE, locale="zh-CN").new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    enter(page, link.address, visit.camp.learner.person)
    page.goto(link.address + visit.path)
    until_kept(page, visit.path)
    link.cut()
    page.get_by_role("button", name="录音").click()
    expect(page.locator("#note-time")).to_have_text("0:02", timeout=10_000)
    page.get_by_role("button", name="停止并存下").click()
    expect(page.get_by_text("还有 1 条没有发送")).to_be_visible()
    link.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: FieldFile.objects.filter(state="free").exists(), seconds=60)  # at the second try too
    file = FieldFile.objects.get()
    assert (file.kind, file.file.media_type) == ("voice", "audio/webm")
    assert hashlib.sha256(media.read_bytes(file.file)).hexdigest() == file.sum
    page.reload()
    page.evaluate("document.querySelector('audio').play()")
    wait_for(lambda: page.evaluate("document.querySelector('audio').currentTime") > 0.3, seconds=10)
    browser.close()
    assert problems == []


def test_a_refused_microphone_and_a_full_phone_are_answered_and_words_stay(phone, link, visit):
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    phone.get_by_role("button", name="录音").click()
    expect(phone.locator("#note-trouble")).to_contain_text("麦克风")
    phone.locator("#note-photos").set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"}]
    )
    expect(phone.locator("#note-trouble")).to_contain_text("a.txt 不是图片")
    phone.evaluate(FULL)
    phone.get_by_label("我看到和听到的").fill("这句话不能丢")
    phone.get_by_role("button", name="存下记录").click()
    expect(phone.locator("#note-trouble")).to_contain_text("空间已满")
    expect(phone.get_by_label("我看到和听到的")).to_have_value("这句话不能丢")


def test_an_original_goes_when_the_desk_has_asked_for_it(phone, link, visit):
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    keep_photos(phone, [photo(1, size=(2400, 1800))], "没有能认出的人")
    expect(phone.get_by_text("全部已发送")).to_be_visible(timeout=20_000)
    wait_for(lambda: FieldFile.objects.filter(state="free").exists(), seconds=10)
    FieldFile.objects.update(is_original_wanted=True)
    phone.reload()
    wait_for(lambda: FieldFile.objects.exclude(original=None).exists(), seconds=20)
    assert FieldFile.objects.get().original.width == 2400
