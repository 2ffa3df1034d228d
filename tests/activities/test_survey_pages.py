"""Forms on the phone and at the desk: what is shown to whom, and what wrong input leaves behind."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.activities import LiveFactory, PartFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from tests.factories.surveys import answer, bring, export, make, row
from yingzao.activities import actions
from yingzao.activities.enums import FactKind
from yingzao.activities.models import Survey, SurveyResponse
from yingzao.activities.queries import surveys as queries
from yingzao.enrolment.models import SourceFile
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    return Learning()


@pytest.fixture
def live(learning):
    return LiveFactory(programme=learning.programme, title="业主组织")


@pytest.fixture
def secret(learning, live):
    return make(live, learning.by)


@pytest.fixture
def named(learning, live):
    return make(live, learning.by, anonymous=False)


@pytest.fixture
def phone(client, learning):
    client.force_login(learning.learner.person)
    return client


@pytest.fixture
def desk(client, learning):
    client.force_login(learning.by)
    return client


def url(name, *args):
    return reverse(f"activities:{name}", args=args)


def text(response) -> str:
    return response.content.decode()


def filled(survey, number=4, words="", **more):
    data = {"key": uuid.uuid4(), "version": survey.version, "seconds": 42}
    data["promised"] = "anonymous" if survey.is_anonymous else "named"
    data |= {q.code: words if q.kind == "text" else number for q in queries.questions_of(survey)}
    return data | more


# The phone


def test_form_shows_every_question_and_what_anonymous_means(phone, secret):
    shown = text(phone.get(url("survey", secret.token)))
    for question in queries.questions_of(secret):
        assert question.text in shown
    assert "答卷不记录您的姓名" in shown


def test_form_by_name_says_as_whom_one_answers(phone, learning, named):
    assert f"您以 {learning.learner.name} 的身份填写" in text(phone.get(url("survey", named.token)))


def test_answer_is_sent_thanked_for_and_offered_no_more(phone, learning, live, secret):
    record(learning.learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:00")
    address = url("survey", secret.token)
    assert address in text(phone.get(reverse("web:learner-today")))
    response = phone.post(address, filled(secret), follow=True)
    assert "您的答卷已提交" in text(response)
    assert SurveyResponse.objects.get().seconds == 42
    assert address not in text(phone.get(reverse("web:learner-today")))
    again = text(phone.get(address))
    assert "您的答卷已提交" in again
    assert '<form method="post" class="sheet' not in again


def test_wrong_input_keeps_what_was_chosen_and_leads_to_the_question(phone, named):
    first, second, *_rest = queries.questions_of(named)
    data = filled(named, 4, "多讲案例") | {first.code: ""}
    response = phone.post(url("survey", named.token), data)
    shown = text(response)
    assert response.status_code == 422
    assert f'href="#id_{first.code}_0"' in shown
    assert "多讲案例" in shown
    assert f'name="{second.code}" value="4" id="id_{second.code}_3" checked' in shown
    assert str(data["key"]) in shown
    assert SurveyResponse.objects.count() == 0


@pytest.mark.parametrize(
    "nonsense", [{"key": "x"}, {"version": "99"}, {"seconds": "-5"}, {"seconds": "wann"}]
)
def test_nonsense_in_hidden_fields_is_answered_with_a_page(phone, named, nonsense):
    response = phone.post(url("survey", named.token), filled(named) | nonsense)
    assert (response.status_code, SurveyResponse.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("opens", "closes", "sentence"),
    [("2099-01-01 08:00", None, "问卷将于"), (None, "2021-10-20 08:00", "问卷已于")],
)
def test_form_that_is_not_open_is_a_sentence(phone, learning, live, opens, closes, sentence):
    survey = make(live, learning.by, opens_at=opens and moment(opens), closes_at=closes and moment(closes))
    response = phone.get(url("survey", survey.token))
    assert (response.status_code, sentence in text(response)) == (200, True)
    assert "data-survey" not in text(response)
    assert phone.post(url("survey", survey.token), filled(survey)).status_code == 422


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(client, named):
    address = url("survey", named.token)
    assert client.get(address)["Location"] == f"/sign-in/?next={address}"


def test_form_for_anybody_asks_no_name_and_may_be_answered_again(client, learning, live):
    survey = make(live, learning.by, is_for_anybody=True)
    address = url("survey", survey.token)
    for _n in range(2):
        assert client.post(address, filled(survey)).status_code == 302
    assert survey.responses.count() == 2
    assert "换一位在这部手机上填写" in text(client.get(f"{address}?sent=1"))
    assert learning.learner.name not in text(client.get(address))


def test_learner_of_another_programme_finds_nothing(client, named):
    client.force_login(Learning().learner.person)
    assert client.get(url("survey", named.token)).status_code == 404


def test_learner_for_whom_the_activity_is_not_finds_nothing(client, learning, live, named):
    live.audience = "chosen"
    live.save()
    live.targets.create(organisation=live.organisation, enrolment=learning.other)
    client.force_login(learning.learner.person)
    assert client.get(url("survey", named.token)).status_code == 404
    client.force_login(learning.other.person)
    assert client.get(url("survey", named.token)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_today_asks_no_more_for_more_forms(phone, learning, live, count, django_assert_num_queries):
    record(learning.learner, live, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:00")
    for _n in range(count):
        make(live, learning.by)
    with django_assert_num_queries(4):
        assert len(queries.waiting_for(learning.learner, moment("2021-10-15 09:00"))) == count


# The desk


def test_one_click_makes_a_form_about_an_activity_or_its_part(desk, learning, live):
    parts = [PartFactory(activity=live, title=t) for t in ("上午", "下午")]
    for about in (live.code, f"{live.code}/{parts[1].code}"):
        desk.post(url("desk-survey-make", learning.programme.code), {"about": about})
    assert [(s.activity, s.part) for s in Survey.objects.order_by("pk")] == [(live, None), (live, parts[1])]


def test_form_about_an_activity_of_another_programme_is_not_made(desk, learning):
    foreign = LiveFactory(programme=Learning().programme)
    desk.post(url("desk-survey-make", learning.programme.code), {"about": foreign.code})
    assert Survey.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(desk, learning, live, count, django_assert_num_queries):
    for n in range(count):
        survey = make(live, learning.by, anonymous=False, is_for_anybody=True, title=f"问卷{n}")
        for _m in range(count):
            answer(survey)
    with django_assert_num_queries(11):
        shown = text(desk.get(url("desk-surveys", learning.programme.code)))
    assert shown.count("survey-row") == count
    assert f"{count} 份答卷" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_results_query_count(desk, learning, named, count, django_assert_num_queries):
    for _n in range(count):
        learner = EnrolmentFactory(programme=learning.programme, person=PersonFactory())
        answer(named, learner, 4, "好")
    with django_assert_num_queries(17):
        assert f"{count} 人回答" in text(desk.get(url("desk-survey", learning.programme.code, named.code)))


def test_search_finds_a_form_by_its_activity(desk, learning, live):
    make(live, learning.by)
    make(LiveFactory(programme=learning.programme, title="居民骨干"), learning.by)
    shown = text(desk.get(url("desk-surveys", learning.programme.code), {"q": "骨干"}))
    assert shown.count("survey-row") == 1


def test_results_of_few_anonymous_answers_show_a_number_and_no_word(desk, learning, secret):
    answer(secret, learning.learner, 1, "讲得太快")
    shown = text(desk.get(url("desk-survey", learning.programme.code, secret.code)))
    assert "答卷太少" in shown
    for page in ("desk-survey", "desk-survey-words"):
        assert "讲得太快" not in text(desk.get(url(page, learning.programme.code, secret.code)))
    book = load_workbook(
        io.BytesIO(desk.get(url("desk-survey-export", learning.programme.code, secret.code)).content)
    )
    assert "讲得太快" not in str([[c.value for c in r] for sheet in book for r in sheet.iter_rows()])


def test_anonymous_results_and_export_name_nobody(desk, learning, secret):
    for n in range(5):
        learner = EnrolmentFactory(programme=learning.programme, person=PersonFactory(), name=f"某学员{n}")
        answer(secret, learner, 4, f"意见{n}")
    shown = text(desk.get(url("desk-survey", learning.programme.code, secret.code)))
    book = load_workbook(
        io.BytesIO(desk.get(url("desk-survey-export", learning.programme.code, secret.code)).content)
    )
    cells = str([[c.value for c in r] for sheet in book for r in sheet.iter_rows()])
    assert "意见3" in shown
    assert "意见3" in cells
    assert "某学员" not in shown + cells
    assert "21:00" not in cells


def test_export_by_name_holds_two_sheets_and_no_formula(desk, learning, named):
    answer(named, learning.learner, 4, '=HYPERLINK("http://evil.example")')
    data = desk.get(url("desk-survey-export", learning.programme.code, named.code)).content
    answers, figures = load_workbook(io.BytesIO(data)).worksheets
    rows = list(answers.iter_rows(min_row=2))
    assert [c.value for c in rows[0]][1:6] == ["学员", "社区", "提交时间", "用时（秒）", "是否计入"]
    assert rows[1][1].value == learning.learner.name
    assert (rows[1][-1].value, rows[1][-1].data_type) == ('=HYPERLINK("http://evil.example")', "s")
    assert [c.value for c in next(figures.iter_rows(min_row=3))][:4] == ["总体满意吗？", 1, 4, 4]


def questions_page(*questions):
    data = {"count": str(len(questions))}
    for n, (words, kind, options) in enumerate(questions):
        data |= {f"q{n}-text": words, f"q{n}-kind": kind, f"q{n}-options": options, f"q{n}-place": str(n + 1)}
    return data


def test_questions_are_changed_ordered_and_taken_away_on_one_page(desk, learning, named):
    data = questions_page(("二", "scale5", ""), ("", "scale5", ""), ("一", "one", "甲\n乙"))
    data |= {"q0-place": "2", "q2-place": "1", "q0-is_required": "on"}
    response = desk.post(url("desk-survey-questions", learning.programme.code, named.code), data)
    assert response.status_code == 302
    assert [(q.text, q.kind, q.options, q.is_required) for q in queries.questions_of(named)] == [
        ("一", "one", ["甲", "乙"], False),
        ("二", "scale5", [], True),
    ]


def test_wrong_question_keeps_the_page_as_it_was_typed(desk, learning, named):
    data = questions_page(("哪天？", "one", "周一"), ("很长的话", "text", ""))
    response = desk.post(url("desk-survey-questions", learning.programme.code, named.code), data)
    shown = text(response)
    assert response.status_code == 422
    assert "请至少写两个选项" in shown
    assert "周一" in shown
    assert "很长的话" in shown
    assert len(queries.questions_of(named)) == 5


def test_wrong_settings_are_told_beside_their_field(desk, learning, secret):
    answer(secret, learning.learner)
    data = {"title": "改名", "is_anonymous": "no", "least_shown": "5", "least_seconds": "10"}
    response = desk.post(url("desk-survey-settings", learning.programme.code, secret.code), data)
    assert (response.status_code, "不能再更改是否匿名" in text(response)) == (422, True)
    secret.refresh_from_db()
    assert (secret.title, secret.is_anonymous) == ("满意度", True)


def test_export_is_brought_in_by_proposal_and_confirmation(desk, learning, named):
    EnrolmentFactory(programme=learning.programme, name="张三", phone="13900000001", number="901")
    data = export(row(1, "张三", "桂一社区", "13900000001", "4"))
    address = url("desk-survey-import", learning.programme.code, named.code)
    response = desk.post(address, {"file": SimpleUploadedFile("答卷.csv", data)})
    source = SourceFile.objects.get()
    columns = url("desk-survey-columns", learning.programme.code, named.code, source.code)
    assert response["Location"] == columns
    shown = text(desk.get(columns))
    assert "4、总体满意吗？" in shown
    assert "13900000001" not in shown
    assert named.responses.count() == 0
    question = queries.questions_of(named)[0]
    assert desk.post(columns, {"c10": question.code, "confirm": "1"}).status_code == 302
    assert [(r.enrolment.name, r.answers.get().number) for r in named.responses.all()] == [("张三", 4)]
    assert desk.get(columns).status_code == 404
    back = url("desk-survey-take-back", learning.programme.code, named.code, source.code)
    desk.post(back)
    assert named.responses.count() == 0


def test_other_table_is_refused_with_a_sentence(desk, learning, named):
    address = url("desk-survey-import", learning.programme.code, named.code)
    response = desk.post(address, {"file": SimpleUploadedFile("x.csv", "姓名,分数\n张三,5\n".encode())})
    assert (response.status_code, "这不是问卷星导出的答卷" in text(response)) == (422, True)
    assert SourceFile.objects.count() == 0


def test_columns_page_refuses_two_columns_for_one_question_and_keeps_the_choice(desk, learning, named):
    source = bring_unread(named, learning)
    question = queries.questions_of(named)[0]
    columns = url("desk-survey-columns", learning.programme.code, named.code, source.code)
    response = desk.post(columns, {"c8": question.code, "c9": question.code, "confirm": "1"})
    assert (response.status_code, "有两列都对应到" in text(response)) == (422, True)
    assert text(response).count(f'<option value="{question.code}" selected>') == 2


def bring_unread(survey, learning):
    data = export(row(1, "张三", "5", "4"), questions="1、您的姓名：,2、甲,3、乙")
    return actions.keep_answers(survey=survey, by=learning.by, data=data, name="a.csv")[0]


def test_version_is_chosen_in_the_address_and_nonsense_shows_the_newest(desk, learning, named):
    answer(named, learning.learner, 2)
    bring(
        named,
        learning.by,
        export(row(1, "张三", "5", "电梯"), questions="1、您的姓名：,2、总体满意吗？,3、下次学什么"),
    )
    address = url("desk-survey", learning.programme.code, named.code)
    assert "下次学什么" in text(desk.get(address))
    assert "下次学什么" not in text(desk.get(address, {"version": "1"}))
    assert "下次学什么" in text(desk.get(address, {"version": "七"}))


# Mentors


def test_mentor_reads_named_answers_of_own_teams_alone(client, learning, named, secret):
    answer(named, learning.learner, 2, "我组的话")
    answer(named, learning.other, 5, "别组的话")
    for n in range(6):
        answer(secret, EnrolmentFactory(programme=learning.programme, person=PersonFactory()), 3, f"匿名{n}")
    client.force_login(learning.mentor.person)
    assert url("mentor-survey", named.code) in text(client.get(url("mentor-surveys")))
    assert url("mentor-survey", secret.code) not in text(client.get(url("mentor-surveys")))
    shown = text(client.get(url("mentor-survey", named.code)))
    assert "我组的话" in shown
    assert learning.learner.name in shown
    assert "别组的话" not in shown
    assert learning.other.name not in shown
    assert "2.00" in shown
    assert client.get(url("mentor-survey", secret.code)).status_code == 404


def test_mentor_of_another_team_finds_nothing(client, learning, named):
    answer(named, learning.learner, 2, "我组的话")
    client.force_login(StaffRoleFactory(programme=learning.programme, role=Role.MENTOR).person)
    assert url("mentor-survey", named.code) not in text(client.get(url("mentor-surveys")))
    assert client.get(url("mentor-survey", named.code)).status_code == 404


def test_supervisor_reads_results_and_changes_nothing(client, learning, named):
    answer(named, learning.learner, 2)
    client.force_login(StaffRoleFactory(programme=learning.programme, role=Role.SUPERVISOR).person)
    shown = text(client.get(url("desk-survey", learning.programme.code, named.code)))
    assert "2.00" in shown
    assert url("desk-survey-import", learning.programme.code, named.code) not in shown
    assert client.get(url("desk-survey-settings", learning.programme.code, named.code)).status_code == 404
