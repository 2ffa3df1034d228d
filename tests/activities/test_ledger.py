"""The evidence ledger and the duties that follow from it."""

import datetime as dt
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from yingzao.activities import actions, queries
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Duty, Evidence
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment.enums import EnrolmentState

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return EnrolmentFactory()


@pytest.fixture
def live(learner):
    return LiveFactory(programme=learner.programme)


def duty(learner, activity):
    return Duty.objects.get(enrolment=learner, activity=activity)


def test_the_same_key_twice_is_one_row_and_the_same_answer(learner, live):
    key = record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    again = actions.record_evidence(
        [
            actions.NewFact(
                key=key,
                enrolment=learner,
                activity=live,
                fact=FactKind.ATTENDED,
                happened_at=moment("2021-10-14 19:00"),
                source="staff",
            )
        ],
        by=None,
    )
    assert (again.written, again.known) == (0, 1)
    assert Evidence.objects.count() == 1
    assert duty(learner, live).state == "done"


def test_a_key_of_one_learner_is_refused_for_another(learner, live):
    other = EnrolmentFactory(programme=learner.programme)
    key = record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    with pytest.raises(Refused) as refusal:
        record(other, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30", key=key)
    assert refusal.value.code == "key-taken"
    assert not Evidence.objects.filter(enrolment=other).exists()


def test_two_devices_that_overlap_count_once(learner, live):
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 19:50")
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:40", "2021-10-14 20:30")
    reason = duty(learner, live).reasons[0]
    assert (duty(learner, live).state, reason["minutes"], reason["needed"]) == ("done", 90, 72)


def test_withdrawn_evidence_no_longer_counts_but_stays_readable(learner, live):
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    actions.withdraw_evidence(Evidence.objects.all(), by=None, reason="认错了人")
    assert duty(learner, live).state == "pending"
    (kept,) = queries.evidence_of(learner, live)
    assert kept.withdrawn_reason == "认错了人"


def test_withdrawing_needs_a_reason(learner, live):
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    with pytest.raises(Refused):
        actions.withdraw_evidence(Evidence.objects.all(), by=None, reason=" ")
    assert duty(learner, live).state == "done"


def test_a_course_that_was_held_is_missed_by_whoever_was_not_there(learner, live):
    there = EnrolmentFactory(programme=learner.programme)
    record(there, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    actions.resettle(learner.programme)
    assert duty(learner, live).state == "pending"  # not known yet who was there
    actions.mark_held(live, by=None, at=live.ends_at)
    assert (duty(learner, live).state, duty(there, live).state) == ("missed", "done")


def test_a_case_is_done_in_time_late_after_its_due_date_and_half_counts(learner):
    due = moment("2021-09-30 23:59")
    in_time = ActivityFactory(programme=learner.programme, due_at=due, rule={"reflection_characters": 10})
    late = ActivityFactory(programme=learner.programme, due_at=due, rule={"reflection_characters": 10})
    record(learner, in_time, FactKind.REFLECTED, "2021-09-30 20:00", detail={"characters": 12})
    record(learner, late, FactKind.REFLECTED, "2021-10-01 08:00", detail={"characters": 12})
    rows = queries.duties_at(learner.programme)
    progress = queries.progress_of(
        learner.programme, rows, {a.pk: a.weight for a in learner.programme.activities.all()}
    )[learner.pk]
    assert (rows[learner.pk, in_time.pk].state, rows[learner.pk, late.pk].state) == ("done", "late")
    assert (progress.whole, progress.so_far, progress.reachable) == (Fraction(3, 4),) * 3


def test_an_excused_duty_is_in_neither_numerator_nor_denominator(learner, live):
    case = ActivityFactory(programme=learner.programme)
    record(learner, live, FactKind.EXCUSED, "2021-10-13 09:00", detail={"reason": "值班"})
    record(learner, case, FactKind.REFLECTED, "2021-09-30 20:00", detail={"characters": 120})
    rows = queries.duties_at(learner.programme)
    weights = {a.pk: Decimal(1) for a in (live, case)}
    assert rows[learner.pk, live.pk].state == "excused"
    assert queries.progress_of(learner.programme, rows, weights)[learner.pk].whole == 1


def test_a_past_state_is_derived_from_what_had_happened_by_then(learner):
    case = ActivityFactory(programme=learner.programme, due_at=moment("2021-09-30 23:59"))
    record(learner, case, FactKind.REFLECTED, "2021-09-20 20:00", detail={"characters": 120})
    before = queries.duties_at(learner.programme, moment("2021-09-19 23:59"))
    after = queries.duties_at(learner.programme, moment("2021-09-20 23:59"))
    assert (before[learner.pk, case.pk].state, after[learner.pk, case.pk].state) == ("pending", "done")


def test_a_duty_that_time_has_changed_reads_afresh_without_being_written(learner, monkeypatch):
    case = ActivityFactory(programme=learner.programme, due_at=moment("2021-09-30 23:59"))
    actions.resettle(learner.programme, now=moment("2021-09-20 08:00"))
    assert duty(learner, case).state == "pending"
    assert queries.duties_at(learner.programme)[learner.pk, case.pk].state == "missed"
    assert duty(learner, case).state == "pending"


def test_recompute_finds_no_difference_and_counts_due_rows_apart(learner, live):
    case = ActivityFactory(programme=learner.programme, due_at=moment("2021-09-30 23:59"))
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    actions.resettle(learner.programme, activities=[case.pk], now=moment("2021-09-20 08:00"))
    report = actions.recompute_all()
    assert (report.duties, report.differences, report.missing, report.due) == (2, (), 0, 1)
    assert actions.recompute_all().due == 0


def test_recompute_names_a_duty_that_was_tampered_with(learner, live):
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 19:10")
    Duty.objects.update(state="done", share=1)
    (difference,) = actions.recompute_all().differences
    assert (difference.enrolment, difference.activity) == (learner.code, live.code)
    assert duty(learner, live).state == "pending"


def test_withdrawn_learners_have_no_duties_on_the_board(learner, live):
    gone = EnrolmentFactory(programme=learner.programme)
    actions.resettle(learner.programme)
    gone.state = EnrolmentState.WITHDRAWN
    gone.save()
    assert {e for e, _a in queries.duties_at(learner.programme)} == {learner.pk}


def test_a_visit_needs_its_stops(learner):
    visit = ActivityFactory(programme=learner.programme, kind="visit", rule={"min_stops": 2})
    first, second = PartFactory(activity=visit), PartFactory(activity=visit)
    record(learner, visit, FactKind.CHECKED_IN, "2021-11-06 09:30", part=first)
    assert (duty(learner, visit).state, duty(learner, visit).share) == ("pending", Decimal("0.5"))
    record(learner, visit, FactKind.CHECKED_IN, "2021-11-06 14:30", part=second)
    assert duty(learner, visit).state == "done"


def test_evidence_is_audited_with_codes_and_without_names(learner, live):
    record(learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    line = AuditLine.objects.get(act="activities.evidence.recorded")
    assert line.subject == live.code
    assert line.after["learners"] == [learner.code]
    assert learner.name not in str(line.after)


def test_evidence_of_another_programme_is_refused(learner):
    elsewhere = LiveFactory()
    with pytest.raises(Refused):
        actions.record_evidence(
            [
                actions.NewFact(
                    key=uuid.uuid4(),
                    enrolment=learner,
                    activity=elsewhere,
                    fact=FactKind.ATTENDED,
                    happened_at=dt.datetime(2021, 10, 14, 19, tzinfo=dt.UTC),
                    source="staff",
                )
            ],
            by=None,
        )
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("learners", [1, 3])
def test_reading_duties_costs_the_same_for_one_learner_and_for_three(
    learners, live, django_assert_num_queries
):
    EnrolmentFactory.create_batch(learners, programme=live.programme)
    actions.resettle(live.programme)
    with django_assert_num_queries(1):
        queries.duties_at(live.programme)
    with django_assert_num_queries(4):
        queries.duties_at(live.programme, moment("2021-10-20 00:00"))
