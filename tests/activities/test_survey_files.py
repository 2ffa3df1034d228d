"""问卷星 exports as the answers of a form: which column is which question, whose an answer is, which one counts."""

import json
from fractions import Fraction

import pytest

from tests.factories.activities import LiveFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.surveys import answer, bring, counting, export, first_mean, make, row
from tests.samples import SAMPLES, needs_samples
from yingzao.activities import actions
from yingzao.activities.actions.surveys import SETTINGS
from yingzao.activities.models import Evidence, SurveyAnswer, SurveyResponse
from yingzao.activities.queries import surveys as queries
from yingzao.activities.readers.surveys import chosen_in, is_ticked, scale_value
from yingzao.core import media
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.core.ports import NoOneToAsk, port
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import Outcome, SourceState
from yingzao.enrolment.models import IdentityMatch, SourceFile, SourceRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    return Learning()


@pytest.fixture
def live(learning):
    return LiveFactory(programme=learning.programme)


@pytest.fixture
def named(learning, live):
    return make(live, learning.by, anonymous=False)


@pytest.fixture
def secret(learning, live):
    return make(live, learning.by)


def learner(learning, number, name, community, phone):
    return EnrolmentFactory(
        programme=learning.programme,
        number=number,
        name=name,
        community_as_given=community,
        phone=phone,
        person=PersonFactory(),
    )


# The sample


@pytest.fixture
def sample():
    name = "09_问卷星_课程满意度_按选项文本.xlsx"
    folder = SAMPLES / "attendance"
    expected = json.loads((folder / f"{name}.expected.json").read_text())
    roster = json.loads((folder / "00_roster.json").read_text())
    return name, (folder / name).read_bytes(), expected, roster


def enrol_roster(learning, roster) -> dict[str, object]:
    for n, one in enumerate(learning.programme.enrolments.all()):  # nobody else is called 学员07
        one.name, one.number, one.phone = f"旁人{n}", f"9{n}", f"1390000990{n}"
        one.save()
    return {
        one["id"]: learner(learning, one["id"][1:], one["name"], one["community"], one["phone"])
        for one in roster["roster"]
    }


@needs_samples
def test_sample_gives_what_it_is_expected_to_give(learning, named, sample):
    name, data, expected, roster = sample
    enrolled = enrol_roster(learning, roster)
    bring(named, learning.by, data, name)
    by_serial = {
        r.source_row.cells["序号"]: r
        for r in named.responses.select_related("source_row__match", "enrolment")
    }
    questions = queries.questions_of(named)[:3]
    for one in expected["learners"]:
        response = by_serial[str(one["row"])]
        assert response.enrolment == enrolled[one["id"]]
        assert [response.answers.get(question=q).number for q in questions] == one["scores"]
        assert response.is_superseded is False
        for earlier in one.get("superseded", ()):
            assert by_serial[str(earlier)].is_superseded is True
    for one in expected["ambiguous"]:
        match = by_serial[str(one["row"])].source_row.match
        assert match.outcome == Outcome.PROPOSED
        assert {c["enrolment"] for c in match.candidates} == {enrolled[i].code for i in one["candidates"]}
    for number in expected["unmatched"]:
        assert by_serial[str(number)].source_row.match.outcome == Outcome.UNMATCHED
        assert by_serial[str(number)].seconds < named.least_seconds
    assert sorted(r.source_row.cells["序号"] for r in counting(named)) == ["1", "3", "4", "5", "6"]
    assert float(first_mean(named)) == expected["mean_overall_all_valid"]
    named.leaves_out_fast = True
    named.save()
    assert first_mean(named) == Fraction(9, 2)


@needs_samples
def test_sample_brought_to_an_anonymous_form_leaves_no_person_anywhere(learning, secret, sample):
    name, data, _expected, roster = sample
    enrol_roster(learning, roster)
    source = bring(secret, learning.by, data, name)
    assert SurveyResponse.objects.filter(enrolment__isnull=False).count() == 0
    assert IdentityMatch.objects.count() == 0
    assert float(first_mean(secret)) == pytest.approx(23 / 6)  # who answered twice is not known
    kept = str(port("tables").read(media.read_bytes(source.file), "x.xlsx"))
    kept += json.dumps(list(SourceRow.objects.values_list("cells", flat=True)), ensure_ascii=False)
    kept += json.dumps(list(AuditLine.objects.values_list("after", flat=True)), ensure_ascii=False)
    for trace in ("学员0", "1380000", "138 0000", "桂一", "113.82", "21:05", "来源"):
        assert trace not in kept
    assert "讲得快" in kept


# Which answer counts


def test_last_answer_of_a_person_counts_whether_from_a_file_or_the_phone(learning, named):
    who = learner(learning, "901", "张三", "桂一社区", "13900000001")
    bring(named, learning.by, export(row(1, "张三", "桂一社区", "13900000001", "2")))
    answered = SurveyResponse.objects.get()
    assert (answered.enrolment, first_mean(named)) == (who, 2)
    later = row(1, "张三", "桂一", "13900000001", "4", at="2021/10/15 09:00:00")
    bring(named, learning.by, export(later))
    assert [r.is_superseded for r in named.responses.order_by("sent_at")] == [True, False]
    assert first_mean(named) == 4


def test_decision_in_the_queue_gives_the_answer_to_its_learner_and_undoing_takes_it_back(learning, named):
    one, other = (
        learner(learning, number, "李四", place, phone)
        for number, place, phone in (("901", "桂一社区", "13900000001"), ("902", "桂二社区", "13900000002"))
    )
    bring(
        named,
        learning.by,
        export(row(1, "李四", "", "", "3"), row(2, "李四", "桂二社区", "13900000002", "5")),
    )
    waiting = IdentityMatch.objects.get(outcome=Outcome.PROPOSED)
    assert {c["enrolment"] for c in waiting.candidates} == {one.code, other.code}
    assert (queries.results_of(named, 1).waiting, first_mean(named)) == (1, 4)
    decision = enrolment.link(match=waiting, enrolment=other, by=learning.by)
    in_order = named.responses.order_by("source_row__number")
    assert [(r.enrolment, r.is_superseded) for r in in_order] == [(other, True), (other, False)]
    assert first_mean(named) == 5
    enrolment.undo_decision(decision=decision, by=learning.by)
    assert (queries.results_of(named, 1).waiting, len(counting(named))) == (1, 2)


def test_answer_of_nobody_does_not_count_until_that_is_undone(learning, named):
    bring(named, learning.by, export(row(1, "路人", "外地", "", "1")))
    match = IdentityMatch.objects.get()
    decision = enrolment.set_aside(match=match, by=learning.by)
    assert (queries.results_of(named, 1).nobody, counting(named)) == (1, [])
    enrolment.undo_decision(decision=decision, by=learning.by)
    assert len(counting(named)) == 1


# The file


def test_same_file_twice_changes_nothing(learning, named):
    data = export(row(1, "张三", "桂一社区", "13900000001", "2"))
    source = bring(named, learning.by, data)
    again, is_new = actions.keep_answers(survey=named, by=learning.by, data=data, name="另名.csv")
    assert (again, is_new) == (source, False)
    actions.take_answers(source_file=source, survey=named, by=learning.by, chosen=actions.Chosen({}))
    assert named.responses.count() == 1


def test_file_taken_back_takes_its_answers_and_may_come_in_again(learning, named):
    who = learner(learning, "901", "张三", "桂一社区", "13900000001")
    answer(named, who, 5, now=None)
    named.responses.update(sent_at="2021-10-01T00:00Z")
    data = export(row(1, "张三", "桂一社区", "13900000001", "2"))
    source = bring(named, learning.by, data)
    assert first_mean(named) == 2
    actions.take_back_answers(source_file=source, by=learning.by)
    source.refresh_from_db()
    assert (source.state, named.responses.count(), first_mean(named)) == (SourceState.UNDONE, 1, 5)
    assert source.rows.count() == 1
    bring(named, learning.by, data)
    assert (SourceFile.objects.count(), first_mean(named)) == (2, 2)


def test_answers_are_no_evidence(learning, named):
    learner(learning, "901", "张三", "桂一社区", "13900000001")
    bring(named, learning.by, export(row(1, "张三", "桂一社区", "13900000001", "2")))
    assert Evidence.objects.count() == 0


def test_named_form_refuses_an_export_that_asked_for_no_name(learning, named, secret):
    data = export(row(1, "5"), questions="1、总体满意吗？")
    with pytest.raises(NoOneToAsk):
        actions.keep_answers(survey=named, by=learning.by, data=data, name="x.csv")
    assert actions.keep_answers(survey=secret, by=learning.by, data=data, name="x.csv")[1] is True


def test_export_without_answers_is_refused(learning, named):
    with pytest.raises(Refused) as refused:
        actions.keep_answers(survey=named, by=learning.by, data=export(), name="x.csv")
    assert refused.value.code == "nobody"


@pytest.mark.parametrize("anonymous", [True, False])
def test_form_with_a_kept_file_does_not_change_whether_it_is_anonymous(learning, live, anonymous):
    """The file of a named form holds names; that of an anonymous one holds nobody to link."""
    survey = make(live, learning.by, anonymous=anonymous)
    data = export(row(1, "张三", "桂一社区", "13900000001", "2"))
    actions.keep_answers(survey=survey, by=learning.by, data=data, name="x.csv")
    values = {name: getattr(survey, name) for name in SETTINGS} | {"is_anonymous": not anonymous}
    with pytest.raises(Refused) as refused:
        actions.save_survey(survey=survey, by=learning.by, values=values)
    assert refused.value.code == "files"
    survey.refresh_from_db()
    assert survey.is_anonymous is anonymous


# Columns


QUESTIONS = "1、您的姓名：,2、您对课程整体满意度,3、讲师讲得清楚,4、后续主题,5、请评价—时间,5、请评价—场地"


def test_columns_are_proposed_by_words_and_others_become_questions(learning, named):
    rows = [row(n, f"学员{n}", "非常满意", "4", "停车┋电梯", "满意", "一般") for n in range(3)]
    source, _new = actions.keep_answers(
        survey=named, by=learning.by, data=export(*rows, questions=QUESTIONS), name="x.csv"
    )
    looked = actions.look_at_answers(source, named)
    code = {q.text: q.code for q in looked.questions}
    assert [(t.column.text, t.column.part, t.to) for t in looked.targets] == [
        ("您对课程整体满意度", "", code["总体满意吗？"]),
        ("讲师讲得清楚", "", code["老师讲得清楚吗？"]),
        ("后续主题", "", "new:many"),
        ("请评价", "时间", code["时间安排合适吗？"]),
        ("请评价", "场地", "new:scale5"),
    ]


def test_new_questions_enter_a_form_without_answers_and_those_nobody_asked_go(learning, named):
    rows = [row(n, f"学员{n}", "非常满意", "4", "停车┋其他〖路灯〗", "满意", "一般") for n in range(3)]
    bring(named, learning.by, export(*rows, questions=QUESTIONS))
    assert [(q.text, q.kind) for q in queries.questions_of(named)] == [
        ("总体满意吗？", "scale5"),
        ("老师讲得清楚吗？", "scale5"),
        ("时间安排合适吗？", "scale5"),
        ("后续主题", "many"),
        ("请评价：场地", "scale5"),
    ]
    told = queries.results_of(named, 1).told
    assert [t.mean for t in told] == [5, 4, 4, None, 3]
    assert [(b.label, b.count) for b in told[3].bars] == [("停车", 3), ("其他", 3)]
    assert told[3].texts == ("路灯",) * 3


def test_new_questions_begin_a_version_where_answers_have_come(learning, named):
    answer(named, learning.learner, 1)
    bring(
        named,
        learning.by,
        export(row(1, "张三", "5", "电梯"), questions="1、您的姓名：,2、总体满意吗？,3、下次学什么"),
    )
    assert named.version == 2
    assert queries.results_of(named, 1).told[0].mean == 1
    new = queries.results_of(named, 2)
    assert (new.told[0].mean, new.told[-1].question.text, new.told[-1].texts) == (5, "下次学什么", ("电梯",))


def test_chosen_columns_are_remembered_for_the_next_file_with_the_header(learning, live, named):
    questions = "1、您的姓名：,2、打个分"
    first = actions.keep_answers(
        survey=named, by=learning.by, data=export(row(1, "张三", "2"), questions=questions), name="a.csv"
    )[0]
    column = actions.look_at_answers(first, named).targets[0].column
    time = next(q for q in queries.questions_of(named) if q.text.startswith("时间"))
    chosen = actions.Chosen({column.index: time.code}, frozenset({column.index}))
    actions.take_answers(source_file=first, survey=named, by=learning.by, chosen=chosen)
    other = make(live, learning.by, anonymous=False)
    second = actions.keep_answers(
        survey=other, by=learning.by, data=export(row(1, "李四", "1"), questions=questions), name="b.csv"
    )[0]
    looked = actions.look_at_answers(second, other)
    (target,) = looked.targets
    same = next(q for q in queries.questions_of(other) if q.text == time.text)
    assert (looked.is_remembered, target.to, target.is_reversed) == (True, same.code, True)


def test_two_columns_for_one_question_are_refused_and_nothing_is_taken(learning, named):
    data = export(row(1, "张三", "5", "4"), questions="1、您的姓名：,2、甲,3、乙")
    source = actions.keep_answers(survey=named, by=learning.by, data=data, name="a.csv")[0]
    looked = actions.look_at_answers(source, named)
    code = looked.questions[0].code
    chosen = actions.Chosen({t.column.index: code for t in looked.targets})
    with pytest.raises(Refused) as refused:
        actions.take_answers(source_file=source, survey=named, by=learning.by, chosen=chosen)
    assert refused.value.code == "twice"
    assert SurveyResponse.objects.count() == SourceRow.objects.count() == 0


def test_columns_of_one_choice_are_ticked_together(learning, named):
    questions = "1、您的姓名：,2、喜欢哪些(线上),2、喜欢哪些(线下)"
    rows = (row(1, "张三", "1", "0"), row(2, "李四", "1", "1"), row(3, "王五", "0", "0"))
    bring(named, learning.by, export(*rows, questions=questions))
    (told,) = queries.results_of(named, named.version).told
    assert (told.question.text, told.question.kind, told.n) == ("喜欢哪些", "many", 2)
    assert [(b.label, b.count) for b in told.bars] == [("线上", 2), ("线下", 1)]


def test_cell_that_says_no_number_is_named_and_counts_as_unanswered(learning, named):
    data = export(row(1, "张三", "桂一", "13900000001", "5"), row(2, "李四", "桂二", "13900000002", "看情况"))
    source = actions.keep_answers(survey=named, by=learning.by, data=data, name="a.csv")[0]
    looked = actions.look_at_answers(source, named)
    chosen = actions.Chosen({looked.targets[0].column.index: looked.questions[0].code})
    taken = actions.take_answers(source_file=source, survey=named, by=learning.by, chosen=chosen)
    assert taken.meta["unread_count"] == 1
    assert taken.meta["unread"] == [{"row": 3, "column": "4、总体满意吗？", "text": "看情况"}]
    assert (queries.results_of(named, 1).answered, queries.results_of(named, 1).told[0].n) == (2, 1)


def test_numbers_that_count_backwards_are_turned_round(learning, named):
    data = export(row(1, "张三", "桂一", "13900000001", "1"))
    source = actions.keep_answers(survey=named, by=learning.by, data=data, name="a.csv")[0]
    index = actions.look_at_answers(source, named).targets[0].column.index
    bring(named, learning.by, data, backwards=[index])
    assert first_mean(named) == 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("5分", 5), ("4.0", 4), ("６", None), ("0", None), ("A.5", 5), ("非常满意", 5), ("很满意", 5),
        ("满意", 4), ("比较满意", 4), ("一般", 3), ("不满意", 2), ("不太满意", 2), ("很不满意", 1), ("非常不满意", 1),
        ("非常满意(5分)", 5), ("非常同意", 5), ("同意", 4), ("不同意", 2), ("说不清", 3), ("不确定", 3), ("很差", 1), ("差", 2),
        ("A.非常满意", 5), ("没有帮助", 2), ("有帮助", 4), ("讲得快", None), ("", None), ("小明", None),
    ],
)  # fmt: skip
def test_words_and_numbers_of_a_scale(text, value):
    assert scale_value(text, "scale5") == value


def test_scale_of_ten_and_backwards():
    assert [scale_value(t, "scale10") for t in ("10", "0", "11", "满意")] == [10, 0, None, None]
    assert [scale_value("1", k, is_reversed=True) for k in ("scale5", "scale10")] == [5, 9]


def test_options_of_a_cell_and_the_words_beside_them():
    assert chosen_in("口述史┋其他〖晒书〗┋口述史") == (["口述史", "其他"], "晒书")
    assert [is_ticked(t, "线上") for t in ("1", "线上", "0", "也许")] == [True, True, False, None]


def test_rows_of_one_cell_are_not_lost(learning, secret):
    """Two people who say the same of an anonymous form are two."""
    bring(secret, learning.by, export(*(row(n, "甲", "桂一", "", "5") for n in range(1, 6))))
    assert queries.results_of(secret, secret.version).told[0].n == 5
    assert SurveyAnswer.objects.count() == 5
