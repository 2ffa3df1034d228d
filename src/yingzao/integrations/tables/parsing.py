"""Bytes → rows, inside a process that may not use much: run as a script by `reader`, never imported by the
web process.

Reads the file from standard input, tells from the bytes what it is, and answers one JSON object: {"sheets":
[…]} or
{"refused": code}. Imports nothing of Yingzao, so that it starts in a few hundredths of a second.
A cell is null, text, a number, or {"at": ISO moment}; rows come as [number as Excel shows it, [cells]],
empty ones left out.
"""

import csv
import datetime as dt
import io
import json
import math
import re
import resource
import sys
import zipfile
from collections import Counter

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20
UNPACKED_BYTES = 300 * 1024 * 1024
MEMBERS = 5_000
ROWS, COLUMNS, CELLS, SHEETS = 200_000, 300, 3_000_000, 100
CELL_CHARACTERS = 32_767  # Excel's own limit

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
DELIMITERS = ",\t;|，"


class Refusal(Exception):
    """The file is not taken; the argument is the code of the refusal."""


def parse(data):
    """The sheets of a file of any known form."""
    if not data:
        raise Refusal("empty_file")
    head = data[:16]
    if head.startswith(b"PK"):
        return parse_zip(data)
    if head.startswith(OLE):
        return parse_ole(data)
    if head.startswith(b"%PDF"):
        raise Refusal("pdf_not_table")
    if head.startswith(b"{\\rtf"):
        raise Refusal("document_not_table")
    if head.startswith(ARCHIVES):
        raise Refusal("archive_not_table")
    if (head.startswith(b"RIFF") and data[8:12] == b"WEBP") or data[4:12] in (
        b"ftypheic",
        b"ftypmif1",
        b"ftypavif",
    ):
        raise Refusal("picture_not_table")
    if head.startswith(PICTURES) and (not head.startswith(b"BM") or b"\x00" in data[:64]):
        raise Refusal("picture_not_table")
    return parse_text(data)


# Workbooks


def parse_zip(data):
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            mimetype = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except Refusal:
        raise
    except Exception:
        raise Refusal("damaged_file") from None
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED_BYTES:
        raise Refusal("zip_bomb")
    if any(member.flag_bits & 1 for member in members):
        raise Refusal("password_protected")
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet") or (
        any(name.startswith("xl/workbook") for name in names)
    ):
        check_members(data)
        return parse_workbook(data)
    if any(name.startswith(("word/", "ppt/")) for name in names) or mimetype.startswith(
        b"application/vnd.oasis"
    ):
        raise Refusal("document_not_table")
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise Refusal("numbers_not_table")
    raise Refusal("archive_not_table" if names else "damaged_file")


def check_members(data):
    """Unpack each member to nowhere: a size that the directory lied about, or a broken stream, shows here
    and not in the parser."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while piece := stream.read(1 << 20):
                        total += len(piece)
                        if total > UNPACKED_BYTES:
                            raise Refusal("zip_bomb")
    except Refusal:
        raise
    except RuntimeError:  # zipfile's word for an encrypted member
        raise Refusal("password_protected") from None
    except Exception:
        raise Refusal("damaged_file") from None


def parse_ole(data):
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refusal("password_protected")
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        word = "WordDocument".encode("utf-16-le") in data or "PowerPoint".encode("utf-16-le") in data
        raise Refusal("document_not_table" if word else "damaged_file")
    return parse_workbook(data)


def parse_workbook(data):
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        if len(workbook.sheet_names) > SHEETS:
            raise Refusal("too_large")
        budget = Budget()
        return [
            read_sheet(workbook.get_sheet_by_name(about.name), budget)
            | {"hidden": about.visible != calamine.SheetVisibleEnum.Visible}
            for about in workbook.sheets_metadata
            if about.typ == calamine.SheetTypeEnum.WorkSheet
        ]
    except calamine.PasswordError:
        raise Refusal("password_protected") from None
    except (Refusal, MemoryError):
        raise
    except (
        BaseException
    ):  # a panic in the parser is a BaseException; whatever it trips over, the file is at fault
        raise Refusal("damaged_file") from None


def read_sheet(sheet, budget):
    rows: list = []
    if sheet.start is not None:
        if sheet.height * max(sheet.width, 1) > CELLS * 10:
            raise Refusal("too_large")
        pad = [None] * sheet.start[1]
        for number, values in enumerate(sheet.iter_rows(), 1):
            add(rows, number, pad + [plain(value) for value in values], budget)
    merged = [[a + 1, b, c + 1, d] for (a, b), (c, d) in (sheet.merged_cell_ranges or ())]
    return {"name": sheet.name, "rows": rows, "merged": merged[:10_000]}


def plain(value):
    """A calamine value as a cell: whole floats are integers, moments lose the rounding noise below a
    second."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, dt.datetime):
        return {
            "at": (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None).isoformat()
        }
    if isinstance(value, dt.date):
        return {"at": f"{value.isoformat()}T00:00:00"}
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, dt.time):
        return value.replace(microsecond=0).isoformat()
    return value if isinstance(value, int) else str(value)


class Budget:
    """What all the sheets of a file may hold together."""

    def __init__(self):
        self.cells = CELLS

    def take(self, cells):
        self.cells -= cells
        if self.cells < 0:
            raise Refusal("too_large")


def add(rows, number, cells, budget):
    """Append a row unless it is empty; trailing empty cells are dropped."""
    while cells and (cells[-1] is None or (isinstance(cells[-1], str) and not cells[-1].strip())):
        cells.pop()
    if not cells:
        return
    if len(rows) >= ROWS or len(cells) > COLUMNS:
        raise Refusal("too_large")
    budget.take(len(cells))
    rows.append([number, [c[:CELL_CHARACTERS] if isinstance(c, str) else c for c in cells]])


# Text: CSV, HTML, XML


def parse_text(data):
    text = decode(data)
    if not text.strip():
        raise Refusal("no_rows")
    start = text.lstrip()[:2000].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<?xml"):
        return parse_xml_spreadsheet(text)
    if start.startswith("<"):
        return parse_html(text)
    return parse_csv(text)


def decode(data):
    """Text of bytes: a byte-order mark decides, then strict UTF-8, then GB18030 (which holds GBK and
    GB2312)."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return clean(data[len(mark) :].decode(encoding))
            except UnicodeDecodeError:
                raise Refusal("damaged_file") from None
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError as failure:
        # Cut in the middle of a character: GB18030 would read such a file as other words, without complaint.
        if failure.start >= len(data) - 3 and failure.start > 8:
            raise Refusal("damaged_file") from None
    try:
        return clean(data.decode("gb18030"))
    except UnicodeDecodeError:
        raise Refusal("not_a_table") from None


def clean(text):
    if CONTROL.search(text):
        raise Refusal("not_a_table")
    return text


def parse_csv(text):
    csv.field_size_limit(10_000_000)
    number = 0
    if hint := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):  # Excel reads this line and does not show it
        delimiter, text = hint[1], text[hint.end() :]
    else:
        delimiter = sniff(text)
    rows: list = []
    budget = Budget()
    for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
        add(rows, number, [cell or None for cell in cells], budget)
    return [{"name": "", "rows": rows, "merged": []}]


def sniff(text):
    """The delimiter that splits the most of the first 50 records into equally many fields, then into the most
    fields; a comma when none does. A TAB that ends each field, as 小鹅通 writes them, divides nothing."""
    best, best_fit = ",", (0.0, 0)
    start = text[:200_000]
    if 2 * len(re.findall(r'\t"?[,;|，]', start)) > start.count("\t"):
        start = start.replace("\t", "")
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
        widths = [len(record) for record, _ in zip(reader, range(50), strict=False) if record]
        many = Counter(width for width in widths if width > 1)
        width, count = many.most_common(1)[0] if many else (0, 0)
        fit = (count / max(len(widths), 1), width)
        if fit > best_fit:
            best, best_fit = delimiter, fit
    return best


def parse_html(text):
    """All outermost tables of the page below each other, as Excel lays them out; spans are spread, their
    value at the first cell."""
    from lxml import etree, html

    try:
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # lxml refuses str with an encoding declaration
        page = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Refusal("not_a_table") from None
    tables = [table for table in page.iter("table") if next(table.iterancestors("table"), None) is None]
    if not tables:
        raise Refusal("not_a_table")
    rows: list = []
    merged: list = []
    budget, number = Budget(), 0
    for table in tables:
        pending: dict[int, int] = {}  # column → rows still covered by a span from above
        for tr in table.iter("tr"):
            if next(tr.iterancestors("table")) is not table:
                continue
            number += 1
            cells: list = []
            column = 0
            for td in tr:
                if td.tag not in ("td", "th"):
                    continue
                while pending.get(column, 0):
                    cells.append(None)
                    column += 1
                wide, high = span(td, "colspan", COLUMNS), span(td, "rowspan", ROWS)
                for br in td.iter("br"):
                    br.tail = "\n" + (br.tail or "")
                text_of = "\n".join(" ".join(line.split()) for line in td.text_content().split("\n")).strip()
                cells += [text_of or None] + [None] * (wide - 1)
                if wide > 1 or high > 1:
                    merged.append([number, column, number + high - 1, column + wide - 1])
                for covered in range(column, column + wide):
                    if high > 1:
                        pending[covered] = high
                column += wide
                if column > COLUMNS:
                    raise Refusal("too_large")
            pending = {column: left - 1 for column, left in pending.items() if left > 1}
            add(rows, number, cells, budget)
    return [{"name": "", "rows": rows, "merged": merged[:10_000]}]


def span(td, name, most):
    value = td.get(name, "1").strip()
    return min(max(int(value), 1), most) if value.isdecimal() and len(value) < 7 else 1


def parse_xml_spreadsheet(text):
    """The XML form that Excel 2003 wrote, often called .xls."""
    from lxml import etree

    ss = "{urn:schemas-microsoft-com:office:spreadsheet}"
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser)
        sheets, budget = [], Budget()
        for worksheet in root.iter(f"{ss}Worksheet"):
            rows: list = []
            number = 0
            for row in worksheet.iter(f"{ss}Row"):
                number = int(row.get(f"{ss}Index", number + 1))
                cells: list = []
                for cell in row.iter(f"{ss}Cell"):
                    index = min(int(cell.get(f"{ss}Index", len(cells) + 1)), COLUMNS + 1)
                    cells += [None] * (index - 1 - len(cells))
                    cells.append(xml_value(cell.find(f"{ss}Data"), ss))
                    cells += [None] * min(int(cell.get(f"{ss}MergeAcross", 0)), COLUMNS)
                add(rows, number, cells, budget)
            sheets.append({"name": worksheet.get(f"{ss}Name", ""), "rows": rows, "merged": []})
        return sheets
    except (etree.XMLSyntaxError, ValueError):
        raise Refusal("damaged_file") from None


def xml_value(data, ss):
    if data is None:
        return None
    text = "".join(data.itertext())
    kind = data.get(f"{ss}Type")
    if kind == "Number":
        return plain(float(text))
    if kind == "DateTime":
        return plain(dt.datetime.fromisoformat(text))
    return text or None


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheets = parse(sys.stdin.buffer.read())
        if not any(sheet["rows"] for sheet in sheets):
            raise Refusal("no_rows")
        answer = {"sheets": sheets}
    except Refusal as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": "too_large"}
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))


if __name__ == "__main__":
    main()
