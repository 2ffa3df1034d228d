"""Public pages as readers have them: on phones and desks, with scripts and without, on paper; and what editors set for them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, enter, follow
from tests.factories.communities import CommunityFactory
from tests.factories.people import GrantFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory, StoryFactory, add_picture, vouch
from yingzao.people import actions as people
from yingzao.people.models import Organisation
from yingzao.people.queries import current_privacy_notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def told(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    programme = ProgrammeFactory(
        name="先锋营", edition="2021", slug="xfy-2021", is_public=True, summary="学了就做。"
    )
    community = CommunityFactory(organisation=programme.organisation, name="石塘社区")
    story = StoryFactory(
        programme=programme,
        published=True,
        slug="bridge",
        article__title="从桥下到楼下",
        article__html="<p>石塘社区的邻居修好了长凳。</p>",
        article__text="石塘社区的邻居修好了长凳。",
    )
    story.communities.add(community)
    add_picture(story, alt="桥下的长凳", is_head=True)
    story.editor = EditorFactory(programme=programme).person
    story.organiser = GrantFactory(organisation=programme.organisation).person
    for person in (story.editor, story.organiser):
        people.agree_to_notice(person=person, notice=current_privacy_notice())
    return vouch(story, story.organiser)


def public_paths(story) -> list[str]:
    return ["/", "/stories/", story.address, "/p/xfy-2021/", f"/o/{story.organisation.code}/"]


def test_public_pages_can_be_read_by_everybody(page, phone, live_server, told, accessible):
    for reader, width in ((phone, 390), (page, 1280)):
        for path in public_paths(told):
            reader.goto(live_server.url + path)
            assert accessible(reader) == [], path
            assert reader.evaluate("document.documentElement.scrollWidth") <= width
    assert page.context.cookies() == phone.context.cookies() == []


def test_a_browser_takes_the_lightest_form_and_the_head_picture_first(phone, live_server, told):
    phone.goto(live_server.url + told.address)
    picture = phone.get_by_alt_text("桥下的长凳")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("one => one.currentSrc").endswith("/whole-960.avif")
    assert picture.evaluate("one => one.naturalWidth") > 0
    assert picture.get_attribute("fetchpriority") == "high"


def test_public_pages_are_read_without_scripts(open_context, live_server, told):
    reader = open_context({**PHONE, "java_script_enabled": False}).new_page()
    reader.goto(live_server.url + "/")
    follow(reader.get_by_role("link", name="先锋营 2021"))
    follow(reader.get_by_role("link", name="石塘社区"))
    follow(reader.get_by_role("link", name="从桥下到楼下"))
    expect(reader.get_by_text("石塘社区的邻居修好了长凳。")).to_be_visible()
    expect(reader.get_by_alt_text("桥下的长凳")).to_be_visible()


def test_a_story_on_paper_is_the_story_alone(page, live_server, told):
    page.goto(live_server.url + told.address)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="从桥下到楼下")).to_be_visible()
    for hidden in ("banner", "contentinfo"):
        expect(page.get_by_role(hidden)).to_be_hidden()
    expect(page.get_by_role("link", name="保存长图")).to_be_hidden()


def test_an_editor_says_what_stays_in_view(phone, page, live_server, told, accessible):
    edit = f"{live_server.url}/desk/{told.programme.code}/stories/{told.code}/edit/"
    for reader in (phone, page):
        enter(reader, live_server.url, told.editor)
    phone.goto(edit)
    phone.get_by_text("裁剪时保留哪里").click()
    pad = phone.get_by_role("button", name="图 1 裁剪时保留的位置")
    expect(pad.locator("img")).to_have_js_property("complete", True)
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    pad.tap(position={"x": box["width"] * 0.25, "y": box["height"] * 0.75})
    left, top = phone.get_by_label("距左边"), phone.get_by_label("距上边")
    expect(left).to_have_value("25")
    expect(top).to_have_value("75")
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(edit)
    page.get_by_text("裁剪时保留哪里").click()
    pad = page.get_by_role("button", name="图 1 裁剪时保留的位置")
    pad.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        pad.press(key)
    expect(page.get_by_label("距左边")).to_have_value("54")
    expect(page.get_by_label("距上边")).to_have_value("40")
    assert page.locator(".focus-square").evaluate("one => one.style.objectPosition") not in ("", "50% 50%")
    follow(page.get_by_role("button", name="保存并查看"))
    stored = told.article.images.get().file
    assert (stored.focus_x, stored.focus_y) == (54, 40)


def test_an_organiser_gives_the_pages_a_colour_that_can_be_read(page, live_server, told, accessible):
    enter(page, live_server.url, told.organiser)
    look = f"{live_server.url}/look/{told.organisation.code}/"
    page.goto(look)
    assert accessible(page) == []
    page.get_by_label("单位介绍").fill("桥东的办事处。")
    page.locator("#id_accent").fill("#f5c518")
    follow(page.get_by_role("button", name="保存", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("颜色太浅")
    expect(page.get_by_label("单位介绍")).to_have_value("桥东的办事处。")
    assert accessible(page) == []
    page.locator("#id_accent").fill("#8a1f3c")
    follow(page.get_by_role("button", name="保存", exact=True))
    assert Organisation.objects.get(pk=told.organisation.pk).accent == "#8a1f3c"
    page.context.clear_cookies()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for path in public_paths(told):
            page.goto(live_server.url + path)
            assert accessible(page) == [], (path, scheme)
        drawn = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--yz-glaze')")
        assert (drawn == "#8a1f3c") == (scheme == "light")


def test_an_editor_sees_the_story_on_a_phone_and_its_pictures(phone, page, live_server, told, accessible):
    address = f"{live_server.url}/desk/{told.programme.code}/stories/{told.code}/share/"
    for reader, width in ((page, 1280), (phone, 390)):
        enter(reader, live_server.url, told.editor)
        reader.goto(address)
        assert reader.evaluate("document.documentElement.scrollWidth") <= width
        frame = reader.frame_locator("iframe[title='报道在手机上的样子']")
        expect(frame.get_by_role("heading", name="从桥下到楼下")).to_be_visible()
    card = page.get_by_alt_text("长图：摘要")
    card.scroll_into_view_if_needed()
    expect(card).to_have_js_property("complete", True)
    assert card.evaluate("one => one.naturalWidth") == 1080
    assert accessible(page) == []


def test_a_story_moves_and_its_former_address_leads_there(page, live_server, told):
    enter(page, live_server.url, told.editor)
    page.goto(f"{live_server.url}/desk/{told.programme.code}/stories/{told.code}/")
    page.get_by_text("网址", exact=True).click()
    page.get_by_label("网址的最后一段").fill("under-the-bridge")
    follow(page.get_by_role("button", name="更换网址"))
    page.goto(f"{live_server.url}/stories/bridge/")
    assert page.url == f"{live_server.url}/stories/under-the-bridge/"
    expect(page.get_by_role("heading", name="从桥下到楼下")).to_be_visible()
