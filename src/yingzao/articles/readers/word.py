"""Word files (.docx) into HTML."""

import io
import zipfile

import mammoth

from yingzao.articles.readers.parsed import NotAnArticle

MAX_UNPACKED = 80_000_000
MAX_PARTS = 2_000


def is_word(data: bytes) -> bool:
    if not data.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def to_html(data: bytes) -> str:
    """The document's text, headings, lists, tables and pictures (as data: addresses). Raises NotAnArticle."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise NotAnArticle("too_large")
        document = archive.read("word/document.xml") if "word/document.xml" in archive.namelist() else b""
    if b"<!DOCTYPE" in document[:1000] or b"<!ENTITY" in document:
        raise NotAnArticle("damaged")
    try:
        return mammoth.convert_to_html(io.BytesIO(data)).value
    except Exception as failure:  # mammoth raises whatever its XML reader and zip reader raise
        raise NotAnArticle("damaged") from failure
