"""An evening's meeting export becomes attendance: who is credited, who waits, and how each step is taken back."""

import pytest

from tests.factories.activities import LiveFactory, PartFactory, moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from tests.factories.sheets import tencent, workbook
from yingzao.activities import queries
from yingzao.activities.models import Duty, Evidence
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.models import IdentityDecision, IdentityMatch, SourceFile
from yingzao.live import actions
from yingzao.live.actions import reports
from yingzao.programmes.enums import StageState

pytestmark = pytest.mark.django_db

EVENING = (
    ("学员甲", "19:00", "19:50"),
    ("学员甲", "19:40", "20:30"),
    ("学员乙", "19:05", "19:30"),
    ("学员乙", "19:42", "20:30"),
    ("学员丙", "19:20", "20:30"),
    ("iPhone", "19:00", "20:30"),
)


@pytest.fixture
def organiser():
    return StaffRoleFactory()


@pytest.fixture
def by(organiser):
    return organiser.person


@pytest.fixture
def course(organiser):
    StageFactory(programme=organiser.programme, state=StageState.OPEN)
    course = LiveFactory(programme=organiser.programme, title="业主组织的建设与运营")
    PartFactory(activity=course, title=course.title, starts_at=course.starts_at, ends_at=course.ends_at)
    return course


@pytest.fixture
def learners(course):
    def make(name, community):
        return EnrolmentFactory(programme=course.programme, name=name, community_as_given=community)

    return {
        "甲": make("学员甲", "桂一社区"),
        "乙": make("学员乙", "桂二社区"),
        "乙乙": make("学员乙", "叠南社区"),
        "丙": make("学员丙", "平东社区"),
        "丁": make("学员丁", "平西社区"),
    }


def bring(course, by, *stays, name="会议.xlsx"):
    return actions.import_attendance(activity=course, by=by, data=tencent(*(stays or EVENING)), name=name)


def duty(learner, course):
    return Duty.objects.get(enrolment=learner, activity=course)


def heard(learner, course):
    found = duty(learner, course)
    minutes = next((r["minutes"] for r in found.reasons if r["code"] == "live.heard"), None)
    return found.state, minutes


def test_one_evening(course, by, learners):
    source, is_new = bring(course, by)
    assert (is_new, source.format, source.meta["rows"]) == (True, "tencent_meeting_v2", 6)
    course.refresh_from_db()
    assert (course.state, course.held_at) == ("held", course.ends_at)

    assert heard(learners["甲"], course) == ("done", 90)
    assert duty(learners["甲"], course).reasons[0]["claimed"] == 100
    assert heard(learners["丙"], course) == ("missed", 70)
    assert heard(learners["丁"], course) == ("missed", None)

    waiting = {m.name_as_given: m for m in IdentityMatch.objects.filter(enrolment=None)}
    assert set(waiting) == {"学员乙", "iPhone"}
    assert {c["enrolment"] for c in waiting["学员乙"].candidates} == {
        learners["乙"].code,
        learners["乙乙"].code,
    }
    enrolment.link(match=waiting["学员乙"], enrolment=learners["乙乙"], by=by)
    assert heard(learners["乙乙"], course) == ("done", 73)
    assert heard(learners["乙"], course) == ("missed", None)


def test_link_undo_and_link_again_are_three_events_and_two_facts(course, by, learners):
    bring(course, by)
    phone = IdentityMatch.objects.get(name_as_given="iPhone")
    first = enrolment.link(match=phone, enrolment=learners["丁"], by=by)
    assert heard(learners["丁"], course) == ("done", 90)
    enrolment.undo_decision(decision=first, by=by)
    assert heard(learners["丁"], course) == ("missed", None)
    enrolment.link(match=phone, enrolment=learners["丁"], by=by)
    assert heard(learners["丁"], course) == ("done", 90)

    log = AuditLine.objects.filter(subject=phone.code).order_by("pk").values_list("act", flat=True)
    assert list(log) == [
        "enrolment.identity.linked",
        "enrolment.identity.undone",
        "enrolment.identity.linked",
    ]
    facts = queries.evidence_of(learners["丁"], course)
    assert sorted(f.withdrawn_at is not None for f in facts) == [False, True]
    assert len({f.key for f in facts}) == 2


def test_the_same_file_again_changes_nothing(course, by, learners):
    source, _new = bring(course, by)
    before = (Evidence.objects.count(), IdentityDecision.objects.count())
    again, is_new = actions.import_attendance(
        activity=course, by=by, data=media.read_bytes(source.file), name="另一个名字.xlsx"
    )
    assert (again, is_new) == (source, False)
    assert (Evidence.objects.count(), IdentityDecision.objects.count()) == before


def test_the_report_of_another_evening_is_refused(course, by, learners):
    for day in (13, 15):
        course.starts_at = moment(f"2021-10-{day} 19:00")
        course.ends_at = moment(f"2021-10-{day} 20:30")
        course.save()
        with pytest.raises(Refused) as refusal:
            bring(course, by)
        assert refusal.value.code == "other-day"
        assert "2021-10-14" in refusal.value.sentence
    assert not SourceFile.objects.exists()
    assert not Evidence.objects.exists()


def test_whoever_stayed_on_past_midnight_belongs_to_the_course_that_began_then(course):
    from types import SimpleNamespace

    from yingzao.core.clock import SHANGHAI
    from yingzao.core.ports import MeetingReport, MeetingRow

    def of(left):
        joined = moment("2021-10-13 23:50").replace(tzinfo=None)
        row = MeetingRow(2, "", "学员甲", joined_at=joined, left_at=moment(left).replace(tzinfo=None))
        return MeetingReport("x", rows=(row,))

    night = SimpleNamespace(
        starts_at=moment("2021-10-14 00:10").astimezone(SHANGHAI), ends_at=moment("2021-10-14 01:00")
    )
    reports._require_same_day(night, of("2021-10-14 00:40"))
    with pytest.raises(Refused):
        reports._require_same_day(night, of("2021-10-14 00:05"))


@pytest.mark.parametrize("data", [workbook(()), b"", b"\x00\x01", b"PK\x03\x04 broken"])
def test_what_is_no_report_is_refused_and_marks_nothing_held(course, by, learners, data):
    with pytest.raises(Refused):
        actions.import_attendance(activity=course, by=by, data=data, name="x.xlsx")
    course.refresh_from_db()
    assert course.held_at is None
    assert not SourceFile.objects.exists()


def test_a_report_that_names_nobody_makes_nobody_absent(course, by, learners):
    rows = [
        ("会议主题:", "课"),
        (),
        ("用户昵称（入会昵称）", "入会时间", "退会时间", "单次参会时长", "房间类型"),
    ]
    with pytest.raises(Refused):
        actions.import_attendance(
            activity=course, by=by, data=workbook(*rows, name="成员参会明细"), name="x.xlsx"
        )
    course.refresh_from_db()
    assert course.held_at is None


def test_a_cancelled_course_takes_no_report(course, by, learners):
    course.state = "cancelled"
    course.save()
    with pytest.raises(Refused) as refusal:
        bring(course, by)
    assert refusal.value.code == "cancelled"


def test_a_course_without_times_takes_no_report(course, by, learners):
    course.starts_at = None
    course.save()
    with pytest.raises(Refused) as refusal:
        bring(course, by)
    assert refusal.value.code == "no-times"


def test_without_a_stage_that_records_the_report_is_refused(course, by, learners):
    course.programme.stages.update(state=StageState.CLOSED)
    with pytest.raises(Refused):
        bring(course, by)


def test_a_report_taken_back_credits_nobody_and_the_course_is_not_held(course, by, learners):
    source, _new = bring(course, by)
    actions.take_back_report(source_file=source, activity=course, by=by)
    course.refresh_from_db()
    assert (course.state, course.held_at) == ("planned", None)
    assert heard(learners["甲"], course) == ("pending", None)
    again, is_new = bring(course, by)
    assert (is_new, again.pk != source.pk, heard(learners["甲"], course)) == (True, True, ("done", 90))


def test_with_a_second_report_the_course_stays_held(course, by, learners):
    first, _new = bring(course, by)
    bring(course, by, ("学员丙", "19:00", "19:20"), name="补.xlsx")
    assert heard(learners["丙"], course) == ("done", 90)
    actions.take_back_report(source_file=first, activity=course, by=by)
    course.refresh_from_db()
    assert course.held_at is not None
    assert (heard(learners["丙"], course), heard(learners["甲"], course)) == (
        ("missed", 20),
        ("missed", None),
    )


def test_a_report_during_the_course_counts_it_as_held_from_that_moment(course, by, learners, monkeypatch):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-10-14 20:00"))
    bring(course, by)
    course.refresh_from_db()
    assert course.held_at == moment("2021-10-14 20:00")


def test_two_people_on_one_device_are_both_credited_by_one_decision_and_by_one_undo(course, by, learners):
    bring(course, by, ("学员甲＆学员丁", "19:00", "20:30"))
    [waiting] = IdentityMatch.objects.filter(enrolment=None)
    assert waiting.reason == "shared_device"
    decision = enrolment.link_together(match=waiting, enrolments=[learners["甲"], learners["丁"]], by=by)
    assert [heard(learners[who], course) for who in "甲丁丙"] == [
        ("done", 90),
        ("done", 90),
        ("missed", None),
    ]
    assert Evidence.objects.filter(decision=decision).count() == 2
    enrolment.undo_decision(decision=decision, by=by)
    assert [heard(learners[who], course)[0] for who in "甲丁"] == ["missed", "missed"]

    bring(course, by, ("学员甲＆学员丁", "19:00", "20:00"), name="另一场.xlsx")  # remembered for nobody
    assert IdentityMatch.objects.filter(enrolment=None, reason="shared_device").count() == 1


def test_rows_of_two_people_with_one_name_are_decided_one_by_one(course, by, learners):
    bring(course, by)
    together = IdentityMatch.objects.get(name_as_given="学员乙")
    first, second = enrolment.split_match(match=together, by=by)
    enrolment.link(match=first, enrolment=learners["乙"], by=by)
    enrolment.link(match=second, enrolment=learners["乙乙"], by=by)
    assert [heard(learners[who], course) for who in ("乙", "乙乙")] == [("missed", 25), ("missed", 48)]
    with pytest.raises(Refused) as refusal:
        enrolment.split_match(match=IdentityMatch.objects.get(name_as_given="iPhone"), by=by)
    assert refusal.value.code == "one_row"
    with pytest.raises(Refused) as refusal:
        enrolment.split_match(match=first, by=by)
    assert refusal.value.code == "decided"


def test_rows_of_different_people_under_one_name_are_remembered_for_nobody(course, by, learners):
    bring(course, by, ("iPhone", "19:00", "20:00"), ("iPhone", "19:30", "20:30"))
    first, second = enrolment.split_match(match=IdentityMatch.objects.get(), by=by)
    enrolment.link(match=first, enrolment=learners["丙"], by=by)
    enrolment.link(match=second, enrolment=learners["丁"], by=by)
    bring(course, by, ("iPhone", "19:00", "20:30"), name="下一份.xlsx")
    waiting = IdentityMatch.objects.get(source_file__name="下一份.xlsx")
    assert (waiting.outcome, waiting.enrolment) == ("unmatched", None)


def test_a_name_of_a_file_taken_back_meanwhile_credits_nobody(course, by, learners):
    source, _new = bring(course, by)
    waiting = IdentityMatch.objects.get(name_as_given="iPhone")
    assert waiting.source_file.state == "confirmed"  # as a page had read it
    actions.take_back_report(source_file=SourceFile.objects.get(pk=source.pk), activity=course, by=by)
    with pytest.raises(Refused) as refusal:
        enrolment.link(match=waiting, enrolment=learners["丁"], by=by)
    assert refusal.value.code == "taken_back"
    assert heard(learners["丁"], course) == ("pending", None)
