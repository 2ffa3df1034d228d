"""XLSForm in and out: forms as people make them, read row by row, and what is written is a form for pyxform too."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.surveys_of_residents import workbook
from yingzao.core import ports
from yingzao.fieldwork import phrases
from yingzao.fieldwork.actions import read_form
from yingzao.fieldwork.exports.xlsform import workbook_of
from yingzao.fieldwork.settling.questions import Choice, Question, as_json, problems
from yingzao.fieldwork.settling.xlsform import form_of

HEAD = ["type", "name", "label"]
YES_NO = [["list_name", "name", "label"], ["yes_no", "yes", "是"], ["yes_no", "no", "否"]]


def read(**sheets):
    return read_form(data=workbook(**sheets), name="form.xlsx").form


def left(form, *whats):
    return [
        (line.row, line.what, line.code)
        for line in form.lines
        if line.what in (whats or ("left_out", "changed", "refused"))
    ]


def test_kobo_form_is_taken_over_and_what_is_not_is_named_by_row():
    survey = [
        ["type", "name", "label::English (en)", "label::Chinese (zh)", "hint::Chinese (zh)", "required", "relevant", "constraint",
         "constraint_message::Chinese (zh)", "appearance", "calculation", "media::image", "guidance_hint::Chinese (zh)", "$given_name"],
        ["start", "start"],
        ["end", "end"],
        ["today", "today"],
        ["deviceid", "deviceid"],
        [],
        ["note", "hello", "Welcome", "**欢迎**参加<span style=\"color:red\">调查</span>"],
        ["begin_group", "who", "About you", "您的情况", None, None, None, None, None, "field-list"],
        ["select_one sex", "sex", "Sex", "性别", None, "true"],
        ["integer", "age", "Age", "年龄", "周岁", "yes", None, ". >= 0 and . <= 120", "请填 0 到 120"],
        ["end_group"],
        ["select_multiple needs or_other", "needs", "Needs", "需要", None, None, "${age} >= 60 and not(selected(${sex}, 'x'))", None, None, "minimal"],
        ["calculate", "twice", None, None, None, None, None, None, None, None, "${age} * 2"],
        ["text", "phone", "Phone", "电话", None, None, None, "regex(., '^1[0-9]{10}$')"],
        ["begin_repeat", "children", "Children", "孩子"],
        ["text", "child", "Name", "名字"],
        ["end_repeat"],
        ["range", "score", "Score", "分数"],
        ["image", "photo", "Photo", "照片"],
        ["geopoint", "where", "Where", "位置"],
        ["date", "since", "Since", "何时起"],
        ["decimal", "area", "Area", "面积"],
    ]  # fmt: skip
    choices = [
        ["list_name", "name", "label::English (en)", "label::Chinese (zh)"],
        ["sex", "m", "Male", "男"],
        ["sex", "f", "Female", "女"],
        ["needs", 1, "Lift", "电梯"],
        ["needs", 2, "Parking", "停车"],
    ]
    form = read(
        survey=survey,
        choices=choices,
        settings=[["form_title", "default_language"], ["Needs", "English (en)"]],
    )
    assert not form.is_refused, [phrases.line(line) for line in form.lines]
    assert form.title == "Needs"
    assert as_json(form.questions) == [
        {"kind": "note", "name": "hello", "label": "欢迎参加调查"},
        {"kind": "group", "name": "who", "label": "您的情况", "questions": [
            {"kind": "select_one", "name": "sex", "label": "性别", "is_required": True, "choices": [["m", "男"], ["f", "女"]]},
            {"kind": "integer", "name": "age", "label": "年龄", "hint": "周岁", "is_required": True, "constraint": ". >= 0 and . <= 120",
             "constraint_message": "请填 0 到 120"},
        ]},
        {"kind": "select_multiple", "name": "needs", "label": "需要", "relevant": "${age} >= 60 and not(selected(${sex}, 'x'))",
         "has_other": True, "choices": [["1", "电梯"], ["2", "停车"]]},
        {"kind": "text", "name": "phone", "label": "电话"},
        {"kind": "image", "name": "photo", "label": "照片"},
        {"kind": "geopoint", "name": "where", "label": "位置"},
        {"kind": "date", "name": "since", "label": "何时起"},
        {"kind": "decimal", "name": "area", "label": "面积"},
    ]  # fmt: skip
    assert left(form) == [
        (0, "left_out", "language"),
        (2, "left_out", "meta"),
        (3, "left_out", "meta"),
        (4, "left_out", "meta"),
        (5, "left_out", "meta"),
        (8, "left_out", "look"),
        (12, "left_out", "look"),
        (13, "left_out", "calculate"),
        (14, "left_out", "constraint_function"),
        (15, "left_out", "repeat"),
        (16, "left_out", "in_left_out"),
        (18, "left_out", "type"),
    ]
    for line in form.lines:
        if line.what != "taken":
            assert "%" not in phrases.line(line)


def test_headers_in_capitals_and_older_words_are_read():
    form = read(
        SURVEY=[
            ["Type", "NAME", "Label"],
            ["begin group", "g", "组"],
            ["Select One From yn", "a", "甲"],
            ["string", "b", "乙"],
            ["end group"],
        ],
        Choices=[["List Name", "Value", "Caption"], ["yn", "y", "是"]],
    )
    assert [line.code for line in form.lines if line.what == "refused"] == []
    assert [(q.name, q.kind) for q in form.questions[0].questions] == [("a", "select_one"), ("b", "text")]


@pytest.mark.parametrize(
    ("columns", "settings_row", "label"),
    [
        (["label"], "", "A"),
        (["label::French", "label::English (en)"], "English (en)", "B"),
        (["label::French", "label::English (en)"], "", "A"),
        (["label::English (en)", "label::中文"], "English (en)", "B"),
        (["label::繁體中文 (zh-TW)", "label::简体中文 (zh)"], "", "B"),
        (["label:English", "label:zh"], "", "B"),
    ],
)
def test_one_language_is_kept_and_chinese_where_there_is_any(columns, settings_row, label):
    form = read(
        survey=[["type", "name", *columns], ["text", "q", *"AB"[: len(columns)]]],
        settings=[["form_title", "default_language"], ["t", settings_row]],
    )
    assert form.questions[0].label == label


@pytest.mark.parametrize(
    ("rows", "choices", "code"),
    [
        ([["text", "a", "甲", "${b} = 1"], ["text", "b", "乙", "${a} = 1"]], YES_NO, "circle"),
        ([["select_one nowhere", "a", "甲"]], YES_NO, "unknown_list"),
        ([["text", "a", "甲"], ["text", "a", "乙"]], YES_NO, "name_twice"),
        ([["text", "1a", "甲"]], YES_NO, "bad_name"),
        ([["text", "a b", "甲"]], YES_NO, "bad_name"),
        ([["begin group", "g", "组"], ["text", "a", "甲"]], YES_NO, "not_ended"),
        ([["text", "a", "甲"], ["end group"]], YES_NO, "ended_without_begin"),
        ([["begin group", "g", "组"], ["end repeat"]], YES_NO, "ended_without_begin"),
        ([[None, "a", "甲"]], YES_NO, "no_type"),
        ([["note", "a", "甲"]], YES_NO, "no_questions"),
        ([["select_multiple x", "a", "甲"]], [*YES_NO, ["x", "one two", "一二"]], "choice_with_blank"),
        ([["select_one x", "a", "甲"]], [*YES_NO, ["x", "y", "一"], ["x", "y", "二"]], "choice_twice"),
        ([["text", f"q{n}", "甲"] for n in range(2000)], YES_NO, "many_questions"),
    ],
)  # fmt: skip
def test_form_that_is_none_or_would_be_answered_in_another_sense_is_refused(rows, choices, code):
    form = read(survey=[[*HEAD, "relevant"], *rows], choices=choices)
    assert code in [line.code for line in form.lines if line.what == "refused"]
    assert all("%(" not in phrases.line(line) for line in form.lines if line.what == "refused")


KEPT = ["text", "kept", "留下的"]


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([["text", "a", "甲", "count-selected(${kept}) > 1"]], ["relevant_function"]),
        ([["text", "a", "甲", "${nothing} = 1"]], ["relevant_reference"]),
        ([["text", "a", "甲", "../kept = 1"]], ["relevant_sign"]),
        ([["text", "a", "甲", "(" * 200 + "1" + ")" * 200]], ["relevant_deep"]),
        ([["calculate", "c", "丙"], ["text", "a", "甲", "${c} = 1"]], ["calculate", "relevant_reference"]),
        ([["calculate", "c", "丙"], ["note", "a", "甲 ${c}"]], ["calculate", "label_reference"]),
        ([["calculate", "c", "丙"], ["select_one held", "a", "甲"]], ["calculate", "label_reference"]),
        ([["select_one many", "a", "甲"]], ["many_choices"]),
        ([["time", "t", "几点"], ["text", "a", "甲", "${kept_other} = 'x'"]], ["type", "relevant_reference"]),
        (
            [["time", "t", "几点"], ["text", "a", "甲", "${t} != ''"], ["text", "b", "乙", "${a} = 'x'"], ["note", "c", "${b}"]],
            ["type", "relevant_reference", "relevant_reference", "label_reference"],
        ),
        (
            [["begin group", "g", "组", "today() > 1"], ["text", "a", "甲"], ["end group"], ["text", "b", "乙", "${a} != ''"]],
            ["relevant_function", "in_left_out", "relevant_reference"],
        ),
        (
            [["begin group", "g", "组"], ["text", "a", "甲", "today() > 1"], ["end group"]],
            ["empty_group", "relevant_function"],
        ),
        (
            [["begin_kobomatrix", "m", "表"], ["select_one yes_no", "a", "甲"], ["end_kobomatrix"], ["begin_score", "s", "分"], ["score__row", "r", "行"], ["end_score"]],
            ["block", "in_left_out", "block", "in_left_out"],
        ),
    ],
)  # fmt: skip
def test_what_leans_on_something_that_is_not_taken_over_is_left_out_and_named(rows, lines):
    choices = [
        *YES_NO,
        ["held", "h", "${c}"],
        *(["many", f"c{n}", "一"] for n in range(201)),
    ]
    form = read(survey=[[*HEAD, "relevant"], *rows, KEPT], choices=choices)
    assert [q.name for q in form.questions] == ["kept"]
    assert [line.code for line in form.lines if line.what != "taken"] == lines
    assert all(line.what == "left_out" for line in form.lines if line.what != "taken")
    assert all("%(" not in phrases.line(line) and line.row for line in form.lines if line.what != "taken")


@pytest.mark.parametrize(
    ("relevant", "constraint", "message"),
    [
        ("bind:relevant", "bind:constraint", "bind:jr:constraintMsg"),
        ("bind: relevant", "bind: constraint", "bind: jr:constraintMsg"),
        ("bind::relevant", "bind::constraint", "bind::jr:constraintMsg"),
        ("Relevance", "Constraint", "Constraint message"),
    ],
)
def test_conditions_are_read_under_every_header_that_pyxform_reads(relevant, constraint, message):
    form = read(
        survey=[
            ["Type", "Name", "Label", relevant, constraint, message],
            ["integer", "a", "甲", None, ". > 3", "太小"],
            ["text", "b", "乙", "${a} = 5"],
        ]
    )
    assert left(form) == []
    assert [(q.relevant, q.constraint, q.constraint_message) for q in form.questions] == [
        ("", ". > 3", "太小"),
        ("${a} = 5", "", ""),
    ]


def test_columns_that_are_not_read_are_named_with_their_rows():
    form = read(
        survey=[
            [*HEAD, "default", "guidance_hint", "media::image", "required", "required_message", "appearance", "trigger"],
            ["text", "a", "甲", "好", "问清楚", None, "yes", "请写下来", "multiline"],
            ["text", "b", "乙", "坏", None, "b.jpg", None, None, "numbers"],
        ],
        settings=[["form_title", "style", "submission_url"], ["t", "pages", "https://example.org"]],
    )  # fmt: skip
    assert [(line.code, line.detail, line.rows) for line in form.lines if line.what == "left_out"] == [
        ("column", "default", (2, 3)),
        ("column", "guidance_hint", (2,)),
        ("look", "multiline", (2,)),
        ("column", "media::image", (3,)),
        ("column", "style", (2,)),
        ("column", "submission_url", (2,)),
    ]
    assert [(line.row, line.code) for line in form.lines if line.what == "changed"] == [(3, "appearance")]
    assert form.questions[0].required_message == "请写下来"
    assert all("%(" not in phrases.line(line) for line in form.lines if line.what != "taken")


def test_words_of_another_language_are_named_where_they_stand_in():
    form = read(
        survey=[
            ["type", "name", "label::English (en)", "label::中文 (zh)"],
            ["text", "a", "One", "一"],
            ["text", "b", "Two"],
            ["text", "c", "Three"],
        ]
    )
    assert [q.label for q in form.questions] == ["一", "Two", "Three"]
    assert [(line.code, line.detail, line.rows) for line in form.lines if line.what == "changed"] == [
        ("fallback", "English (en)", (3, 4))
    ]


def test_answers_do_not_hide_in_sentences_of_mistakes():
    form = read(
        survey=[
            [*HEAD, "constraint", "constraint_message"],
            ["calculate", "c", "丙"],
            ["integer", "a", "甲", ". > 1", "比 ${c} 大"],
            ["integer", "b", "乙", ". > 1", "比 ${a} 大"],
        ]
    )
    assert [q.constraint_message for q in form.questions] == ["", "比 「甲」 大"]
    assert [(line.row, line.code) for line in form.lines if line.what != "taken"] == [
        (2, "calculate"),
        (3, "message_reference"),
        (4, "label_reference"),
    ]


def test_typographic_quotation_marks_of_a_spreadsheet_are_plain_ones():
    form = read(
        survey=[
            [*HEAD, "relevant"],
            ["select_one yes_no", "a", "甲"],
            ["text", "b", "乙", "selected(${a}, ‘yes’) or ${a} = “no”"],
            ["text", "c", "“丙”", "true()"],
        ],
        choices=YES_NO,
    )
    assert left(form) == []
    assert [(q.label, q.relevant) for q in form.questions][1:] == [
        ("乙", "selected(${a}, 'yes') or ${a} = \"no\""),
        ("“丙”", ""),
    ]


def test_words_beside_other_are_no_name_that_another_question_could_ask_for():
    """pyxform refuses such a form as a whole."""
    form = read_form(
        data=workbook(
            survey=[[*HEAD, "relevant"], ["select_one yes_no or_other", "q", "甲"], ["text", "a", "乙", "${q_other} != ''"]],
            choices=YES_NO,
        ),
        name="form.xlsx",
    )  # fmt: skip
    assert (form.is_refused, form.problem) == (False, "")
    assert left(form.form) == [(3, "left_out", "relevant_reference")]


def test_choices_that_only_a_filter_tells_apart_are_left_out_with_their_question():
    form = read(
        survey=[[*HEAD, "choice_filter"], ["select_one town", "t", "镇", "p=${p}"], KEPT],
        choices=[["list_name", "name", "label", "p"], ["town", "other", "其他", "a"], ["town", "other", "其他", "b"]],
        settings=[["allow_choice_duplicates"], ["yes"]],
    )  # fmt: skip
    assert [q.name for q in form.questions] == ["kept"]
    assert left(form) == [(2, "left_out", "choices_twice"), (2, "left_out", "column")]


def test_hundred_thousand_choices_are_refused():
    form = read(
        survey=[HEAD, ["select_one x", "a", "甲"]],
        choices=[YES_NO[0], *(["x", n, "一"] for n in range(100_000))],
    )
    assert [line.code for line in form.lines] == ["many_choice_rows"]


def test_formulas_and_html_are_words():
    form = read(
        survey=[
            HEAD,
            ["text", "a", "=1+1"],
            ["text", "b", "<script>alert(1)</script>"],
            ["note", "c", "《<化妆品监督管理条例>》"],
        ]
    )
    assert [q.label for q in form.questions][1:] == ["<script>alert(1)</script>", "《<化妆品监督管理条例>》"]


def test_csv_of_both_kinds_is_read():
    parts = "survey,,,\n,type,name,label\n,select_one yn,a,甲\nchoices,,,\n,list_name,name,label\n,yn,y,是\n"
    plain = "type,name,label\ntext,a,甲\n"
    assert [q.kind for q in read_form(data=parts.encode(), name="a.csv").form.questions] == ["select_one"]
    assert [q.kind for q in read_form(data=plain.encode(), name="a.csv").form.questions] == ["text"]


def test_what_is_no_form_says_so():
    form = read(sheet1=[["姓名", "电话"], ["张三", "1"]], sheet2=[["a"], ["b"]])
    assert [line.code for line in form.lines] == ["no_survey_sheet"]
    with pytest.raises(ports.Unreadable):
        read_form(data=b"%PDF-1.7", name="a.xlsx")


# What is written is a form, and the same again

words = st.text(alphabet="abc 甲乙丙？，<&'\"1", min_size=1, max_size=20).map(str.strip).filter(bool)
leaf_kinds = st.sampled_from(["text", "integer", "decimal", "date", "note", "image", "geopoint"])


@st.composite
def trees(draw):
    names = iter([f"q{n}" if n % 3 else f"问题{n}" for n in range(100)])
    answered: list[str] = []

    def condition():
        if not answered or not draw(st.booleans()):
            return ""
        name = draw(st.sampled_from(answered))
        form = draw(
            st.sampled_from(
                ["${%s} = 'a'", "not(selected(${%s}, 'b'))", "${%s} != '' or 1 < 2", "(${%s} >= -3.5)"]
            )
        )
        return form % name

    def one(depth):
        name, relevant = next(names), condition()
        common = {"name": name, "label": draw(words), "relevant": relevant, "hint": draw(st.just("") | words)}
        what = draw(st.integers(0, 5))
        if what == 0 and depth < 2:
            inside = tuple(one(depth + 1) for _ in range(draw(st.integers(1, 3))))
            return Question("group", **common, questions=inside)
        if what <= 2:
            kind = draw(st.sampled_from(["select_one", "select_multiple"]))
            choices = tuple(
                Choice(c, draw(words))
                for c in draw(st.lists(st.sampled_from("abcd"), unique=True, min_size=1))
            )
            found = Question(
                kind,
                **common,
                choices=choices,
                has_other=draw(st.booleans()),
                is_required=draw(st.booleans()),
            )
        else:
            kind = draw(leaf_kinds)
            has_condition = kind in ("integer", "decimal") and draw(st.booleans())
            found = Question(
                kind,
                **common,
                is_required=kind != "note" and draw(st.booleans()),
                constraint=". > 0 and . < 10" if has_condition else "",
                constraint_message=draw(words) if has_condition else "",
            )
        if found.asks:
            answered.append(name)
        return found

    return (Question("text", "first", "第一"), *(one(0) for _ in range(draw(st.integers(1, 5)))))


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(trees())
def test_written_form_passes_pyxform_and_comes_in_again_the_same(tree):
    assert problems(tree) == []
    form = form_of(tree, title="调研", form_id="yz_1", version="1")
    again = read_form(data=workbook_of(form), name="form.xlsx")
    assert again.problem == ""
    assert [phrases.line(line) for line in again.refusals] == []
    assert again.form.questions == tree
