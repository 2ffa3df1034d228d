"""Moodle XML: what is read, what is named, and that what is written reads back the same."""

import base64
from dataclasses import replace

import pytest

from tests.factories import quizzes
from tests.factories.world import picture
from yingzao.core import ports
from yingzao.core.ports import OptionIn, QuestionIn
from yingzao.integrations.questions.moodle import MoodleXml

HEAD = '<?xml version="1.0" encoding="UTF-8"?><quiz>'


def read(*questions, head=HEAD):
    return MoodleXml().read((head + "".join(questions) + "</quiz>").encode(), "a.xml")


def question(kind, body, name="题一", text="<p>问<b>什么</b>？</p>"):
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
        f"<defaultgrade>2.0000000</defaultgrade>{body}</question>"
    )


def answer(text, fraction, more=""):
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>{more}</answer>'


CHOICES = (
    "<single>{single}</single>"
    + answer("<p>甲 &amp; 乙</p>", "{a}", "<feedback><text>对了</text></feedback>")
    + answer("丙", "{b}")
    + answer("丁", "{c}")
)


def choices(single, a, b, c):
    return question("multichoice", CHOICES.format(single=single, a=a, b=b, c=c))


CATEGORY = (
    '<question type="category"><category><text>$course$/top/培训/议事//协商</text></category></question>'
)


def test_one_choice_with_pool_points_and_feedback():
    found = read(CATEGORY, choices("true", 100, 0, 0))
    assert found.problems == ()
    assert found.questions == (
        QuestionIn(
            1, "single", "问**什么**？", title="题一", points="2", pool="议事/协商",
            options=(OptionIn("甲 & 乙", True, "对了"), OptionIn("丙"), OptionIn("丁")),
        ),
    )  # fmt: skip


def test_several_choices_with_our_weights_say_nothing_and_with_others_do():
    ours, others = read(choices("false", 50, 50, -50)), read(choices("false", 50, 50, 0))
    assert [o.is_right for o in ours.questions[0].options] == [True, True, False]
    assert ours.problems == ()
    assert [(p.code, p.is_left_out) for p in others.problems] == [("weights", False)]


def test_part_credit_of_one_choice_is_named():
    found = read(choices("true", 100, 50, 0))
    assert [o.is_right for o in found.questions[0].options] == [True, False, False]
    assert [p.code for p in found.problems] == ["part_credit"]


def test_numbers_short_answers_and_true_or_false():
    tolerance = "<tolerance>0.1</tolerance>"
    found = read(
        question("numerical", answer("3.5", 100, tolerance)),
        question(
            "shortanswer", "<usecase>1</usecase>" + answer("甲", 100) + answer("乙", 50) + answer("*", 0)
        ),
        question("truefalse", answer("true", 0) + answer("false", 100)),
        question("ordering", "<gradingtype>ALL_OR_NOTHING</gradingtype>" + answer("二", 2) + answer("一", 1)),
    )
    one, two, three, four = found.questions
    assert (one.value, one.tolerance) == ("3.5", "0.1")
    assert two.accepted == ("甲",)
    assert [o.is_right for o in three.options] == [False, True]
    assert ([o.text for o in four.options], four.is_partial) == (["一", "二"], False)
    assert [(p.number, p.code, p.is_left_out) for p in found.problems] == [
        (2, "short_left", False),
        (2, "case", False),
    ]


@pytest.mark.parametrize("kind", ["essay", "matching", "cloze", "description", "ddwtos", "calculated"])
def test_another_kind_is_named_with_its_number_and_title(kind):
    found = read(choices("true", 100, 0, 0), question(kind, "", name="作文题"))
    assert [(p.number, p.title, p.code, dict(p.data), p.is_left_out) for p in found.problems] == [
        (2, "作文题", "kind", {"kind": kind}, True)
    ]
    assert len(found.questions) == 1


def test_a_question_without_a_key_is_named():
    assert [p.code for p in read(choices("true", 0, 0, 0)).problems] == ["one_right"]
    assert [p.code for p in read(choices("false", 0, 0, 0)).problems] == ["no_key"]


def test_a_picture_that_came_along_is_kept_and_one_of_elsewhere_is_named():
    data = base64.b64encode(b"bytes").decode()
    text = '<p>看图</p><img src="@@PLUGINFILE@@/a%20b.png"><img src="https://example.org/x.png">'
    file = f'<file name="a b.png" path="/" encoding="base64">{data}</file>'
    body = question("truefalse", answer("true", 100) + answer("false", 0), text=text)
    found = read(body.replace("</questiontext>", f"{file}</questiontext>"))
    assert (found.questions[0].picture, found.questions[0].picture_name) == (b"bytes", "a b.png")
    assert [p.code for p in found.problems] == ["pictures"]


def test_a_sound_and_pictures_of_feedback_are_named():
    sound = '<file name="a.mp3" encoding="base64">YWJj</file>'
    told = '<feedback format="html"><text><![CDATA[<p><img src="@@PLUGINFILE@@/up.png"> 对</p>]]></text></feedback>'
    text = '<a href="@@PLUGINFILE@@/a.mp3">听</a>'
    body = question("truefalse", answer("true", 100, told) + answer("false", 0, told), text=text)
    found = read(body.replace("</questiontext>", f"{sound}</questiontext>"))
    assert (found.questions[0].text, found.questions[0].options[0].feedback) == ("听", "对")
    assert [p.code for p in found.problems] == ["pictures", "feedback_picture"]


def test_words_that_look_like_markdown_are_shown_as_they_are():
    found = read(
        question("shortanswer", answer("x", 100), text="<p>5*3 与 a_b_c [图1] # 号</p><p>1. 不是列表</p>")
    )
    assert found.questions[0].text == r"5\*3 与 a\_b\_c \[图1\] # 号" + "\n\n" + r"1\. 不是列表"


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"<quiz><question", ports.DamagedQuestions),
        (b"<quiz></quiz>", ports.NotQuestions),
        (
            b'<!DOCTYPE quiz [<!ENTITY a "b">]><quiz><question type="essay">&a;</question></quiz>',
            ports.UnsafeQuestions,
        ),
        (b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>', ports.UnsafeQuestions),
        (b'<!DOCTYPE quiz [<!ENTITY % a SYSTEM "http://127.0.0.1/x"> %a;]><quiz/>', ports.UnsafeQuestions),
    ],
)
def test_what_is_damaged_empty_or_brings_entities_is_refused(data, refusal):
    with pytest.raises(refusal):
        MoodleXml().read(data, "a.xml")


def test_more_than_two_thousand_questions_are_refused():
    with pytest.raises(ports.TooManyQuestions):
        read('<question type="essay"/>' * 2001)


EVERY = [
    quizzes.single(feedback="因为*所以*。\n\n第二段", points="2.5"),
    quizzes.single(options=("A<B", "A & B", "a*b", "$x$")),
    quizzes.multiple(right=(0, 1, 2)),
    quizzes.multiple(right=(0,), is_partial=False),
    quizzes.truefalse(),
    quizzes.truefalse(right=False, text="**粗** `<b>` 与 &amp;"),
    quizzes.short(accepted=("a*b", "社区 社会组织", "<p>")),
    quizzes.number(value="-0.50", tolerance="0.001"),
    quizzes.ordering(options=("一", "二", "三", "四")),
    quizzes.ordering(is_partial=False),
]


def test_what_is_written_reads_back_the_same():
    asked = [
        replace(q, number=n, title=f"题{n}", pool=f"池/{n % 2}", origin=f"id{n}")
        for n, q in enumerate(sorted(EVERY, key=lambda q: q.kind), start=1)
    ]
    asked[0] = replace(asked[0], picture=picture((1, 2, 3)), picture_name="图.jpg")
    found = MoodleXml().read(MoodleXml().write(asked), "x.xml")
    assert found.problems == ()
    for one, other in zip(found.questions, asked, strict=True):
        assert one == other
