"""A course on another platform: from its list of completions to the last decision, taking back, and the learner's phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import follow
from tests.factories.activities import ActivityFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from tests.factories.sheets import workbook
from yingzao.activities.models import Evidence
from yingzao.courses.models import Course
from yingzao.people import actions as people
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = workbook(
    ("成员", "单位", "课名", "学了多少", "最近学习时间"),
    ("学员A", "桂一社区", "基层议事", "95%", "2021-11-20 10:00"),
    ("学员B", "", "基层议事", "100%", "2021-11-20 10:00"),
    ("学员D", "", "垃圾分类", "100%", "2021-11-20 10:00"),
    ("过路人", "", "基层议事", "100%", "2021-11-20 10:00"),
    ("学员C", "", "基层议事", "快了", ""),
)
LATER = workbook(
    ("成员", "单位", "课名", "学了多少", "最近学习时间"),
    ("学员A", "桂一社区", "基层议事", "60%", "2021-11-27 10:00"),
    ("学员C", "", "基层议事", "100%", "2021-11-27 10:00"),
)


@pytest.fixture
def staff(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    staff = StaffRoleFactory()
    StageFactory(programme=staff.programme, state=StageState.OPEN)
    return staff


@pytest.fixture
def course(staff):
    course = ActivityFactory(
        programme=staff.programme,
        kind="course",
        title="社区协商",
        starts_at=moment("2021-11-01 09:00"),
        due_at=moment("2021-11-30 23:59"),
        rule={"min_progress": "0.9"},
    )
    Course.objects.create(
        organisation=course.organisation, activity=course, provider="学习平台", url="https://course.example/1"
    )
    return course


@pytest.fixture
def learners(course):
    named = [("A", "桂一社区"), ("B", "桂二社区"), ("B", "叠南社区"), ("C", "平东社区"), ("D", "平西社区")]
    return [
        EnrolmentFactory(
            programme=course.programme,
            number=f"{n:02d}",
            name=f"学员{letter}",
            community_as_given=community,
            person=PersonFactory(),
        )
        for n, (letter, community) in enumerate(named, 1)
    ]


def bring(page: Page, name: str, data: bytes) -> None:
    page.get_by_label("完成名单").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    page.get_by_role("button", name="查看名单").click()


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_list_from_its_columns_to_the_last_decision(
    page: Page, phone: Page, live_server, staff, course, learners, signed_in, accessible
):
    first, second, _other, third, _fourth = learners
    signed_in(page, live_server, staff.person)
    page.goto(f"{live_server.url}/desk/{course.programme.code}/courses/{course.code}/")
    follow(page.get_by_role("link", name="平台完成名单"))
    assert accessible(page) == []

    bring(page, "完成.xlsx", FIRST)  # no header is known: a person says which column is what
    expect(page.get_by_role("heading", name="各列是什么？")).to_be_visible()
    page.get_by_label("第 1 列 成员").select_option("name")
    page.get_by_label("第 3 列 课名").select_option("course")
    page.get_by_label("第 4 列 学了多少").select_option("progress")
    page.get_by_role("button", name="按此读取").click()
    expect(page.get_by_role("alert")).to_contain_text("请指明哪一门是本课程")
    expect(page.get_by_label("第 4 列 学了多少")).to_have_value("progress")
    page.get_by_label("基层议事").check()
    assert accessible(page) == []
    page.get_by_role("button", name="按此读取").click()

    expect(page.get_by_role("heading", name="先看再记入")).to_be_visible()
    expect(page.get_by_text("“垃圾分类”（1 行）")).to_be_visible()
    expect(page.locator(".problem-rows")).to_contain_text("第 6 行")
    page.get_by_role("link", name="待核对").click()
    expect(page.get_by_text("过路人")).to_be_visible()
    assert accessible(page) == []
    assert fits(page)
    assert Evidence.objects.count() == 0
    page.get_by_role("button", name="确认，记入 1 名学员").first.click()
    expect(page.get_by_text("其中 1 行已直接记入")).to_be_visible()
    assert Evidence.objects.get().enrolment == first
    assert accessible(page) == []

    page.get_by_role("link", name="核对名字").click()
    match = page.locator("[data-match]").filter(has_text="学员B")
    expect(match.locator(".candidate")).to_have_count(2)
    match.focus()
    chosen = match.locator(".candidate").filter(has_text=second.community_name).locator("kbd").inner_text()
    page.keyboard.press(chosen)
    expect(page.get_by_text("“学员B”是 02 号学员B。")).to_be_visible()
    assert Evidence.objects.filter(enrolment=second, withdrawn_at=None).count() == 1

    page.goto(f"{live_server.url}/desk/{course.programme.code}/courses/{course.code}/outside/")
    bring(page, "一周后.xlsx", LATER)  # its columns are remembered
    expect(page.get_by_role("heading", name="先看再记入")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="学员A").last).to_contain_text("少于已记")
    page.get_by_role("button", name="确认，记入 1 名学员").first.click()
    expect(page.get_by_text("在这份名单中的进度比已记的少")).to_be_visible()
    assert Evidence.objects.filter(enrolment=third, withdrawn_at=None).count() == 1

    page.get_by_role("button", name="撤回").first.click()
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(page.get_by_text("名单已撤回")).to_be_visible()
    assert Evidence.objects.filter(enrolment=third, withdrawn_at=None).count() == 0
    assert fits(page)

    signed_in(phone, live_server, third.person)
    phone.goto(f"{live_server.url}/my/courses/{course.code}/")
    expect(phone.get_by_text("名单中还没有找到您")).to_be_visible()
    assert accessible(phone) == []
    signed_in(phone, live_server, first.person)
    phone.goto(f"{live_server.url}/my/courses/{course.code}/")
    expect(phone.get_by_text("平台名单：95%")).to_be_visible()
