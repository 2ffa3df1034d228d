"""Forms about activities, made and answered by the actions, as everywhere."""

import uuid

from tests.factories.activities import moment
from yingzao.activities import actions
from yingzao.activities.actions import Said
from yingzao.activities.models import Survey, SurveyResponse
from yingzao.activities.queries import surveys as queries

DURING = moment("2021-10-14 21:00")
HEAD = "序号,提交答卷时间,所用时间,来源,来源详情,来自IP,总分"


def make(activity, by, *, anonymous: bool = True, questions=None, **values) -> Survey:
    """The standard form, open always, unless `values` says otherwise."""
    survey = actions.make_survey(activity=activity, by=by)
    fields = {
        "title": survey.title,
        "intro": survey.intro,
        "is_anonymous": anonymous,
        "is_for_anybody": False,
        "opens_at": None,
        "closes_at": None,
        "least_shown": 5,
        "least_seconds": 10,
        "leaves_out_fast": False,
    } | values
    actions.save_survey(survey=survey, by=by, values=fields)
    if questions:
        actions.save_questions(survey=survey, by=by, questions=questions)
    return survey


def said(survey: Survey, number: int = 5, text: str = "") -> dict[int, Said]:
    """The same number on every scale, and words in every open question."""
    return {
        q.pk: Said(text=text) if q.kind == "text" else Said(number=number)
        for q in queries.questions_of(survey)
    }


def answer(survey: Survey, enrolment=None, number: int = 5, text: str = "", **more) -> bool:
    return actions.answer_survey(
        survey=survey,
        enrolment=enrolment,
        key=more.pop("key", None) or uuid.uuid4(),
        version=more.pop("version", survey.version),
        is_promised_anonymous=more.pop("promised", survey.is_anonymous),
        said=more.pop("said", None) or said(survey, number, text),
        seconds=more.pop("seconds", 60),
        by=enrolment.person if enrolment else None,
        now=more.pop("now", DURING),
        **more,
    )


def export(*rows: str, questions: str = "1、您的姓名：,2、所在社区：,3、手机号码：,4、总体满意吗？") -> bytes:
    """What 问卷星 hands out: GB 18030, a row an answer."""
    return "\r\n".join([f"{HEAD},{questions}", *rows]).encode("gb18030")


def row(
    serial: int, *cells: str, at: str = "2021/10/14 21:05:11", took: str = "80秒", source: str = "微信"
) -> str:
    return ",".join([str(serial), at, took, source, "N/A", "113.82.12.34(广东-佛山)", "15", *cells])


def bring(survey: Survey, by, data: bytes, name: str = "答卷.csv", columns=None, backwards=()):
    """Keep the file and take it under the columns proposed, or under those given (index → target)."""
    source, _new = actions.keep_answers(survey=survey, by=by, data=data, name=name)
    looked = actions.look_at_answers(source, survey)
    chosen = {t.column.index: t.to for t in looked.targets} | (columns or {})
    actions.take_answers(
        source_file=source, survey=survey, by=by, chosen=actions.Chosen(chosen, frozenset(backwards))
    )
    survey.refresh_from_db()
    source.refresh_from_db()
    return source


def counting(survey: Survey) -> list[SurveyResponse]:
    return list(queries.counted(survey.responses.filter(version=survey.version)))


def first_mean(survey: Survey):
    return queries.results_of(survey, survey.version).told[0].mean
