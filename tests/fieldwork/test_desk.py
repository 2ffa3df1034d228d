"""Surveys at the desk: questions written and brought in, paper typed in, results read, answers taken out and put back."""

import io
import json
import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.communities import CommunityFactory
from tests.factories.surveys_of_residents import SIMPLE, answered, survey_of, tree, workbook
from tests.factories.world import picture
from yingzao.communities.models import Need
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.fieldwork import actions, queries
from yingzao.fieldwork.forms.surveys import QuestionForm
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey
from yingzao.fieldwork.settling.questions import as_json, find, placed
from yingzao.people import personal
from yingzao.people.models import Grant

pytestmark = pytest.mark.django_db
HEAD = ["type", "name", "label", "relevant"]


def at(camp, survey, name, *more) -> str:
    return reverse(f"fieldwork:desk-{name}", args=[camp.programme.code, survey.code, *more])


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.by)
    return client


def enter(survey, by, number, **answers):
    return actions.enter_paper(
        survey=survey, by=by, key=uuid4(), version=survey.version, number=number, answers=answers
    )


# Making one


def test_survey_is_made_with_the_usual_questions(camp, desk):
    address = reverse("fieldwork:desk-new", args=[camp.programme.code])
    given = {
        "community": camp.community.pk,
        "title": "需求调查",
        "consent": "自愿参加",
        "begins_with": "needs",
        "handed_out": "30",
    }
    assert desk.post(address, given).status_code == 302
    survey = ResidentSurvey.objects.get()
    assert (survey.title, survey.handed_out, survey.community) == ("需求调查", 30, camp.community)
    assert [q.name for q in queries.tree_of(survey)] == [
        "hello",
        "age",
        "years",
        "needs",
        "elder_more",
        "join",
        "say",
    ]
    assert desk.post(address, given | {"title": ""}).status_code == 422
    wrong = desk.post(address, given | {"opens_at": "2026-03-02T08:00", "closes_at": "2026-03-01T08:00"})
    assert wrong.status_code == 422
    assert ResidentSurvey.objects.count() == 1


def test_only_keepers_make_one_and_a_room_above_gives_the_right_for_one(camp):
    learner = camp.learner.person
    with pytest.raises(Refused):
        actions.start_survey(community=camp.community, by=learner, title="调查")
    mine = actions.start_survey(community=camp.community, by=learner, title="调查", for_person=learner)
    other = survey_of(camp.community, camp.by)
    actions.edit_survey(survey=mine, by=learner, title="我的调查")
    with pytest.raises(Refused):
        actions.edit_survey(survey=other, by=learner, title="别人的")
    assert [s.title for s in queries.surveys_read_by(learner)] == ["我的调查"]
    Grant.objects.filter(person=learner).update(ended_at=mine.created_at)
    with pytest.raises(Refused):
        actions.edit_survey(survey=mine, by=learner, title="不再")


def test_who_holds_the_right_reaches_the_survey_on_pages_of_their_own(camp, client):
    learner = camp.learner.person
    mine = actions.start_survey(
        community=camp.community, by=learner, title="我的调查", questions=tree(), for_person=learner
    )
    other = survey_of(camp.community, camp.by)
    client.force_login(learner)
    for name in ("survey", "settings", "questions", "question-new", "paper", "sheets", "poster", "blank"):
        assert client.get(reverse(f"fieldwork:my-{name}", args=[mine.code])).status_code == 200
        assert client.get(reverse(f"fieldwork:my-{name}", args=[other.code])).status_code == 404
        assert client.get(at(camp, mine, name)).status_code == 404


# Questions


def test_question_is_written_changed_moved_and_removed(camp, desk, survey):
    new = {
        "kind": "select_one",
        "label": "是否养宠物",
        "choices": "养\n\n不养\n",
        "only_if": "age=old",
        "is_required": "on",
    }
    assert desk.post(at(camp, survey, "question-new"), new).status_code == 302
    survey.refresh_from_db()
    assert as_json(queries.tree_of(survey))[-1] == {
        "kind": "select_one",
        "name": "q1",
        "label": "是否养宠物",
        "is_required": True,
        "relevant": "${age} = 'old'",
        "choices": [["c1", "养"], ["c2", "不养"]],
    }
    page = desk.get(at(camp, survey, "question", "q1")).content.decode()
    assert 'value="age=old" selected' in page
    changed = new | {
        "choices": "养猫狗\n不养\n以前养",
        "name": "pets",
        "only_if": "needs=lift",
        "group": "elder",
    }
    assert desk.post(at(camp, survey, "question", "q1"), changed).status_code == 302
    pets = find(queries.tree_of(survey), "pets")
    assert [group.name for group in pets.groups] == ["elder"]
    assert pets.question.relevant == "selected(${needs}, 'lift')"
    assert [(c.name, c.label) for c in pets.question.choices] == [
        ("c3", "养猫狗"),
        ("c2", "不养"),
        ("c4", "以前养"),
    ]
    desk.post(at(camp, survey, "question-act", "say"), {"do": "up"})
    assert [q.name for q in queries.tree_of(survey)] == ["age", "needs", "say", "elder"]
    desk.post(at(camp, survey, "question-act", "elder"), {"do": "remove"})
    assert [one.question.name for one in placed(queries.tree_of(survey))] == ["age", "needs", "say"]


def test_question_that_others_lean_on_stays(camp, desk, survey):
    answer = desk.post(at(camp, survey, "question-act", "age"), {"do": "remove"}, follow=True)
    assert "没有这道题" in answer.content.decode()
    assert find(queries.tree_of(survey), "age")


def test_limits_are_chosen_and_conditions_of_a_form_stay(camp, desk, survey):
    page = desk.get(at(camp, survey, "question", "floor")).content.decode()
    assert re.search(r'name="least"[^>]*value="1"', page)
    given = {"kind": "integer", "label": "几楼", "least": "0", "most": "50", "only_if": ""}
    desk.post(at(camp, survey, "question", "floor"), given | {"group": "elder"})
    assert find(queries.tree_of(survey), "floor").question.constraint == ". >= 0 and . <= 50"
    rows = [
        *SIMPLE,
        {
            "kind": "text",
            "name": "x",
            "label": "某",
            "relevant": "${age} != '' and not(${say} = '')",
            "constraint": ". != 'a'",
        },
    ]
    actions.save_questions(survey=survey, questions=tree(rows), by=camp.by)
    page = desk.get(at(camp, survey, "question", "x")).content.decode()
    assert 'name="relevant"' in page
    assert 'name="only_if"' not in page
    bad = {"kind": "text", "label": "某", "relevant": "today() > 1", "constraint": ". != 'a'"}
    answer = desk.post(at(camp, survey, "question", "x"), bad)
    assert answer.status_code == 422
    assert "不支持函数 today" in answer.content.decode()


AS_IT_CAME = [
    {"kind": "integer", "name": "n", "label": "几人", "constraint": ". >= 0 and . <= 20", "constraint_message": "0 到 20"},
    {"kind": "date", "name": "d", "label": "哪天", "constraint": ". >= 5"},
    {"kind": "decimal", "name": "m", "label": "多少", "constraint": ". >= 0.00001"},
    {"kind": "integer", "name": "z", "label": "补零", "constraint": ". <= 05"},
    {"kind": "select_one", "name": "one", "label": "一", "choices": [["1", "是"], ["2", "否"]], "is_required": True,
     "required_message": "请选"},
    {"kind": "select_multiple", "name": "many", "label": "几", "hint": "可多选\n最多三项", "choices": [["a", "甲"], ["b", "乙"]]},
    {"kind": "text", "name": "t1", "label": "甲", "relevant": "${one} = '1'"},
    {"kind": "text", "name": "t2", "label": "乙", "relevant": "${n} = '5'"},
    {"kind": "text", "name": "t3", "label": "丙", "relevant": "${many} = 'a'"},
    {"kind": "text", "name": "t4", "label": "丁", "relevant": "selected(${many}, 'a')"},
    {"kind": "text", "name": "t5", "label": "戊", "relevant": "selected(${one}, '1')"},
    {"kind": "text", "name": "t6", "label": "己", "relevant": "${one} = '3'"},
    {"kind": "group", "name": "g", "label": "", "relevant": "${one} = '2'", "questions": [{"kind": "text", "name": "in", "label": "里"}]},
]  # fmt: skip


@pytest.mark.parametrize("name", [row["name"] for row in AS_IT_CAME])
def test_question_of_a_form_that_is_opened_and_saved_is_the_same(name):
    """Whatever the fields cannot say word for word stands in them as it came."""
    questions = tree(AS_IT_CAME)
    question = find(questions, name).question
    empty = QuestionForm(questions, question, None)
    data = {}
    for field in empty.fields:
        value = empty.initial.get(field)
        offered = [value for value, _words in getattr(empty.fields[field], "choices", [])]
        if value and (not offered or value in offered):  # a browser sends what it could show
            data[field] = str(value).replace("\n", "\r\n")
    form = QuestionForm(questions, question, data)
    assert form.is_valid(), form.errors
    assert form.made() == question


def test_group_and_sentence_may_come_first(camp, desk):
    survey = survey_of(camp.community, camp.by, [])
    for kind, label in (("note", "您好"), ("group", "关于您")):
        assert desk.post(at(camp, survey, "question-new"), {"kind": kind, "label": label}).status_code == 302
    assert (
        desk.post(
            at(camp, survey, "question-new"), {"kind": "text", "label": "姓氏", "group": "q2"}
        ).status_code
        == 302
    )
    assert [(one.question.name, one.depth) for one in placed(queries.tree_of(survey))] == [
        ("q1", 0),
        ("q2", 0),
        ("q3", 1),
    ]


def test_xlsform_is_shown_row_by_row_and_taken_over_once_confirmed(camp, desk, survey):
    data = workbook(
        survey=[HEAD, ["start", "start"], ["text", "a", "甲"], ["audio", "b", "录音"]],
        choices=[["list_name", "name", "label"]],
    )
    upload = SimpleUploadedFile("kobo.xlsx", data)
    answer = desk.post(at(camp, survey, "import"), {"file": upload})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "不支持 audio 题型" in page
    assert find(queries.tree_of(survey), "age")
    token = re.search(r'name="taken" value="([^"]+)"', page)[1]
    assert desk.post(at(camp, survey, "import"), {"taken": token}).status_code == 302
    assert [q.name for q in queries.tree_of(survey)] == ["a"]
    assert desk.post(at(camp, survey, "import"), {"taken": token + "x"}).status_code == 302
    assert [q.name for q in queries.tree_of(survey)] == ["a"]


def test_refused_xlsform_changes_nothing_and_says_why(camp, desk, survey):
    data = workbook(
        survey=[HEAD, ["text", "a", "甲", "${nobody} = 1"]], choices=[["list_name", "name", "label"]]
    )
    answer = desk.post(at(camp, survey, "import"), {"file": SimpleUploadedFile("kobo.xlsx", data)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不能导入" in page
    assert 'name="taken"' not in page
    assert find(queries.tree_of(survey), "age")


# Paper


def test_sheets_of_paper_are_typed_in_one_after_another(camp, desk, survey):
    page = desk.get(at(camp, survey, "paper") + "?next=007").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(key|version)" value="([^"]*)"', page))
    given = hidden | {"number": "007", "q-age": "old", "q-say": "电话 13800138000"}
    answer = desk.post(at(camp, survey, "paper"), given)
    assert answer.headers["Location"].endswith("?next=008")
    sheet = FilledSheet.objects.get()
    assert (sheet.source, sheet.number, sheet.entered_by) == ("paper", "007", camp.by)
    assert sheet.answers == {
        "age": "old",
        "say": "电话 13800138000",
    }  # the floor, though asked for, was left empty
    assert desk.post(at(camp, survey, "paper"), given).status_code == 302
    assert FilledSheet.objects.count() == 1


def test_number_that_was_entered_is_refused_with_both_values(camp, desk, survey):
    enter(survey, camp.by, "7", age="young", say="以前的话")
    given = {"key": str(uuid4()), "version": "1", "number": " 7 ", "q-age": "old", "q-say": "现在的话"}
    answer = desk.post(at(camp, survey, "paper"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("第 7 份以前录过", "以前的话", "现在的话", "60 岁以下"):
        assert words in page
    assert FilledSheet.objects.count() == 1


def test_wrong_value_on_paper_is_named_and_nothing_is_lost(camp, desk, survey):
    given = {
        "key": str(uuid4()),
        "version": "1",
        "number": "8",
        "q-age": "old",
        "q-floor": "99",
        "q-say": "留着",
    }
    answer = desk.post(at(camp, survey, "paper"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请填 1 到 40。" in page
    assert "留着" in page
    assert desk.post(at(camp, survey, "paper"), given | {"q-floor": "9", "number": ""}).status_code == 422
    photo = SimpleUploadedFile("p.jpg", picture((9, 9, 9)))
    assert desk.post(at(camp, survey, "paper"), given | {"q-floor": "9", "photo": photo}).status_code == 302
    assert FilledSheet.objects.get().photos.get().question == ""


# Results


def test_figures_by_phone_and_on_paper_together_and_apart(camp, desk, survey):
    actions.edit_survey(survey=survey, by=camp.by, handed_out=4)
    survey.refresh_from_db()
    for floor in ("1", "2", "6"):
        answered(survey, age="old", floor=floor, needs=["lift"])
    sheet = answered(survey, age="young", needs=["clean"])
    enter(survey, camp.by, "1", age="young", needs=["lift", "clean"])
    enter(survey, camp.by, "2", say="电话 13800138000 找我")
    actions.set_sheet_state(sheet=sheet, state="invalid", reason="随意勾选", by=camp.by)
    actions.set_sheet_state(
        sheet=answered(survey, age="old", floor="3"), state="withdrawn", reason="本人要求", by=camp.by
    )
    counts = queries.counts_of(survey)
    assert (counts.handed_out, counts.by_phone, counts.on_paper, counts.returned, counts.valid) == (
        4,
        4,
        2,
        6,
        5,
    )
    assert (counts.valid_share, counts.paper_share, counts.withdrawn) == (5 / 6, 0.5, 1)
    results = queries.results_of(survey)
    told = {one.question.name: one for one in results.told}
    assert [(b.label, b.count, b.by_phone, b.on_paper) for b in told["needs"].bars] == [
        ("楼道卫生", 1, 0, 1),
        ("加装电梯", 4, 3, 1),
        ("其他", 0, 0, 0),
    ]
    assert told["needs"].bars[1].share == 1.0
    floors = told["floor"].figures
    assert (told["floor"].n, floors.mean, floors.median, floors.least, floors.most) == (3, 3.0, 2.0, 1.0, 6.0)
    assert told["say"].texts == ("电话 138****8000 找我",)
    assert [one.n for one in queries.results_of(survey, source="paper").told] == [1, 1, 0, 1]
    page = desk.get(at(camp, survey, "survey")).content.decode()
    assert "13800138000" not in page
    assert "83%" in page


def test_versions_are_read_one_by_one(camp, survey):
    answered(survey, age="young")
    rows = [SIMPLE[0] | {"choices": [["young", "年轻人"]]}]
    actions.save_questions(survey=survey, questions=tree(rows), by=camp.by)
    survey.refresh_from_db()
    answered(survey, age="young")
    answered(survey, age="young")
    assert [
        (r.version, r.answered) for r in (queries.results_of(survey), queries.results_of(survey, version=1))
    ] == [(2, 2), (1, 1)]
    assert queries.results_of(survey, version=1).told[0].bars[0].label == "60 岁以下"
    assert queries.results_of(survey, version=99).version == 2


def test_answer_is_taken_out_and_put_back(camp, desk, survey):
    sheet = answered(survey, age="young", say="楼道堆放")
    address = at(camp, survey, "sheet", sheet.code)
    assert desk.post(address, {"state": "invalid", "reason": ""}).status_code == 422
    assert desk.post(address, {"state": "invalid", "reason": "重复"}).status_code == 302
    assert queries.counts_of(survey).valid == 0
    assert desk.post(address, {"state": "valid", "reason": ""}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.reason, queries.counts_of(survey).valid) == ("valid", "", 1)
    lines = AuditLine.objects.filter(act="fieldwork.sheet.state_set").order_by("pk")
    assert [(line.before, line.after) for line in lines] == [
        ({"state": "valid"}, {"state": "invalid"}),
        ({"state": "invalid"}, {"state": "valid"}),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", {"楼道", "停车"}),
        ("q=楼道", {"楼道"}),
        ("q=12", {"停车"}),
        ("source=paper", {"停车"}),
        ("state=withdrawn", set()),
        ("q=没有", set()),
    ],
)
def test_answers_are_found(camp, desk, survey, asked, found):
    answered(survey, age="young", say="楼道")
    enter(survey, camp.by, "12", say="停车")
    page = desk.get(at(camp, survey, "sheets") + f"?{asked}").content.decode()
    assert {word for word in ("楼道", "停车") if f"{word}</td>" in page} == found


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("which", ["list", "sheets", "survey"])
def test_queries_do_not_grow_with_rows(camp, desk, rows, which, django_assert_num_queries):
    for _ in range(rows):
        survey = survey_of(camp.community, camp.by)
    for _ in range(rows):
        answered(survey, age="young")
    address = (
        reverse("fieldwork:desk-list", args=[camp.programme.code])
        if which == "list"
        else at(camp, survey, which)
    )
    desk.get(address)
    with django_assert_num_queries({"list": 5, "sheets": 9, "survey": 12}[which]):
        desk.get(address)


def test_answer_becomes_a_need(camp, desk, survey):
    sheet = answered(survey, age="young", say="晚上跳舞噪音，电话 13800138000")
    address = at(camp, survey, "need", sheet.code)
    page = desk.get(address).content.decode()
    assert "晚上跳舞噪音，电话 138****8000" in page
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    given = {
        "key": key,
        "title": "晚上跳舞噪音",
        "whose": "临街住户",
        "evidence": "答卷",
        "urgency": "normal",
        "frequency": "daily",
    }
    assert desk.post(address, given).status_code == 302
    need = Need.objects.get()
    assert (need.source, need.community, sheet.code in need.source_note) == ("survey", camp.community, True)
    assert desk.post(address, given | {"key": str(uuid4()), "title": "打 13800138000"}).status_code == 422


# Files


def test_answers_go_out_with_words_and_names_and_masked(camp, desk, survey):
    answered(
        survey, age="young", needs=["lift", "other"], needs_other="=HYPERLINK(1)", say="=1+1 13800138000"
    )
    book = load_workbook(io.BytesIO(desk.get(at(camp, survey, "export-xlsx")).content))
    words, names = ([[c.value for c in row] for row in sheet.iter_rows()] for sheet in book.worksheets)
    assert words[1][7:] == ["您的年龄", "最需要改善什么", "您住几楼", "还想说什么"]
    assert words[2][7:] == ["60 岁以下", "加装电梯；其他：=HYPERLINK(1)", None, "=1+1 138****8000"]
    assert names[1][7:] == ["age", "needs", "needs_other", "floor", "say"]
    assert names[2][7:] == ["young", "lift other", "=HYPERLINK(1)", None, "=1+1 138****8000"]
    text = desk.get(at(camp, survey, "export-csv")).content.decode("utf-8-sig")
    assert "'=1+1 138****8000" in text
    assert "lift other" in desk.get(at(camp, survey, "export-csv") + "?values=names").content.decode(
        "utf-8-sig"
    )


def test_form_goes_out_and_comes_in_again_the_same(camp, desk, survey):
    data = desk.get(at(camp, survey, "export-form")).content
    found = actions.read_form(data=data, name="x.xlsx")
    assert (found.problem, found.form.questions) == ("", queries.tree_of(survey))


def test_copy_takes_questions_and_leaves_answers(camp, desk, survey):
    answered(survey, age="young")
    other = CommunityFactory(organisation=camp.programme.organisation, name="别的社区")
    assert desk.post(at(camp, survey, "copy"), {"community": other.pk}).status_code == 302
    copy = ResidentSurvey.objects.get(community=other)
    assert queries.tree_of(copy) == queries.tree_of(survey)
    assert (copy.token != survey.token, copy.sheets.count()) == (True, 0)


def test_people_find_what_they_made_and_typed_in(camp, survey):
    enter(survey, camp.by, "3", say="居民的话")
    kind = next(k for k in personal.kinds() if k.key == "resident_surveys")
    rows = list(kind.rows(camp.by))
    assert [row["what"] for row in rows] == ["survey", "sheet of paper"]
    assert "居民的话" not in json.dumps(rows, ensure_ascii=False)
