import pytest

from tests.enrolment.rosters import csv
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.core.errors import Refused
from yingzao.enrolment import actions, queries, signals
from yingzao.enrolment.actions import Seen
from yingzao.enrolment.enums import EnrolmentState, Outcome, SourcePurpose
from yingzao.enrolment.models import IdentityDecision

pytestmark = pytest.mark.django_db


@pytest.fixture
def learners(programme):
    def make(number, name, community, phone=""):
        place = CommunityFactory(organisation=programme.organisation, name=community)
        return EnrolmentFactory(programme=programme, number=number, name=name, community=place, phone=phone)

    return {
        "甲": make("01", "陈一甲", "桂一社区", "13800138001"),
        "乙": make("02", "林二乙", "桂二社区"),
        "乙乙": make("03", "林二乙", "叠南社区"),
    }


@pytest.fixture
def file_of(programme, by):
    """A further meeting export of the programme."""

    def make(name="会议.csv", of=None, who=None):
        source, _ = actions.keep_source(
            programme=of or programme,
            by=who or by,
            data=csv(name),
            name=name,
            purpose=SourcePurpose.MEETING,
        )
        return source

    return make


def match(source, by, *seen):
    return actions.match_rows(
        source_file=source, seen=[s if isinstance(s, Seen) else Seen(s, s) for s in seen], by=by
    )


def told(matches):
    return [(m.outcome, m.enrolment.number if m.enrolment else "", m.reason) for m in matches]


@pytest.fixture
def heard():
    log = []

    def decided(sender, match, decision, by, **further):
        log.append(("decided", match.name_as_given, decision.outcome))

    def undone(sender, match, decision, by, **further):
        log.append(("undone", match.name_as_given, decision.outcome))

    signals.match_decided.connect(decided)
    signals.match_undone.connect(undone)
    yield log
    signals.match_decided.disconnect(decided)
    signals.match_undone.disconnect(undone)


def test_exact_keys_link_by_themselves(learners, file_of, by, heard):
    found = match(
        file_of(),
        by,
        Seen("1", "小陈", phone="13800138001"),
        Seen("2", "桂二社区-林二乙"),
        Seen("3", "陈一甲"),
    )
    assert told(found) == [
        (Outcome.LINKED, "01", "phone"),
        (Outcome.LINKED, "02", "community_name"),
        (Outcome.LINKED, "01", "unique_name"),
    ]
    assert [d.decided_by for d in IdentityDecision.objects.all()] == [None, None, None]
    assert heard == []


def test_homonyms_wait_for_a_choice(learners, file_of, by):
    [found] = match(file_of(), by, "林二乙")
    assert (found.outcome, found.enrolment) == (Outcome.PROPOSED, None)
    assert {c["enrolment"] for c in found.candidates} == {learners["乙"].code, learners["乙乙"].code}
    assert queries.waiting_count(found.programme) == 1


def test_hosts_are_ignored_and_strangers_wait(learners, file_of, by):
    found = match(file_of(), by, Seen("h", "陈一甲", host=True), Seen("x", "iPhone"))
    assert told(found) == [(Outcome.IGNORED, "", "host"), (Outcome.UNMATCHED, "", "device_name")]


def test_a_second_reading_of_the_file_changes_nothing(learners, file_of, by):
    source = file_of()
    first, again = match(source, by, "林二乙", "陈一甲"), match(source, by, "林二乙", "陈一甲")
    assert first == again
    assert IdentityDecision.objects.count() == 1


def test_link_undo_link_again_are_three_events(learners, file_of, by, heard):
    [phone] = match(file_of(), by, "iPhone")
    first = actions.link(match=phone, enrolment=learners["甲"], by=by)
    actions.undo_decision(decision=first, by=by)
    assert phone.outcome == Outcome.UNMATCHED
    second = actions.link(match=phone, enrolment=learners["甲"], by=by)
    assert first.code != second.code
    assert [what for what, _, _ in heard] == ["decided", "undone", "decided"]
    assert [(d.undone_by, d.decided_by) for d in phone.decisions.all()] == [(by, by), (None, by)]


def test_undo_of_an_exact_key_offers_the_same_person_again(learners, file_of, by):
    [found] = match(file_of(), by, "陈一甲")
    actions.undo_decision(decision=found.decisions.get(), by=by)
    found.refresh_from_db()
    assert (found.outcome, found.enrolment) == (Outcome.PROPOSED, None)
    assert [c["enrolment"] for c in found.candidates] == [learners["甲"].code]


def test_undoing_twice_changes_nothing(learners, file_of, by, heard):
    [found] = match(file_of(), by, "陈一甲")
    decision = found.decisions.get()
    for _ in range(2):
        actions.undo_decision(decision=decision, by=by)
    assert len(heard) == 1


def test_decisions_are_remembered_for_the_programme(learners, file_of, by):
    [one] = match(file_of("一.csv"), by, "iPhone")
    actions.link(match=one, enrolment=learners["甲"], by=by)
    [other] = match(file_of("二.csv"), by, "iPhone")
    assert told([other]) == [(Outcome.LINKED, "01", "remembered")]


def test_not_a_learner_is_remembered_too(learners, file_of, by):
    [one] = match(file_of("一.csv"), by, "培训助理小王")
    actions.set_aside(match=one, by=by)
    [other] = match(file_of("二.csv"), by, "培训助理小王")
    assert told([other]) == [(Outcome.IGNORED, "", "remembered")]


def test_undone_decisions_are_not_remembered(learners, file_of, by):
    [one] = match(file_of("一.csv"), by, "iPhone")
    actions.undo_decision(decision=actions.link(match=one, enrolment=learners["甲"], by=by), by=by)
    [other] = match(file_of("二.csv"), by, "iPhone")
    assert other.outcome == Outcome.UNMATCHED


def test_decisions_are_never_applied_to_another_programme(learners, file_of, by):
    [one] = match(file_of("一.csv"), by, "iPhone")
    actions.link(match=one, enrolment=learners["甲"], by=by)
    elsewhere = StaffRoleFactory()
    source = file_of("二.csv", of=elsewhere.programme, who=elsewhere.person)
    [other] = match(source, elsewhere.person, "iPhone")
    assert other.outcome == Outcome.UNMATCHED


def test_a_decided_name_is_not_decided_again(learners, file_of, by):
    [found] = match(file_of(), by, "iPhone")
    actions.set_aside(match=found, by=by)
    with pytest.raises(Refused) as refusal:
        actions.link(match=found, enrolment=learners["甲"], by=by)
    assert refusal.value.code == "decided"


def test_names_mean_learners_of_the_programme_only(learners, file_of, by, programme):
    [found] = match(file_of(), by, "iPhone")
    left = EnrolmentFactory(programme=programme, number="99", state=EnrolmentState.WITHDRAWN)
    for stranger in (EnrolmentFactory(), left):
        with pytest.raises(Refused):
            actions.link(match=found, enrolment=stranger, by=by)


@pytest.mark.parametrize("role", ["supervisor", "mentor", "judge"])
def test_only_organisers_decide(learners, file_of, by, programme, role):
    [found] = match(file_of(), by, "iPhone")
    person = StaffRoleFactory(programme=programme, role=role).person
    with pytest.raises(Refused):
        actions.link(match=found, enrolment=learners["甲"], by=person)
    assert not IdentityDecision.objects.exists()


def test_names_of_a_file_that_was_taken_back_wait_no_more(learners, file_of, by, programme):
    source = file_of()
    match(source, by, "iPhone")
    assert queries.waiting_count(programme) == 1
    actions.undo_source(source_file=source, by=by)
    assert queries.waiting_count(programme) == 0
    assert source.matches.count() == 1
