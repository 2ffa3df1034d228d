"""A calibration is a proposal: what it says, who may accept it, and what counts then."""

import json

import pytest
from django.urls import reverse

from tests.factories.judging import FINALISTS, Judging, finalists
from tests.factories.programmes import StaffRoleFactory
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.judging import actions, bridge, phrases, queries
from yingzao.judging.enums import Counts
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db

APART = {
    name: {j: m for j, m in of.items() if j != "R2" and (j != "R3" or name in "AE")}
    for name, of in FINALISTS.items()
}


@pytest.fixture
def camp():
    return finalists()


def run_of(camp, **options):
    return actions.run_calibration(
        round=camp.round, by=camp.organiser, options=bridge.Options(**{"top": 3, **options})
    )


def page(client, camp, person, **query):
    client.force_login(person)
    address = reverse("judging:desk-calibration", args=[camp.programme.code, camp.round.code])
    return client.get(address, query).content.decode()


def places(shown, key):
    return {row.name: getattr(row, key) for row in shown.learners}


def test_six_finalists_by_both_orders(camp):
    shown = queries.shown_calibration(run_of(camp))
    assert [row.name for row in shown.learners] == list("ABCDEF")
    assert places(shown, "raw_rank") == {"A": 2, "B": 1, "C": 4, "D": 2, "E": 6, "F": 5}
    expected = {"A": 90, "B": 88, "C": 86, "D": 84, "E": 82, "F": 80}
    assert {n: float(v) for n, v in places(shown, "adjusted").items()} == pytest.approx(expected, abs=0.1)
    assert {j.name: j.severity for j in shown.judges} == pytest.approx({"R1": -6, "R2": 0, "R3": 6}, abs=0.1)
    assert {j.name: j.points for j in shown.judges} == pytest.approx({"R1": 6, "R2": 0, "R3": -6}, abs=0.1)
    assert shown.in_marks
    assert {note["code"] for note in shown.notes} >= {"exact_fit", "few_marks"}


def test_it_says_why_first_place_passes_from_one_to_another(camp):
    first, *rest = phrases.changes(queries.shown_calibration(run_of(camp)))
    assert first.startswith("第一名由 B 变为 A：")
    assert "给 B 打分的 R1 偏宽，比平均评委多给 6.0 分" in first
    assert "给 A 打分的 R3 偏严，比平均评委少给 6.0 分" in first
    (into,) = [s for s in rest if s.startswith("进入前 3 名：C")]
    assert "按原始平均分第 4 名，现为第 3 名" in into
    (out,) = [s for s in rest if s.startswith("退出前 3 名：D")]
    assert "R1 偏宽" in out


def test_where_nothing_moves_it_says_so():
    camp = finalists({"甲": {"R1": 90, "R2": 90}, "乙": {"R1": 80, "R2": 81}, "丙": {"R1": 70, "R2": 69}})
    said = phrases.changes(queries.shown_calibration(run_of(camp, top=2)))
    assert said == ["第一名仍为甲。", "前 2 名两种算法都是同样的人。"]


def test_nothing_counts_until_somebody_accepts(camp):
    run = run_of(camp)
    assert queries.accepted_calibration(camp.round) is None
    actions.accept_calibration(run=run, counts=Counts.ADJUSTED, by=camp.supervisor)
    counted = queries.performances_of(queries.accepted_calibration(camp.round))
    by_name = {learner.name: float(counted[learner.code]) for learner in camp.learners}
    assert max(by_name, key=by_name.get) == "A"
    assert by_name["B"] == pytest.approx(88, abs=0.1)
    event = AuditLine.objects.get(act="judging.calibration.accepted")
    assert (event.actor, event.after["counts"]) == (camp.supervisor, "adjusted")


def test_raw_means_need_a_reason_where_severities_could_be_adjusted(camp):
    run = run_of(camp)
    with pytest.raises(Refused) as caught:
        actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser)
    assert (caught.value.code, caught.value.field) == ("why-missing", "why")
    actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser, why="章程规定按平均分")
    counted = queries.performances_of(run)
    assert {learner.name: counted[learner.code] for learner in camp.learners} == {
        "A": "87", "B": "91", "C": "86", "D": "87", "E": "79", "F": "80",
    }  # fmt: skip


def test_of_two_that_were_accepted_the_later_counts(camp):
    first = run_of(camp)
    second = run_of(camp, scale="linear", method="mml")
    assert second.pk != first.pk
    actions.accept_calibration(run=second, counts=Counts.ADJUSTED, by=camp.organiser)
    actions.accept_calibration(run=first, counts=Counts.RAW, by=camp.organiser, why="复核后改回")
    assert queries.accepted_calibration(camp.round).pk == first.pk


def test_parts_that_share_nobody_are_refused_and_taken_by_name_only(camp, client):
    camp = finalists(APART)
    run = run_of(camp)
    shown = queries.shown_calibration(run)
    assert shown.refused["code"] == "disconnected"
    assert not shown.is_adjusted
    html = page(client, camp, camp.organiser)
    assert "评委 R1 与学员 B、C、D、F" in html
    assert "评委 R3 与学员 A、E" in html
    assert set(places(shown, "raw_rank").values()) == {None}  # no place across parts, not even a raw one
    with pytest.raises(Refused) as caught:
        actions.accept_calibration(run=run, counts=Counts.ADJUSTED, by=camp.organiser)
    assert caught.value.code == "not-adjusted"
    with pytest.raises(Refused) as caught:
        actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser)
    assert caught.value.code == "why-missing"

    each = run_of(camp, on_disconnected="per_subset")
    assert queries.shown_calibration(each).parts == 2
    assert phrases.changes(queries.shown_calibration(each)) == []
    with pytest.raises(Refused):
        actions.accept_calibration(run=each, counts=Counts.ADJUSTED, by=camp.organiser)

    alike = run_of(camp, on_disconnected="assume_exchangeable")
    assert "exchangeable_assumed" in {n["code"] for n in queries.shown_calibration(alike).notes}
    actions.accept_calibration(run=alike, counts=Counts.ADJUSTED, by=camp.organiser)
    assert queries.accepted_calibration(camp.round).run_by == camp.organiser


def test_marks_of_one_judge_are_not_adjusted():
    camp = finalists({"甲": {"R1": 90}, "乙": {"R1": 80}, "丙": {"R1": 70}})
    run = run_of(camp)
    with pytest.raises(Refused) as caught:
        actions.accept_calibration(run=run, counts=Counts.ADJUSTED, by=camp.organiser)
    assert caught.value.code == "not-adjusted"
    actions.accept_calibration(run=run, counts=Counts.RAW, by=camp.organiser)


def test_who_may_accept(camp):
    run = run_of(camp)
    for person in (
        camp.judges[0].person,
        StaffRoleFactory(programme=camp.programme, role=Role.MENTOR).person,
        Judging().organiser,
    ):
        with pytest.raises(Refused):
            actions.accept_calibration(run=run, counts=Counts.ADJUSTED, by=person)
    run.refresh_from_db()
    assert run.accepted_at is None


def test_an_older_run_on_other_marks_cannot_be_accepted(camp):
    old = run_of(camp)
    sheet = camp.sheet(next(j for j in camp.judges if j.name == "R1"), camp.learners[1])
    mark = sheet.marks.get()
    mark.points = 70
    mark.save()
    run_of(camp)
    with pytest.raises(Refused) as caught:
        actions.accept_calibration(run=old, counts=Counts.ADJUSTED, by=camp.organiser)
    assert caught.value.code == "newer-run"


def test_the_run_comes_to_the_same_bytes_in_any_order_of_rows(camp):
    run = run_of(camp)
    turned = run.inputs | {"marks": run.inputs["marks"][::-1], "entries": run.inputs["entries"][::-1]}
    assert bridge.canonical(bridge.calibrate(turned)) == bridge.canonical(run.results)
    run.refresh_from_db()
    assert bridge.canonical(bridge.calibrate(run.inputs)) == bridge.canonical(run.results)


def test_criteria_of_different_full_marks_come_to_shares_of_100():
    inputs = {
        "options": {"method": "eb", "scale": "linear", "allocation": "random", "on_disconnected": "refuse", "top": 1},
        "criteria": [
            {"code": "c1", "weight": "30.00", "levels": 10, "lowest": 0},
            {"code": "c2", "weight": "70.00", "levels": 100, "lowest": 0},
        ],
        "entries": [{"enrolment": e, "entry": e, "version": "", "sha256": ""} for e in "abcd"],
        "marks": [
            [learner, judge, criterion, score]
            for n, learner in enumerate("abcd")
            for judge in ("x", "y")
            for criterion, score in (("c1", 5 + n), ("c2", 50 + 10 * n))
        ],
    }  # fmt: skip
    found = bridge.calibrate(inputs)
    raw = [float(row["performance"]) for row in found["learners"]]
    adjusted = [float(row["performance"]) for row in found["adjusted"]["learners"]]
    assert raw == [50, 60, 70, 80]
    assert adjusted == pytest.approx(raw, abs=0.6)  # judges are alike: hardly anything is drawn to the middle


def test_who_stands_first_without_one_judge(camp):
    shown = queries.shown_calibration(run_of(camp, top=1))
    assert all(each.into or each.out for each in shown.without)
    assert {each.judge for each in shown.without} <= {"R1", "R2", "R3"}


def test_the_page_shows_a_proposal_until_it_is_accepted(camp, client):
    html = page(client, camp, camp.organiser)
    assert "还没有计算" in html
    run_of(camp)
    html = page(client, camp, camp.organiser)
    assert "这是提议，还没有任何分数算数" in html
    assert "第一名由 B 变为 A" in html
    accept = reverse(
        "judging:desk-calibration-accept",
        args=[camp.programme.code, camp.round.code, queries.newest_run(camp.round).code],
    )
    answer = client.post(accept, {"counts": "raw", "why": ""})
    assert answer.status_code == 422
    assert "请说明为什么" in answer.content.decode()
    client.post(accept, {"counts": "adjusted", "why": "评审会 12 月 26 日议定"})
    html = page(client, camp, camp.organiser)
    assert "已确认：校准后的分数" in html
    assert "评审会 12 月 26 日议定" in html


def test_a_wrong_option_loses_nothing_that_was_chosen(camp, client):
    run_of(camp)
    client.force_login(camp.organiser)
    address = reverse("judging:desk-calibration-run", args=[camp.programme.code, camp.round.code])
    answer = client.post(address, {"top": "0", "scale": "linear", "method": "mml"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert '<option value="mml" selected' in html
    answer = client.post(address, {"top": "2", "scale": "linear", "method": "mml"})
    assert answer.status_code == 302
    assert queries.newest_run(camp.round).inputs["options"]["method"] == "mml"


def test_what_is_exported_can_be_run_again_by_the_command(camp, client, tmp_path):
    run = run_of(camp)
    client.force_login(camp.supervisor)
    address = reverse(
        "judging:desk-calibration-export", args=[camp.programme.code, camp.round.code, run.code]
    )
    told = json.loads(client.get(address).content)
    table = tmp_path / "marks.csv"
    rows = ["learner,judge,criterion,score", *(",".join(map(str, row)) for row in told["inputs"]["marks"])]
    table.write_text("\n".join(rows))
    from yingzao.project.calibrate import calibrate

    again = calibrate(table, top=3, lowest=0, maxima={camp.criteria[0].code: 100})
    assert {row["id"]: row["rank"] for row in again["learners"]} == {
        row["id"]: row["rank"] for row in told["results"]["adjusted"]["learners"]
    }
