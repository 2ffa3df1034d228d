"""`yingzao attendance` on files as they come: wrong names, odd cells, nasty nicknames, and what a brute-force count says."""

# ruff: noqa: DTZ001  (exports say naive local times)

import datetime as dt
import io
import json
import zipfile
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integrations.test_tables import FIXTURES, workbook
from tests.samples import SAMPLES, needs_samples
from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.project import attendance

COMMUNITIES = ["桂一社区", "桂二社区", "叠南社区", "叠北社区", "石肯社区", "夏北社区", "灯湖社区"]
PEOPLE = [("S01", "学员01", 0), ("S02", "学员02", 1), ("S03", "学员03", 2), ("S04", "张伟", 3), ("S07", "学员07", 4),
          ("S09", "学员09", 6), ("S10", "学员10", 0), ("S20", "学员07", 5)]  # fmt: skip
ROSTER = [
    {"id": code, "name": name, "community": COMMUNITIES[place], "phone": f"138000000{code[1:]}"}
    for code, name, place in PEOPLE
]
HEADER = ["用户昵称（入会昵称）", "入会时间", "退会时间", "身份"]
SUMMARY = ["用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "入会次数", "累计参会时长", "身份"]
ZOOM = ["Name (Original Name)", "User Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"]
START, END = dt.datetime(2021, 10, 20, 19, 30), dt.datetime(2021, 10, 20, 21, 0)
FULL = ["2021-10-20 19:30:00", "2021-10-20 21:00:00", "普通参会者"]


def on(clock: str) -> str:
    return f"2021-10-20 {clock}:00"


@pytest.fixture
def reconcile(tmp_path):
    """Files (bytes, or rows of a workbook) → the answer, after a look that each data row is in one place."""
    roster = tmp_path / "roster.json"
    roster.write_text(json.dumps(ROSTER))

    def call(*files, name="会议.xlsx", start=START, end=END, share="0.6") -> dict:
        paths = []
        for number, data in enumerate(files):
            path = tmp_path / (name if number == 0 else f"{number}-{name}")
            path.write_bytes(data if isinstance(data, bytes) else workbook(*data))
            paths.append(path)
        answer = attendance.reconcile(paths, roster=roster, start=start, end=end, min_share=Fraction(share))
        json.dumps(answer)
        placed = sum(one["rows"] for one in answer["learners"]) + sum(
            len(answer[kind]) for kind in ("ambiguous", "unmatched", "ignored")
        )
        assert placed == sum(one["rows"] for one in answer["files"])
        return answer

    return call


def attended(answer: dict) -> dict[str, int]:
    """Learner → minutes, for those with rows."""
    return {one["id"]: one["minutes"] for one in answer["learners"] if one["rows"]}


def rows_of(answer: dict, kind: str) -> list[tuple]:
    return [(entry["row"], entry["name"]) for entry in answer[kind]]


def codes(answer: dict) -> list[str]:
    return [warning["code"] for warning in answer["warnings"]]


# What the name of the file says, and what it is


def csv_of(*rows, delimiter=",") -> str:
    def cell(text: str) -> str:
        quoted = text.replace('"', '""')
        return f'"{quoted}"' if any(c in text for c in f'{delimiter}"\n') else text

    return "\r\n".join(delimiter.join(cell(str(c)) for c in row) for row in rows) + "\r\n"


@pytest.mark.parametrize("name", ["会议.xls", "会议.csv", "会议", "会议.pdf", "会议.xlsx.xlsx", "CON .txt"])
def test_a_workbook_under_any_name(reconcile, name):
    assert attended(reconcile([HEADER, ["学员01", *FULL]], name=name)) == {"S01": 90}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le-bom"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_in_every_encoding_and_delimiter(reconcile, encoding, delimiter):
    text = csv_of(
        HEADER,
        ['学员01("小张",\n桂一社区)', *FULL],
        ["学员02", *FULL],
        ["路\n人", *FULL],
        delimiter=delimiter,
    )
    data = b"\xff\xfe" + text.encode("utf-16-le") if encoding == "utf-16-le-bom" else text.encode(encoding)
    answer = reconcile(data, name="会议.xlsx")
    assert attended(answer) == {"S01": 90, "S02": 90}
    assert rows_of(answer, "unmatched") == [(4, "路\n人")]


REFUSALS = {
    "empty": lambda: b"",
    "blank": lambda: b"\r\n\r\n  \r\n",
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "pdf": lambda: b"%PDF-1.4\n",
    "not_ours": lambda: workbook(["甲", "乙"], ["1", "2"]),
    "no_sheets": lambda: workbook(),
    "locked": lambda: (FIXTURES / "locked.xlsx").read_bytes(),
    "truncated": lambda: workbook(HEADER, ["学员01", *FULL])[:700],
    "noise": lambda: bytes(range(256)) * 9,
    "bomb": lambda: bomb(),
    "wide": lambda: csv_of(["姓名", *["x"] * 400]).encode(),
    "binary_named_csv": lambda: b"\x00\x01\x02" * 50,
    "half_a_character": lambda: "用户昵称（入会昵称）,入会时间,退会时间".encode()[:-1],
}


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (320 * 1024 * 1024))
    return buffer.getvalue()


@pytest.mark.parametrize("what", REFUSALS)
def test_what_cannot_be_read_is_refused_with_a_sentence(reconcile, what):
    with pytest.raises(Refused) as refused:
        reconcile(REFUSALS[what]())
    assert str(refused.value).endswith(("。", "."))
    assert refused.value.file == "会议.xlsx"


@pytest.mark.parametrize(
    "header",
    [HEADER, SUMMARY, ZOOM, ["用户ID", "用户昵称", "直播观看时长(秒)"], ["姓名", "账号", "06星期六"],
     ["姓名", "部门", "工号", "考勤日期", "考勤时间", "打卡时间", "打卡结果"]],
    ids=["tencent", "summary", "zoom", "xiaoe", "wecom", "dingtalk"],
)  # fmt: skip
def test_a_header_alone_says_so(reconcile, header):
    answer = reconcile([header])
    assert (answer["learners"], codes(answer)[0]) == ([], "no_rows")


# Cells


def test_cells_that_excel_made_moments_and_lengths(reconcile):
    row = ["学员01", dt.datetime(2021, 10, 20, 19, 30), dt.datetime(2021, 10, 20, 21, 0)]
    book = openpyxl.Workbook()
    book.active.append(SUMMARY)
    book.active.append([*row, 2, dt.time(0, 30), "普通参会者"])
    book.active.append(["学员02", *row[1:], 2, dt.timedelta(minutes=40), ""])
    book.active.append(["学员03", *row[1:], 2, 50 / 1440, ""])
    book.active.append(["张伟", *row[1:], 2, "1:00:00", ""])
    book.active.append(["学员09", 44489.8125, 44489.875, 1, 0.0625, ""])
    book.active.append(["学员10", *row[1:], 2, dt.timedelta(hours=30), ""])
    buffer = io.BytesIO()
    book.save(buffer)
    assert attended(reconcile(buffer.getvalue())) == {
        "S01": 30, "S02": 40, "S03": 50, "S04": 60, "S09": 90, "S10": 90,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("joined", "left", "minutes"),
    [
        ("2021/10/20 19:30", "2021/10/20 20:30", 60),
        ("2021年10月20日 19:30", "2021年10月20日 20时30分", 60),
        ("2021-10-20T19:30:00", "2021-10-20T20:30:00", 60),
        ("2021-10-20  19:30:00", "2021-10-20 下午8:30:00", 60),
        ("2021-10-20 7:30 PM", "2021-10-20 8:30 pm", 60),
        ("10/20/2021 07:30:00 PM", "10/20/2021 8:30 PM", 60),
        ("2021-10-20 星期三 19:30", "2021-10-20 星期三 20:30", 60),
        ("２０２１-10-20 19：30：00", "2021-10-20 20：30", 60),
        ("2021-10-20 19:30:00.123", "2021-10-20 20:30:00.999", 60),
    ],
)
def test_times_in_other_writings(reconcile, joined, left, minutes):
    assert attended(reconcile([HEADER, ["学员01", joined, left, ""]])) == {"S01": minutes}


def test_footers_and_a_title_over_merged_cells(reconcile):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["业主组织的建设与运营 参会名单"], ["导出时间：2021-10-20 22:00"], HEADER, ["学员01", *FULL], [],
        ["学员02", *FULL], ["合计", "2人"], ["注：以上数据由系统生成"], ["导出时间：2021-10-20 22:00:00"], ["以上共 2 人"],
        ["平均时长", "90分钟"],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A2:D2")
    buffer = io.BytesIO()
    book.save(buffer)
    answer = reconcile(buffer.getvalue())
    assert (attended(answer), answer["unmatched"]) == ({"S01": 90, "S02": 90}, [])
    assert [w["rows"] for w in answer["warnings"] if w["code"] == "footer"] == [[7, 8, 9, 10, 11]]


def test_a_person_named_like_a_footer_is_a_person(reconcile):
    answer = reconcile([HEADER, ["注", *FULL], ["合计", *FULL], ["备注：学员01", *FULL]])
    assert rows_of(answer, "unmatched") == [(2, "注"), (3, "合计")]
    assert rows_of(answer, "ambiguous") == [(4, "备注：学员01")]


def test_a_header_that_stands_again_is_no_row(reconcile):
    answer = reconcile([HEADER, ["学员01", *FULL], HEADER, ["学员02", *FULL], ["", *FULL]])
    assert (attended(answer), answer["files"][0]["rows"]) == ({"S01": 90, "S02": 90}, 3)
    assert [(e["row"], e["why"]) for e in answer["unmatched"]] == [(5, attendance._WHY["no_name"])]


WEBINAR = [
    [None, "会议主题:", "业主组织的建设与运营"],
    [None, "会议号:", "412 345 678"],
    [],
    [None, "用户昵称（入会昵称）", "姓名", "手机号", "邮箱", "来源", "入会时间", "退会时间", "观看时长"],
]


def test_the_webinar_shifted_one_column_right(reconcile):
    answer = reconcile(
        [
            *WEBINAR,
            [None, "小张", "学员01", "", "", "", *FULL[:2], "01:30:00"],
            [None, "学员02(学员02)", "", "13800000002", "", "", FULL[0], "--", "01:30:00"],
            [None, "快乐的每一天", "路人甲", "", "", "", *FULL[:2], "01:30:00"],
        ]
    )
    assert answer["files"][0]["format"] == "tencent_webinar"
    assert attended(answer) == {"S01": 90, "S02": 90}
    assert rows_of(answer, "unmatched") == [(7, "快乐的每一天")]


@pytest.mark.parametrize(
    "header",
    [
        ["Name", "Email", "Join time", "Leave time", "Duration (minutes)", "Guest"],
        ["姓名", "用户电子邮件", "加入时间", "离开时间", "持续时间（分钟）", "访客"],
    ],
)
def test_zoom_without_original_names(reconcile, header):
    row = ["学员01", "", "10/20/2021 07:30:00 PM", "10/20/2021 09:00:00 PM", "90", "Yes"]
    answer = reconcile(csv_of(header, row).encode(), name="participants.csv")
    assert (answer["files"][0]["format"], attended(answer)) == ("zoom_new", {"S01": 90})


def test_still_there_counts_to_the_end(reconcile):
    assert attended(reconcile([HEADER, ["学员01", on("20:00"), "--", ""], ["学员02", on("21:30"), "--", ""]])) == {
        "S01": 60, "S02": 0,
    }  # fmt: skip


# Names


NICKNAMES = {
    "学员01": "S01",
    " 学员01 ": "S01",
    "学 员 0 1": "S01",
    "学员\u200b01": "S01",
    "\u202e学员01\u202c": "S01",
    "\u2066学员01\u2069": "S01",
    "学员01😀": "S01",
    "👨‍👩‍👧学员01": "S01",
    "\ufeff学员01": "S01",
    "学员01()": "S01",
    "学员01(None)": "S01",
    "(学员01)": "S01",
    "None(学员01)": "S01",
    "小张(学员01(桂一社区))": "S01",
    "【桂一社区】学员01": "S01",
    "桂一社区居委会-学员01(学员01)": "S01",
    "学员01（桂一）": "S01",
    "学员01(iPhone (2))": "S01",
    "13800000001": "S01",
    "小张13800000001": "S01",
    "138-0000-0001": "S01",
    "+86 138 0000 0001": "S01",
    "１３８００００００１": None,
    "夏北社区-学员07": "S20",
    "石肯 学员07(手机)": "S07",
    "张伟(叠北社区-张伟)": "S04",
    # A person decides.
    "学员07": "?",
    "学员０１": "?",
    "張偉": "?",
    "张 伟(王芳)": "?",
    "138****0001": "?",
    "学员09＆学员10": "?",
    "学员09&学员10": "?",
    "学员09、学员10": "?",
    "叠滘社区-学员01": "?",
    "桂二社区-学员01": "?",
    "学员01(13800000002)": "?",
    "学员1": "?",
    # Nobody.
    "": None,
    "(None)": None,
    "None": None,
    "()": None,
    "iPhone": None,
    "😀": None,
    "+1+1": None,
    "138****0099": None,
    "13900000001": None,
    '=HYPERLINK("http://evil.example","点我")': None,
    "=1+1": None,
    "@SUM(A1)": None,
    "路人甲": None,
    "学员88": None,
}


@pytest.mark.parametrize("nickname", NICKNAMES)
def test_a_nickname_links_waits_or_is_nobody(reconcile, nickname):
    answer = reconcile(csv_of(HEADER, ["学员03", *FULL], [nickname or '""', *FULL]).encode(), name="x.csv")
    expected = NICKNAMES[nickname]
    found = next(iter(set(attended(answer)) - {"S03"}), "?" if answer["ambiguous"] else None)
    assert found == expected


def test_a_name_that_looks_like_a_formula_stays_text(reconcile):
    evil = '=HYPERLINK("http://evil.example","学员01甲")'
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append([evil, *FULL])
    book.active["A2"].data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    answer = reconcile(buffer.getvalue())
    assert [e["name"] for kind in ("unmatched", "ambiguous") for e in answer[kind]] == [evil]


def test_formula_cells_give_their_stored_values(reconcile):
    data = workbook(HEADER, ["学员01", *FULL], ["甲", *FULL])
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for member in source.infolist():
            content = source.read(member)
            if member.filename.endswith("sheet1.xml"):
                text = content.decode()
                start = text.index('<c r="A3"')
                end = text.index("</c>", start) + 4
                text = text[:start] + '<c r="A3" t="str"><f>"学员"&amp;"02"</f><v>学员02</v></c>' + text[end:]
                content = text.encode()
            archive.writestr(member, content)
    assert attended(reconcile(target.getvalue())) == {"S01": 90, "S02": 90}


def test_hosts_and_cohosts_are_no_learners(reconcile):
    roles = ["主持人", "联席主持人", "Host", "Co-host", "主持人,普通参会者"]
    rows = [["学员01", *FULL[:2], role] for role in roles]
    answer = reconcile([HEADER, *rows, ["学员02", *FULL[:2], "普通参会者"], ["学员03", *FULL[:2], "嘉宾"]])
    assert [entry["row"] for entry in answer["ignored"]] == [2, 3, 4, 5, 6]
    assert attended(answer) == {"S02": 90, "S03": 90}


def test_headers_that_stand_twice(reconcile):
    header = [*HEADER, "入会时间", "备注", "备注"]
    answer = reconcile([header, ["学员01", *FULL, "昨天", "甲", "乙"]])
    assert attended(answer) == {"S01": 90}


# Sheets


def book_of(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (rows, state) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_every_sheet_that_is_a_report_counts_and_others_do_not(reconcile):
    answer = reconcile(
        book_of(
            说明=([["本表由系统生成"], ["姓名", "备注"]], "visible"),
            上半场=([HEADER, ["学员01", on("19:30"), on("20:00"), ""]], "visible"),
            下半场=([HEADER, ["学员01", on("19:50"), on("20:10"), ""], ["路人", *FULL]], "hidden"),
            空=([], "visible"),
        )
    )
    assert attended(answer) == {"S01": 40}
    assert [(e["sheet"], e["row"]) for e in answer["unmatched"]] == [("下半场", 3)]
    assert codes(answer) == ["hidden_sheet"]


# Time


def test_a_session_across_midnight(reconcile):
    start, end = dt.datetime(2021, 10, 20, 23, 0), dt.datetime(2021, 10, 21, 0, 30)
    answer = reconcile(
        [
            HEADER,
            ["学员01", "2021-10-20 22:50:00", "2021-10-21 00:40:00", ""],
            ["学员02", "2021-10-20 23:50:00", "2021-10-21 00:10:00", ""],
            ["学员03", "2021-10-21 00:00:00", "--", ""],
        ],
        start=start,
        end=end,
    )
    assert attended(answer) == {"S01": 90, "S02": 20, "S03": 30}


def test_rows_of_another_day_credit_nobody(reconcile):
    answer = reconcile(
        [
            HEADER,
            ["学员01", "2021-10-19 19:30:00", "2021-10-19 21:00:00", ""],
            ["学员01", on("19:30"), on("19:40"), ""],
        ]
    )
    assert attended(answer) == {"S01": 10}


def test_leave_before_join_waits_for_a_person(reconcile):
    answer = reconcile(
        [HEADER, ["学员01", on("21:00"), on("19:30"), ""], ["学员02", on("20:00"), on("20:00"), ""]]
    )
    assert attended(answer) == {"S01": 0, "S02": 0}
    assert [one["status"] for one in answer["learners"] if one["rows"]] == ["需核实", "时长不足"]


def test_the_same_file_twice_counts_once_and_two_files_make_a_union(reconcile):
    one = workbook(HEADER, ["学员01(手机)", on("19:30"), on("20:10"), ""])
    other = csv_of(
        ZOOM, ["学员01 (iPad)", "", "10/20/2021 08:00:00 PM", "10/20/2021 08:30:00 PM", "30", "Yes"]
    ).encode()
    answer = reconcile(one, other, one)
    assert attended(answer) == {"S01": 60}
    assert codes(answer).count("same_file") == 1


STAYS = st.lists(
    st.tuples(
        st.sampled_from(["学员01", "学员02(手机)", "桂二-学员02", "路人"]),
        st.integers(-3600, 9000),
        st.one_of(st.none(), st.integers(0, 9000)),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stays=STAYS, cut=st.integers(0, 14))
def test_minutes_are_those_of_a_count_second_by_second(reconcile, stays, cut):
    """Rows dealt to two files, in seconds from the start; None is still there."""
    names = {"学员01": "S01", "学员02(手机)": "S02", "桂二-学员02": "S02"}
    there: dict[str, set[int]] = {}
    files: list[list] = [[HEADER], [HEADER]]
    length = int((END - START).total_seconds())
    for number, (name, joined, stayed) in enumerate(stays):
        left = None if stayed is None else joined + stayed
        if person := names.get(name):
            until = length if left is None else min(left, length)
            there.setdefault(person, set()).update(range(max(joined, 0), max(until, 0)))
        moments = [str(START + dt.timedelta(seconds=s)) if s is not None else "--" for s in (joined, left)]
        files[number >= cut].append([name, *moments, ""])
    answer = reconcile(*(csv_of(*rows).encode() for rows in files), name="x.csv")
    assert attended(answer) == {person: len(seconds) // 60 for person, seconds in there.items()}


# Size


def test_a_hundred_thousand_rows_are_read_and_right(reconcile):
    """Two learners and a stranger in turn: joins spread over 19:30–19:54, leaves over 20:00–20:49."""
    names = ["学员01", "桂二-学员02", "用户"]
    rows = [
        [f"{names[n % 3]}(手机{n})", on(f"19:{30 + n % 25}"), on(f"20:{n % 50:02}"), ""]
        for n in range(100_000)
    ]
    answer = reconcile(csv_of(HEADER, *rows).encode(), name="x.csv")
    assert answer["files"][0]["rows"] == 100_000
    assert [(one["id"], one["minutes"], one["rows"]) for one in answer["learners"] if one["rows"]] == [
        ("S01", 79, 33_334), ("S02", 79, 33_333),
    ]  # fmt: skip
    assert len(answer["unmatched"]) == 33_333


def test_a_stray_cell_a_million_rows_down_does_no_harm(reconcile):
    book = openpyxl.Workbook()
    for row in (HEADER, ["学员01", *FULL]):
        book.active.append(row)
    book.active["D1048576"] = " "
    buffer = io.BytesIO()
    book.save(buffer)
    assert attended(reconcile(buffer.getvalue())) == {"S01": 90}


def test_more_rows_than_a_table_may_have(reconcile):
    line = "学员01,2021-10-20 19:30:00,2021-10-20 21:00:00,\r\n"
    data = (csv_of(HEADER) + line * 200_001).encode()
    with pytest.raises(ports.TooLarge):
        reconcile(data, name="x.csv")


# The samples, changed as people change files


def moment(text):
    try:
        return dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text


def moments(sheets: dict) -> dict:
    return {name: [[moment(cell) for cell in row] for row in rows] for name, rows in sheets.items()}


def titled(sheets: dict) -> dict:
    return {
        name: [["桂城街道先锋营"], [], *rows, [], ["导出时间：2021-10-20 22:00"]]
        for name, rows in sheets.items()
    }


def shifted(sheets: dict) -> dict:
    return {name: [[None, None, *row] for row in rows] for name, rows in sheets.items()}


CHANGES = {
    "as it is": lambda sheets: sheets,
    "sheets the other way round": lambda sheets: dict(reversed(sheets.items())),
    "sheets renamed": lambda sheets: {f"Sheet{n}": rows for n, rows in enumerate(sheets.values())},
    "rows from the last to the first": lambda sheets: {
        k: [*v[:9], *reversed(v[9:])] for k, v in sheets.items()
    },
    "text made moments": moments,
    "a title above and a note below": titled,
    "two columns to the right": shifted,
    "block above the header deleted": lambda sheets: {name: rows[8:] for name, rows in sheets.items()},
    "header again in the middle": lambda sheets: {k: [*v[:15], v[8], *v[15:]] for k, v in sheets.items()},
    "a sheet of something else first": lambda sheets: {"说明": [["姓名", "备注"], ["学员06", "x"]], **sheets},
}


@needs_samples
@pytest.mark.parametrize("change", CHANGES)
def test_the_sample_of_tencent_says_the_same_however_it_was_saved(tmp_path, change):
    file = next((SAMPLES / "attendance").glob("01_*.xlsx"))
    expected = json.loads(file.with_name(f"{file.name}.expected.json").read_text())
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
    changed = tmp_path / "会议.xlsx"
    changed.write_bytes(
        book_of(**{name: (rows, "visible") for name, rows in CHANGES[change](sheets).items()})
    )
    answer = attendance.reconcile(
        [changed], roster=SAMPLES / "attendance" / "00_roster.json", start=START, end=END
    )
    found = {one["id"]: one for one in answer["learners"]}
    for wanted in expected["learners"]:
        assert {key: found[wanted["id"]][key] for key in wanted} == wanted
    for kind in ("ambiguous", "unmatched", "ignored"):
        assert sorted(e["name"] for e in answer[kind]) == sorted(e["name"] for e in expected.get(kind, []))


@needs_samples
@pytest.mark.parametrize("number", ["03", "04", "06"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_samples_in_text_say_the_same_in_every_encoding(tmp_path, number, encoding, delimiter):
    file = next(f for f in (SAMPLES / "attendance").glob(f"{number}_*.csv"))
    rows = [list(row.cells) for row in ports.port("tables").read(file.read_bytes(), file.name)[0].rows]
    other = tmp_path / "x.csv"
    other.write_bytes(
        csv_of(*[["" if c is None else c for c in row] for row in rows], delimiter=delimiter).encode(encoding)
    )
    roster = SAMPLES / "attendance" / "00_roster.json"
    told = [attendance.reconcile([one], roster=roster, start=START, end=END) for one in (file, other)]
    assert told[0]["learners"] == told[1]["learners"]
    assert any(one["rows"] for one in told[0]["learners"])


# Tables that are no known export


SIGNED = [
    ["现场签到表"],
    ["序号", "姓名", "社区", "身份证号码", "签到时间", "签退时间"],
    [1, "学员01", "桂一社区", "440000", "19:25", "21:00"],
    [2, "学员02", "", "440001", "19:50", ""],
    [3, "学员03", "", "440002", "√", "√"],
    [4, "学员07", "", "440003", "19:25", "21:00"],
    ["合计", 4],
]


def test_a_typed_sheet_is_read_by_its_headers_and_says_so(reconcile):
    answer = reconcile(SIGNED)
    assert [(o["id"], o["status"], o["minutes"]) for o in answer["learners"] if o["rows"]] == [
        ("S01", "出勤", 90), ("S02", "需核实", 0), ("S03", "需核实", 0),
    ]  # fmt: skip
    assert rows_of(answer, "ambiguous") == [(6, "学员07")]
    assert codes(answer) == ["read_by_headers", "footer", "unreadable_time"]
    assert "44000" not in json.dumps(answer)


def test_a_tick_is_presence_and_a_signature_of_another_day_is_none(reconcile):
    ticked = reconcile([["姓名", "签到"], ["学员01", "√"], ["学员02", ""], ["学员03", "请假"]])
    assert [(o["status"], o["minutes"], o["flags"]) for o in ticked["learners"][:3]] == [
        ("出勤", None, []), ("缺勤", None, []), ("缺勤", None, ["请假"]),
    ]  # fmt: skip
    signed = [["姓名", "签到时间"], ["学员01", "2021-10-13 19:25"], ["学员02", "2021-10-13 19:26"]]
    other = reconcile(signed)
    assert [o["status"] for o in other["learners"][:2]] == ["缺勤", "缺勤"]
    assert codes(other) == ["read_by_headers", "outside_session"]


@pytest.mark.parametrize("header", [["姓名", "电话", "备注"], ["甲", "乙", "丙"], ["签到时间", "社区", "x"]])
def test_a_table_without_names_or_attendance_is_refused(reconcile, header):
    with pytest.raises(attendance.BadInput):
        reconcile([header, ["学员01", "13800000001", "2021-10-20 19:30:00"]])


def test_an_answer_to_a_questionnaire_credits_nobody(reconcile):
    answers = [
        ["序号", "提交答卷时间", "所用时间", "来源", "来自IP", "1、您的姓名：", "2、手机号码"],
        [1, "2021/10/20 20:00:00", "80秒", "微信", "1.2.3.4", "学员01", ""],
        [2, "2021/10/20 20:00:00", "80秒", "微信", "1.2.3.4", "学员02", "13800000002"],
        [3, "2021/10/20 20:10:00", "5秒", "微信", "1.2.3.4", "学员02", "138 0000 0002"],
        [4, "2021/10/20 20:10:00", "50秒", "微信", "1.2.3.4", "张伟", "13800000001"],
    ]
    answer = reconcile(answers, [HEADER, ["学员02", on("19:30"), on("19:50"), ""]])
    told = {o["id"]: (o["status"], o["minutes"], o.get("why")) for o in answer["learners"] if o["rows"]}
    assert told == {"S01": ("需核实", None, "只有问卷答卷"), "S02": ("时长不足", 20, None)}
    assert rows_of(answer, "ambiguous") == [(5, "张伟")]
    assert all(warning["text"] != warning["code"] for warning in answer["warnings"])
    assert "1.2.3.4" not in json.dumps(answer)


def test_one_name_merged_over_two_stays_is_the_name_of_both(reconcile):
    book = openpyxl.Workbook()
    for row in (HEADER, ["学员01", on("19:30"), on("20:00"), ""], ["", on("20:10"), on("20:40"), ""]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    buffer = io.BytesIO()
    book.save(buffer)
    assert attended(reconcile(buffer.getvalue())) == {"S01": 60}


def test_a_header_with_a_byte_order_mark_in_the_middle(reconcile):
    text = csv_of(HEADER, ["学员01", *FULL])
    answer = reconcile((text + "\ufeff" + text).encode(), name="x.csv")
    assert (attended(answer), answer["unmatched"]) == ({"S01": 90}, [])


# Rosters


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"[" * 200_000,
        b'[{"id": "S1", "name": null}]',
        b'{"roster": {"a": 1}}',
        "序号,姓名,社区\r\n合计,0,\r\n".encode(),
        b"",
    ],
    ids=["nobody", "deep", "nameless", "no list", "only a total", "empty"],
)
def test_a_roster_of_nobody_is_refused(tmp_path, data):
    roster = tmp_path / "名册.csv"
    roster.write_bytes(data)
    with pytest.raises(Refused):
        attendance.read_roster(roster)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_roster_in_json_in_every_encoding(tmp_path, encoding):
    roster = tmp_path / "名册"
    roster.write_bytes(json.dumps({"roster": ROSTER}, ensure_ascii=False).encode(encoding))
    assert [one.name for one in attendance.read_roster(roster)[0]] == [name for _id, name, _place in PEOPLE]


def test_a_hidden_sheet_is_not_the_roster(tmp_path):
    roster = tmp_path / "名册.xlsx"
    old, new = (
        [["姓名", "社区"], ["学员08", "桂八"], ["学员09", "桂九"]],
        [["姓名", "社区"], ["学员01", "桂一"]],
    )
    roster.write_bytes(book_of(去年=(old, "hidden"), 今年=(new, "visible")))
    people, warnings = attendance.read_roster(roster)
    assert [one.name for one in people] == ["学员01"]
    assert [(w["code"], w["rows"], "去年" in w["text"]) for w in warnings] == [
        ("roster_hidden_sheet", [], True)
    ]


@pytest.mark.parametrize("phone", ["0757-81234567", "1.38E+10", "138****0001", "无"])
def test_a_phone_of_the_roster_that_is_none_speaks_against_nobody(tmp_path, phone):
    roster, report = tmp_path / "名册.xlsx", tmp_path / "会议.xlsx"
    roster.write_bytes(workbook(["姓名", "电话"], ["学员01", phone]))
    report.write_bytes(workbook(HEADER, ["学员01 13800000001", *FULL]))
    assert attended(attendance.reconcile([report], roster=roster, start=START, end=END)) == {"S01": 90}
