"""A tree of questions → the rows of an XLSForm."""

from __future__ import annotations

from yingzao.fieldwork.enums import QuestionKind
from yingzao.fieldwork.settling.questions import Question, Tree, placed

LISTS = "list_"  # how the names of lists begin

Rows = list[dict[str, str]]


def form_of(tree: Tree, *, title: str, form_id: str, version: str) -> dict[str, Rows]:
    """The sheets of a form, each a list of rows; cells without words are left out."""
    survey: Rows = []
    choices: Rows = []
    for question in tree:
        _add(question, survey, choices)
    settings = {"form_title": title, "form_id": form_id, "version": version}
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _add(question: Question, survey: Rows, choices: Rows) -> None:
    is_group = question.kind == QuestionKind.GROUP
    if is_group and not any(one.question.kind != QuestionKind.GROUP for one in placed(question.questions)):
        return  # a group with nothing in it asks nothing
    survey.append(_row(question, _type_of(question)))
    for choice in question.choices:
        choices.append(
            {"list_name": LISTS + question.name, "name": choice.name, "label": choice.label or choice.name}
        )
    for one in question.questions:
        _add(one, survey, choices)
    if is_group:
        survey.append({"type": "end group"})


def _type_of(question: Question) -> str:
    if question.kind == QuestionKind.GROUP:
        return "begin group"
    if question.chooses:
        return f"{question.kind} {LISTS}{question.name}" + (" or_other" if question.has_other else "")
    return str(question.kind)


def _row(question: Question, kind: str) -> dict[str, str]:
    told = {
        "type": kind,
        "name": question.name,
        "label": question.label,
        "hint": question.hint,
        "required": "yes" if question.is_required else "",
        "required_message": question.required_message,
        "relevant": question.relevant,
        "constraint": question.constraint,
        "constraint_message": question.constraint_message,
    }
    return {name: text for name, text in told.items() if text}
