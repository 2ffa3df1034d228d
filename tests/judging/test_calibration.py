import pytest

from tests.factories.judging import Judging
from yingzao.core.errors import Refused
from yingzao.judging import actions, bridge, queries
from yingzao.judging.enums import Counts
from yingzao.judging.models import Calibration

pytestmark = pytest.mark.django_db


def accepted(camp):
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    return actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser, why="按原始平均分")


@pytest.fixture
def camp():
    camp = Judging(learners=2, judges=2).open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5), comment="甲的话")
    camp.mark(camp.judges[1], camp.learners[0], (3, 5), comment="乙的话")
    camp.mark(camp.judges[0], camp.learners[1], (2, 2))
    camp.mark(camp.judges[1], camp.learners[1], (5,), submit=False)
    actions.close_round(round=camp.round, by=camp.organiser, reason="到期")
    return camp


def test_results_hold_performance_and_every_sheet_behind_it_by_code(camp):
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    row = next(r for r in run.results["learners"] if r["enrolment"] == camp.learners[0].code)
    assert (row["performance"], row["exact"], row["raw_mean"], row["n_judges"], row["rank"]) == (
        "82.00",
        "82",
        "4.25",
        2,
        1,
    )
    assert {sheet["judge"]: sheet["total"] for sheet in row["sheets"]} == {
        camp.judges[0].code: "88.00",
        camp.judges[1].code: "76.00",
    }
    first, second = camp.criteria
    assert next(s for s in row["sheets"] if s["judge"] == camp.judges[1].code)["marks"] == [
        {"criterion": first.code, "points": 3, "of": 5},
        {"criterion": second.code, "points": 5, "of": 5},
    ]
    assert run.inputs["entries"][0].keys() == {"enrolment", "entry", "version", "sha256"}
    for secret in (camp.learners[0].name, camp.judges[0].name, "甲的话"):
        assert secret not in str((run.inputs, run.results))


def test_marks_of_a_sheet_that_was_not_submitted_count_for_nothing(camp):
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    row = next(r for r in run.results["learners"] if r["enrolment"] == camp.learners[1].code)
    assert (row["performance"], row["n_judges"]) == ("40.00", 1)
    assert [w for w in run.results["warnings"] if w["enrolment"] == camp.learners[1].code] == [
        {"code": "single_judge", "enrolment": camp.learners[1].code, "judge": ""}
    ]


def test_running_again_on_the_same_marks_is_the_same_run(camp):
    first = actions.run_calibration(round=camp.round, by=camp.organiser)
    again = actions.run_calibration(round=camp.round, by=camp.organiser)
    assert again.pk == first.pk
    assert Calibration.objects.count() == 1
    assert queries.newest_run(camp.round).pk == first.pk
    assert queries.accepted_calibration(camp.round) is None


def test_the_stored_inputs_give_the_same_bytes(camp):
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    run.refresh_from_db()
    assert bridge.canonical(bridge.calibrate(run.inputs)) == bridge.canonical(run.results)
    assert bridge.sha256_of(run.inputs) == run.sha256
    turned = run.inputs | {
        "marks": run.inputs["marks"][::-1],
        "entries": run.inputs["entries"][::-1],
    }
    assert bridge.canonical(bridge.calibrate(turned)) == bridge.canonical(run.results)


def test_an_entry_without_a_complete_sheet_has_no_figure():
    camp = Judging(learners=2, judges=2).open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    actions.close_round(round=camp.round, by=camp.organiser, reason="到期")
    run = actions.run_calibration(round=camp.round, by=camp.organiser)
    row = next(r for r in run.results["learners"] if r["enrolment"] == camp.learners[1].code)
    assert (row["performance"], row["rank"], row["sheets"]) == (None, None, [])
    assert {w["code"] for w in run.results["warnings"]} == {"one_judge", "single_judge", "not_judged"}


def test_an_open_round_is_not_calibrated():
    camp = Judging().open()
    camp.mark(camp.judges[0], camp.learners[0], (4, 5))
    with pytest.raises(Refused) as caught:
        actions.run_calibration(round=camp.round, by=camp.organiser)
    assert caught.value.code == "not-closed"


def test_a_round_without_marks_is_not_calibrated():
    camp = Judging().open()
    actions.close_round(round=camp.round, by=camp.organiser, reason="没人评")
    with pytest.raises(Refused) as caught:
        actions.run_calibration(round=camp.round, by=camp.organiser)
    assert caught.value.code == "no-marks"


def test_figures_are_rounded_half_up_and_kept_exact_beside():
    camp = Judging(learners=1, judges=3, judges_per_entry=3).open()
    for judge, points in zip(camp.judges, ((4, 5), (3, 5), (3, 4)), strict=True):
        camp.mark(judge, camp.learners[0], points)
    actions.close_round(round=camp.round, by=camp.organiser)
    (row,) = actions.run_calibration(round=camp.round, by=camp.organiser).results["learners"]
    assert (row["performance"], row["exact"]) == ("77.33", "232/3")


def test_a_learner_sees_own_marks_only_once_released(camp):
    learner, other = camp.learners
    assert queries.released_marks(learner) == []
    accepted(camp)
    assert queries.released_marks(learner) == []
    actions.release_round(round=camp.round, by=camp.organiser)
    (released,) = queries.released_marks(learner)
    assert (released.name, released.performance) == (camp.round.name, "82.00")
    assert sorted([m.points for m in s.marks] for s in released.sheets) == [[3, 5], [4, 5]]
    assert sorted(s.comment for s in released.sheets) == ["乙的话", "甲的话"]
    assert [s.number for s in released.sheets] == [1, 2]
    assert released.sheets[0].marks[0].text.startswith("需求是不是从居民那里来的：第")
    for judge in camp.judges:
        assert judge.name not in str(released)
    (theirs,) = queries.released_marks(other)
    assert [len(s.marks) for s in theirs.sheets] == [2]  # the sheet not submitted is not shown


def test_the_partial_for_learners_shows_words_and_no_judge(camp):
    from django.template.loader import render_to_string

    accepted(camp)
    actions.release_round(round=camp.round, by=camp.organiser)
    html = render_to_string("judging/_marks.html", {"released": queries.released_marks(camp.learners[0])})
    assert "82.0" in html
    assert "甲的话" in html
    assert camp.criteria[0].levels.get(points=4).text in html
    for judge in camp.judges:
        assert judge.name not in html
