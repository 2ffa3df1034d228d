"""What stands in the folder of an activity, one member after another: nothing is held in memory but the file in hand."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import IO, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yingzao.activities.enums import SESSIONS, KindKey, VersionState
from yingzao.activities.models import Activity, Version
from yingzao.activities.queries import desk_rows
from yingzao.articles.exports import as_docx, told
from yingzao.core import clock, media
from yingzao.core.masking import mask_phones_in
from yingzao.core.media.keeping import clean_name
from yingzao.core.models import StoredFile
from yingzao.core.ports import SheetOut, port
from yingzao.core.ui.templatetags.ui import STATES, sentences, stamp
from yingzao.live.queries.room import materials_of
from yingzao.stories.models import Story
from yingzao.stories.queries import published_stories
from yingzao.visits.enums import FileState
from yingzao.visits.models import FieldFile
from yingzao.visits.queries import documents_by_stop, free_photos, notes_of
from yingzao.web import papers, queries
from yingzao.web.models import ActivityFolder

AT_ONCE = 1024 * 1024
LEAST_TITLE = 4  # characters of a title by which a story is known to tell of an activity


@dataclass
class Written:
    """What went into a folder."""

    lines: list[tuple[str, str, int, str]] = field(default_factory=list)  # path, what it is, bytes, SHA-256
    photos: list[str] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)


def write(activity: Activity, target: IO[bytes]) -> Written:
    """The whole folder as a zip, the list of its files last."""
    done = Written()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if activity.kind in SESSIONS:
            sheet = papers.written(papers.sign_in(activity, list(activity.parts.all())))
            _add(archive, done, "01", _("Sign-in sheet"), "docx", sheet)
        _add(archive, done, "02", _("Attendance and completion"), "xlsx", _attendance(activity))
        for name, stored, what in _materials(activity):
            _copy(archive, done, _("03 Materials"), name, stored, what)
        for photo in free_photos(activity).iterator(chunk_size=100):
            if photo.file is not None and _copy(
                archive, done, _("04 Photos"), f"{photo.code}.jpg", photo.file, photo.caption
            ):
                done.photos.append(photo.code)
        _reports(archive, done, activity)
        below = _("06 Stories")
        for story in stories_about(activity):
            name = f"{below}/{clean_name(story.title)[:60]}-{story.code}.docx"
            _put(
                archive,
                done,
                name,
                story.title,
                as_docx(told(story.article, published_at=story.published_at)),
            )
            done.stories.append(story.code)
        contents = _("00 Contents") + ".txt"
        archive.writestr(contents, _contents(activity, done))
    return done


def _add(archive: zipfile.ZipFile, done: Written, number: str, title: str, ending: str, data: bytes) -> None:
    _put(archive, done, f"{number} {title}.{ending}", title, data)


def _put(archive: zipfile.ZipFile, done: Written, path: str, what: str, data: bytes) -> None:
    archive.writestr(path, data)
    done.lines.append((path, what, len(data), hashlib.sha256(data).hexdigest()))


def _copy(
    archive: zipfile.ZipFile, done: Written, below: str, name: str, stored: StoredFile, what: str
) -> bool:
    """A stored file, block by block; whether its bytes are there. Two of one name stand side by side."""
    pure = PurePath(clean_name(name))
    path = f"{below}/{pure.name}"
    if path in archive.NameToInfo:
        path = f"{below}/{pure.stem}-{stored.code}{pure.suffix}"
    try:
        source = media.open_file(stored)
    except FileNotFoundError:
        return False
    with source, archive.open(path, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, AT_ONCE)
    done.lines.append((path, what, stored.size, stored.sha256))
    return True


def _attendance(activity: Activity) -> bytes:
    """Each learner's verdict with the reasons, and every fact that it stands on."""
    title = f"{activity.programme.full_name} · {activity.title}"
    head = [_("Number"), _("Name"), _("Community"), _("Team"), _("State"), _("How it came about")]
    verdicts = [
        [
            row.learner.number,
            row.learner.name,
            row.learner.community_name,
            row.learner.team.name if row.learner.team else "",
            str(STATES[row.duty.shown][1]),
            sentences(list(row.found)),
        ]
        for row in desk_rows(activity)
    ]
    facts = [
        [
            row.enrolment.number,
            row.enrolment.name,
            row.part.title if row.part else "",
            str(row.get_fact_display()),
            stamp(row.happened_at),
            stamp(row.until) if row.until else "",
            str(row.get_source_display()),
            row.withdrawn_reason,
        ]
        for row in queries.activity_log(activity.programme)
        .filter(activity=activity)
        .order_by("happened_at", "pk")
    ]
    told_by = [
        _("Number"),
        _("Name"),
        _("Part"),
        _("What"),
        _("When"),
        _("Until"),
        _("Source"),
        _("Reason for withdrawing"),
    ]
    sheets = [
        SheetOut(_("Attendance and completion"), head, verdicts, title, text_columns=frozenset({0})),
        SheetOut(_("Evidence"), told_by, facts, title, text_columns=frozenset({0}), landscape=True),
    ]
    if activity.kind == KindKey.VISIT:
        notes = [
            [note.stop.part.title, note.enrolment.name if note.enrolment else "", stamp(note.at), note.text]
            for note in notes_of(activity)
        ]
        heads = [_("Stop"), _("Name"), _("When"), _("What was noted")]
        sheets.append(SheetOut(_("Field notes"), heads, notes, title, landscape=True))
    return port("table_writer").write(sheets)


def _materials(activity: Activity) -> Iterator[tuple[str, StoredFile, str]]:
    if activity.kind == KindKey.LIVE:
        for material in materials_of(activity):
            if material.file is not None:
                yield material.file.name, material.file, material.title
    if activity.kind == KindKey.VISIT:
        for _stop, documents in documents_by_stop(activity):
            for document in documents:
                if document.file is not None:
                    yield document.file.name, document.file, document.title


def _reports(archive: zipfile.ZipFile, done: Written, activity: Activity) -> None:
    """The newest version that every learner handed in, with its files."""
    handed_in = (
        Version.objects.filter(
            entry__activity=activity, state__in=[VersionState.SUBMITTED, VersionState.ACCEPTED]
        )
        .select_related("entry__enrolment")
        .order_by("entry__enrolment__number", "entry", "-number")
    )
    seen: set[int] = set()
    reports, words = _("05 Reports"), _("Text of the report")
    for version in handed_in.iterator(chunk_size=50):
        if version.entry_id in seen:
            continue
        seen.add(version.entry_id)
        learner = version.entry.enrolment
        below = reports + "/" + clean_name(f"{learner.number} {learner.name}".strip())
        text = mask_phones_in("\n\n".join([version.text, *_parts(version.content)])).strip()
        if text:
            _put(archive, done, f"{below}/{words}.txt", version.entry.title, ("\ufeff" + text).encode())
        for attached in version.files.select_related("file"):
            _copy(archive, done, below, attached.file.name, attached.file, attached.caption)


def _parts(content: dict[str, Any]) -> list[str]:
    """What stands in the parts of a version, as text."""
    parts = content.get("parts", {})
    return [str(text) for text in (parts.values() if isinstance(parts, dict) else ()) if text]


def stories_about(activity: Activity) -> Iterable[Story]:
    """Published stories of the programme that name the activity, or a stop of it, in title or text."""
    titles = {activity.title, *activity.parts.values_list("title", flat=True)}
    named = [title for title in titles if len(title) >= LEAST_TITLE]
    if not named:
        return []
    wanted = Q()
    for title in named:
        wanted |= Q(article__title__contains=title) | Q(article__text__contains=title)
    return published_stories(activity.programme).filter(wanted).order_by("published_at", "pk")


def _contents(activity: Activity, done: Written) -> bytes:
    lines = [
        f"{activity.programme.full_name} · {activity.title}",
        _("As of %(moment)s.") % {"moment": stamp(clock.now())},
        "",
        *(f"{path}\t{what}\t{size}\tsha256 {digest}" for path, what, size, digest in done.lines),
        "",
    ]
    return ("\ufeff" + "\r\n".join(lines)).encode()


def still_stands(folder: ActivityFolder) -> bool:
    """Whether everything in it may still be shown: a photo that was held back or taken down since, or a story that was
    withdrawn, stays with nobody."""
    photos = FieldFile.objects.filter(code__in=folder.photos, state=FileState.FREE).count()
    told_now = published_stories(folder.activity.programme).filter(code__in=folder.stories).count()
    return (photos, told_now) == (len(folder.photos), len(folder.stories))
