import datetime as dt

import pytest

from tests.factories.judging import JudgeFactory, Judging, LearnerFactory, hand_in
from yingzao.activities.models import Entry, Version
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.judging import actions, bridge, queries
from yingzao.judging.enums import AssignmentState, Conflict, Counts, RoundState
from yingzao.judging.models import Assignment
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db


def pairs(round):
    return set(round.assignments.values_list("entry__enrolment__number", "judge__name"))


def test_the_dry_run_shows_load_and_conflicts_and_writes_nothing():
    camp = Judging(learners=6, judges=3, judges_per_entry=2)
    camp.judges[0].unit = f"{camp.learners[0].community_as_given}居委会"
    camp.judges[0].save()
    plan = bridge.plan_draw(camp.round)
    assert sorted(row.load for row in plan.load) == [4, 4, 4]
    assert [(row.judge, row.enrolment, row.conflict) for row in plan.conflicts] == [
        (camp.judges[0], camp.learners[0], Conflict.COMMUNITY)
    ]
    assert (plan.entries, plan.fresh, plan.parts, plan.obstacles) == (6, 12, 1, [])
    assert Assignment.objects.count() == 0
    assert Entry.objects.filter(activity=None).count() == 0


def test_the_confirmed_draw_is_the_one_that_was_shown():
    camp = Judging(learners=5, judges=4)
    shown = bridge.plan_draw(camp.round, seed=99)
    actions.confirm_draw(round=camp.round, seed=99, by=camp.organiser)
    assert pairs(camp.round) == {(learner.number, judge.name) for learner, judge in shown.pairs}
    camp.round.refresh_from_db()
    assert camp.round.seed == 99


def test_drawing_again_in_preparation_replaces_the_draw_but_keeps_choices_made_by_hand():
    camp = Judging(learners=4, judges=4, judges_per_entry=1)
    kept = actions.assign_by_hand(
        round=camp.round, enrolment=camp.learners[0], judge=camp.judges[2], by=camp.organiser
    )
    camp.draw()
    first = pairs(camp.round)
    actions.confirm_draw(round=camp.round, seed=12345, by=camp.organiser)
    assert len(pairs(camp.round)) == len(first) == 4
    assert Assignment.objects.filter(pk=kept.pk).exists()


def test_an_entry_with_too_few_judges_stops_the_draw_and_is_named():
    camp = Judging(learners=2, judges=2, judges_per_entry=2)
    camp.judges[0].unit = camp.learners[1].community_as_given
    camp.judges[0].save()
    with pytest.raises(Refused) as caught:
        camp.draw()
    assert caught.value.code == "impossible"
    assert camp.learners[1].name in caught.value.sentence
    assert camp.learners[0].name not in caught.value.sentence
    assert Assignment.objects.count() == 0


def test_only_learners_who_handed_something_in_are_drawn():
    camp = Judging(learners=2)
    LearnerFactory(programme=camp.programme)
    LearnerFactory(programme=camp.programme, state="withdrawn")
    assert [c.enrolment for c in queries.candidates(camp.round)] == camp.learners


def test_a_draw_in_an_open_round_only_fills_what_a_judge_left():
    camp = Judging(learners=3, judges=3, judges_per_entry=2).open()
    before = pairs(camp.round)
    sheet = camp.round.assignments.order_by("pk")[0]
    actions.recuse(assignment=sheet, reason="亲属", by=sheet.judge.person)
    actions.confirm_draw(round=camp.round, seed=1, by=camp.organiser)
    added = pairs(camp.round) - before
    assert len(added) == 1
    ((number, name),) = added
    assert number == sheet.entry.enrolment.number
    assert name != sheet.judge.name
    newest = camp.round.assignments.order_by("-pk")[0]
    assert newest.version_id == sheet.version_id


def test_opening_freezes_the_rubric_and_the_versions_that_lie_before_judges():
    camp = Judging()
    camp.draw()
    early = camp.round.assignments.filter(entry__enrolment=camp.learners[0])[0].version
    newer = hand_in(camp.learners[0], camp.task, "又补了两条需求")
    actions.open_round(round=camp.round, by=camp.organiser)
    frozen = camp.sheet(camp.judges[0], camp.learners[0]).version
    assert frozen.pk != early.pk
    assert frozen.content == {
        "versions": [{"task": camp.task.code, "version": newer.code, "sha256": newer.sha256}]
    }
    camp.round.rubric_version.refresh_from_db()
    assert camp.round.rubric_version.frozen_at is not None

    hand_in(camp.learners[0], camp.task, "开评以后才写的")
    parts = queries.sheet_parts(camp.sheet(camp.judges[0], camp.learners[0]))
    assert [part.text for part in parts] == ["又补了两条需求"]


def test_a_round_of_one_task_judges_the_versions_of_that_task():
    camp = Judging()
    camp.round.activity = camp.task
    camp.round.save()
    camp.open()
    assert Entry.objects.filter(activity=None).count() == 0
    assert {a.version.entry.activity for a in camp.round.assignments.all()} == {camp.task}


def test_a_round_opens_only_in_a_stage_that_allows_judging():
    camp = Judging()
    camp.draw()
    camp.stage.state = StageState.CLOSED
    camp.stage.save()
    with pytest.raises(Refused):
        actions.open_round(round=camp.round, by=camp.organiser)
    camp.round.refresh_from_db()
    assert camp.round.state == RoundState.DRAFT


def test_a_round_without_assignments_does_not_open():
    camp = Judging()
    with pytest.raises(Refused) as caught:
        actions.open_round(round=camp.round, by=camp.organiser)
    assert caught.value.code == "nothing-assigned"


def test_closing_with_sheets_missing_asks_why_and_keeps_the_reason():
    camp = Judging(learners=1).open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    with pytest.raises(Refused) as caught:
        actions.close_round(round=camp.round, by=camp.organiser)
    assert caught.value.code == "reason-missing"
    actions.close_round(round=camp.round, by=camp.organiser, reason="评委乙出差")
    camp.round.refresh_from_db()
    assert (camp.round.state, camp.round.closed_reason) == (RoundState.CLOSED, "评委乙出差")


def test_closing_with_all_sheets_in_needs_no_reason():
    camp = Judging(learners=1).open()
    for judge in camp.judges:
        camp.mark(judge, camp.learners[0], (4, 5))
    at = dt.datetime(2021, 12, 27, 9, tzinfo=dt.UTC)
    actions.close_round(round=camp.round, by=camp.organiser, now=at)
    camp.round.refresh_from_db()
    assert (camp.round.state, camp.round.closed_at, camp.round.closed_reason) == (RoundState.CLOSED, at, "")


def test_release_needs_a_closed_round_and_a_calibration():
    camp = Judging(learners=1).open()
    for judge in camp.judges:
        camp.mark(judge, camp.learners[0], (4, 5))
    with pytest.raises(Refused) as caught:
        actions.release_round(round=camp.round, by=camp.organiser)
    assert caught.value.code == "not-closed"
    actions.close_round(round=camp.round, by=camp.organiser)
    with pytest.raises(Refused) as caught:
        actions.release_round(round=camp.round, by=camp.organiser)
    assert caught.value.code == "no-calibration"
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    with pytest.raises(Refused) as caught:  # a proposal is not enough
        actions.release_round(round=camp.round, by=camp.organiser)
    assert caught.value.code == "no-calibration"
    actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser, why="按原始平均分")
    actions.release_round(round=camp.round, by=camp.organiser)
    camp.round.refresh_from_db()
    assert camp.round.state == RoundState.RELEASED


def test_a_judge_with_a_conflict_cannot_be_chosen_by_hand():
    camp = Judging()
    near = JudgeFactory(programme=camp.programme, unit=camp.learners[0].community_as_given)
    with pytest.raises(Refused) as caught:
        actions.assign_by_hand(round=camp.round, enrolment=camp.learners[0], judge=near, by=camp.organiser)
    assert caught.value.code == "conflict"


def test_a_judge_of_another_programme_cannot_be_chosen():
    camp = Judging()
    with pytest.raises(Refused) as caught:
        actions.assign_by_hand(
            round=camp.round, enrolment=camp.learners[0], judge=JudgeFactory(), by=camp.organiser
        )
    assert caught.value.code == "not-a-judge"


def test_who_stood_aside_cannot_be_given_the_entry_again():
    camp = Judging().open()
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    actions.recuse(assignment=sheet, reason="亲属", by=camp.judges[0].person)
    with pytest.raises(Refused) as caught:
        actions.assign_by_hand(
            round=camp.round, enrolment=camp.learners[0], judge=camp.judges[0], by=camp.organiser
        )
    assert caught.value.code == "stood-aside"


def test_a_begun_sheet_is_not_taken_away():
    camp = Judging().open()
    camp.mark(camp.judges[0], camp.learners[0], (4,), submit=False)
    with pytest.raises(Refused) as caught:
        actions.take_off(assignment=camp.sheet(camp.judges[0], camp.learners[0]), by=camp.organiser)
    assert caught.value.code == "begun"
    untouched = camp.sheet(camp.judges[1], camp.learners[0])
    actions.take_off(assignment=untouched, by=camp.organiser)
    assert not Assignment.objects.filter(pk=untouched.pk).exists()


def test_the_audit_of_a_round_holds_codes_and_no_names():
    camp = Judging().open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5), comment="写得很扎实")
    lines = [str((line.before, line.after)) for line in AuditLine.objects.all()]
    assert any(camp.learners[0].code in line for line in lines)
    for secret in (camp.learners[0].name, camp.judges[0].name, "写得很扎实"):
        assert not any(secret in line for line in lines)


def test_the_rubric_of_an_open_round_stays():
    camp = Judging().open()
    other = Judging().round.rubric_version
    other.organisation = camp.organisation
    other.save()
    with pytest.raises(Refused) as caught:
        actions.change_round(
            round=camp.round,
            name="改名",
            rubric_version=other,
            judges=camp.judges,
            judges_per_entry=2,
            hides_names=True,
            closes_at=None,
            by=camp.organiser,
        )
    assert caught.value.code == "round-open"


def test_progress_counts_sheets_by_entry_and_by_judge():
    camp = Judging(learners=2, judges=2).open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    camp.mark(camp.judges[0], camp.learners[1], (4,), submit=False)
    aside = camp.sheet(camp.judges[1], camp.learners[1])
    actions.declare_unable(assignment=aside, reason="照片打不开", by=camp.judges[1].person)
    found = queries.progress(camp.round)
    assert [(row.enrolment, row.sheets_in, row.standing) for row in found.entries] == [
        (camp.learners[0], 1, 2),
        (camp.learners[1], 0, 1),
    ]
    assert [(row.judge, row.sheets_in, row.standing, row.stood_aside) for row in found.judges] == [
        (camp.judges[0], 1, 2, 0),
        (camp.judges[1], 0, 1, 1),
    ]
    assert (found.missing, found.short) == (2, [])
    assert [sheet.shown for row in found.entries for sheet in row.sheets] == [
        "done",
        "todo",
        "part",
        "excused",
    ]
    assert camp.round.assignments.get(pk=aside.pk).state == AssignmentState.UNABLE


def test_versions_of_other_learners_are_never_read_through_a_portfolio():
    """A portfolio that names another learner's version shows nothing of it."""
    camp = Judging().open()
    theirs = Version.objects.get(entry__enrolment=camp.learners[1], entry__activity=camp.task)
    sheet = camp.sheet(camp.judges[0], camp.learners[0])
    sheet.version.content["versions"].append(
        {"task": camp.task.code, "version": theirs.code, "sha256": theirs.sha256}
    )
    sheet.version.save()
    parts = queries.sheet_parts(camp.sheet(camp.judges[0], camp.learners[0]))
    assert len(parts) == 1


def test_a_shortlist_narrows_the_round_and_takes_back_what_was_drawn_for_others():
    camp = Judging(learners=3)
    camp.draw()
    actions.set_shortlist(round=camp.round, enrolments=camp.learners[:2], by=camp.organiser)
    assert {a.entry.enrolment for a in camp.round.assignments.all()} == set(camp.learners[:2])
    assert [c.enrolment for c in queries.candidates(camp.round)] == camp.learners[:2]
    camp.draw()
    actions.open_round(round=camp.round, by=camp.organiser)
    with pytest.raises(Refused) as caught:
        actions.set_shortlist(round=camp.round, enrolments=[], by=camp.organiser)
    assert caught.value.code == "round-open"


@pytest.mark.parametrize("who", ["supervisor", "judge", "stranger"])
def test_only_organisers_prepare_a_round(who):
    camp = Judging()
    person = {
        "supervisor": camp.supervisor,
        "judge": camp.judges[0].person,
        "stranger": Judging().organiser,
    }[who]
    for act in (
        lambda: actions.confirm_draw(round=camp.round, seed=1, by=person),
        lambda: actions.set_shortlist(round=camp.round, enrolments=[], by=person),
        lambda: actions.open_round(round=camp.round, by=person),
        lambda: actions.close_round(round=camp.round, by=person, reason="x"),
        lambda: actions.release_round(round=camp.round, by=person),
        lambda: actions.run_calibration(round=camp.round, by=person),
        lambda: actions.assign_by_hand(
            round=camp.round, enrolment=camp.learners[0], judge=camp.judges[0], by=person
        ),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "not_organiser"
    assert Assignment.objects.filter(round=camp.round).count() == 0
