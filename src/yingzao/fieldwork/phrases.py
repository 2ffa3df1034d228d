"""What is wrong with a question, an answer or a row of a form, and where something comes from, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.communities.enums import facet_words
from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import day
from yingzao.fieldwork.models import Interview, Proposal, Walk, WalkPoint
from yingzao.fieldwork.queries import origins_of
from yingzao.fieldwork.readers.xlsform import Line
from yingzao.fieldwork.settling.answers import Wrong
from yingzao.fieldwork.settling.expressions import BadExpression, parse
from yingzao.fieldwork.settling.questions import Problem, Question, Tree, asked


def wrong(found: Wrong) -> str:
    """What is wrong with one answer."""
    if found.code == "constraint":
        return found.detail or _("This answer is not possible here. Please check it.")
    if found.code == "required" and found.detail:
        return found.detail
    sentence = {
        "required": _("Please answer this question."),
        "other_words": _("Please say in a few words what else."),
        "integer": _("Write a whole number in digits, such as 3."),
        "decimal": _("Write a number in digits, such as 2.5."),
        "date": _("Write a day, such as 2026-03-08."),
        "geopoint": _("This is no place. Tap the button once more, or leave it out."),
        "no_choice": _("This is none of the choices. Choose again."),
        "one_only": _("Choose only one."),
        "long": _("This is too long: at most %(detail)s characters."),
    }[found.code]
    return sentence % {"detail": found.detail} if "%(" in sentence else sentence


def expression(code: str, detail: str) -> str:
    """Why an expression is not understood."""
    return {
        "long": _("It is too long."),
        "deep": _("Its parentheses are nested too deeply."),
        "function": _("The function %(detail)s is not known here.") % {"detail": detail},
        "sign": _("The sign %(detail)s is not known here.") % {"detail": detail or "?"},
        "broken": _("It breaks off or is not put together rightly near “%(detail)s”.") % {"detail": detail},
        "own": _("A question cannot depend on its own answer."),
        "reference": _("It asks for a question that is not there, or is not taken over."),
    }[code]


def problem(found: Problem) -> str:
    """What is wrong with a question."""
    part, _mark, code = found.code.partition("_")
    if part in ("relevant", "constraint") and code:
        head = (
            _("“%(name)s”: when it is asked is not clear.")
            if part == "relevant"
            else _("“%(name)s”: its condition is not clear.")
        )
        return head % {"name": found.name} + _EXPLAINS + expression(code, found.detail)
    sentence = {
        "many_questions": _("There are too many questions: at most %(detail)s."),
        "no_questions": _("There is no question in it."),
        "bad_name": _(
            "“%(detail)s” cannot be the name of a question: a letter first, then letters, digits, - and _."
        ),
        "name_twice": _("The name “%(detail)s” stands twice."),
        "no_label": _("The question “%(name)s” has no words."),
        "long_label": _("The words of “%(name)s” are too long: at most %(detail)s characters."),
        "deep": _("“%(name)s” lies in too many groups, one within the other: at most %(detail)s."),
        "no_choices": _("“%(name)s” has no choices."),
        "many_choices": _("“%(name)s” has too many choices: at most %(detail)s."),
        "bad_choice": _("“%(name)s”: a choice has no name, or one that is too long (%(detail)s)."),
        "choice_with_blank": _("“%(name)s”: there is a blank in the choice name “%(detail)s”."),
        "choice_twice": _("“%(name)s”: the choice name “%(detail)s” stands twice."),
        "unknown_reference": _("“%(name)s” asks for “%(detail)s”, and there is no such question."),
        "circle": _("Questions depend on one another in a circle, “%(detail)s” among them."),
    }[found.code]
    return sentence % {"name": found.name, "detail": found.detail}


_EXPLAINS = " "


def line(found: Line) -> str:
    """What became of one row of a form."""
    told = {"name": found.name, "detail": found.detail, "sheet": found.sheet, "rows": _rows(found.rows)}
    part, _mark, code = found.code.partition("_")
    if part == "constraint" and code:
        return _("Its condition is left out: %(detail)s") % told + _EXPLAINS + _explained(code, found.detail)
    if part == "relevant" and code in _REASONS:
        head = _(
            "It is left out, or everybody would be asked: when it is asked cannot be taken over: %(detail)s"
        )
        return head % told + _EXPLAINS + _explained(code, found.detail)
    sentences = {
        "no_survey_sheet": _("There is no sheet named survey with the questions."),
        "many_choice_rows": _("The sheet choices has more than %(detail)s rows."),
        "no_type": _("A question without a type (%(detail)s)."),
        "not_ended": _("The group “%(detail)s” begins here and ends nowhere."),
        "ended_without_begin": _("A group ends here that did not begin (%(detail)s)."),
        "unknown_list": _("There is no list “%(detail)s” in the sheet choices."),
        "label_reference": _(
            "Its words hold the answer to “%(detail)s”; the words of that question stand there now."
        )
        if found.what == "changed"
        else _("It is left out: its words hold “%(detail)s”, which is not taken over."),
        "message_reference": _(
            "What is said where an answer is wrong holds “%(detail)s”, which is not taken over; the usual words stand there."
        ),
        "fallback": _("Some words stand only in %(detail)s; they are taken. Rows: %(rows)s"),
        "note_named": _("A sentence without a name is called “%(name)s”."),
        "other_sheet": _("The sheet %(sheet)s is not read."),
        "language": _("The words in %(detail)s are not kept; one language is."),
        "column": _("The column %(detail)s is not read. Rows: %(rows)s"),
        "column_twice": _("The column %(detail)s stands twice; the first is read. Rows: %(rows)s"),
        "look": _("The appearance “%(detail)s” only says how it looks, and is left out. Rows: %(rows)s"),
        "choice_without_list": _("A choice without a list."),
        "choice_without_label": _("The choice “%(name)s” has no words; its name stands for them."),
        "disabled": _("It is switched off in the form."),
        "repeat": _("Repeated questions are not asked here; what is in it is left out too."),
        "block": _("%(detail)s: such tables of questions are not asked here; what is in it is left out too."),
        "choices_twice": _(
            "Names stand twice in its list %(detail)s, and only a filter would tell them apart."
        ),
        "in_left_out": _("It stands in something that is left out."),
        "empty_group": _("The group “%(name)s” is empty."),
        "meta": _("%(detail)s: a phone's own record, which is not kept here."),
        "calculate": _("%(detail)s: nothing is reckoned here."),
        "type": _("Questions of the type %(detail)s are not asked here."),
        "read_only": _("It can only be read, and has no answer."),
        "elsewhere": _("Its choices or answers come from somewhere else: %(detail)s"),
        "heading": _("A row of headings that asks nothing."),
        "appearance": _("Its appearance “%(detail)s” is not known here; it is asked in the usual way."),
        "no_label_taken": _("It has no words; “%(name)s” stands there."),
        "choice_filter": _("All its choices are offered to everybody: %(detail)s"),
        "required": _("It need not be answered: whether it must depends on %(detail)s."),
        "constraint": _("Its condition is left out: %(detail)s"),
    }
    if found.code in sentences:
        return sentences[found.code] % told
    return problem(Problem(found.name, found.code, found.detail))


def _rows(rows: Collection[int]) -> str:
    told = _(", ").join(map(str, list(rows)[:MOST_ROWS_TOLD]))
    return told + ("…" if len(rows) > MOST_ROWS_TOLD else "")


MOST_ROWS_TOLD = 12


def _explained(code: str, source: str) -> str:
    try:
        parse(source)
    except BadExpression as bad:
        return expression(bad.code, bad.detail)
    return expression(code, "")


_REASONS = frozenset({"long", "deep", "function", "sign", "broken", "own", "reference"})


def shown_values(tree: Tree, values: Mapping[str, Any]) -> list[tuple[Question, str]]:
    """What was answered, in words: (question, answer), what was not answered with an empty text."""
    return [(question, told(question, values)) for question in asked(tree)]


def told(question: Question, values: Mapping[str, Any]) -> str:
    value = values.get(question.name)
    if value in (None, "", []):
        return ""
    if question.chooses:
        chosen = value if isinstance(value, list) else [value]
        words = [question.label_of(one, _("Other")) for one in chosen]
        if other := values.get(question.other_name):
            words[-1] = _("%(choice)s: %(words)s") % {"choice": words[-1], "words": other}
        return _("; ").join(words)
    if isinstance(value, dict):
        return f"{value['lat']}, {value['lon']}"
    return str(value)


# Where something comes from


def say_walk(walk: Walk) -> str:
    return _("Walk of %(day)s") % {"day": day(clock.local_date(walk.began_at))}


def say_interview(interview: Interview) -> str:
    told = {"day": day(interview.on), "guide": interview.version.guide.title}
    return _("Interview of %(day)s (%(guide)s)") % told


def say_proposal(proposal: Proposal) -> str:
    return _("Found by a learner, %(day)s") % {"day": day(clock.local_date(proposal.created_at))}


def point_url(programme_code: str, point: WalkPoint) -> str:
    """The desk's address of a point, on the page of its walk."""
    return f"{reverse('fieldwork:desk-walk', args=[programme_code, point.walk.code])}#{point.code}"


def say_origins(kind: str, record: Any, programme_code: str) -> list[tuple[str, str]]:
    """Where a record comes from, in words with the desk's address of it."""
    found = []
    for origin in origins_of(kind, record):
        if (point := origin.point) is not None:
            found.append((say_walk(point.walk), point_url(programme_code, point)))
        elif (interview := origin.interview) is not None:
            url = reverse("fieldwork:desk-interview", args=[programme_code, interview.code])
            found.append((say_interview(interview), url))
    return found


def say_empty(facets: Collection[str]) -> str:
    """Of which facets nothing that could be used is known yet; empty where there is something of each."""
    if not facets:
        return ""
    return _("No resource yet of: %(facets)s.") % {"facets": facet_words(facets)}
