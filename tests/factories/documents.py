"""Word and PDF files with a text."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

import typst

from tests.factories.bad_files import document


def word(paragraphs: Sequence[str], *, heading: str = "") -> bytes:
    """A .docx of these paragraphs."""
    title = (
        f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{escape(heading)}</w:t></w:r></w:p>'
        if heading
        else ""
    )
    return document(
        title + "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    )


def pdf(text: str) -> bytes:
    """A PDF with this text, in letters that every machine has."""
    return typst.compile(text.encode())
