import datetime as dt
from pathlib import Path

import pytest

from tests.factories.judging import Judging, LearnerFactory, RubricVersionFactory, hand_in
from yingzao.core import ports
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.enrolment.models import SourceFile, SourceRow
from yingzao.judging import actions, readers
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.judging.models import Assignment, Mark

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).resolve().parents[2] / "examples/guicheng-2021"
FIRST, SECOND = "需求是不是从居民那里来的", "骨干愿不愿意、做不做得成"


@pytest.fixture
def camp():
    camp = Judging(learners=2, judges=2)
    for learner, name in zip(camp.learners, ("学员03", "学员08"), strict=True):
        learner.name = name
        learner.save()
    for judge, name in zip(camp.judges, ("评委甲", "评委乙"), strict=True):
        judge.name = name
        judge.save()
    return camp


def table(*rows):
    lines = ["学员,评委,评分项,得分,打分时间,评语", *rows]
    return "\n".join(lines).encode("utf-8-sig")


def whole(learner="学员03", judge="评委甲", first="4", second="5", at="2021-12-22 16:04", comment=""):
    return (
        f"{learner},{judge},{FIRST},{first},{at},",
        f"{learner},{judge},{SECOND},{second},{at},{comment}",
    )


def read(camp, *rows):
    source = actions.read_marks(round=camp.round, data=table(*rows), name="打分.csv", by=camp.organiser)
    return source, actions.preview_marks(round=camp.round, source=source)


def test_the_dry_run_counts_sheets_and_writes_no_mark(camp):
    _source, plan = read(camp, *whole(), *whole(judge="评委乙", first="3"), *whole("学员08"))
    assert (len(plan.sheets), plan.learners, plan.judges, plan.problems) == (
        3,
        2,
        [("评委乙", 1), ("评委甲", 2)],
        [],
    )
    assert Mark.objects.count() == Assignment.objects.count() == SourceRow.objects.count() == 0


def test_confirming_opens_the_round_and_writes_submitted_sheets_that_point_at_their_rows(camp):
    source, _plan = read(camp, *whole(comment="很扎实"))
    actions.confirm_marks(round=camp.round, source=source, by=camp.organiser)
    camp.round.refresh_from_db()
    assert camp.round.state == RoundState.OPEN
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    at = dt.datetime(2021, 12, 22, 16, 4, tzinfo=SHANGHAI)
    assert (sheet.state, sheet.comment, sheet.submitted_at) == (AssignmentState.SUBMITTED, "很扎实", at)
    assert list(
        Mark.objects.order_by("criterion__position").values_list(
            "criterion__title", "points", "source_row__number", "marked_by", "marked_at"
        )
    ) == [(FIRST, 4, 2, camp.organiser.pk, at), (SECOND, 5, 3, camp.organiser.pk, at)]
    assert sheet.version is not None


def test_the_same_file_again_changes_nothing(camp):
    source, _plan = read(camp, *whole())
    actions.confirm_marks(round=camp.round, source=source, by=camp.organiser)
    again, plan = read(camp, *whole())
    actions.confirm_marks(round=camp.round, source=again, by=camp.organiser)
    assert again.pk == source.pk
    assert [sheet.known for sheet in plan.sheets] == [True]
    assert (SourceFile.objects.count(), SourceRow.objects.count(), Mark.objects.count()) == (1, 2, 2)


@pytest.mark.parametrize(
    ("rows", "row", "says"),
    [
        (whole("学员99"), 2, "学员99"),
        (whole(judge="评委丁"), 2, "评委丁"),
        (whole(first="6"), 2, "6"),
        (whole(first="0"), 2, "0"),
        (whole(first="3.5"), 2, "3.5"),
        (whole(first=""), 2, "1"),
        (whole(first="-1"), 2, "-1"),
        (whole(first="４"), 2, "４"),
        ((f"学员03,评委甲,{FIRST},4,,", "学员03,评委甲,文笔,4,,"), 3, "文笔"),
        (whole()[:1], 2, SECOND),
        ((*whole(), whole()[0]), 4, "2"),
        (whole(at="昨天"), 2, "昨天"),
    ],
)
def test_each_problem_names_its_row_and_nothing_is_written(camp, rows, row, says):
    source, plan = read(camp, *rows)
    assert row in {problem.row for problem in plan.problems}
    assert any(says in problem.sentence for problem in plan.problems if problem.row == row)
    with pytest.raises(Refused) as caught:
        actions.confirm_marks(round=camp.round, source=source, by=camp.organiser)
    assert caught.value.code == "problems"
    assert Mark.objects.count() == Assignment.objects.count() == 0


def test_a_name_that_two_learners_bear_is_refused_but_their_numbers_are_not(camp):
    camp.learners[1].name = "学员03"
    camp.learners[1].save()
    _source, plan = read(camp, *whole())
    assert {problem.row for problem in plan.problems} == {2, 3}
    _source, plan = read(camp, *whole(camp.learners[1].number))
    assert [sheet.learner for sheet in plan.sheets] == [camp.learners[1]]


def test_a_file_never_overwrites_what_a_judge_marked(camp):
    camp.open()
    camp.mark(camp.judges[0], camp.learners[0], (1, 1))
    source, plan = read(camp, *whole())
    assert [problem.row for problem in plan.problems] == [2]
    with pytest.raises(Refused):
        actions.confirm_marks(round=camp.round, source=source, by=camp.organiser)
    assert set(Mark.objects.values_list("points", flat=True)) == {1}


def test_a_judge_with_a_conflict_is_a_problem(camp):
    camp.judges[0].unit = camp.learners[0].community_as_given
    camp.judges[0].save()
    _source, plan = read(camp, *whole())
    assert [problem.row for problem in plan.problems] == [2]


def test_a_table_that_holds_no_marks_is_refused(camp):
    with pytest.raises(Refused) as caught:
        actions.read_marks(round=camp.round, data="姓名,电话\n甲,1".encode(), name="x.csv", by=camp.organiser)
    assert caught.value.code == "no-header"
    assert SourceFile.objects.count() == 0


def test_a_rubric_is_read_from_a_table():
    rows = (
        ports.Row(1, ("2021 年实践成果评分表", None)),
        ports.Row(3, ("序号", "评分项", "权重", "考察什么", "1分", "2分", "3分")),
        ports.Row(4, (1, "任务切题", 60.0, "是否回应任务", "没有", "一部分", "回应了")),
        ports.Row(5, (2, "依据扎实", "40%", None, "没有", "有", None)),
        ports.Row(6, (None, "合计", 100, None)),
    )
    found = readers.read_rubric([ports.Sheet("评分项", rows)])
    assert [(c.title, str(c.weight), c.levels, c.hint) for c in found] == [
        ("任务切题", "60", ("没有", "一部分", "回应了"), "是否回应任务"),
        ("依据扎实", "40", ("没有", "有"), ""),
    ]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((ports.Row(1, ("姓名", "电话")),), "no-header"),
        ((), "no-header"),
        ((ports.Row(1, ("评分项", "权重")), ports.Row(2, ("任务", "很重"))), "bad-weight"),
    ],
)
def test_a_table_that_is_no_rubric_is_refused(rows, code):
    with pytest.raises(Refused) as caught:
        readers.read_rubric([ports.Sheet("x", rows)])
    assert caught.value.code == code


def test_the_example_rubric_and_marks_are_read():
    file = EXAMPLES / "评分表.xlsx"
    criteria = readers.read_rubric(ports.port("tables").read(file.read_bytes(), file.name))
    assert [(c.title, int(c.weight), len(c.levels)) for c in criteria] == [
        ("任务切题", 15, 5),
        ("依据扎实", 25, 5),
        ("居民参与", 25, 5),
        ("行动成效", 20, 5),
        ("反思表达", 15, 5),
    ]
    version = actions.create_rubric(
        organisation=RubricVersionFactory().organisation, name="评分表", criteria=criteria, by=None
    )
    assert version.criteria.count() == 5
    marks = EXAMPLES / "评委打分.csv"
    rows = readers.read_marks(ports.port("tables").read(marks.read_bytes(), marks.name))
    assert len(rows) == 270
    assert (rows[0].number, rows[0].score) == (2, "4")
    assert readers.moment_of(rows[0].at) is not None


def test_the_example_goes_all_the_way_from_its_files_to_figures():
    camp = Judging(learners=0, judges=4, judges_per_entry=3)
    for judge, name in zip(camp.judges, "甲乙丙丁", strict=True):
        judge.name = f"评委{name}"
        judge.save()
    rubric, marks = EXAMPLES / "评分表.xlsx", EXAMPLES / "评委打分.csv"
    tables = ports.port("tables")
    camp.round.rubric_version = actions.create_rubric(
        organisation=camp.organisation,
        name="评分表",
        criteria=readers.read_rubric(tables.read(rubric.read_bytes(), rubric.name)),
        by=camp.organiser,
    )
    camp.round.save()
    names = sorted({row.learner for row in readers.read_marks(tables.read(marks.read_bytes(), marks.name))})
    for name in names:
        hand_in(LearnerFactory(programme=camp.programme, name=name), camp.task)
    source = actions.read_marks(round=camp.round, data=marks.read_bytes(), name=marks.name, by=camp.organiser)
    plan = actions.confirm_marks(round=camp.round, source=source, by=camp.organiser)
    assert (len(plan.sheets), plan.learners, list(plan.problems)) == (54, 18, [])
    camp.round.refresh_from_db()
    actions.close_round(round=camp.round, by=camp.organiser)
    results = actions.run_calibration(round=camp.round, by=camp.organiser).results
    assert [row["n_judges"] for row in results["learners"]] == [3] * 18
    assert results["warnings"] == []
