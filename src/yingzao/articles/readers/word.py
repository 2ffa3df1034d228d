"""Word files (.docx) into HTML."""

import io
import zipfile
from collections.abc import Iterator

import mammoth

from yingzao.articles.readers.parsed import NotAnArticle

MAX_UNPACKED = 80_000_000
MAX_PARTS = 2_000
MAX_MARKUP = 20_000_000  # bytes of XML, which pack a thousandfold
MAX_ELEMENTS = 80_000  # some hundred pages; mammoth needs a fifth of a millisecond for each


def is_word(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def to_html(data: bytes) -> tuple[str, list[str]]:
    """The document's text, headings, lists, tables, notes and pictures (as data: addresses), and warnings.

    What was deleted under tracked changes and comments stay out. A picture that the document only links to is not
    looked up (`image_dropped`). Raises NotAnArticle.
    """
    try:
        _require_modest(data)
        result = mammoth.convert_to_html(io.BytesIO(data))
        linked = any("external image" in message.message for message in result.messages)
        return result.value, ["image_dropped"] if linked else []
    except NotAnArticle:
        raise
    except Exception as failure:  # zipfile and mammoth raise whatever their readers raise
        raise NotAnArticle("damaged") from failure


def _require_modest(data: bytes) -> None:
    """Raises NotAnArticle for a file that unfolds to more than a document holds, or whose XML declares entities.

    Each part is unpacked here once, piece by piece: one that says it is smaller than it is fails here, and not in
    mammoth, which would first unpack all of it.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        markup = {part.filename for part in parts if part.filename.lower().endswith((".xml", ".rels"))}
        if (
            len(parts) > MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED
            or sum(part.file_size for part in parts if part.filename in markup) > MAX_MARKUP
        ):
            raise NotAnArticle("too_large")
        elements = 0
        for part in parts:
            pieces = _unpacked(archive, part)
            if part.filename not in markup:
                for _piece in pieces:
                    pass
                continue
            plain = b"".join(pieces).replace(b"\0", b"")  # in UTF-16 every other byte is nothing
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise NotAnArticle("damaged")
            elements += plain.count(b"<") - plain.count(b"</")
            if elements > MAX_ELEMENTS:
                raise NotAnArticle("too_large")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(part) as stream:
        while piece := stream.read(1 << 20):
            yield piece
