"""Lists of completions from other platforms: looked at, taken, decided, undone, brought again, taken back."""

import io
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import bad_files
from tests.factories.activities import ActivityFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from tests.factories.sheets import workbook
from yingzao.activities.actions import import_records, recompute_all, take_back_records
from yingzao.activities.models import Duty, Evidence
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.courses import actions
from yingzao.courses.models import Course
from yingzao.courses.settling.outside import Told, greatest, is_news, said
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.models import IdentityMatch, SourceFile, SourceRow
from yingzao.programmes.enums import Role

HEAD = ("姓名", "手机号", "所在社区", "学习进度", "学习时长（分钟）", "最近学习时间", "成绩")
NOW = moment("2021-12-10 09:00")


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: NOW)


@pytest.fixture
def camp(db):
    camp = Learning()
    camp.zhang = EnrolmentFactory(programme=camp.programme, number="11", name="张三", phone="13800000011")
    camp.li = EnrolmentFactory(
        programme=camp.programme, number="12", name="李四", community_as_given="叠南社区"
    )
    camp.wang = [
        EnrolmentFactory(programme=camp.programme, number=n, name="王五", community_as_given=c)
        for n, c in (("13", "桂一社区"), ("14", "石肯社区"))
    ]
    return camp


@pytest.fixture
def course(camp):
    course = ActivityFactory(
        programme=camp.programme,
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


def keep(camp, course, *rows, head=HEAD, name="名单.xlsx"):
    source, _new = actions.keep_list(activity=course, by=camp.by, data=workbook(head, *rows), name=name)
    return source


def take(camp, course, *rows, **more):
    source = keep(camp, course, *rows, **more)
    actions.take_list(source_file=source, activity=course, by=camp.by)
    source.refresh_from_db()
    assert recompute_all().differences == ()
    return source


def facts(learner, *, withdrawn=False):
    rows = Evidence.objects.filter(enrolment=learner)
    rows = rows if withdrawn else rows.filter(withdrawn_at=None)
    return [e.detail["progress"] for e in rows.order_by("pk")]


def state(learner, course):
    return Duty.objects.get(enrolment=learner, activity=course).state


def decide(camp, name, learner):
    match = IdentityMatch.objects.filter(name_as_given=name, outcome__in=["proposed", "unmatched"]).latest(
        "pk"
    )
    decision = enrolment.link(match=match, enrolment=learner, by=camp.by)
    assert recompute_all().differences == ()
    return decision


def undo(camp, decision):
    enrolment.undo_decision(decision=decision, by=camp.by)
    assert recompute_all().differences == ()


# What is news


def told(progress, at="2021-11-20 10:00", **more):
    return Told(Fraction(progress), moment(at), **more)


@pytest.mark.parametrize(
    ("new", "known", "news"),
    [
        (told("0.5"), [], True),
        (told("0"), [], True),
        (told("0.5"), [told("0.5")], False),
        (told("0.6"), [told("0.5")], True),
        (told("0.4", score="99"), [told("0.5")], False),
        (told("0.5", "2021-11-19 10:00"), [told("0.5")], True),
        (told("0.5", "2021-11-21 10:00"), [told("0.5")], False),
        (told("0.5", "2021-11-19 10:00", undated=True), [told("0.5")], False),
        (told("0.5", minutes=80), [told("0.5", minutes=70)], True),
        (told("0.5", minutes=70), [told("0.5", minutes=70)], False),
        (told("0.5", score="92"), [told("0.5", score="92"), told("0.4")], False),
        (told("0.5", score="95"), [told("0.5", score="92")], True),
    ],
)
def test_only_what_adds_something_is_news(new, known, news):
    assert is_news(new, known) is news


def test_of_several_rows_the_greatest_counts_and_of_equals_the_one_that_knows_its_time():
    assert greatest([told("0.5"), told("0.85"), told("0.2")]).progress == Fraction("0.85")
    late, early, unknown = (
        told("1", "2021-11-21 10:00"),
        told("1"),
        told("1", "2021-11-01 10:00", undated=True),
    )
    assert greatest([unknown, late, early]) == early


@pytest.mark.parametrize(
    ("share", "text"),
    [("1", "1"), ("0.85", "0.85"), ("1/3", "0.3333"), ("0", "0"), ("99999/100000", "0.9999")],
)
def test_a_share_is_kept_in_four_decimals_rounded_down(share, text):
    assert said(Fraction(share)) == text


# The dry run


def test_the_dry_run_tells_everything_and_changes_nothing(camp, course):
    source = keep(
        camp,
        course,
        ("张三", "13800000011", "", "95%", 80, "2021-11-20 10:00", 92),
        ("李四", "", "叠南社区", "0.5", "", "", ""),
        ("王五", "", "", "100%", "", "2021-11-21", ""),
        ("陌生人", "", "", "100%", "", "2021-11-21", ""),
        ("张三", "13800000011", "", "40%", "", "2021-11-10 10:00", ""),
        ("赵六", "", "", "快了", "", "", ""),
        ("", "", "", "30%", "", "", ""),
    )
    before = (Evidence.objects.count(), IdentityMatch.objects.count(), SourceRow.objects.count())
    foreseen = actions.foresee_list(source, course)
    assert [(line.row.row, line.effect) for line in foreseen.lines] == [
        (2, "news"), (3, "news"), (4, "waits"), (5, "waits"), (6, "double"), (7, "problem"), (8, "problem"),
    ]  # fmt: skip
    assert [line.problem.code for line in foreseen.lines if line.problem] == ["bad_progress", "no_person"]
    assert [line.because for line in foreseen.lines[:4]] == [
        "phone", "community_name", "homonyms", "not_on_roster",
    ]  # fmt: skip
    assert {c.name for c, _reasons in foreseen.lines[2].candidates} == {"王五"}
    assert [(c.learner, c.before.shown, c.after.shown) for c in foreseen.changes] == [
        (camp.zhang, "miss", "done"), (camp.li, "miss", "miss"),
    ]  # fmt: skip
    assert foreseen.changes[1].after.share == Decimal("0.5555")  # 0.5 of 0.9, rounded down
    assert set(foreseen.missing) == {*camp.wang, camp.learner, camp.other}
    assert foreseen.undated == 1
    assert before == (Evidence.objects.count(), IdentityMatch.objects.count(), SourceRow.objects.count())
    source.refresh_from_db()
    assert (source.state, source.mapping) == ("read", {})


def test_what_the_dry_run_says_is_what_taking_does(camp, course):
    rows = [
        ("张三", "13800000011", "", "95%", 80, "2021-11-20 10:00", 92),
        ("李四", "", "叠南社区", "0.5", "", "", ""),
        ("王五", "", "", "100%", "", "", ""),
    ]
    foreseen = actions.foresee_list(keep(camp, course, *rows), course)
    take(camp, course, *rows)
    for change in foreseen.changes:
        duty = Duty.objects.get(enrolment=change.learner, activity=course)
        assert (duty.state, duty.share) == (change.after.state, change.after.share)


def test_a_fact_holds_progress_minutes_and_score_at_the_time_that_the_list_says(camp, course):
    take(camp, course, ("张三", "13800000011", "", "17/20", "1小时20分", "2021-11-20 10:00", "92"))
    (fact,) = Evidence.objects.all()
    assert (fact.fact, fact.part, fact.happened_at, fact.detail) == (
        "imported", None, moment("2021-11-20 10:00"), {"progress": "0.85", "minutes": 80, "score": "92"},
    )  # fmt: skip


def test_without_a_time_the_moment_of_taking_counts_and_is_said(camp, course):
    take(camp, course, ("张三", "13800000011", "", "100%", "", "", ""))
    (fact,) = Evidence.objects.all()
    assert (fact.happened_at, fact.detail) == (NOW, {"progress": "1", "undated": True})
    assert state(camp.zhang, course) == "late"


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2021-12-10 09:01", "future"),
        ("2022-01-01", "future"),
        ("2021-11-01 08:59", "before_start"),
        ("2021-10-31", "before_start"),
        ("2021-11-01", ""),
        ("2021-12-10 09:00", ""),
    ],
)
def test_a_time_to_come_or_before_the_course_is_a_problem(time, code, camp, course):
    foreseen = actions.foresee_list(
        keep(camp, course, ("张三", "13800000011", "", "100%", "", time, "")), course
    )
    assert [line.problem.code if line.problem else "" for line in foreseen.lines] == [code]


def test_a_list_without_any_row_that_counts_is_refused_and_stays_open(camp, course):
    source = keep(camp, course, ("张三", "13800000011", "", "100%", "", "2031-01-01", ""))
    with pytest.raises(Refused) as refusal:
        actions.take_list(source_file=source, activity=course, by=camp.by)
    source.refresh_from_db()
    assert (refusal.value.code, source.state) == ("none", "read")


def test_who_has_not_begun_is_in_the_list_and_is_credited_nothing(camp, course):
    source = take(
        camp,
        course,
        ("张三", "13800000011", "", "", "", "", ""),
        ("李四", "", "叠南社区", "未完成", "", "", ""),
    )
    assert (Evidence.objects.count(), source.meta["facts"], source.meta["rows"]) == (0, 0, 2)


# Names


def test_a_homonym_waits_and_deciding_writes_undoing_withdraws_and_linking_again_is_a_third_fact(
    camp, course
):
    take(camp, course, ("王五", "", "", "100%", "", "2021-11-20 10:00", ""))
    assert Evidence.objects.count() == 0
    decision = decide(camp, "王五", camp.wang[0])
    assert (facts(camp.wang[0]), state(camp.wang[0], course)) == (["1"], "done")
    undo(camp, decision)
    assert (facts(camp.wang[0]), state(camp.wang[0], course)) == ([], "missed")
    decide(camp, "王五", camp.wang[0])
    rows = Evidence.objects.filter(enrolment=camp.wang[0])
    assert (rows.count(), rows.filter(withdrawn_at=None).count()) == (2, 1)
    assert state(camp.wang[0], course) == "done"


def test_a_stranger_stays_visible_and_set_aside_is_remembered(camp, course):
    take(camp, course, ("陌生人", "", "", "100%", "", "2021-11-20 10:00", ""))
    match = IdentityMatch.objects.get()
    assert match.outcome == "unmatched"
    enrolment.set_aside(match=match, by=camp.by)
    source = keep(camp, course, ("陌生人", "", "", "100%", "", "2021-11-27 10:00", ""), name="新.xlsx")
    assert [line.effect for line in actions.foresee_list(source, course).lines] == ["aside"]
    assert Evidence.objects.count() == 0


def test_rows_of_one_name_that_are_two_people_are_taken_apart_and_lose_nothing(camp, course):
    take(
        camp,
        course,
        ("王五", "", "", "100%", "", "2021-11-20 10:00", ""),
        ("王五", "", "", "95%", "", "2021-11-21 10:00", ""),
    )
    apart = enrolment.split_match(match=IdentityMatch.objects.get(), by=camp.by)
    for match, learner in zip(apart, camp.wang, strict=True):
        enrolment.link(match=match, enrolment=learner, by=camp.by)
    assert [facts(w) for w in camp.wang] == [["1"], ["0.95"]]
    assert recompute_all().differences == ()


def test_two_spellings_of_one_learner_are_one_fact_and_undoing_one_leaves_what_the_other_says(camp, course):
    take(
        camp,
        course,
        ("张三", "13800000011", "", "95%", "", "2021-11-20 10:00", ""),
        ("小张", "", "", "92%", "", "2021-11-19 10:00", ""),
    )
    decide(camp, "小张", camp.zhang)
    assert facts(camp.zhang) == ["0.95"]
    exact = IdentityMatch.objects.get(name_as_given="张三").decisions.get()
    undo(camp, exact)
    assert (facts(camp.zhang), state(camp.zhang, course)) == (["0.92"], "done")


def test_somebody_known_by_telephone_alone_is_found_and_the_number_stays_masked(camp, course):
    take(camp, course, ("", "13800000011", "", "95%", "", "2021-11-20 10:00", ""))
    assert facts(camp.zhang) == ["0.95"]
    assert IdentityMatch.objects.get().name_as_given == "138****0011"


# A newer list


def test_of_a_newer_list_only_what_changed_is_new(camp, course):
    take(
        camp,
        course,
        ("张三", "13800000011", "", "50%", "", "2021-11-10 10:00", ""),
        ("李四", "", "叠南社区", "100%", "", "2021-11-10 10:00", ""),
    )
    source = take(
        camp,
        course,
        ("张三", "13800000011", "", "95%", "", "2021-11-17 10:00", ""),
        ("李四", "", "叠南社区", "100%", "", "2021-11-17 10:00", ""),
        name="新.xlsx",
    )
    assert (facts(camp.zhang), facts(camp.li)) == (["0.5", "0.95"], ["1"])
    assert (source.meta["facts"], source.meta["same"]) == (1, 1)


def test_a_progress_that_fell_stays_and_is_told(camp, course):
    take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-10 10:00", ""))
    source = take(
        camp, course, ("张三", "13800000011", "", "60%", "", "2021-11-17 10:00", ""), name="新.xlsx"
    )
    assert (facts(camp.zhang), state(camp.zhang, course)) == (["0.95"], "done")
    assert source.meta["less"] == [{"enrolment": camp.zhang.code, "shown": "0.95", "told": "0.6"}]


def test_a_time_that_only_the_newer_list_knows_makes_a_late_completion_a_timely_one(camp, course):
    take(camp, course, ("张三", "13800000011", "", "100%", "", "", ""))
    assert state(camp.zhang, course) == "late"
    take(camp, course, ("张三", "13800000011", "", "100%", "", "2021-11-20 10:00", ""), name="新.xlsx")
    assert state(camp.zhang, course) == "done"


def test_the_same_file_again_changes_nothing(camp, course):
    data = workbook(HEAD, ("张三", "13800000011", "", "95%", "", "2021-11-10 10:00", ""))
    first, new = actions.keep_list(activity=course, by=camp.by, data=data, name="a.xlsx")
    actions.take_list(source_file=first, activity=course, by=camp.by)
    again, new_again = actions.keep_list(activity=course, by=camp.by, data=data, name="b.xlsx")
    actions.take_list(source_file=again, activity=course, by=camp.by)
    assert (new, new_again, first, SourceFile.objects.count(), Evidence.objects.count()) == (
        True,
        False,
        again,
        1,
        1,
    )


def test_a_list_is_taken_back_whole_and_may_come_in_again(camp, course):
    rows = [
        ("张三", "13800000011", "", "95%", "", "2021-11-10 10:00", ""),
        ("王五", "", "", "100%", "", "2021-11-20", ""),
    ]
    source = take(camp, course, *rows)
    decide(camp, "王五", camp.wang[0])
    actions.take_back_list(source_file=source, by=camp.by)
    actions.take_back_list(source_file=source, by=camp.by)
    assert recompute_all().differences == ()
    assert (facts(camp.zhang), facts(camp.wang[0]), state(camp.zhang, course)) == ([], [], "missed")
    assert SourceRow.objects.count() == 2
    again = take(camp, course, *rows)
    assert again.pk != source.pk
    assert facts(camp.zhang, withdrawn=True) == ["0.95", "0.95"]
    assert facts(camp.zhang) == ["0.95"]


def test_taking_back_one_list_leaves_what_another_says_too(camp, course):
    old = take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-10 10:00", ""))
    new = take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-17 10:00", ""), name="新.xlsx")
    assert Evidence.objects.count() == 1
    actions.take_back_list(source_file=old, by=camp.by)
    assert recompute_all().differences == ()
    (fact,) = Evidence.objects.filter(withdrawn_at=None)
    assert (fact.source_row.source_file, state(camp.zhang, course)) == (new, "done")


def test_taking_back_a_list_that_fell_short_changes_nothing_and_the_higher_one_brings_the_lower_up(
    camp, course
):
    high = take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-10 10:00", ""))
    low = take(camp, course, ("张三", "13800000011", "", "60%", "", "2021-11-17 10:00", ""), name="新.xlsx")
    actions.take_back_list(source_file=high, by=camp.by)
    assert (facts(camp.zhang), state(camp.zhang, course)) == (["0.6"], "missed")
    actions.take_back_list(source_file=low, by=camp.by)
    assert facts(camp.zhang) == []
    assert recompute_all().differences == ()


def test_undoing_a_decision_of_one_list_leaves_what_the_other_says(camp, course):
    take(camp, course, ("小张", "", "", "95%", "", "2021-11-10 10:00", ""))
    decision = decide(camp, "小张", camp.zhang)
    take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-17 10:00", ""), name="新.xlsx")
    undo(camp, decision)
    assert (facts(camp.zhang), state(camp.zhang, course)) == (["0.95"], "done")


def test_a_record_sheet_and_a_list_know_of_each_other(camp, course):
    record = workbook(
        ("姓名", "手机号", "课程名称", "学习进度", "完成时间"),
        ("张三", "13800000011", "社区协商", "95%", "2021-11-10 10:00"),
    )
    sheet, _new = import_records(programme=camp.programme, by=camp.by, data=record, name="记录.xlsx")
    take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-17 10:00", ""))
    assert Evidence.objects.count() == 1
    take_back_records(source_file=sheet, by=camp.by)
    assert recompute_all().differences == ()
    assert (facts(camp.zhang), state(camp.zhang, course)) == (["0.95"], "done")


# Columns, sheets and other courses


def test_rows_of_other_courses_are_named_and_left_out(camp, course):
    head = ("姓名", "手机号", "课程名称", "学习进度")
    source = take(
        camp,
        course,
        ("张三", "13800000011", "《社区协商》", "95%"),
        ("张三", "13800000011", "垃圾分类", "100%"),
        ("李四", "", "垃圾分类", "100%"),
        head=head,
    )
    assert (facts(camp.zhang), facts(camp.li)) == (["0.95"], [])
    assert source.meta["others"] == {"垃圾分类": 2}


def test_a_course_of_another_name_is_asked_for_and_remembered(camp, course):
    head = ("姓名", "手机号", "课程名称", "学习进度")
    rows = [("张三", "13800000011", "基层议事三十讲", "95%"), ("张三", "13800000011", "垃圾分类", "100%")]
    source = keep(camp, course, *rows, head=head)
    with pytest.raises(Refused) as refusal:
        actions.foresee_list(source, course)
    assert refusal.value.code == "columns"
    actions.say_columns(source_file=source, by=camp.by, chosen={"titles": ["基层议事三十讲"]})
    actions.take_list(source_file=source, activity=course, by=camp.by)
    assert facts(camp.zhang) == ["0.95"]
    later = keep(camp, course, *rows, ("李四", "", "基层议事三十讲", "100%"), head=head, name="新.xlsx")
    assert actions.foresee_list(later, course).others == {"垃圾分类": 1}


def test_columns_that_are_not_known_are_chosen_and_remembered_for_the_next_list(camp, course):
    head = ("谁", "学了多少", "电联")
    source = keep(camp, course, ("张三", "95%", "13800000011"), head=head)
    looked = actions.look_at_list(source)
    assert (looked.lacking, looked.is_remembered) == ("person", False)
    columns = {"0": "name", "1": "progress", "2": "phone"}
    chosen = {"tables": {"0": {"header_row": 1, "columns": columns}}}
    actions.say_columns(source_file=source, by=camp.by, chosen=chosen)
    actions.take_list(source_file=source, activity=course, by=camp.by)
    assert facts(camp.zhang) == ["0.95"]
    later = keep(camp, course, ("张三", "100%", "13800000011"), head=head, name="新.xlsx")
    assert actions.look_at_list(later).is_remembered
    assert [line.effect for line in actions.foresee_list(later, course).lines] == ["news"]
    twice = {"tables": {"0": {"columns": {"0": "name", "1": "name"}}}}
    with pytest.raises(Refused):
        actions.look_at_list(later, twice)


def test_every_sheet_with_a_person_and_a_progress_is_read_and_others_are_named(camp, course):
    book = openpyxl.Workbook()
    book.active.title = "一组"
    for name, rows in {
        "一组": [HEAD, ("张三", "13800000011", "", "95%", "", "", "")],
        "二组": [("名单",), HEAD, ("李四", "", "叠南社区", "100%", "", "", "")],
        "说明": [("本表由平台导出", "勿改")],
        "旧": [HEAD, ("李四", "", "叠南社区", "10%", "", "", "")],
    }.items():
        target = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            target.append(list(row))
    book["旧"].sheet_state = "hidden"
    source, _new = actions.keep_list(activity=course, by=camp.by, data=saved(book), name="名单.xlsx")
    foreseen = actions.take_list(source_file=source, activity=course, by=camp.by)
    assert [(line.row.sheet, line.row.row, line.effect) for line in foreseen.lines] == [
        ("一组", 2, "news"), ("二组", 3, "news"),
    ]  # fmt: skip
    assert (foreseen.looked.unread, foreseen.looked.hidden) == (("说明",), ("旧",))
    assert (facts(camp.zhang), facts(camp.li)) == (["0.95"], ["1"])


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_rows_of_single_lessons_are_told(camp, course):
    head = ("姓名", "手机号", "章节名称", "学习进度")
    source = keep(
        camp, course, ("张三", "13800000011", "一", "100%"), ("张三", "13800000011", "二", "0%"), head=head
    )
    foreseen = actions.foresee_list(source, course)
    assert (foreseen.by_lesson, [line.effect for line in foreseen.lines]) == (True, ["news", "double"])


def test_a_formula_counts_as_the_value_that_was_stored_with_it(camp, course):
    data = workbook(
        HEAD, ("张三", "13800000011", "", "=17/20", "", "", ""), ("=1+1", "", "", "50%", "", "", "")
    )
    source, _new = actions.keep_list(activity=course, by=camp.by, data=data, name="名单.xlsx")
    foreseen = actions.foresee_list(source, course)  # openpyxl stores no value: the cells are empty
    assert [(line.row.row, line.effect) for line in foreseen.lines] == [(2, "none"), (3, "problem")]


def test_identity_card_numbers_are_neither_kept_in_the_file_nor_in_its_rows(camp, course):
    head = ("姓名", "手机号", "身份证号码", "学习进度")
    source = take(camp, course, ("张三", "13800000011", "440601199001011234", "95%"), head=head)
    assert source.meta["cleaned"] is True
    assert "440601" not in str(list(SourceRow.objects.values_list("cells", flat=True)))
    kept = openpyxl.load_workbook(io.BytesIO(media.read_bytes(source.file)))
    assert "440601" not in str([[c.value for c in row] for row in kept.active.rows])


# What is no list


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 broken", bad_files.jpeg(), b"%PDF-1.4", bad_files.zipped(a=b"b")]
)
def test_what_is_no_table_is_refused_with_a_sentence_and_not_kept(data, camp, course, client):
    client.force_login(camp.by)
    url = reverse("courses:desk-outside", args=[camp.programme.code, course.code])
    answer = client.post(url, {"file": SimpleUploadedFile("名单.xlsx", data)})
    assert (answer.status_code, SourceFile.objects.count()) == (422, 0)


def test_a_bomb_is_not_opened(camp, course):
    with pytest.raises(Refused):
        actions.keep_list(
            activity=course,
            by=camp.by,
            data=bad_files.bomb("xl/worksheets/sheet1.xml", said=10),
            name="名单.xlsx",
        )
    assert not SourceFile.objects.exists()


@pytest.mark.parametrize("rows", [[HEAD], [("只有一格",)], [("",)]])
def test_a_file_without_rows_is_refused(rows, camp, course):
    with pytest.raises(Refused):
        actions.keep_list(activity=course, by=camp.by, data=workbook(*rows), name="名单.xlsx")
    assert not SourceFile.objects.exists()


def test_a_hostile_text_stays_text(camp, course, client):
    client.force_login(camp.by)
    evil = "<script>alert(1)</script>"
    source = keep(
        camp, course, (evil, "", evil, "95%", "", "", evil), ("张三", "13800000011", "", evil, "", "", "")
    )
    page = client.get(
        reverse("courses:desk-outside-list", args=[camp.programme.code, course.code, source.code])
    )
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "&lt;script&gt;alert" in page.content.decode()


# Two thousand rows


def many(camp, course, count):
    learners = [
        EnrolmentFactory(
            programme=camp.programme, number=f"9{n:04d}", name=f"学员{n:05d}", phone=f"139{n:08d}"
        )
        for n in range(count)
    ]
    return keep(
        camp,
        course,
        *((e.name, e.phone, "", f"{n % 101}%", n, "2021-11-20 10:00", 90) for n, e in enumerate(learners)),
    )


@pytest.mark.parametrize("count", [3, 2000])
def test_the_dry_run_and_the_taking_ask_as_much_for_three_rows_as_for_two_thousand(
    count, camp, course, client
):
    source = many(camp, course, count)
    client.force_login(camp.by)
    url = reverse("courses:desk-outside-list", args=[camp.programme.code, course.code, source.code])
    with CaptureQueriesContext(connection) as looked:
        assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as taken:
        actions.take_list(source_file=source, activity=course, by=camp.by)
    with CaptureQueriesContext(connection) as shown:
        assert client.get(url).status_code == 200
    source.refresh_from_db()
    assert source.meta["facts"] == count
    asked = [q["sql"] for q in taken if "INSERT INTO" not in q["sql"]]  # rows go in by batches
    asked = [sql for sql in asked if "pg_advisory" not in sql]  # SQLite takes its turns without asking
    assert (len(looked), len(asked), len(shown)) == (19, 38, 10)
    assert recompute_all().differences == ()


# The pages


def address(name, course, *more):
    return reverse(f"courses:{name}", args=[course.programme.code, course.code, *more])


def test_the_whole_way_over_the_pages(camp, course, client):
    client.force_login(camp.by)
    data = workbook(
        HEAD,
        ("张三", "13800000011", "", "95%", 80, "2021-11-20 10:00", 92),
        ("王五", "", "", "1", "", "", ""),
    )
    upload = SimpleUploadedFile("名单.xlsx", data)
    answer = client.post(address("desk-outside", course), {"file": upload})
    source = SourceFile.objects.get()
    check = address("desk-outside-list", course, source.code)
    assert answer["Location"] == check
    page = client.get(check).content.decode()
    assert "95% · 80 分钟 · 92 分" in page
    assert "138****0011" not in page
    assert "13800000011" not in page
    assert client.post(check).status_code == 302
    assert client.post(check).status_code == 302
    assert facts(camp.zhang) == ["0.95"]
    for show in ("", "?page=9"):
        assert "张三" in client.get(check + show).content.decode()
    assert "名单.xlsx" in client.get(address("desk-outside", course)).content.decode()
    assert client.post(address("desk-outside-take-back", course, source.code)).status_code == 302
    assert facts(camp.zhang) == []
    assert client.get(check).status_code == 200


def test_a_list_whose_columns_are_not_known_leads_to_them_and_they_are_said_on_the_page(camp, course, client):
    client.force_login(camp.by)
    source = keep(camp, course, ("张三", "95%", "13800000011"), head=("谁", "学了多少", "电联"))
    columns = address("desk-outside-columns", course, source.code)
    assert client.get(address("desk-outside-list", course, source.code))["Location"] == columns
    page = client.get(columns).content.decode()
    assert "学了多少" in page
    assert "13800000011" not in page
    lacking = client.post(columns, {"was0": "1", "h0": "1", "c0-0": "name", "confirm": "1"})
    assert (lacking.status_code, '<option value="name" selected>' in lacking.content.decode()) == (422, True)
    twice = client.post(columns, {"was0": "1", "h0": "1", "c0-0": "name", "c0-1": "name", "confirm": "1"})
    assert (twice.status_code, twice.content.decode().count('<option value="name" selected>')) == (422, 2)
    moved = client.post(columns, {"was0": "1", "h0": "2", "c0-0": "name", "again": "1"})
    assert (moved.status_code, 'value="2"' in moved.content.decode()) == (200, True)
    said = {"was0": "1", "h0": "1", "c0-0": "name", "c0-1": "progress", "c0-2": "phone", "confirm": "1"}
    assert client.post(columns, said).status_code == 302
    assert client.post(address("desk-outside-list", course, source.code)).status_code == 302
    assert facts(camp.zhang) == ["0.95"]
    assert client.get(columns).status_code == 404


@pytest.mark.parametrize("data", [
    {"h0": "-1", "was0": "1"}, {"h999999999": "1"}, {"h0": "9" * 40}, {"c0-99999": "name"}, {"c0-x": "name"}, {"c0-0": "nothing"},
    {"title": "没有这门课", "titles": "1"}, {"h٣": "1"}, {"c0-²": "name"},
])  # fmt: skip
def test_columns_that_nobody_could_choose_are_no_harm(data, camp, course, client):
    client.force_login(camp.by)
    source = keep(camp, course, ("张三", "13800000011", "", "95%", "", "", ""))
    url = address("desk-outside-columns", course, source.code)
    assert client.post(url, {**data, "again": "1"}).status_code in (200, 422)


def test_a_supervisor_reads_and_an_organiser_of_elsewhere_finds_nothing(camp, course, client):
    source = take(camp, course, ("张三", "13800000011", "", "95%", "", "2021-11-10 10:00", ""))
    unknown = keep(camp, course, ("张三", "95%"), head=("谁", "学了多少"), name="二.xlsx")
    elsewhere = Learning()
    theirs = ActivityFactory(programme=elsewhere.programme, kind="course", title="社区协商")
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR)
    client.force_login(supervisor.person)
    for name, more in (
        ("desk-outside", ()),
        ("desk-outside-list", (source.code,)),
        ("desk-outside-list", (unknown.code,)),
    ):
        assert client.get(address(name, course, *more)).status_code == 200
        assert client.post(address(name, course, *more)).status_code == 404
    assert client.get(address("desk-outside-columns", course, unknown.code)).status_code == 404
    client.force_login(elsewhere.by)
    for name in ("desk-outside-list", "desk-outside-columns", "desk-outside-take-back"):
        for where in (course, theirs):
            assert client.get(address(name, where, source.code)).status_code in (404, 405)
            assert client.post(address(name, where, unknown.code)).status_code == 404
    unknown.refresh_from_db()
    assert (unknown.state, facts(camp.zhang)) == ("read", ["0.95"])
    page = client.get(address("desk-outside", theirs)).content.decode()
    assert "名单.xlsx" not in page


def test_a_namesake_of_another_organisation_is_nobody_of_ours(camp, course):
    elsewhere = Learning()
    EnrolmentFactory(programme=elsewhere.programme, name="赵六", phone="13900000001")
    take(camp, course, ("赵六", "13900000001", "", "95%", "", "2021-11-10 10:00", ""))
    assert (IdentityMatch.objects.get().outcome, Evidence.objects.count()) == ("unmatched", 0)


def test_in_a_closed_stage_and_for_a_cancelled_course_no_list_comes_in(camp, course):
    source = keep(camp, course, ("张三", "13800000011", "", "95%", "", "", ""))
    course.state = "cancelled"
    course.save()
    with pytest.raises(Refused):
        actions.take_list(source_file=source, activity=course, by=camp.by)
    course.state = "planned"
    course.save()
    camp.close()
    with pytest.raises(Refused):
        keep(camp, course, ("李四", "", "", "95%", "", "", ""))
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("lists", [1, 3])
def test_the_page_of_lists_asks_the_same_for_one_as_for_three(
    lists, camp, course, client, django_assert_num_queries
):
    for n in range(lists):
        take(camp, course, ("王五", "", "", f"{n + 50}%", "", "2021-11-10 10:00", ""), name=f"名单{n}.xlsx")
    client.force_login(camp.by)
    client.get(address("desk-outside", course))
    with django_assert_num_queries(7):
        page = client.get(address("desk-outside", course)).content.decode()
    assert page.count("核对名字") == lists


def test_the_learner_reads_what_came_in_and_when_and_whom_to_tell(camp, course, client):
    client.force_login(camp.learner.person)
    url = reverse("courses:learner-course", args=[course.code])
    assert "平台的名单还没有收到" in client.get(url).content.decode()
    take(camp, course, ("陌生人", "", "", "100%", "", "2021-11-10 10:00", ""))
    page = client.get(url).content.decode()
    assert "最新的名单于 2021年12月10日 9:00 收到" in page
    assert camp.by.display_name in page
    assert "陌生人" not in page
    decide(camp, "陌生人", camp.learner)
    page = client.get(url).content.decode()
    assert "100%" in page
    assert camp.by.display_name not in page


def test_a_list_left_in_the_queue_of_names_is_found_from_the_desk_page_of_the_course(camp, course, client):
    client.force_login(camp.by)
    page = client.get(
        reverse("courses:desk-course", args=[camp.programme.code, course.code])
    ).content.decode()
    assert address("desk-outside", course) in page
