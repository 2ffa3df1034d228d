"""An objection that is right: a correction with its source, and the list again with one learner's duties alone."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories.activities import moment, record
from tests.factories.honours import Camp
from tests.honours.test_pack import run, unpack
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.queries import rows

OBJECTED = moment("2021-12-31 09:00")
ANSWERED = moment("2021-12-31 15:00")


@pytest.fixture
def posted(camp):
    """学员一 is first. 学员二 objects: the late case was read in time."""
    camp.notice = camp.posted(reserve=1, least_completion=Decimal(0))
    camp.objection = actions.raise_objection(
        notice=camp.notice,
        name="学员二",
        contact="13600000000",
        text="案例2当天就读了，网络断了重连",
        now=OBJECTED,
    )
    return camp


def answer(camp, outcome="accepted"):
    return actions.answer_objection(
        objection=camp.objection, outcome=outcome, reply="核对后台日志，属实", by=camp.organiser, now=ANSWERED
    )


def correct(camp, name="学员二", **more):
    given = {
        "enrolment_code": camp.learner(name).code,
        "activity_code": camp.cases[1].code,
        "fact": FactKind.CONFIRMED,
        "happened_at": moment("2021-11-01 20:00"),
    }
    return actions.correct_duty(objection=camp.objection, by=camp.organiser, now=ANSWERED, **(given | more))


def totals(camp, selection) -> dict:
    return {camp.names([p.enrolment_code])[0]: str(p.total) for p in rows.places_of(selection)}


def test_only_that_learners_duties_are_replaced(posted, tmp_path):
    answer(posted)
    before = posted.notice.selection
    # another learner's record changes too: it must not touch this list
    record(posted.learner("学员三"), posted.judging.task, "confirmed", "2021-10-20 10:00")
    evidence = correct(posted)
    assert (evidence.source, evidence.detail) == (
        EvidenceSource.OBJECTION,
        {"objection": posted.objection.code},
    )
    made = actions.recheck_selection(
        objection=posted.objection,
        enrolment_code=posted.learner("学员二").code,
        by=posted.organiser,
        now=ANSWERED,
    )
    assert (made.made_from, made.state) == (before, "frozen")
    assert made.sha256 != before.sha256
    old, new = totals(posted, before), totals(posted, made)
    assert old["学员二"] == "84.9300"
    assert new["学员二"] == "91.6000"  # 40 + 51.6
    assert {n: t for n, t in new.items() if n != "学员二"} == {n: t for n, t in old.items() if n != "学员二"}
    (line,) = made.snapshot["recheck"]
    assert (line["of"], line["objection"]) == (before.sha256, posted.objection.code)
    before.refresh_from_db()
    assert totals(posted, before) == old
    code, output = run(unpack(made, tmp_path))
    assert (code, output[:10]) == (0, "相同 / EQUAL")


def test_a_rechecked_list_goes_the_whole_way_to_a_corrected_notice(posted):
    answer(posted)
    correct(posted)
    made = actions.recheck_selection(
        objection=posted.objection,
        enrolment_code=posted.learner("学员二").code,
        by=posted.organiser,
        now=ANSWERED,
    )
    actions.submit_to_committee(selection=made, by=posted.organiser, now=ANSWERED)
    made = actions.approve_selection(selection=made, by=posted.supervisor, comment="同意更正", now=ANSWERED)
    corrected = actions.post_notice(
        selection=made,
        title="更正公示",
        by=posted.organiser,
        replaces=posted.notice,
        now=moment("2022-01-04 09:00"),
    )
    posted.notice.refresh_from_db()
    assert (posted.notice.state, posted.notice.replaced_by) == ("replaced", corrected)
    with pytest.raises(Refused) as caught:
        correct(posted)
    assert caught.value.code == "replaced"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"happened_at": moment("2022-02-01 00:00")}, "future"),
        ({"fact": "attended"}, "until"),
        ({"fact": "attended", "until": moment("2021-11-01 19:00")}, "until"),
        ({"fact": "watched"}, "fact"),
        ({"activity_code": "XXXXXXXX"}, "unknown"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(posted, change, code):
    answer(posted)
    with pytest.raises(Refused) as caught:
        correct(posted, **change)
    assert caught.value.code == code


@pytest.mark.parametrize("outcome", [None, "rejected"])
def test_only_an_accepted_objection_corrects(posted, outcome):
    if outcome:
        answer(posted, outcome)
    for act in (
        lambda: correct(posted),
        lambda: actions.recheck_selection(
            objection=posted.objection,
            enrolment_code=posted.learners[0].code,
            by=posted.organiser,
            now=ANSWERED,
        ),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.code == "not_accepted"


def test_a_learner_of_another_programme_is_not_on_the_list(posted):
    answer(posted)
    with pytest.raises(Refused):
        actions.recheck_selection(
            objection=posted.objection,
            enrolment_code=Camp().learners[0].code,
            by=posted.organiser,
            now=ANSWERED,
        )


def test_the_page_leads_from_the_correction_to_both_lists_side_by_side(posted, client):
    answer(posted)
    client.force_login(posted.organiser)
    args = [posted.programme.code, posted.objection.code]
    page = reverse("honours:desk-objection", args=args)
    assert "补记遗漏的事实" in client.get(page).content.decode()
    wrong = client.post(
        reverse("honours:desk-correct", args=args), {"enrolment_code": posted.learner("学员二").code}
    )
    assert wrong.status_code == 422
    assert f'value="{posted.learner("学员二").code}" selected' in wrong.content.decode()
    client.post(
        reverse("honours:desk-correct", args=args),
        {
            "enrolment_code": posted.learner("学员二").code,
            "activity_code": posted.cases[1].code,
            "fact": "confirmed",
            "happened_at": "2021-11-01T20:00",
        },
    )
    assert "案例2" in client.get(page).content.decode()
    answer_ = client.post(
        reverse("honours:desk-recheck", args=args), {"enrolment_code": posted.learner("学员二").code}
    )
    html = client.get(answer_["Location"]).content.decode()
    assert "1 处不同" in html
    assert "84.93" in html
    assert "91.60" in html
    assert "复核结果" in client.get(page).content.decode()


def test_nothing_is_issued_while_the_correction_is_due(posted):
    answer(posted)
    with pytest.raises(Refused):
        actions.issue_certificates(
            selection=posted.notice.selection, by=posted.organiser, now=moment("2022-01-10 10:00")
        )


def object_too(camp, name="学员三", text="实践任务当天交了"):
    return actions.raise_objection(
        notice=camp.notice, name=name, contact="13600000001", text=text, now=OBJECTED
    )


def rechecked(camp, objection, name):
    return actions.recheck_selection(
        objection=objection, enrolment_code=camp.learner(name).code, by=camp.organiser, now=ANSWERED
    )


def accept(camp, objection):
    return actions.answer_objection(
        objection=objection, outcome="accepted", reply="属实", by=camp.organiser, now=ANSWERED
    )


def approve(camp, selection):
    actions.submit_to_committee(selection=selection, by=camp.organiser, now=ANSWERED)
    return actions.approve_selection(
        selection=selection, by=camp.supervisor, comment="同意更正", now=ANSWERED
    )


@pytest.fixture
def two(posted):
    """Two objections that are right, each about somebody else's duty, each corrected."""
    posted.other = object_too(posted)
    answer(posted)
    accept(posted, posted.other)
    correct(posted)
    actions.correct_duty(
        objection=posted.other,
        by=posted.organiser,
        now=ANSWERED,
        enrolment_code=posted.learner("学员三").code,
        activity_code=posted.judging.task.code,
        fact=FactKind.CONFIRMED,
        happened_at=moment("2021-10-20 10:00"),
    )
    return posted


def test_two_objections_that_are_right_come_together_on_one_list(two, tmp_path):
    first = rechecked(two, two.objection, "学员二")
    second = rechecked(two, two.other, "学员三")
    assert second.made_from == first
    assert [line["objection"] for line in second.snapshot["recheck"]] == [two.objection.code, two.other.code]
    old, new = totals(two, two.notice.selection), totals(two, second)
    assert (old["学员二"], new["学员二"]) == ("84.9300", "91.6000")
    assert (old["学员三"], new["学员三"]) == ("62.6700", "76.0000")
    assert rows.rechecks_of(two.objection) == [first, second]
    assert rows.rechecks_of(two.other) == [second]
    assert run(unpack(second, tmp_path))[0] == 0


def test_a_list_that_leaves_an_accepted_objection_out_is_not_put_up(two):
    first = approve(two, rechecked(two, two.objection, "学员二"))
    second = approve(two, rechecked(two, two.other, "学员三"))
    with pytest.raises(Refused) as caught:
        actions.post_notice(selection=first, title="更正公示", by=two.organiser, now=ANSWERED)
    assert caught.value.code == "objection_left_out"
    assert two.other.code in caught.value.sentence
    corrected = actions.post_notice(selection=second, title="更正公示", by=two.organiser, now=ANSWERED)
    two.notice.refresh_from_db()
    assert two.notice.replaced_by == corrected


def test_what_the_committee_returned_is_not_built_upon(two):
    first = rechecked(two, two.objection, "学员二")
    actions.submit_to_committee(selection=first, by=two.organiser, now=ANSWERED)
    actions.return_selection(selection=first, by=two.supervisor, comment="证据不足", now=ANSWERED)
    second = rechecked(two, two.other, "学员三")
    assert second.made_from == two.notice.selection
    assert [line["objection"] for line in second.snapshot["recheck"]] == [two.other.code]


def test_a_list_made_anew_after_a_return_still_corrects_the_posted_notice(posted):
    answer(posted)
    first = rechecked(posted, posted.objection, "学员二")
    actions.submit_to_committee(selection=first, by=posted.organiser, now=ANSWERED)
    actions.return_selection(selection=first, by=posted.supervisor, comment="重做", now=ANSWERED)
    anew = actions.remake_selection(selection=first, by=posted.organiser, now=ANSWERED)
    anew = approve(posted, actions.freeze_selection(selection=anew, by=posted.organiser, now=ANSWERED))
    corrected = actions.post_notice(selection=anew, title="更正公示", by=posted.organiser, now=ANSWERED)
    posted.notice.refresh_from_db()
    assert (posted.notice.state, posted.notice.replaced_by) == ("replaced", corrected)


def test_another_list_is_no_way_round_an_open_objection(posted):
    """A second list of the programme, put up and ended, gives nothing while the first one is not settled."""
    second = actions.create_selection(
        programme=posted.programme,
        name="第二份",
        by=posted.organiser,
        round=posted.judging.round,
        quota_kind="number",
        quota=Decimal(1),
    )
    second = approve(posted, actions.freeze_selection(selection=second, by=posted.organiser, now=ANSWERED))
    actions.post_notice(selection=second, title="第二份公示", by=posted.organiser, now=ANSWERED)

    def refused(now="2022-01-20 09:00"):
        with pytest.raises(Refused) as caught:
            actions.issue_certificates(selection=second, by=posted.organiser, now=moment(now))
        return caught.value.code

    assert refused() == "other_notice"  # the objection is open
    answer(posted)
    assert refused() == "other_notice"  # accepted, and no corrected notice
    corrected = approve(posted, rechecked(posted, posted.objection, "学员二"))
    actions.post_notice(
        selection=corrected, title="更正公示", by=posted.organiser, now=moment("2022-01-17 09:00")
    )
    assert refused() == "other_notice"  # the corrected notice runs until the end of the 24th
    assert actions.issue_certificates(selection=second, by=posted.organiser, now=moment("2022-01-25 09:00"))


def test_a_list_is_looked_at_again_by_the_rules_of_then(posted):
    """What was asked otherwise since the list was frozen counts for nobody, for the one who is looked at again neither."""
    before = {line["code"]: line for line in posted.notice.selection.snapshot["learners"]}
    case = posted.cases[0]
    case.due_at = moment("2021-10-01 23:59")  # all have read it later than that
    case.save()
    answer(posted)
    correct(posted)
    code = posted.learner("学员二").code
    made = rechecked(posted, posted.objection, "学员二")
    after = {line["code"]: line for line in made.snapshot["learners"]}

    def states(lines):
        return {duty["activity"]: duty["state"] for duty in lines[code]["duties"]}

    assert states(after) == states(before) | {posted.cases[1].code: "done"}
    assert made.snapshot["activities"] == posted.notice.selection.snapshot["activities"]
