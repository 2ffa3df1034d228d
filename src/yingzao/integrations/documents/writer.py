"""Documents → .docx as an office types them: A4, the margins, sizes and faces of GB/T 9704-2012.

From the standard (党政机关公文格式): head margin 37 mm, binding margin 28 mm, type area 156 × 225 mm of 22 lines; the title
in 二号小标宋, the text in 三号仿宋, 一、 in 黑体, （一） in 楷体, page numbers in 四号宋体 between dashes. Faces are named as Word and
WPS name them in Chinese offices, each with the names that other machines know it by.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from yingzao.core.masking import mask_phones_in
from yingzao.core.ports import DocumentOut, Grid, Heading, NewPage, Piece, Stamp, Words

TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
LINE = Pt(28.9)  # 225 mm / 22
SIZES = {
    "title": Pt(22),
    "text": Pt(16),
    "small": Pt(12),
    "table": Pt(12),
    "page": Pt(14),
}  # 二号 三号 小四 小四 四号
FACES = {
    "title": "方正小标宋简体",
    "text": "仿宋_GB2312",
    "head": "黑体",
    "under": "楷体_GB2312",
    "page": "宋体",
}
KNOWN_AS = {
    "方正小标宋简体": "方正小标宋_GBK,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    "仿宋_GB2312": "仿宋,FangSong,华文仿宋,STFangsong,Noto Serif CJK SC",
    "黑体": "SimHei,华文黑体,STHeiti,Noto Sans CJK SC",
    "楷体_GB2312": "楷体,KaiTi,华文楷体,STKaiti,Noto Serif CJK SC",
    "宋体": "SimSun,华文宋体,STSong,Noto Serif CJK SC",
}
ALIGN = {
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
SHORT = 16  # of a column whose texts stand in the middle: eight Han characters
PADDING = 5.0  # mm, both sides of a cell
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # the document says its own day; the file none
FONT_TABLE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/fontTable"
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WordWriter:
    """The `DocumentWriter` of the embedded instance."""

    def write(self, document: DocumentOut) -> bytes:
        word = Document()
        _set_up(word, document)
        title = word.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.space_after = LINE
        _line(title, Pt(36))
        _run(title, document.title, "title", SIZES["title"])
        for piece in document.pieces:
            _add(word, piece)
        out = io.BytesIO()
        word.save(out)
        return out.getvalue()


def _set_up(word: WordDocument, document: DocumentOut) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        TOP, BOTTOM, LEFT, RIGHT,
    )  # fmt: skip
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
    section.footer_distance = Mm(28)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(foot, "— ", "page", SIZES["page"])
    _page_number(foot)
    _run(foot, " —", "page", SIZES["page"])
    normal: Any = word.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", SIZES["text"]
    fonts = normal.element.rPr.rFonts
    for theme in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), FACES["text"])
    properties = word.core_properties
    properties.title, properties.author = _clean(document.title)[:255], _clean(document.author)[:255]
    properties.comments, properties.language = "", "zh-CN"
    properties.created = properties.modified = MADE
    _name_faces(word)


def _name_faces(word: WordDocument) -> None:
    """Say under which other names a machine may have each face (`w:altName`)."""
    known = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{names}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for face, names in KNOWN_AS.items()
    )
    for relation in word.part.rels.values():
        if relation.reltype == FONT_TABLE:
            part: Any = relation.target_part
            part._blob = part.blob.replace(b"</w:fonts>", known.encode() + b"</w:fonts>")


def _add(word: WordDocument, piece: Piece) -> None:
    if isinstance(piece, Heading):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.first_line_indent = 2 * SIZES["text"]
        _line(paragraph)
        _outline(paragraph, piece.level)
        _run(paragraph, piece.text, "head" if piece.level == 1 else "under", SIZES["text"])
    elif isinstance(piece, Words):
        _words(word, piece)
    elif isinstance(piece, Grid):
        _grid(word, piece)
    elif isinstance(piece, Stamp):
        _stamp(word, piece)
    elif isinstance(piece, NewPage):
        word.add_page_break()


def _words(word: WordDocument, piece: Words) -> None:
    size = SIZES["small" if piece.small else "text"]
    for number, line in enumerate(piece.text.splitlines() or [""]):
        paragraph = word.add_paragraph()
        paragraph.alignment = ALIGN[piece.align]
        if piece.align == "both":
            paragraph.paragraph_format.first_line_indent = 2 * size
        if piece.space_mm and not number:
            paragraph.paragraph_format.space_before = Mm(piece.space_mm)
        _line(paragraph, Pt(20) if piece.small else LINE)
        _run(paragraph, line, "text", size)


def _stamp(word: WordDocument, piece: Stamp) -> None:
    """Who issues it never stands alone on a page: the paragraph or the row of a table above goes with it."""
    for paragraph in _last_lines(word):
        paragraph.paragraph_format.keep_with_next = True
    for number, line in enumerate(piece.lines):
        paragraph = word.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = 4 * SIZES["text"]
        paragraph.paragraph_format.keep_with_next = number < len(piece.lines) - 1
        if not number:
            paragraph.paragraph_format.space_before = Mm(piece.room_mm)
        _line(paragraph)
        _run(paragraph, line, "text", SIZES["text"])


def _last_lines(word: WordDocument) -> list[Paragraph]:
    *_before, last = [None, *word.iter_inner_content()]
    if isinstance(last, Table):
        return (
            [paragraph for cell in last.rows[-1].cells for paragraph in cell.paragraphs] if last.rows else []
        )
    return [] if last is None else [last]


def _grid(word: WordDocument, piece: Grid) -> None:
    table = word.add_table(rows=0, cols=max(len(piece.header), 1), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    everything = [piece.header, *piece.rows] if any(piece.header) else piece.rows
    columns = [[_breadth(text) for text in column] for column in zip(*everything, strict=True)]
    short = [max(column) <= SHORT for column in columns]
    for number, cells in enumerate(everything):
        row = table.add_row()
        is_head = not number and any(piece.header)
        _keep_whole(row, again=is_head)
        if piece.row_mm:
            row.height, row.height_rule = Mm(piece.row_mm), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell, text, is_short in zip(row.cells, cells, short, strict=True):
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            kept = paragraph.paragraph_format
            kept.space_before = kept.space_after = Pt(0 if piece.row_mm else 2)
            if is_head or is_short:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, text, "head" if is_head else "text", SIZES["table"])
    section = word.sections[-1]
    room = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    _widths(table, piece.widths or _fitting([max(column, default=0) for column in columns], room / Mm(1)))


def _breadth(text: str) -> float:
    """How wide the longest line is, in halves of a Han character, with the space that Word leaves between Han and Latin."""

    def of(line: str) -> float:
        wide = [unicodedata.east_asian_width(c) in ("W", "F", "A") for c in line]
        return sum(2 if each else 1 for each in wide) + sum(a != b for a, b in pairwise(wide)) / 2

    return max(map(of, text.splitlines()), default=0)


def _fitting(breadths: Sequence[float], room: float) -> list[float]:
    """Widths in mm that fill the room: each column what its longest cell needs, and where that is too much the widest give way
    first, so that a day or a name keeps to one line."""
    half = SIZES["table"] / Mm(1) / 2
    needed = [max(breadth * half + PADDING, 12) for breadth in breadths]
    left, widths = room, [0.0] * len(needed)
    for done, index in enumerate(sorted(range(len(needed)), key=needed.__getitem__)):
        widths[index] = min(needed[index], left / (len(needed) - done))
        left -= widths[index]
    return [width + left / len(widths) for width in widths]


def _widths(table: Table, widths: Sequence[float]) -> None:
    """Word goes by the cells, LibreOffice and WPS by the grid."""
    for index, width in enumerate(widths):
        table.columns[index].width = Mm(width)
        for cell in table.columns[index].cells:
            cell.width = Mm(width)


def _keep_whole(row: Any, *, again: bool) -> None:
    """No row breaks over two pages; the head comes again on each."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if again:
        properties.append(OxmlElement("w:tblHeader"))


def _outline(paragraph: Paragraph, level: int) -> None:
    """Headings stand in the navigation of Word without Word's own look for them."""
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level - 1))
    paragraph._p.get_or_add_pPr().append(outline)


def _line(paragraph: Paragraph, height: Any = LINE) -> None:
    kept = paragraph.paragraph_format
    kept.line_spacing_rule, kept.line_spacing = WD_LINE_SPACING.EXACTLY, height
    kept.space_after = kept.space_after or Pt(0)


def _run(paragraph: Paragraph, text: str, face: str, size: Any) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.size, run.font.name = size, "Times New Roman"
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FACES[face])


def _page_number(paragraph: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size, run.font.name = SIZES["page"], "SimSun"
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _clean(text: str) -> str:
    return mask_phones_in(_NO_XML.sub("", text))
