"""Quizzes: the bank and its versions, attempts from their beginning to their fact, marking anew, copies."""

import datetime as dt
from fractions import Fraction

import pytest

from tests.factories import quizzes as make
from tests.factories.activities import ActivityFactory, moment
from tests.factories.learning import Learning
from tests.factories.programmes import ProgrammeFactory
from yingzao.activities.actions import copy_plan
from yingzao.activities.models import Duty, Evidence
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.core.ports import OptionIn
from yingzao.courses import actions
from yingzao.courses.actions.attempts import _take
from yingzao.courses.enums import Shows
from yingzao.courses.models import Attempt, AttemptItem, BankQuestion, QuestionVersion, Quiz
from yingzao.courses.queries import quizzes as queries
from yingzao.courses.rules import quizzes as rules
from yingzao.courses.rules.bank import as_written
from yingzao.courses.rules.quizzes import GRACE

NOW = moment("2021-11-15 09:00")
F = Fraction


@pytest.fixture
def camp(db):
    return Learning()


def duty(learner):
    return Duty.objects.get(enrolment=learner).state


def facts(learner):
    """(score, attempt, withdrawn) of each answered fact, in order of recording."""
    rows = Evidence.objects.filter(enrolment=learner, fact="answered").order_by("pk")
    return [(e.detail["score"], e.detail["attempt"], e.withdrawn_at is not None) for e in rows]


# The bank


def test_a_changed_question_is_a_new_version_and_the_same_again_is_none(camp):
    pool = make.make_pool(camp.programme, camp.by, make.single())
    question = pool.questions.get()
    for asked, number in [
        (make.single(), 1),
        (make.single(text="另一问？"), 2),
        (make.single(text="另一问？"), 2),
    ]:
        actions.write_question(pool=pool, asked=asked, by=camp.by, question=question)
        question.refresh_from_db()
        assert question.number == number
    assert [v.text for v in question.versions.all()] == ["谁召集居民议事会？", "另一问？"]


def test_an_option_keeps_its_id_through_versions_and_a_new_one_gets_its_own(camp):
    pool = make.make_pool(camp.programme, camp.by, make.single())
    question = pool.questions.get()
    changed = make.single(options=("街道城管局", "新的", "社区党组织"), right=2)
    actions.write_question(pool=pool, asked=changed, by=camp.by, question=question, ids=["o3", "", "o2"])
    version = make.version_of(question)
    assert [o["id"] for o in version.options] == ["o3", "o4", "o2"]
    assert version.key == {"right": ["o2"]}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (make.single(text=" "), "text"),
        (make.single(options=("甲",)), "few_options"),
        (make.single(options=("甲", "甲")), "same_options"),
        (make.multiple(right=()), "right"),
        (make.short(accepted=(" ",)), "accepted"),
        (make.number(value="三"), "value"),
        (make.number(tolerance="-1"), "tolerance"),
        (make.ordering(options=("甲",)), "few_options"),
        (make.single(points="0"), "points"),
        (make.single(points="0.001"), "points"),
        (make.single(text="<script>x</script>"), "empty"),
        (make.single(text="![](https://example.org/a.png)"), "picture"),
        (make.single(text="[图1] 看"), "picture"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_its_field(camp, asked, code):
    pool = actions.save_pool(programme=camp.programme, name="题库", by=camp.by)
    with pytest.raises(Refused) as refusal:
        actions.write_question(pool=pool, asked=asked, by=camp.by)
    assert (refusal.value.code, bool(refusal.value.field)) == (code, True)
    assert not BankQuestion.objects.exists()


def test_two_pools_of_a_programme_have_two_names(camp):
    actions.save_pool(programme=camp.programme, name="题库", by=camp.by)
    with pytest.raises(Refused) as refusal:
        actions.save_pool(programme=camp.programme, name="题库", by=camp.by)
    assert (refusal.value.code, refusal.value.field) == ("pool_taken", "name")


def test_a_pool_that_is_used_stays(camp):
    quiz = make.make_quiz(camp, make.single())
    with pytest.raises(Refused) as refusal:
        actions.remove_pool(pool=make.question_of(quiz).pool, by=camp.by)
    assert refusal.value.code == "used"


# An attempt


def test_a_passed_quiz_finishes_the_lesson_with_one_fact(camp):
    quiz = make.make_quiz(camp, *(one() for one in make.EVERY))
    attempt = make.answer(quiz, camp.learner)
    fact = Evidence.objects.get(fact="answered")
    assert fact.detail == {"score": "1", "points": "6", "of": "6", "attempt": 1, "quiz": quiz.code}
    assert (fact.part, fact.key, attempt.evidence) == (quiz.part, fact.key, fact.key)
    assert duty(camp.learner) == "done"


def test_a_quiz_that_is_not_passed_finishes_nothing_and_the_best_attempt_counts(camp):
    quiz = make.make_quiz(camp, make.single(), make.truefalse())
    make.answer(quiz, camp.learner, wrong=(1,))
    assert (facts(camp.learner), duty(camp.learner)) == ([("0.5", 1, False)], "pending")
    make.answer(quiz, camp.learner)
    make.answer(quiz, camp.learner, wrong=(0, 1))
    assert [score for score, _number, _out in facts(camp.learner)] == ["0.5", "1", "0"]
    assert duty(camp.learner) == "done"
    assert rules.best_of(queries.attempts_of(quiz, camp.learner)) == 1


def test_the_score_is_weighed_by_points_and_exact(camp):
    quiz = make.make_quiz(camp, make.single(points="2"), make.truefalse(points="1"))
    assert make.answer(quiz, camp.learner, wrong=(1,)).score == "2/3"


def test_beginning_twice_is_one_attempt(camp):
    quiz = make.make_quiz(camp, make.single())
    assert make.begin(quiz, camp.learner).pk == make.begin(quiz, camp.learner).pk
    assert Attempt.objects.count() == 1


def test_handing_in_twice_is_one_result_and_one_fact(camp):
    quiz = make.make_quiz(camp, make.single())
    attempt = make.begin(quiz, camp.learner)
    first = actions.hand_in(attempt=attempt, answers=make.right(attempt))
    second = actions.hand_in(attempt=attempt, answers={0: ["o1"]})
    assert (first.score, second.score, second.handed_in_at) == ("1", "1", first.handed_in_at)
    assert len(facts(camp.learner)) == 1


def test_no_attempt_is_left_after_the_last(camp):
    quiz = make.make_quiz(camp, make.single(), attempts=1)
    make.answer(quiz, camp.learner, wrong=(0,))
    with pytest.raises(Refused) as refusal:
        make.begin(quiz, camp.learner)
    assert refusal.value.code == "no_attempts"


def test_what_is_drawn_and_its_order_are_kept_and_can_be_drawn_again(camp):
    quiz = make.make_quiz(camp, shuffles_questions=True)
    pool = make.make_pool(
        camp.programme, camp.by, *(make.single(text=f"问{n}？") for n in range(9)), name="大题库"
    )
    actions.set_items(quiz=quiz, lines=[actions.Line(pool=pool, count=4)], by=camp.by)
    one, two = (make.begin(quiz, learner, seed=7) for learner in (camp.learner, camp.other))
    drawn = [[(i.version_id, i.order) for i in a.items.all()] for a in (one, two)]
    assert drawn[0] == drawn[1]
    assert len({version for version, _order in drawn[0]}) == 4
    actions.set_items(quiz=quiz, lines=[], by=camp.by)
    assert [(i.version_id, i.order) for i in one.items.all()] == drawn[0]


def test_a_retired_question_is_not_drawn(camp):
    quiz = make.make_quiz(camp, make.single(), make.truefalse())
    actions.retire_question(question=make.question_of(quiz), retired=True, by=camp.by)
    assert [i.version.kind for i in make.begin(quiz, camp.learner).items.all()] == ["truefalse"]


def test_a_quiz_without_questions_cannot_be_begun(camp):
    with pytest.raises(Refused) as refusal:
        make.begin(make.make_quiz(camp), camp.learner)
    assert refusal.value.code == "no_questions"


def test_a_quiz_in_a_lesson_that_is_shut_or_without_a_stage_cannot_be_begun(camp):
    quiz = make.make_quiz(camp, make.single())
    other = ActivityFactory(programme=camp.programme, title="先学这个")
    actions.set_course(activity=quiz.part.activity, provider="", url="", by=camp.by, after=other)
    with pytest.raises(Refused, match="先学这个"):
        make.begin(quiz, camp.learner)
    actions.set_course(activity=quiz.part.activity, provider="", url="", by=camp.by)
    camp.close()
    with pytest.raises(Refused) as refusal:
        make.begin(quiz, camp.learner)
    assert refusal.value.code.startswith("stage")


# Saving


def sent(attempt, *answers, now=NOW, hands_in=False):
    at = int(now.timestamp() * 1000)
    told = {place: (said, at - ago) for place, said, ago in answers}
    return actions.send(actions.Sent(attempt.pk, told, hands_in, now))


def said(attempt):
    return [i.said for i in attempt.items.order_by("place")]


def test_saving_settles_nothing_and_a_newer_answer_is_not_overwritten(camp, django_assert_num_queries):
    quiz = make.make_quiz(camp, make.single(), make.short())
    attempt = make.begin(quiz, camp.learner, now=NOW)
    with django_assert_num_queries(4):  # overdue ones, the attempt, its items, the answers
        sent(attempt, (0, ["o1"], 0), (1, ["先写的"], 0))
    took = sent(attempt, (0, ["o2"], 5000), (1, ["后写的"], 0), now=NOW + dt.timedelta(seconds=2))
    assert said(attempt) == [["o1"], ["后写的"]]
    assert took.saved == (0, 1)  # the phone may forget both
    assert not Evidence.objects.exists()


def test_what_is_no_answer_changes_nothing(camp):
    attempt = make.begin(make.make_quiz(camp, make.single()), camp.learner, now=NOW)
    sent(attempt, (0, ["o1"], 0))
    for bad in (["zz"], "o1", None, [["o2"]], {"a": 1}):
        sent(attempt, (0, bad, 0), (7, ["o2"], 0))
    assert said(attempt) == [["o1"]]


def test_an_answer_can_be_taken_back(camp):
    attempt = make.begin(make.make_quiz(camp, make.multiple()), camp.learner, now=NOW)
    sent(attempt, (0, ["o1"], 0))
    sent(attempt, (0, [], 0), now=NOW + dt.timedelta(seconds=1))
    assert said(attempt) == [[]]


def test_handing_in_fifty_questions_takes_few_queries(camp, django_assert_max_num_queries):
    counts = []
    for size in (1, 50):
        course = ActivityFactory(programme=camp.programme, kind="course")
        quiz = make.make_quiz(camp, course=course, pool_name=f"空{size}")
        pool = make.make_pool(
            camp.programme, camp.by, *(make.single(text=f"问{n}？") for n in range(size)), name=f"池{size}"
        )
        actions.set_items(quiz=quiz, lines=[actions.Line(pool=pool, count=size)], by=camp.by)
        attempt = make.begin(quiz, camp.learner, now=NOW)
        answers = [(place, one, 0) for place, one in make.right(attempt).items()]
        with django_assert_max_num_queries(40) as seen:
            sent(attempt, *answers, hands_in=True)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Time


@pytest.fixture
def timed(camp):
    quiz = make.make_quiz(camp, make.single(), make.truefalse(), minutes=10)
    return make.begin(quiz, camp.learner, now=NOW)


END = NOW + dt.timedelta(minutes=10)


def test_within_the_grace_it_arrives_and_counts_as_of_the_end(timed, camp):
    took = sent(timed, (0, make.right(timed)[0], 0), now=END + GRACE, hands_in=True)
    assert (took.late, took.attempt.score, took.attempt.is_timed_out) == (False, "0.5", False)
    assert Evidence.objects.get().happened_at == END


def test_after_the_grace_only_what_had_arrived_counts(timed, camp):
    sent(timed, (0, make.right(timed)[0], 0), now=NOW + dt.timedelta(minutes=5))
    late = END + GRACE + dt.timedelta(seconds=1)
    took = sent(timed, (1, make.right(timed)[1], 60_000), now=late, hands_in=True)
    assert (took.late, took.attempt.score, took.attempt.is_timed_out) == (True, "0.5", True)
    assert said(timed) == [make.right(timed)[0], []]
    assert Evidence.objects.get().happened_at == END


def test_a_regular_job_hands_in_what_was_left_open(timed, camp):
    sent(timed, (0, make.right(timed)[0], 0), now=NOW)
    assert actions.close_overdue(now=END + GRACE) == 0
    assert actions.close_overdue(now=END + GRACE + dt.timedelta(seconds=1)) == 1
    assert actions.close_overdue(now=END + dt.timedelta(days=1)) == 0
    assert facts(camp.learner) == [("0.5", 1, False)]


def test_beginning_again_after_the_time_closes_the_one_before(timed, camp):
    again = make.begin(timed.quiz, camp.learner, now=END + dt.timedelta(hours=1))
    assert (again.number, [a.state for a in Attempt.objects.order_by("number")]) == (2, ["handed_in", "open"])


def test_several_deliveries_of_one_moment_are_one_transaction_with_each_its_own_answer(camp):
    quiz = make.make_quiz(camp, make.single(), make.truefalse())
    one, two = make.begin(quiz, camp.learner, now=NOW), make.begin(quiz, camp.other, now=NOW)
    at = int(NOW.timestamp() * 1000)
    right = make.right(one)
    took = _take(
        [
            actions.Sent(two.pk, {0: (["o1"], at)}, False, NOW),
            actions.Sent(one.pk, {0: (right[0], at)}, False, NOW),
            actions.Sent(one.pk, {1: (right[1], at)}, True, NOW),
            actions.Sent(one.pk, {0: (["o1"], at + 1)}, True, NOW),
            actions.Sent(999_999, {}, True, NOW),
        ]
    )
    assert [t.attempt and t.attempt.pk for t in took] == [two.pk, one.pk, one.pk, one.pk, None]
    assert (Attempt.objects.get(pk=one.pk).score, Attempt.objects.get(pk=two.pk).state) == ("1", "open")
    assert said(two) == [["o1"], []]


def test_a_learner_who_has_left_gets_no_fact(camp):
    quiz = make.make_quiz(camp, make.single())
    attempt = make.begin(quiz, camp.learner)
    camp.learner.state = "withdrawn"
    camp.learner.save()
    handed = actions.hand_in(attempt=attempt, answers={})
    assert (handed.state, handed.evidence, Evidence.objects.count()) == ("handed_in", None, 0)


# What may be seen


@pytest.mark.parametrize(
    ("shows", "passed", "used_up", "open_too", "seen"),
    [
        (Shows.ALWAYS, False, False, False, True),
        (Shows.ALWAYS, False, False, True, False),
        (Shows.DONE, False, False, False, False),
        (Shows.DONE, True, False, False, True),
        (Shows.DONE, True, False, True, False),
        (Shows.DONE, False, True, False, True),
        (Shows.NEVER, True, True, False, False),
    ],
)
def test_when_the_key_is_shown(shows, passed, used_up, open_too, seen):
    quiz = Quiz(shows=shows, attempts=1 if used_up else 0)
    attempts = [Attempt(state="handed_in", score="1" if passed else "0")]
    attempts += [Attempt(state="open")] if open_too else []
    assert rules.shows_key(quiz, attempts, passing=F(1, 2)) is seen


# Marking anew


def corrected(quiz, camp, right=2):
    question = make.question_of(quiz)
    ids = [o["id"] for o in make.version_of(question).options]
    actions.write_question(
        pool=question.pool, asked=make.single(right=right), by=camp.by, question=question, ids=ids
    )
    question.refresh_from_db()
    return question


def test_editing_a_question_changes_no_score(camp):
    quiz = make.make_quiz(camp, make.single())
    attempt = make.answer(quiz, camp.learner)
    corrected(quiz, camp)
    attempt.refresh_from_db()
    (item,) = queries.paper_of(attempt, marks=True, key=True)
    assert (attempt.score, item.right, item.mark) == ("1", ("社区党组织",), 1)


def test_looking_at_marking_anew_tells_all_and_changes_nothing(camp):
    quiz = make.make_quiz(camp, make.single())
    make.answer(quiz, camp.learner)  # chose what was right then
    make.answer(quiz, camp.other, wrong=(0,))  # said nothing
    question = corrected(quiz, camp)
    before = (facts(camp.learner), AuditLine.objects.count(), duty(camp.learner))
    seen = actions.preview_remarking(question=question, by=camp.by)
    assert [(c.attempt.enrolment, c.before, c.after, c.duty_before, c.duty_after) for c in seen.changed] == [
        (camp.learner, 1, 0, "done", "pending")
    ]
    assert (seen.looked_at, seen.other_kind) == (2, 0)
    assert before == (facts(camp.learner), AuditLine.objects.count(), duty(camp.learner))
    assert AttemptItem.objects.filter(marked_by__number=2).count() == 0


def test_marking_anew_withdraws_the_old_fact_and_records_a_new_one_as_of_the_same_moment(camp):
    quiz = make.make_quiz(camp, make.single(), passing="1")
    attempt = make.begin(quiz, camp.learner, now=NOW)
    actions.hand_in(attempt=attempt, answers={0: ["o3"]}, now=NOW)
    question = corrected(quiz, camp)
    actions.remark(question=question, reason="答案录错", by=camp.by)
    assert facts(camp.learner) == [("0", 1, True), ("1", 1, False)]
    old, new = Evidence.objects.order_by("pk")
    assert (old.withdrawn_reason, new.happened_at, new.detail["remarked"]) == ("答案录错", NOW, 1)
    assert duty(camp.learner) == "done"
    line = AuditLine.objects.get(act="courses.attempt.remarked")
    assert (line.before, line.after) == ({"score": "0"}, {"score": "1", "reason": "答案录错"})
    assert actions.remark(question=question, reason="再来", by=camp.by).looked_at == 0
    assert len(facts(camp.learner)) == 2


def test_marking_anew_needs_a_reason_and_the_same_kind(camp):
    quiz = make.make_quiz(camp, make.single())
    make.answer(quiz, camp.learner)
    question = make.question_of(quiz)
    with pytest.raises(Refused) as refusal:
        actions.remark(question=question, reason=" ", by=camp.by)
    assert refusal.value.code == "reason"
    actions.write_question(pool=question.pool, asked=make.short(), by=camp.by, question=question)
    question.refresh_from_db()
    done = actions.remark(question=question, reason="换题型", by=camp.by)
    assert (done.looked_at, done.other_kind, done.changed) == (0, 1, ())


# Files


def test_the_same_file_twice_changes_nothing(camp):
    pool = make.make_pool(camp.programme, camp.by, *(one() for one in make.EVERY))
    data = actions.write_pool(pool=pool, by=camp.by)
    other = Learning()
    for counts in ({"new": 6, "changed": 0, "known": 0}, {"new": 0, "changed": 0, "known": 6}):
        file = actions.keep_questions(
            programme=other.programme, data=data, name="a.xml", pool="别处", by=other.by
        )
        assert actions.take_questions(file=file, by=other.by) == counts
    there = {v.digest for v in QuestionVersion.objects.filter(question__pool__programme=other.programme)}
    assert there == {v.digest for v in QuestionVersion.objects.filter(question__pool=pool)}
    assert other.programme.question_pools.get().name == "题库"


def test_looking_at_a_file_takes_nothing(camp):
    data = "题目,答案\n每次走访都要记录,对\n坏的,A\n".encode()
    file = actions.keep_questions(programme=camp.programme, data=data, name="a.csv", pool="题库", by=camp.by)
    assert ([p.what for p in actions.plan_of(file)], BankQuestion.objects.count()) == (["new", "new"], 0)


def test_a_question_with_the_name_of_a_known_one_becomes_its_new_version_but_undoes_no_edit(camp):
    pool = make.make_pool(camp.programme, camp.by, make.single(origin="m1"))
    first = actions.write_pool(pool=pool, by=camp.by)
    question = pool.questions.get()
    actions.write_question(pool=pool, asked=make.single(text="改过的？"), by=camp.by, question=question)
    second = actions.write_pool(pool=pool, by=camp.by).replace("改过的".encode(), "再改的".encode())
    for data, counts in ((first, (0, 0, 1)), (second, (0, 1, 0)), (second, (0, 0, 1))):
        file = actions.keep_questions(
            programme=camp.programme, data=data, name="a.xml", pool="题库", by=camp.by
        )
        assert tuple(actions.take_questions(file=file, by=camp.by).values()) == counts
    assert make.version_of(question).text == "再改的？"


def test_a_question_of_a_file_that_cannot_be_asked_is_named_with_the_reason(camp):
    data = "题目,答案,选项A,选项B\n问,A,甲,甲\n".encode()
    file = actions.keep_questions(programme=camp.programme, data=data, name="a.csv", pool="题库", by=camp.by)
    assert [(p["number"], p["title"], p["code"], p["is_left_out"]) for p in file.problems] == [
        (2, "问", "refused", True)
    ]


# A new edition


def test_a_new_edition_takes_the_quiz_along_with_its_questions_and_without_answers(camp):
    quiz = make.make_quiz(camp, make.single(), make.truefalse(), minutes=20, attempts=3, passing="0.8")
    pool = make.question_of(quiz).pool
    actions.set_items(
        quiz=quiz,
        lines=[actions.Line(question=make.question_of(quiz)), actions.Line(pool=pool, count=1)],
        by=camp.by,
    )
    make.answer(quiz, camp.learner)
    target = ProgrammeFactory(organisation=camp.programme.organisation)
    copy_plan(source=camp.programme, target=target, shift=dt.timedelta(0), by=camp.by)
    copy = Quiz.objects.get(part__activity__programme=target)
    assert (copy.minutes, copy.attempts) == (20, 3)
    assert copy.part.activity.rule["lessons"] == {copy.part.code: {"kind": "quiz", "pass": "0.8"}}
    first, second = queries.items_of(copy)
    assert (first.question.pool.programme, second.pool, second.there) == (target, first.question.pool, 2)
    assert first.question.pk != make.question_of(quiz).pk
    assert Attempt.objects.count() == 1


def test_feedback_and_options_survive_being_stored(camp):
    asked = make.single(feedback="因为")
    pool = make.make_pool(camp.programme, camp.by, asked)
    written = as_written(make.version_of(pool.questions.get()))
    assert written.options == tuple(OptionIn(o.text, o.is_right, o.feedback) for o in asked.options)
    assert written.feedback == "因为"
