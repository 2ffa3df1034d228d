"""The watch log: what was really played, when, and what it comes to."""

import datetime as dt
import json
import uuid
from fractions import Fraction

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.learning import Learning
from yingzao.activities import actions as activities
from yingzao.activities.actions import watching
from yingzao.activities.models import Duty, Evidence, WatchPiece
from yingzao.activities.settling.watching import Span, apart, measure, merged, milliseconds, moment, spans_of
from yingzao.core import clock
from yingzao.enrolment.enums import EnrolmentState


def span(start, end, at, took=None):
    """Seconds; played at real speed where `took` does not say otherwise."""
    took = end - start if took is None else took
    return Span(*(int(n * 1000) for n in (start, end, at, at + took)))


# What was seen


def test_a_moment_seen_twice_counts_once():
    watched = measure([span(0, 60, 0), span(30, 90, 100)])
    assert (watched.credited, watched.seen) == (90_000, ((0, 90_000),))


def test_what_was_skipped_is_not_seen():
    watched = measure([span(0, 10, 0), span(50, 60, 11)])
    assert (watched.credited, watched.seen) == (20_000, ((0, 10_000), (50_000, 60_000)))


@pytest.mark.parametrize(
    ("took", "media", "wall"),
    [(60, 60_000, 60_000), (30, 60_000, 30_000), (48, 60_000, 48_000), (120, 60_000, 60_000)],
)
def test_speed_counts_by_the_rule(took, media, wall):
    played = [span(0, 60, 0, took)]
    assert measure(played, counts="media").credited == media
    assert measure(played, counts="wall").credited == wall


def test_by_the_time_spent_the_slowest_seeing_of_a_moment_counts():
    fast, slow = span(0, 60, 0, 30), span(0, 30, 100)
    assert measure([fast, slow], counts="wall").credited == 30_000 + 15_000


def test_the_instant_at_which_enough_was_seen_lies_within_the_span():
    watched = measure([span(0, 10, 0), span(20, 40, 100)], enough=Fraction(20_000))
    assert watched.reached_ms == 110_000


def test_what_is_never_enough_is_reached_never():
    assert measure([span(0, 10, 0)], enough=10_001).reached_ms is None


@given(
    st.lists(
        st.tuples(st.integers(0, 50), st.integers(1, 50), st.integers(0, 500), st.integers(1, 100)),
        max_size=12,
    ),
    st.sampled_from(["media", "wall"]),
)
def test_credit_is_never_more_than_what_was_seen_and_never_shrinks(rows, counts):
    spans = [span(a, a + b, at, took) for a, b, at, took in rows]
    by_second: dict[int, Fraction] = {}
    for one in spans:
        weight = (
            Fraction(1)
            if counts == "media"
            else min(Fraction(one.end_ms - one.start_ms, one.length), Fraction(1))
        )
        for second in range(one.from_ms // 1000, one.to_ms // 1000):
            by_second[second] = max(by_second.get(second, Fraction(0)), weight)
    assert measure(spans, counts=counts).credited == sum(by_second.values(), Fraction(0)) * 1000
    assert measure(spans[:-1], counts=counts).credited <= measure(spans, counts=counts).credited


def test_heartbeats_that_follow_one_another_are_one_span():
    beats = [span(n * 15, n * 15 + 15, n * 15.2, 15.1) for n in range(240)]
    assert len(merged(beats)) == 1
    assert len(merged([span(0, 15, 0), span(15, 45, 15, 15)])) == 2  # the speed changed


def test_of_two_films_at_once_the_later_yields():
    assert apart([span(0, 60, 0), span(200, 260, 30)], []) == [span(0, 60, 0), span(230, 260, 60)]
    assert apart([span(0, 60, 0)], [(0, 60_000)]) == []
    assert apart([span(0, 60, 0, 30)], [(10_000, 20_000)]) == [span(0, 20, 0, 10), span(40, 60, 20, 10)]


def test_faster_than_the_player_plays_was_passed_over():
    assert span(0, 60, 0, 20).is_too_fast
    assert not span(0, 60, 0, 30).is_too_fast


# The log


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def video(camp):
    course = ActivityFactory(programme=camp.programme, kind="course", title="主题课")
    part = PartFactory(activity=course, title="第一讲")
    course.rule = {
        "lessons": {part.code: {"kind": "video", "seconds": 100, "share": "0.9", "counts": "media"}}
    }
    course.save()
    activities.resettle(camp.programme)
    return activities.make_video(
        activity=course,
        part=part,
        title="第一讲",
        source="address",
        url="https://v.example/1.mp4",
        seconds=100,
        by=camp.by,
    )


@pytest.fixture
def sitting(camp, video):
    return Sitting(camp.learner, video)


class Sitting:
    """A learner before a player that was opened ten minutes ago; `seconds` count from then."""

    def __init__(self, learner, video):
        self.learner, self.video = learner, video
        self.session = uuid.uuid4()
        self.opened = clock.now() - dt.timedelta(minutes=10)
        self.ticket = watching.ticket_for(learner, video, self.opened)
        self.number = 0

    def piece(self, start, end, at, took=None):
        took = end - start if took is None else took
        self.number += 1
        begun = milliseconds(self.opened) + at * 1000
        return [self.number, start * 1000, end * 1000, begun, took * 1000]

    def body(self, *pieces, close=False, **more):
        told = {
            "ticket": self.ticket,
            "session": str(self.session),
            "pieces": list(pieces),
            "clock": milliseconds(clock.now()),
            "close": close,
        }
        return {**told, **more}


def send(client, body):
    return client.post("/watching/", json.dumps(body), content_type="application/json")


def stands(learner):
    return Duty.objects.get(enrolment=learner).state


def test_a_session_that_was_closed_is_one_fact(client, sitting):
    answer = send(
        client, sitting.body(*(sitting.piece(n * 15, n * 15 + 15, n * 15) for n in range(6)), close=True)
    )
    assert (answer.status_code, answer.json()) == (
        200,
        {"taken": [1, 2, 3, 4, 5, 6], "refused": [], "closed": True},
    )
    fact = Evidence.objects.get()
    assert (fact.key, fact.fact, fact.part) == (
        activities.key_from("watched", sitting.session, 6),
        "watched",
        sitting.video.part,
    )
    assert [s[:2] for s in fact.detail["spans"]] == [[0, 90_000]]
    assert fact.until - fact.happened_at == dt.timedelta(seconds=90)
    assert abs(fact.happened_at - sitting.opened) < dt.timedelta(seconds=1)
    assert stands(sitting.learner) == "done"


def test_delivered_twice_is_one_piece_and_one_fact(client, sitting):
    body = sitting.body(sitting.piece(0, 15, 0), close=True)
    for _turn in range(3):
        assert send(client, body).json()["taken"] == [1]
    assert (WatchPiece.objects.count(), Evidence.objects.count()) == (1, 1)


def test_what_arrives_after_the_session_was_closed_is_a_fact_of_its_own(client, sitting):
    send(client, sitting.body(sitting.piece(0, 15, 0), close=True))
    send(client, sitting.body(sitting.piece(15, 30, 15), close=True))
    keys = [activities.key_from("watched", sitting.session, n) for n in (1, 2)]
    assert set(Evidence.objects.values_list("key", flat=True)) == set(keys)


def test_a_session_that_fell_silent_is_closed_by_the_job(client, sitting):
    send(client, sitting.body(sitting.piece(0, 15, 0)))
    assert watching.close_idle_sessions() == 0
    later = clock.now() + watching.IDLE + dt.timedelta(seconds=1)
    assert (watching.close_idle_sessions(later), watching.close_idle_sessions(later)) == (1, 0)
    assert Evidence.objects.count() == 1


def test_a_wrong_clock_does_not_matter(client, sitting):
    piece = sitting.piece(0, 90, 0)
    piece[3] -= 7 * 60_000
    send(client, sitting.body(piece, close=True, clock=milliseconds(clock.now()) - 7 * 60_000))
    assert abs((Evidence.objects.get().happened_at - sitting.opened).total_seconds()) < 1


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.__setitem__(3, p[3] - 3_600_000),  # before the page was made
        lambda p: p.__setitem__(3, p[3] + 3_600_000),  # after it arrived
        lambda p: p.__setitem__(2, 200_000),  # beyond the end of the video
        lambda p: p.__setitem__(2, p[1]),  # nothing
        lambda p: p.__setitem__(4, 0),
        lambda p: p.__setitem__(4, 10_000_000),
        lambda p: p.__setitem__(1, -1),
        lambda p: p.__setitem__(1, 1.5),
        lambda p: p.__setitem__(1, True),
    ],
)
def test_a_piece_that_cannot_be_is_refused_and_the_phone_may_forget_it(change, client, sitting):
    piece = sitting.piece(0, 15, 0)
    change(piece)
    assert send(client, sitting.body(piece)).json() == {"taken": [], "refused": [1]}
    assert not WatchPiece.objects.exists()


def test_nobody_can_claim_more_time_than_has_passed(client, sitting):
    """Ten minutes since the page was made: at double speed twenty minutes of film can have been seen, not ninety."""
    sitting.video.seconds = 5400
    sitting.video.save()
    sitting.ticket = watching.ticket_for(sitting.learner, sitting.video, sitting.opened)
    claimed = [sitting.piece(n * 100, n * 100 + 100, n * 10, 50) for n in range(54)]
    send(client, sitting.body(*claimed, close=True))
    seen = measure([s for f in Evidence.objects.all() for s in spans_of(f.happened_at, f.detail)])
    assert seen.credited <= 2 * 600_000


def test_too_fast_is_passed_over_and_is_said(client, sitting):
    send(client, sitting.body(sitting.piece(0, 90, 0, 3), sitting.piece(90, 100, 10), close=True))
    assert Evidence.objects.get().detail["too_fast"] == 1
    assert [s[:2] for s in Evidence.objects.get().detail["spans"]] == [[90_000, 100_000]]


def test_two_windows_at_once_count_once(client, camp, video):
    first, second = Sitting(camp.learner, video), Sitting(camp.learner, video)
    second.opened, second.ticket = first.opened, first.ticket
    send(client, first.body(first.piece(0, 50, 0), close=True))
    send(client, second.body(second.piece(50, 100, 0), close=True))
    assert Evidence.objects.count() == 1
    assert stands(camp.learner) == "pending"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"session": 1}',
        b'{"session": "x", "pieces": [], "clock": 1}',
        b"\xff",
        b"x" * 70_000,
    ],
)
def test_what_is_no_delivery_is_answered(body, client, db):
    assert client.post("/watching/", body, content_type="application/json").status_code == 400


def test_without_our_ticket_nothing_is_kept(client, sitting):
    for ticket in ("", "x", sitting.ticket[:-2], None, 5):
        assert send(client, sitting.body(sitting.piece(0, 15, 0), ticket=ticket)).status_code == 403
    old = watching.ticket_for(sitting.learner, sitting.video, clock.now() - dt.timedelta(days=31))
    assert send(client, sitting.body(sitting.piece(0, 15, 0), ticket=old)).status_code == 403
    assert not WatchPiece.objects.exists()


def test_who_has_left_gets_no_evidence(client, sitting):
    sitting.learner.state = EnrolmentState.WITHDRAWN
    sitting.learner.save()
    send(client, sitting.body(sitting.piece(0, 15, 0), close=True))
    assert (Evidence.objects.count(), WatchPiece.objects.filter(is_open=True).count()) == (0, 0)


def test_a_ticket_names_whose_it_is_whoever_sends_it(client, camp, sitting):
    client.force_login(camp.other.person)
    send(client, sitting.body(sitting.piece(0, 15, 0), close=True))
    assert Evidence.objects.get().enrolment == camp.learner


def test_a_session_of_one_learner_cannot_be_closed_by_another(client, camp, video, sitting):
    send(client, sitting.body(sitting.piece(0, 15, 0)))
    stranger = Sitting(camp.other, video)
    send(client, stranger.body(close=True, session=str(sitting.session)))
    assert WatchPiece.objects.get().is_open


def test_heartbeats_cost_one_query_to_keep(sitting, django_assert_num_queries, client):
    with django_assert_num_queries(1):
        send(client, sitting.body(*(sitting.piece(n, n + 1, n) for n in range(50))))


def test_duties_follow_from_the_log_without_a_difference(client, sitting):
    send(client, sitting.body(sitting.piece(0, 40, 0), sitting.piece(60, 100, 41, 20), close=True))
    assert not activities.recompute_all().differences


def test_old_pieces_that_became_evidence_are_forgotten(client, sitting):
    send(client, sitting.body(sitting.piece(0, 15, 0), close=True))
    send(client, sitting.body(sitting.piece(15, 30, 15)))
    assert watching.forget_old_pieces(clock.now() + dt.timedelta(days=91)) == 1
    assert WatchPiece.objects.get().is_open


# The page of a video


def test_the_page_goes_on_where_the_learner_was(client, sitting):
    send(client, sitting.body(sitting.piece(0, 40, 0)))
    client.force_login(sitting.learner.person)
    page = client.get(reverse("activities:learner-video", args=[sitting.video.code]))
    state = page.context["player"]["state"]
    assert (state["resume"], [s[:2] for s in state["spans"]]) == (40_000, [[0, 40_000]])
    policy = page.headers["Content-Security-Policy"]
    assert "media-src 'self' blob: https://v.example" in policy


def test_a_video_of_a_programme_elsewhere_is_not_there(client, video):
    stranger = Learning()
    client.force_login(stranger.learner.person)
    assert client.get(reverse("activities:learner-video", args=[video.code])).status_code == 404
    client.force_login(stranger.by)
    for name in ("desk-video", "desk-film-piece"):
        url = reverse(f"activities:{name}", args=[video.activity.programme.code, video.code])
        assert client.get(url).status_code == 404


def test_moment_and_milliseconds_are_each_others_inverse():
    assert milliseconds(moment(1_700_000_000_123)) == 1_700_000_000_123
