"""Forms of the bank and of quizzes, and what a learner's form says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingzao.core.ports import OptionIn, QuestionIn
from yingzao.core.ui.forms import FileInput, Form, NamedChoiceField
from yingzao.courses.enums import QuestionKind, Shows
from yingzao.courses.models import BankQuestion, QuestionPool, QuestionVersion, Quiz
from yingzao.courses.queries.quizzes import PaperItem
from yingzao.courses.rules.bank import MOST_OPTIONS, as_written, plain_points

EMPTY_ROWS = 3
LEAST_ROWS = 4


class PoolForm(Form):
    name = forms.CharField(label=_("Name of the pool"), max_length=80)


class QuestionsFileForm(Form):
    file = forms.FileField(
        label=_("File"),
        widget=FileInput(accept=".xml,.zip,.xlsx,.xls,.csv,.ods"),
        help_text=_("Moodle XML, a QTI package (.zip), or a table made from our template."),
    )
    pool = forms.CharField(
        label=_("Pool"),
        max_length=80,
        help_text=_(
            "For questions of which the file names no pool. It is made where there is none of this name."
        ),
    )


class QuestionForm(Form):
    """A question of one kind. Options stand in rows; a row without text is none."""

    pool = NamedChoiceField(label=_("Pool"), queryset=QuestionPool.objects.none(), empty_label=None)
    text = forms.CharField(
        label=_("Question"),
        widget=forms.Textarea(attrs={"rows": "5"}),
        max_length=20_000,
        help_text=_("Plain text or Markdown."),
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=FileInput(accept="image/*"),
        help_text=_("It stands below the text."),
    )
    points = forms.DecimalField(
        label=_("Points"), min_value=0, max_value=1000, max_digits=6, decimal_places=2, initial=1
    )
    feedback = forms.CharField(
        label=_("Explanation"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=5000,
        required=False,
        help_text=_("Shown with what was right, when that is shown."),
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        pool: QuestionPool,
        version: QuestionVersion | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.version = kind, version
        initial = {"pool": pool, **(_initial(version) if version else {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["pool"].queryset = QuestionPool.objects.filter(programme=pool.programme_id)  # type: ignore[attr-defined]
        if version is not None and version.picture:
            self.add_fields(no_picture=forms.BooleanField(label=_("Take the picture away"), required=False))
        if kind in (QuestionKind.MULTIPLE, QuestionKind.ORDERING):
            self.add_fields(is_partial=_partial_field(kind, version))
        self._rows = 0
        if kind == QuestionKind.TRUE_FALSE:
            self._add_true_false()
        elif kind == QuestionKind.SHORT:
            self.add_fields(accepted=_accepted_field())
        elif kind == QuestionKind.NUMBER:
            self.add_fields(**_number_fields())
        else:
            self._add_rows()

    def _add_true_false(self) -> None:
        self.add_fields(
            right=forms.ChoiceField(
                label=_("The statement is"),
                widget=forms.RadioSelect,
                choices=[("t", pgettext_lazy("answer", "True")), ("f", pgettext_lazy("answer", "False"))],
            ),
            feedback_t=_said_to(_("Said to who chose true")),
            feedback_f=_said_to(_("Said to who chose false")),
        )

    def _add_rows(self) -> None:
        there = len(self.version.options) if self.version else 0
        if self.is_bound:
            posted = [n for n in range(MOST_OPTIONS) if f"option_{n}" in self.data]
            there = max(there, max(posted, default=-1) + 1 - EMPTY_ROWS)
        self._rows = min(max(there + EMPTY_ROWS, LEAST_ROWS + 1), MOST_OPTIONS)
        for n in range(self._rows):
            self.add_fields(
                **{
                    f"option_{n}": forms.CharField(
                        label=_("Option %(number)d") % {"number": n + 1}, max_length=1000, required=False
                    ),
                    f"feedback_{n}": _said_to(_("Said to who chose it")),
                    f"id_{n}": forms.CharField(required=False, max_length=8, widget=forms.HiddenInput),
                }
            )
            if self.kind != QuestionKind.ORDERING:
                self.add_fields(
                    **{
                        f"right_{n}": forms.BooleanField(
                            label=pgettext_lazy("option", "right"), required=False
                        )
                    }
                )

    @property
    def option_rows(
        self,
    ) -> list[tuple[forms.BoundField, forms.BoundField | None, forms.BoundField, forms.BoundField]]:
        """(text, whether it is right, feedback, id) of each row."""
        return [
            (
                self[f"option_{n}"],
                self[f"right_{n}"] if f"right_{n}" in self.fields else None,
                self[f"feedback_{n}"],
                self[f"id_{n}"],
            )
            for n in range(self._rows)
        ]

    @property
    def above(self) -> list[forms.BoundField]:
        return [self[name] for name in ("pool", "text", "picture", "no_picture") if name in self.fields]

    @property
    def below(self) -> list[forms.BoundField]:
        names = (
            "right",
            "feedback_t",
            "feedback_f",
            "accepted",
            "value",
            "tolerance",
            "is_partial",
            "points",
            "feedback",
        )
        return [self[name] for name in names if name in self.fields]

    def asked(self) -> QuestionIn:
        """The question that the form says; call after `is_valid`."""
        told = self.cleaned_data
        options: tuple[OptionIn, ...] = ()
        if self.kind == QuestionKind.TRUE_FALSE:
            options = tuple(OptionIn("", told["right"] == one, told[f"feedback_{one}"]) for one in "tf")
        elif self._rows:
            options = tuple(
                OptionIn(told[f"option_{n}"], bool(told.get(f"right_{n}")), told[f"feedback_{n}"])
                for n in self._filled()
            )
        return QuestionIn(
            number=1,
            kind=self.kind,
            text=told["text"],
            options=options,
            accepted=tuple(line.strip() for line in told.get("accepted", "").splitlines() if line.strip()),
            value=told.get("value", ""),
            tolerance=told.get("tolerance", ""),
            points=plain_points(told["points"]),
            is_partial=told.get("is_partial", "part") == "part",
            feedback=told["feedback"],
        )

    def ids(self) -> list[str]:
        """The ids that the options had before; only such as the version has."""
        known = {option["id"] for option in self.version.options} if self.version else set()
        return (
            [one if (one := self.cleaned_data[f"id_{n}"]) in known else "" for n in self._filled()]
            if self._rows
            else []
        )

    def _filled(self) -> list[int]:
        return [n for n in range(self._rows) if self.cleaned_data[f"option_{n}"].strip()]

    def field_of(self, name: str | None) -> str | None:
        """Where a refusal is shown."""
        if name == "options":
            return "right" if self.kind == QuestionKind.TRUE_FALSE else "option_0"
        return name if name in self.fields else None


def _initial(version: QuestionVersion) -> dict[str, Any]:
    asked = as_written(version)
    told: dict[str, Any] = {
        "text": asked.text,
        "points": asked.points,
        "feedback": asked.feedback,
        "is_partial": "part" if asked.is_partial else "all",
        "accepted": "\n".join(asked.accepted),
        "value": asked.value,
        "tolerance": asked.tolerance if asked.tolerance != "0" else "",
    }
    for n, (option, kept) in enumerate(zip(asked.options, version.options, strict=True)):
        told |= {f"option_{n}": option.text, f"right_{n}": option.is_right, f"feedback_{n}": option.feedback}
        told[f"id_{n}"] = kept["id"]
        if version.kind == QuestionKind.TRUE_FALSE:
            told[f"feedback_{kept['id']}"] = option.feedback
            if option.is_right:
                told["right"] = kept["id"]
    return told


def _said_to(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, required=False)


def _partial_field(kind: str, version: QuestionVersion | None) -> forms.ChoiceField:
    part = (
        _("Part of the points: neighbours in the right order, of all of them")
        if kind == QuestionKind.ORDERING
        else _("Part of the points: right ones chosen less wrong ones, of the right ones; never below 0")
    )
    return forms.ChoiceField(
        label=_("When it is partly right"),
        widget=forms.RadioSelect,
        choices=[("part", part), ("all", _("All or nothing"))],
        initial="part",
    )


def _accepted_field() -> forms.CharField:
    return forms.CharField(
        label=_("Accepted answers"),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=5000,
        help_text=_("One a line. Width, capitals and blanks make no difference."),
    )


def _number_fields() -> dict[str, forms.Field]:
    return {
        "value": forms.CharField(label=_("Right number"), max_length=30),
        "tolerance": forms.CharField(
            label=_("Tolerance"),
            max_length=30,
            required=False,
            help_text=_(
                "How far from it is still right; nothing: not at all. A unit after the number is not looked at."
            ),
        ),
    }


class RemarkForm(Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=150, help_text=_("It stands in the withdrawn records.")
    )


class QuizForm(Form):
    passing = forms.IntegerField(
        label=_("Points that pass the quiz"),
        min_value=0,
        max_value=100,
        help_text=_("In percent; at 0 handing in is enough."),
    )
    attempts = forms.IntegerField(
        label=_("Attempts"),
        min_value=0,
        max_value=100,
        help_text=_("0: as many as one likes. The best one counts."),
    )
    minutes = forms.IntegerField(
        label=_("Time in minutes"),
        min_value=0,
        max_value=1440,
        help_text=_("0: no limit. It runs on when the page is closed."),
    )
    shows = forms.ChoiceField(
        label=_("When what was right is shown"), widget=forms.RadioSelect, choices=Shows.choices
    )
    shuffles_questions = forms.BooleanField(label=_("Shuffle the questions"), required=False)
    shuffles_options = forms.BooleanField(label=_("Shuffle the options"), required=False)
    is_one_a_page = forms.BooleanField(label=_("One question a page"), required=False)


def quiz_initial(quiz: Quiz | None, passing: Fraction) -> dict[str, Any]:
    quiz = quiz or Quiz()
    names = ("attempts", "minutes", "shows", "shuffles_questions", "shuffles_options", "is_one_a_page")
    return {"passing": ceil(passing * 100), **{name: getattr(quiz, name) for name in names}}


class DrawForm(Form):
    """Some questions of a pool, at random."""

    pool = NamedChoiceField(label=_("Pool"), queryset=QuestionPool.objects.none(), empty_label=None)
    count = forms.IntegerField(label=_("How many questions"), min_value=1, max_value=300, initial=5)

    def __init__(self, *args: Any, pools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]


class FixedForm(Form):
    """Questions that everybody gets."""

    questions = forms.ModelMultipleChoiceField(
        label=_("Quiz questions"), queryset=BankQuestion.objects.none(), to_field_name="code"
    )

    def __init__(self, *args: Any, questions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].queryset = questions  # type: ignore[attr-defined]


def said_in(paper: Sequence[PaperItem], data: QueryDict) -> Mapping[int, list[str]]:
    """Place → what a form says that was sent without a script. Places of an order that are not 1 to n are no answer."""
    out: dict[int, list[str]] = {}
    for item in paper:
        name = f"q{item.place}"
        if item.kind == QuestionKind.ORDERING:
            places = {one: data.get(f"{name}.{one}", "") for one in item.ids}
            if sorted(places.values()) == sorted(str(n + 1) for n in range(len(places))):
                out[item.place] = sorted(places, key=lambda one: int(places[one]))
        elif item.kind in (QuestionKind.SHORT, QuestionKind.NUMBER):
            if name in data:
                out[item.place] = [re.sub(r"[\r\n]+", " ", str(data[name]))]
        elif name in data or item.kind == QuestionKind.MULTIPLE:
            out[item.place] = data.getlist(name)
    return out
