"""An editor writes a story on the surface and saves it at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, follow
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice

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
