"""QTI 2.x items and packages, and QTI 1.2: what is read, what is named, what is refused."""

import io
import zipfile

import pytest

from yingzao.core import ports
from yingzao.core.ports import OptionIn
from yingzao.integrations.questions.qti import Qti

NS = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'


def item(body, declared, *, title="题一", ident="i1", more="", ns=NS):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><assessmentItem {ns} identifier="{ident}" title="{title}" adaptive="false" '
        f'timeDependent="false">{declared}<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" '
        f'normalMaximum="3"/><itemBody>{body}</itemBody>{more}</assessmentItem>'
    ).encode()


def declared(*values, cardinality="single", base="identifier", more=""):
    told = "".join(f"<value>{v}</value>" for v in values)
    right = f"<correctResponse>{told}</correctResponse>" if values else ""
    return f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{right}{more}</responseDeclaration>'


CHOICE = (
    '<p>先看<strong>这里</strong>。</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">'
    "<prompt>选哪个？</prompt>"
    '<simpleChoice identifier="A">甲<feedbackInline outcomeIdentifier="F" identifier="A">好</feedbackInline></simpleChoice>'
    '<simpleChoice identifier="B">乙 <i>丙</i></simpleChoice></choiceInteraction>'
)
ORDER = CHOICE.replace("choiceInteraction", "orderInteraction")
ENTRY = '<p>填 <textEntryInteraction responseIdentifier="RESPONSE" expectedLength="5"/> 个</p>'


def read(data):
    return Qti().read(data, "x.xml")


@pytest.mark.parametrize("version", ["2p1", "2p2"])
def test_one_choice(version):
    ns = NS.replace("2p1", version)
    found = read(
        item(
            CHOICE,
            declared("B"),
            ns=ns,
            more='<modalFeedback outcomeIdentifier="F" identifier="x" showHide="show">因为</modalFeedback>',
        )
    )
    (one,) = found.questions
    assert (one.kind, one.text, one.points, one.feedback, one.origin) == (
        "single", "先看**这里**。\n\n选哪个？", "3", "因为", "i1",
    )  # fmt: skip
    assert one.options == (OptionIn("甲", False, "好"), OptionIn("乙 丙", True))
    assert found.problems == ()


def test_several_choices_and_their_weights():
    mapping = '<mapping defaultValue="0"><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="B" mappedValue="-1"/></mapping>'
    found = read(item(CHOICE, declared(cardinality="multiple", more=mapping)))
    assert [o.is_right for o in found.questions[0].options] == [True, False]
    assert [p.code for p in found.problems] == ["weights"]


def test_two_options_that_say_true_and_false_are_a_question_of_that_kind():
    body = CHOICE.replace("甲", "错").replace("乙 <i>丙</i>", "对")
    (one,) = read(item(body, declared("B"))).questions
    assert (one.kind, [o.is_right for o in one.options], one.options[1].feedback) == (
        "truefalse",
        [True, False],
        "好",
    )


def test_an_order():
    (one,) = read(item(ORDER, declared("B", "A", cardinality="ordered"))).questions
    assert [o.text for o in one.options] == ["乙 丙", "甲"]


def test_written_answers():
    mapping = '<mapping><mapEntry mapKey="五" mappedValue="1"/><mapEntry mapKey="5" mappedValue="1"/><mapEntry mapKey="四" mappedValue="0.5"/></mapping>'
    found = read(item(ENTRY, declared("五", base="string", more=mapping)))
    assert (found.questions[0].accepted, found.questions[0].text) == (("五", "5"), "填 个")
    assert [p.code for p in found.problems] == ["short_left"]
    equal = '<responseProcessing><responseCondition><responseIf><equal toleranceMode="{mode}" tolerance="{t}"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal></responseIf></responseCondition></responseProcessing>'
    absolute = read(
        item(ENTRY, declared("20", base="float"), more=equal.format(mode="absolute", t="0.5 0.5"))
    )
    relative = read(item(ENTRY, declared("20", base="float"), more=equal.format(mode="relative", t="5")))
    assert (absolute.questions[0].value, absolute.questions[0].tolerance) == ("20", "0.5")
    assert float(relative.questions[0].tolerance) == 1


@pytest.mark.parametrize(
    ("body", "declaration", "code"),
    [
        ('<extendedTextInteraction responseIdentifier="RESPONSE"/>', declared(), "kind"),
        (CHOICE + ENTRY, declared("A"), "interactions"),
        ("<p>只看</p>", declared(), "no_interaction"),
        (CHOICE, declared(), "no_key"),
        (CHOICE, "", "no_key"),
        (CHOICE.replace("甲", '<img src="a.png"/>'), declared("A"), "option_picture"),
        (ENTRY, declared("多", base="float"), "number_key"),
    ],
)
def test_what_is_not_taken_is_named(body, declaration, code):
    found = read(item(body, declaration, title="难题"))
    assert found.questions == ()
    assert [(p.number, p.title, p.code, p.is_left_out) for p in found.problems] == [(1, "难题", code, True)]


def package(files):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


MANIFEST = b'<manifest><resources><resource href="q/2.xml"><file href="q/2.xml"/></resource><resource href="q/1.xml"/></resources></manifest>'


def test_a_package_in_the_order_of_its_manifest_with_its_pictures():
    body = '<p>图<img src="../img/a.png" alt=""/></p>' + CHOICE
    data = package(
        {
            "imsmanifest.xml": MANIFEST,
            "q/1.xml": item(CHOICE, declared("A"), title="后"),
            "q/2.xml": item(body, declared("B"), title="先"),
            "q/test.xml": b"<assessmentTest/>",
            "q/broken.xml": b"<assessmentItem",
            "img/a.png": b"png",
        }
    )
    assert Qti().recognise(data, "")
    found = read(data)
    assert [(q.number, q.title, q.picture) for q in found.questions] == [(1, "先", b"png"), (2, "后", b"")]
    assert [(p.title, p.code) for p in found.problems] == [("broken.xml", "damaged_file")]


def test_a_zip_that_is_no_package_is_somebody_elses():
    assert not Qti().recognise(package({"a.txt": b"x"}), "")
    assert not Qti().recognise(b"PK\x03\x04nonsense", "")


def test_a_bomb_is_not_unpacked():
    with pytest.raises(ports.ZipBomb):
        read(package({"imsmanifest.xml": b"<manifest/>", "a.xml": b" " * (21 * 1024 * 1024)}))


def test_entities_are_refused():
    with pytest.raises(ports.UnsafeQuestions):
        read(b'<!DOCTYPE a [<!ENTITY a "b">]><assessmentItem identifier="x">&a;</assessmentItem>')


def old(kind, response, conditions, fields=""):
    return (
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a"><section ident="s">'
        f'<item ident="g1" title="旧题"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>'
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield><qtimetadatafield><fieldlabel>points_possible</fieldlabel>"
        "<fieldentry>2.0</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material>"
        f'<mattext texttype="text/html">&lt;p&gt;问&lt;/p&gt;</mattext></material>{response}</presentation><resprocessing>'
        f'<outcomes><decvar varname="SCORE"/></outcomes>{conditions}</resprocessing></item></section></assessment></questestinterop>'
    ).encode()


def condition(test, points="100"):
    return f'<respcondition><conditionvar>{test}</conditionvar><setvar action="Set" varname="SCORE">{points}</setvar></respcondition>'


LABELS = '<render_choice><response_label ident="1"><material><mattext>甲</mattext></material></response_label><response_label ident="2"><material><mattext>乙</mattext></material></response_label></render_choice>'


def test_qti_1_2_as_canvas_writes_it():
    one = read(
        old(
            "multiple_choice_question",
            f'<response_lid ident="r" rcardinality="Single">{LABELS}</response_lid>',
            condition('<varequal respident="r">2</varequal>'),
        )
    ).questions[0]
    assert (one.kind, one.text, one.points, [o.is_right for o in one.options]) == (
        "single",
        "问",
        "2",
        [False, True],
    )
    both = '<and><varequal respident="r">1</varequal><not><varequal respident="r">2</varequal></not></and>'
    two = read(
        old(
            "multiple_answers_question",
            f'<response_lid ident="r" rcardinality="Multiple">{LABELS}</response_lid>',
            condition(both),
        )
    ).questions[0]
    assert (two.kind, [o.is_right for o in two.options]) == ("multiple", [True, False])
    entry = '<response_str ident="r"><render_fib/></response_str>'
    three = read(
        old(
            "short_answer_question",
            entry,
            condition('<varequal respident="r">甲</varequal><varequal respident="r">乙</varequal>'),
        )
    ).questions[0]
    assert three.accepted == ("甲", "乙")
    between = '<vargte respident="r">3.4</vargte><varlte respident="r">3.6</varlte>'
    four = read(old("numerical_question", entry, condition(between))).questions[0]
    assert (four.value, four.tolerance) == ("3.5", "0.1")
    five = read(old("essay_question", entry, ""))
    assert (five.questions, [p.code for p in five.problems]) == ((), ["no_key"])
