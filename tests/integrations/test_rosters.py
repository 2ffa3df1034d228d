"""Rosters as clerks make them."""

import json

import pytest

from tests.integrations.test_tables import FIXTURES, workbook
from tests.samples import SAMPLES, needs_samples
from yingzao.core import ports
from yingzao.integrations.rosters.headers import field_of
from yingzao.integrations.rosters.reader import SheetRosterReader
from yingzao.integrations.tables.reader import CalamineReader

READER = SheetRosterReader()


def sheet(*rows, merged=(), name="名册") -> ports.Sheet:
    numbered = (ports.Row(number, tuple(row)) for number, row in enumerate(rows, 1) if any(row))
    return ports.Sheet(name, tuple(numbered), merged)


def read(*rows, merged=(), **more) -> ports.RosterReading:
    return READER.read([sheet(*rows, merged=merged)], **more)


def people(reading: ports.RosterReading, *fields: str) -> list[tuple]:
    return [(row.row, *(row.fields.get(field) for field in fields)) for row in reading.rows]


def problems(reading: ports.RosterReading) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in reading.problems]


def test_a_roster_with_title_unit_line_footers_and_mended_cells():
    reading = read(
        ["××街道学员花名册"],
        ["填报单位：××办（盖章）    填报日期：2021年9月1日"],
        ["序号", "姓 名", "性别", "所在社区（单位）", "职务", "联系电话", "身份证号码", "备注"],
        [1, "学员01", "女", "桂一社区", "专员", 13800000001, "440605199001010011", None],
        [2, "学 员 0 2", "男", "灯湖", "专员", "138 0000 0002", None, "同名"],
        [3, "学员０３", "男", "灯湖社区", "专员", "+86-13800000003", None, "--"],
        ["合计：3人"],
        ["注：身份证号码仅用于购买保险"],
    )
    assert people(reading, "serial", "name", "community", "phone", "remark") == [
        (4, "1", "学员01", "桂一社区", "13800000001", ""),
        (5, "2", "学员02", "灯湖社区", "13800000002", "同名"),
        (6, "3", "学员03", "灯湖社区", "13800000003", ""),
    ]
    assert problems(reading) == [(5, "community_expanded"), (5, "name_spaces"), (6, "name_full_width")]
    assert [problem.error for problem in reading.problems] == [False, False, False]


def test_discarded_columns_are_never_handed_out():
    reading = read(
        ["姓名", "身份证号码", "来自IP", "电话"],
        ["学员01", "440605199001010011", "113.82.12.34", "13800000001"],
    )
    assert reading.layout.discarded == (1, 2)
    assert "4406" not in repr(reading.rows)
    assert "113.82" not in repr(reading.rows)
    assert reading.rows[0].raw == {"姓名": "学员01", "电话": "13800000001"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓名", "name"), ("姓　名*", "name"), ("1、您的姓名：", "name"), ("Name", "name"), ("学号", "code"),
        ("序号", "serial"), ("2、您所在的社区：", "community"), ("所在社区（单位）", "community"), ("村（社区）", "community"),
        ("工作单位", "community"), ("手机号码", "phone"), ("3、手机号码：", "phone"), ("联系电话（手机）", "phone"),
        ("E-mail", "email"), ("组别", "team"), ("职务", "post"), ("备注", "remark"), ("政治面貌", None), ("姓名拼音", None),
    ],
)  # fmt: skip
def test_headers_are_known_by_their_synonyms(header, field):
    found = field_of(header)
    assert (found[0] if found else None) == field


def test_the_better_word_wins_where_two_columns_fit_one_field():
    reading = read(
        ["姓名", "单位", "社区", "电话", "手机"], ["学员01", "某中心", "桂一社区", "81234567", "13800000001"]
    )
    assert reading.layout.mapping == {0: "name", 2: "community", 4: "phone"}


def test_the_mapping_can_be_overridden():
    rows = [["甲", "乙"], ["学员01", "桂一社区"]]
    assert READER.recognise([sheet(*rows)]) is None
    layout = ports.RosterLayout("名册", 1, ("甲", "乙"), {0: "name", 1: "community"})
    assert people(READER.read([sheet(*rows)], layout), "name", "community") == [(2, "学员01", "桂一社区")]


def test_without_a_header_the_file_is_refused():
    with pytest.raises(ports.NoHeader):
        read(["学员01", "桂一社区"], ["学员02", "桂二社区"])


def test_without_a_known_header_columns_are_told_by_what_stands_in_them_and_said_to_be():
    rows = [
        ["先锋营学员"],
        ["谁", "哪里", "怎么找", "证"],
        ["张三", "桂一社区", "138 0000 0001", "440600199001010011"],
        ["李四", "桂二社区", "13800000002", "440600199001010011"],
        ["欧阳锋", "石肯村", "13800000003", ""],
    ]
    reading = read(*rows)
    assert (reading.layout.header_row, dict(reading.layout.mapping), reading.layout.discarded) == (
        2, {0: "name", 1: "community", 2: "phone"}, (3,),
    )  # fmt: skip
    assert [row.fields["name"] for row in reading.rows] == ["张三", "李四", "欧阳锋"]
    assert [p.code for p in reading.problems if not p.error] == ["guessed_columns"]
    assert "440600" not in str(reading.rows)


@pytest.mark.parametrize(
    "rows",
    [
        [["甲", "乙"], ["张三", "桂一社区"], ["李四", "桂二社区"]],  # too few to tell
        [
            ["甲", "乙"],
            ["张三", "好"],
            ["李四", "好"],
            ["王五", "好"],
        ],  # names beside nothing that is a person's
        [
            ["社区", "电话"],
            ["桂一社区", "13800000001"],
            ["桂二社区", "13800000002"],
            ["桂三社区", "13800000003"],
        ],
        [
            ["张三", "桂一社区"],
            ["李四", "桂二社区"],
            ["王五", "桂三社区"],
            ["赵六", "桂四社区"],
        ],  # no header at all
    ],
)
def test_what_only_might_be_a_roster_is_refused(rows):
    with pytest.raises(ports.NoHeader):
        read(*rows)


def test_a_header_below_the_fifteenth_row_is_not_looked_for():
    with pytest.raises(ports.NoHeader):
        read(*[["说明"]] * 15, ["姓名", "电话"], ["学员01", "13800000001"])


def test_cells_merged_downwards_count_for_each_row():
    reading = read(
        ["社区", "姓名"],
        ["桂一社区", "学员01"],
        [None, "学员02"],
        ["桂二社区", "学员03"],
        merged=((2, 0, 3, 0),),
    )
    assert people(reading, "community", "name") == [
        (2, "桂一社区", "学员01"),
        (3, "桂一社区", "学员02"),
        (4, "桂二社区", "学员03"),
    ]


def test_problems_name_their_row_and_what_is_wrong():
    reading = read(
        ["姓名", "社区", "电话"],
        ["学员01", "桂一社区", "1380000000"],
        [None, "桂一社区", "13800000002"],
        ["学员03", "桂一社区", "138****0003"],
        ["学员04", "桂一社区", "13800000004"],
        ["学员05", "桂一社区", "13800000004"],
        ["学员04", "桂一社区", None],
        ["学员04", "桂二社区", "13800000007"],
    )
    assert problems(reading) == [
        (2, "bad_phone"),
        (3, "missing_name"),
        (4, "masked_phone"),
        (5, "same_name"),
        (6, "duplicate_in_file"),
        (7, "duplicate_in_file"),
        (7, "same_name"),
        (8, "same_name"),
    ]
    assert [problem.data for problem in reading.problems if problem.row == 6] == [
        {"by": "phone", "value": "13800000004", "of": "5"}
    ]


def test_rows_that_only_carry_a_number_are_no_people():
    reading = read(["序号", "姓名", "电话"], [1, "学员01", "13800000001"], [2], [3], ["合计", "1人"])
    assert (people(reading, "name"), problems(reading)) == ([(2, "学员01")], [])


def test_a_header_repeated_on_the_next_page_is_no_person():
    reading = read(
        ["序号", "姓名", "电话"], [1, "学员01", "13800000001"], ["序号", "姓名", "电话"], [2, "学员02", ""]
    )
    assert people(reading, "name") == [(2, "学员01"), (4, "学员02")]


def test_latin_names_keep_the_space_between_their_words():
    assert people(read(["姓名", "社区"], ["John  Smith", "桂一社区"]), "name") == [(2, "John Smith")]


def test_short_communities_are_written_out_only_where_they_mean_one():
    rows = [
        ["姓名", "社区"],
        ["学员01", "夏北"],
        ["学员02", "夏北社区"],
        ["学员03", "东"],
        ["学员04", "夏北村"],
    ]
    assert people(read(*rows), "community") == [(2, "夏北"), (3, "夏北社区"), (4, "东"), (5, "夏北村")]
    reading = read(["姓名", "社区"], ["学员01", "灯湖"], communities=["灯湖社区居委会"])
    assert people(reading, "community") == [(2, "灯湖社区")]


def test_the_sheet_with_the_roster_is_found_and_the_others_are_told():
    sheets = [
        sheet(["说明"], ["请填写"], name="说明"),
        sheet(["姓名", "电话"], ["学员01", "13800000001"], ["学员02", "13800000002"], name="一组"),
        sheet(["姓名", "电话"], ["学员03", "13800000003"], name="二组"),
    ]
    reading = READER.read(sheets)
    assert reading.layout.sheet == "一组"
    assert [(p.code, p.data) for p in reading.problems] == [("other_sheet", {"sheet": "二组"})]


@pytest.mark.parametrize("name", ["roster.xls", "roster.ods"])
def test_old_and_open_workbooks(name):
    reading = READER.read(CalamineReader().read((FIXTURES / name).read_bytes(), name))
    assert [(row.fields["name"], row.fields["phone"]) for row in reading.rows] == [
        ("学员01", "13800000001"),
        ("学员02", "13800000002"),
    ]


def test_a_roster_in_a_real_workbook():
    data = workbook(["名册"], ["姓名", "社区"], ["学员01", "桂一社区"])
    assert people(READER.read(CalamineReader().read(data, "x.xlsx")), "name") == [(3, "学员01")]


@needs_samples
def test_the_sample_roster():
    file = next((SAMPLES / "attendance").glob("11_*.xlsx"))
    expected = json.loads(file.with_name(file.name + ".expected.json").read_text())
    reading = READER.read(CalamineReader().read(file.read_bytes(), file.name))
    assert [
        {
            "id": f"S{row.fields['serial']:0>2}",
            **{field: row.fields[field] for field in ("name", "community", "phone")},
        }
        for row in reading.rows
    ] == expected["learners"]
    assert problems(reading) == [
        (9, "name_spaces"),
        (10, "same_name"),
        (12, "community_expanded"),
        (23, "same_name"),
    ]


# What hostile tables hold


def test_a_header_of_two_rows_is_read_as_one():
    reading = read(
        ["学员花名册"],
        ["序号", "姓名", "单位", None, "联系方式", None],
        [None, None, "社区", "职务", "手机", "号码"],
        [1, "学员01", "灯湖", "主任", 13800000001, "x"],
        merged=((2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 2, 5)),
    )
    assert reading.layout.header_row == 3
    assert reading.layout.headers == ("序号", "姓名", "社区", "职务", "手机", "号码")
    assert people(reading, "name", "community", "post", "phone") == [
        (4, "学员01", "灯湖", "主任", "13800000001")
    ]


def test_a_number_under_its_group_is_discarded_by_both_words_together():
    rows = [
        ["姓名", "证件", None, "手机"],
        [None, "类型", "号码", None],
        ["学员01", "护照", "X123", 13800000001],
    ]
    clean = READER.cleaned([sheet(*rows, merged=((1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)))])
    reading = READER.read(clean)
    assert (reading.layout.mapping, reading.layout.discarded) == ({0: "name", 3: "phone"}, (2,))
    assert "X123" not in repr(clean)
    assert reading.rows[0].raw == {"姓名": "学员01", "类型": "护照", "手机": "13800000001"}


def test_a_first_row_with_an_empty_name_is_no_second_header():
    reading = read(["序号", "姓名", "备注"], [1, None, "说明"], [2, "学员02", None])
    assert reading.layout.header_row == 1
    assert problems(reading) == [(2, "missing_name")]


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "证件"], ["学员01", "440605199001010011"], ["学员02", "44060519900101002X"]],
        [["姓名", "编号"], ["学员01", "440605199001010011"]],
        [["姓名", "ID"], ["学员01", 440605199001010011]],
        [["姓名", "备注"], ["学员01", "证件 440605 19900101 0011"], ["学员02", "党员"], ["学员03", "党员"]],
        [["姓名", "身份证号码", "来自IP"], ["学员01", "440605199001010011", "113.82.12.34"]],
    ],
)
def test_identity_numbers_are_nowhere_in_what_is_handed_out(rows):
    clean = READER.cleaned([sheet(*rows)])
    reading = READER.read(clean)
    assert not [s for s in ("4406051990", "19900101", "113.82") if s in repr(clean) + repr(reading)]
    assert [row.fields["name"] for row in reading.rows] == [row[0] for row in rows[1:]]
    assert READER.cleaned(clean) == clean
    assert READER.read(clean).layout == reading.layout


def test_a_table_without_them_is_handed_back_as_it_was():
    rows = sheet(["姓名", "电话", "学号"], ["学员01", 13800000001, "20210901001"])
    assert READER.cleaned([rows])[0] is rows


@pytest.mark.parametrize(
    ("given", "phone"),
    [
        ("138 0000 0001", "13800000001"), ("+86-138-0000-0001", "13800000001"), ("0086 13800000001", "13800000001"),
        ("１３８００００００01", "13800000001"), (13800000001.0, "13800000001"), ("13800000001.0", "13800000001"),
        ("'13800000001", "13800000001"), ("13800000001（本人）", "13800000001"), ("手机：13800000001", "13800000001"),
        ("1.3800000001E+10", "13800000001"),
        ("1.38E+10", "rounded_phone"), ("1.3800138e10", "rounded_phone"), ("13800000001/13900000002", "several_phones"),
        ("1380000001O", "bad_phone"), ("13800000001转802", "bad_phone"), ("0757-81234567", "bad_phone"),
        ("138****0001", "masked_phone"),
    ],
)  # fmt: skip
def test_phones_as_tables_hold_them(given, phone):
    reading = read(["姓名", "手机"], ["学员01", given])
    found = [p.code for p in reading.problems] or [row.fields["phone"] for row in reading.rows]
    assert found == [phone]


@pytest.mark.parametrize(
    "name", ["=1+1", "=cmd|' /C calc'!A0", "+张三", "@x", "-", "12345", "#REF!", "张三、李四", "张三/李四"]
)
def test_what_is_no_name_of_one_person_is_told(name):
    reading = read(["姓名", "手机"], [name, 13800000001])
    told = [(problem.row, problem.code) for problem in reading.problems if problem.error]
    assert told == [(2, "missing_name" if name == "-" else "not_a_name")]


@pytest.mark.parametrize("name", ["买买提·艾力", "欧阳娜娜", "John Smith", "张三(女)", "学员01", "𠮷野"])
def test_names_of_all_kinds_are_names(name):
    assert problems(read(["姓名", "手机"], [name, 13800000001])) == []


@pytest.mark.parametrize(
    "footer",
    [
        ["制表人", "王五", None, "审核人", "赵六"], ["制表人：王五", None, "审核：赵六"], ["合计", "2人"], [None, "合计"],
        ["注：电话请核实"], ["序号", "姓名", "性别", "社区", "电话"], [None, "姓名"],
    ],
)  # fmt: skip
def test_footers_are_nobody(footer):
    reading = read(["序号", "姓名", "性别", "社区", "电话"], [1, "学员01", "女", "灯湖", 13800000001], footer)
    assert (people(reading, "name"), problems(reading)) == ([(2, "学员01")], [])


def test_english_headers_and_further_synonyms():
    reading = read(["Student ID", "Name", "Phone Number", "Position", "Group", "Sex", "Remarks"])
    assert list(reading.layout.mapping.values()) == [
        "code",
        "name",
        "phone",
        "post",
        "team",
        "gender",
        "remark",
    ]
    reading = read(["学员编号", "学员名字", "联系手机号", "所在村（居）", "岗位职务", "所在组", "备 注"])
    assert list(reading.layout.mapping.values()) == [
        "code",
        "name",
        "phone",
        "community",
        "post",
        "team",
        "remark",
    ]


def test_a_sure_name_is_a_header_beside_columns_that_nobody_knows():
    reading = read(["姓名", "微信号", "政治面貌"], ["学员01", "wx1", "党员"])
    assert people(reading, "name") == [(2, "学员01")]


def test_a_hidden_sheet_gives_way_to_one_that_is_seen():
    old = ports.Sheet(
        "旧", sheet(["姓名", "电话"], *[[f"旧人{n}", None] for n in range(9)]).rows, hidden=True
    )
    reading = READER.read([old, sheet(["姓名"], ["学员01"])])
    assert people(reading, "name") == [(2, "学员01")]
    assert [(p.code, p.data) for p in reading.problems] == [("hidden_sheet", {"sheet": "旧"})]
    assert (0, "sheet_is_hidden") in problems(READER.read([old]))
