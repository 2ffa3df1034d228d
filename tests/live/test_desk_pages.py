"""The organiser's pages of a live course: unknown tables, paper sheets, the share to ask for, the export."""

import io
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.activities import LiveFactory, PartFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from tests.factories.sheets import tencent
from yingzao.activities.models import Duty, Evidence
from yingzao.core.models import AuditLine
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.models import IdentityMatch, SourceFile, SourceRow
from yingzao.live import actions
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db

TABLE = (
    "平台课时统计\n"
    "谁,打电话,进,出\n"
    "学员甲,13800000001,2021-10-14 19:00,2021-10-14 20:30\n"
    "学员丙,,2021-10-14 19:20,2021-10-14 20:30\n"
)
MEANT = {"header_row": "2", "c0": "name", "c1": "phone", "c2": "joined", "c3": "left"}


@pytest.fixture
def organiser():
    return StaffRoleFactory()


@pytest.fixture
def course(organiser):
    StageFactory(programme=organiser.programme, state=StageState.OPEN)
    course = LiveFactory(programme=organiser.programme, title="业主组织", rule={"min_share": "0.8"})
    PartFactory(activity=course, title=course.title, starts_at=course.starts_at, ends_at=course.ends_at)
    return course


@pytest.fixture
def learners(course):
    names = {"甲": "13800000001", "丙": "13800000003", "丁": "13800000004"}
    return {
        short: EnrolmentFactory(programme=course.programme, number=f"0{n}", name=f"学员{short}", phone=phone)
        for n, (short, phone) in enumerate(names.items(), 1)
    }


@pytest.fixture
def desk(client, organiser):
    client.force_login(organiser.person)
    return client


def url(name, course, *args):
    return reverse(f"live:desk-{name}", args=[course.programme.code, course.code, *args])


def text(response) -> str:
    return response.content.decode()


def bring(desk, course, data, name="表.csv"):
    data = data.encode() if isinstance(data, str) else data
    return desk.post(url("report", course), {"file": SimpleUploadedFile(name, data)})


def states(course) -> dict[str, tuple]:
    found = Duty.objects.filter(activity=course).select_related("enrolment")
    return {
        d.enrolment.name[-1]: (
            d.state, next((r["minutes"] for r in d.reasons if r["code"] == "live.heard"), None),
        )
        for d in found
    }  # fmt: skip


# A table that nobody knows


def test_an_unknown_table_is_shown_and_credits_nobody_before_its_columns_are_named(desk, course, learners):
    response = bring(desk, course, TABLE)
    source = SourceFile.objects.get()
    assert response["Location"] == url("columns", course, source.code)
    shown = text(desk.get(response["Location"]))
    assert "学员甲" in shown
    assert "13800000001" not in shown  # masked: the first rows need no telephone number
    assert "138****0001" in shown
    assert (Evidence.objects.count(), SourceRow.objects.count()) == (0, 0)
    course.refresh_from_db()
    assert course.held_at is None
    assert "格式未识别" in text(desk.get(url("session", course)))


def test_columns_named_and_confirmed_credit_and_are_remembered(desk, course, learners):
    page = bring(desk, course, TABLE)["Location"]
    looked = text(desk.post(page, {**MEANT, "again": "columns"}))
    assert "10-14 19:00–20:30" in looked
    assert Evidence.objects.count() == 0
    assert desk.post(page, {**MEANT, "confirm": "1"}).status_code == 302
    assert states(course) == {"甲": ("done", 90), "丙": ("missed", 70), "丁": ("missed", None)}
    assert SourceRow.objects.count() == 2
    assert desk.get(page).status_code == 404  # read once
    again = bring(desk, course, TABLE.replace("学员丙", "学员丁"), name="第二张.csv")["Location"]
    assert "10-14 19:20–20:30" in text(desk.get(again))  # the same header reads the same way by itself


def test_choices_that_cannot_be_read_say_so_and_keep_the_table(desk, course, learners):
    page = bring(desk, course, TABLE)["Location"]
    twice = desk.post(page, {**MEANT, "c3": "joined", "confirm": "1"})
    assert twice.status_code == 422
    assert "有两列对应到同一项" in text(twice)
    for lacking in ({"c0": ""}, {"c2": "", "c3": ""}):
        refused = desk.post(page, {**MEANT, "c1": "", **lacking, "confirm": "1"})
        assert refused.status_code == 422
        assert 'class="notice' in text(refused)
    odd = {"header_row": "99999999999", "sheet": "不存在", "c0": "password", "c99": "name", "confirm": "1"}
    assert desk.post(page, odd).status_code == 422
    assert (Evidence.objects.count(), SourceFile.objects.get().state) == (0, "read")


def test_a_table_put_away_is_gone_from_the_page_of_columns(desk, course, learners):
    page = bring(desk, course, TABLE)["Location"]
    source = SourceFile.objects.get()
    desk.post(url("report-take-back", course, source.code))
    assert desk.get(page).status_code == 404
    course.refresh_from_db()
    assert course.held_at is None
    assert bring(desk, course, TABLE)["Location"] == url(
        "columns", course, SourceFile.objects.exclude(pk=source.pk).get().code
    )


def test_a_cancelled_course_credits_no_table_that_was_brought_before(desk, course, learners):
    page = bring(desk, course, TABLE)["Location"]
    course.state = "cancelled"
    course.save()
    assert desk.post(page, {**MEANT, "confirm": "1"}).status_code == 422
    assert Evidence.objects.count() == 0


def test_prose_is_refused_and_not_kept(desk, course, learners):
    response = bring(desk, course, "今天的课大家都来了，很好。\n谢谢老师。\n")
    assert response.status_code == 422
    assert SourceFile.objects.count() == 0


@pytest.mark.parametrize("head", ["姓名,进入时间,时长(分钟)", "姓名,签到时间,备注"])
def test_a_table_of_another_evening_is_refused_however_it_states_its_day(desk, course, learners, head):
    page = bring(desk, course, f"{head}\n学员甲,2021-10-07 19:00,90\n学员丙,2021-10-07 19:00,90\n")
    if page.status_code == 302:
        page = desk.post(page["Location"], {"confirm": "1"})
    assert page.status_code == 422
    assert "2021-10-07" in text(page)
    course.refresh_from_db()
    assert (Evidence.objects.count(), course.held_at) == (0, None)


@pytest.mark.parametrize("number", ["9" * 5000, "２", "-1"])
def test_numbers_that_are_none_are_answered(desk, course, learners, number):
    page = bring(desk, course, TABLE)["Location"]
    assert desk.post(page, {"header_row": number}).status_code in (200, 422)
    assert desk.post(url("share", course), {"percent": number}).status_code in (302, 422)


# A paper sheet


def test_signatures_count_as_the_whole_and_times_as_an_interval(desk, course, learners):
    sent = {
        "key": str(uuid.uuid4()),
        "note": "社区办公室",
        f"s{learners['甲'].code}": "1",
        f"s{learners['丙'].code}": "1",
        f"a{learners['丙'].code}": "19：20",
        f"a{learners['丁'].code}": "19:00",  # not ticked
    }
    assert desk.post(url("paper", course), sent).status_code == 302
    assert states(course) == {"甲": ("done", None), "丙": ("missed", 70), "丁": ("missed", None)}
    before = Evidence.objects.count()
    desk.post(url("paper", course), sent)
    assert Evidence.objects.count() == before  # sent twice, written once
    course.refresh_from_db()
    assert course.held_at == course.ends_at


def test_a_time_that_cannot_be_read_is_marked_and_every_tick_stays(desk, course, learners):
    code, other = learners["甲"].code, learners["丁"].code
    sent = {"key": str(uuid.uuid4()), f"s{code}": "1", f"a{code}": "七点半", f"s{other}": "1"}
    response = desk.post(url("paper", course), sent)
    assert response.status_code == 422
    shown = text(response)
    assert "七点半" in shown
    assert shown.count(" checked") == 2
    assert Evidence.objects.count() == 0
    sent |= {f"a{code}": "20:00", f"b{code}": "19:00"}
    response = desk.post(url("paper", course), sent)
    assert (response.status_code, "学员甲" in text(response), Evidence.objects.count()) == (422, True, 0)


def test_a_sheet_without_a_signature_is_not_recorded(desk, course, learners):
    assert desk.post(url("paper", course), {"key": str(uuid.uuid4())}).status_code == 422
    course.refresh_from_db()
    assert course.held_at is None


def sign(desk, course, learner, came="", left=""):
    sent = {
        "key": str(uuid.uuid4()),
        f"s{learner.code}": "1",
        f"a{learner.code}": came,
        f"b{learner.code}": left,
    }
    return desk.post(url("paper", course), sent).status_code


def test_times_after_midnight_are_of_the_next_day(desk, course, learners):
    course.starts_at, course.ends_at = moment("2021-10-14 22:00"), moment("2021-10-15 00:30")
    course.save()
    course.parts.update(starts_at=course.starts_at, ends_at=course.ends_at)
    assert sign(desk, course, learners["甲"], came="22:00", left="00:25") == 302
    assert sign(desk, course, learners["丙"], came="00:10") == 302
    assert states(course) == {"甲": ("done", 145), "丙": ("missed", 20), "丁": ("missed", None)}


def test_an_open_end_is_that_of_its_evening(desk, course, learners):
    course.ends_at = moment("2021-10-21 20:30")
    course.save()
    PartFactory(activity=course, title="下半场", starts_at=moment("2021-10-21 19:00"), ends_at=course.ends_at)
    sign(desk, course, learners["甲"], came="19:05")
    bring(desk, course, tencent(("学员丙", "20:20", "--")), "会议.xlsx")
    assert {k: v[1] for k, v in states(course).items()} == {"甲": 85, "丙": 10, "丁": None}


# The share


def test_the_page_says_who_passes_at_each_share_and_sets_one(desk, course, learners, organiser):
    bring(desk, course, tencent(("学员甲", "19:00", "20:30"), ("学员丙", "19:20", "20:30")), "会议.xlsx")
    shown = desk.get(url("session", course)).context["previews"]
    assert [(p.percent, p.needed, p.passing, p.lost, p.is_set) for p in shown] == [
        (60, 54, 2, (), False),
        (70, 63, 2, (), False),
        (80, 72, 1, ("学员丙",), True),
        (90, 81, 1, (), False),
    ]
    desk.post(url("share", course), {"percent": "70"})
    assert states(course)["丙"] == ("done", 70)
    [line] = AuditLine.objects.filter(act="live.rule.share_set")
    assert (line.before, line.after) == ({"min_share": "0.8"}, {"min_share": "0.7"})


def test_minutes_asked_for_beside_the_share_count_in_the_preview(desk, course, learners):
    course.rule = {"min_share": "0.6", "min_minutes": 80}
    course.save()
    bring(desk, course, tencent(("学员甲", "19:00", "20:30"), ("学员丙", "19:20", "20:30")), "会议.xlsx")
    shown = desk.get(url("session", course)).context["previews"]
    assert [(p.percent, p.needed, p.passing) for p in shown] == [
        (60, 80, 1),
        (70, 80, 1),
        (80, 80, 1),
        (90, 81, 1),
    ]


@pytest.mark.parametrize("percent", ["0", "101", "-5", "x", ""])
def test_a_share_that_is_none_is_refused(desk, course, learners, percent):
    assert desk.post(url("share", course), {"percent": percent}).status_code in (302, 422)
    course.refresh_from_db()
    assert course.rule == {"min_share": "0.8"}


def test_names_that_wait_are_said_beside_the_list(desk, course, learners):
    bring(desk, course, tencent(("学員丁", "19:00", "20:30")), "会议.xlsx")
    assert [
        (learner.name, names) for learner, names in desk.get(url("session", course)).context["maybe"]
    ] == [("学员丁", ["学員丁"])]


# The export


def exported(desk, course) -> dict[str, list[list]]:
    response = desk.get(url("export", course))
    assert response["Cache-Control"] == "private, no-store"
    book = load_workbook(io.BytesIO(response.content))
    return {sheet.title: [[c.value for c in row] for row in sheet.iter_rows()] for sheet in book}


def test_the_export_has_every_raw_row_and_every_decision_with_its_author(desk, course, learners, organiser):
    stays = (
        ("学员甲", "19:00", "19:50"),
        ("学员甲", "19:40", "20:30"),
        ("+1+1", "19:00", "20:30"),
        ("iPhone 13900000009", "19:00", "20:30"),
        ("@SUM(A1)", "19:00", "20:30"),
    )
    bring(desk, course, tencent(*stays), "会议.xlsx")
    phone = IdentityMatch.objects.get(name_as_given__startswith="iPhone")
    first = enrolment.link(match=phone, enrolment=learners["丁"], by=organiser.person)
    enrolment.undo_decision(decision=first, by=organiser.person)
    enrolment.link(match=phone, enrolment=learners["丁"], by=organiser.person)
    unknown = bring(desk, course, TABLE + "=2+5,,2021-10-14 19:00,2021-10-14 20:30\n")["Location"]
    desk.post(unknown, {**MEANT, "confirm": "1"})
    sheets = exported(desk, course)
    listed, raw, decisions = (rows[2:] for rows in sheets.values())
    assert len(raw) == len(stays) + 3 == SourceRow.objects.count()
    assert [row[3] for row in raw] == [
        "学员甲", "学员甲", "+1+1", "iPhone 139****0009", "@SUM(A1)", "学员甲", "学员丙", "=2+5",
    ]  # fmt: skip
    book = load_workbook(io.BytesIO(desk.get(url("export", course)).content))
    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row if c.value} <= {"s", "n"}
    assert not {"13900000009", "13800000001"} & set(re.findall(r"1\d{10}", str(sheets)))
    by = organiser.person.display_name
    assert [(row[1], bool(row[7]), row[8]) for row in decisions if row[2].startswith("iPhone")] == [
        (by, True, by), (by, False, None),
    ]  # fmt: skip
    assert [row[:5] for row in listed] == [
        ["01", "学员甲", "桂一社区", "完成", 90],
        ["02", "学员丙", "桂一社区", "时长不足", 70],
        ["03", "学员丁", "桂一社区", "完成", 90],
    ]
    assert listed[0][5:7] == [72, 100]


def test_rows_of_a_report_taken_back_stay_in_the_export(desk, course, learners, organiser):
    bring(desk, course, tencent(("学员甲", "19:00", "20:30")), "会议.xlsx")
    actions.take_back_report(source_file=SourceFile.objects.get(), activity=course, by=organiser.person)
    raw = list(exported(desk, course).values())[1][2:]
    assert [(row[3], bool(row[-1])) for row in raw] == [("学员甲", True)]


# Queries


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_of_the_database_however_many_there_are(
    desk, course, count, django_assert_num_queries
):
    for n in range(count):
        EnrolmentFactory(programme=course.programme, name=f"学员{'甲丙丁'[n]}")
        bring(desk, course, tencent((f"学员{'甲丙丁'[n]}", "19:00", "20:30")), f"{n}.xlsx")
    unknown = bring(desk, course, TABLE)["Location"]
    for page, queries in (
        (url("session", course), 13),
        (url("paper", course), 5),
        (url("export", course), 9),
        (unknown, 7),
    ):
        with django_assert_num_queries(queries):
            desk.get(page)
