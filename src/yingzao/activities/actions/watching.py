"""The watch log: heartbeats of players are kept as they come; a play session that has ended becomes evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import Max

from yingzao.activities.actions.evidence import NewFact, key_from, record_evidence
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Video, WatchPiece
from yingzao.activities.queries import activities_for_learner, watching
from yingzao.activities.settling import watching as rules
from yingzao.core import clock, locking
from yingzao.core.writer import Writer
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment

SALT = "activities.watching"
TOKEN_DAYS = 30  # in which what a phone kept without a network may still arrive
IDLE = dt.timedelta(minutes=3)  # after the last heartbeat a session has ended
KEPT = dt.timedelta(days=90)  # pieces that have become evidence
MOST_PIECES = 200  # in one delivery
LONGEST_MS = 120_000  # of one piece: heartbeats come every fifteen seconds
SLOW_MS = 30_000  # that a delivery may take
EARLY_MS, AHEAD_MS = (
    60_000,
    5_000,
)  # that a piece may begin before its page was made, and end after it arrived


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the player's page was made for: whose, of which video, when. Signed, so that heartbeats need no session."""

    organisation_id: int
    enrolment_id: int
    video_id: int
    seconds: int
    issued_ms: int

    def sign(self) -> str:
        told = [self.organisation_id, self.enrolment_id, self.video_id, self.seconds, self.issued_ms]
        return signing.dumps(told, salt=SALT)

    @classmethod
    def read(cls, token: str, now: dt.datetime) -> Ticket | None:
        """None for what we did not sign, and once it is too old."""
        try:
            ticket = cls(*signing.loads(token, salt=SALT))
        except (signing.BadSignature, TypeError, ValueError):
            return None
        age = rules.milliseconds(now) - ticket.issued_ms
        return ticket if age <= TOKEN_DAYS * 86_400_000 else None


def ticket_for(enrolment: Enrolment, video: Video, now: dt.datetime | None = None) -> str:
    issued = rules.milliseconds(now or clock.now())
    return Ticket(video.organisation_id, enrolment.pk, video.pk, video.seconds, issued).sign()


@dataclass(frozen=True, slots=True)
class Taken:
    """Numbers of the pieces that are kept, and of those that can never be: the phone forgets both."""

    taken: tuple[int, ...]
    refused: tuple[int, ...]


def take_pieces(
    *, ticket: Ticket, session: uuid.UUID, pieces: Sequence[Any], clock_ms: int, now: dt.datetime
) -> Taken:
    """Keep heartbeats, each `[number, from_ms, to_ms, at_ms, took_ms]`; a number that is known is kept already.

    `clock_ms` is what the phone takes the time to be while it sends. Where that is far from ours its times are put right by the
    difference; where it is near, the difference is how long the delivery took, and times stay as they are. Nothing can have been played before the page was made or after it arrives, which bounds what anybody can
    claim by the time that has really passed.
    """
    wrong = rules.milliseconds(now) - clock_ms
    if abs(wrong) <= SLOW_MS:
        wrong = 0
    kept, refused = [], []
    for piece in pieces[:MOST_PIECES]:
        row = _readable(piece, ticket, session, wrong, now)
        if row is not None:
            kept.append(row)
        elif isinstance(piece, (list, tuple)) and piece and _is_whole(piece[0]):
            refused.append(piece[0])
    if kept:
        _log.write(kept)
    return Taken(tuple(row.number for row in kept), tuple(refused))


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**31


def _readable(
    piece: Any, ticket: Ticket, session: uuid.UUID, wrong: int, now: dt.datetime
) -> WatchPiece | None:
    if not isinstance(piece, (list, tuple)) or len(piece) != 5:
        return None
    if any(type(value) is not int or not 0 <= value < 2**53 for value in piece):
        return None
    number, from_ms, to_ms, at_ms, took_ms = piece
    at_ms += wrong
    length = ticket.seconds * 1000 + 2000 if ticket.seconds else 2**31 - 1
    arrived = rules.milliseconds(now)
    sound = (
        number < 2**31
        and from_ms < to_ms <= length
        and to_ms - from_ms <= LONGEST_MS
        and 0 < took_ms <= LONGEST_MS
        and at_ms >= ticket.issued_ms - EARLY_MS
        and at_ms + took_ms <= arrived + AHEAD_MS
    )
    if not sound:
        return None
    return WatchPiece(
        organisation_id=ticket.organisation_id,
        session=session,
        number=number,
        enrolment_id=ticket.enrolment_id,
        video_id=ticket.video_id,
        from_ms=from_ms,
        to_ms=to_ms,
        at_ms=at_ms,
        took_ms=took_ms,
        received_at=now,
    )


def _keep(deliveries: Sequence[Sequence[WatchPiece]]) -> list[None]:
    WatchPiece.objects.bulk_create(
        [piece for delivery in deliveries for piece in delivery], ignore_conflicts=True
    )
    return [None] * len(deliveries)


_log: Writer[Sequence[WatchPiece], None] = Writer("activities.watching", _keep)


@transaction.atomic
def close_session(*, session: uuid.UUID, enrolment_id: int, now: dt.datetime | None = None) -> bool:
    """Make one `watched` fact of what has come of a play session and is not evidence yet; whether there was any.

    Its key is the session and the last number, so that closing twice is one fact and what arrives later is another.
    Stretches of time in which the same learner was watching something else already count once. A learner who has left,
    and an activity that is not for the learner any more, get no evidence; the pieces are closed all the same.
    """
    now = now or clock.now()
    enrolment = Enrolment.objects.select_related("programme", "person").get(pk=enrolment_id)
    locking.take_turn(f"evidence:{enrolment.programme.code}")
    pieces = list(
        WatchPiece.objects.filter(session=session, enrolment=enrolment, is_open=True).order_by("number")
    )
    if not pieces:
        return False
    video = Video.objects.select_related("activity__programme", "part").get(pk=pieces[0].video_id)
    spans = _spans(pieces)
    counted = [span for span in spans if not span.is_too_fast]
    taken = watching.busy_times(enrolment, start_ms=spans[0].start_ms, end_ms=max(s.end_ms for s in spans))
    left = rules.merged(rules.apart(counted, taken))
    fact = None
    if left and enrolment.state == EnrolmentState.ACTIVE and _is_for(video, enrolment):
        fact = _fact(
            video, enrolment, session, pieces[-1].number, left, passed_over=len(spans) - len(counted)
        )
        record_evidence([fact], by=enrolment.person, now=now)
    WatchPiece.objects.filter(pk__in=[p.pk for p in pieces]).update(
        is_open=False, evidence=fact.key if fact else None
    )
    return fact is not None


def _is_for(video: Video, enrolment: Enrolment) -> bool:
    return activities_for_learner(enrolment).filter(pk=video.activity_id).exists()


def _spans(pieces: Sequence[WatchPiece]) -> list[rules.Span]:
    spans = [rules.Span(p.from_ms, p.to_ms, p.at_ms, p.at_ms + p.took_ms) for p in pieces]
    return sorted(spans, key=lambda s: s.start_ms)


def _fact(
    video: Video,
    enrolment: Enrolment,
    session: uuid.UUID,
    last: int,
    spans: Sequence[rules.Span],
    *,
    passed_over: int,
) -> NewFact:
    begun = rules.moment(spans[0].start_ms)
    zero = rules.milliseconds(begun)
    detail: dict[str, Any] = {
        "video": video.code,
        "spans": [[s.from_ms, s.to_ms, s.start_ms - zero, s.end_ms - zero] for s in spans],
    }
    if passed_over:
        detail["too_fast"] = passed_over
    return NewFact(
        key=key_from("watched", session, last),
        enrolment=enrolment,
        activity=video.activity,
        part=video.part,
        fact=FactKind.WATCHED,
        happened_at=begun,
        until=rules.moment(max(s.end_ms for s in spans)),
        source=EvidenceSource.LEARNER,
        detail=detail,
    )


def close_idle_sessions(now: dt.datetime | None = None) -> int:
    """Close the sessions of which nothing has come for a while; how many."""
    now = now or clock.now()
    ended = (
        WatchPiece.objects.filter(is_open=True)
        .values("session", "enrolment_id")
        .annotate(last=Max("received_at"))
        .filter(last__lt=now - IDLE)
        .order_by("last")
    )
    return sum(
        close_session(session=row["session"], enrolment_id=row["enrolment_id"], now=now) for row in ended
    )


def forget_old_pieces(now: dt.datetime | None = None) -> int:
    """Delete heartbeats that became evidence long ago: the evidence says the same in a line. How many."""
    now = now or clock.now()
    return WatchPiece.objects.filter(is_open=False, received_at__lt=now - KEPT).delete()[0]


def read_delivery(body: Mapping[str, Any]) -> tuple[uuid.UUID, list[Any], int] | None:
    """(session, pieces, the phone's clock) of a delivery; None for what is none."""
    try:
        session = uuid.UUID(str(body["session"]))
    except (KeyError, ValueError):
        return None
    pieces, clock_ms = body.get("pieces"), body.get("clock")
    if not isinstance(pieces, list) or type(clock_ms) is not int or not 0 <= clock_ms < 2**53:
        return None
    return session, pieces, clock_ms
