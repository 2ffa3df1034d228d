"""A survey's questions as fields to fill in, on a phone by a resident or at the desk from a sheet of paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from yingzao.fieldwork import phrases
from yingzao.fieldwork.enums import QuestionKind
from yingzao.fieldwork.settling import answers
from yingzao.fieldwork.settling.questions import OTHER, Question, Tree, asked

PREFIX = "q-"


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    value: str
    label: str
    is_chosen: bool
    is_other: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """One question as its template draws it. `is_off`: it is not asked as things stand."""

    question: Question
    field: str
    number: int | None
    value: str
    options: tuple[Option, ...]
    other_field: str
    other_value: str
    error: str
    is_off: bool
    nodes: tuple[Node, ...]

    @property
    def described_by(self) -> str:
        parts = [f"{self.field}-hint"] * bool(self.question.hint) + [f"{self.field}-error"] * bool(self.error)
        return " ".join(parts)

    @property
    def first_id(self) -> str:
        """Where a link to the question leads: an input."""
        return self.options[0].id if self.options else self.field


class AnswerSheet:
    """The fields, what was typed into them, and what is wrong with it. Nothing that was typed is lost."""

    def __init__(
        self,
        tree: Tree,
        data: QueryDict | None = None,
        files: MultiValueDict | None = None,
        *,
        is_paper: bool = False,
    ) -> None:
        self.tree = tree
        self.is_paper = is_paper
        self.is_bound = data is not None
        self._data = data if data is not None else QueryDict()
        self._files = files if files is not None else MultiValueDict()
        self._errors: dict[str, str] = {}
        self.read = answers.read(
            tree, self._said(), photos={name: len(f) for name, f in self.uploads.items()}
        )
        self._numbers = {q.name: n for n, q in enumerate(asked(tree), start=1)}
        if self.is_bound:
            self._look()

    # What was said

    @property
    def key(self) -> UUID:
        try:
            return UUID(self._data.get("key", ""))
        except ValueError:
            return self._fresh_key

    @property
    def _fresh_key(self) -> UUID:
        if not hasattr(self, "_made_key"):
            self._made_key = uuid4()
        return self._made_key

    @property
    def values(self) -> Mapping[str, Any]:
        return self.read.values

    @property
    def uploads(self) -> dict[str, list[Any]]:
        """The photos of each question of that kind, as they came."""
        found = {
            q.name: self._files.getlist(PREFIX + q.name)
            for q in asked(self.tree)
            if q.kind == QuestionKind.IMAGE
        }
        return {name: files for name, files in found.items() if files}

    @property
    def kept_uploads(self) -> dict[str, list[Any]]:
        return {name: files for name, files in self.uploads.items() if name in self.read.asked}

    @property
    def has_agreed(self) -> bool:
        return self._data.get("consent") == "yes"

    def _said(self) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for question in asked(self.tree):
            field = PREFIX + question.name
            if question.kind == QuestionKind.SELECT_MULTIPLE:
                said[question.name] = self._data.getlist(field)
            else:
                said[question.name] = self._data.get(field, "")
            if question.has_other:
                said[question.other_name] = self._data.get(PREFIX + question.other_name, "")
        return said

    # What is wrong

    def _look(self) -> None:
        seen = set(self._data.get("seen", "").split())
        for name, found in self.read.wrong.items():
            is_new = name not in seen and not self.is_paper
            if found.code == "required" and (self.is_paper or is_new):
                continue
            self._errors[name] = phrases.wrong(found)
        if not self.is_paper and not self.has_agreed:
            self._errors["consent"] = _("Please tick that you agree, or close the page.")

    @property
    def further(self) -> list[Question]:
        """Questions that are asked because of what was said, and did not stand on the page yet."""
        if self.is_paper or not self.is_bound:
            return []
        seen = set(self._data.get("seen", "").split())
        return [q for q in asked(self.tree) if q.name in self.read.asked and q.name not in seen]

    @property
    def is_whole(self) -> bool:
        return self.is_bound and not self._errors and not self.further

    def add_error(self, field: str | None, sentence: str) -> None:
        self._errors[field or ""] = sentence

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the field, words of the question, what is wrong), in the order of the page."""
        found = []
        by_name = {node.question.name: node for node in self._all(self.nodes())}
        for name, sentence in self._errors.items():
            node = by_name.get(name)
            if node is not None:
                found.append((node.first_id, node.question.label[:40], sentence))
            else:
                found.append((f"field-{name}" if name else "", "", sentence))
        order = {node.first_id: place for place, node in enumerate(by_name.values())}
        return sorted(found, key=lambda one: order.get(one[0], -1))

    @property
    def consent_error(self) -> str:
        return self._errors.get("consent", "")

    # As it is drawn

    @property
    def seen(self) -> str:
        """The questions that stand on the page and are asked."""
        return " ".join(q.name for q in asked(self.tree) if q.name in self.read.asked)

    @property
    def count(self) -> int:
        return sum(q.name in self.read.asked for q in asked(self.tree))

    def nodes(self) -> tuple[Node, ...]:
        return tuple(self._node(question) for question in self.tree)

    def _all(self, nodes: Sequence[Node]) -> Iterator[Node]:
        for node in nodes:
            yield node
            yield from self._all(node.nodes)

    def _node(self, question: Question) -> Node:
        field = PREFIX + question.name
        chosen = set(self._data.getlist(field))
        return Node(
            question=question,
            field=field,
            number=self._numbers.get(question.name),
            value=self._data.get(field, ""),
            options=_options(question, field, chosen),
            other_field=PREFIX + question.other_name if question.has_other else "",
            other_value=self._data.get(PREFIX + question.other_name, "") if question.has_other else "",
            error=self._errors.get(question.name, ""),
            is_off=question.name not in self.read.asked and not self.is_paper,
            nodes=tuple(self._node(one) for one in question.questions),
        )


def _options(question: Question, field: str, chosen: set[str]) -> tuple[Option, ...]:
    if not question.chooses:
        return ()
    offered = [(choice.name, choice.label or choice.name) for choice in question.choices]
    if question.adds_other:
        offered.append((OTHER, _("Other")))
    return tuple(
        Option(f"{field}-{n}", name, label, name in chosen, question.has_other and name == OTHER)
        for n, (name, label) in enumerate(offered)
    )
