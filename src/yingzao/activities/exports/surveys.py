"""The answers of a form as a workbook: one sheet of answers, one of figures. Every text stays text."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from yingzao.activities.enums import SCALES
from yingzao.activities.models import Survey, SurveyAnswer, SurveyQuestion, SurveyResponse
from yingzao.activities.queries import surveys as queries
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import Cell, SheetOut, port


def survey_workbook(survey: Survey, version: int) -> bytes:
    """Of an anonymous form with too few answers the sheets say so and hold nothing."""
    results = queries.results_of(survey, version)
    questions = queries.questions_of(survey, version)
    title = f"{survey.programme.full_name} {survey.activity.title} {survey.title}"
    return port("table_writer").write(
        [_answers(survey, version, results, questions, title), _figures(survey, results, title)]
    )


def _answers(
    survey: Survey,
    version: int,
    results: queries.Results,
    questions: Sequence[SurveyQuestion],
    title: str,
) -> SheetOut:
    who = [] if survey.is_anonymous else [_("Number"), _("Learner"), _("Community")]
    header = [*who, _("Sent"), _("Seconds"), _("Counts"), *(q.text for q in questions)]
    rows: list[list[Cell]] = []
    if results.is_shown:
        every = survey.responses.filter(version=version)
        rows = [
            [*_person(survey, response), *_told_of(survey, response), *(_cell(answer) for answer in answers)]
            for response, answers in queries.named_answers(every, questions)
        ]
        if survey.is_anonymous:
            rows.sort(key=lambda row: str(queries.shuffled(survey, row)))
    texts = frozenset(n for n in range(len(header)) if n < len(who) + 1 or n == len(who) + 2)
    return SheetOut(
        name=_("Answers"), header=header, rows=rows, title=title, text_columns=texts, landscape=True
    )


def _person(survey: Survey, response: SurveyResponse) -> list[Cell]:
    if survey.is_anonymous:
        return []
    learner = response.enrolment
    if learner is not None:
        return [learner.number, learner.name, learner.community_name]
    waits = response.source_row is not None and not response.is_nobody
    return ["", _("waits in the queue of names") if waits else "", ""]


def _told_of(survey: Survey, response: SurveyResponse) -> list[Cell]:
    form = "%Y-%m-%d" if survey.is_anonymous else "%Y-%m-%d %H:%M"
    is_fast = response.seconds is not None and response.seconds < survey.least_seconds
    if response.is_superseded:
        counts = _("no: answered again later")
    elif response.is_nobody:
        counts = _("no: not a learner")
    elif is_fast:
        counts = _("no: too fast") if survey.leaves_out_fast else _("yes, though too fast")
    else:
        counts = _("yes")
    return [response.sent_at.astimezone(SHANGHAI).strftime(form), response.seconds, counts]


def _cell(answer: SurveyAnswer | None) -> Cell:
    if answer is None:
        return ""
    if answer.number is not None:
        return answer.number
    return "；".join([*answer.chosen, *([answer.text] if answer.text else [])])


def _figures(survey: Survey, results: queries.Results, title: str) -> SheetOut:
    header = [
        _("Question"),
        _("Answered by"),
        _("Mean"),
        _("Median"),
        _("Answer"),
        _("How many"),
        _("Share in %"),
    ]
    rows: list[list[Cell]] = []
    if not results.is_shown:
        few = _("%(count)d answers; with fewer than %(least)d nothing is shown.")
        rows.append([few % {"count": results.answered, "least": survey.least_shown}])
    for told in results.told:
        mean = round(float(told.mean), 2) if told.mean is not None else None
        median = float(told.median) if told.median is not None else None
        rows.append([told.question.text, told.n, mean, median])
        for bar in told.bars:
            answer: Cell = int(bar.label) if told.question.kind in SCALES else bar.label
            rows.append([None, None, None, None, answer, bar.count, round(float(bar.share) * 100, 1)])
    return SheetOut(name=_("Figures"), header=header, rows=rows, title=title)
