"""Videos of activities: made, sent piece by piece, described, taken away, and brought along into a new edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities.enums import VideoSource
from yingzao.activities.models import Activity, Evidence, Part, Video, WatchPiece
from yingzao.activities.queries.watching import ROOM
from yingzao.activities.readers.captions import read_captions
from yingzao.activities.signals import video_changed
from yingzao.core import audit, clock, media
from yingzao.core.errors import Refused
from yingzao.core.media import pieces
from yingzao.core.media import videos as films
from yingzao.people.models import Person

LARGEST_PIECE = 4 * 1024 * 1024
DRAFTS_KEPT = dt.timedelta(days=7)


@transaction.atomic
def make_video(
    *,
    activity: Activity,
    part: Part | None,
    title: str,
    source: str,
    url: str = "",
    seconds: int = 0,
    by: Person,
) -> Video:
    """Put a video on the activity; the bytes of one that is kept here come afterwards."""
    video = Video.objects.create(
        organisation_id=activity.organisation_id,
        activity=activity,
        part=part,
        title=title,
        source=source,
        url=url if source in (VideoSource.ADDRESS, VideoSource.PAGE) else "",
        seconds=seconds if source == VideoSource.ADDRESS else 0,
    )
    _changed(video, by, "activities.video.made", {"activity": activity.code, "source": source, "url": url})
    return video


@transaction.atomic
def describe_video(
    *, video: Video, title: str, url: str, seconds: int, chapters: Sequence[Mapping[str, Any]], by: Person
) -> None:
    """Say what it is called, where it lies, how long it is (of what is kept here that is read from it), and its chapters."""
    before = {"title": video.title, "url": video.url, "seconds": video.seconds}
    video.title, video.chapters = title, list(chapters)
    if video.source in (VideoSource.ADDRESS, VideoSource.PAGE):
        video.url, video.seconds = url, seconds
    video.save(update_fields=["title", "chapters", "url", "seconds"])
    _changed(video, by, "activities.video.described", {"url": video.url, "seconds": video.seconds}, before)


def draft_of(video: Video) -> Path:
    """Where the pieces of a film that is being sent come together."""
    return pieces.draft(_draft_name(video))


def _draft_name(video: Video) -> str:
    return f"video-{video.code}"


def arrived(video: Video) -> int:
    """How many bytes of a film that is being sent are here."""
    return pieces.length(_draft_name(video))


def take_piece(*, video: Video, at: int, data: bytes) -> int:
    """Add a piece of the film at this place, and say how much is here. One that does not follow on adds nothing: the sender goes
    on from what the answer says. Raises Refused (`too_large`)."""
    if len(data) > LARGEST_PIECE or at + len(data) > films.LARGEST:
        raise Refused(_("The film is too large: at most %(limit)d GB.") % {"limit": 4}, code="too_large")
    return pieces.add(_draft_name(video), at=at, data=data)


def drop_draft(video: Video) -> None:
    pieces.drop(_draft_name(video))


@transaction.atomic
def finish_film(*, video: Video, name: str, by: Person) -> None:
    """Make what has arrived the video: an MP4, or a ZIP with a stream. Raises Refused with a sentence, and forgets it then."""
    draft = draft_of(video)
    owner = films.Owner(video.organisation_id, ROOM, video.code, by)
    try:
        with draft.open("rb") as file:
            is_archive = file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
        if is_archive:
            stream = films.keep_stream(draft, owner=owner)
            video.source, video.file = VideoSource.STREAM, None
            video.folder, video.entry, video.seconds = stream.folder, stream.entry, stream.seconds
        else:
            video.file, video.seconds = films.keep_film(draft, name=name, owner=owner)
            video.source, video.folder, video.entry = VideoSource.FILE, "", ""
    except FileNotFoundError:
        raise Refused(
            _("Nothing of the film has arrived. Choose it again."), code="empty", field="file"
        ) from None
    finally:
        draft.unlink(missing_ok=True)
    video.save(update_fields=["source", "file", "folder", "entry", "seconds"])
    _changed(video, by, "activities.video.film_kept", {"name": name, "seconds": video.seconds})


@transaction.atomic
def keep_captions(*, video: Video, upload: Any, name: str, by: Person) -> None:
    """Take WebVTT or SRT captions. Raises Refused for what is neither."""
    if upload.size > 2_000_000:
        raise Refused(_("These captions are longer than any film's."), code="too_large", field="captions")
    text = read_captions(upload.read())
    video.captions = media.store(
        text.encode(),
        name=f"{name.rpartition('.')[0] or name}.vtt",
        accept="any",
        organisation_id=video.organisation_id,
        room=ROOM,
        subject=video.code,
        uploaded_by=by,
    )
    video.save(update_fields=["captions"])
    _changed(video, by, "activities.video.captions_kept", {"name": name})


@transaction.atomic
def remove_video(*, video: Video, by: Person) -> None:
    """Take a video off the activity. Raises Refused once somebody's evidence tells of it: it stays readable then."""
    seen = Evidence.objects.filter(activity=video.activity, detail__video=video.code).exists()
    if seen or WatchPiece.objects.filter(video=video).exists():
        raise Refused(
            _(
                "Somebody has watched this video, and what was watched counts. Hide the lesson, or give it another film."
            ),
            code="watched",
        )
    drop_draft(video)
    video_changed.send(sender=Video, video=video, by=by, removed=True)
    audit.record(
        actor=by,
        act="activities.video.removed",
        subject=video.code,
        organisation_id=video.organisation_id,
        before={"title": video.title, "activity": video.activity.code},
    )
    video.delete()


def drop_old_drafts(now: dt.datetime | None = None) -> int:
    """Delete what began to arrive a week ago and never went on; how many files."""
    oldest = ((now or clock.now()) - DRAFTS_KEPT).timestamp()
    old = [path for path in pieces.drafts().iterdir() if path.stat().st_mtime < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _changed(
    video: Video, by: Person, act: str, after: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=video.code,
        organisation_id=video.organisation_id,
        before=dict(before or {}),
        after=dict(after),
    )
    video_changed.send(sender=Video, video=video, by=by, removed=False)


def copy_videos(source: Activity, target: Activity, parts: Mapping[int, Part]) -> dict[int | None, Video]:
    """The videos of an activity for its copy in a new edition, by the primary key of the old one. They share the bytes."""
    copies: dict[int | None, Video] = {}
    for video in Video.objects.filter(activity=source):
        copies[video.pk] = Video.objects.create(
            organisation_id=target.organisation_id,
            activity=target,
            part=parts.get(video.part_id) if video.part_id else None,
            title=video.title,
            source=video.source,
            file=video.file,
            folder=video.folder,
            entry=video.entry,
            url=video.url,
            seconds=video.seconds,
            chapters=video.chapters,
            captions=video.captions,
        )
    return copies
