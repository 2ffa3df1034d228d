"""Limits, locked pairs, a judge who drops out, why somebody has an entry, and reminders."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.judging import JudgeFactory, Judging
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Team
from yingzao.judging import actions, bridge, queries
from yingzao.judging.enums import AssignmentState
from yingzao.notices.models import Message

pytestmark = pytest.mark.django_db


def pairs(camp):
    return {(a.entry.enrolment.pk, a.judge_id) for a in queries.assignments_in(camp.round)}


def test_a_judge_gets_no_more_than_their_limit():
    camp = Judging(learners=6, judges=4, judges_per_entry=2)
    actions.set_limits(round=camp.round, limits={camp.judges[0]: 1}, by=camp.organiser)
    plan = bridge.plan_draw(camp.round)
    assert {row.judge: (row.load, row.limit) for row in plan.load}[camp.judges[0]] == (1, 1)
    assert len(plan.pairs) == 12
    actions.set_limits(round=camp.round, limits={camp.judges[0]: None}, by=camp.organiser)
    assert queries.limits_of(camp.round, camp.judges) == {}


def test_too_little_room_is_said_with_who_lacks_how_many():
    camp = Judging(learners=3, judges=2, judges_per_entry=2)
    camp.round.most_per_judge = 2
    plan = bridge.plan_draw(camp.round)
    assert plan.pairs == []
    (sentence,) = set(plan.obstacles)
    assert "还差 2 位" in sentence or "还差 1 位" in sentence
    camp.round.save()
    with pytest.raises(Refused):
        actions.confirm_draw(round=camp.round, seed=1, by=camp.organiser)


def test_a_locked_pair_is_kept_by_every_further_draw():
    camp = Judging(learners=6, judges=4, judges_per_entry=1)
    camp.draw()
    kept = camp.round.assignments.first()
    actions.set_lock(assignment=kept, locked=True, by=camp.organiser)
    for seed in range(6):
        actions.confirm_draw(round=camp.round, seed=seed, by=camp.organiser)
        assert (kept.entry.enrolment_id, kept.judge_id) in pairs(camp)
    actions.set_lock(assignment=kept, locked=False, by=camp.organiser)
    seen = []
    for seed in range(6):
        actions.confirm_draw(round=camp.round, seed=seed, by=camp.organiser)
        seen.append((kept.entry.enrolment_id, kept.judge_id) in pairs(camp))
    assert not all(seen)


def test_who_drops_out_leaves_what_they_handed_in_and_only_the_rest_moves():
    camp = Judging(learners=8, judges=4, judges_per_entry=2).open()
    judge = camp.judges[1]
    theirs = list(camp.round.assignments.filter(judge=judge).order_by("pk"))
    done = camp.mark(judge, theirs[0].entry.enrolment, (4, 5))
    begun = camp.mark(judge, theirs[1].entry.enrolment, (2,), submit=False)
    before = pairs(camp)
    shown = bridge.plan_draw(camp.round, seed=5, without=[judge])
    actions.drop_out(round=camp.round, judge=judge, reason="住院", seed=5, by=camp.organiser)
    after = pairs(camp)
    begun.refresh_from_db()
    assert (begun.state, begun.reason, begun.marks.count()) == (AssignmentState.UNABLE, "住院", 1)
    assert camp.sheet(judge, done.entry.enrolment).state == AssignmentState.SUBMITTED
    kept = {pair for pair in before if pair[1] != judge.pk}
    assert kept <= after
    added = after - before
    assert len(added) == len(theirs) - 1
    assert added == {(learner.pk, other.pk) for learner, other in shown.fresh_pairs}
    assert judge not in queries.panel_judges(camp.round)
    standing = camp.round.assignments.filter(state__in=("assigned", "saved", "submitted"))
    assert standing.count() == 16


def test_where_nobody_can_take_over_the_judge_stays():
    camp = Judging(learners=3, judges=2, judges_per_entry=2).open()
    before = pairs(camp)
    with pytest.raises(Refused) as caught:
        actions.drop_out(round=camp.round, judge=camp.judges[0], reason="住院", seed=1, by=camp.organiser)
    assert caught.value.code == "impossible"
    assert pairs(camp) == before
    assert camp.judges[0] in queries.panel_judges(camp.round)


def test_the_plan_says_how_judges_hang_together_and_what_one_more_would_buy():
    camp = Judging(learners=6, judges=3, judges_per_entry=2)
    plan = bridge.plan_draw(camp.round)
    assert (plan.linked.judges, plan.linked.parts, plan.linked.rank) == (3, 1, 2)
    assert plan.further.typical_after < plan.further.typical_before
    assert (plan.further.enrolment, plan.further.judge) not in plan.pairs


def test_judges_tied_to_teams_are_warned_of():
    camp = Judging(learners=12, judges=3, judges_per_entry=1)
    for n in range(3):
        team = Team.objects.create(organisation=camp.organisation, programme=camp.programme, name=f"第{n}组")
        for learner in camp.learners[n * 4 : n * 4 + 4]:
            learner.team = team
            learner.save()
            actions.assign_by_hand(
                round=camp.round, enrolment=learner, judge=camp.judges[n], by=camp.organiser
            )
    plan = bridge.plan_draw(camp.round)
    assert plan.is_tied
    assert set(plan.tied.judges) == set(camp.judges)
    drawn = Judging(learners=12, judges=4, judges_per_entry=2)
    assert not bridge.plan_draw(drawn.round).is_tied


def test_every_judge_of_the_panel_has_a_reason_on_the_entry():
    camp = Judging(learners=4, judges=4, judges_per_entry=2).open()
    learner = camp.learners[0]
    near = JudgeFactory(programme=camp.programme, unit=learner.community_as_given)
    camp.round.panels.get().judges.add(near)
    rows = {row.judge: row for row in bridge.explain_entry(camp.round, learner)}
    assert set(rows) == {*camp.judges, near}
    assert "回避" in rows[near].sentence
    on = {judge for judge, row in rows.items() if row.is_on}
    assert {judge.pk for judge in on} == {pk for learner_pk, pk in pairs(camp) if learner_pk == learner.pk}
    assert {rows[judge].sentence for judge in on} == {"抽签抽中。"}


def noon(day):
    return dt.datetime.combine(day, dt.time(4), dt.UTC)  # 12:00 in Shanghai


def test_judges_are_reminded_before_their_sheets_are_due_and_only_those_who_lack_some():
    camp = Judging(learners=2, judges=2).open()
    camp.programme.state = "running"
    camp.programme.save()
    day = dt.date(2021, 12, 27)
    camp.round.closes_at = noon(day) + dt.timedelta(hours=6)
    camp.round.save()
    for learner in camp.learners:
        camp.mark(camp.judges[0], learner, (4, 5))
    Message.objects.all().delete()
    told = {
        before: actions.remind_of_sheets(now=noon(day - dt.timedelta(days=before)))
        for before in (5, 3, 2, 1, 0)
    }
    assert told == {5: 0, 3: 1, 2: 0, 1: 1, 0: 1}
    assert actions.remind_of_sheets(now=noon(day)) == 0
    assert {m.person for m in Message.objects.all()} == {camp.judges[1].person}
    assert {m.title for m in Message.objects.all()} == {f"还有 2 份没评完：{camp.round.name}"}
    assert actions.remind_of_sheets(now=noon(day) - dt.timedelta(hours=8)) == 0  # nobody is woken


def test_an_organiser_reminds_once_a_day(client):
    camp = Judging(learners=2, judges=2).open()
    client.force_login(camp.organiser)
    address = reverse("judging:desk-remind", args=[camp.programme.code, camp.round.code])
    client.post(address)
    count = Message.objects.filter(kind="sheets_due").count()
    assert count == 2
    client.post(address)
    assert Message.objects.filter(kind="sheets_due").count() == 2


def test_opening_tells_the_judges():
    camp = Judging(learners=2, judges=2).open()
    actions.tell_of_opening(camp.round)
    told = Message.objects.filter(kind="to_judge")
    assert {m.person for m in told} == {judge.person for judge in camp.judges}
    assert actions.tell_of_opening(camp.round) == 0


def test_the_pages_of_a_draw_and_of_dropping_out(client):
    camp = Judging(learners=6, judges=4, judges_per_entry=2)
    client.force_login(camp.organiser)
    args = [camp.programme.code, camp.round.code]
    html = client.get(reverse("judging:desk-draw", args=args), {"seed": "3"}).content.decode()
    assert "4 位评委连成一片，能估出 3 个宽严差别" in html
    assert "再多一份，最有用的是" in html
    client.post(reverse("judging:desk-limits", args=args), {camp.judges[0].code: "1"})
    assert queries.limits_of(camp.round, camp.judges) == {camp.judges[0].pk: 1}
    bad = client.post(reverse("judging:desk-limits", args=args), {camp.judges[0].code: "很多"})
    assert bad.status_code == 422
    camp.open()
    out = reverse("judging:desk-drop-out", args=[*args, camp.judges[1].code])
    html = client.get(out).content.decode()
    assert camp.judges[1].name in html
    assert client.post(out, {"reason": "", "seed": "3"}).status_code == 422
    assert client.post(out, {"reason": "住院", "seed": "3"}).status_code == 302
    assert not camp.round.assignments.filter(judge=camp.judges[1]).exists()
    entry = reverse("judging:desk-entry", args=[*args, camp.learners[0].code])
    assert "为什么是这几位评委" in client.get(entry).content.decode()
    sheet = camp.round.assignments.filter(entry__enrolment=camp.learners[0]).first()
    client.post(reverse("judging:desk-lock", args=[*args, sheet.code]))
    sheet.refresh_from_db()
    assert sheet.by_hand
