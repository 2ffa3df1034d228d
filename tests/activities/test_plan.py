"""Plan sheets, planning by hand, and copying a plan into a new edition."""

import datetime as dt

import pytest
from django.utils import translation

from tests.factories.activities import ActivityFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory, StageFactory
from tests.factories.sheets import sheet
from yingzao.activities import actions
from yingzao.activities import kind as kinds
from yingzao.activities.enums import ActivityState
from yingzao.activities.forms import ActivityForm
from yingzao.activities.models import Activity, Duty, Evidence, Part
from yingzao.activities.readers import read_plan
from yingzao.cases.models import CaseReading
from yingzao.core.errors import Refused
from yingzao.core.ports import Row, Sheet
from yingzao.courses.models import Course
from yingzao.live.models import Session
from yingzao.practice.models import PracticeTask
from yingzao.visits.models import Stop, Visit

HEAD = (
    "类别",
    "名称",
    "环节",
    "开始",
    "结束",
    "截止日期",
    "最低出勤比例",
    "讲师",
    "会议号/链接",
    "地点",
    "权重",
)
LIVE = (
    "直播课",
    "直播一",
    None,
    "2021-10-14 19:00",
    "2021-10-14 20:30",
    None,
    "80%",
    "社工甲",
    "412 345 678",
)
STOPS = (
    ("参访", "参访一", "文华花园", "2021-11-06 09:30", "2021-11-06 11:30", None, None, None, None, "龙江镇"),
    ("参访", "参访一", "南湾", "2021-11-06 14:30", "2021-11-06 16:30"),
)


def plan(*rows, head=HEAD):
    return read_plan([sheet(("2021 年计划",), head, *rows)])


def test_a_row_is_an_activity_and_rows_of_one_name_are_its_parts():
    found = plan(LIVE, *STOPS, ("案例推送", "案例一", None, None, None, moment("2021-09-30 00:00")))
    assert [(a.row, a.kind, a.title, len(a.parts)) for a in found.activities] == [
        (3, "live", "直播一", 0),
        (4, "visit", "参访一", 2),
        (6, "case", "案例一", 0),
    ]
    live, visit, case = found.activities
    assert (live.rule, live.starts_at) == ({"min_share": "0.8"}, moment("2021-10-14 19:00"))
    assert (visit.starts_at, visit.ends_at) == (moment("2021-11-06 09:30"), moment("2021-11-06 16:30"))
    assert case.due_at == moment("2021-09-30 23:59").replace(second=59)


@pytest.mark.parametrize("written", ["80%", 80, "80", 0.8, "0.8"])
def test_a_share_may_be_written_as_percent(written):
    [live] = plan(("直播课", "直播一", None, None, None, None, written)).activities
    assert live.rule == {"min_share": "0.8"}


@pytest.mark.parametrize(
    "row",
    [
        ("讲座", "直播一"),
        ("直播课", None),
        ("直播课", "长" * 121),
        ("直播课", "直播一", None, "明天"),
        ("直播课", "直播一", None, "2021-10-14 20:30", "2021-10-14 19:00"),
        ("直播课", "直播一", None, None, None, None, "120%"),
        ("直播课", "直播一", None, None, None, None, "0"),
        ("直播课", "直播一", None, None, None, None, "一半"),
        ("直播课", "直播一", None, None, None, None, None, "师" * 61),
        ("案例推送", "案例一", *[None] * 8, "1e99"),
        ("案例推送", "案例一", *[None] * 8, 0),
        ("案例推送", "案例一", *[None] * 8, "-1"),
        ("案例推送", "案例一", *[None] * 8, "NaN"),
        ("案例推送", "案例一", None, None, None, "1899-12-30"),
    ],
)
def test_a_row_that_cannot_be_taken_is_a_problem_with_its_number_and_the_others_are_read(row):
    found = plan(row, ("参访", "参访一", "南湾"))
    assert [p.row for p in found.problems] == [3]
    assert [a.title for a in found.activities] == ["参访一"]


def test_a_stop_named_twice_is_a_problem_of_the_second_row():
    found = plan(STOPS[0], STOPS[0])
    assert ([p.row for p in found.problems], found.activities) == ([4], ())


def test_half_a_photo_is_a_problem():
    head = ("类别", "名称", "成果字数", "照片数")
    found = plan(("实践任务", "实践一", 800, 1.5), ("实践任务", "实践二", 800, 2), head=head)
    assert ([p.row for p in found.problems], [a.rule for a in found.activities]) == (
        [3],
        [{"characters": 800, "photos": 2}],
    )


def test_a_sheet_that_is_no_plan_is_refused():
    with pytest.raises(Refused) as refusal:
        read_plan([sheet(("姓名", "社区"), ("学员01", "桂一社区"))])
    assert refusal.value.code == "no-plan"


# Into the programme


@pytest.fixture
def organiser(db):
    return StaffRoleFactory()


@pytest.fixture
def programme(organiser):
    return organiser.programme


def bring(programme, *rows, head=HEAD):
    done = actions.import_plan(programme=programme, plan=plan(*rows, head=head), by=None)
    return done.created, done.changed, done.unchanged


def test_a_plan_makes_activities_parts_kinds_and_duties(programme):
    learner = EnrolmentFactory(programme=programme)
    assert bring(programme, LIVE, *STOPS) == (2, 0, 0)
    assert [(p.title, p.starts_at) for p in Part.objects.order_by("pk")] == [
        ("直播一", moment("2021-10-14 19:00")),
        ("文华花园", moment("2021-11-06 09:30")),
        ("南湾", moment("2021-11-06 14:30")),
    ]
    session = Session.objects.get()
    assert (session.teacher, session.meeting_id, session.join_url) == ("社工甲", "412 345 678", "")
    assert [s.place for s in Stop.objects.order_by("pk")] == ["龙江镇", ""]
    assert learner.duties.count() == 2


def test_the_same_plan_again_changes_nothing(programme):
    bring(programme, LIVE, *STOPS)
    assert bring(programme, LIVE, *STOPS) == (0, 0, 2)


def test_a_new_teacher_alone_is_a_change(programme):
    bring(programme, LIVE, *STOPS)
    assert bring(programme, (*LIVE[:7], "社工乙", *LIVE[8:]), *STOPS) == (0, 1, 1)
    assert Session.objects.get().teacher == "社工乙"


def test_a_sheet_without_the_column_keeps_teacher_and_link(programme):
    bring(programme, LIVE)
    head = ("类别", "名称", "开始", "结束", "最低出勤比例")
    assert bring(programme, ("直播课", "直播一", *LIVE[3:5], "70%"), head=head) == (0, 1, 0)
    assert (Session.objects.get().teacher, Activity.objects.get().rule) == ("社工甲", {"min_share": "0.7"})


def test_a_stop_with_evidence_is_kept_when_the_sheet_no_longer_names_it(programme):
    learner = EnrolmentFactory(programme=programme)
    bring(programme, *STOPS)
    visit = Activity.objects.get()
    record(learner, visit, "checked_in", "2021-11-06 09:40", part=visit.parts.get(title="文华花园"))
    third = ("参访", "参访一", "北湾", "2021-11-06 14:30", "2021-11-06 16:30")
    assert bring(programme, third) == (0, 1, 0)
    assert {p.title for p in visit.parts.all()} == {"文华花园", "北湾"}
    assert bring(programme, third) == (0, 0, 1)


DAY_HEAD = ("类别", "名称", "日期", "开始", "结束")


@pytest.mark.parametrize(
    ("start", "end"),
    [("19:00", "20：30"), (dt.time(19), dt.time(20, 30)), ("2021-10-14 19:00", "20:30:00")],
)
def test_a_time_alone_is_one_of_the_rows_day(start, end):
    [course] = plan(("直播", "直播一", "2021年10月14日", start, end), head=DAY_HEAD).activities
    assert (course.starts_at, course.ends_at) == (moment("2021-10-14 19:00"), moment("2021-10-14 20:30"))


@pytest.mark.parametrize(
    ("day", "start", "end", "sentence"),
    [
        (None, "19:00", "20:30", "“19:00”只有时间没有日期：请把日期写在前面，或另加一列“日期”。"),
        ("2021-10-14", "20:30", "19:00", "结束时间早于开始时间。"),
        ("2021-10-14", "25:00", "26:00", "“25:00”不是日期。"),
        ("2021-10-14", "19:00", "2022-10-14 20:30", "一节直播课最长 24 小时，请核对日期。"),
    ],
)
def test_hours_that_cannot_be_are_told_with_their_row(day, start, end, sentence):
    found = plan(("直播", "直播一", day, start, end), head=DAY_HEAD)
    assert [(p.row, p.sentence) for p in found.problems] == [(3, sentence)]
    assert found.activities == ()


# By hand


def edit(programme, activity, **changed):
    """What a person does who opens the form, changes something and saves."""
    form = ActivityForm(activity.kind, programme, activity=activity)
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {k: v for k, v in data.items() if v is not None} | changed
    for name in ("starts_at", "ends_at"):
        if name in data and isinstance(data[name], dt.datetime):
            data[name] = data[name].astimezone(moment("2021-01-01 00:00").tzinfo).strftime("%Y-%m-%dT%H:%M")
    bound = ActivityForm(activity.kind, programme, data, activity=activity)
    assert bound.is_valid(), bound.errors
    return actions.save_activity(
        programme=programme,
        by=None,
        kind=activity.kind,
        values=bound.values(),
        parts=bound.part_times(),
        extras=bound.extras(),
        activity=activity,
    )


def test_renaming_a_live_course_by_hand_keeps_teacher_link_and_its_one_session(programme):
    bring(programme, LIVE)
    activity = edit(programme, Activity.objects.get(), title="直播课之一")
    session = Session.objects.get()
    assert (activity.title, session.teacher, session.meeting_id) == ("直播课之一", "社工甲", "412 345 678")
    assert [(p.title, p.starts_at) for p in activity.parts.all()] == [("直播课之一", activity.starts_at)]


def test_moving_a_live_course_by_hand_moves_its_session(programme):
    bring(programme, LIVE)
    activity = edit(
        programme, Activity.objects.get(), starts_at="2021-10-15T19:00", ends_at="2021-10-15T20:00"
    )
    [part] = activity.parts.all()
    assert (part.starts_at, part.ends_at) == (moment("2021-10-15 19:00"), moment("2021-10-15 20:00"))


def test_changing_a_visit_by_hand_keeps_the_times_and_places_of_its_stops(programme):
    bring(programme, *STOPS)
    activity = edit(programme, Activity.objects.get(), description="带水", meeting_place="区政府门口")
    assert [(p.title, p.starts_at) for p in activity.parts.all()] == [
        ("文华花园", moment("2021-11-06 09:30")),
        ("南湾", moment("2021-11-06 14:30")),
    ]
    assert ([s.place for s in Stop.objects.order_by("pk")], Visit.objects.get().meeting_place) == (
        ["龙江镇", ""],
        "区政府门口",
    )


def test_what_the_form_does_not_ask_for_stays_in_the_rule(programme):
    head = ("类别", "名称", "最低完成进度", "截止日期")
    bring(programme, ("在线课程", "主题课", "90%", "2021-11-30"), head=head)
    activity = edit(programme, Activity.objects.get(), title="主题课程")
    assert activity.rule == {"min_progress": "0.9"}


def test_a_sheet_changes_of_the_rule_what_it_has_a_column_for(programme):
    head = ("类别", "名称", "开始", "结束", "最低出勤比例", "最低出勤分钟", "迟到分钟", "早退分钟")
    bring(programme, ("直播课", "直播一", *LIVE[3:5], "80%", 70, 5, 0), head=head)
    course = Activity.objects.get()
    asked = {"min_share": "0.8", "min_minutes": 70, "late_after": 5, "early_before": 0}
    assert course.rule == asked
    course.rule |= {"make_up": {"until": "2021-11-30"}, "count_replay": True}
    course.save()
    kept = course.rule
    bring(programme, LIVE)
    assert Activity.objects.get().rule == kept
    bring(programme, ("直播课", "直播一", *LIVE[3:5], None, 60, 5, 0), head=head)
    assert Activity.objects.get().rule == {n: v for n, v in kept.items() if n != "min_share"} | {
        "min_minutes": 60
    }


def test_a_course_of_two_sessions_asks_for_the_minutes_of_both(programme):
    head = ("类别", "名称", "环节", "开始", "结束", "最低出勤比例")
    sessions = [
        ("直播课", "直播一", "上半场", "2021-10-14 19:00", "2021-10-14 19:40", "80%"),
        ("直播课", "直播一", "下半场", "2021-10-14 20:00", "2021-10-14 20:40", "80%"),
    ]
    bring(programme, *sessions, head=head)
    course = Activity.objects.get()
    with translation.override("en"):
        assert kinds.get("live").ask(course.rule, course) == "Done when you have heard 64 of 80 minutes."


def test_two_activities_of_one_kind_and_name_are_refused_by_the_form(programme):
    bring(programme, LIVE)
    form = ActivityForm("live", programme, {"title": "直播一", "weight": "1", "needed_percent": "80"})
    assert "title" in form.errors


@pytest.mark.parametrize(
    ("ends_at", "needed_minutes", "wrong"),
    [
        ("2021-10-14T20:30", "90", set()),
        ("2021-10-14T20:30", "91", {"needed_minutes"}),
        ("2021-10-15T19:00", "", set()),
        ("2022-10-14T20:30", "", {"ends_at"}),
    ],
)
def test_hours_of_a_live_course_that_nobody_could_attend_are_refused(
    programme, ends_at, needed_minutes, wrong
):
    given = {"title": "直播", "weight": "1", "late_after": "10", "early_before": "10", "needed_percent": "80"}
    given |= {"starts_at": "2021-10-14T19:00", "ends_at": ends_at, "needed_minutes": needed_minutes}
    given |= {"audience": "cohort", "is_required": "on"}
    assert set(ActivityForm("live", programme, given).errors) == wrong


def test_an_activity_of_a_foreign_stage_is_refused(programme):
    with pytest.raises(Refused):
        actions.save_activity(
            programme=programme, by=None, kind="case", values={"title": "案例", "stage": StageFactory()}
        )
    assert not Activity.objects.exists()


def test_a_cancelled_activity_counts_for_nobody_until_it_is_planned_again(programme):
    learner = EnrolmentFactory(programme=programme)
    bring(programme, LIVE)
    activity = Activity.objects.get()
    actions.cancel_activity(activity=activity, by=None)
    assert Duty.objects.get(enrolment=learner).state == "excused"
    actions.restore_activity(activity=activity, by=None)
    assert Duty.objects.get(enrolment=learner).state == "pending"


def test_what_took_place_is_not_cancelled_and_planning_again_does_not_touch_it(programme):
    bring(programme, LIVE)
    activity = Activity.objects.get()
    actions.mark_held(activity, by=None, at=activity.ends_at)
    with pytest.raises(Refused):
        actions.cancel_activity(activity=activity, by=None)
    actions.restore_activity(activity=activity, by=None)
    activity.refresh_from_db()
    assert activity.state == ActivityState.HELD


# A new edition


def test_a_plan_is_copied_with_its_dates_shifted_and_nothing_of_what_learners_did(programme):
    first = StageFactory(programme=programme, name="第一阶段")
    second = StageFactory(programme=programme, name="第二阶段")
    bring(programme, LIVE, *STOPS, ("在线课程", "主题课"), ("案例推送", "案例一"), ("实践任务", "实践一"))
    live, visit, _course, case, _task = Activity.objects.order_by("pk")
    Activity.objects.filter(pk=case.pk).update(stage=second, is_published=False)
    Session.objects.update(join_url="https://meeting.example/1")
    Course.objects.update(url="https://course.example/1")
    CaseReading.objects.update(question="有什么可以照着做？")
    PracticeTask.objects.update(guidance="先走访")
    record(EnrolmentFactory(programme=programme), live, "attended", "2021-10-14 19:00", "2021-10-14 20:30")
    actions.mark_held(live, by=None, at=live.ends_at)
    cancelled = ActivityFactory(programme=programme, state=ActivityState.CANCELLED)
    target = ProgrammeFactory(organisation=programme.organisation, edition="2022")
    own = [StageFactory(programme=target, name=s.name) for s in (first, second)]

    assert actions.copy_plan(source=programme, target=target, shift=dt.timedelta(days=364), by=None) == 5

    copies = {a.title: a for a in target.activities.all()}
    assert cancelled.title not in copies
    assert (copies["直播一"].starts_at, copies["直播一"].state, copies["直播一"].held_at) == (
        moment("2022-10-13 19:00"),
        ActivityState.PLANNED,
        None,
    )
    assert (copies["案例一"].stage, copies["案例一"].is_published) == (own[1], False)
    assert [p.title for p in copies["参访一"].parts.all()] == ["文华花园", "南湾"]
    session = Session.objects.get(part__activity=copies["直播一"])
    assert (session.teacher, session.join_url) == ("社工甲", "")  # last year's door leads nowhere
    assert Course.objects.get(activity=copies["主题课"]).url == "https://course.example/1"
    assert CaseReading.objects.get(activity=copies["案例一"]).question == "有什么可以照着做？"
    assert PracticeTask.objects.get(activity=copies["实践一"]).guidance == "先走访"
    old, new = (Stop.objects.filter(part__activity=a).first() for a in (visit, copies["参访一"]))
    assert (old.place, old.secret == new.secret) == (new.place, False)
    assert not Evidence.objects.filter(activity__programme=target).exists()
    assert Part.objects.filter(activity__programme=target).count() == 3


def test_a_course_of_very_many_parts_keeps_them_all():
    header = Row(1, ("类别", "名称", "环节"))
    rows = [Row(n, ("在线课程", "一门课", f"第{n}讲")) for n in range(2, 20_000)]
    [activity] = read_plan([Sheet("", (header, *rows), ())]).activities
    assert len(activity.parts) == 19_998


def test_a_part_that_stands_twice_is_named_by_its_second_row():
    cells = [
        ("类别", "名称", "环节"),
        ("在线课程", "课", "甲"),
        ("在线课程", "课", "乙"),
        ("在线课程", "课", "甲"),
    ]
    [problem] = read_plan([Sheet("", tuple(Row(n, c) for n, c in enumerate(cells, 1)), ())]).problems
    assert (problem.row, "甲" in problem.sentence) == (4, True)
