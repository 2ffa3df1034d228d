"""Visits: the rotating code, one record a stop, ticking and taking back, and who sees the screen."""

from fractions import Fraction

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.enums import DutyState, Still
from yingzao.activities.kind import Fact, Frame, PartFrame
from yingzao.activities.models import Duty, Evidence
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.actions import checking
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import Stop
from yingzao.visits.settling import codes

NOW = moment("2021-11-06 10:00")


def frame(stops=3, *, held=False, **rule):
    return Frame(
        code="V",
        kind="visit",
        rule=rule,
        starts_at=moment("2021-11-06 09:00"),
        ends_at=moment("2021-11-06 17:00"),
        due_at=None,
        late_until=moment("2022-01-14 23:59"),
        held=held,
        cancelled=False,
        parts=tuple(PartFrame(f"S{n}", f"第{n}站", None, None) for n in range(stops)),
    )


def here(n):
    return Fact(f"k{n}", "checked_in", NOW, part=f"S{n}")


def settle(asked, *facts):
    return FieldVisit().settle(asked, facts, NOW)


@pytest.mark.parametrize(
    ("rule", "seen", "state", "share"),
    [
        ({}, 3, DutyState.DONE, 1),
        ({}, 2, DutyState.PENDING, Fraction(2, 3)),
        ({"min_stops": 2}, 2, DutyState.DONE, 1),
        ({"min_stops": 2}, 1, DutyState.PENDING, Fraction(1, 2)),
        ({"min_stops": 9}, 3, DutyState.DONE, 1),  # never more than there are
        ({"min_stops": 0}, 2, DutyState.PENDING, Fraction(2, 3)),
    ],
)
def test_the_asked_number_of_stops_is_needed(rule, seen, state, share):
    verdict = settle(frame(**rule), *(here(n) for n in range(seen)))
    assert (verdict.state, verdict.share) == (state, share)


def test_one_stop_twice_is_one():
    assert settle(frame(), here(0), here(0)).share == Fraction(1, 3)


def test_after_the_list_is_closed_what_is_missing_is_missed_and_named():
    verdict = settle(frame(held=True), here(0))
    assert (verdict.state, verdict.still, verdict.reasons[0]["missing"]) == (
        DutyState.MISSED,
        Still.NO,
        ["第1站", "第2站"],
    )


def test_a_confirmation_of_the_whole_visit_stands_for_all_stops_and_says_so():
    verdict = settle(frame(held=True), Fact("c", "confirmed", NOW))
    assert (verdict.state, [r["code"] for r in verdict.reasons]) == (DutyState.DONE, ["visit.confirmed"])


def test_what_is_missing_names_the_stops_that_are_left():
    kind, asked = FieldVisit(), frame(min_stops=2)

    class Activity:
        class parts:
            all = staticmethod(lambda: asked.parts)

    text = kind.missing(asked.rule, Activity, settle(asked, here(0)).reasons)
    assert [w in text for w in ("1", "第1站", "第2站", "第0站")] == [True, True, True, False]


# The code

SECRET = "5f" * 32


def test_a_code_is_good_in_its_half_minute_and_the_one_after():
    start = moment("2021-11-06 10:00")
    code = codes.code_at(SECRET, start)
    seconds = {
        s: codes.code_is_good(SECRET, code, start.replace(minute=s // 60, second=s % 60)) for s in range(180)
    }
    assert [s for s, good in seconds.items() if not good] == list(range(60, 180))
    assert not codes.code_is_good(SECRET, code, moment("2021-11-06 09:59").replace(second=59))


def test_the_code_of_another_stop_is_not_good():
    other = codes.code_at("a0" * 32, NOW)
    assert (other != codes.code_at(SECRET, NOW), codes.code_is_good(SECRET, other, NOW)) == (True, False)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "²²²²²²"])
def test_what_is_no_code_is_not_good(typed):
    assert not codes.code_is_good(SECRET, typed, NOW)


def test_a_code_may_be_typed_with_a_gap_or_in_full_width():
    code = codes.code_at(SECRET, NOW)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    for typed in (f"{code[:3]} {code[3:]}", f" {code}", wide):
        assert codes.code_is_good(SECRET, typed, NOW)


# Checking in


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def visit(camp):
    visit = ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="参访一",
        starts_at=moment("2021-11-06 09:00"),
        ends_at=moment("2021-11-06 17:00"),
    )
    for title in ("文华花园", "南湾"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    return visit


@pytest.fixture
def stops(visit):
    return list(Stop.objects.order_by("pk"))


def check_in(camp, visit, stops, code, now=NOW):
    return actions.check_in_by_code(
        enrolment=camp.learner, activity=visit, typed=code, stops=stops, by=camp.learner.person, now=now
    )


def duty(camp, visit):
    return Duty.objects.get(enrolment=camp.learner, activity=visit)


def test_the_code_decides_the_stop_and_a_double_tap_is_one_record(camp, visit, stops):
    second = codes.code_at(stops[1].secret, NOW)
    for _tap in range(2):
        assert check_in(camp, visit, stops, second) == stops[1]
    [fact] = Evidence.objects.all()
    assert (fact.part, fact.source, duty(camp, visit).share) == (stops[1].part, "learner", Fraction(1, 2))


def test_an_old_code_is_refused(camp, visit, stops):
    old = codes.code_at(stops[0].secret, moment("2021-11-06 09:58"))
    with pytest.raises(Refused) as refusal:
        check_in(camp, visit, stops, old)
    assert (refusal.value.code, Evidence.objects.exists()) == ("code-not-good", False)


def test_codes_cannot_be_tried_out(camp, visit, stops):
    wrong = [
        f"{n:06d}" for n in range(40) if not any(codes.code_is_good(s.secret, f"{n:06d}", NOW) for s in stops)
    ]
    for code in wrong[: checking.WRONG_TRIES]:
        with pytest.raises(Refused, match="无效"):
            check_in(camp, visit, stops, code)
    with pytest.raises(Refused) as refusal:
        check_in(camp, visit, stops, codes.code_at(stops[0].secret, NOW))
    assert (refusal.value.code, Evidence.objects.exists()) == ("too-many-tries", False)
    other = EnrolmentFactory(programme=camp.programme)
    stop = actions.check_in_by_code(
        enrolment=other,
        activity=visit,
        typed=codes.code_at(stops[0].secret, NOW),
        stops=stops,
        by=None,
        now=NOW,
    )
    assert stop == stops[0]


def test_the_code_of_another_visit_is_refused(camp, visit, stops):
    other = ActivityFactory(programme=camp.programme, kind="visit")
    PartFactory(activity=other)
    FieldVisit().plan(other, [], None)
    with pytest.raises(Refused):
        check_in(camp, visit, stops, codes.code_at(Stop.objects.get(part__activity=other).secret, NOW))


def test_in_a_closed_stage_nobody_checks_in(camp, visit, stops):
    camp.close()
    with pytest.raises(Refused):
        check_in(camp, visit, stops, codes.code_at(stops[0].secret, NOW))
    with pytest.raises(Refused):
        actions.check_in_by_staff(stop=stops[0], enrolment=camp.learner, by=camp.by)


def test_ticked_unticked_and_ticked_again_are_two_records_one_withdrawn(camp, visit, stops):
    tick = {"stop": stops[0], "enrolment": camp.learner, "by": camp.by}
    actions.check_in_by_staff(**tick)
    actions.check_in_by_staff(**tick)
    assert Evidence.objects.count() == 1
    actions.untick(**tick, reason="点错了")
    assert duty(camp, visit).share == 0
    actions.untick(**tick, reason="点错了")
    actions.check_in_by_staff(**tick)
    assert [(e.withdrawn_reason, e.source) for e in Evidence.objects.order_by("pk")] == [
        ("点错了", "staff"),
        ("", "staff"),
    ]


def test_closing_the_visit_makes_whoever_was_not_there_miss_it_and_ticking_still_mends_it(camp, visit, stops):
    actions.close_visit(activity=visit, by=camp.by)
    assert duty(camp, visit).state == "missed"
    for stop in stops:
        actions.check_in_by_staff(stop=stop, enrolment=camp.learner, by=camp.by)
    assert duty(camp, visit).state == "done"


def test_a_visit_that_has_not_begun_is_not_closed(camp, visit, monkeypatch):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: moment("2021-11-05 18:00"))
    with pytest.raises(Refused):
        actions.close_visit(activity=visit, by=camp.by)


# The pages


def url(name, *codes):
    return reverse(f"visits:{name}", args=codes)


def test_scanning_fills_the_code_in_and_one_tap_checks_in(camp, visit, stops, client, monkeypatch):
    monkeypatch.setattr("yingzao.core.clock.now", lambda: NOW)
    code = codes.code_at(stops[0].secret, NOW)
    client.force_login(camp.learner.person)
    assert f'value="{code}"' in client.get(url("learner-visit", visit.code) + f"?c={code}").content.decode()
    assert client.post(url("learner-visit", visit.code), {"code": code}).status_code == 302
    assert Evidence.objects.get().part == stops[0].part


def test_a_wrong_code_is_answered_beside_the_field(camp, visit, client):
    client.force_login(camp.learner.person)
    for typed in ("000000", "", "不知道"):
        assert client.post(url("learner-visit", visit.code), {"code": typed}).status_code == 422
    assert not Evidence.objects.exists()


def test_the_screen_shows_the_code_of_now_and_how_many_are_there(camp, visit, stops, client):
    record(camp.learner, visit, "checked_in", "2021-11-06 09:40", part=stops[0].part)
    client.force_login(camp.by)
    path = [camp.programme.code, visit.code, stops[0].part.code]
    for name in ("desk-code", "desk-code-now"):
        answer = client.get(url(name, *path))
        digits = answer.context["digits"]
        assert codes.code_is_good(stops[0].secret, digits, clock.now())
        assert f"{digits[:3]} {digits[3:]}" in answer.content.decode()
        assert stops[0].secret not in answer.content.decode()
    assert "no-cache" in client.get(url("desk-code-now", *path)).headers["Cache-Control"]


def test_ticking_answers_with_the_learners_line(camp, visit, stops, client):
    client.force_login(camp.by)
    address = url("desk-tick", camp.programme.code, visit.code, stops[0].part.code, camp.learner.code)
    line = client.post(address, {"do": "in"}, headers={"HX-Request": "true"}).content.decode()
    assert (line.count("<li"), camp.learner.name in line, camp.other.name in line) == (1, True, False)
    client.post(address, {"do": "not-in"}, headers={"HX-Request": "true"})
    assert queries.arrived_count(stops[0]) == 0


def test_a_learner_of_another_programme_is_not_ticked(camp, visit, stops, client):
    foreign = Learning().learner
    client.force_login(camp.by)
    address = url("desk-tick", camp.programme.code, visit.code, stops[0].part.code, foreign.code)
    assert client.post(address, {"do": "in"}).status_code == 404
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("learners", [1, 3])
def test_the_list_to_tick_costs_the_same_for_one_and_for_three(
    camp, visit, stops, client, learners, django_assert_num_queries
):
    EnrolmentFactory.create_batch(learners, programme=camp.programme)
    client.force_login(camp.by)
    page = url("desk-stop", camp.programme.code, visit.code, stops[0].part.code)
    client.get(page)  # the session writes itself once
    with django_assert_num_queries(10):
        client.get(page)


def test_the_screen_and_the_list_are_the_organisers_alone(camp, visit, stops, client):
    codes = [camp.programme.code, visit.code, stops[0].part.code]
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    host = StaffRoleFactory(programme=camp.programme, role=Role.HOST, unit="龙江镇文华花园").person
    for person in (supervisor, host, camp.learner.person, StaffRoleFactory().person):
        client.force_login(person)
        for name in ("desk-code", "desk-code-now", "desk-stop"):
            assert client.get(url(name, *codes)).status_code == 404


def test_a_host_sees_the_stop_of_its_own_community_with_masked_names(camp, visit, stops, client):
    host = StaffRoleFactory(programme=camp.programme, role=Role.HOST, unit="龙江镇文华花园").person
    client.force_login(host)
    listed = client.get(url("host-list")).content.decode()
    assert "文华花园" in listed
    assert camp.programme.full_name in listed  # the same stop is visited by further editions
    text = client.get(url("host-stop", stops[0].part.code)).content.decode()
    assert (camp.learner.name in text, camp.learner.phone in text, camp.learner.name[0] + "*" in text) == (
        False,
        False,
        True,
    )
    assert client.get(url("host-stop", stops[1].part.code)).status_code == 404


def test_the_sheet_to_print_has_a_column_for_each_stop(camp, visit, client):
    client.force_login(camp.by)
    text = client.get(url("desk-sheet", camp.programme.code, visit.code)).content.decode()
    assert [w in text for w in ("文华花园", "南湾", camp.learner.name)] == [True] * 3


def test_a_stop_is_linked_to_the_community_of_its_name_unless_two_towns_have_one(camp):
    organisation = camp.programme.organisation
    only = CommunityFactory(organisation=organisation, name="霞石村", town="伦教街道")
    for town in ("容桂街道", "大良街道"):
        CommunityFactory(organisation=organisation, name="振华社区", town=town)
    visit = ActivityFactory(programme=camp.programme, kind="visit")
    for title in ("霞石村", "振华社区"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    assert list(Stop.objects.order_by("pk").values_list("community", flat=True)) == [only.pk, None]
