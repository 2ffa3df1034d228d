"""Leave, corrections and making up: what is asked, what an answer comes to, and how it is undone."""

import datetime as dt
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.learning import Learning
from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import StaffRoleFactory
from tests.factories.requests import LONG_AFTER, ask
from tests.factories.world import picture
from yingzao.activities import actions, rules, settling
from yingzao.activities.enums import DutyState, FactKind, KindKey, RequestKind, RequestState
from yingzao.activities.models import AttendanceRequest, Duty, Evidence
from yingzao.activities.queries.requests import requests_asked_by
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.enrolment.enums import EnrolmentState
from yingzao.notices.models import Message
from yingzao.programmes.enums import Act, Role, StageKind, StageState
from yingzao.programmes.rules import STAGE_ACTS

pytestmark = pytest.mark.django_db

BEFORE = moment("2021-10-13 18:00")
MAKE_UP = {"until": "2021-10-31", "how": "看回放并写心得", "full": False, "characters": 5}


@pytest.fixture
def learning():
    return Learning()


@pytest.fixture
def live(learning):
    """14 October, 19:00 to 20:30; 72 minutes are asked. Its report is in and names nobody."""
    live = LiveFactory(programme=learning.programme, rule={"min_share": "0.8", "make_up": MAKE_UP})
    actions.mark_held(live, by=None, at=live.ends_at)
    return live


@pytest.fixture
def visit(learning):
    visit = ActivityFactory(
        programme=learning.programme,
        kind=KindKey.VISIT,
        title="参访",
        starts_at=moment("2021-10-16 09:00"),
        ends_at=moment("2021-10-16 17:00"),
    )
    PartFactory.create_batch(2, activity=visit)
    actions.mark_held(visit, by=None, at=visit.ends_at)
    return visit


def duty(learner, activity):
    return Duty.objects.get(enrolment=learner, activity=activity)


def facts(request, **more):
    return Evidence.objects.filter(detail__request=request.code, **more).order_by("recorded_at", "pk")


def refused(code):
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


# Leave


@pytest.mark.parametrize(
    ("asked_at", "in_advance", "happened_at"),
    [(BEFORE, True, BEFORE), (LONG_AFTER, False, moment("2021-10-14 19:00"))],
)
def test_approved_leave_is_one_fact_and_excuses_the_duty(learning, live, asked_at, in_advance, happened_at):
    request = ask(learning.learner, live, now=asked_at)
    assert (request.state, request.in_advance, request.on_behalf) == ("waiting", in_advance, False)
    assert duty(learning.learner, live).state == DutyState.MISSED
    actions.approve_request(request=request, by=learning.by, now=LONG_AFTER)
    [fact] = facts(request)
    assert (fact.fact, fact.source, fact.happened_at, fact.recorded_by) == (
        "excused", "staff", happened_at, learning.by,
    )  # fmt: skip
    assert fact.detail == {"reason": "单位值班", "request": request.code, "in_advance": in_advance}
    assert duty(learning.learner, live).state == DutyState.EXCUSED
    assert duty(learning.learner, live).reasons[0]["why"] == "单位值班"
    assert (request.decided_by, request.decided_at, request.decisions) == (learning.by, LONG_AFTER, 1)


def test_approve_undo_and_approve_again_are_two_facts_of_which_one_is_withdrawn(learning, live):
    request = ask(learning.learner, live)
    actions.approve_request(request=request, by=learning.by)
    actions.undo_answer(request=request, by=learning.by, reason="批错了人")
    assert (request.state, request.undone_by, request.undone_reason) == ("waiting", learning.by, "批错了人")
    assert duty(learning.learner, live).state == DutyState.MISSED
    actions.approve_request(request=request, by=learning.by)
    assert [f.withdrawn_reason for f in facts(request)] == ["批错了人", ""]
    assert len({f.key for f in facts(request)}) == 2
    assert duty(learning.learner, live).state == DutyState.EXCUSED
    assert request.undone_at is None


def test_approving_twice_is_one_fact_and_one_message(learning, live):
    request = ask(learning.learner, live)
    for _ in range(2):
        actions.approve_request(request=request, by=learning.by)
    assert facts(request).count() == 1
    assert Message.objects.filter(person=learning.learner.person).count() == 1


def test_a_stored_duty_follows_from_its_evidence_after_every_step(learning, live):
    request = ask(learning.learner, live)
    actions.approve_request(request=request, by=learning.by)
    actions.undo_answer(request=request, by=learning.by, reason="重看")
    assert actions.recompute_all().differences == ()


# Corrections


def test_an_approved_correction_counts_with_what_was_found_and_overlaps_count_once(learning, live):
    record(learning.learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 19:50")
    request = ask(
        learning.learner,
        live,
        RequestKind.CORRECTION,
        from_at=moment("2021-10-14 19:40"),
        until_at=moment("2021-10-14 20:30"),
        reason="换了手机",
    )
    actions.approve_request(request=request, by=learning.by)
    [fact] = facts(request)
    assert (fact.fact, fact.happened_at, fact.until) == (
        "attended", moment("2021-10-14 19:40"), moment("2021-10-14 20:30"),
    )  # fmt: skip
    assert fact.detail == {"corrected": True, "reason": "换了手机", "request": request.code}
    settled = duty(learning.learner, live)
    assert (settled.state, settled.reasons[0]["minutes"]) == (DutyState.DONE, 90)


def test_a_correction_without_times_is_the_whole_session(learning, live):
    request = ask(learning.learner, live, RequestKind.CORRECTION)
    assert (request.from_at, request.until_at) == (live.starts_at, live.ends_at)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [("18:59", "20:00", "from_at"), ("19:30", "20:31", "until_at"), ("19:30", "19:30", "until_at")],
)
def test_the_time_of_a_correction_lies_within_the_session(learning, live, start, end, field):
    with pytest.raises(Refused) as refusal:
        ask(
            learning.learner,
            live,
            RequestKind.CORRECTION,
            from_at=moment(f"2021-10-14 {start}"),
            until_at=moment(f"2021-10-14 {end}"),
        )
    assert refusal.value.field == field
    assert not AttendanceRequest.objects.exists()


def test_a_correction_of_a_visit_is_a_check_in_at_the_stop(learning, visit):
    first, second = visit.parts.all()
    record(learning.learner, visit, FactKind.CHECKED_IN, "2021-10-16 09:30", part=first)
    request = ask(learning.learner, visit, RequestKind.CORRECTION, part=second)
    actions.approve_request(request=request, by=learning.by)
    [fact] = facts(request)
    assert (fact.fact, fact.part, fact.happened_at, fact.until) == (
        "checked_in",
        second,
        visit.starts_at,
        None,
    )
    assert duty(learning.learner, visit).state == DutyState.DONE


def test_a_correction_of_a_visit_needs_one_of_its_stops(learning, visit):
    elsewhere = PartFactory(activity__programme=learning.programme)
    for part in (None, elsewhere):
        with refused("part-missing"):
            ask(learning.learner, visit, RequestKind.CORRECTION, part=part)


# Making up


def test_an_approved_make_up_is_a_confirmation_with_its_length(learning, live):
    request = ask(learning.learner, live, RequestKind.MAKE_UP, text="议 事 要有\n规则", reason="")
    actions.approve_request(request=request, by=learning.by, now=moment("2021-10-22 09:00"))
    [fact] = facts(request)
    assert (fact.fact, fact.happened_at) == ("confirmed", LONG_AFTER)
    assert fact.detail == {"make_up": True, "request": request.code, "text_characters": 6}


def test_a_make_up_that_is_too_short_is_refused(learning, live):
    with pytest.raises(Refused) as refusal:
        ask(learning.learner, live, RequestKind.MAKE_UP, text="议 事 要有")
    assert (refusal.value.code, refusal.value.field) == ("text-too-short", "text")


@pytest.mark.parametrize(
    ("rule", "is_open"),
    [
        ({}, False),
        ({"make_up": None}, False),
        ({"make_up": {"until": "nonsense"}}, False),
        ({"make_up": {"until": "2021-10-19"}}, False),
        ({"make_up": {"until": "2021-10-20"}}, True),
        ({"make_up": MAKE_UP}, True),
    ],
)
def test_making_up_is_open_where_the_rule_says_so_and_until_its_last_day_ends(rule, is_open):
    assert settling.make_up_open(rule, LONG_AFTER) is is_open
    assert settling.make_up_open(rule, moment("2021-11-01 00:00")) is False


# What may be asked


BOTH, LIVE_ALONE = ("leave", "correction"), ("leave", "correction", "make_up")


@pytest.mark.parametrize(
    ("kind", "state", "now", "offered"),
    [
        (KindKey.LIVE, DutyState.PENDING, BEFORE, ("leave",)),
        (KindKey.LIVE, DutyState.PENDING, LONG_AFTER, LIVE_ALONE),
        (KindKey.LIVE, DutyState.MISSED, LONG_AFTER, LIVE_ALONE),
        (KindKey.LIVE, DutyState.MISSED, moment("2021-11-01 00:00"), BOTH),
        (KindKey.LIVE, DutyState.DONE, LONG_AFTER, ()),
        (KindKey.LIVE, DutyState.LATE, LONG_AFTER, ()),
        (KindKey.LIVE, DutyState.EXCUSED, BEFORE, ()),
        (KindKey.VISIT, DutyState.PENDING, BEFORE, ("leave",)),
        (KindKey.VISIT, DutyState.MISSED, LONG_AFTER, BOTH),
        (KindKey.CASE, DutyState.MISSED, LONG_AFTER, ()),
        (KindKey.PRACTICE, DutyState.PENDING, BEFORE, ()),
    ],
)
def test_what_may_be_asked_follows_from_kind_state_and_time(kind, state, now, offered):
    activity = LiveFactory.build(programme=None, organisation=None, kind=kind, rule={"make_up": MAKE_UP})
    assert (
        tuple(k.value for k in RequestKind if rules.why_not_ask(k, activity, state, now) is None) == offered
    )


def test_one_request_of_a_kind_waits_at_a_time(learning, live):
    first = ask(learning.learner, live)
    with refused("waits-already"):
        ask(learning.learner, live)
    ask(learning.learner, live, RequestKind.CORRECTION)  # another kind may wait beside it
    ask(learning.other, live)
    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceRequest.objects.filter(kind=RequestKind.CORRECTION).update(kind=RequestKind.LEAVE)
    actions.refuse_request(request=first, by=learning.by, note="请写明日期")
    assert ask(learning.learner, live).state == "waiting"


def test_the_same_key_is_one_request_and_one_copy_of_its_files(learning, live):
    key = uuid.uuid4()
    photo = picture((9, 9, 9))
    first, again = (
        ask(learning.learner, live, key=key, uploads=[SimpleUploadedFile("假条.jpg", photo)])
        for _ in range(2)
    )
    assert first == again
    assert (AttendanceRequest.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert AuditLine.objects.filter(act="activities.request.asked").count() == 1
    with refused("key-taken"):
        ask(learning.other, live, key=key)


def test_a_file_that_cannot_be_taken_refuses_the_whole_request(learning, live):
    with pytest.raises(Refused) as refusal:
        ask(learning.learner, live, uploads=[SimpleUploadedFile("假条.exe", b"MZ\x00\x01")])
    assert (refusal.value.code, refusal.value.field) == ("wrong_kind", "files")
    assert not AttendanceRequest.objects.exists()
    with refused("too-many-files"):
        ask(learning.learner, live, uploads=[SimpleUploadedFile("x.txt", b"x")] * 7)


def test_a_reason_is_needed_for_leave_and_correction(learning, live):
    for kind in (RequestKind.LEAVE, RequestKind.CORRECTION):
        with refused("reason-missing"):
            ask(learning.learner, live, kind, reason="  ")


def test_a_cancelled_course_is_not_asked_about(learning, live):
    actions.unmark_held(live, by=None)
    actions.cancel_activity(activity=live, by=learning.by)
    with refused("cancelled"):
        ask(learning.learner, live)


def test_whoever_left_asks_nothing_and_is_not_approved(learning, live):
    request = ask(learning.learner, live)
    learning.learner.state = EnrolmentState.WITHDRAWN
    learning.learner.save()
    with refused("left"):
        ask(learning.learner, live, RequestKind.CORRECTION)
    with refused("left"):
        actions.approve_request(request=request, by=learning.by)
    assert not facts(request).exists()
    assert list(requests_asked_by(learning.learner.person)) == []


def test_a_classmate_asks_nothing_for_another(learning, live):
    with refused("not-yours"):
        ask(learning.learner, live, by=learning.other.person)


def test_an_organiser_enters_what_a_learner_said_by_telephone(learning, live):
    request = ask(learning.learner, live, by=learning.by, asked_at=BEFORE)
    assert (request.asked_by, request.asked_at, request.in_advance, request.on_behalf) == (
        learning.by, BEFORE, True, True,
    )  # fmt: skip
    late = ask(learning.other, live, by=learning.by, asked_at=LONG_AFTER + dt.timedelta(days=1))
    assert late.asked_at == LONG_AFTER


def test_a_make_up_told_in_time_may_be_entered_later(learning, live):
    entered = moment("2021-11-05 09:00")
    with refused("make-up-over"):
        ask(learning.learner, live, RequestKind.MAKE_UP, by=learning.by, text="议事要有规则", now=entered)
    ask(
        learning.learner, live, RequestKind.MAKE_UP, by=learning.by, text="议事要有规则", now=entered,
        asked_at=LONG_AFTER,
    )  # fmt: skip


# Answers


def test_a_refusal_says_why_and_writes_no_fact(learning, live):
    request = ask(learning.learner, live)
    with pytest.raises(Refused) as refusal:
        actions.refuse_request(request=request, by=learning.by, note=" ")
    assert refusal.value.field == "note"
    actions.refuse_request(request=request, by=learning.by, note="当天没有排班")
    assert (request.state, request.decision_note) == ("refused", "当天没有排班")
    assert not facts(request).exists()
    message = Message.objects.get(person=learning.learner.person)
    assert (message.title, message.body) == (f"未同意：请假 · {live.title}", "当天没有排班")
    assert message.url.endswith(f"/my/requests/{request.code}/")


def test_a_refusal_can_be_undone_and_approved(learning, live):
    request = ask(learning.learner, live)
    actions.refuse_request(request=request, by=learning.by, note="没有假条")
    with refused("decided"):
        actions.approve_request(request=request, by=learning.by)
    actions.undo_answer(request=request, by=learning.by, reason="补交了假条")
    actions.approve_request(request=request, by=learning.by)
    assert (request.state, request.decisions, facts(request).count()) == ("approved", 2, 1)
    titles = (
        Message.objects.filter(person=learning.learner.person).order_by("pk").values_list("title", flat=True)
    )
    assert [t[:3] for t in titles] == ["未同意", "答复已", "已同意"]


def test_undoing_needs_a_reason_and_no_newer_request_that_waits(learning, live):
    request = ask(learning.learner, live)
    actions.refuse_request(request=request, by=learning.by, note="没有假条")
    with refused("reason-missing"):
        actions.undo_answer(request=request, by=learning.by, reason=" ")
    ask(learning.learner, live)
    with refused("waits-already"):
        actions.undo_answer(request=request, by=learning.by, reason="重看")


def test_an_answer_is_undone_even_when_no_stage_is_open(learning, live):
    request = ask(learning.learner, live)
    actions.approve_request(request=request, by=learning.by)
    learning.close()
    actions.undo_answer(request=request, by=learning.by, reason="批错了人")
    assert request.state == "waiting"


def test_only_the_learner_takes_back_and_only_while_it_waits(learning, live):
    request = ask(learning.learner, live)
    with refused("not-yours"):
        actions.take_back_request(request=request, by=learning.by)
    actions.take_back_request(request=request, by=learning.learner.person)
    assert request.state == RequestState.TAKEN_BACK
    with refused("taken-back"):
        actions.approve_request(request=request, by=learning.by)
    other = ask(learning.learner, live)
    actions.approve_request(request=other, by=learning.by)
    with refused("decided"):
        actions.take_back_request(request=other, by=learning.learner.person)


def test_nobody_decides_or_undoes_about_themselves(learning, live):
    GrantFactory(person=learning.learner.person, organisation=learning.programme.organisation)
    request = ask(learning.learner, live)
    own = learning.learner.person
    with refused("own-request"):
        actions.approve_request(request=request, by=own)
    with refused("own-request"):
        actions.refuse_request(request=request, by=own, note="不")
    actions.approve_request(request=request, by=learning.by)
    with refused("own-request"):
        actions.undo_answer(request=request, by=own, reason="不")


def test_many_are_approved_at_once_or_none(learning, live):
    GrantFactory(person=learning.learner.person, organisation=learning.programme.organisation)
    mine, theirs = ask(learning.learner, live), ask(learning.other, live)
    with refused("own-request"):
        actions.approve_requests(requests=[theirs, mine], by=learning.learner.person)
    theirs.refresh_from_db()
    assert theirs.state == "waiting"
    assert actions.approve_requests(requests=[theirs, mine], by=learning.by) == 2


@pytest.mark.parametrize("role", [None, *Role.values])
@pytest.mark.parametrize("stage", StageKind.values)
def test_who_asks_and_decides_in_which_stage(role, stage):
    """Asking: the learner or an organiser, where the stage lets learn or record. Deciding: an organiser, where it records."""
    learning = Learning(stage)
    live = LiveFactory(programme=learning.programme)
    staff = StaffRoleFactory(programme=learning.programme, role=role).person if role else PersonFactory()
    acts = STAGE_ACTS[stage]
    asks, records = bool({Act.LEARN, Act.RECORD} & acts), Act.RECORD in acts

    def done(act) -> bool:
        try:
            act()
        except Refused:
            return False
        return True

    assert done(lambda: ask(learning.learner, live)) is asks
    assert done(lambda: ask(learning.other, live, by=staff)) is (asks and role == Role.ORGANISER)
    request = AttendanceRequest.objects.filter(enrolment=learning.learner).first()
    if request is None:
        learning.stage.kind = StageKind.LEARNING
        learning.stage.save()
        request = ask(learning.learner, live)
        learning.stage.kind = stage
        learning.stage.save()
    decides = records and role == Role.ORGANISER
    assert done(lambda: actions.approve_request(request=request, by=staff)) is decides
    assert done(lambda: actions.undo_answer(request=request, by=staff, reason="重看")) is (
        role == Role.ORGANISER
    )


def test_without_an_open_stage_nothing_is_offered_and_asking_names_the_stage(learning, live):
    learning.stage.state = StageState.CLOSED
    learning.stage.save()
    assert rules.asking(learning.learner, live, None, LONG_AFTER).kinds == ()
    with pytest.raises(Refused, match=learning.stage.name):
        ask(learning.learner, live)


def test_every_act_writes_a_line_of_codes(learning, live):
    request = ask(learning.learner, live, reason="家人住院")
    actions.refuse_request(request=request, by=learning.by, note="没有假条")
    actions.undo_answer(request=request, by=learning.by, reason="补交了")
    actions.approve_request(request=request, by=learning.by)
    other = ask(learning.other, live)
    actions.take_back_request(request=other, by=learning.other.person)
    lines = AuditLine.objects.filter(act__startswith="activities.request.").order_by("pk")
    assert [line.act.rpartition(".")[2] for line in lines] == [
        "asked", "refused", "undone", "approved", "asked", "taken_back",
    ]  # fmt: skip
    assert not any(word in str(line.after) for line in lines for word in ("家人住院", "没有假条", "补交了"))
