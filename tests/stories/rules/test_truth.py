"""The truth check on texts of its own: what has to be found, and what has to be left alone."""

import datetime as dt
import time

import pytest

from yingzao.stories.rules.truth import Code, Known, Recorded, Told, check_text, usual_phrases
from yingzao.stories.rules.truth.numbers import counted, value_of

COURSES = "线上直播课程“议事的规矩”、“楼道里的公共空间”和“花园怎样种起来”"


def known(**more) -> Known:
    return Known(
        **{
            "day": dt.date(2021, 11, 15),
            "starts_on": dt.date(2021, 9, 1),
            "ends_on": dt.date(2021, 12, 31),
            "activities": (
                Told("基层治理主题课程", "course", frozenset(), 90, 87),
                Told("议事的规矩", "live", frozenset({dt.date(2021, 9, 28)}), 90, 90),
            ),
            "places": frozenset({"溪口村", "文华花园", "振兴社区", "河西街道"}),
            "phrases": usual_phrases(),
        }
        | more
    )


def found(text: str, code: Code, **more) -> list:
    return [finding for finding in check_text(text, known(**more)) if finding.code == code]


def quotes(text: str, code: Code, **more) -> list[str]:
    return [finding.quote for finding in found(text, code, **more)]


@pytest.mark.parametrize(
    ("figures", "value"),
    [
        ("2", 2),
        ("1,200", 1200),
        ("两", 2),
        ("十七", 17),
        ("二十", 20),
        ("一百零三", 103),
        ("两万", 20000),
        ("三千五百", 3500),
        ("3.5", 3.5),
        ("3万", 30000),
        ("70.45万", 704500),
        ("两三", None),
        ("三四十", None),
    ],
)
def test_numbers_are_read_however_they_are_written(figures, value):
    assert value_of(figures) == value


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("开展了2次线上直播课程。", "线上直播课程"),
        ("共有四个社区参加。", "社区参加"),
        ("走访17户居民", "居民"),
    ],
)
def test_what_a_number_counts(text, noun):
    assert [each.noun for each in counted(text)] == [noun]


@pytest.mark.parametrize(
    "text",
    [
        "2021年11月15日上午9:30",
        "第三届社区节",
        "学习党的二十大精神",
        "进一步提高，一方面学习，一批学员",
        "十分感谢",
        "今年9月-11月",
        "11月底",
        "2017~2018年",
        "三会一课",
    ],
)
def test_what_is_no_count_is_left_alone(text):
    assert list(counted(text)) == []


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("活动共有十余名居民参加。", ["十余名居民参加"]),
        ("近百人参加，数百名居民观看。", ["近百人参加", "数百名居民观看"]),
        ("每月1—2次，每次20至30人。", ["1—2次", "20至30人"]),
        (
            "满意度为百分之九十五，九成以上的居民满意，三分之二的业主同意。",
            ["百分之九十五", "九成以上的居民满意", "三分之二的业主同意"],
        ),
        ("参会人数120，得分88.5分，是去年的3倍。", ["120", "88.5分", "3倍"]),
        ("捐款2万余元，常住人口70.45万。", ["2万余元", "70.45万"]),
        ("平东、平南、平西三社区、3镇街联动。", ["三社区", "3镇街联动"]),
        ("咨询电话：0757-86320000。", ["0757-86320000"]),
        ("300人次参与。", ["300人次参与"]),
    ],
)
def test_every_form_of_a_number_is_asked_about(text, quoted):
    assert quotes(text, Code.NUMBER) == quoted


@pytest.mark.parametrize(
    "text",
    [
        "2021年10月14、28日开讲，11月6—7日走访。",
        "二〇二一年十月十四日，2021.10.14，2021-10-14。",
        "“四个一”机制，百家宴，千年古村，五社联动，“1+4+X”模式。",
        "学员G-045用A4纸，拨打12345热线，看[图2]和[链接](<https://example.org/2021/3>)。",
        "1\\. 先听\n2. 再说\n（3）后写",
        "社区治理先锋营 2021",
        "近年来，十分感谢。",
        "1—10月，凌晨5点半，下午三时，上午9点。",
        "（图1为现场，图2为合影），见注[1]。",
    ],
)
def test_what_only_looks_like_a_number_is_left_alone(text):
    assert quotes(text, Code.NUMBER) == []


def test_a_name_of_the_register_counts_nothing():
    assert quotes("夏南二社区和桂三社区来了。", Code.NUMBER, places=frozenset({"夏南二社区"})) == [
        "三社区来了"
    ]


# Numbers against names


def test_three_courses_are_named_and_two_counted_sentences_later():
    text = f"结合九月以来的{COURSES}，大家去了邻村。\n截至11月，已开展2次线上直播课程和4次案例推送。"
    (finding,) = found(text, Code.COUNT)
    assert (finding.quote, finding.data["named"], finding.data["first"]) == (
        "2次线上直播课程",
        3,
        "议事的规矩",
    )
    assert found(text.replace("2次线上", "3次线上"), Code.COUNT) == []


@pytest.mark.parametrize(
    "text",
    [
        "学员听了两门线上课程：“甲课”“乙课”和“丙课”。",
        "学员听了两门课，分别是《甲课》《乙课》《丙课》。",
        "先后到溪口村、东岸村、南塘村、北坊村的三个社区参访。",
        "以环境改造、文化传承两个内容、生态教育三类。".replace(
            "两个内容、生态教育三类", "、生态教育两个内容"
        ),
        "实践任务有四项：找骨干、听需求和写报告。",
        "三位导师李明、王芳、陈静、赵强到场点评。",
        "组织了两场参访，分别前往龙江、伦教、容桂。",
        "项目覆盖平东、平南、平西、平北三社区。",
        "主要有两个特点：一是早；二是齐；三是久。",
    ],
)
def test_a_number_beside_its_list_is_counted(text):
    assert len(found(text, Code.COUNT)) == 1, check_text(text, known())


@pytest.mark.parametrize(
    "text",
    [
        "先后到溪口村、东岸村、南塘村、北坊村的四个社区参访。",
        "以环境改造、文化传承、生态教育三个内容作为议题。",
        "传统乡村社区、城乡结合社区、新型都市社区三大类型。",
        "实践任务有三项：找骨干、听需求和写报告。",
        "走访了溪口村、东岸村等五个村。",
        "从开始的三个试点增加到现在的二十多个。",
        "龙头、风筝、和平三支队伍来了。",
        "学员“收获很大”“干货很多”。下午走访了5户居民。",
        "来自桂一、叠二、花苑、桂雅、桂园五个社区的10名学员参加。",
        "共3期、每期5天、每天6学时。",
        "社区组织112个，其中备案89个、注册23个。",
        "走访了溪口村、东岸村等近50个社区。",
        "三位导师李明、王芳和陈静到场点评。",
        "30名党员、志愿者、居民参加。",
        "组织了两场参访，分别前往龙江镇、伦教街道、容桂街道、陈村镇的四个社区。",
        "主要有三个特点：一是早；二是齐；三是久。",
        "一是早，二是齐。",
    ],
)
def test_a_number_that_agrees_or_counts_something_else_is_left_alone(text):
    assert found(text, Code.COUNT) == []


def test_one_thing_is_counted_in_two_ways():
    text = "组织了两场外出参访活动。后来又说3场外出参访活动。"
    (finding,) = found(text, Code.TWICE)
    assert (finding.quote, finding.data["before"]) == ("3场外出参访活动", "两场外出参访活动")
    assert found("两场外出参访活动。这2场外出参访活动。", Code.TWICE) == []


def test_every_number_wants_somebody_and_says_what_the_records_hold_of_the_same():
    figures = (Recorded("学员", ("学员",), 87), Recorded("直播课", ("直播",), 90))
    (finding,) = found("共有90名学员。", Code.NUMBER, figures=figures)
    assert (finding.quote, [figure.value for figure in finding.data["recorded"]]) == ("90名学员", [87])
    (finding,) = found("来了90名邻居。", Code.NUMBER, figures=figures)
    assert finding.data["recorded"] == []


# All


def test_all_is_held_against_the_ledger():
    (finding,) = found("学员已全部完成了基层治理主题课程学习。", Code.ALL)
    assert (finding.data["title"], finding.data["done"], finding.data["asked"]) == (
        "基层治理主题课程",
        87,
        90,
    )
    assert quotes("全体学员都参加了直播课。", Code.ALL) == []
    assert len(quotes("全体学员都参加了直播课。", Code.ALL_TRUE)) == 1
    assert len(quotes("全体学员都完成了太极拳考核。", Code.ALL_UNKNOWN)) == 1
    assert quotes("全部材料放在桌上。", Code.ALL_UNKNOWN) == []


def test_all_of_others_than_learners_is_asked_and_no_ledger_answers():
    for text in ("居民全部签字同意。", "所有业主都表示支持。", "实现45个社区全覆盖。"):
        assert len(quotes(text, Code.ALL_UNKNOWN)) == 1, text
    assert quotes("本次活动全部免费。", Code.ALL_UNKNOWN) == []


def test_all_of_what_is_still_to_come_is_not_held_against_the_ledger():
    held = Told("议事的规矩", "live", frozenset({dt.date(2021, 9, 28)}), 90, 90)
    ahead = Told("怎样收尾", "live", frozenset({dt.date(2021, 11, 24)}), 90, 0)
    assert len(quotes("所有学员均参加了直播课。", Code.ALL_TRUE, activities=(held, ahead))) == 1
    assert quotes("学员100%完成了直播课。", Code.ALL, activities=(held, ahead)) == []


def test_an_answer_about_all_is_asked_again_when_the_ledger_moves():
    text = "学员已全部完成了主题课程。"
    before, after = (
        found(text, Code.ALL, activities=(Told("主题课程", "course", frozenset(), 90, done),))[0].key
        for done in (87, 88)
    )
    assert before != after


# Days


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2月30日开会。", Code.DATE),
        ("2021年11月15日（星期二）开会。", Code.DATE),
        ("11月20日参观了溪口村。", Code.AHEAD),
        ("2019年3月5日开营。", Code.OUTSIDE),
        ("“议事的规矩”于9月29日开讲。", Code.OTHER_DAY),
        ("“议事的规矩”于九月二十九日开讲。", Code.OTHER_DAY),
        ("二〇二一年十一月三十一日，参访结束。", Code.DATE),
        ("11月6日和31日走访。", Code.DATE),
        ("11月6、20日走访。", Code.AHEAD),
        ("11月6日—8日（星期二）走访。", Code.DATE),
    ],
)
def test_a_day_that_cannot_be(text, code):
    assert len(found(text, code)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2021年11月15日（星期一）开会。",
        "11月20日将参观溪口村。",
        "“议事的规矩”于9月28日开讲。",
        "2014年首次提出，比例为3-5。",
        "10月8日下午走访。",
        "9月28日和11月8日都有雨。",
        "11月5日至7日走访。",
        "11月6日，10名学员走访。",
        "二〇二一年十一月十五日（星期一）开会。",
        "11月6日、3个社区。",
        "学员需在12月31日前完成。",
    ],
)
def test_a_day_that_may_be(text):
    assert [
        f
        for f in check_text(text, known())
        if f.code in (Code.DATE, Code.AHEAD, Code.OUTSIDE, Code.OTHER_DAY)
    ] == []


# Places, people, spelling


def test_a_place_that_is_not_in_the_register():
    (finding,) = found("学员到了溪口村和翠花社区。", Code.PLACE)
    assert (finding.quote, finding.proposal) == ("翠花社区", "")
    assert quotes("走访老旧社区，参与社区营造，学习乡村和新型都市社区。", Code.PLACE) == []
    assert quotes("学员到了翠花社区。", Code.PLACE, places=frozenset()) == []


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("走访了溪口村、东岸村。", [("东岸村", "")]),
        ("来自叠滘社区的张姐说。", [("叠滘社区", "")]),
        ("映月社区和溪口村的居民。", [("映月社区", "")]),
        ("里水镇、河西街道的代表来了。", [("里水镇", "")]),
        ("走访了文华社区。", [("文华社区", "文华花园")]),
        ("走访了振华社区、振兴社区。", [("振华社区", "")]),
        ("走访了振华社区。", [("振华社区", "振兴社区")]),
    ],
)
def test_places_stand_where_names_stand(text, offered):
    assert [(one.quote, one.proposal) for one in found(text, Code.PLACE)] == offered


@pytest.mark.parametrize(
    "text",
    [
        "该村、本社区、各村居都在行动。",
        "城中村、老旧小区、农村社区、智慧社区。",
        "到了两个村，和兄弟社区座谈。",
        "推动社区营造，走进社区。",
    ],
)
def test_what_is_no_place_of_its_own_is_left_alone(text):
    assert quotes(text, Code.PLACE) == []


def test_a_name_with_a_number_is_not_part_of_a_larger_one():
    people = {"学员10": "ABC"}
    assert quotes("学员100%完成。", Code.PERSON, people=people) == []
    assert quotes("学员10完成。", Code.PERSON, people=people) == ["学员10"]


def test_a_learner_without_consent_is_named():
    (finding,) = found("学员张三说收获很大。张三还说。", Code.PERSON, people={"张三": "ABC"})
    assert (finding.quote, finding.data["code"], finding.is_blocking) == ("张三", "ABC", True)


def test_spelling_is_proposed_and_names_are_left_alone():
    text = "在溪口村感受乡村文华振兴的成效，又到了文华花园。"
    offered = {(f.quote, f.proposal) for f in found(text, Code.SPELLING)}
    assert offered == {("乡村文华振兴", "乡村文化振兴")}
    assert not any(f.needs_answer for f in found(text, Code.SPELLING))
    assert found("乡村文化振兴，社区治理，协商议事。", Code.SPELLING) == []


def test_an_answer_holds_for_the_sentence_it_was_given_for():
    one, same, other = (
        found(text, Code.NUMBER)[0].key
        for text in ("来了5名学员。", "前言。\n来了5名学员。", "又来了5名学员。")
    )
    assert one == same != other


@pytest.mark.parametrize(
    "text", ["", "。", "“”、“”", "[数:", "一" * 5000, "两" * 3000 + "个", "“a”" * 2000, "、甲" * 3000]
)
def test_odd_texts_are_taken(text):
    check_text(text, known())


@pytest.mark.parametrize(
    "piece", ["9", "1个", "1月1、", "、甲", "一是，", "张 ", "十", "“a”", "<", "甲乙村、"]
)
def test_a_long_text_without_an_end_is_looked_at_in_time(piece):
    people = {f"张{letter}": "A" for letter in "三四五六七八九十"}
    began = time.monotonic()
    check_text(piece * (20_000 // len(piece)), known(people=people))
    assert time.monotonic() - began < 20, "it takes a second or two; what grows with the square takes minutes"


def test_a_draft_that_is_written_years_later_means_the_days_of_the_programme():
    (finding,) = found("11月15日（星期二）开会。", Code.DATE, day=dt.date(2026, 11, 27))
    assert (finding.quote, finding.data["day"]) == ("11月15日（星期二）", dt.date(2021, 11, 15))
    assert len(check_text("11月15日（星期二）开会。", known())) == 1, "one place is asked about once"


# Figures that are bound to their query


def test_a_bound_figure_needs_nobody_who_vouches_for_it():
    assert quotes("共有⟦86⟧名学员参加，走访3个社区。", Code.NUMBER) == ["3个社区"]


def test_a_bound_figure_counts_against_the_names_beside_it():
    (one,) = found(f"{COURSES}，共⟦2⟧次线上直播课程。", Code.COUNT)
    assert one.data["named"] == 3


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("共有⟦86⟧（90）名学员参加。", ["90"]),
        ("共有90⟦86⟧名学员参加。", ["90"]),
        ("共有八十八即⟦86⟧名学员参加。", ["八十八"]),
        ("⟦86⟧名学员报到，最后90名学员报到。", ["90名学员报到"]),
        ("共有⟦86⟧（86）名学员参加。", []),
        ("共有⟦86⟧（八十六）名学员参加。", []),
        ("⟦86⟧名学员，90个社区。", []),
        ("2021年⟦86⟧名学员，11月15日结业。", []),
        ("第3期⟦86⟧名学员参加。", []),
    ],
)
def test_a_number_typed_beside_a_bound_figure_has_to_agree_with_it(text, typed):
    assert quotes(text, Code.BESIDE) == typed


def test_an_answer_stands_while_a_bound_figure_of_its_sentence_moves():
    keys = [found(f"⟦{n}⟧名学员走访了3个社区。", Code.NUMBER)[0].key for n in (86, 87)]
    assert keys[0] == keys[1]
    assert keys[0] != found("⟦86⟧名学员走访了4个社区。", Code.NUMBER)[0].key
