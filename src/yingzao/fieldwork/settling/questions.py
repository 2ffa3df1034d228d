"""The questions of one version of a survey: a tree of values, as it is kept in one column, and what may be wrong with it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from yingzao.fieldwork.enums import ASKS_NOTHING, CHOOSES, QuestionKind
from yingzao.fieldwork.settling.expressions import BadExpression, asks_own, parse, references

MOST_QUESTIONS = 600  # groups and sentences to read among them
MOST_CHOICES = 200  # of one question
DEEPEST = 6  # groups within groups
LONGEST_NAME, LONGEST_LABEL, LONGEST_CHOICE = 120, 4000, 400
LONGEST_PHOTO_NAME = 60  # photos stand under the name of their question
NAME = re.compile(r"[^\W\d][\w.\-]*")
RESERVED = frozenset({"meta", "data", "instanceid", "instancename"})  # of an XForm itself
OTHER, OTHER_WORDS = "other", "_other"  # the further choice of or_other, and where its words stand


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question, sentence or group. `relevant` and `constraint` are expressions, empty where there is none."""

    kind: str
    name: str
    label: str
    hint: str = ""
    is_required: bool = False
    required_message: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: str = ""
    choices: tuple[Choice, ...] = ()
    has_other: bool = False
    questions: tuple[Question, ...] = ()

    @property
    def asks(self) -> bool:
        return self.kind not in ASKS_NOTHING

    @property
    def chooses(self) -> bool:
        return self.kind in CHOOSES

    @property
    def adds_other(self) -> bool:
        """Whether "other" stands behind the choices though none of them is called so."""
        return self.has_other and all(choice.name != OTHER for choice in self.choices)

    @property
    def other_name(self) -> str:
        """Where the words beside "other" stand."""
        return self.name + OTHER_WORDS

    def label_of(self, choice: str, other: str) -> str:
        """A chosen name as its label; what is none of the choices as it stands."""
        found = next((one.label for one in self.choices if one.name == choice), "")
        return found or (other if choice == OTHER and self.has_other else choice)


Tree = tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A question where it stands: how deep, and within which groups."""

    question: Question
    groups: tuple[Question, ...] = field(default=())

    @property
    def depth(self) -> int:
        return len(self.groups)


def placed(tree: Sequence[Question], groups: tuple[Question, ...] = ()) -> Iterator[Placed]:
    """All of a tree in the order in which it is read; a group before what is in it."""
    for question in tree:
        yield Placed(question, groups)
        if question.questions:
            yield from placed(question.questions, (*groups, question))


def asked(tree: Sequence[Question]) -> list[Question]:
    """What is answered: no sentences and no groups."""
    return [one.question for one in placed(tree) if one.question.asks]


def find(tree: Sequence[Question], name: str) -> Placed | None:
    return next((one for one in placed(tree) if one.question.name == name), None)


# As it is kept


def as_json(tree: Sequence[Question]) -> list[dict[str, Any]]:
    """Without what says nothing."""
    return [_as_json(question) for question in tree]


def _as_json(question: Question) -> dict[str, Any]:
    told: dict[str, Any] = {"kind": str(question.kind), "name": question.name, "label": question.label}
    for name in (
        "hint",
        "is_required",
        "required_message",
        "relevant",
        "constraint",
        "constraint_message",
        "has_other",
    ):
        if value := getattr(question, name):
            told[name] = value
    if question.choices:
        told["choices"] = [[choice.name, choice.label] for choice in question.choices]
    if question.kind == QuestionKind.GROUP:
        told["questions"] = as_json(question.questions)
    return told


def from_json(rows: Iterable[Mapping[str, Any]]) -> Tree:
    return tuple(
        Question(
            **{k: v for k, v in row.items() if k not in ("choices", "questions")},
            choices=tuple(Choice(name, label) for name, label in row.get("choices", ())),
            questions=from_json(row.get("questions", ())),
        )
        for row in rows
    )


# Changing a tree


def changed(tree: Tree, name: str, new: Question | None) -> Tree:
    """The tree with another question in the place of this one, or with none."""
    found: list[Question] = []
    for question in tree:
        if question.name == name:
            found += [new] if new is not None else []
        else:
            found.append(replace(question, questions=changed(question.questions, name, new)))
    return tuple(found)


def added(tree: Tree, new: Question, *, group: str = "") -> Tree:
    """The tree with a further question at the end of it, or of a group of it."""
    if not group:
        return (*tree, new)
    return tuple(
        replace(
            question,
            questions=(*question.questions, new)
            if question.name == group
            else added(question.questions, new, group=group)
            if _holds(question, group)
            else question.questions,
        )
        for question in tree
    )


def _holds(question: Question, group: str) -> bool:
    return any(one.question.name == group for one in placed(question.questions))


def moved(tree: Tree, name: str, by: int) -> Tree:
    """The tree with a question one place further up (-1) or down (1) among those beside it; at an end it stays."""
    names = [question.name for question in tree]
    if name not in names:
        return tuple(replace(q, questions=moved(q.questions, name, by)) for q in tree)
    here = names.index(name)
    there = min(max(here + by, 0), len(tree) - 1)
    rows = list(tree)
    rows.insert(there, rows.pop(here))
    return tuple(rows)


# What may be wrong


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one question, as a code; `detail` stands in its sentence."""

    name: str
    code: str
    detail: str = ""


def problems(tree: Sequence[Question]) -> list[Problem]:
    """Everything for which a tree cannot be asked, in its order. Empty where nothing is wrong, and of a tree that asks nothing yet."""
    everything = list(placed(tree))
    if len(everything) > MOST_QUESTIONS:
        return [Problem("", "many_questions", str(MOST_QUESTIONS))]
    taken = Counter(name for one in everything for name in _names(one.question))
    answered = {name for one in everything for name in _answer_names(one.question)}
    found: list[Problem] = []
    for one in everything:
        found += _problems(one, taken, answered)
    return found or _circles(everything)


def _names(question: Question) -> list[str]:
    return [question.name, *([question.other_name] if question.chooses and question.has_other else [])]


def _answer_names(question: Question) -> list[str]:
    return _names(question) if question.asks else []


def _problems(one: Placed, taken: Mapping[str, int], answered: set[str]) -> Iterator[Problem]:
    question = one.question
    name = question.name
    longest = LONGEST_PHOTO_NAME if question.kind == QuestionKind.IMAGE else LONGEST_NAME
    if not NAME.fullmatch(name) or len(name) > longest or name.casefold() in RESERVED:
        yield Problem(name, "bad_name", name[:80])
    elif taken[name] > 1 or (question.has_other and taken[question.other_name] > 1):
        yield Problem(name, "name_twice", name)
    if not question.label and question.kind != QuestionKind.GROUP:
        yield Problem(name, "no_label")
    if max(map(len, _sentences(question))) > LONGEST_LABEL:
        yield Problem(name, "long_label", str(LONGEST_LABEL))
    if one.depth > DEEPEST:
        yield Problem(name, "deep", str(DEEPEST))
    if question.chooses:
        yield from _choice_problems(question)
    for part in ("relevant", "constraint"):
        yield from _expression_problems(question, part, answered)


def _sentences(question: Question) -> list[str]:
    return [question.label, question.hint, question.constraint_message, question.required_message]


def _choice_problems(question: Question) -> Iterator[Problem]:
    if not question.choices:
        yield Problem(question.name, "no_choices")
    if len(question.choices) > MOST_CHOICES:
        yield Problem(question.name, "many_choices", str(MOST_CHOICES))
    names = Counter(choice.name for choice in question.choices)
    for choice in question.choices:
        if not choice.name or max(len(choice.name), len(choice.label)) > LONGEST_CHOICE:
            yield Problem(question.name, "bad_choice", choice.name[:80] or choice.label[:80])
        elif question.kind == QuestionKind.SELECT_MULTIPLE and choice.name.split() != [choice.name]:
            yield Problem(question.name, "choice_with_blank", choice.name)
        elif names[choice.name] > 1:
            yield Problem(question.name, "choice_twice", choice.name)


def _expression_problems(question: Question, part: str, answered: set[str]) -> Iterator[Problem]:
    source = getattr(question, part)
    if not source:
        return
    try:
        tree = parse(source)
    except BadExpression as bad:
        yield Problem(question.name, f"{part}_{bad.code}", bad.detail)
        return
    if part == "relevant" and asks_own(tree):
        yield Problem(question.name, "relevant_own")
    for name in dict.fromkeys(references(tree)):
        if name not in answered:
            yield Problem(question.name, "unknown_reference", name)


def _circles(everything: Sequence[Placed]) -> list[Problem]:
    """Questions that are asked depending on one another in a circle."""
    needs = _needs(everything)
    state: dict[str, int] = {}
    for start in needs:
        if state.get(start):
            continue
        stack = [(start, iter(needs[start]))]
        state[start] = 1
        while stack:
            name, further = stack[-1]
            following = next(further, None)
            if following is None:
                state[name] = 2
                stack.pop()
            elif state.get(following) == 1:
                return [Problem(following, "circle", following)]
            elif following in needs and not state.get(following):
                state[following] = 1
                stack.append((following, iter(needs[following])))
    return []


def _needs(everything: Sequence[Placed]) -> dict[str, list[str]]:
    """For each question and group, upon which it depends whether it is asked."""
    owner = {name: one.question.name for one in everything for name in _answer_names(one.question)}
    needs: dict[str, list[str]] = {}
    for one in everything:
        asked_of = list(references(parse(one.question.relevant))) if one.question.relevant else []
        needs[one.question.name] = [
            *(owner[name] for name in asked_of),
            *(group.name for group in one.groups[-1:]),
        ]
    return needs
