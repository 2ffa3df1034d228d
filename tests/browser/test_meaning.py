"""An editor begins a story from a visit, puts figures into it from beside the text, and says what it tells of."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, follow
from tests.factories.activities import ActivityFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice
from yingzao.stories.models import Story
from yingzao.visits.models import Stop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    programme = ProgrammeFactory(name="先锋营", edition="2021", slug="xfy-2021", is_public=True)
    visit = ActivityFactory(
        programme=programme, kind="visit", title="走进溪口村", starts_at=moment("2021-11-13 09:00"), state="held",
        held_at=moment("2021-11-13 17:00"),
    )  # fmt: skip
    village = CommunityFactory(organisation=programme.organisation, name="溪口村")
    part = PartFactory(activity=visit, title="第一站")
    Stop.objects.create(organisation=programme.organisation, part=part, community=village, place="榕树下")
    learner = EnrolmentFactory(programme=programme, organisation=programme.organisation, name="张小三")
    record(learner, visit, "checked_in", "2021-11-13 09:00")
    editor = EditorFactory(programme=programme).person
    people.agree_to_notice(person=editor, notice=current_privacy_notice())
    editor.programme, editor.visit = programme, visit
    return editor


@pytest.mark.parametrize("size", ["page", "phone"])
def test_a_story_begins_from_a_visit_and_binds_figures(size, request, live_server, editor, accessible):
    page = request.getfixturevalue(size)
    enter(page, live_server.url, editor)
    page.goto(f"{live_server.url}/desk/{editor.programme.code}/stories/from/")
    assert accessible(page) == []
    follow(page.get_by_role("link", name="走进溪口村"))
    assert accessible(page) == []
    follow(page.get_by_role("button", name="建立草稿"))
    surface = page.locator(".surface-text")
    expect(surface).to_have_text("2021年11月13日，“走进溪口村”在榕树下举行，1名学员参加。")
    assert accessible(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    if size == "phone":
        page.get_by_role("button", name="素材").click()
    page.locator("[data-put=figure][data-key=learners]").press("Enter")  # by keyboard
    expect(surface.locator("data[value=learners]")).to_have_text("1")
    page.get_by_label("标签").fill("长凳")
    follow(page.get_by_role("button", name="保存并查看"))
    story = Story.objects.get()
    key = f"participants.activity.{editor.visit.code}"
    assert story.article.source.strip() == (
        f"2021年11月13日，“走进溪口村”在榕树下举行，[数:{key}]名学员参加。[数:learners]"
    )
    expect(page.get_by_role("heading", name="文中的数字")).to_be_visible()
    expect(page.get_by_role("link", name="#长凳")).to_be_visible()
    assert accessible(page) == []
