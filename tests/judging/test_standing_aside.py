"""What a conflict takes away, with data that would leak: entries, lists, averages, ranks, exports; and marks set aside."""

import pytest
from django.urls import reverse

from tests.factories.judging import Judging, LearnerFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from yingzao.communities.models import Community
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment.models import Team
from yingzao.judging import actions, bridge, queries
from yingzao.judging.enums import AssignmentState, Conflict, Counts, Tie
from yingzao.judging.models import DeclaredTie
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


def mentored(camp, judge, *learners):
    """The judge's person mentors a team of these learners."""
    role = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR, person=judge.person)
    team = Team.objects.create(
        organisation=camp.organisation, programme=camp.programme, name=f"导师组{judge.pk}", mentor=role
    )
    for learner in learners:
        learner.team = team
        learner.save()
    return team


@pytest.fixture
def camp():
    """Four learners and four judges; everything is marked. The first learner is D."""
    camp = Judging(learners=4, judges=4, judges_per_entry=4).open()
    for learner in camp.learners:
        for n, judge in enumerate(camp.judges):
            camp.mark(judge, learner, (1 + n, 5 - n), comment=f"{learner.name}的评语")
    return camp


def url(camp, name, *args):
    return reverse(f"judging:{name}", args=[camp.programme.code, camp.round.code, *args])


def test_who_mentors_a_colleague_of_the_community_conflicts_with_the_whole_community(camp):
    d, judge = camp.learners[0], camp.judges[0]
    colleague = LearnerFactory(programme=camp.programme, community_as_given=d.community_as_given)
    mentored(camp, judge, colleague)
    assert queries.conflict_between(judge, d) == Conflict.MENTOR
    assert queries.conflict_between(judge, camp.learners[1]) is None
    assert queries.conflict_between(camp.judges[1], d) is None


def test_another_role_of_the_same_person_counts_with_its_unit(camp):
    d, judge = camp.learners[0], camp.judges[0]
    host = StaffRoleFactory(
        programme=camp.programme, role=Role.HOST, person=judge.person, unit=f"{d.community_as_given}居委会"
    )
    assert queries.conflict_between(judge, d) == Conflict.COMMUNITY
    host.ended_at = host.created_at
    host.save()
    assert queries.conflict_between(judge, d) is None


def test_a_judge_who_learns_beside_somebody_does_not_judge_their_community(camp):
    d, judge = camp.learners[0], camp.judges[0]
    LearnerFactory(programme=camp.programme, community_as_given=d.community_as_given, person=judge.person)
    assert queries.conflict_between(judge, d) == Conflict.COMMUNITY


def test_a_judge_with_a_conflict_opens_neither_sheet_nor_desk_and_sees_no_figure_with_the_learner_in(
    camp, client
):
    """The judge is an organiser too: the desk must not give away what the jury's pages keep."""
    d, judge = camp.learners[0], camp.judges[0]
    StaffRoleFactory(programme=camp.programme, role=Role.ORGANISER, person=judge.person)
    sheet = camp.sheet(judge, d)
    other_sheet = camp.sheet(camp.judges[1], d)
    client.force_login(judge.person)
    assert client.get(reverse("judging:jury-sheet", args=[sheet.code])).status_code == 200
    mentored(camp, judge, d)
    assert client.get(reverse("judging:jury-sheet", args=[sheet.code])).status_code == 404
    assert d.name not in client.get(url(camp, "desk-round")).content.decode()
    assert camp.learners[1].name in client.get(url(camp, "desk-round")).content.decode()

    actions.close_round(round=camp.round, by=camp.organiser)
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    performance = next(r["performance"] for r in run.results["learners"] if r["enrolment"] == d.code)
    for address in (
        url(camp, "desk-round"),
        url(camp, "desk-entry", d.code),
        url(camp, "desk-reopen", other_sheet.code),
        url(camp, "desk-calibration"),
        url(camp, "desk-calibration-export", run.code),
        url(camp, "desk-round-close"),
        reverse("judging:jury-queue"),
    ):
        response = client.get(address)
        html = response.content.decode()
        assert d.name not in html, address
        assert d.code not in html, address
        assert performance not in html, address
        assert "的评语" not in html, address
    assert client.get(url(camp, "desk-entry", d.code)).status_code == 404
    assert client.get(url(camp, "desk-calibration")).status_code == 422
    assert client.get(url(camp, "desk-calibration-export", run.code)).status_code == 422
    assert client.get(url(camp, "desk-entry", camp.learners[1].code)).status_code == 200

    client.force_login(camp.organiser)
    assert d.name in client.get(url(camp, "desk-round")).content.decode()
    assert d.name in client.get(url(camp, "desk-calibration")).content.decode()
    assert client.get(url(camp, "desk-calibration-export", run.code)).status_code == 200


def test_a_conflict_declared_after_marking_sets_the_mark_aside_and_keeps_it(camp):
    d, judge = camp.learners[0], camp.judges[0]
    actions.declare_tie(judge=judge, enrolment=d, reason="亲属", by=camp.organiser)
    sheet = camp.sheet(judge, d)
    assert (sheet.state, sheet.reason) == (AssignmentState.SET_ASIDE, "亲属")
    assert sheet.set_aside_at is not None
    assert sorted(sheet.marks.values_list("points", flat=True)) == [1, 5]
    assert queries.conflict_between(judge, d) == Conflict.DECLARED
    inputs = bridge.calibration_inputs(camp.round, bridge.Options())
    assert [d.code, judge.code] not in [row[:2] for row in inputs["marks"]]
    assert len(inputs["marks"]) == 2 * (4 * 4 - 1)
    assert AuditLine.objects.filter(act="judging.assignment.set_aside", subject=sheet.code).exists()


def test_marks_that_were_set_aside_are_said_on_the_desk_and_the_entry(camp, client):
    d, judge = camp.learners[0], camp.judges[0]
    actions.declare_tie(judge=judge, enrolment=d, reason="曾是同事独特", by=camp.organiser)
    client.force_login(camp.organiser)
    html = client.get(url(camp, "desk-round")).content.decode()
    assert "曾是同事独特" in html
    assert "搁置" in html
    assert "曾是同事独特" in client.get(url(camp, "desk-entry", d.code)).content.decode()


def test_a_conflict_that_the_records_tell_later_keeps_the_mark_out_of_the_figures(camp):
    d, judge = camp.learners[0], camp.judges[0]
    actions.close_round(round=camp.round, by=camp.organiser)
    judge.unit = d.community_as_given
    judge.save()
    inputs = bridge.calibration_inputs(camp.round, bridge.Options())
    assert [d.code, judge.code] not in [row[:2] for row in inputs["marks"]]


def test_closing_sets_aside_what_the_records_tell(camp):
    d, judge = camp.learners[0], camp.judges[0]
    mentored(camp, judge, d)
    actions.close_round(round=camp.round, by=camp.organiser)
    assert camp.sheet(judge, d).state == AssignmentState.SET_ASIDE
    assert camp.sheet(camp.judges[1], d).state == AssignmentState.SUBMITTED


def test_taking_a_declaration_back_lets_the_mark_count_again(camp):
    d, judge = camp.learners[0], camp.judges[0]
    tie = actions.declare_tie(judge=judge, enrolment=d, reason="亲属", by=camp.organiser)
    actions.withdraw_tie(tie=tie, by=camp.organiser)
    sheet = camp.sheet(judge, d)
    assert (sheet.state, sheet.reason, sheet.set_aside_at) == (AssignmentState.SUBMITTED, "", None)
    assert queries.conflict_between(judge, d) is None


def test_a_declaration_for_a_community_holds_for_everybody_of_it():
    camp = Judging(learners=3, judges=3).open()
    for learner in camp.learners[:2]:
        learner.community_as_given = "叠南社区"
        learner.save()
    judge = camp.judges[0]
    actions.declare_tie(judge=judge, community_name="叠南 社区", reason="住在那里", by=judge.person)
    assert [queries.conflict_between(judge, learner) for learner in camp.learners] == [
        Conflict.DECLARED,
        Conflict.DECLARED,
        None,
    ]
    states = {a.entry.enrolment_id: a.state for a in camp.round.assignments.filter(judge=judge)}
    assert AssignmentState.ASSIGNED not in [states.get(learner.pk) for learner in camp.learners[:2]]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"reason": "亲属"}, "about-nobody"), ({"community_name": "叠南社区", "reason": " "}, "reason-missing")],
)
def test_a_declaration_says_about_whom_and_why(camp, given, code):
    with pytest.raises(Refused) as caught:
        actions.declare_tie(judge=camp.judges[0], by=camp.organiser, **given)
    assert caught.value.code == code
    assert DeclaredTie.objects.count() == 0


def test_only_the_judge_and_organisers_declare(camp):
    for person in (camp.supervisor, camp.judges[1].person):
        with pytest.raises(Refused):
            actions.declare_tie(judge=camp.judges[0], enrolment=camp.learners[0], reason="亲属", by=person)


def test_standing_aside_after_submitting_sets_the_sheet_aside(camp, client):
    d, judge = camp.learners[0], camp.judges[0]
    sheet = camp.sheet(judge, d)
    client.force_login(judge.person)
    page = client.get(reverse("judging:jury-sheet", args=[sheet.code])).content.decode()
    assert reverse("judging:jury-recuse", args=[sheet.code]) in page
    client.post(reverse("judging:jury-recuse", args=[sheet.code]), {"reason": "才想起来是邻居"})
    sheet.refresh_from_db()
    assert (sheet.state, sheet.marks.count()) == (AssignmentState.SET_ASIDE, 2)
    assert "打分已搁置" in client.get(reverse("judging:jury-queue")).content.decode()


def test_who_stood_aside_in_one_round_does_not_get_the_entry_in_the_next():
    camp = Judging(learners=2, judges=3).open()
    sheet = camp.round.assignments.first()
    actions.recuse(assignment=sheet, reason="亲属", by=sheet.judge.person)
    second = actions.create_round(
        programme=camp.programme,
        name="复评",
        rubric_version=camp.round.rubric_version,
        judges=camp.judges,
        by=camp.organiser,
    )
    plan = bridge.plan_draw(second, seed=1)
    assert (sheet.entry.enrolment, sheet.judge) not in plan.pairs
    assert len(plan.pairs) == 4


def test_a_learner_never_gets_marks_that_were_set_aside(camp):
    d, judge = camp.learners[0], camp.judges[0]
    actions.declare_tie(judge=judge, enrolment=d, reason="亲属", by=camp.organiser)
    actions.close_round(round=camp.round, by=camp.organiser)
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser, why="按原始平均分")
    actions.release_round(round=camp.round, by=camp.organiser)
    (released,) = queries.released_marks(d)
    assert len(released.sheets) == 3


def town(camp, judge, learner):
    community = Community(organisation=camp.organisation, name="桂一社区", town="桂城街道")
    community.save()
    learner.community, judge.unit = community, "桂城街道办事处"
    learner.save()
    judge.save()


def mentor_unit(camp, judge, learner):
    mentored(camp, StaffRoleFactory(programme=camp.programme, role=Role.JUDGE), learner)
    learner.team.mentor.unit = judge.unit = "示例社工中心"
    learner.team.mentor.save()
    judge.save()


def earlier(camp, judge, learner):
    before = ProgrammeFactory(organisation=camp.organisation)
    role = StaffRoleFactory(programme=before, role=Role.MENTOR, person=judge.person)
    team = Team.objects.create(organisation=before.organisation, programme=before, name="旧组", mentor=role)
    former = LearnerFactory(programme=before, team=team)
    learner.person = former.person = StaffRoleFactory().person
    former.save()
    learner.save()


@pytest.mark.parametrize(
    ("make", "tie"), [(town, Tie.TOWN), (mentor_unit, Tie.MENTOR_UNIT), (earlier, Tie.EARLIER)]
)
def test_soft_ties_are_kept_only_where_the_round_says_so(make, tie):
    camp = Judging(learners=4, judges=4, judges_per_entry=2)
    judge, learner = camp.judges[0], camp.learners[0]
    make(camp, judge, learner)
    learner.refresh_from_db()
    judge.refresh_from_db()
    conflicts = queries.Conflicts([judge])
    assert conflicts.between(judge, learner) is None
    assert conflicts.tie(judge, learner) == tie
    assert conflicts.tie(judge, camp.learners[1]) is None
    drawn = [(learner, judge) in bridge.plan_draw(camp.round, seed=seed).pairs for seed in range(12)]
    assert any(drawn)
    camp.round.avoids_ties = True
    assert not any((learner, judge) in bridge.plan_draw(camp.round, seed=seed).pairs for seed in range(12))
