"""An article as a Word file: headings, lists, pictures with captions and alternative texts."""

from __future__ import annotations

import datetime as dt
import io
import re

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from yingzao.articles.exports.blocks import Block, Run, blocks_of
from yingzao.articles.exports.told import Told, ToldPicture
from yingzao.core.clock import SHANGHAI

WIDTH = Cm(15)
HIGHEST = Cm(18)
FONT = "宋体"
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_docx(told: Told) -> bytes:
    document = Document()
    _set_up(document, told)
    document.add_heading(_clean(told.title), 0)
    line = " · ".join(
        part for part in (told.authors, _day(told.published_at) if told.published_at else "") if part
    )
    if line:
        document.add_paragraph(_clean(line))
    blocks = blocks_of(told.html)
    named = {block.picture for block in blocks}
    if told.head and told.head.is_head and told.head.number not in named:
        _picture(document, told.head)
    for block in blocks:
        _add(document, told, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: WordDocument, told: Told) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)  # type: ignore[attr-defined]
    for style in document.styles:
        fonts = style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if fonts is not None:
            for theme in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
                fonts.attrib.pop(qn(theme), None)
            fonts.set(qn("w:eastAsia"), FONT)
    for language in document.styles.element.iter(qn("w:lang")):  # else fonts draw signs as Taiwan writes them
        for script in ("w:val", "w:eastAsia"):
            language.set(qn(script), "zh-CN")
    properties = document.core_properties
    properties.title, properties.author = _clean(told.title)[:255], _clean(told.authors)[:255]
    properties.comments, properties.language = "", "zh-CN"
    properties.created = properties.modified = told.published_at or dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def _add(document: WordDocument, told: Told, block: Block) -> None:
    if block.kind == "picture":
        if (picture := told.pictures.get(block.picture)) is not None:
            _picture(document, picture)
    elif block.kind == "heading":
        _write(document.add_heading("", min(block.level, 6)), block.runs)
    elif block.kind == "table":
        _table(document, block)
    elif block.kind == "rule":
        document.add_paragraph("———").alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif block.kind == "item":
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.75 * block.level)
        if block.mark:
            paragraph.paragraph_format.first_line_indent = Cm(-0.6)
            paragraph.add_run(f"{block.mark}\u2002")
        _write(paragraph, block.runs)
    else:
        style = {"quote": "Quote", "code": "No Spacing"}.get(block.kind)
        paragraph = document.add_paragraph(style=style)
        if block.kind == "paragraph":
            paragraph.paragraph_format.line_spacing = 1.5
        _write(paragraph, block.runs)


def _write(paragraph: Paragraph, runs: tuple[Run, ...]) -> None:
    for one in runs:
        run = paragraph.add_run(_clean(one.text))
        run.bold, run.italic, run.underline = one.bold or None, one.italic or None, one.underline or None
        if one.shift == "super":
            run.font.superscript = True
        elif one.shift == "sub":
            run.font.subscript = True
        if one.link:
            link = OxmlElement("w:hyperlink")
            link.set(
                qn("r:id"), paragraph.part.relate_to(one.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            )
            run.underline = True
            run._r.addprevious(link)
            link.append(run._r)


def _picture(document: WordDocument, picture: ToldPicture) -> None:
    wide = picture.width * HIGHEST <= picture.height * WIDTH
    size = {"height": HIGHEST} if wide else {"width": WIDTH}
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.data), **size)
    shape._inline.docPr.set("descr", _clean(picture.alt))
    if picture.caption:
        caption = document.add_paragraph(_clean(picture.caption), style="Caption")
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True


def _table(document: WordDocument, block: Block) -> None:
    columns = max((len(row) for row in block.rows), default=0)
    if not columns:
        return
    table = document.add_table(rows=0, cols=columns, style="Table Grid")
    for row in block.rows:
        for cell, words in zip(table.add_row().cells, row, strict=False):
            cell.text = _clean(words)


def _day(moment: dt.datetime) -> str:
    day = moment.astimezone(SHANGHAI)
    return f"{day.year}年{day.month}月{day.day}日"


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)
