"""From a scheme to an approved list."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories.activities import record
from tests.factories.honours import FROZEN, LEARNERS, Camp
from tests.factories.programmes import StaffRoleFactory
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.honours import actions
from yingzao.honours.bridge.figures import preview_of
from yingzao.honours.enums import SelectionState
from yingzao.honours.queries import rows
from yingzao.honours.rules.snapshot import outcome_of, sha256_of
from yingzao.programmes.enums import Role, StageKind, StageState


def listed(camp, selection) -> list[tuple]:
    places = rows.places_of(selection)
    names = camp.names(place.enrolment_code for place in places)
    return [
        (name, p.rank, p.state, str(p.total), str(p.completion), str(p.performance))
        for name, p in zip(names, places, strict=True)
    ]


THE_LIST = [
    ("学员一", 1, "chosen", "97.6000", "100.0000", "96.0000"),
    ("学员二", 2, "reserve", "84.9300", "83.3300", "86.0000"),
    ("学员三", 3, "not_chosen", "62.6700", "66.6700", "60.0000"),
    ("学员四", None, "not_chosen", "73.3300", "33.3300", "100.0000"),
]


def test_freezing_writes_the_places_that_follow_from_the_inputs(camp):
    selection = camp.frozen(reserve=1)
    selection.refresh_from_db()
    assert listed(camp, selection) == THE_LIST
    assert (selection.state, selection.frozen_at, selection.frozen_by) == ("frozen", FROZEN, camp.organiser)
    assert selection.calibration == camp.calibration
    assert selection.sha256 == sha256_of(selection.snapshot)


def test_the_snapshot_holds_codes_and_no_names(camp):
    text = str(camp.frozen().snapshot)
    for learner in camp.learners:
        assert learner.code in text
        assert learner.name not in text
        assert learner.phone not in text
    for judge in camp.judging.judges:
        assert judge.code in text
        assert judge.name not in text


def test_the_same_inputs_give_the_same_bytes(camp):
    first, second = camp.frozen(), camp.frozen()
    assert first.code != second.code
    assert first.sha256 == second.sha256


def test_every_duty_names_the_evidence_it_stands_on(camp):
    learner = camp.learner("学员二")
    snapshot = camp.frozen().snapshot
    lines = next(line for line in snapshot["learners"] if line["code"] == learner.code)["duties"]
    keys = {str(e.key) for e in learner.evidence.all()}
    assert {fact["key"] for duty in lines for fact in duty["evidence"]} == keys
    assert sorted(duty["state"] for duty in lines) == ["done", "done", "late"]


def test_an_excuse_in_ones_own_words_is_not_in_the_snapshot(camp):
    record(
        camp.learner("学员三"), camp.cases[0], "excused", "2021-11-01 09:00", detail={"reason": "住院手术"}
    )
    snapshot = camp.frozen().snapshot
    assert "住院手术" not in str(snapshot)
    states = [d["state"] for line in snapshot["learners"] for d in line["duties"]]
    assert states.count("excused") == 1


def test_nothing_that_changes_afterwards_changes_the_list(camp):
    selection = camp.frozen(reserve=1)
    learner = camp.learner("学员一")
    learner.name = "改了名"
    learner.save()
    camp.programme.late_share = Decimal("0.1")
    camp.programme.save()
    evidence = learner.evidence.first()
    evidence.withdrawn_at = FROZEN
    evidence.save()
    selection.refresh_from_db()
    assert sha256_of(selection.snapshot) == selection.sha256
    assert [(p.code, p.rank) for p in outcome_of(selection.snapshot).places] == [
        (p.enrolment_code, p.rank) for p in rows.places_of(selection)
    ]


def test_preview_writes_nothing_and_says_the_same(camp):
    draft = camp.draft(reserve=1)
    outcome, _close = preview_of(draft, FROZEN)
    assert camp.names(place.code for place in outcome.places) == ["学员一", "学员二", "学员三", "学员四"]
    draft.refresh_from_db()
    assert (draft.state, draft.snapshot, draft.places.count()) == ("draft", {}, 0)


@pytest.mark.parametrize(("weights", "code"), [((40, 50), "weights"), ((-10, 110), "weights")])
def test_a_scheme_whose_weights_do_not_sum_to_100_is_refused(camp, weights, code):
    with pytest.raises(Refused) as refusal:
        actions.make_scheme(
            programme=camp.programme,
            by=camp.organiser,
            completion_weight=Decimal(weights[0]),
            performance_weight=Decimal(weights[1]),
        )
    assert refusal.value.code == code


def test_a_changed_scheme_is_the_next_version(camp):
    first = actions.make_scheme(programme=camp.programme, by=camp.organiser)
    second = actions.make_scheme(
        programme=camp.programme,
        by=camp.organiser,
        completion_weight=Decimal(100),
        performance_weight=Decimal(0),
    )
    assert [first.number, second.number] == [1, 2]
    assert rows.current_scheme(camp.programme) == second
    assert first.late_share == camp.programme.late_share


def test_freezing_waits_for_the_end_of_judging(camp):
    draft = camp.draft()
    camp.judging.round.state = "open"
    camp.judging.round.save()
    with pytest.raises(Refused) as refusal:
        actions.freeze_selection(selection=draft, by=camp.organiser, now=FROZEN)
    assert refusal.value.code == "round_open"


def test_freezing_without_results_is_refused_while_performance_counts(camp):
    draft = actions.create_selection(programme=camp.programme, name="名单", by=camp.organiser)
    with pytest.raises(Refused) as refusal:
        actions.freeze_selection(selection=draft, by=camp.organiser, now=FROZEN)
    assert refusal.value.code == "no_results"


def test_freezing_needs_an_open_stage(camp):
    draft = camp.draft()
    camp.programme.stages.filter(kind__in=[StageKind.SELECTION, StageKind.NOTICE]).update(
        state=StageState.CLOSED
    )
    with pytest.raises(Refused) as refusal:
        actions.freeze_selection(selection=draft, by=camp.organiser, now=FROZEN)
    assert refusal.value.code == "stage_not_open"


def test_a_frozen_selection_is_frozen_once_and_not_changed(camp):
    selection = camp.frozen()
    with pytest.raises(Refused) as refusal:
        actions.freeze_selection(selection=selection, by=camp.organiser, now=FROZEN)
    assert refusal.value.code == "wrong_state"
    with pytest.raises(Refused):
        actions.bar_learner(
            selection=selection, enrolment_code=camp.learners[0].code, reason="代签", by=camp.organiser
        )


def test_who_is_barred_takes_no_place_and_the_reason_stays_out_of_the_snapshot(camp):
    draft = camp.draft()
    actions.bar_learner(
        selection=draft,
        enrolment_code=camp.learner("学员一").code,
        reason="代签到",
        by=camp.organiser,
        now=FROZEN,
    )
    selection = actions.freeze_selection(selection=draft, by=camp.organiser, now=FROZEN)
    assert [row[:3] for row in listed(camp, selection)] == [
        ("学员二", 1, "chosen"),
        ("学员三", 2, "not_chosen"),
        ("学员四", None, "not_chosen"),
        ("学员一", None, "barred"),
    ]
    assert "代签到" not in str(selection.snapshot)
    assert selection.snapshot["bars"][0]["by"] == camp.organiser.code


def test_a_lifted_bar_counts_no_more(camp):
    draft = camp.draft()
    bar = actions.bar_learner(
        selection=draft, enrolment_code=camp.learner("学员一").code, reason="误记", by=camp.organiser
    )
    actions.lift_bar(bar=bar, by=camp.organiser)
    selection = actions.freeze_selection(selection=draft, by=camp.organiser, now=FROZEN)
    assert listed(camp, selection)[0][:3] == ("学员一", 1, "chosen")


def test_four_eyes_who_froze_the_list_may_not_approve_it(camp):
    StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR, person=camp.organiser)
    selection = camp.submitted()
    with pytest.raises(Refused) as refusal:
        actions.approve_selection(selection=selection, by=camp.organiser, now=FROZEN)
    assert refusal.value.code == "four_eyes"
    approved = actions.approve_selection(selection=selection, by=camp.supervisor, comment="同意", now=FROZEN)
    assert (approved.state, approved.decided_by, approved.decision_comment) == (
        "approved",
        camp.supervisor,
        "同意",
    )


def test_only_the_committee_decides(camp):
    selection = camp.submitted()
    for person in (camp.organiser, camp.judging.judges[0].person, camp.learners[0].person):
        with pytest.raises(Refused) as refusal:
            actions.approve_selection(selection=selection, by=person, now=FROZEN)
        assert refusal.value.code == "not_supervisor"


def test_a_list_that_was_not_submitted_is_not_decided(camp):
    with pytest.raises(Refused) as refusal:
        actions.approve_selection(selection=camp.frozen(), by=camp.supervisor, now=FROZEN)
    assert refusal.value.code == "wrong_state"


def test_a_returned_list_stays_and_is_made_anew(camp):
    selection = actions.return_selection(
        selection=camp.submitted(), by=camp.supervisor, comment="请核对学员三", now=FROZEN
    )
    assert selection.state == SelectionState.RETURNED
    again = actions.remake_selection(selection=selection, by=camp.organiser)
    assert (again.state, again.made_from, again.quota) == ("draft", selection, selection.quota)
    assert selection.places.count() == 4


def test_returning_needs_a_comment(camp):
    with pytest.raises(Refused) as refusal:
        actions.return_selection(selection=camp.submitted(), by=camp.supervisor, comment=" ", now=FROZEN)
    assert refusal.value.code == "comment"


@pytest.fixture
def tied(db) -> Camp:
    same = (("done", "done", "done"), ((4, 4), (4, 4)))
    return Camp([LEARNERS[0], ("学员乙", *same), ("学员丙", *same)])


def test_an_unbroken_tie_waits_for_the_committee(tied):
    selection = tied.submitted(quota=Decimal(2))
    assert [row[:3] for row in listed(tied, selection)] == [
        ("学员一", 1, "chosen"),
        *sorted([("学员乙", 2, "tied"), ("学员丙", 2, "tied")], key=lambda row: tied.learner(row[0]).code),
    ]
    with pytest.raises(Refused) as refusal:
        actions.approve_selection(selection=selection, by=tied.supervisor, now=FROZEN)
    assert refusal.value.code == "tie_open"


def test_a_decided_tie_gives_the_place_with_a_reason(tied):
    selection = tied.submitted(quota=Decimal(2))
    chosen = tied.learner("学员丙").code
    before = selection.sha256
    actions.decide_tie(
        selection=selection, chosen=[chosen], reason="社区更远，出勤更难", by=tied.supervisor, now=FROZEN
    )
    selection.refresh_from_db()
    assert selection.sha256 == before == sha256_of(selection.snapshot)
    assert {row[0]: row[2] for row in listed(tied, selection)} == {
        "学员一": "chosen",
        "学员丙": "chosen",
        "学员乙": "not_chosen",
    }
    assert actions.approve_selection(selection=selection, by=tied.supervisor, now=FROZEN).state == "approved"


@pytest.mark.parametrize(
    ("chosen", "reason", "code"),
    [
        (("学员丙", "学员乙"), "都好", "too_many"),
        (("学员一",), "好", "not_tied"),
        (("学员丙",), " ", "reason"),
    ],
)
def test_a_tie_is_decided_within_its_bounds(tied, chosen, reason, code):
    selection = tied.submitted(quota=Decimal(2))
    with pytest.raises(Refused) as refusal:
        actions.decide_tie(
            selection=selection,
            chosen=[tied.learner(name).code for name in chosen],
            reason=reason,
            by=tied.supervisor,
            now=FROZEN,
        )
    assert refusal.value.code == code


def test_the_organiser_does_not_decide_a_tie(tied):
    selection = tied.submitted(quota=Decimal(2))
    with pytest.raises(Refused) as refusal:
        actions.decide_tie(
            selection=selection, chosen=[tied.learner("学员丙").code], reason="好", by=tied.organiser
        )
    assert refusal.value.code == "not_supervisor"


def test_a_person_without_the_right_begins_nothing(camp):
    for person in (camp.supervisor, camp.learners[0].person):
        with pytest.raises(Refused) as refusal:
            actions.create_selection(programme=camp.programme, name="名单", by=person)
        assert refusal.value.code == "not_organiser"


def test_every_act_leaves_a_line_without_names(camp):
    selection = camp.approved()
    lines = AuditLine.objects.filter(subject=selection.code).order_by("pk")
    assert [line.act for line in lines] == [
        "honours.selection.created",
        "honours.selection.frozen",
        "honours.selection.submitted",
        "honours.selection.approved",
    ]
    assert all(
        learner.name not in f"{line.before}{line.after}" for line in lines for learner in camp.learners
    )


def test_a_long_list_comes_in_pages_and_is_searched(camp, client, monkeypatch):
    monkeypatch.setattr("yingzao.honours.views.desk.PLACES_A_PAGE", 2)
    selection = camp.frozen()
    client.force_login(camp.organiser)
    address = reverse("honours:desk-selection", args=[camp.programme.code, selection.code])

    def names(query: str) -> list[str]:
        context = client.get(address + query).context
        return [line.name for line in context["page"].object_list]

    assert names("") == ["学员一", "学员二"]
    assert names("?page=2") == ["学员三", "学员四"]
    assert names("?q=三") == ["学员三"]
    assert names("?show=chosen") == ["学员一"]
    assert "没有找到学员" in client.get(address + "?q=王").content.decode()
    third = camp.learner("学员三").code
    opened = client.get(f"{address}?place={third}&page=2")
    assert opened.context["open_line"].name == "学员三"
    assert f"?place={third}&amp;page=2" in opened.content.decode()
