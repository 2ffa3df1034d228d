"""Minutes: golden cases by hand, and what must hold for any intervals."""

# ruff: noqa: DTZ001  (the engine takes naive and aware moments alike; these are naive)

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.engines.intervals import (
    Difference,
    Interval,
    Punch,
    Record,
    Rule,
    Source,
    Status,
    clip,
    explain_difference,
    judge_intervals,
    judge_punches,
    judge_records,
    judge_totals,
    measure,
    pass_counts,
    union,
)


def at(clock: str) -> dt.datetime:
    hour, minute, *second = map(int, clock.split(":"))
    return dt.datetime(2021, 10, 20, hour, minute, *second)


def stay(text: str) -> tuple[dt.datetime, dt.datetime | None]:
    joined, left = text.split("-", 1)
    return at(joined), None if left == "--" else at(left)


def spans(*texts: str) -> list[Interval]:
    return [Interval(*stay(text)) for text in texts]


SESSION = Interval(at("19:00"), at("20:30"))


@pytest.mark.parametrize(
    ("intervals", "minutes"),
    [
        (["19:00-20:30"], 90),
        (["18:00-22:00"], 90),
        (["19:00-19:50", "19:40-20:30"], 90),  # phone and desk: the provider's sum says 100
        (["19:00-19:50", "19:10-19:20"], 50),
        (["19:00-19:30", "19:30-20:00"], 60),
        (["19:05-19:30", "19:42-20:30"], 73),
        (["19:20-20:30"], 70),
        (["18:00-19:00", "20:30-21:00"], 0),
        (["19:30-19:00"], 0),
        (["19:00:00-19:00:59"], 0),
        (["19:00:00-19:00:59", "19:10:00-19:10:01"], 1),  # seconds add up before they are rounded, once
        ([], 0),
    ],
)
def test_minutes(intervals, minutes):
    assert measure(spans(*intervals), SESSION).minutes == minutes


def test_union_joins_what_overlaps_or_touches():
    assert union(spans("19:30-20:00", "19:00-19:10", "19:10-19:20", "19:45-20:10")) == tuple(
        spans("19:00-19:20", "19:30-20:10")
    )


def test_clip_drops_what_only_touches_the_session():
    assert clip(spans("18:30-19:00", "18:30-19:05", "20:30-20:40"), SESSION) == tuple(spans("19:00-19:05"))


def test_a_session_without_time_is_refused():
    with pytest.raises(ValueError, match="ends after"):
        measure([], Interval(at("19:00"), at("19:00")))


def rule(share: str = "0.8", **more) -> Rule:
    return Rule(SESSION, min_share=Fraction(share), **more)


@pytest.mark.parametrize(
    ("stays", "status", "minutes", "flags"),
    [
        (["19:00-19:50", "19:40-20:30"], Status.ATTENDED, 90, set()),
        (["19:05-19:30", "19:42-20:30"], Status.ATTENDED, 73, set()),
        (["19:20-20:30"], Status.SHORT, 70, {"late"}),
        (["19:00-20:12"], Status.ATTENDED, 72, {"early"}),  # 0.8 × 90 = 72: exactly enough
        (["19:00-20:11:59"], Status.SHORT, 71, {"early"}),
        (["19:10-20:20"], Status.SHORT, 70, set()),  # ten minutes of grace belong to the punctual
        (["19:10:01-20:19:59"], Status.SHORT, 69, {"late", "early"}),
        (["19:12-20:00", "20:01---"], Status.ATTENDED, 77, {"late"}),
        (["20:40---"], Status.SHORT, 0, {"late"}),
        (["18:00-18:30"], Status.SHORT, 0, {"early"}),
        ([], Status.ABSENT, 0, set()),
    ],
)
def test_judge_intervals(stays, status, minutes, flags):
    verdict = judge_intervals(rule(), [stay(text) for text in stays])
    assert (verdict.status, verdict.minutes, set(verdict.flags)) == (status, minutes, flags)


def test_first_join_and_last_leave_are_told_as_they_were():
    verdict = judge_intervals(rule(), [stay("18:55-19:30"), stay("19:40-21:00")])
    assert (verdict.first_join, verdict.last_leave) == (at("18:55"), at("21:00"))
    assert judge_intervals(rule(), [stay("18:55---")]).last_leave == SESSION.end


@pytest.mark.parametrize(("minutes", "status"), [(55, Status.ATTENDED), (54, Status.SHORT)])
def test_55_of_100_minutes_meet_a_share_of_055_exactly(minutes, status):
    hundred = Interval(at("19:00"), at("20:40"))
    start = at("19:00")
    verdict = judge_intervals(
        Rule(hundred, min_share=Fraction("0.55")), [(start, start + dt.timedelta(minutes=minutes))]
    )
    assert (verdict.status, verdict.needed) == (status, 55)


def test_on_the_report_without_having_come_in_is_short_and_not_absent():
    assert judge_intervals(rule(), [], on_report=True).status == Status.SHORT


@pytest.mark.parametrize(("ceiling", "minutes"), [(4319, 71), (4320, 72), (9999, 90)])
def test_a_ceiling_holds_where_stays_span_pauses(ceiling, minutes):
    verdict = judge_intervals(rule(), [stay("19:00-20:30")], at_most_seconds=ceiling)
    assert (verdict.minutes, verdict.flags) == (minutes, {"only_totals"})


def test_both_minimums_hold():
    assert Rule(SESSION, min_share=Fraction("0.5"), min_minutes=60).needed == 60
    assert Rule(SESSION, min_share=Fraction("0.9"), min_minutes=60).needed == 81
    assert Rule(SESSION).needed == 0
    assert Rule(SESSION, min_share=Fraction(1, 7)).needed == Fraction(90, 7)


@pytest.mark.parametrize(
    ("live", "replay", "count_replay", "status", "minutes"),
    [
        (5400, 0, False, Status.ATTENDED, 90),
        (9999, 0, False, Status.ATTENDED, 90),
        (3240, 0, False, Status.ATTENDED, 54),
        (3239, 0, False, Status.SHORT, 53),
        (2900, 2600, False, Status.SHORT, 48),
        (2900, 2600, True, Status.ATTENDED, 90),
        (0, 5300, False, Status.SHORT, 0),
    ],
)
def test_judge_totals(live, replay, count_replay, status, minutes):
    verdict = judge_totals(rule("0.6", count_replay=count_replay), live_seconds=live, replay_seconds=replay)
    assert (verdict.status, verdict.minutes, verdict.flags) == (status, minutes, {"only_totals"})


@pytest.mark.parametrize(
    ("punches", "status", "flags", "reasons"),
    [
        ([Punch(at("18:52")), Punch(at("20:31"))], Status.ATTENDED, set(), ()),
        ([Punch(at("19:17"), made_up=True), Punch(at("20:35"))], Status.ATTENDED, {"late", "made_up"}, ()),
        ([Punch(at("18:52")), Punch(at("20:00"))], Status.ATTENDED, {"early"}, ()),
        (
            [Punch(at("18:58"), abnormal=True)],
            Status.CHECK,
            set(),
            ("place_abnormal", "single_punch"),
        ),
        ([Punch(at("18:58")), Punch(at("20:30"), abnormal=True)], Status.CHECK, set(), ("place_abnormal",)),
        ([Punch(at("18:50")), Punch(at("18:52"))], Status.CHECK, set(), ("no_out",)),
        ([Punch(at("20:31")), Punch(at("20:40"))], Status.CHECK, set(), ("no_in",)),
        ([Punch(at("19:00")), Punch(at("19:00"))], Status.CHECK, set(), ("single_punch",)),
        ([], Status.ABSENT, set(), ()),
    ],
)
def test_judge_punches(punches, status, flags, reasons):
    verdict = judge_punches(rule(), punches)
    assert (verdict.status, set(verdict.flags), verdict.reasons) == (status, flags, reasons)
    assert verdict.minutes is None


def test_pass_counts_preview_each_share():
    shares = [Fraction(n, 10) for n in (6, 7, 8, 9)]
    assert [count for _, count in pass_counts([90, 73, 70, 54, 0], SESSION, shares)] == [4, 3, 2, 1]


SECONDS = st.integers(min_value=-3600, max_value=3 * 3600)
MOMENTS = SECONDS.map(lambda seconds: SESSION.start + dt.timedelta(seconds=seconds))
INTERVALS = st.lists(st.builds(Interval, MOMENTS, MOMENTS), max_size=12)


@given(INTERVALS)
def test_presence_counts_each_second_of_the_session_once(intervals):
    there = sum(
        any(i.start <= moment < i.end for i in intervals)
        for moment in (SESSION.start + dt.timedelta(seconds=n) for n in range(5400))
    )
    presence = measure(intervals, SESSION)
    assert (presence.seconds, presence.minutes, presence.share) == (there, there // 60, Fraction(there, 5400))


@given(INTERVALS, st.randoms())
def test_order_and_repetition_change_nothing(intervals, random):
    again = intervals * 2
    random.shuffle(again)
    assert measure(again, SESSION) == measure(intervals, SESSION)


@given(INTERVALS, st.builds(Interval, MOMENTS, MOMENTS))
def test_one_more_interval_never_takes_time_away(intervals, more):
    before, after = measure(intervals, SESSION), measure([*intervals, more], SESSION)
    assert before.seconds <= after.seconds <= before.seconds + Fraction(more.length.total_seconds())


@given(INTERVALS)
def test_union_is_disjoint_ordered_and_stable(intervals):
    merged = union(intervals)
    assert all(a.end < b.start for a, b in pairwise(merged))
    assert union(merged) == merged


# Records of several files, breaks, and where the provider's sum went


def records_of(*pairs, **more):
    return [Record(joined=at(a), left=at(b) if b else None, **more) for a, b in pairs]


def test_a_break_is_time_of_nobody():
    rule = Rule(
        Interval(at("19:00"), at("21:00")), Fraction("0.8"), breaks=(Interval(at("19:50"), at("20:10")),)
    )
    assert (rule.length, rule.needed) == (dt.timedelta(minutes=100), 80)
    verdict = judge_records(rule, records_of(("19:00", "21:00")))
    assert (verdict.minutes, [(s.start, s.end) for s in verdict.spans]) == (
        100,
        [(at("19:00"), at("19:50")), (at("20:10"), at("21:00"))],
    )


def test_a_session_of_breaks_alone_holds_no_time():
    session = Interval(at("19:00"), at("20:00"))
    with pytest.raises(ValueError, match="ends after it starts"):
        measure([], session, [session])


def test_each_source_is_judged_by_its_own_kind_and_the_best_counts():
    rule = Rule(Interval(at("19:00"), at("20:30")), Fraction("0.8"))
    short = records_of(("19:00", "19:30"))
    totals = [Record(Source.TOTALS, seconds=4320)]
    assert judge_records(rule, short).status is Status.SHORT
    both = judge_records(rule, [*short, *totals])
    assert (both.status, both.minutes) == (Status.ATTENDED, 72)
    signed = judge_records(rule, [*short, Record(Source.PRESENCE)])
    assert (signed.status, signed.minutes) == (Status.ATTENDED, 30)


def test_nothing_at_all_is_absence_and_a_plain_row_is_not():
    rule = Rule(Interval(at("19:00"), at("20:30")), Fraction("0.8"))
    assert judge_records(rule, []).status is Status.ABSENT
    assert judge_records(rule, [Record(problem="never_joined")]).status is Status.SHORT
    assert judge_records(rule, [Record(problem="waiting_room")]).status is Status.SHORT


def test_an_unreadable_row_is_looked_at_unless_the_others_suffice():
    rule = Rule(Interval(at("19:00"), at("20:30")), Fraction("0.8"))
    unreadable = Record(problem="unreadable_time")
    alone = judge_records(rule, [unreadable])
    assert (alone.status, alone.reasons) == (Status.CHECK, ("unreadable_time",))
    assert judge_records(rule, [unreadable, *records_of(("19:00", "20:30"))]).status is Status.ATTENDED


def test_the_difference_to_the_providers_sum_is_accounted_for():
    rule = Rule(Interval(at("19:00"), at("20:30")), Fraction("0.8"))
    records = [
        Record(joined=at("18:50"), left=at("19:50"), seconds=3600),
        Record(joined=at("19:40"), left=at("20:30"), seconds=3030),
    ]
    assert explain_difference(rule, records) == Difference(
        claimed=6630, counted=5400, overlapping=600, outside=600, unexplained=30
    )
    assert explain_difference(rule, [Record(Source.TOTALS, seconds=60)]) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 90), st.integers(0, 5000)), min_size=1, max_size=6
    ),
    st.lists(st.tuples(st.integers(0, 120), st.integers(1, 20)), max_size=2),
)
def test_difference_always_adds_up(given_stays, pauses):
    start = at("19:00")

    def moment(minutes):
        return start + dt.timedelta(minutes=minutes - 40)

    breaks = tuple(Interval(moment(40 + a), moment(40 + a + n)) for a, n in pauses)
    rule = Rule(Interval(start, at("21:00")), Fraction("0.5"), breaks=breaks)
    records = [Record(joined=moment(a), left=moment(a + n), seconds=s) for a, n, s in given_stays]
    gone = explain_difference(rule, records)
    assert gone is not None
    assert gone.claimed == gone.counted + gone.overlapping + gone.outside + gone.unexplained
    assert min(gone.counted, gone.overlapping, gone.outside) >= 0
    seconds = {
        moment(m)
        for a, n, _s in given_stays
        for m in range(a, a + n)
        if start <= moment(m) < at("21:00") and not any(b.start <= moment(m) < b.end for b in breaks)
    }
    assert gone.counted == len(seconds) * 60


@pytest.mark.parametrize(
    ("stays", "status"),
    [
        (["18:00-18:30"], Status.SHORT),
        (["20:30---"], Status.SHORT),
        (["18:00-19:00:01"], Status.ATTENDED),
    ],
)
def test_where_nothing_is_asked_a_moment_inside_is_needed(stays, status):
    assert judge_intervals(rule("0"), [stay(text) for text in stays]).status == status


@pytest.mark.parametrize(("seconds", "status"), [(0, Status.SHORT), (1, Status.ATTENDED)])
def test_where_nothing_is_asked_a_second_is_needed(seconds, status):
    assert judge_totals(rule("0"), live_seconds=seconds).status == status
