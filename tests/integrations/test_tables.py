"""Every form of table a clerk may upload, and every thing that is none."""

# ruff: noqa: DTZ001  (exports say naive local times)

import datetime as dt
import io
import random
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from yingzao.core import ports
from yingzao.integrations.tables import parsing
from yingzao.integrations.tables import reader as tables_reader
from yingzao.integrations.tables.cells import cell_moment, cell_seconds, cell_text, column_letter
from yingzao.integrations.tables.reader import CalamineReader
from yingzao.integrations.tables.writer import XlsxWriter, sheet_name

FIXTURES = Path(__file__).parent / "fixtures"
READER = CalamineReader()


def workbook(*rows, title="Sheet1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cells(data: bytes, name: str = "x.xlsx") -> list[tuple]:
    return [(row.number, *row.cells) for sheet in READER.read(data, name) for row in sheet.rows]


def test_xlsx_keeps_the_row_numbers_of_excel_and_the_types_of_cells():
    data = workbook(
        ["名册"], [], ["姓名", "电话", "时间"], ["学员01", 13800138000, dt.datetime(2021, 10, 20, 19, 30, 1)]
    )
    assert cells(data) == [
        (1, "名册"),
        (3, "姓名", "电话", "时间"),
        (4, "学员01", 13800138000, dt.datetime(2021, 10, 20, 19, 30, 1)),
    ]


def test_rows_that_begin_far_down_keep_their_numbers():
    book = openpyxl.Workbook()
    book.active["C1048576"] = "末行"
    buffer = io.BytesIO()
    book.save(buffer)
    assert cells(buffer.getvalue()) == [(1048576, None, None, "末行")]


def test_merged_cells_are_told_in_excels_rows():
    book = openpyxl.Workbook()
    book.active.append(["社区", "姓名"])
    book.active.append(["灯湖社区", "学员01"])
    book.active.append([None, "学员02"])
    book.active.merge_cells("A2:A3")
    buffer = io.BytesIO()
    book.save(buffer)
    assert READER.read(buffer.getvalue(), "x.xlsx")[0].merged == ((2, 0, 3, 0),)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "roster.xls",
            [
                (1, "学员花名册"),
                (3, "序号", "姓名", "所在社区", "联系电话", "报名日期"),
                (4, 1, "学员01", "桂一社区", 13800000001, dt.datetime(2021, 9, 1, 19, 30)),
                (5, 2, "学员02", "灯湖", 13800000002, dt.datetime(2021, 9, 1, 19, 30)),
            ],
        ),
        (
            "roster.ods",
            [
                (1, "学员花名册"),
                (3, "姓名", "所在社区", "联系电话"),
                (4, "学员01", "桂一社区", 13800000001),
                (5, "学员02", "灯湖", "13800000002"),
            ],
        ),
    ],
)
def test_xls_and_ods(name, rows):
    assert cells((FIXTURES / name).read_bytes(), "wrong-extension.csv") == rows


CSV = '姓名,备注\n学员01,"一,二\n三"\n\n学员02,\n'
CSV_ROWS = [(1, "姓名", "备注"), (2, "学员01", "一,二\n三"), (4, "学员02")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_in_every_encoding(encoding):
    assert cells(CSV.encode(encoding), "x.csv") == CSV_ROWS


def test_gb18030_holds_rare_characters():
    assert cells("姓名,社区\n㐂𠮷,桂一".encode("gb18030")) == [(1, "姓名", "社区"), (2, "㐂𠮷", "桂一")]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_csv_delimiter_is_told_from_the_rows(delimiter):
    text = f"标题一行\n姓名{delimiter}社区\n学员01{delimiter}桂一\n学员02{delimiter}桂二\n"
    assert cells(text.encode()) == [
        (1, "标题一行"),
        (2, "姓名", "社区"),
        (3, "学员01", "桂一"),
        (4, "学员02", "桂二"),
    ]


def test_csv_separator_hint_is_not_a_row():
    assert cells(b"sep=;\na;b\n1;2\n") == [(1, "a", "b"), (2, "1", "2")]


def test_html_named_xls():
    page = (
        "<html><head><meta charset='gb2312'></head><body><table><tr><td colspan=2>名册</td></tr>"
        "<tr><th>社区</th><th>姓名</th></tr><tr><td rowspan=2>桂一</td><td>学员01</td></tr>"
        "<tr><td>学员02<br>退出</td></tr></table></body></html>"
    )
    assert cells(page.encode("gbk"), "x.xls") == [
        (1, "名册"),
        (2, "社区", "姓名"),
        (3, "桂一", "学员01"),
        (4, None, "学员02\n退出"),
    ]


def test_xml_spreadsheet_of_2003():
    page = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="表"><Table>'
        '<Row ss:Index="3"><Cell><Data ss:Type="String">姓名</Data></Cell><Cell ss:Index="3">'
        '<Data ss:Type="Number">7</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    assert cells(page.encode(), "x.xls") == [(3, "姓名", None, 7)]


def zip_of(name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(320):
                member.write(b" " * (1 << 20))
    return buffer.getvalue()


def wide() -> bytes:
    book = openpyxl.Workbook()
    for row in range(1, 400):
        book.active.cell(row=row, column=16384 if row == 1 else 1, value="x")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
REFUSED = {
    "nothing": (lambda: b"", ports.EmptyFile),
    "blank text": (lambda: b"\n \n", ports.NoRows),
    "workbook without a cell": (workbook, ports.NoRows),
    "locked": (lambda: (FIXTURES / "locked.xlsx").read_bytes(), ports.PasswordProtected),
    "picture": (lambda: PNG, ports.PictureNotTable),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + b"\x00" * 40, ports.PictureNotTable),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3", ports.PdfNotTable),
    "word": (lambda: zip_of("word/document.xml", b"<w/>"), ports.DocumentNotTable),
    "archive": (lambda: zip_of("名册.xlsx", workbook(["姓名"])), ports.ArchiveNotTable),
    "truncated": (lambda: workbook(["姓名"] * 50)[:3000], ports.DamagedFile),
    "truncated csv": (lambda: ("姓名,社区\n" + "学员01,桂一\n" * 20).encode()[:-2], ports.DamagedFile),
    "old workbook cut off": (lambda: (FIXTURES / "roster.xls").read_bytes()[:1500], ports.DamagedFile),
    "noise": (lambda: random.Random(7).randbytes(5000), ports.NotATable),
    "program": (lambda: b"\x7fELF" + struct.pack("<16Q", *range(16)), ports.NotATable),
    "page without a table": (lambda: "<html><body>登录</body></html>".encode(), ports.NotATable),
    "zip bomb": (bomb, ports.ZipBomb),
    "column XFD": (wide, ports.TooLarge),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused_by_name(case):
    make, refusal = REFUSED[case]
    with pytest.raises(ports.Unreadable) as refused:
        READER.read(make(), "名册.xlsx")
    assert type(refused.value) is refusal
    assert str(refused.value)


def test_every_refusal_of_the_parser_has_its_exception():
    source = Path(parsing.__file__).read_text()
    codes = {part.split('"')[0] for part in source.split('Refusal("')[1:]}
    assert codes - set(tables_reader.REFUSALS) == set()
    assert {cls().code for cls in tables_reader.REFUSALS.values()} == set(tables_reader.REFUSALS)


def test_a_parser_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(tables_reader, "SECONDS", 0.001)
    with pytest.raises(ports.TookTooLong):
        READER.read(workbook(["姓名"]), "x.xlsx")


def test_a_workbook_with_100_000_rows_is_read():
    text = "姓名,入会时间\n" + "".join(f"学员{n},2021-10-20 19:30:00\n" for n in range(100_000))
    assert len(READER.read(text.encode(), "x.csv")[0].rows) == 100_001


def test_more_rows_than_allowed_are_refused():
    with pytest.raises(ports.TooLarge):
        READER.read(b"1\n" * 200_001, "x.csv")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13800138000.0, "13800138000"),
        (0.5, "0.5"),
        (None, ""),
        ("　学员05 \t", "学员05"),
        ('="007"', "007"),
        (dt.datetime(1990, 5, 1), "1990-05-01"),
        (dt.datetime(2021, 10, 20, 19, 30), "2021-10-20 19:30:00"),
    ],
)
def test_cell_text(value, text):
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2021-10-20 19:30:05", (19, 30, 5)),
        ("2021/10/20 19:30", (19, 30, 0)),
        ("2021年10月20日 19时30分", (19, 30, 0)),
        ("2021-10-20 下午 7:30", (19, 30, 0)),
        ("2021/10/20 上午9:05:01", (9, 5, 1)),
        ("10/20/2021 07:28:11 PM", (19, 28, 11)),
        ("10/20/2021 12:01:00 AM", (0, 1, 0)),
        ("2021-10-20T19:30:00", (19, 30, 0)),
        (44489.8125, (19, 30, 0)),
        ("2021-10-20", (0, 0, 0)),
    ],
)
def test_cell_moment(value, moment):
    assert cell_moment(value) == dt.datetime(2021, 10, 20, *moment)


@pytest.mark.parametrize("value", ["--", "", None, "昨天", "2021-13-40", "10/20/2021", 5, "19:30"])
def test_cell_moment_never_guesses(value):
    assert cell_moment(value) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("01:41:00", 6060), ("90:30", 5430), ("0小时43分53秒", 2633), ("43分53秒", 2633), ("90分钟", 5400),
        ("90", 5400), (90, 5400), ("", None), ("--", None), ("很久", None),
    ],
)  # fmt: skip
def test_cell_seconds(value, seconds):
    assert cell_seconds(value) == seconds


def test_column_letters():
    assert [column_letter(n) for n in (0, 25, 26, 701)] == ["A", "Z", "AA", "ZZ"]


def test_what_is_written_is_read_back_and_nothing_in_it_runs():
    rows = [
        [
            "=HYPERLINK(1)",
            "+1",
            "-1",
            "@x",
            "http://a.example",
            "13800000001",
            5,
            dt.datetime(2021, 10, 20, 19, 30),
        ],
        ["含\x0b控制符", "", None, "", "", "", 0.5, None],
    ]
    header = ["一", "二", "三", "四", "五", "电话", "数", "时间"]
    data = XlsxWriter().write([ports.SheetOut("考勤/一", header, rows, title="考勤表", clear_phones=True)])
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert page.title == "考勤_一"
    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        [*rows[0]],
        ["含控制符", None, None, None, None, None, 0.5, None],
    ]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert [cell.hyperlink for row in page.iter_rows() for cell in row if cell.hyperlink] == []
    assert (page.freeze_panes, page.page_setup.paperSize) == ("A3", 9)


def test_sheet_names_stay_apart():
    taken: set[str] = set()
    assert [sheet_name(name, taken) for name in ("A/B", "a_b", "", "长" * 40)] == [
        "A_B",
        "a_b~2",
        "Sheet",
        "长" * 31,
    ]


@pytest.mark.parametrize("member", ["Index/Document.iwa", "Index.zip"])
def test_a_file_of_numbers_says_how_to_export_it(member):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "x")
    with pytest.raises(ports.NumbersNotTable):
        READER.read(buffer.getvalue(), "名册.xlsx")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5,400.5", 324_030), ("1.5小时", 5400), ("53.999", 3239), ("0.1 h", 360), ("90.5分钟", 5430)],
)
def test_parts_of_a_unit_are_exact_and_rounded_down(text, seconds):
    assert cell_seconds(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "Oct 20, 2021 07:30:05 PM",
        "October 20, 2021 19:30:05",
        "OCT 20 2021 7:30:05 pm",
        "2021/10/20 07:30:05 下午",
    ],
)
def test_moments_with_the_name_of_a_month(text):
    assert cell_moment(text) == dt.datetime(2021, 10, 20, 19, 30, 5)


def test_a_tab_at_the_end_of_each_field_divides_nothing():
    text = "用户ID\t;用户昵称\t;备注\t\r\nu1\t;小张\t;a,b\t\r\n"
    assert cells(text.encode(), "x.csv")[1] == (2, "u1\t", "小张\t", "a,b\t")


def test_csv_with_commas_inside_its_cells_is_split_at_the_other_delimiter():
    text = "学号;姓名;备注\n1;张三;甲,乙\n2;李四;丙,丁\n"
    assert cells(text.encode()) == [
        (1, "学号", "姓名", "备注"),
        (2, "1", "张三", "甲,乙"),
        (3, "2", "李四", "丙,丁"),
    ]


def test_hidden_sheets_are_told():
    book = openpyxl.Workbook()
    book.active.append(["姓名"])
    other = book.create_sheet("旧")
    other.append(["姓名"])
    other.sheet_state = "veryHidden"
    buffer = io.BytesIO()
    book.save(buffer)
    assert [(s.name, s.hidden) for s in READER.read(buffer.getvalue())] == [("Sheet", False), ("旧", True)]


def test_copy_holds_the_same_cells_at_the_same_places():
    sheets = (
        ports.Sheet(
            "名册",
            (
                ports.Row(2, ("标题", None, None)),
                ports.Row(5, (1, "=1+1", dt.datetime(2021, 10, 20, 19, 30))),
                ports.Row(6, (0.5, "13800000001")),
            ),
            ((2, 0, 2, 2), (5, 0, 6, 0), (5, 0, 5, 1)),
        ),
        ports.Sheet("旧", (ports.Row(1, ("姓名",)),), hidden=True),
    )
    first, second = READER.read(XlsxWriter().copy(sheets))
    assert [(row.number, *row.cells) for row in first.rows] == [
        (2, "标题"),
        (5, 1, "=1+1", dt.datetime(2021, 10, 20, 19, 30)),
        (6, 0.5, "13800000001"),
    ]
    assert first.merged == ((2, 0, 2, 2), (5, 0, 6, 0))
    assert (second.name, second.hidden) == ("旧", True)


def test_telephones_are_masked_wherever_they_stand_unless_asked_for():
    row = ["13800138001", "请打 13800138001 找人", 13800138001, "88888888", 42]

    def written(**more):
        sheet = ports.SheetOut(name="一", header=["a"] * 5, rows=[row], **more)
        return [
            cell.value for cell in openpyxl.load_workbook(io.BytesIO(XlsxWriter().write([sheet]))).active[2]
        ]

    assert written() == ["138****8001", "请打 138****8001 找人", "138****8001", "88888888", 42]
    assert written(clear_phones=True) == row
