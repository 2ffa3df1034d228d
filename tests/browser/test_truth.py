"""An editor writes on a desk, answers the truth check on a phone, and an organiser publishes."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter, follow
from tests.factories.activities import ActivityFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import GrantFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import EditorFactory, add_picture
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice
from yingzao.stories import actions

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """结合线上直播课程“议事的规矩”、“楼道里的公共空间”和“花园怎样种起来”，学员到邻村参访，感受乡村文华振兴的成效。

学员张三说：“干货很多。”

计划已开展2次线上直播课程。全体学员都学习了案例。"""


@pytest.fixture
def told(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    programme = ProgrammeFactory(name="先锋营", edition="2021", slug="xfy-2021", is_public=True)
    editor = EditorFactory(programme=programme).person
    organiser = GrantFactory(organisation=programme.organisation).person
    for person in (editor, organiser):
        people.agree_to_notice(person=person, notice=current_privacy_notice())
    learners = [
        EnrolmentFactory(programme=programme, organisation=programme.organisation, name=name)
        for name in ("张三", "李四")
    ]
    case = ActivityFactory(programme=programme, title="案例一", due_at=moment("2021-11-01 23:59"))
    record(learners[0], case, "confirmed", "2021-10-20 10:00")
    story = actions.write_story(
        programme=programme, by=editor, title="邻里的办法", byline="记者甲", text=TEXT
    )
    add_picture(story, is_head=True)
    story.editor, story.organiser = editor, organiser
    return story


def test_everything_is_answered_on_a_phone_and_then_published(phone, page, live_server, told, accessible):
    address = f"{live_server.url}/desk/{told.programme.code}/stories/{told.code}/truth/"
    enter(phone, live_server.url, told.editor)
    phone.goto(address)
    assert accessible(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    for words in (
        "写的是“2次线上直播课程”，列出的却有3个：“议事的规矩”等。",
        "“案例一”：2人中有1人完成。",
        "“乡村文华振兴” → “乡村文化振兴”",
    ):
        expect(phone.get_by_text(words)).to_be_visible()

    phone.get_by_label("核对无误").first.check()
    why = phone.get_by_label("为什么可以这样写")
    why.first.fill("第三次在11月20日，下期再报")
    why.last.fill("x")
    follow(phone.get_by_role("button", name="保存答复").first)
    expect(phone.get_by_role("alert")).to_contain_text("请简单说明")
    expect(why.first).to_have_value("第三次在11月20日，下期再报")
    expect(why.last).to_have_attribute("aria-invalid", "true")
    expect(phone.get_by_label("核对无误").first).to_be_checked()
    assert accessible(phone) == []
    why.last.fill("李四次日补学")
    follow(phone.get_by_role("button", name="保存答复").first)
    expect(phone.get_by_text("李四次日补学")).to_be_visible()

    phone.get_by_label("或者：本人怎样表示同意").fill("微信上同意，11月10日")
    follow(phone.get_by_role("button", name="登记同意"))
    phone.get_by_label("照片里能认出谁").select_option("adults")
    follow(phone.get_by_role("button", name="记下"))
    expect(phone.get_by_role("alert")).to_contain_text("谁以什么方式同意")
    phone.get_by_label("谁同意了、怎样同意的").fill("在场居民口头同意，记者甲记录")
    follow(phone.get_by_role("button", name="记下"))
    expect(phone.get_by_text("全部核对完毕")).to_be_visible()
    assert accessible(phone) == []

    enter(page, live_server.url, told.organiser)
    page.goto(address.removesuffix("truth/"))
    follow(page.get_by_role("button", name="签发"))
    page.goto(live_server.url + told.address)
    expect(page.get_by_text("学员张三说")).to_be_visible()
    page.goto(address)
    follow(page.get_by_role("button", name="本人撤回同意"))
    page.goto(live_server.url + told.address)
    expect(page.get_by_text("学员张*说")).to_be_visible()
