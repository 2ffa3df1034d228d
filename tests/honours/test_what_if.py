"""What a list hangs on, two lists side by side, the minutes."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories.activities import record
from tests.factories.honours import FROZEN, Camp
from yingzao.honours import actions
from yingzao.honours.bridge.lists import close_to_line
from yingzao.honours.rules.what_if import (
    ADJUSTED,
    RAW,
    WEIGHT_DOWN,
    WEIGHT_UP,
    WITHOUT_JUDGE,
    alternatives,
)
from yingzao.judging import actions as judging
from yingzao.judging import bridge
from yingzao.judging.enums import Counts

# Two of the three did all; the third marks better and did less.
CLOSE = [
    ("甲", ("done", "done", "done"), ((4, 4), (4, 4))),
    ("乙", ("done", "done", "missed"), ((5, 5), (5, 5))),
    ("丙", ("done", "done", "done"), ((3, 4), (4, 3))),
]


def moves(camp, selection) -> dict:
    return {
        (each.kind, each.about): (camp.names(each.into), camp.names(each.out))
        for each in alternatives(selection.snapshot)
        if each.into or each.out
    }


def test_weights_and_judges_that_a_list_hangs_on(db):
    camp = Camp(CLOSE)
    selection = camp.frozen(quota=Decimal(1), least_completion=Decimal(0))
    # 甲 40 + 48 = 88, 乙 26.67 + 60 = 86.67
    found = moves(camp, selection)
    assert found[WEIGHT_UP, "performance"] == (["乙"], ["甲"])  # 甲 86, 乙 90
    assert found[WEIGHT_DOWN, "completion"] == (["乙"], ["甲"])
    assert (WEIGHT_UP, "completion") not in found
    kinds = [each.kind for each in alternatives(selection.snapshot)]
    assert kinds.count(WITHOUT_JUDGE) == 2
    assert kinds.count(ADJUSTED) == 1


def test_the_other_figures_of_the_judging_are_an_alternative(db):
    camp = Camp(CLOSE)
    run = judging.run_calibration(
        round=camp.judging.round, by=camp.organiser, options=bridge.Options(top=1, scale="linear")
    )
    judging.accept_calibration(run=run, counts=Counts.ADJUSTED, by=camp.supervisor)
    selection = camp.frozen(quota=Decimal(1), least_completion=Decimal(0))
    kinds = [each.kind for each in alternatives(selection.snapshot)]
    assert RAW in kinds
    assert ADJUSTED not in kinds
    assert kinds.count(WITHOUT_JUDGE) == len(run.results["adjusted"]["left_out"])


def test_totals_that_the_marks_do_not_separate_are_marked(db):
    marks = [
        ((5, 4), (4, 4)),
        ((4, 4), (4, 5)),
        ((4, 4), (4, 4)),
        ((1, 1), (1, 2)),
        ((2, 1), (1, 1)),
        ((5, 5), (5, 5)),
    ]
    camp = Camp([(f"学员{n}", ("done",) * 3, sheets) for n, sheets in enumerate(marks)])
    selection = camp.frozen(quota=Decimal(2), tie_rule=("performance", "completion", "earlier"))
    close = camp.names(sorted(close_to_line(selection, selection.snapshot)))
    assert {"学员0", "学员1"} & set(close)
    assert not {"学员3", "学员4"} & set(close)
    selection.snapshot["calibration"]["results"].pop("adjusted")
    assert close_to_line(selection, selection.snapshot) == frozenset()


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.organiser)
    return client


def address(camp, selection, name, **query) -> str:
    return reverse(f"honours:{name}", args=[camp.programme.code, selection.code])


def test_two_lists_side_by_side(camp, desk):
    first = camp.frozen(reserve=1)
    record(camp.learner("学员三"), camp.judging.task, "confirmed", "2021-10-20 10:00")
    made = actions.remake_selection(selection=first, by=camp.organiser, now=FROZEN)
    second = actions.freeze_selection(selection=made, by=camp.organiser, now=FROZEN)
    html = desk.get(address(camp, second, "desk-compare")).content.decode()
    assert "1 处不同" in html
    assert "62.67" in html
    assert "76.00" in html  # 40 + 36: the task is done now
    other = Camp()
    foreign = other.frozen()
    assert desk.get(address(camp, second, "desk-compare") + f"?with={foreign.code}").status_code == 404


def test_the_minutes_hold_the_list_and_room_to_sign(camp, desk):
    selection = camp.approved(reserve=1)
    html = desk.get(address(camp, selection, "desk-minutes")).content.decode()
    for words in (
        "评审会议纪要",
        "学员一",
        "学员二",
        "出席人员签名",
        selection.sha256,
        "以原始平均分为准",
        "同意",
    ):
        assert words in html
    assert "学员四" not in html  # neither chosen nor in reserve


def test_a_draft_is_not_looked_at_from_other_sides(camp, desk):
    draft = camp.draft()
    for name in ("desk-what-if", "desk-compare", "desk-minutes"):
        answer = desk.get(address(camp, draft, name))
        assert answer.status_code == 422
        assert "名单冻结后才有这一页" in answer.content.decode()


def test_what_if_names_learners_and_judges(db, client):
    camp = Camp(CLOSE)
    client.force_login(camp.supervisor)
    selection = camp.frozen(quota=Decimal(1), least_completion=Decimal(0))
    html = client.get(address(camp, selection, "desk-what-if")).content.decode()
    assert "实际表现多占 10%" in html
    for judge in camp.judging.judges:
        assert f"去掉{judge.name}" in html
