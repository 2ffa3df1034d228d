"""Videos of activities: kept, described, taken away, and brought along into a new edition."""

from __future__ import annotations

from collections.abc import Mapping

from yingzao.activities.models import Activity, Part, Video


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
