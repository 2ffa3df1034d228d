"""Films and streams: too large for memory, so that they go to the disk piece by piece. Kept as they are, not re-encoded.

film = videos.keep_film(path, name="讲座.mp4", owner=videos.Owner(…))      # an MP4
stream = videos.keep_stream(path, owner=videos.Owner(…))                 # a ZIP with an HLS playlist and its segments

Raises Refused (`empty`, `too_large`, `wrong_kind`, `damaged`, `codec`, `bomb`) with a sentence for the person.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import secrets
import shutil
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import m3u8
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.core.media import pieces
from yingzao.core.media.keeping import clean_name
from yingzao.core.models import StoredFile

GIGABYTE = 1024**3
LARGEST = 4 * GIGABYTE
MOST_PARTS = 20_000  # of a stream: four-second segments of a day
PIECE = 1024 * 1024
LARGEST_PLAYLIST = 5_000_000
MP4, PLAYLIST = "video/mp4", "application/vnd.apple.mpegurl"
STREAM_TYPES = {
    ".m3u8": PLAYLIST,
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".mp4": MP4,
    ".aac": "audio/aac",
    ".vtt": "text/vtt",
}
PLAYS = {b"avc1", b"avc3", b"av01", b"vp09"}  # what browsers of the last years show
PLAYS_NOWHERE_SURE = {
    b"hvc1",
    b"hev1",
    b"dvh1",
    b"dvhe",
    b"mp4v",
}  # H.265 and older: many show a black picture


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose it is: as for `media.store`."""

    organisation_id: int
    room: str
    subject: str
    uploaded_by: Any


@dataclass(frozen=True, slots=True)
class Stream:
    folder: str
    entry: str  # the playlist, below the folder
    seconds: int


def keep_film(path: Path, *, name: str, owner: Owner) -> tuple[StoredFile, int]:
    """Take an MP4 that lies at `path` (which is moved away) and its length in whole seconds."""
    size = path.stat().st_size
    if not size:
        raise Refused(_("The file is empty."), code="empty")
    if size > LARGEST:
        raise _too_large()
    seconds = film_seconds(path)
    stored = _row(owner, clean_name(name), MP4, size, _sum(path))
    _move_in(path, stored.path)
    stored.save()
    return stored, seconds


def film_seconds(path: Path) -> int:
    """The length of an MP4 in whole seconds, from its boxes (ISO/IEC 14496-12). Raises Refused."""
    try:
        with path.open("rb") as file:
            if file.read(8)[4:8] != b"ftyp":
                raise Refused(
                    _("This is not an MP4 film. Save or convert it as MP4 (H.264) and try again."),
                    code="wrong_kind",
                )
            film = _Film(file, path.stat().st_size)
    except (OSError, struct.error, ValueError, IndexError, RecursionError):
        raise _damaged() from None
    if film.codecs and not film.codecs & PLAYS and film.codecs & PLAYS_NOWHERE_SURE:
        raise Refused(
            _(
                "This film is in a form (H.265 or older) that many phones show as a black picture. Convert it to H.264, and try again."
            ),
            code="codec",
        )
    if film.seconds <= 0:
        raise _damaged()
    return max(round(film.seconds), 1)


class _Film:
    """What the boxes of an MP4 say: `mvhd` the length, of a fragmented film `mehd` or its fragments; `stsd` the codecs."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file = file
        self.seconds = 0.0
        self.codecs: set[bytes] = set()
        self._scales: dict[int, int] = {}  # of tracks
        for kind, start, end in self._boxes(0, size):
            if kind == b"moov":
                self._moov(start, end)
            elif kind == b"moof":
                for inner, body, stop in self._boxes(start, end):
                    if inner == b"traf":
                        self._fragment(body, stop)

    def _boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        """(kind, where its body begins, where it ends) of the boxes between."""
        at = start
        while at + 8 <= end:
            self.file.seek(at)
            size, kind = struct.unpack(">I4s", self.file.read(8))
            body = at + 8
            if size == 1:
                size = struct.unpack(">Q", self.file.read(8))[0]
                body = at + 16
            elif size == 0:
                size = end - at
            if size < body - at or at + size > end:
                raise ValueError("a box is longer than what holds it")
            yield kind, body, at + size
            at += size

    def _read(self, at: int, form: str) -> tuple[int, ...]:
        self.file.seek(at)
        return struct.unpack(form, self.file.read(struct.calcsize(form)))

    def _times(self, body: int) -> tuple[int, int]:
        """(units a second, length) of `mvhd` and `mdhd`, which begin alike."""
        if self._read(body, ">B")[0]:
            scale, length = self._read(body + 20, ">IQ")
        else:
            scale, length = self._read(body + 12, ">II")
        return scale or 1, length

    def _moov(self, start: int, end: int) -> None:
        scale = 1
        for kind, body, stop in self._boxes(start, end):
            if kind == b"mvhd":
                scale, length = self._times(body)
                self.seconds = max(self.seconds, length / scale)
            elif kind == b"mvex":
                for inner, at, _stop in self._boxes(body, stop):
                    if inner == b"mehd":
                        wide = self._read(at, ">B")[0]
                        (length,) = self._read(at + 4, ">Q" if wide else ">I")
                        self.seconds = max(self.seconds, length / scale)
            elif kind == b"trak":
                self._track(body, stop)

    def _track(self, start: int, end: int, track: int = 0) -> None:
        for kind, body, stop in self._boxes(start, end):
            if kind == b"tkhd":
                (track,) = self._read(body + (20 if self._read(body, ">B")[0] else 12), ">I")
            elif kind == b"mdhd":
                self._scales[track] = self._times(body)[0]
            elif kind in {b"mdia", b"minf", b"stbl"}:
                self._track(body, stop, track)
            elif kind == b"stsd":
                self.codecs |= {inner for inner, _body, _stop in self._boxes(body + 8, stop)}

    def _fragment(self, start: int, end: int) -> None:
        """The end of one track in one fragment: where it begins and how long its samples take."""
        track = usual = begins = length = 0
        for kind, body, stop in self._boxes(start, end):
            if kind == b"tfhd":
                flags, track = self._read(body, ">II")
                at = body + 8 + 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2)
                usual = self._read(at, ">I")[0] if flags & 0x8 else 0
            elif kind == b"tfdt":
                begins = self._read(body + 4, ">Q" if self._read(body, ">B")[0] else ">I")[0]
            elif kind == b"trun":
                length += self._run(body, stop, usual)
        self.seconds = max(self.seconds, (begins + length) / self._scales.get(track, 1))

    def _run(self, body: int, stop: int, usual: int) -> int:
        flags, count = self._read(body, ">II")
        flags &= 0xFFFFFF
        if not flags & 0x100:
            return usual * count
        at = body + 8 + 4 * bool(flags & 0x1) + 4 * bool(flags & 0x4)
        width = 4 * sum(bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800))
        if at + width * count > stop:
            raise ValueError("more samples than there is room for")
        self.file.seek(at)
        data = self.file.read(width * count)
        return sum(struct.unpack_from(">I", data, n * width)[0] for n in range(count))


def keep_stream(path: Path, *, owner: Owner) -> Stream:
    """Take an HLS stream (RFC 8216) as a ZIP: one playlist, or a master with its variants, and every segment they name.

    Each part is a stored file whose subject is the stream's folder. What no playlist names is left out; what one names and
    is not there, or lies elsewhere, is refused.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive)
            entry, named, seconds = _plan(archive, members)
            folder = secrets.token_hex(12)
            for name in sorted(named):
                _keep_part(archive, members[name], name, folder, owner)
    except Refused:
        raise
    except Exception:  # a broken archive makes zipfile raise nearly anything; all of it means "not readable"
        raise Refused(
            _("This archive cannot be read. Pack the playlist (.m3u8) and its segments into a ZIP anew."),
            code="damaged",
        ) from None
    return Stream(folder, entry, seconds)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries = [e for e in archive.infolist() if not e.is_dir()]
    if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > LARGEST:
        raise Refused(_("The file unfolds to far too much data. Save it anew and try again."), code="bomb")
    return {posixpath.normpath(e.filename): e for e in entries}


def _plan(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> tuple[str, set[str], int]:
    """The playlist to begin with, all parts that it leads to, and the length of the stream in seconds."""
    playlists = {name: _playlist(archive, info) for name, info in members.items() if _ending(name) == ".m3u8"}
    if not playlists:
        raise Refused(
            _("There is no playlist (.m3u8) in this archive. Pack it together with its segments."),
            code="wrong_kind",
        )
    masters = [name for name, playlist in playlists.items() if playlist.is_variant]
    entry = min(masters or playlists, key=lambda name: (name.count("/"), name))
    if not masters and len(playlists) > 1:
        raise Refused(
            _("There are several playlists in this archive and none that names the others. Pack one stream."),
            code="wrong_kind",
        )
    named, lengths = {entry}, []
    media = [entry]
    if playlists[entry].is_variant:
        variants = [p.uri for p in playlists[entry].playlists]
        media = [_within(entry, uri, members) for uri in variants]
        media += [_within(entry, m.uri, members) for m in playlists[entry].media if m.uri]
        named.update(media)
    for name in media:
        if _ending(name) != ".m3u8":
            continue
        segments = playlists[name].segments
        lengths.append(sum(segment.duration or 0 for segment in segments))
        maps = [m.uri for m in playlists[name].segment_map if m and m.uri]
        if any(key and key.uri for key in playlists[name].keys):
            raise Refused(
                _("This stream is encrypted, and its key lies elsewhere. Make it without."), code="wrong_kind"
            )
        named.update(_within(name, uri, members) for uri in [*(s.uri for s in segments), *maps])
    seconds = max(lengths, default=0)
    if seconds <= 0:
        raise Refused(_("The playlist names no segments."), code="damaged")
    return entry, named, max(round(seconds), 1)


def _playlist(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> m3u8.M3U8:
    if info.file_size > LARGEST_PLAYLIST:
        raise _too_large()
    return m3u8.loads(archive.read(info).decode("utf-8", "replace"))


def _within(playlist: str, uri: str, members: dict[str, zipfile.ZipInfo]) -> str:
    """Where a playlist's address leads inside the archive."""
    name = posixpath.normpath(posixpath.join(posixpath.dirname(playlist), uri))
    if re.match(r"[a-z][a-z0-9+.-]*:|//", uri, re.I) or name.startswith(("/", "..")) or name not in members:
        raise Refused(
            _("The playlist names %(part)s, which is not in the archive.") % {"part": uri[:120]},
            code="wrong_kind",
        )
    if _ending(name) not in STREAM_TYPES:
        raise Refused(
            _("A stream holds .m3u8, .ts, .m4s, .mp4, .aac and .vtt files, not %(part)s.")
            % {"part": uri[:120]},
            code="wrong_kind",
        )
    return name


def _ending(name: str) -> str:
    return posixpath.splitext(name)[1].lower()


def _keep_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, folder: str, owner: Owner) -> None:
    draft = pieces.draft(folder)
    seen, size = hashlib.sha256(), 0
    with archive.open(info) as source, draft.open("wb") as target:
        while piece := source.read(PIECE):
            size += len(piece)
            if size > info.file_size:
                raise ValueError("longer than it says")
            seen.update(piece)
            target.write(piece)
    row = Owner(owner.organisation_id, owner.room, folder, owner.uploaded_by)
    stored = _row(row, name[:255], STREAM_TYPES[_ending(name)], size, seen.hexdigest())
    _move_in(draft, stored.path)
    stored.save()


def _row(owner: Owner, name: str, media_type: str, size: int, sha256: str) -> StoredFile:
    return StoredFile(
        organisation_id=owner.organisation_id,
        sha256=sha256,
        name=name,
        media_type=media_type,
        size=size,
        room=owner.room,
        subject=owner.subject,
        uploaded_by=owner.uploaded_by,
    )


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move_in(path: Path, stored_path: str) -> None:
    """Put a draft at its place below the media folder, on the disk when this returns."""
    if default_storage.exists(stored_path):
        path.unlink()
        return
    try:
        target = Path(default_storage.path(stored_path))
    except NotImplementedError:  # not on a disk of ours (S3): it is sent there piece by piece
        with path.open("rb") as file:
            default_storage.save(stored_path, File(file))
        path.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    shutil.move(path, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _too_large() -> Refused:
    return Refused(_("The film is too large: at most %(limit)d GB.") % {"limit": 4}, code="too_large")


def _damaged() -> Refused:
    return Refused(_("The film is damaged or has not arrived to its end. Send it again."), code="damaged")
