"""The pages of quizzes and bank: what a learner never receives, who sees whose, wrong input, and that queries do not grow."""

import json

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.factories import quizzes as make
from tests.factories.activities import moment
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from tests.factories.world import picture
from yingzao.activities.models import Evidence
from yingzao.core.models import AuditLine
from yingzao.courses import actions
from yingzao.courses.models import Attempt, BankQuestion, Quiz

NOW = moment("2021-11-15 09:00")
SECRET = "党组织领导下的自治就是理由"


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def quiz(camp):
    return make.make_quiz(
        camp,
        make.single(feedback=SECRET),
        make.short(accepted=("绝密答案",), feedback=SECRET),
        make.number(value="77.125"),
        attempts=2,
        shows="done",
    )


def signed(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def phone(camp):
    return signed(camp.learner.person)


@pytest.fixture
def desk(camp):
    return signed(camp.by)


def mine(quiz, name="learner-quiz", *more):
    return reverse(f"courses:{name}", args=[quiz.part.activity.code, quiz.part.code, *more])


def theirs(quiz, name="desk-quiz", *more):
    activity = quiz.part.activity
    return reverse(f"courses:{name}", args=[activity.programme.code, activity.code, quiz.part.code, *more])


def bank(camp, name, *more):
    return reverse(f"courses:{name}", args=[camp.programme.code, *more])


def tells(page) -> set[str]:
    """Which secrets a page holds."""
    text = page.content.decode()
    return {word for word in (SECRET, "绝密答案", "77.125", "说明社区党组织", '"right"') if word in text}


def post(client, attempt, answers=(), **more):
    body = {"ticket": actions.ticket_for(attempt), "clock": 1000, "answers": list(answers), **more}
    return client.post(reverse("courses:quiz-send"), json.dumps(body), content_type="application/json")


# What a learner receives


def test_neither_key_nor_feedback_is_in_anything_before_it_may_be_shown(phone, quiz, camp):
    phone.post(mine(quiz, "learner-quiz-begin"))
    attempt = Attempt.objects.get()
    paper = phone.get(mine(quiz))
    assert "社区党组织" in paper.content.decode()
    assert paper.headers["X-Keep"] == "detail"  # its copy holds what the page holds
    assert tells(paper) == set()
    assert tells(post(phone, attempt, [[0, ["o1"], 900]])) == set()
    phone.post(mine(quiz, "learner-quiz-hand-in"), {"attempt": attempt.code})
    result = phone.get(mine(quiz, "learner-attempt", attempt.code))
    assert ("您的得分率：0%" in result.content.decode(), tells(result)) == (True, set())
    assert tells(phone.get(mine(quiz))) == set()


def test_key_and_feedback_are_shown_once_passed_and_never_kept(phone, quiz, camp):
    attempt = make.answer(quiz, camp.learner)
    result = phone.get(mine(quiz, "learner-attempt", attempt.code))
    assert tells(result) == {SECRET, "绝密答案", "77.125", "说明社区党组织"}
    assert "X-Keep" not in result.headers


def test_while_another_attempt_is_open_the_key_of_the_first_is_hidden_again(phone, quiz, camp):
    attempt = make.answer(quiz, camp.learner)
    make.begin(quiz, camp.learner)
    assert tells(phone.get(mine(quiz, "learner-attempt", attempt.code))) == set()


def test_a_quiz_that_shows_nothing_shows_nothing_ever(phone, quiz, camp):
    Quiz.objects.update(shows="never", attempts=1)
    attempt = make.answer(quiz, camp.learner)
    assert tells(phone.get(mine(quiz, "learner-attempt", attempt.code))) == set()


def test_another_learners_attempt_is_not_there(phone, quiz, camp):
    theirs_ = make.answer(quiz, camp.other)
    assert phone.get(mine(quiz, "learner-attempt", theirs_.code)).status_code == 404
    again = make.begin(quiz, camp.other)
    assert phone.post(mine(quiz, "learner-quiz-hand-in"), {"attempt": again.code}).status_code == 404
    again.refresh_from_db()
    assert again.state == "open"


def test_a_picture_is_read_by_who_was_given_its_question(phone, desk, quiz, camp):
    question = make.question_of(quiz)
    upload = SimpleUploadedFile("图.jpg", picture((9, 9, 9)))
    actions.write_question(
        pool=question.pool, asked=make.single(), by=camp.by, question=question, upload=upload
    )
    url = reverse("media:file", args=[make.version_of(question).picture.code])
    assert (phone.get(url).status_code, desk.get(url).status_code) == (404, 200)
    make.begin(quiz, camp.learner)
    assert (phone.get(url).status_code, signed(camp.other.person).get(url).status_code) == (200, 404)


# What phones send


def test_an_answer_is_kept_without_a_session(quiz, camp):
    attempt = make.begin(quiz, camp.learner)
    answer = post(Client(), attempt, [[0, ["o2"], 900]])
    assert answer.json() == {"saved": [0], "state": "open", "late": False}
    done = post(Client(), attempt, [], hand_in=True).json()
    assert (done["state"], done["url"]) == ("handed_in", mine(quiz, "learner-attempt", attempt.code))
    assert post(Client(), attempt, [[0, ["o1"], 950]], hand_in=True).json() == {**done, "saved": [0]}
    assert Evidence.objects.count() == 1


@pytest.mark.parametrize("ticket", ["", "x", "elsewhere", None, 5])
def test_a_ticket_that_is_not_ours_is_refused(ticket, quiz, camp):
    attempt = make.begin(quiz, camp.learner)
    ticket = signing.dumps(attempt.pk, salt="other") if ticket == "elsewhere" else ticket
    answer = post(Client(), attempt, [[0, ["o2"], 900]], ticket=ticket)
    assert (answer.status_code, attempt.items.first().said) == (403, [])


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", "nonsense", '{"answers": [], "clock": -1}', '{"answers": [[0]], "clock": 1}', '{"answers": [[0, [], true]], "clock": 1}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_delivery_is_told_so(body, db):
    answer = Client().post(reverse("courses:quiz-send"), body, content_type="application/json")
    assert answer.status_code == 400


# The desk


@pytest.mark.parametrize("learners", [1, 3])
def test_results_query_count(desk, quiz, camp, learners, django_assert_num_queries):
    people = [EnrolmentFactory(programme=camp.programme, person=PersonFactory()) for _n in range(learners)]
    for learner in people:
        make.answer(quiz, learner, wrong=(0,))
        make.answer(quiz, learner)
    with django_assert_num_queries(15):
        page = desk.get(theirs(quiz)).content.decode()
    assert all(learner.name in page for learner in people)


@pytest.mark.parametrize("count", [1, 3])
def test_paper_and_bank_query_counts(phone, desk, camp, count, django_assert_num_queries):
    quiz = make.make_quiz(camp, *(make.single(text=f"问{n}？") for n in range(count)))
    make.begin(quiz, camp.learner)
    with django_assert_num_queries(11):
        assert phone.get(mine(quiz)).content.count(b"data-item=") == count
    pool = make.question_of(quiz).pool
    with django_assert_num_queries(11):
        assert desk.get(bank(camp, "desk-pool", pool.code)).content.decode().count("？</span>") == count
    for n in range(count - 1):
        make.make_pool(camp.programme, camp.by, name=f"又一个{n}")
    with django_assert_num_queries(5):
        assert desk.get(bank(camp, "desk-pools")).content.count(b"/questions/pools/") == count
    with django_assert_num_queries(14):
        desk.get(theirs(quiz, "desk-quiz-items") + f"?pool={pool.code}")
    for learner in (camp.learner, camp.other)[: min(count, 2)]:
        make.answer(quiz, learner)
    with django_assert_num_queries(11):
        desk.get(theirs(quiz, "desk-quiz-questions"))


def test_the_desk_says_why_somebody_has_not_passed_and_filters(desk, quiz, camp):
    make.answer(quiz, camp.learner, wrong=(0, 1))
    make.answer(quiz, camp.learner, wrong=(0, 1))
    page = desk.get(theirs(quiz)).content.decode()
    assert "最好成绩 33%，要求 60%；答题次数已用完" in page
    assert "还没有开始" in page
    only = desk.get(theirs(quiz), {"state": "todo"}).content.decode()
    assert (camp.other.name in only, camp.learner.name in only) == (True, False)


def test_looking_at_results_closes_what_is_overdue(desk, camp):
    quiz = make.make_quiz(camp, make.single(), minutes=5)
    make.begin(quiz, camp.learner, now=NOW)
    assert "到时自动交卷" not in desk.get(theirs(quiz)).content.decode()
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.is_timed_out) == ("handed_in", True)


def test_settings_are_kept_and_wrong_ones_are_told(desk, quiz):
    wrong = desk.post(theirs(quiz, "desk-quiz-settings"), {"passing": "140", "attempts": "-1"})
    assert wrong.status_code == 422
    values = {"passing": "75", "attempts": "3", "minutes": "20", "shows": "always", "is_one_a_page": "on"}
    desk.post(theirs(quiz, "desk-quiz-settings"), values)
    quiz.refresh_from_db()
    quiz.part.activity.refresh_from_db()
    assert (quiz.attempts, quiz.minutes, quiz.shows, quiz.is_one_a_page, quiz.shuffles_options) == (
        3,
        20,
        "always",
        True,
        False,
    )
    assert quiz.part.activity.rule["lessons"][quiz.part.code] == {"kind": "quiz", "pass": "0.75"}


def test_what_a_quiz_takes_is_put_together_line_by_line(desk, quiz, camp):
    url = theirs(quiz, "desk-quiz-items")
    pool = make.make_pool(camp.programme, camp.by, make.truefalse(), name="另一个")
    desk.post(url, {"do": "draw", "pool": pool.pk, "count": "1"})
    desk.post(url, {"do": "up-3"})
    desk.post(url, {"do": "remove-0"})
    desk.post(url, {"do": "remove-99"})
    desk.post(url, {"do": "fixed", "questions": [pool.questions.get().code]})
    lines = [
        (line.question and line.question.pk, line.pool and line.pool.pk) for line in actions.lines_of(quiz)
    ]
    two, three = (q.pk for q in BankQuestion.objects.exclude(pool=pool).order_by("pk")[1:])
    assert lines == [(two, None), (None, pool.pk), (three, None), (pool.questions.get().pk, None)]
    elsewhere = make.make_pool(Learning().programme, camp.by, make.single(), name="别人的")
    assert desk.post(url, {"do": "draw", "pool": elsewhere.pk, "count": "1"}).status_code == 422
    assert desk.post(url, {"do": "fixed", "questions": [elsewhere.questions.get().code]}).status_code == 422


FORMS = {
    "single": {"option_0": "甲", "option_1": "乙", "right_1": "on", "feedback_1": "对"},
    "multiple": {"option_0": "甲", "option_1": "乙", "right_1": "on", "right_0": "on", "is_partial": "all"},
    "truefalse": {"right": "f", "feedback_t": "不对"},
    "short": {"accepted": "甲\n乙"},
    "number": {"value": "3.5", "tolerance": ""},
    "ordering": {"option_0": "甲", "option_1": "乙", "is_partial": "part"},
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_question_of_each_kind_is_written_and_opened_again_unchanged(desk, camp, kind):
    pool = make.make_pool(camp.programme, camp.by)
    url = bank(camp, "desk-question-add", pool.code) + f"?kind={kind}"
    told = {"pool": pool.pk, "text": "问什么？", "points": "2", **FORMS[kind]}
    assert desk.post(url, told).status_code == 302
    question = pool.questions.get()
    page = desk.get(bank(camp, "desk-question", question.code))
    form = page.context["form"]
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    desk.post(bank(camp, "desk-question", question.code), {**again, "pool": pool.pk})
    question.refresh_from_db()
    assert (question.number, question.versions.get().kind) == (1, kind)


def test_a_question_that_cannot_be_asked_keeps_what_was_written(desk, camp):
    pool = make.make_pool(camp.programme, camp.by)
    url = bank(camp, "desk-question-add", pool.code) + "?kind=single"
    answer = desk.post(
        url, {"pool": pool.pk, "text": "写了一半", "points": "1", "option_0": "甲", "option_1": "乙"}
    )
    page = answer.content.decode()
    assert (answer.status_code, "请标出正确选项" in page, "写了一半" in page) == (422, True, True)


def test_a_file_is_looked_at_then_taken_and_what_is_not_taken_is_named(desk, camp):
    data = "题目,答案,题型\n每次走访都要记录,对,判断\n谈谈体会,略,论述题\n".encode()
    upload = SimpleUploadedFile("试题.csv", data)
    seen = desk.post(bank(camp, "desk-questions-import"), {"file": upload, "pool": "新题库"})
    page = desk.get(seen.url).content.decode()
    assert ("第 3 行 谈谈体会" in page, "不支持这种题型：论述题" in page, BankQuestion.objects.count()) == (
        True,
        True,
        0,
    )
    desk.post(seen.url)
    assert [q.pool.name for q in BankQuestion.objects.all()] == ["新题库"]


def test_taking_a_pool_out_is_recorded(desk, quiz, camp):
    pool = make.question_of(quiz).pool
    answer = desk.get(bank(camp, "desk-pool-export", pool.code))
    assert ("绝密答案" in answer.content.decode(), answer.headers["Content-Type"]) == (
        True,
        "application/xml",
    )
    assert AuditLine.objects.filter(act="courses.pool.exported", subject=pool.code).count() == 1


def test_results_go_out_as_a_workbook(desk, quiz, camp):
    make.answer(quiz, camp.learner)
    answer = desk.get(theirs(quiz, "desk-quiz-export"))
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")


def test_marking_anew_from_the_page(desk, quiz, camp):
    make.answer(quiz, camp.learner)
    question = make.question_of(quiz)
    ids = [o["id"] for o in make.version_of(question).options]
    actions.write_question(
        pool=question.pool, asked=make.single(right=0), by=camp.by, question=question, ids=ids
    )
    url = bank(camp, "desk-question-remark", question.code)
    page = desk.get(url).content.decode()
    assert ("核对了 1 份答案，其中 1 个成绩会变" in page, camp.learner.name in page) == (True, True)
    assert desk.post(url, {"reason": ""}).status_code == 422
    assert Attempt.objects.get().score == "1"
    desk.post(url, {"reason": "答案录错"})
    assert Attempt.objects.get().score == "2/3"
