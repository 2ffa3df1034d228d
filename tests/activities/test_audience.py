"""For whom an activity is, and what is voluntary: duties, figures, pages and calendars of those it is for, and of no others."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.enrolment.rosters import csv
from tests.factories.activities import moment, record
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.learning import Learning
from yingzao.activities import actions, queries
from yingzao.activities.forms import ActivityForm
from yingzao.activities.models import Activity, Duty, Evidence
from yingzao.activities.queries.calendar import calendar_entries
from yingzao.core.errors import Refused
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Team
from yingzao.enrolment.queries import learners_named
from yingzao.honours.models import Selection
from yingzao.honours.queries.inputs import _learners
from yingzao.web.queries import duties_of, progress_of
from yingzao.web.warnings import warnings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    return Learning()


def aimed(camp, *targets, title="案例", **values) -> Activity:
    return actions.save_activity(
        programme=camp.programme,
        by=camp.by,
        kind="case",
        values={"title": title, "rule": {"reflection_characters": 5}, **values},
        targets=targets,
    )


def whose(activity) -> set[str]:
    return set(Duty.objects.filter(activity=activity).values_list("enrolment__name", flat=True))


def differences() -> tuple:
    return actions.recompute_all().differences


def test_a_duty_for_a_team_or_a_person_is_theirs_alone(camp):
    third = EnrolmentFactory(programme=camp.programme)
    everybody, team, person = aimed(camp), aimed(camp, camp.team, title="组"), aimed(camp, third, title="人")
    both = aimed(camp, camp.team, camp.learner, third, title="都")
    names = {camp.learner.name, camp.other.name, third.name}
    assert whose(everybody) == names
    assert whose(team) == {camp.learner.name}
    assert whose(person) == {third.name}
    assert whose(both) == {camp.learner.name, third.name}
    for activity in (everybody, team, person, both):
        assert set(queries.asked_learners(activity).values_list("name", flat=True)) == whose(activity)
        derived = queries.duties_at(camp.programme, timezone.now() - dt.timedelta(seconds=1))
        assert {pk for pk, code in derived if code == activity.pk} == set(
            queries.asked_learners(activity).values_list("pk", flat=True)
        )
    assert actions.recompute_all().missing == 0
    assert differences() == ()


def test_a_learner_who_is_in_no_team_is_in_nobodys(camp):
    other_team = TeamFactory(programme=camp.programme)
    activity = aimed(camp, other_team)
    assert whose(activity) == set()
    assert camp.other.team_id is None
    assert not queries.activities_for_learner(camp.other).exists()


def test_whoever_changes_teams_gets_the_duties_of_the_new_one_and_loses_the_old_ones(camp):
    second = TeamFactory(programme=camp.programme)
    first, other = aimed(camp, camp.team, title="一"), aimed(camp, second, title="二")
    record(camp.learner, first, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    enrolment.edit_learner(enrolment=camp.learner, by=camp.by, team=second)
    assert (whose(first), whose(other)) == (set(), {camp.learner.name})
    assert Evidence.objects.filter(activity=first, withdrawn_at=None).count() == 1
    assert differences() == ()
    enrolment.edit_learner(enrolment=camp.learner, by=camp.by, team=camp.team)
    assert Duty.objects.get(activity=first).state == "done"


def test_aiming_again_moves_the_duties_and_saving_without_a_word_leaves_them(camp):
    activity = aimed(camp, camp.team)
    actions.save_activity(
        programme=camp.programme, by=camp.by, kind="case", activity=activity, values={"title": "改名"}
    )
    assert whose(activity) == {camp.learner.name}
    aim = {"programme": camp.programme, "by": camp.by, "kind": "case", "activity": activity}
    actions.save_activity(**aim, values={"title": "改名"}, targets=[camp.other])
    assert whose(activity) == {camp.other.name}
    actions.save_activity(**aim, values={"title": "改名"}, targets=[])
    assert whose(activity) == {camp.learner.name, camp.other.name}


def test_a_duty_that_nobody_asked_for_is_found_by_recompute(camp):
    activity = aimed(camp, camp.team)
    Duty.objects.create(
        organisation=camp.programme.organisation,
        enrolment=camp.other,
        activity=activity,
        settled_at=timezone.now(),
    )
    [difference] = differences()
    assert (difference.enrolment, difference.derived) == (camp.other.code, "-")
    assert whose(activity) == {camp.learner.name}


def test_a_team_of_another_programme_is_refused(camp):
    with pytest.raises(Refused) as refusal:
        aimed(camp, TeamFactory())
    assert refusal.value.code == "other-programme"
    assert not Activity.objects.exists()


def test_the_page_the_calendar_and_the_plan_are_of_those_it_is_for(camp, client):
    activity = aimed(camp, camp.team, title="霞石夜谈", due_at=moment("2021-10-31 23:59"))
    address = reverse("cases:learner-case", args=[activity.code])
    for learner, status in ((camp.learner, 200), (camp.other, 404)):
        client.force_login(learner.person)
        assert client.get(address).status_code == status
        assert client.post(address, {"text": "越权写的心得", "key": "x"}).status_code in (404, 422)
        assert (activity.title in client.get(reverse("web:learner-duties")).content.decode()) == (
            status == 200
        )
        assert [e.activity for e in calendar_entries(learner)] == ([activity] if status == 200 else [])
        assert [d.activity for d in duties_of(learner, timezone.now())] == (
            [activity] if status == 200 else []
        )
    assert not Evidence.objects.filter(enrolment=camp.other).exists()


def test_figures_count_what_is_asked_of_each(camp):
    common, extra = aimed(camp, title="都做"), aimed(camp, camp.team, title="组里做")
    for activity in (common, extra):
        record(camp.learner, activity, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    record(camp.other, common, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    assert [progress_of(one).whole for one in (camp.learner, camp.other)] == [Decimal(1), Decimal(1)]
    _activities, lines, _offered = _learners(Selection(programme=camp.programme), timezone.now(), {})
    assert {line["code"]: len(line["duties"]) for line in lines} == {camp.learner.code: 2, camp.other.code: 1}


# What is voluntary


def test_nobody_misses_what_is_voluntary_and_it_counts_in_no_figure(camp):
    past = {"due_at": moment("2021-09-30 23:59")}
    asked = aimed(camp, title="必修", **past)
    offered = aimed(camp, title="自愿", is_required=False, **past)
    record(camp.learner, asked, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    record(camp.other, offered, "reflected", "2021-09-20 10:00", detail={"characters": 9})
    states = {
        (d.enrolment.name, d.activity.title): d.state
        for d in Duty.objects.select_related("enrolment", "activity")
    }
    assert states == {
        (camp.learner.name, "必修"): "done",
        (camp.learner.name, "自愿"): "excused",
        (camp.other.name, "必修"): "missed",
        (camp.other.name, "自愿"): "done",
    }
    standing = queries.standing_of(camp.programme)
    assert standing.progress[camp.learner.pk].whole == Fraction(1)
    assert standing.progress[camp.other.pk].whole == Fraction(0)
    assert standing.states == {("case", "done"): 1, ("case", "missed"): 1}
    earlier = queries.standing_of(camp.programme, timezone.now() - dt.timedelta(minutes=1))
    assert (earlier.progress, earlier.states) == (standing.progress, standing.states)
    assert [progress_of(one).whole for one in (camp.learner, camp.other)] == [Decimal(1), Decimal(0)]
    activities, _lines, _offered = _learners(Selection(programme=camp.programme), timezone.now(), {})
    assert [one["title"] for one in activities] == ["必修"]
    assert [row.learner for row in warnings_of(camp.programme).everybody] == [camp.other]
    assert differences() == ()


def test_the_learner_reads_that_it_is_voluntary(camp, client):
    offered = aimed(camp, title="自愿", is_required=False, due_at=moment("2021-09-30 23:59"))
    client.force_login(camp.learner.person)
    page = client.get(reverse("web:learner-duty", args=[offered.code])).content.decode()
    assert ("自愿参加" in page, ">自愿</span>" in page, ">请假</span>" in page) == (True, True, False)


def test_what_is_voluntary_is_said_before_it_is_over_and_is_nobodys_leave_afterwards(camp, client):
    day = dt.timedelta(days=1)
    ahead = aimed(camp, title="还来得及", is_required=False, due_at=timezone.now() + day)
    over = aimed(camp, title="过去了", is_required=False, due_at=timezone.now() - day)
    client.force_login(camp.learner.person)
    for address in (
        reverse("web:learner-today"),
        reverse("cases:learner-case", args=[ahead.code]),
        reverse("web:learner-duty", args=[ahead.code]),
    ):
        assert "自愿参加" in client.get(address).content.decode()
    assert client.get(reverse("web:learner-duties")).content.decode().count(" · 自愿参加") == 2
    rows = queries.duties_at(camp.programme)
    earlier = queries.duties_at(camp.programme, timezone.now() - dt.timedelta(seconds=1))
    for found in (rows, earlier):
        assert found[camp.learner.pk, over.pk].shown == "offered"
        assert found[camp.learner.pk, ahead.pk].shown == "todo"


def test_a_new_edition_asks_everybody_and_what_was_voluntary_stays_so(camp):
    aimed(camp, camp.team, title="组里做", is_required=False)
    target = Learning().programme
    actions.copy_plan(source=camp.programme, target=target, shift=dt.timedelta(days=365), by=None)
    copy = target.activities.get()
    assert (copy.audience, copy.is_required, copy.targets.count()) == ("cohort", False, 0)


# The form


def given(**further):
    return {
        "title": "案例",
        "weight": "1",
        "characters": "100",
        "audience": "cohort",
        "is_required": "on",
    } | further


def test_learners_are_named_by_name_number_or_name_with_community(camp):
    twin = [
        EnrolmentFactory(programme=camp.programme, name="学员丙", number=number, community_as_given=place)
        for number, place in (("31", "灯湖社区"), ("32", "平胜社区"))
    ]
    gone = EnrolmentFactory(programme=camp.programme, name="学员丁", state=EnrolmentState.WITHDRAWN)
    named = learners_named(
        camp.programme, f"{camp.learner.name}、32，学员丙（灯湖社区）\n学员丙; {gone.name},"
    )
    assert set(named.learners) == {camp.learner, *twin}
    assert (named.several, named.unknown) == (("学员丙",), ("学员丁",))


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"audience": "chosen"}, {"audience"}),
        ({"audience": "chosen", "learners": "没有这人"}, {"learners"}),
        ({"audience": "cohort", "learners": "没有这人"}, set()),
        ({"audience": "all of them"}, {"audience"}),
        ({"audience": "chosen", "teams": ["999999"]}, {"teams"}),
        ({"audience": ""}, {"audience"}),
    ],
)
def test_what_is_wrong_about_whom_is_said(camp, sent, wrong):
    assert set(ActivityForm("case", camp.programme, given(**sent)).errors) == wrong


def test_the_form_of_a_standing_activity_says_for_whom_it_is_and_saves_it_again(camp, client):
    client.force_login(camp.by)
    activity = aimed(camp, camp.team, camp.other)
    address = reverse("activities:desk-edit", args=[camp.programme.code, activity.code])
    page = client.get(address).content.decode()
    assert (camp.team.name in page, camp.other.number in page) == (True, True)
    sent = given(audience="chosen", teams=[str(camp.team.pk)], learners=camp.other.number)
    assert client.post(address, sent).status_code == 302
    assert whose(activity) == {camp.learner.name, camp.other.name}
    assert client.post(address, given(audience="cohort", teams=[str(camp.team.pk)])).status_code == 302
    activity.refresh_from_db()
    assert (activity.audience, activity.targets.count()) == ("cohort", 0)


def test_a_form_that_names_somebody_who_has_left_is_saved_and_whoever_comes_back_has_the_duty(camp, client):
    client.force_login(camp.by)
    activity = aimed(camp, camp.learner, camp.other)
    enrolment.withdraw(enrolment=camp.other, by=camp.by, reason="调走")
    address = reverse("activities:desk-edit", args=[camp.programme.code, activity.code])
    named = client.get(address).context["form"]["learners"].value()
    assert client.post(address, given(audience="chosen", learners=named, title="改名")).status_code == 302
    assert queries.asked_learners(activity).get() == camp.learner
    enrolment.reinstate(enrolment=camp.other, by=camp.by)
    assert whose(activity) == {camp.learner.name, camp.other.name}
    stranger = EnrolmentFactory(programme=camp.programme, state=EnrolmentState.WITHDRAWN)
    assert client.post(address, given(audience="chosen", learners=stranger.number)).status_code == 422


def test_undoing_a_roster_leaves_the_team_for_which_an_activity_is(camp):
    data = csv(f"{camp.learner.number},{camp.learner.name},,,新的组,{camp.learner.phone},")
    source = enrolment.read_roster(programme=camp.programme, by=camp.by, data=data, name="花名册.csv")
    enrolment.confirm_roster(source, by=camp.by)
    activity = aimed(camp, Team.objects.get(name="新的组"))
    assert whose(activity) == {camp.learner.name}
    enrolment.undo_roster(source, by=camp.by)
    assert (whose(activity), activity.targets.count()) == (set(), 1)
    assert differences() == ()


def test_what_is_due_before_it_begins_is_refused_and_stays_in_the_form(camp, client):
    client.force_login(camp.by)
    activity = aimed(camp)
    address = reverse("activities:desk-edit", args=[camp.programme.code, activity.code])
    sent = given(starts_at="2021-10-20T08:00", due_on="2021-10-19", description="记住我")
    answer = client.post(address, sent)
    assert (answer.status_code, "due_on" in answer.context["form"].errors) == (422, True)
    assert "记住我" in answer.content.decode()
    assert client.post(address, sent | {"due_on": "2021-10-20"}).status_code == 302
