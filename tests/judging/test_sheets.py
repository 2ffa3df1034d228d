import datetime as dt

import pytest

from tests.factories.judging import Judging, attach
from yingzao.activities.models import Version
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.judging import actions, queries, rules
from yingzao.judging.enums import AssignmentState, RoundState
from yingzao.judging.models import Mark
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    return Judging(learners=2, judges=2).open()


def test_saved_marks_stay_and_a_second_choice_replaces_the_first(camp):
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    first, second = camp.criteria
    actions.save_marks(assignment=sheet, points={first.code: 3}, by=camp.judges[0].person)
    actions.save_marks(assignment=sheet, points={first.code: 4}, by=camp.judges[0].person)
    actions.save_marks(assignment=sheet, points={second.code: 5}, by=camp.judges[0].person)
    sheet.refresh_from_db()
    assert sheet.state == AssignmentState.SAVED
    assert sorted(sheet.marks.values_list("criterion__position", "points")) == [(1, 4), (2, 5)]
    assert set(Mark.objects.values_list("assignment", "marked_by")) == {(sheet.pk, camp.judges[0].person_id)}


@pytest.mark.parametrize("points", [0, 6, 99])
def test_a_level_that_does_not_exist_is_refused(camp, points):
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    with pytest.raises(Refused) as caught:
        actions.save_marks(assignment=sheet, points={camp.criteria[0].code: points}, by=None)
    assert caught.value.code == "unknown-level"
    assert Mark.objects.count() == 0


def test_a_criterion_of_another_rubric_is_refused(camp):
    other = Judging().criteria[0]
    with pytest.raises(Refused) as caught:
        actions.save_marks(
            assignment=camp.sheet(camp.judges[0], camp.learners[0]), points={other.code: 3}, by=None
        )
    assert caught.value.code == "unknown-criterion"


def test_an_incomplete_sheet_is_not_submitted(camp):
    with pytest.raises(Refused) as caught:
        camp.mark(camp.judges[0], camp.learners[0], (4,))
    assert caught.value.code == "incomplete"
    assert camp.sheet(camp.judges[0], camp.learners[0]).state == AssignmentState.SAVED


def test_a_submitted_sheet_is_read_only_until_an_organiser_reopens_it(camp):
    at = dt.datetime(2021, 12, 22, 8, tzinfo=dt.UTC)
    sheet = camp.mark(camp.judges[0], camp.learners[0], (4, 5), submit=False)
    actions.submit_sheet(assignment=sheet, by=camp.judges[0].person, now=at)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at) == (AssignmentState.SUBMITTED, at)
    for act in (
        lambda: actions.save_marks(assignment=sheet, points={camp.criteria[0].code: 1}, by=None),
        lambda: actions.save_comment(assignment=sheet, comment="再想想", by=None),
        lambda: actions.submit_sheet(assignment=sheet, by=None),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "already-submitted"
    with pytest.raises(Refused):
        actions.declare_unable(assignment=sheet, reason="晚了", by=None)
    with pytest.raises(Refused) as caught:
        actions.reopen_sheet(assignment=sheet, reason=" ", by=camp.organiser)
    assert caught.value.code == "reason-missing"
    actions.reopen_sheet(assignment=sheet, reason="评委点错了", by=camp.organiser)
    actions.save_marks(assignment=sheet, points={camp.criteria[0].code: 1}, by=None)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.submitted_at) == (AssignmentState.SAVED, None)
    assert sheet.marks.get(criterion=camp.criteria[0]).points == 1


@pytest.mark.parametrize("leave", [actions.recuse, actions.declare_unable])
def test_standing_aside_needs_a_reason_and_closes_the_entry_to_the_judge(camp, leave):
    judge, learner = camp.judges[0], camp.learners[0]
    sheet = camp.mark(judge, learner, (4,), submit=False)
    with pytest.raises(Refused) as caught:
        leave(assignment=sheet, reason="  ", by=judge.person)
    assert caught.value.code == "reason-missing"
    assert queries.assignments_of(judge.person).filter(pk=sheet.pk).exists()
    leave(assignment=sheet, reason="曾一起工作", by=judge.person)
    sheet.refresh_from_db()
    assert sheet.reason == "曾一起工作"
    assert not queries.assignments_of(judge.person).filter(pk=sheet.pk).exists()
    with pytest.raises(Refused):
        actions.save_marks(assignment=sheet, points={camp.criteria[0].code: 1}, by=judge.person)


def test_nothing_is_marked_in_a_closed_round(camp):
    sheet = camp.mark(camp.judges[0], camp.learners[0], (4, 5), submit=False)
    actions.close_round(round=camp.round, by=camp.organiser, reason="到期")
    for act in (
        lambda: actions.save_marks(assignment=sheet, points={camp.criteria[0].code: 1}, by=None),
        lambda: actions.submit_sheet(assignment=sheet, by=None),
        lambda: actions.recuse(assignment=sheet, reason="亲属", by=None),
        lambda: actions.reopen_sheet(assignment=sheet, reason="点错", by=None),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "not-open"


GRID = [
    (stage, round_state, sheet_state)
    for stage in (StageState.PLANNED, StageState.OPEN, StageState.CLOSED)
    for round_state in RoundState
    for sheet_state in AssignmentState
]


@pytest.mark.parametrize(("stage", "round_state", "sheet_state"), GRID)
def test_who_may_mark_over_stage_round_and_sheet(stage, round_state, sheet_state):
    camp = Judging(learners=1, judges=2).open()
    camp.stage.state = stage
    camp.stage.save()
    camp.round.state = round_state
    camp.round.save()
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    sheet.state = sheet_state
    sheet.save()
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    allowed = (
        stage == StageState.OPEN
        and round_state == RoundState.OPEN
        and sheet_state in (AssignmentState.ASSIGNED, AssignmentState.SAVED)
    )
    assert rules.may_mark(camp.judges[0].person, sheet) is allowed
    for person in (camp.judges[1].person, camp.organiser, camp.supervisor):
        assert rules.may_mark(person, sheet) is False


def test_a_judge_opens_only_sheets_given_to_them(camp):
    mine = queries.assignments_of(camp.judges[0].person)
    assert {a.judge_id for a in mine} == {camp.judges[0].pk}
    assert mine.count() == 2
    assert camp.round.assignments.count() == 4
    assert queries.assignments_of(camp.organiser).count() == 0


def test_a_judge_whose_role_ended_opens_nothing(camp):
    from yingzao.core import clock

    camp.judges[0].ended_at = clock.now()
    camp.judges[0].save()
    assert queries.assignments_of(camp.judges[0].person).count() == 0
    assert queries.queue(camp.judges[0].person) == []


def test_a_round_in_preparation_is_in_no_queue():
    camp = Judging()
    camp.draw()
    assert queries.queue(camp.judges[0].person) == []
    assert queries.assignments_of(camp.judges[0].person).count() == 0


def test_a_conflict_that_comes_to_light_takes_the_entry_away(camp):
    judge, learner = camp.judges[0], camp.learners[0]
    judge.unit = learner.community_as_given
    judge.save()
    sheet = camp.sheet(judge, learner)
    assert rules.may_open_sheet(judge.person, sheet) is False
    (queue,) = queries.queue(judge.person)
    assert [row.code for row in queue.rows] == [camp.sheet(judge, camp.learners[1]).code]


def test_the_queue_goes_on_with_what_was_begun(camp):
    judge = camp.judges[0]
    (queue,) = queries.queue(judge.person)
    untouched = queue.next.code
    begun = next(row.code for row in queue.rows if row.code != untouched)
    other = next(learner for learner in camp.learners if camp.sheet(judge, learner).code == begun)
    camp.mark(judge, other, (4,), submit=False)
    (queue,) = queries.queue(judge.person)
    assert queue.next.code == begun
    camp.mark(judge, other, (4, 4))
    (queue,) = queries.queue(judge.person)
    assert (queue.next.code, queue.sheets_in, queue.standing, queue.percent) == (untouched, 1, 2, 50)


def test_exactly_the_files_of_the_version_before_the_judge(camp):
    before = Version.objects.get(entry__enrolment=camp.learners[0], entry__activity=camp.task)
    shown = attach(before, name="报告.pdf")
    photo = attach(before, name="走访.jpg", media_type="image/jpeg")
    later = Version.objects.create(
        organisation=before.organisation,
        entry=before.entry,
        number=2,
        saved_at=before.saved_at,
        submitted_at=before.submitted_at,
        state="submitted",
    )
    attach(later, name="后来的.pdf")
    attach(
        Version.objects.get(entry__enrolment=camp.learners[1], entry__activity=camp.task), name="别人的.pdf"
    )
    sheet = queries.assignments_of(camp.judges[0].person).get(entry__enrolment=camp.learners[0])
    assert set(queries.files_before(sheet)) == {shown, photo}
    (part,) = queries.sheet_parts(sheet)
    assert [file.code for file in part.photos] == [photo.file.code]
    assert [file.code for file in part.documents] == [shown.file.code]


def test_every_act_of_a_judge_is_in_the_audit(camp):
    AuditLine.objects.all().delete()
    judge = camp.judges[0]
    camp.mark(judge, camp.learners[0], (4, 5), comment="很扎实")
    actions.recuse(assignment=camp.sheet(judge, camp.learners[1]), reason="亲属", by=judge.person)
    assert [(line.act, line.actor_id) for line in AuditLine.objects.order_by("pk")] == [
        ("judging.marks.saved", judge.person_id),
        ("judging.comment.saved", judge.person_id),
        ("judging.sheet.submitted", judge.person_id),
        ("judging.assignment.recused", judge.person_id),
    ]


def test_nobody_marks_in_anothers_name(camp):
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    for person in (camp.judges[1].person, camp.organiser):
        for act in (
            lambda p=person: actions.save_marks(assignment=sheet, points={camp.criteria[0].code: 1}, by=p),
            lambda p=person: actions.save_comment(assignment=sheet, comment="x", by=p),
            lambda p=person: actions.submit_sheet(assignment=sheet, by=p),
            lambda p=person: actions.recuse(assignment=sheet, reason="x", by=p),
        ):
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.code == "not-yours"
    assert Mark.objects.count() == 0
