"""Putting a list up for objection, and what stands in the way of certificates."""

import datetime as dt

import pytest

from tests.factories.activities import moment
from tests.factories.honours import ENDED, FROZEN, ISSUED, POSTED
from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.models import Certificate
from yingzao.honours.rules.rights import hindrance_to_issuing
from yingzao.honours.rules.snapshot import sha256_of


def objection(notice, at="2022-01-04 10:00", **more):
    given = {"name": "学员三", "contact": "13800000003", "text": "我补交过任务", "now": moment(at)} | more
    return actions.raise_objection(notice=notice, **given)


def code_of(refusal) -> str:
    return refusal.value.code


def test_a_notice_of_five_days_from_thursday_30_december_ends_with_7_january(camp):
    notice = camp.posted()
    assert (notice.posted_on.isoformat(), notice.ends_on.isoformat()) == ("2021-12-30", "2022-01-07")
    assert notice.sha256 == sha256_of(notice.frozen)
    assert notice.frozen["selection_sha256"] == notice.selection.sha256


def test_the_notice_freezes_the_chosen_by_code(camp):
    notice = camp.posted()
    first = camp.learner("学员一")
    assert [(p["learner"], p["rank"], p["total"]) for p in notice.frozen["places"]] == [
        (first.code, 1, "97.60")
    ]
    assert not any(learner.name in str(notice.frozen) for learner in camp.learners)


def test_only_an_approved_list_is_posted(camp):
    with pytest.raises(Refused) as refusal:
        actions.post_notice(selection=camp.submitted(), title="公示", by=camp.organiser, now=POSTED)
    assert code_of(refusal) == "wrong_state"


def test_a_list_is_posted_once(camp):
    notice = camp.posted()
    with pytest.raises(Refused) as refusal:
        actions.post_notice(selection=notice.selection, title="再公示", by=camp.organiser, now=POSTED)
    assert code_of(refusal) == "posted"


def test_a_notice_is_not_backdated(camp):
    selection = camp.approved()
    with pytest.raises(Refused) as refusal:
        actions.post_notice(
            selection=selection, title="公示", by=camp.organiser, posted_on=dt.date(2021, 12, 20), now=POSTED
        )
    assert code_of(refusal) == "posted_on"


def test_a_window_into_a_year_without_a_calendar_is_refused(camp):
    selection = camp.approved()
    with pytest.raises(Refused) as refusal:
        actions.post_notice(
            selection=selection, title="公示", by=camp.organiser, now=moment("2026-12-22 09:00")
        )
    assert code_of(refusal) == "no-calendar"  # the window ends in 2026, an answer's deadline would not
    assert selection.notices.count() == 0


@pytest.mark.parametrize(
    ("at", "taken"),
    [("2021-12-30 09:00", True), ("2022-01-07 23:59", True), ("2022-01-08 00:00", False)],
)
def test_objections_are_taken_until_24_00_of_the_last_day(camp, at, taken):
    notice = camp.posted()
    if taken:
        assert objection(notice, at).state == "received"
    else:
        with pytest.raises(Refused) as refusal:
            objection(notice, at)
        assert code_of(refusal) == "window_closed"


def test_an_objection_is_answered_within_working_days(camp):
    assert objection(camp.posted(), "2022-01-07 20:00").reply_by.isoformat() == "2022-01-14"


@pytest.mark.parametrize("field", ["name", "contact", "text"])
def test_an_objection_is_named_and_can_be_answered(camp, field):
    with pytest.raises(Refused) as refusal:
        objection(camp.posted(), **{field: "  "})
    assert (refusal.value.code, refusal.value.field) == (field, field)


def test_an_objection_is_answered_once_and_by_an_organiser(camp):
    received = objection(camp.posted())
    with pytest.raises(Refused) as refusal:
        actions.answer_objection(objection=received, outcome="rejected", reply="核对无误", by=camp.supervisor)
    assert code_of(refusal) == "not_organiser"
    actions.answer_objection(
        objection=received, outcome="rejected", reply="核对无误", by=camp.organiser, now=ENDED
    )
    with pytest.raises(Refused) as refusal:
        actions.answer_objection(objection=received, outcome="accepted", reply="再看", by=camp.organiser)
    assert code_of(refusal) == "answered"


def test_nothing_is_issued_before_the_window_has_ended(camp):
    notice = camp.posted()
    for at in ("2021-12-30 10:00", "2022-01-07 23:59"):
        with pytest.raises(Refused) as refusal:
            actions.issue_certificates(selection=notice.selection, by=camp.organiser, now=moment(at))
        assert code_of(refusal) == "window_open"
    assert Certificate.objects.count() == 0
    assert hindrance_to_issuing(notice.selection, ENDED) is None


def test_nothing_is_issued_while_an_objection_is_open(camp):
    notice = camp.posted()
    received = objection(notice)
    with pytest.raises(Refused) as refusal:
        actions.issue_certificates(selection=notice.selection, by=camp.organiser, now=ISSUED)
    assert code_of(refusal) == "objection_open"
    actions.answer_objection(
        objection=received, outcome="rejected", reply="核对无误", by=camp.organiser, now=ISSUED
    )
    assert hindrance_to_issuing(notice.selection, ISSUED) is None


def test_nothing_is_issued_from_an_unapproved_or_unposted_list(camp):
    for selection, code in ((camp.submitted(), "not_approved"), (camp.approved(), "not_posted")):
        with pytest.raises(Refused) as refusal:
            actions.issue_certificates(selection=selection, by=camp.organiser, now=ISSUED)
        assert code_of(refusal) == code


def test_an_accepted_objection_leads_to_a_corrected_notice_and_the_old_one_stays(camp):
    old = camp.posted()
    received = objection(old)
    actions.answer_objection(
        objection=received, outcome="accepted", reply="属实", by=camp.organiser, now=ENDED
    )
    with pytest.raises(Refused) as refusal:
        actions.issue_certificates(selection=old.selection, by=camp.organiser, now=ISSUED)
    assert code_of(refusal) == "correction_due"
    again = actions.remake_selection(selection=old.selection, by=camp.organiser, now=ISSUED)
    actions.freeze_selection(selection=again, by=camp.organiser, now=ISSUED)
    actions.submit_to_committee(selection=again, by=camp.organiser, now=ISSUED)
    again = actions.approve_selection(selection=again, by=camp.supervisor, now=ISSUED)
    before = old.frozen
    corrected = actions.post_notice(
        selection=again, title="更正公示", by=camp.organiser, replaces=old, now=ISSUED
    )
    old.refresh_from_db()
    assert (old.state, old.replaced_by, old.frozen) == ("replaced", corrected, before)
    assert hindrance_to_issuing(old.selection, moment("2022-03-01 09:00")).code == "replaced"
    assert hindrance_to_issuing(again, moment("2022-03-01 09:00")) is None


def test_a_notice_with_an_open_objection_is_not_replaced(camp):
    old = camp.posted()
    objection(old)
    again = actions.remake_selection(selection=old.selection, by=camp.organiser, now=FROZEN)
    actions.freeze_selection(selection=again, by=camp.organiser, now=FROZEN)
    actions.submit_to_committee(selection=again, by=camp.organiser, now=FROZEN)
    again = actions.approve_selection(selection=again, by=camp.supervisor, now=FROZEN)
    with pytest.raises(Refused) as refusal:
        actions.post_notice(selection=again, title="更正", by=camp.organiser, replaces=old, now=POSTED)
    assert code_of(refusal) == "objection_open"
