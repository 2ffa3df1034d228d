"""One evening's attendance at the desk and on the phone: credited, waiting, decided by key, undone, made up."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories.activities import LiveFactory, PartFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from tests.factories.sheets import tencent
from yingzao.activities.models import Evidence
from yingzao.core.models import AuditLine
from yingzao.enrolment.models import IdentityDecision, IdentityMatch
from yingzao.people import actions as people
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = tencent(
    ("学员A", "19:00", "19:50"),
    ("学员A", "19:40", "20:30"),
    ("学员B", "19:05", "19:30"),
    ("学员B", "19:42", "20:30"),
    ("学员C", "19:20", "20:30"),
    ("iPhone", "19:00", "20:30"),
)


@pytest.fixture
def staff(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    staff = StaffRoleFactory()
    StageFactory(programme=staff.programme, state=StageState.OPEN)
    return staff


@pytest.fixture
def course(staff):
    make_up = {"until": "2099-01-01", "how": "看回放，写下收获。", "characters": 20}
    rule = {"min_share": "0.8", "make_up": make_up}
    course = LiveFactory(programme=staff.programme, title="业主组织的建设与运营", rule=rule)
    PartFactory(activity=course, title=course.title, starts_at=course.starts_at, ends_at=course.ends_at)
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


def bring(page: Page, name: str) -> None:
    page.get_by_label("考勤记录").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": EVENING}
    )
    page.get_by_role("button", name="读取考勤记录").click()


def line(page: Page, learner) -> "re.Pattern":
    return page.get_by_role("row").filter(has=page.get_by_role("cell", name=learner.community_name))


def test_an_evening_from_the_export_to_the_last_decision(
    page: Page, phone: Page, live_server, staff, course, learners, signed_in, accessible
):
    first, _b1, second_b, third, fourth = learners
    session = f"{live_server.url}/desk/{course.programme.code}/live/{course.code}/"
    signed_in(page, live_server, staff.person)
    page.goto(session)
    bring(page, "成员参会.xlsx")
    expect(line(page, first)).to_contain_text("90")
    expect(line(page, first)).to_contain_text("100")
    expect(line(page, third)).to_contain_text("70")
    expect(line(page, third)).to_contain_text("72")
    expect(line(page, fourth)).not_to_contain_text("90")
    assert accessible(page) == []

    page.get_by_role("link", name="核对考勤").first.click()
    match = page.locator("[data-match]").filter(has_text="学员B")
    expect(match.locator(".candidate")).to_have_count(2)
    assert accessible(page) == []
    match.focus()
    chosen = match.locator(".candidate").filter(has_text="叠南社区").locator("kbd").inner_text()
    page.keyboard.press(chosen)
    expect(page.get_by_text("“学员B”是 03 号学员B。")).to_be_visible()

    iphone = page.locator("[data-match]").filter(has_text="iPhone")
    for _again in range(2):
        iphone.get_by_label("另选：学号或姓名").fill("05")
        iphone.get_by_role("button", name="就是此人").click()
        decided = page.locator(".match-decided").filter(has_text="iPhone")
        expect(decided).to_contain_text("05 号学员D")
        if not _again:
            decided.get_by_role("button", name="撤销").click()
            expect(iphone.get_by_label("另选：学号或姓名")).to_be_visible()

    page.get_by_role("link", name="全部认定记录").click()
    expect(page.locator("li").filter(has_text="iPhone")).to_have_count(3)
    assert accessible(page) == []
    log = AuditLine.objects.filter(subject=IdentityMatch.objects.get(name_as_given="iPhone").code)
    assert [entry.act.rpartition(".")[2] for entry in log.order_by("pk")] == ["linked", "undone", "linked"]

    page.goto(session)
    expect(line(page, second_b)).to_contain_text("73")
    expect(line(page, fourth)).to_contain_text("90")
    before = (Evidence.objects.count(), IdentityDecision.objects.count(), AuditLine.objects.count())
    bring(page, "同一文件换个名字.xlsx")
    expect(page.get_by_text("这个文件以前导入过，没有任何改动。")).to_be_visible()
    assert (Evidence.objects.count(), IdentityDecision.objects.count(), AuditLine.objects.count()) == before

    signed_in(phone, live_server, third.person)
    phone.goto(f"{live_server.url}/my/live/{course.code}/")
    expect(phone.get_by_text("70")).to_be_visible()
    expect(phone.get_by_text("2099年1月1日").first).to_be_visible()
    assert accessible(phone) == []
