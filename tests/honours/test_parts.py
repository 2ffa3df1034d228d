"""Schemes of several parts, points that staff give, bands, bonuses, and places by group."""

from decimal import Decimal

import pytest

from tests.factories.activities import record
from tests.factories.honours import FROZEN, Camp
from tests.honours.test_pack import run, unpack
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Team
from yingzao.honours import actions
from yingzao.honours.queries import rows
from yingzao.honours.queries.rows import frozen_terms
from yingzao.honours.queries.threads import place_thread
from yingzao.judging import actions as judging
from yingzao.judging.enums import Counts

PARTS = (
    {"title": "案例学习", "weight": "30", "source": "duties", "kinds": ["case"]},
    {"title": "实践任务", "weight": "50", "source": "marks"},
    {"title": "表现", "weight": "20", "source": "entered"},
)


@pytest.fixture
def parted(camp):
    actions.make_scheme(programme=camp.programme, by=camp.organiser, parts=PARTS, most_bonus=Decimal(5))
    return camp


def figures(camp, selection) -> dict[str, tuple]:
    places = rows.places_of(selection)
    return {
        name: (p.rank, p.state, str(p.total))
        for name, p in zip(camp.names(p.enrolment_code for p in places), places, strict=True)
    }


def enter(camp, selection, **values):
    return actions.enter_part(
        selection=selection,
        part="part3",
        values={camp.learner(name).code: Decimal(value) for name, value in values.items()},
        by=camp.organiser,
        now=FROZEN,
    )


def freeze(camp, selection):
    return actions.freeze_selection(selection=selection, by=camp.organiser, now=FROZEN)


def test_parts_make_the_total_and_the_pack_says_the_same(parted, tmp_path):
    draft = parted.draft(reserve=1, least_completion=Decimal(0))
    assert enter(parted, draft, 学员一=90, 学员二=80, 学员三=100) == 3
    frozen = freeze(parted, draft)
    # cases: all, 3/4, all, half; marks 96, 86, 60, 100; conduct as entered
    assert figures(parted, frozen) == {
        "学员一": (1, "chosen", "96.0000"),  # 30 + 48 + 18
        "学员二": (2, "reserve", "81.5000"),  # 22.5 + 43 + 16
        "学员三": (3, "not_chosen", "80.0000"),  # 30 + 30 + 20
        "学员四": (None, "not_chosen", "None"),
    }
    assert frozen.places.get(enrolment_code=parted.learner("学员四").code).how["why"] == "not_entered"
    code, output = run(unpack(frozen, tmp_path))
    assert (code, output[:10]) == (0, "相同 / EQUAL")


def test_a_thread_opens_each_part(parted):
    draft = parted.draft()
    enter(parted, draft, 学员一=90, 学员二=80, 学员三=100, 学员四=0)
    frozen = freeze(parted, draft)
    thread = place_thread(
        frozen.places.get(enrolment_code=parted.learner("学员二").code), frozen_terms(frozen)
    )
    assert thread.text == "总分 = 案例学习 × 30% + 实践任务 × 50% + 表现 × 20%"
    assert [(s.text, s.value) for s in thread.steps] == [
        ("案例学习", "75.00"),
        ("实践任务", "86.00"),
        ("表现", "80.00"),
    ]
    assert [duty.text for duty in thread.steps[0].steps] == ["案例1", "案例2"]  # and not the practice task


def test_bonus_is_capped_deductions_are_not_and_no_total_is_below_0(parted, tmp_path):
    draft = parted.draft(reserve=3, least_completion=Decimal(0))
    enter(parted, draft, 学员一=90, 学员二=80, 学员三=100, 学员四=0)

    def give(name, points):
        actions.give_points(
            selection=draft, enrolment_code=parted.learner(name).code, points=Decimal(points), reason="见会议记录", by=parted.organiser, now=FROZEN
        )  # fmt: skip

    give("学员二", 4)
    give("学员二", "2.5")
    give("学员三", -3)
    give("学员四", -100)
    frozen = freeze(parted, draft)
    assert {name: total for name, (_r, _s, total) in figures(parted, frozen).items()} == {
        "学员一": "96.0000",
        "学员二": "86.5000",  # 81.5 and 5 of 6.5
        "学员三": "77.0000",
        "学员四": "0.0000",
    }
    assert "见会议记录" not in str(frozen.snapshot)
    code, output = run(unpack(frozen, tmp_path))
    assert (code, output[:10]) == (0, "相同 / EQUAL")
    with pytest.raises(Refused):
        give("学员一", 1)  # frozen


@pytest.mark.parametrize(
    ("points", "reason", "code"),
    [("0", "x", "points"), ("1", "", "reason"), ("1.234", "x", "decimals"), ("101", "x", "points")],
)
def test_points_that_are_none_are_refused(parted, points, reason, code):
    with pytest.raises(Refused) as caught:
        actions.give_points(
            selection=parted.draft(), enrolment_code=parted.learners[0].code, points=Decimal(points), reason=reason, by=parted.organiser
        )  # fmt: skip
    assert caught.value.code == code


def test_a_scheme_without_bonus_takes_none_and_says_where_it_is_set(camp):
    with pytest.raises(Refused) as caught:
        actions.give_points(
            selection=camp.draft(), enrolment_code=camp.learners[0].code, points=Decimal(1), reason="x", by=camp.organiser
        )  # fmt: skip
    assert caught.value.code == "no_bonus"


def test_points_are_changed_taken_back_and_carried_to_the_next_list(parted):
    draft = parted.draft(least_completion=Decimal(0))
    enter(parted, draft, 学员一=90, 学员二=80, 学员三=100, 学员四=50)
    assert enter(parted, draft, 学员一=95, 学员二=80) == 1
    first = rows.standing_points(draft).get(enrolment_code=parted.learner("学员一").code)
    assert first.points == 95
    assert draft.points.count() == 5  # what stood before is kept
    frozen = freeze(parted, draft)
    again = actions.remake_selection(selection=frozen, by=parted.organiser, now=FROZEN)
    assert rows.standing_points(again).count() == 4


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (({"title": "一", "weight": "60", "source": "duties"}, {"title": "二", "weight": "30", "source": "marks"}), "weights"),
        (({"title": "", "weight": "100", "source": "duties"},), "part_title"),
        (({"title": "一", "weight": "50", "source": "marks"}, {"title": "二", "weight": "50", "source": "marks"}), "marks_twice"),
        (({"title": "一", "weight": "50", "source": "duties"}, {"title": "一", "weight": "50", "source": "marks"}), "part_twice"),
        (({"title": "一", "weight": "100", "source": "stars"},), "part_source"),
        (({"title": "一", "weight": "0", "source": "duties"}, {"title": "二", "weight": "100", "source": "marks"}), "part_weight"),
    ],
)  # fmt: skip
def test_parts_that_make_no_total_are_refused(camp, parts, code):
    with pytest.raises(Refused) as caught:
        actions.make_scheme(programme=camp.programme, by=camp.organiser, parts=parts)
    assert caught.value.code == code


def test_marks_become_points_by_bands(camp, tmp_path):
    actions.make_scheme(
        programme=camp.programme, by=camp.organiser, bands=[("0", "60"), ("90", "100"), ("80", "85")]
    )
    frozen = camp.frozen(least_completion=Decimal(0))
    by_name = {camp.names([p.enrolment_code])[0]: str(p.performance) for p in rows.places_of(frozen)}
    assert by_name == {"学员一": "100.0000", "学员二": "85.0000", "学员三": "60.0000", "学员四": "100.0000"}
    code, output = run(unpack(frozen, tmp_path))
    assert (code, output[:10]) == (0, "相同 / EQUAL")


@pytest.mark.parametrize(
    "bands", [[("10", "50")], [("0", "50"), ("0", "60")], [("0", "80"), ("90", "70")], [("0", "x")]]
)
def test_bands_that_leave_a_gap_or_fall_are_refused(camp, bands):
    with pytest.raises(Refused) as caught:
        actions.make_scheme(programme=camp.programme, by=camp.organiser, bands=bands)
    assert caught.value.code == "bands"


def test_each_group_has_places_of_its_own_and_its_own_tie(db, tmp_path):
    same = (("done", "done", "done"), ((4, 4), (4, 4)))
    best = (("done", "done", "done"), ((5, 5), (5, 5)))
    camp = Camp([("甲", *best), ("乙", *same), ("丙", *same), ("丁", *same), ("戊", *same)])
    first, second = (
        Team.objects.create(organisation=camp.organisation, programme=camp.programme, name=name)
        for name in ("一组", "二组")
    )
    for name, team in (("甲", first), ("乙", first), ("丙", first), ("丁", second), ("戊", second)):
        learner = camp.learner(name)
        learner.team = team
        learner.save()
    selection = camp.submitted(group_by="team", quota=Decimal(1), reserve=1, tie_rule=("performance",))
    states = {name: state for name, (_r, state, _t) in figures(camp, selection).items()}
    assert states == {"甲": "chosen", "乙": "not_chosen", "丙": "not_chosen", "丁": "tied", "戊": "tied"}
    code, output = run(unpack(selection, tmp_path / "open"))
    assert (code, output[:10]) == (0, "相同 / EQUAL")
    selection = actions.decide_tie(
        selection=selection, chosen=[camp.learner("戊").code], reason="到场多", by=camp.supervisor, now=FROZEN
    )
    states = {name: state for name, (_r, state, _t) in figures(camp, selection).items()}
    assert (states["丁"], states["戊"]) == ("reserve", "chosen")
    code, output = run(unpack(selection, tmp_path / "decided"))
    assert (code, output[:10]) == (0, "相同 / EQUAL")


@pytest.mark.parametrize("scale", ["linear", "rsm", "pcm"])
def test_adjusted_marks_are_worked_out_again_from_the_frozen_severities(db, tmp_path, scale):
    from yingzao.judging import bridge

    marks = [
        ((5, 4), (3, 3)),
        ((4, 4), (2, 3)),
        ((3, 2), (2, 1)),
        ((5, 5), (4, 3)),
        ((2, 3), (1, 2)),
        ((4, 5), (4, 4)),
    ]
    camp = Camp([(f"学员{n}", ("done", "done", "done"), sheets) for n, sheets in enumerate(marks)])
    run_ = judging.run_calibration(
        round=camp.judging.round, by=camp.organiser, options=bridge.Options(scale=scale, top=2)
    )
    judging.accept_calibration(run=run_, counts=Counts.ADJUSTED, by=camp.supervisor)
    frozen = camp.frozen(quota=Decimal(2))
    told = {row["id"]: row["performance"] for row in run_.results["adjusted"]["learners"]}
    assert frozen.snapshot["performance"] == told
    folder = unpack(frozen, tmp_path)
    code, output = run(folder)
    assert (code, output[:10]) == (0, "相同 / EQUAL"), output
    # a mark changed in the pack moves the adjusted figure too
    lines = (folder / "marks.csv").read_text(encoding="utf-8-sig").splitlines()
    learner, judge, criterion, points = lines[1].split(",")
    lines[1] = f"{learner},{judge},{criterion},{1 if points != '1' else 5}"
    (folder / "marks.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    code, output = run(folder)
    assert code == 1
    assert f"mark changed in marks.csv: learner {learner} judge {judge}" in output
    assert f"performance differs: {learner}" in output


def test_late_and_missed_duties_of_one_kind_touch_no_other_part(parted):
    record(parted.learner("学员三"), parted.judging.task, "confirmed", "2021-10-20 10:00")
    draft = parted.draft(least_completion=Decimal(0))
    enter(parted, draft, 学员一=90, 学员二=80, 学员三=100, 学员四=50)
    assert figures(parted, freeze(parted, draft))["学员三"][2] == "80.0000"  # the task is in no part
