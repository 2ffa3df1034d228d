"""Reminders: who is told of what, when, and once."""

import datetime as dt

import pytest

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from yingzao.activities import actions
from yingzao.activities import kind as kinds
from yingzao.activities.actions import changes
from yingzao.activities.actions.reminders import remind_of_due, remind_of_sessions
from yingzao.activities.enums import ActivityState, DutyState, FactKind, KindKey
from yingzao.activities.models import Duty, ReminderPlan
from yingzao.live.models import Session
from yingzao.notices.models import GroupPost, Message
from yingzao.programmes.enums import ProgrammeState, Role

pytestmark = pytest.mark.django_db
DUE = moment("2021-11-20 23:59") + dt.timedelta(seconds=59)


@pytest.fixture
def programme():
    return ProgrammeFactory(state=ProgrammeState.RUNNING)


@pytest.fixture
def learner(programme):
    def learner(**more):
        enrolment = EnrolmentFactory(programme=programme, person=PersonFactory(), **more)
        actions.resettle(programme, enrolments=[enrolment.pk])
        return enrolment

    return learner


def task(programme, **more):
    values = {
        "programme": programme,
        "kind": KindKey.PRACTICE,
        "title": "找骨干",
        "due_at": DUE,
        "rule": {},
    } | more
    return ActivityFactory(**values)


def told():
    return [(m.person, m.kind, m.title) for m in Message.objects.order_by("pk")]


def settle(programme):
    actions.resettle(programme)


@pytest.mark.parametrize(
    ("now", "many"),
    [
        ("2021-11-16 10:00", 0),
        ("2021-11-17 08:59", 0),
        ("2021-11-17 09:00", 1),
        ("2021-11-17 20:59", 1),
        ("2021-11-17 21:00", 0),
        ("2021-11-18 10:00", 0),
        ("2021-11-19 10:00", 1),
        ("2021-11-20 10:00", 0),
        ("2021-11-21 10:00", 0),
    ],
)
def test_what_is_open_is_told_of_three_days_and_one_day_before(programme, learner, monkeypatch, now, many):
    one = learner()
    task(programme)
    settle_at(programme, monkeypatch, now)
    assert remind_of_due(now=moment(now)) == many
    assert told() == [(one.person, "due_soon", "2021年11月20日截止：找骨干")] * many


def settle_at(programme, monkeypatch, now):
    """The hour on the wall, which stored duties are read by."""
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment(now))
    settle(programme)


def test_each_reminder_is_told_once(programme, learner, monkeypatch):
    learner()
    task(programme)
    for now, many in [("2021-11-17 09:00", 1), ("2021-11-17 09:15", 0), ("2021-11-19 09:00", 1)]:
        settle_at(programme, monkeypatch, now)
        assert remind_of_due(now=moment(now)) == many


def test_nobody_is_reminded_of_what_is_done_excused_or_not_for_them(programme, learner, monkeypatch):
    team = TeamFactory(programme=programme)
    open_one, done, excused = (learner(team=team) for _ in range(3))
    elsewhere, gone = learner(), learner(state="withdrawn")
    activity = task(programme, kind=KindKey.CASE, title="案例", audience="chosen")
    activity.targets.create(organisation=programme.organisation, team=team)
    EnrolmentFactory(programme=programme, team=team)  # without an account
    settle_at(programme, monkeypatch, "2021-11-17 10:00")
    record(done, activity, FactKind.CONFIRMED, "2021-11-16 10:00")
    record(excused, activity, FactKind.EXCUSED, "2021-11-16 10:00")
    assert remind_of_due(now=moment("2021-11-17 10:00")) == 1
    assert [person for person, *_rest in told()] == [open_one.person]
    assert elsewhere.person != gone.person


def test_what_is_voluntary_is_told_of_once_the_last_time(programme, learner, monkeypatch):
    learner()
    task(programme, is_required=False)
    for now, many in [("2021-11-17 10:00", 0), ("2021-11-19 10:00", 1)]:
        settle_at(programme, monkeypatch, now)
        assert remind_of_due(now=moment(now)) == many


@pytest.mark.parametrize(
    "hidden",
    [
        {"is_published": False},
        {"state": ActivityState.CANCELLED},
        {"kind": KindKey.CASE, "starts_at": moment("2021-11-18 08:00")},  # not out yet
        {"kind": KindKey.CASE, "starts_at": moment("2021-11-17 08:00")},  # came out this morning
    ],
)
def test_what_nobody_sees_yet_or_was_just_told_of_is_not_reminded_of(programme, learner, monkeypatch, hidden):
    learner()
    task(programme, **hidden)
    settle_at(programme, monkeypatch, "2021-11-17 10:00")
    assert remind_of_due(now=moment("2021-11-17 10:00")) == 0


@pytest.mark.parametrize("state", [ProgrammeState.DRAFT, ProgrammeState.CLOSED])
def test_only_a_programme_that_runs_reminds(programme, learner, monkeypatch, state):
    learner()
    task(programme)
    programme.state = state
    programme.save()
    settle_at(programme, monkeypatch, "2021-11-17 10:00")
    assert remind_of_due(now=moment("2021-11-17 10:00")) == 0


def test_a_programme_says_which_reminders_it_sends(programme, learner, monkeypatch):
    organiser = StaffRoleFactory(programme=programme, role=Role.ORGANISER).person
    learner()
    task(programme)
    plan = {"days_before": [5], "on_the_eve": True, "minutes_before": 30, "nearly_late": True}
    actions.plan_reminders(programme=programme, by=organiser, is_on=True, **plan)
    settle_at(programme, monkeypatch, "2021-11-17 10:00")
    assert remind_of_due(now=moment("2021-11-17 10:00")) == 0
    settle_at(programme, monkeypatch, "2021-11-15 10:00")
    actions.plan_reminders(programme=programme, by=organiser, is_on=False, **plan)
    assert remind_of_due(now=moment("2021-11-15 10:00")) == 0
    actions.plan_reminders(programme=programme, by=organiser, is_on=True, **plan)
    assert remind_of_due(now=moment("2021-11-15 10:00")) == 1
    assert ReminderPlan.objects.count() == 1


# Sessions


def course(programme, **more):
    activity = LiveFactory(programme=programme, title="第一课", **more)
    part = PartFactory(activity=activity, starts_at=activity.starts_at, ends_at=activity.ends_at)
    Session.objects.create(
        organisation=programme.organisation, part=part, join_url="https://meeting.example/1"
    )
    return activity


@pytest.mark.parametrize(
    ("now", "title"),
    [
        ("2021-10-13 16:59", None),
        ("2021-10-13 17:00", "明天 19:00：第一课"),
        ("2021-10-13 21:00", None),
        ("2021-10-14 18:29", None),
        ("2021-10-14 18:30", "19:00 开始：第一课"),
        ("2021-10-14 18:59", "19:00 开始：第一课"),
        ("2021-10-14 19:00", None),
    ],
)
def test_a_session_is_told_of_the_evening_before_and_half_an_hour_before(
    programme, learner, monkeypatch, now, title
):
    one = learner()
    course(programme)
    settle_at(programme, monkeypatch, now)
    for _again in range(2):
        remind_of_sessions(now=moment(now))
    assert told() == ([(one.person, "starts_soon", title)] if title else [])
    if title:
        message = Message.objects.get()
        assert "https://meeting.example/1" in message.body
        assert message.is_urgent is title.startswith("19:00")


def test_who_is_excused_hears_nothing_of_the_session(programme, learner, monkeypatch):
    comes, excused = learner(), learner()
    activity = course(programme)
    settle_at(programme, monkeypatch, "2021-10-14 18:40")
    record(excused, activity, FactKind.EXCUSED, "2021-10-14 08:00")
    assert remind_of_sessions(now=moment("2021-10-14 18:40")) == 1
    assert [person for person, *_rest in told()] == [comes.person]


def test_a_cancelled_session_is_not_told_of(programme, learner, monkeypatch):
    learner()
    course(programme, state=ActivityState.CANCELLED)
    settle_at(programme, monkeypatch, "2021-10-14 18:40")
    assert remind_of_sessions(now=moment("2021-10-14 18:40")) == 0


# Changes


@pytest.fixture
def organiser(programme):
    return StaffRoleFactory(programme=programme, role=Role.ORGANISER).person


def move(activity, by, starts, ends):
    return actions.save_activity(
        programme=activity.programme,
        by=by,
        kind=activity.kind,
        activity=activity,
        values={"title": activity.title, "starts_at": moment(starts), "ends_at": moment(ends)},
    )


@pytest.mark.parametrize(
    ("now", "urgent"), [("2021-10-10 22:00", False), ("2021-10-13 19:01", True), ("2021-10-14 12:00", True)]
)
def test_a_moved_session_is_told_of_and_at_once_when_it_is_near(
    programme, learner, organiser, monkeypatch, now, urgent
):
    one = learner()
    activity = course(programme)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment(now))
    move(activity, organiser, "2021-10-20 19:00", "2021-10-20 20:30")
    assert told() == [(one.person, "changed", "有变动：第一课")]
    message = Message.objects.get()
    assert ("10月20日 19:00" in message.body, message.is_urgent) == (True, urgent)


def test_a_new_title_alone_tells_nobody(programme, learner, organiser, monkeypatch):
    learner()
    activity = course(programme)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    activity.title = "新名"
    move(activity, organiser, "2021-10-14 19:00", "2021-10-14 20:30")
    assert told() == []


def test_cancelling_and_restoring_are_told_of_each(programme, learner, organiser, monkeypatch):
    learner()
    activity = course(programme)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    actions.cancel_activity(activity=activity, by=organiser)
    actions.restore_activity(activity=activity, by=organiser)
    assert [m.body for m in Message.objects.order_by("pk")] == ["活动取消。", "活动恢复，照常举行。"]


def test_what_is_over_is_changed_in_silence(programme, learner, organiser, monkeypatch):
    learner()
    activity = course(programme)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-11-10 12:00"))
    move(activity, organiser, "2021-10-14 18:30", "2021-10-14 20:30")
    assert told() == []


def test_a_group_hears_what_is_for_everybody_and_nothing_of_chosen_ones(
    programme, learner, organiser, monkeypatch, settings
):
    from yingzao.notices import actions as notices

    settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
    notices.add_robot(
        organisation=programme.organisation,
        programme_code=programme.code,
        name="群",
        service="wecom",
        address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        secret="",
        kinds_told=["changed"],
        language="",
        by=organiser,
    )
    one = learner()
    activity = course(programme)
    for_one = course(programme, audience="chosen")
    for_one.targets.create(organisation=programme.organisation, enrolment=one)
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    for row in (activity, for_one):
        move(row, organiser, "2021-10-20 19:00", "2021-10-20 20:30")
    assert Message.objects.count() == 2
    assert [post.key for post in GroupPost.objects.all()] == [f"activities.changed:{activity.code}:hours:1"]


def due(programme, kind="practice", **more):
    return ActivityFactory(
        programme=programme, kind=kind, title="写报告", due_at=moment("2021-10-20 23:59"), **more
    )


def save(activity, by, **values):
    return actions.save_activity(
        programme=activity.programme,
        by=by,
        kind=activity.kind,
        activity=activity,
        values={"title": activity.title, "due_at": activity.due_at} | values,
    )


@pytest.mark.parametrize("kind", ["practice", "course", "case", "visit"])
def test_another_due_day_is_told_to_whom_it_still_concerns(programme, learner, organiser, monkeypatch, kind):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    one, has_it, excused = learner(), learner(), learner()
    activity = due(programme, kind)
    record(excused, activity, FactKind.EXCUSED, "2021-10-09 08:00")
    actions.resettle(programme)
    Duty.objects.filter(activity=activity, enrolment=has_it).update(state=DutyState.DONE)
    monkeypatch.setattr("yingzao.activities.actions.plan.resettle", lambda *args, **more: None)
    save(activity, organiser, due_at=moment("2021-10-25 23:59"))
    assert told() == [(one.person, "changed", "有变动：写报告")]
    message = Message.objects.get()
    assert message.body == "截止日期原来是 2021年10月20日，现在改为 2021年10月25日。"
    assert (message.is_urgent, message.url) == (False, kinds.get(kind).learner_url(activity))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, "2021-10-25 23:59", "截止日期定为 2021年10月25日。"),
        ("2021-10-20 23:59", None, "不再有截止日期；原来是 2021年10月20日。"),
        ("2021-10-20 23:59", "2021-10-20 23:59", None),
        ("2021-10-01 23:59", "2021-10-02 23:59", None),
    ],
)
def test_a_due_day_comes_goes_stays_or_is_long_past(
    programme, learner, organiser, monkeypatch, before, after, said
):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    learner()
    activity = due(programme)
    activity.due_at = moment(before) if before else None
    activity.save()
    save(activity, organiser, due_at=moment(after) if after else None)
    assert list(Message.objects.values_list("body", flat=True)) == ([said] if said else [])


@pytest.mark.parametrize(
    "hidden",
    [
        {"kind": "case", "starts_at": moment("2021-10-12 08:00")},
        {"is_published": False},
        {"state": ActivityState.CANCELLED},
    ],
)
def test_what_learners_do_not_see_yet_or_any_more_is_moved_in_silence(
    programme, learner, organiser, monkeypatch, hidden
):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    learner()
    activity = due(programme, **hidden)
    save(activity, organiser, due_at=moment("2021-10-25 23:59"), starts_at=activity.starts_at)
    assert told() == []


def test_a_day_that_is_moved_to_tomorrow_does_not_wait_for_the_morning(
    programme, learner, organiser, monkeypatch
):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 23:30"))
    learner()
    save(due(programme), organiser, due_at=moment("2021-10-11 23:00"))
    assert Message.objects.get().is_urgent


def test_hours_and_due_day_of_one_visit_are_one_message(programme, learner, organiser, monkeypatch):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    learner()
    visit = due(programme, "visit", starts_at=moment("2021-10-14 09:00"), ends_at=moment("2021-10-14 11:00"))
    save(
        visit,
        organiser,
        starts_at=moment("2021-10-15 09:00"),
        ends_at=moment("2021-10-15 11:00"),
        due_at=moment("2021-10-25 23:59"),
    )
    assert len(told()) == 1
    assert Message.objects.get().body.splitlines() == [
        "原来是 10月14日 9:00–11:00，现在改为 10月15日 9:00–11:00。",
        "截止日期原来是 2021年10月20日，现在改为 2021年10月25日。",
    ]


def test_a_plan_that_moves_several_is_one_message_to_each_of_what_concerns_them(
    programme, learner, organiser, monkeypatch
):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    both, only_one = learner(), learner()
    everybody = due(programme)
    chosen = ActivityFactory(
        programme=programme,
        kind="practice",
        title="画地图",
        due_at=moment("2021-10-21 23:59"),
        audience="chosen",
    )
    chosen.targets.create(organisation=programme.organisation, enrolment=both)
    with changes.together(organiser):
        for activity in (everybody, chosen):
            save(activity, organiser, due_at=moment("2021-10-25 23:59"))
        assert told() == []
    assert sorted((m.person_id, m.title, m.url) for m in Message.objects.all()) == sorted([
        (both.person_id, "2 项活动有变动", "/my/duties/"),
        (only_one.person_id, "有变动：写报告", kinds.get("practice").learner_url(everybody)),
    ])  # fmt: skip
    assert Message.objects.get(person=both.person).body.splitlines() == [
        "写报告: 截止日期原来是 2021年10月20日，现在改为 2021年10月25日。",
        "画地图: 截止日期原来是 2021年10月21日，现在改为 2021年10月25日。",
    ]
    assert "画地图" not in Message.objects.get(person=only_one.person).body


def test_what_fails_half_way_is_told_to_nobody(programme, learner, organiser, monkeypatch):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-10 12:00"))
    learner()
    activity = due(programme)

    def half() -> None:
        with changes.together(organiser):
            save(activity, organiser, due_at=moment("2021-10-25 23:59"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert told() == []
