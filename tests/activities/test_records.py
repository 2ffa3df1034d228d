"""Record sheets: what each row states, what is a problem, and what comes of bringing one in, again, and taking it back."""

import pytest

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from tests.factories.sheets import sheet, workbook
from yingzao.activities import actions
from yingzao.activities.enums import VersionState
from yingzao.activities.models import Duty, Evidence, Version
from yingzao.activities.readers import read_records
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.models import IdentityMatch, SourceFile, SourceRow
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db
HEAD = ("姓名", "社区", "活动", "站点", "时间", "情况", "备注")


@pytest.fixture
def organiser():
    return StaffRoleFactory()


@pytest.fixture
def programme(organiser):
    StageFactory(programme=organiser.programme, state=StageState.OPEN)
    return organiser.programme


@pytest.fixture
def by(organiser):
    return organiser.person


@pytest.fixture
def visit(programme):
    visit = ActivityFactory(
        programme=programme,
        kind="visit",
        title="参访一",
        starts_at=moment("2021-11-06 09:00"),
        ends_at=moment("2021-11-06 17:00"),
    )
    PartFactory(activity=visit, title="文华花园")
    return visit


@pytest.fixture
def case(programme):
    return ActivityFactory(
        programme=programme,
        title="案例一",
        due_at=moment("2021-09-30 23:59"),
        rule={"reflection_characters": 4},
    )


def stated(programme, *rows, head=HEAD):
    found = read_records([sheet(head, *rows)], list(programme.activities.prefetch_related("parts")))
    return (
        [
            (r.number, r.name, [(s.activity.title, s.fact, s.happened_at) for s in r.stated])
            for r in found.rows
        ],
        [(p.row, p.sentence) for p in found.problems],
    )


def test_each_kind_reads_its_own_fact(programme, visit, case):
    LiveFactory(programme=programme, title="直播一")
    ActivityFactory(programme=programme, kind="course", title="主题课")
    ActivityFactory(programme=programme, kind="practice", title="实践一")
    head = ("姓名", "活动", "站点", "时间", "学习进度", "心得", "正文")
    rows, problems = stated(
        programme,
        ("学员01", "参访一", "文华花园", "2021-11-06 09:30"),
        ("学员01", "案例一", None, "2021/9/20", None, "读了，很有用"),
        ("学员01", "案例一", None, "2021年9月21日"),
        ("学员01", "主题课", None, "2021-10-01", "85%"),
        ("学员01", "实践一", None, "2021-11-20 18:00:05", None, None, "三位居民"),
        ("学员01", "直播一", None, "2021-10-14"),
        head=head,
    )
    assert problems == []
    assert [facts for _n, _name, facts in rows] == [
        [("参访一", "checked_in", moment("2021-11-06 09:30"))],
        [("案例一", "reflected", moment("2021-09-20 00:00"))],
        [("案例一", "read", moment("2021-09-21 00:00"))],
        [("主题课", "imported", moment("2021-10-01 00:00"))],
        [("实践一", "handed_in", moment("2021-11-20 18:00").replace(second=5))],
        [("直播一", "confirmed", moment("2021-10-14 00:00"))],
    ]


def test_progress_is_the_same_as_percent_and_as_share(programme):
    ActivityFactory(programme=programme, kind="course", title="主题课")
    head = ("姓名", "课程名称", "完成时间", "学习进度")
    rows = [("学员01", "主题课", "2021-10-01", value) for value in ("85%", 85, 0.85, "0.85", 1, 100, None)]
    found = read_records([sheet(head, *rows)], list(programme.activities.all()))
    assert [r.stated[0].detail["progress"] for r in found.rows] == ["0.85"] * 4 + ["1", "1", "1"]
    _rows, problems = stated(programme, ("学员01", "主题课", "2021-10-01", "101"), head=head)
    assert [row for row, sentence in problems if "101" in sentence] == [2]


def test_what_cannot_be_understood_is_a_problem_by_row_and_states_nothing(programme, visit, case):
    rows, problems = stated(
        programme,
        ("学员01", "", "参访二", "文华花园", "2021-11-06"),
        ("学员02", "", "参访一", "别处", "2021-11-06"),
        ("学员03", "", "参访一", "文华花园", "下周六"),
        ("学员04", "", "参访一", "文华花园", None),
        ("学员05", "", "参访一", "文华花园", "2021-11-06", "来过"),
        ("学员06", "", None, "文华花园", "2021-11-06"),
        ("", "桂一社区", "参访一", "文华花园", "2021-11-06"),
        ("学员07", "", "参访一", "文华花园", "0001-01-01"),
    )
    assert [row for row, _sentence in problems] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert [facts for *_rest, facts in rows] == [[]] * 7  # the row without a name is kept as a problem alone
    assert [
        word in problems[n][1] for n, word in ((0, "参访二"), (1, "别处"), (2, "下周六"), (4, "来过"))
    ] == [True] * 4


def test_an_empty_activity_cell_is_not_the_activity_without_a_short_name(programme, case):
    rows, problems = stated(programme, ("学员01", "", "", "", "2021-09-20"))
    assert (rows, [row for row, _s in problems]) == ([(2, "学员01", [])], [2])


def test_two_activities_of_one_name_are_a_problem(programme, case):
    ActivityFactory(programme=programme, kind="visit", title="案例一")
    rows, problems = stated(programme, ("学员01", "", "案例一", "", "2021-09-20"))
    assert (rows[0][2], [row for row, _s in problems]) == ([], [2])


def test_absent_and_not_done_state_nothing_and_are_no_problem(programme, visit, case):
    rows, problems = stated(
        programme,
        ("学员01", "", "参访一", "文华花园", "2021-11-06", "缺席"),
        ("学员02", "", "案例一", "", None),
    )
    assert ([facts for *_rest, facts in rows], problems) == ([[], []], [])


def test_leave_needs_no_time_and_keeps_its_reason(programme, visit):
    found = read_records(
        [sheet(HEAD, ("学员01", "", "参访一", "", None, "请假", "值班"))],
        list(programme.activities.prefetch_related("parts")),
    )
    [fact] = found.rows[0].stated
    assert (fact.fact, fact.happened_at, fact.detail) == ("excused", visit.starts_at, {"reason": "值班"})


def test_footers_are_no_people_and_identity_numbers_are_not_kept(programme, case):
    head = ("姓名", "身份证号码", "来自IP", "活动", "时间")
    found = read_records(
        [
            sheet(
                ("登记表",),
                head,
                ("学员01", "440000", "1.1.1.1", "案例一", "2021-09-20"),
                ("合计", 1),
                ("注：手工",),
            )
        ],
        list(programme.activities.all()),
    )
    assert [(r.number, r.cells) for r in found.rows] == [
        (3, {"姓名": "学员01", "活动": "案例一", "时间": "2021-09-20"})
    ]
    assert found.problems == ()


def test_a_sheet_without_a_header_is_refused(programme):
    with pytest.raises(Refused) as refusal:
        read_records([sheet(("学员01", "案例一"))], [])
    assert refusal.value.code == "no-records"


# Bringing one in


def bring(programme, by, *rows, head=HEAD, name="签到.xlsx"):
    return actions.import_records(programme=programme, by=by, data=workbook(head, *rows), name=name)


def state(learner, activity):
    return Duty.objects.get(enrolment=learner, activity=activity).state


def test_certain_names_are_recorded_and_whoever_is_not_listed_has_missed_the_visit(programme, by, visit):
    there, away, ill = EnrolmentFactory.create_batch(3, programme=programme)
    source, is_new = bring(
        programme,
        by,
        (there.name, "", "参访一", "文华花园", "2021-11-06 09:30", "签到"),
        (ill.name, "", "参访一", "", None, "请假", "值班"),
        ("别人", "", "参访一", "文华花园", "2021-11-06 09:31", "签到"),
        (away.name, "", "参访九", "", "2021-11-06"),
    )
    assert is_new
    assert (source.meta["rows"], source.meta["facts"], [p["row"] for p in source.meta["problems"]]) == (
        4,
        2,
        [5],
    )
    assert [state(e, visit) for e in (there, away, ill)] == ["done", "missed", "excused"]
    visit.refresh_from_db()
    assert (visit.state, visit.held_at) == ("held", visit.ends_at)


def test_the_same_sheet_again_changes_nothing(programme, by, case):
    learner = EnrolmentFactory(programme=programme)
    data = workbook(HEAD, (learner.name, "", "案例一", "", "2021-09-20"))
    first, _new = actions.import_records(programme=programme, by=by, data=data, name="签到.xlsx")
    again, is_new = actions.import_records(programme=programme, by=by, data=data, name="改名.xlsx")
    assert (again, is_new) == (first, False)
    assert (SourceFile.objects.count(), SourceRow.objects.count(), Evidence.objects.count()) == (1, 1, 1)


def test_leave_alone_does_not_say_that_the_visit_took_place(programme, by, visit):
    learner, _other = EnrolmentFactory.create_batch(2, programme=programme)
    bring(programme, by, (learner.name, "", "参访一", "", None, "请假", "值班"))
    visit.refresh_from_db()
    assert visit.held_at is None
    assert state(learner, visit) == "excused"


def test_without_a_stage_that_records_a_sheet_is_refused(programme, by, case):
    programme.stages.update(state=StageState.CLOSED)
    with pytest.raises(Refused) as refusal:
        bring(programme, by, ("学员01", "", "案例一", "", "2021-09-20"))
    assert refusal.value.code == "stage_not_open"
    assert not SourceFile.objects.exists()


def test_a_sheet_taken_back_counts_no_more_and_may_come_in_again(programme, by, visit):
    learner = EnrolmentFactory(programme=programme)
    source, _new = bring(programme, by, (learner.name, "", "参访一", "文华花园", "2021-11-06 09:30"))
    actions.take_back_records(source_file=source, by=by)
    visit.refresh_from_db()
    assert (visit.state, visit.held_at, state(learner, visit)) == ("planned", None, "pending")
    assert [e.withdrawn_by for e in Evidence.objects.all()] == [by]
    again, is_new = actions.import_records(
        programme=programme, by=by, data=media.read_bytes(source.file), name=source.name
    )
    assert (is_new, again != source, state(learner, visit)) == (True, True, "done")


def test_undoing_a_decision_withdraws_its_evidence_and_takes_the_version_back(programme, by):
    task = ActivityFactory(programme=programme, kind="practice", title="实践一", rule={"characters": 4})
    learner, twin = (EnrolmentFactory(programme=programme, name="学员八") for _ in range(2))
    head = ("姓名", "任务", "提交时间", "标题", "正文")
    bring(programme, by, ("学员八", "实践一", "2021-11-20", "三位骨干", "她们说的话"), head=head)
    match = IdentityMatch.objects.get()
    assert not Evidence.objects.exists()
    decision = enrolment.link(match=match, enrolment=learner, by=by)
    version = Version.objects.get()
    assert (version.entry.enrolment, version.text, version.state) == (
        learner,
        "她们说的话",
        VersionState.SUBMITTED,
    )
    assert state(learner, task) == "done"
    enrolment.undo_decision(decision=decision, by=by)
    version.refresh_from_db()
    assert (version.state, version.text) == (VersionState.RETURNED, "她们说的话")
    assert state(learner, task) == "pending"
    enrolment.link(match=match, enrolment=twin, by=by)
    assert [v.entry.enrolment for v in Version.objects.filter(state=VersionState.SUBMITTED)] == [twin]
    assert [(e.enrolment, e.withdrawn_at is None) for e in Evidence.objects.order_by("pk")] == [
        (learner, False),
        (twin, True),
    ]
