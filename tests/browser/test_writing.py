"""An editor writes whole stories on a phone: text, photos, what was brought home, without a network, and pasted."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, follow
from tests.factories.activities import ActivityFactory, PartFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory, jpeg
from tests.stories.test_material import note, photo
from yingzao.articles.models import Article
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice
from yingzao.stories import actions as stories
from yingzao.stories.models import Story, UnsavedText
from yingzao.visits.models import Stop

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_written_on_the_surface_is_saved_at_once(phone, live_server, transactional_db, accessible):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    programme = ProgrammeFactory(name="先锋营", edition="2021", slug="xfy-2021", is_public=True)
    editor = EditorFactory(programme=programme).person
    people.agree_to_notice(person=editor, notice=current_privacy_notice())
    enter(phone, live_server.url, editor)
    phone.goto(f"{live_server.url}/desk/{programme.code}/stories/new/")
    surface = phone.locator(".surface-text")
    expect(surface).to_be_visible()
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_label("标题").fill("从桥下到楼下")
    surface.fill("七月八日，首期学员结业。\n\n陈姨和邻居们修好了长凳。")
    follow(phone.get_by_role("button", name="保存并查看"))
    expect(phone.get_by_role("heading", name="从桥下到楼下")).to_be_visible()
    expect(phone.get_by_text("陈姨和邻居们修好了长凳。")).to_be_visible()


PASTE = """([html, plain]) => {
  const surface = document.querySelector(".surface-text");
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", plain);
  surface.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(live_server, transactional_db):
    """A programme with an editor who may see its pages at once, a visit with a photo and words that may be published."""
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    programme = ProgrammeFactory(name="先锋营", edition="2021", slug="xfy-2021", is_public=True)
    editor = EditorFactory(programme=programme).person
    people.agree_to_notice(person=editor, notice=current_privacy_notice())
    activity = ActivityFactory(
        programme=programme, kind="visit", title="走进溪口村", starts_at=moment("2021-11-13 09:00"),
        held_at=moment("2021-11-13 17:00"), state="held",
    )  # fmt: skip
    part = PartFactory(activity=activity, title="第一站")
    activity.stop = Stop.objects.create(organisation=programme.organisation, part=part, place="溪口村榕树下")
    learner = EnrolmentFactory(programme=programme, organisation=programme.organisation, name="张小三")
    photo(activity, caption="村口的榕树")
    note(activity, learner, "村里的长凳是邻居修的。")
    stories.agree_to_be_named(learner=learner, note="书面同意", by=editor)
    story = stories.start_from_activity(activity=activity, by=editor, now=moment("2021-11-15 10:00"))
    stories.edit_story(
        story=story, by=editor, title="走进溪口村", byline="", text="第一段。\n\n第二段。\n\n第三段。"
    )
    return SimpleNamespace(programme=programme, editor=editor, story=story, address=live_server.url)


def source(story) -> str:
    return Article.objects.get(pk=story.article_id).source


def open_editor(page, desk, story=None):
    enter(page, desk.address, desk.editor)
    last = f"{story.code}/edit/" if story else "new/"
    page.goto(f"{desk.address}/desk/{desk.programme.code}/stories/{last}")
    expect(page.locator(".surface-text")).to_be_visible()


def cursor_behind(page, words):
    """As a tap at the end of that paragraph."""
    page.locator(".surface-text p", has_text=words).click()
    page.keyboard.press("End")


def test_material_opens_as_a_sheet_and_goes_to_the_cursor(phone, desk, accessible):
    open_editor(phone, desk, desk.story)
    cursor_behind(phone, "第一段。")
    sheet = phone.locator("[data-material-sheet]")
    for button in ("照片", "原话", "数字"):
        phone.locator("[data-open-material]").click()
        expect(sheet).to_be_visible()
        assert accessible(phone) == []
        put = {"照片": "picture", "原话": "words", "数字": "figure"}[button]
        sheet.locator(f"[data-put={put}]").first.click()
        expect(sheet).to_be_hidden()
        if put == "picture":
            expect(phone.locator(".surface-text figure img")).to_be_visible()
        if put == "words":
            expect(phone.locator(".surface-text blockquote")).to_be_visible()
    phone.keyboard.type("名学员")
    phone.locator("[name=caption-1]").fill("榕树下")
    follow(phone.get_by_role("button", name="保存，继续写"))
    blocks = [one for one in source(desk.story).split("\n\n") if one.strip()]
    assert blocks[0] == "第一段。"
    assert blocks[1] == "[图1]"
    assert blocks[2].startswith("> 村里的长凳是邻居修的。")
    assert blocks[3] == "[数:learners]名学员"
    assert [one.strip() for one in blocks[4:]] == ["第二段。", "第三段。"]
    assert desk.story.article.images.get().caption == "榕树下"
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_photo_in_a_new_story_begins_the_draft_and_is_not_typed_over(phone, desk, tmp_path):
    open_editor(phone, desk)
    photos = []
    for name in ("一.jpg", "二.jpg"):
        (tmp_path / name).write_bytes(jpeg())
        photos.append(tmp_path / name)
    phone.set_input_files("[data-surface-photos]", photos)
    expect(phone.locator("[data-surface-said]")).to_have_text("先写标题，再放照片。")
    phone.get_by_label("标题").fill("桥下的长凳")
    phone.locator(".surface-text").click()
    phone.keyboard.type("开头一句。")
    phone.set_input_files("[data-surface-photos]", photos)
    expect(phone.locator(".surface-text figure img")).to_have_count(2)
    expect(phone.locator(".surface-picture")).to_have_count(2)
    phone.keyboard.type("照片下面的字。")
    phone.locator("[name=alt-1]").fill("长凳")
    phone.locator("[name=credit-1]").fill("通讯员乙")
    follow(phone.get_by_role("button", name="保存，继续写"))
    story = Story.objects.exclude(pk=desk.story.pk).get()
    assert source(story).split() == ["开头一句。", "[图1]", "[图2]", "照片下面的字。"]
    first = story.article.images.get(position=0)
    assert (first.alt, first.credit) == ("长凳", "通讯员乙")


def test_without_a_network_the_page_stays_until_the_text_is_kept(phone, desk, problems):
    open_editor(phone, desk, desk.story)
    cursor_behind(phone, "第三段。")
    phone.context.set_offline(True)
    phone.keyboard.type("断网时写的。")
    phone.get_by_role("button", name="保存并查看").click()
    expect(phone.locator("#kept")).to_contain_text("没有网络")
    expect(phone.locator(".surface-text")).to_contain_text("断网时写的。")
    phone.context.set_offline(False)
    problems.clear()
    follow(phone.get_by_role("button", name="保存并查看"))
    assert source(desk.story).split() == ["第一段。", "第二段。", "第三段。断网时写的。"]


def test_a_long_text_is_kept_while_it_is_written(phone, desk):
    open_editor(phone, desk, desk.story)
    cursor_behind(phone, "第三段。")
    phone.keyboard.insert_text("长" * 30_000)
    expect(phone.locator("#kept")).to_contain_text("暂存，尚未保存", timeout=15_000)
    assert len(UnsavedText.objects.get(story=desk.story).typed["text"]) > 30_000


def test_small_signs_of_a_paste_stay(phone, desk):
    open_editor(phone, desk, desk.story)
    cursor_behind(phone, "第三段。")
    pasted = (
        "<p class=MsoNormal style='text-indent:21pt;mso-x:y'>面积12 m<sup>2</sup>，<u>重点</u></p>"
        "<table style='width:9cm'><tr><td><p style='margin:0'>左</p></td><td>右</td></tr></table>"
    )
    phone.evaluate(PASTE, [pasted, "面积"])
    expect(phone.locator(".surface-text sup")).to_be_visible()
    phone.locator(".surface-text > p").last.click()  # there is a line below the table to go on in
    phone.keyboard.type("表格下面的字。")
    follow(phone.get_by_role("button", name="保存，继续写"))
    assert "m<sup>2</sup>，<u>重点</u>" in source(desk.story)
    assert source(desk.story).rstrip().endswith("</table>\n\n表格下面的字。")
    expect(phone.locator(".surface-text sup")).to_be_visible()
