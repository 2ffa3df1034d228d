"""A bank, a quiz in a course, and answers to it; all through the actions."""

from tests.factories.activities import ActivityFactory, PartFactory
from yingzao.core.ports import OptionIn, QuestionIn
from yingzao.courses import actions
from yingzao.courses.models import Lesson, Quiz
from yingzao.courses.queries import bank, quizzes


def single(text="谁召集居民议事会？", right=1, options=("物业公司", "社区党组织", "街道城管"), **more):
    made = tuple(OptionIn(option, n == right, f"说明{option}") for n, option in enumerate(options))
    return QuestionIn(1, "single", text, options=made, **more)


def multiple(text="哪些是社会组织？", right=(0, 1), options=("舞蹈队", "合唱团", "民政局", "街道办"), **more):
    made = tuple(OptionIn(option, n in right) for n, option in enumerate(options))
    return QuestionIn(1, "multiple", text, options=made, **more)


def truefalse(text="每次走访都要记录。", right=True, **more):
    return QuestionIn(1, "truefalse", text, options=(OptionIn("", right), OptionIn("", not right)), **more)


def short(text="五社联动里缺哪一个？", accepted=("社区社会组织",), **more):
    return QuestionIn(1, "short", text, accepted=accepted, **more)


def number(text="几小时？", value="1.5", tolerance="0", **more):
    return QuestionIn(1, "number", text, value=value, tolerance=tolerance, **more)


def ordering(text="排好步骤。", options=("收集", "协商", "公开"), **more):
    return QuestionIn(1, "ordering", text, options=tuple(OptionIn(o) for o in options), **more)


EVERY = (single, multiple, truefalse, short, number, ordering)


def make_pool(programme, by, *asked, name="题库"):
    pool = actions.save_pool(programme=programme, name=name, by=by)
    for one in asked:
        actions.write_question(pool=pool, asked=one, by=by)
    return pool


def make_quiz(camp, *asked, course=None, passing="0.6", pool_name="题库", **values) -> Quiz:
    """A course of one lesson, a quiz of these questions."""
    course = course or ActivityFactory(programme=camp.programme, kind="course", title="主题课")
    part = PartFactory(activity=course, title="小测验")
    Lesson.objects.create(organisation=course.organisation, part=part, kind="quiz")
    quiz = actions.set_quiz(part=part, values=values, passing=passing, by=camp.by)
    pool = make_pool(camp.programme, camp.by, *asked, name=pool_name)
    lines = [actions.Line(question=q) for q in pool.questions.order_by("pk")]
    actions.set_items(quiz=quiz, lines=lines, by=camp.by)
    return quizzes.quiz_of(part)


def begin(quiz, learner, **more):
    return actions.begin_attempt(quiz=quiz, enrolment=learner, by=learner.person, **more)


def right(attempt) -> dict[int, list[str]]:
    """What is right at each place."""
    out = {}
    for item in attempt.items.select_related("version"):
        key = item.version.key
        out[item.place] = key.get("right") or [key["accepted"][0] if "accepted" in key else key["value"]]
    return out


def answer(quiz, learner, wrong=(), **more):
    """An attempt handed in, right but at the places in `wrong`."""
    attempt = begin(quiz, learner, **more)
    said = {place: one for place, one in right(attempt).items() if place not in wrong}
    return actions.hand_in(attempt=attempt, answers=said, now=more.get("now"))


def question_of(quiz, place=0):
    return quiz.items.order_by("position")[place].question


def version_of(question):
    question.refresh_from_db()
    return bank.version_of(question)
