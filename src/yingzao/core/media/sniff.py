"""What a file is, from its bytes. Its name decides only between kinds of plain text."""

import io
import zipfile
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused

Accept = Literal["image", "scan", "document", "table", "audio", "any"]
MEGABYTE = 1024 * 1024
LIMITS = {
    "image": 20 * MEGABYTE,
    "scan": 20 * MEGABYTE,
    "document": 30 * MEGABYTE,
    "table": 20 * MEGABYTE,
    "audio": 20 * MEGABYTE,
}
UNPACKED_LIMIT = 400 * MEGABYTE  # an xlsx of 5 MB can unfold to more than a gigabyte

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
XLS = "application/vnd.ms-excel"
EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    DOCX: ".docx",
    XLSX: ".xlsx",
    ODS: ".ods",
    XLS: ".xls",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "audio/webm": ".weba",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
}
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


@dataclass(frozen=True)
class Kind:
    media_type: str
    family: Literal["image", "document", "table", "text", "audio"]


def size_limit(accept: Accept) -> int:
    """Bytes that are read at most for this kind of upload."""
    return max(LIMITS.values()) if accept == "any" else LIMITS[accept]


def too_large(limit: int) -> Refused:
    return Refused(
        _("The file is too large: at most %(limit)d MB.") % {"limit": limit // MEGABYTE}, code="too_large"
    )


def sniff(data: bytes, *, name: str, accept: Accept) -> Kind:
    """The kind of an upload that is accepted. Raises Refused with a sentence for anything else."""
    if not data:
        raise Refused(_("The file is empty."), code="empty")
    kind = _detect(data, name=name, accept=accept)
    if kind is None or not _suits(kind, accept):
        raise Refused(_wanted(accept), code="wrong_kind")
    limit = (
        LIMITS["document" if kind.family == "text" else kind.family] if accept == "any" else LIMITS[accept]
    )
    if len(data) > limit:
        raise too_large(limit)
    return kind


def _suits(kind: Kind, accept: Accept) -> bool:
    if accept == "any":
        return kind.family != "audio"
    if accept == "scan":
        return kind.family == "image" or kind.media_type == "application/pdf"
    if accept == "document":
        return kind.family in {"document", "text"} or kind.media_type == XLSX
    if accept == "table":
        return kind.family in {"table", "text"}
    return kind.family == accept


def _wanted(accept: Accept) -> str:
    if accept == "image":
        return _("This is not a photo that can be read. Use a JPEG, PNG, WebP, GIF or HEIC picture.")
    if accept == "scan":
        return _("This is no scan that can be read. Use a photo (JPEG, PNG, WebP, GIF, HEIC) or a PDF.")
    if accept == "document":
        return _("This kind of file cannot be taken. Use a PDF, Word (.docx), Excel (.xlsx) or text file.")
    if accept == "table":
        return _(
            "This is not a table that can be read. Use an Excel (.xlsx, .xls), OpenDocument or CSV file."
        )
    if accept == "audio":
        return _("This is not a recording that can be played. Record it anew.")
    return _("This kind of file cannot be taken. Use a photo, a PDF, a Word or Excel file, or a text file.")


def _detect(data: bytes, *, name: str, accept: Accept) -> Kind | None:
    if picture := _picture_type(data):
        return Kind(picture, "image")
    if accept == "audio":
        sound = _sound_type(data)
        return Kind(sound, "audio") if sound else None
    if b"%PDF-" in data[:1024]:
        return Kind("application/pdf", "document")
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _in_zip(data)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _in_compound_file(data)
    if _is_text(data):
        return Kind(_text_type(data, name=name, accept=accept), "text")
    return None


def _picture_type(data: bytes) -> str | None:
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "image/heif"
    return None


def _sound_type(data: bytes) -> str | None:
    """What recorders of browsers and phones write: WebM and MP4 with sound alone, Ogg, MP3, WAV."""
    if data[:4] == b"\x1aE\xdf\xa3":  # EBML (RFC 8794); a picture track would be V_…
        return "audio/webm" if b"A_" in data[:4096] and b"V_" not in data[:4096] else None
    if data[4:8] == b"ftyp" and data[8:12] not in _HEIF_BRANDS:
        return "audio/mp4" if b"vide" not in data[:65536] and b"vide" not in data[-65536:] else None
    if data[:4] == b"OggS":
        return "audio/ogg"
    if data[:3] == b"ID3" or (len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    return None


def _in_zip(data: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
                raise Refused(
                    _("The file unfolds to far too much data. Save it anew and try again."), code="bomb"
                )
            declared = b""
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    declared = member.read(100)  # it may say that it is 400 MB long
    except Refused:
        raise
    except Exception:  # a broken archive makes zipfile raise nearly anything; all of it means "not readable"
        return None
    if "word/document.xml" in names:
        return Kind(DOCX, "document")
    if any(name.startswith("xl/workbook.") for name in names):
        return Kind(XLSX, "table")
    if declared.strip() == ODS.encode():
        return Kind(ODS, "table")
    return None


def _in_compound_file(data: bytes) -> Kind | None:
    """Files of Office 97: an old Excel table is read, an old Word file is asked for as .docx."""
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return Kind(XLS, "table")
    if "WordDocument".encode("utf-16-le") in data:
        raise Refused(
            _("This is an old Word file (.doc). Open it, save it as .docx or PDF, and try again."),
            code="old_word",
        )
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(
            _("This file is protected by a password. Save it without one and try again."), code="protected"
        )
    return None


def _is_text(data: bytes) -> bool:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decodes(data, "utf-16")
    if data.translate(None, _CONTROL) != data:
        return False
    return _decodes(data, "utf-8") or _decodes(data, "gb18030")


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _text_type(data: bytes, *, name: str, accept: Accept) -> str:
    lower = name.lower()
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml")):
        return "text/html" if accept == "table" else "text/plain"
    if accept == "table" or lower.endswith(".csv"):
        return "text/csv"
    return "text/markdown" if lower.endswith((".md", ".markdown")) else "text/plain"
