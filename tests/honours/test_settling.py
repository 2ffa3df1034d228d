"""Duties by their facts alone, held against what settled them and against the program of the pack."""

import datetime as dt
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingzao.activities.kind import Fact, Frame, PartFrame
from yingzao.honours.exports import recompute
from yingzao.honours.queries.inputs import instant
from yingzao.honours.settling import is_plain, plain_state
from yingzao.live import bridge, rules

START = dt.datetime(2021, 10, 14, 11, tzinfo=dt.UTC)


def fact(key="k1", kind="confirmed", at="2021-11-01", until=None, **more):
    return {"key": key, "fact": kind, "happened_at": at, "until": until, **more}


def duty(state, *reasons, evidence=()):
    return {"activity": "A", "state": state, "reasons": list(reasons), "evidence": list(evidence)}


def activity(kind, rule=None, due_at=None, sessions=()):
    return {"code": "A", "kind": kind, "rule": rule or {}, "due_at": due_at, "sessions": list(sessions)}


def both(line, asked):
    """What the product and the pack's program make of it: the same."""
    found = plain_state(line, asked)
    assert recompute.state_of("L", line | {"plain": True}, asked) == found
    return found


REFLECTED = {"code": "case.reflected", "characters": 120, "asked": 100, "evidence": "k1"}
HANDED_IN = {"code": "practice.handed_in", "characters": 90, "asked": 60, "evidence": "k1"}
STOPS = {"code": "visit.stops", "asked": 2, "evidence": ["k1", "k2"]}
ALL = {"code": "course.lessons", "done": 3, "lessons": 4, "evidence": ["k1"]}


@pytest.mark.parametrize(
    ("reasons", "evidence", "asked", "state"),
    [
        ([REFLECTED], [fact(kind="reflected")], activity("case"), "done"),
        ([REFLECTED], [fact(kind="reflected")], activity("case", due_at="2021-11-02"), "done"),
        ([REFLECTED], [fact(kind="reflected")], activity("case", due_at="2021-10-31"), "late"),
        ([REFLECTED], [], activity("case"), "missed"),
        ([REFLECTED], [fact(kind="reflected")], activity("case", {"reflection_characters": 121}), "missed"),
        ([REFLECTED | {"characters": 0}], [fact()], activity("case"), "done"),
        ([{"code": "case.read", "evidence": "k1"}], [fact(kind="read")], activity("case", {"reflection_characters": 0}), "done"),
        ([{"code": "case.missing", "characters": 4, "evidence": ["k1"]}], [fact(kind="read")], activity("case"), "missed"),
        ([HANDED_IN], [fact(kind="handed_in")], activity("practice", {"characters": 60}), "done"),
        ([HANDED_IN], [fact(kind="handed_in")], activity("practice", {"characters": 91}), "missed"),
        ([HANDED_IN], [fact(kind="handed_in", first_at="2021-10-01")], activity("practice", due_at="2021-10-15"), "done"),
        ([STOPS], [fact(kind="checked_in"), fact("k2", "checked_in")], activity("visit"), "done"),
        ([STOPS], [fact(kind="checked_in")], activity("visit"), "missed"),
        ([STOPS], [fact(kind="checked_in")], activity("visit", {"min_stops": 1}), "done"),
        ([ALL], [fact(kind="read")], activity("course", {"min_progress": "0.75"}), "done"),
        ([ALL], [fact(kind="read")], activity("course"), "missed"),
        ([{"code": "course.imported", "progress": "1", "evidence": "k1"}], [fact(kind="imported")], activity("course"), "done"),
        ([{"code": "course.imported", "progress": "9/10", "evidence": "k1"}], [fact(kind="imported")], activity("course"), "missed"),
        ([{"code": "excused", "evidence": "k1"}], [fact(kind="excused")], activity("case"), "excused"),
        ([{"code": "excused", "evidence": "k1"}], [], activity("case"), "missed"),
        ([{"code": "live.made_up", "full": False, "evidence": "k1"}], [fact()], activity("live"), "late"),
        ([{"code": "live.made_up", "full": True, "evidence": "k1"}], [fact()], activity("live"), "done"),
        ([{"code": "live.check", "evidence": ["k1"]}], [fact(kind="attended")], activity("live"), "missed"),
    ],
)  # fmt: skip
def test_a_duty_follows_from_its_facts(reasons, evidence, asked, state):
    assert both(duty(state, *reasons, evidence=evidence), asked) == state


def test_what_its_facts_do_not_come_to_is_not_plain():
    """Punches that somebody looked at: the state stands as it was settled, and the pack believes it."""
    line = duty("done", {"code": "live.present", "evidence": ["k1"]}, evidence=[fact(kind="attended")])
    assert not is_plain(line, activity("live"))
    assert recompute.state_of("L", line, activity("live")) == "done"
    assert recompute.state_of("L", line | {"evidence": []}, activity("live")) == "missed"


minutes = st.integers(-40, 160 * 60)
stays = st.lists(st.tuples(minutes, st.integers(0, 90 * 60)), min_size=1, max_size=5)


@given(
    stays=stays,
    share=st.sampled_from(["0.5", "0.55", "0.8", "1"]),
    least=st.sampled_from([None, 1, 45, 61]),
    parts=st.sampled_from([[(0, 90)], [(0, 45), (60, 105)], [(0, 61), (30, 90)]]),
)
def test_minutes_by_stays_are_those_that_settled_the_duty(stays, share, least, parts):
    def at(seconds):
        return START + dt.timedelta(seconds=seconds)

    rule = {"min_share": share} | ({"min_minutes": least} if least else {})
    sessions = [(at(a * 60), at(b * 60)) for a, b in parts]
    frame = Frame(
        "A", "live", rule, None, None, None, at(10**6), True, False,
        tuple(PartFrame(str(n), "", start, end) for n, (start, end) in enumerate(sessions)),
    )  # fmt: skip
    facts = [
        Fact(f"k{n}", "attended", at(start), at(start + length)) for n, (start, length) in enumerate(stays)
    ]
    heard = bridge.heard(frame, facts)
    verdict = rules.settle(frame, facts, heard, at(10**5))
    line = {
        "activity": "A",
        "state": str(verdict.state.value),
        "reasons": list(verdict.reasons),
        "evidence": [fact(f.key, "attended", instant(f.happened_at), instant(f.until)) for f in facts],
    }
    asked = activity("live", rule, sessions=[[instant(start), instant(end)] for start, end in sessions])
    apart = all(b <= c for (_a, b), (c, _d) in pairwise(parts))
    assert is_plain(line, asked) or not apart
    assert (
        recompute.state_of("L", line | ({"plain": True} if is_plain(line, asked) else {}), asked)
        == line["state"]
    )
    if apart and heard.needed == Fraction(share) * 90:
        assert both(line, asked) == line["state"]
