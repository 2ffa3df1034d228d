"""Videos, and how far a learner has watched them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, QuerySet

from yingzao.activities.enums import FactKind, VideoSource
from yingzao.activities.models import Activity, Evidence, Video, WatchPiece
from yingzao.activities.queries.audience import activities_for_person, asked_learners
from yingzao.activities.settling import watching as rules
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

ROOM = "videos"  # whose stored files films and captions are: read by the player's address alone
FILM, CAPTIONS = "film.mp4", "captions.vtt"  # how the player names them


def videos_to_watch(activity: Activity) -> list[Video]:
    """Those of which there is something to play."""
    return [video for video in activity.videos.all() if video.is_there]


def busy_times(enrolment: Enrolment, *, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Stretches of time between these two in which the learner has watched already, by what became evidence."""
    rows = WatchPiece.objects.filter(
        enrolment=enrolment,
        is_open=False,
        evidence__isnull=False,
        at_ms__lt=end_ms,
        at_ms__gt=start_ms - 3_600_000,
    ).annotate(end=ExpressionWrapper(F("at_ms") + F("took_ms"), BigIntegerField()))
    return [
        (start, end)
        for start, end in rows.filter(end__gt=start_ms).order_by("at_ms").values_list("at_ms", "end")
    ]


def recorded_spans(enrolment: Enrolment, video: Video) -> list[tuple[Any, Mapping[str, Any]]]:
    """(happened_at, detail) of the standing evidence of this video."""
    rows = Evidence.objects.filter(
        enrolment=enrolment,
        activity_id=video.activity_id,
        fact=FactKind.WATCHED,
        withdrawn_at=None,
    ).values_list("happened_at", "detail")
    return [(at, detail) for at, detail in rows if detail.get("video") == video.code]


def open_pieces(enrolment: Enrolment, video: Video) -> list[WatchPiece]:
    """Heartbeats that are not evidence yet."""
    return list(WatchPiece.objects.filter(enrolment=enrolment, video=video, is_open=True).order_by("at_ms"))


def last_place(enrolment: Enrolment, video: Video) -> int:
    """Where the learner was when the video was last played, in milliseconds; 0 at the beginning."""
    row = (
        WatchPiece.objects.filter(enrolment=enrolment, video=video)
        .order_by("-at_ms")
        .values_list("to_ms", flat=True)
        .first()
    )
    return row or 0


@dataclass(frozen=True, slots=True)
class WatcherRow:
    """One learner on the desk page of a video: minutes of it seen, by what became evidence, and when last."""

    learner: Enrolment
    seen: tuple[tuple[int, int], ...]  # stretches in milliseconds
    minutes: int
    share: float | None  # None where its length is not known
    last_at: dt.datetime | None


def watcher_rows(video: Video) -> list[WatcherRow]:
    """Every learner for whom it is, by number. Two queries, and one for those it is for."""
    rows = Evidence.objects.filter(activity_id=video.activity_id, fact=FactKind.WATCHED, withdrawn_at=None)
    facts: dict[int, list[tuple[dt.datetime, Mapping[str, Any]]]] = {}
    for learner, at, detail in rows.values_list("enrolment_id", "happened_at", "detail"):
        if detail.get("video") == video.code:
            facts.setdefault(learner, []).append((at, detail))
    learners = asked_learners(video.activity).select_related("community", "team")
    return [_watcher(learner, facts.get(learner.pk, []), video) for learner in learners]


def _watcher(
    learner: Enrolment, facts: Sequence[tuple[dt.datetime, Mapping[str, Any]]], video: Video
) -> WatcherRow:
    spans = [span for at, detail in facts for span in rules.spans_of(at, detail)]
    watched = rules.measure(spans)
    share = float(watched.credited / (video.seconds * 1000)) if video.seconds else None
    last = max((span.end_ms for span in spans), default=None)
    return WatcherRow(
        learner,
        watched.seen,
        int(watched.credited // 60_000),
        None if share is None else min(share, 1.0),
        rules.moment(last) if last is not None else None,
    )


@dataclass(frozen=True, slots=True)
class VideoRow:
    video: Video
    watchers: int


def video_rows(activity: Activity) -> list[VideoRow]:
    """The videos of an activity with how many learners have begun each. Two queries."""
    videos = list(activity.videos.select_related("part", "file"))
    begun: dict[str, set[int]] = {}
    facts = Evidence.objects.filter(activity=activity, fact=FactKind.WATCHED, withdrawn_at=None)
    for learner, detail in facts.values_list("enrolment_id", "detail"):
        begun.setdefault(str(detail.get("video", "")), set()).add(learner)
    return [VideoRow(video, len(begun.get(video.code, ()))) for video in videos]


def is_measured(video: Video) -> bool:
    """Whether watching it here can be seen: on another platform's page it cannot."""
    return video.source != VideoSource.PAGE and video.seconds > 0


def film_part(video_id: int, name: str) -> StoredFile | None:
    """The stored file behind a name: the film itself, its captions, or a part of the stream's folder."""
    owned = StoredFile.objects.filter(room=ROOM)
    if name in (FILM, CAPTIONS):
        column = "file" if name == FILM else "captions"
        if found := owned.filter(pk__in=Video.objects.filter(pk=video_id).values(column)).first():
            return found
    return owned.filter(subject__in=Video.objects.filter(pk=video_id).values("folder"), name=name).first()


def videos_for_person(person: Person) -> QuerySet[Video]:
    return Video.objects.filter(activity__in=activities_for_person(person)).select_related(
        "activity__programme__organisation", "part", "file", "captions"
    )


def videos_in(programme: Programme) -> QuerySet[Video]:
    return Video.objects.filter(activity__programme=programme).select_related(
        "activity__programme__organisation", "part", "file", "captions"
    )
