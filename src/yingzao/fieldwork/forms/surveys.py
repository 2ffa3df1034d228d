"""Settings, questions, a form to bring in, and what becomes of an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingzao.communities.enums import Frequency, Urgency
from yingzao.communities.models import Community
from yingzao.core.ui.forms import FileInput, Form, NamedChoiceField, offer
from yingzao.fieldwork.actions import DEFAULT_CONSENT
from yingzao.fieldwork.enums import QuestionKind, SheetSource, SheetState
from yingzao.fieldwork.models import FilledSheet, ResidentSurvey
from yingzao.fieldwork.settling.expressions import LONGEST
from yingzao.fieldwork.settling.questions import (
    LONGEST_CHOICE,
    LONGEST_LABEL,
    LONGEST_NAME,
    MOST_CHOICES,
    Choice,
    Question,
    Tree,
    placed,
)

MOST = 1_000_000
EMPTY, NEEDS = "empty", "needs"
_IS = re.compile(r"\$\{([^}]+)\} = '([^']*)'")
_HAS = re.compile(r"selected\(\$\{([^}]+)\}, '([^']*)'\)")
_BETWEEN = re.compile(r"\. >= (-?[0-9.]+) and \. <= (-?[0-9.]+)")
_LEAST = re.compile(r"\. >= (-?[0-9.]+)")
_MOST = re.compile(r"\. <= (-?[0-9.]+)")


class SurveyForm(Form):
    """A survey's settings; for a new one also of which community it is and with which questions it begins."""

    community = NamedChoiceField(label=gettext_lazy("Community"), queryset=Community.objects.none())
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    purpose = forms.CharField(
        label=gettext_lazy("What it is for"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=gettext_lazy("Stands above the questions, and on the poster."),
    )
    begins_with = forms.ChoiceField(
        label=gettext_lazy("Questions to begin with"),
        choices=[
            (NEEDS, gettext_lazy("The usual questions on what is needed, to be changed as you like")),
            (EMPTY, gettext_lazy("None yet: I write them, or bring in an XLSForm")),
        ],
        initial=NEEDS,
        widget=forms.RadioSelect,
    )
    consent = forms.CharField(
        label=gettext_lazy("What people agree to"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "5"}),
        initial=DEFAULT_CONSENT,
        help_text=gettext_lazy(
            "Whoever answers reads this first and ticks it. Say only what holds: for what, by whom, and that it is voluntary."
        ),
    )
    opens_at = forms.DateTimeField(label=gettext_lazy("Opens"), required=False)
    closes_at = forms.DateTimeField(label=gettext_lazy("Closes"), required=False)
    most_answers = forms.IntegerField(
        label=gettext_lazy("At most so many answers by phone"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=gettext_lazy("Empty: as many as come."),
    )
    handed_out = forms.IntegerField(
        label=gettext_lazy("Sheets of paper given out"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("For the share that came back. Empty where none were given out."),
    )
    allows_several = forms.BooleanField(
        label=gettext_lazy("One phone may answer several times"),
        required=False,
        help_text=gettext_lazy("For a phone that goes round, or a helper who asks at the door."),
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Whoever has the link sees the figures"),
        required=False,
        help_text=gettext_lazy("Never own words or photos, and nothing of fewer than five answers."),
    )

    def __init__(
        self,
        *args: Any,
        survey: ResidentSurvey | None = None,
        consent: str = "",
        communities: Any = None,
        **more: Any,
    ) -> None:
        if survey is not None:
            told = {name: getattr(survey, name) for name in self.base_fields if hasattr(survey, name)}
            more["initial"] = told | {"consent": consent}
        super().__init__(*args, **more)
        if survey is not None:
            del self.fields["community"], self.fields["begins_with"]
        else:
            offer(self, "community", communities)


class CopyForm(Form):
    community = NamedChoiceField(label=gettext_lazy("Community"), queryset=Community.objects.none())

    def __init__(self, *args: Any, communities: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        offer(self, "community", communities)


class FormFileForm(Form):
    file = forms.FileField(
        label=gettext_lazy("XLSForm"),
        widget=FileInput(accept=".xlsx,.xls,.csv"),
        help_text=gettext_lazy(
            "As KoboToolbox, ODK or WPS write it: .xlsx, .xls or .csv with the sheets survey and choices."
        ),
    )


class QuestionForm(Form):
    """One question, without any expression to write: conditions are chosen. Those that came with an XLSForm stand as they are."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of question"), choices=QuestionKind.choices)
    label = forms.CharField(
        label=gettext_lazy("Question"), max_length=LONGEST_LABEL, widget=forms.Textarea(attrs={"rows": "2"})
    )
    hint = forms.CharField(
        label=gettext_lazy("Help below it"),
        max_length=LONGEST_LABEL,
        required=False,
        widget=forms.Textarea(attrs={"rows": "1"}),
    )
    choices = forms.CharField(
        label=gettext_lazy("Choices, one a line"),
        required=False,
        max_length=MOST_CHOICES * (LONGEST_CHOICE + 2),
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text=gettext_lazy("Only for one or several of several."),
    )
    has_other = forms.BooleanField(
        label=gettext_lazy("“Other” with room for words stands behind them"), required=False
    )
    is_required = forms.BooleanField(label=gettext_lazy("Has to be answered"), required=False)
    least = forms.DecimalField(
        label=gettext_lazy("Not less than"), required=False, max_digits=12, decimal_places=4
    )
    most = forms.DecimalField(
        label=gettext_lazy("Not more than"), required=False, max_digits=12, decimal_places=4,
        help_text=gettext_lazy("Both only for numbers."),
    )  # fmt: skip
    constraint = forms.CharField(
        label=gettext_lazy("Condition, as an XLSForm says it"), required=False, max_length=LONGEST
    )
    constraint_message = forms.CharField(
        label=gettext_lazy("What is said where the condition is not kept"),
        required=False,
        max_length=LONGEST_LABEL,
    )
    only_if = forms.ChoiceField(label=gettext_lazy("Asked only if"), required=False)
    relevant = forms.CharField(
        label=gettext_lazy("Asked only if, as an XLSForm says it"), required=False, max_length=LONGEST
    )
    group = forms.ChoiceField(label=gettext_lazy("Stands in the group"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Name in files"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Letters, digits and _. Empty: one is given."),
    )
    GROUPS = (
        (gettext_lazy("Answers"), ("choices", "has_other", "is_required")),
        (
            gettext_lazy("When it is asked, and what is possible"),
            ("only_if", "relevant", "least", "most", "constraint", "constraint_message"),
        ),
        (gettext_lazy("Place among the questions"), ("group", "name")),
    )

    def __init__(
        self, tree: Tree, question: Question | None, *args: Any, group: str = "", **more: Any
    ) -> None:
        self.tree, self.question = tree, question
        if question is not None:
            more["initial"] = _initial(question, group)
        super().__init__(*args, **more)
        own = (
            {question.name} | {one.question.name for one in placed(question.questions)} if question else set()
        )
        offer(self, "only_if", [("", _("always")), *_conditions(tree, own)])
        groups = [
            (one.question.name, one.question.label or one.question.name)
            for one in placed(tree)
            if one.question.kind == QuestionKind.GROUP and one.question.name not in own
        ]
        offer(self, "group", [("", _("in no group of questions")), *groups])
        if not groups:
            del self.fields["group"]
        if question is None or _is_chosen(tree, question):
            del self.fields["relevant"]
        else:
            del self.fields["only_if"]
        if question is None or _is_limit(question):
            del self.fields["constraint"]
        else:
            del self.fields["least"], self.fields["most"]
        if question is not None and question.kind == QuestionKind.GROUP:
            for name in (
                "choices",
                "has_other",
                "is_required",
                "least",
                "most",
                "constraint",
                "constraint_message",
            ):
                self.fields.pop(name, None)
            self.fields["label"].required = False
            offer(self, "kind", [(QuestionKind.GROUP, QuestionKind.GROUP.label)])
        elif question is not None:
            offer(self, "kind", [one for one in QuestionKind.choices if one[0] != QuestionKind.GROUP])

    def made(self) -> Question:
        """The question that the fields tell of; what belongs to another kind is left out."""
        told = self.cleaned_data
        kind = QuestionKind(told["kind"])
        is_number = kind in (QuestionKind.INTEGER, QuestionKind.DECIMAL)
        chooses = kind in (QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE)
        constraint = told["constraint"] if "constraint" in self.fields else _limits(told) if is_number else ""
        relevant = (
            told["relevant"] if "relevant" in self.fields else _condition(self.tree, told.get("only_if", ""))
        )
        before = self.question
        return Question(
            kind=kind,
            name=told["name"].strip() or (before.name if before else free_name(self.tree)),
            label=told["label"].replace("\r\n", "\n").strip(),
            hint=told["hint"].replace("\r\n", "\n").strip(),
            is_required=bool(told.get("is_required")) and kind not in (QuestionKind.NOTE, QuestionKind.GROUP),
            required_message=before.required_message if before and told.get("is_required") else "",
            relevant=relevant.strip(),
            constraint=constraint.strip(),
            constraint_message=(told.get("constraint_message") or "").strip() if constraint else "",
            choices=_choices(told["choices"], before.choices if before else ()) if chooses else (),
            has_other=chooses and bool(told.get("has_other")),
            questions=before.questions if before else (),
        )


_RELEVANT = (_IS, _HAS)
_NUMBERS = (QuestionKind.INTEGER, QuestionKind.DECIMAL)


def _is_chosen(tree: Tree, question: Question) -> bool:
    """Whether the form's own field can say when it is asked, word for word."""
    if not question.relevant:
        return True
    chosen = _chosen_condition(question)
    own = {question.name} | {one.question.name for one in placed(question.questions)}
    is_offered = any(value == chosen for value, _words in _conditions(tree, own))
    return is_offered and _condition(tree, chosen) == question.relevant


def _chosen_condition(question: Question) -> str:
    found = next((f for p in _RELEVANT if (f := p.fullmatch(question.relevant))), None)
    return f"{found[1]}={found[2]}" if found else ""


def _is_limit(question: Question) -> bool:
    """Whether the form's own fields can say its condition, word for word."""
    if not question.constraint:
        return True
    least, most = _least_and_most(question)
    fields = [QuestionForm.base_fields[name] for name in ("least", "most")]
    try:
        told = {"least": fields[0].clean(least), "most": fields[1].clean(most)}
    except forms.ValidationError:
        return False
    return question.kind in _NUMBERS and _limits(told) == question.constraint


def _least_and_most(question: Question) -> tuple[str, str]:
    if found := _BETWEEN.fullmatch(question.constraint):
        return found[1], found[2]
    if found := _LEAST.fullmatch(question.constraint):
        return found[1], ""
    found = _MOST.fullmatch(question.constraint)
    return "", found[1] if found else ""


def _initial(question: Question, group: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: getattr(question, name)
        for name in ("kind", "label", "hint", "has_other", "is_required", "constraint", "constraint_message", "relevant", "name")
    }  # fmt: skip
    told |= {"choices": "\n".join(c.label for c in question.choices), "group": group}
    told["only_if"] = _chosen_condition(question)
    told["least"], told["most"] = _least_and_most(question)
    return told


def _conditions(tree: Tree, own: set[str]) -> Iterable[tuple[str, str]]:
    """Every choice of every other question, as a condition that can be chosen."""
    for one in placed(tree):
        question = one.question
        if question.chooses and question.name not in own:
            for choice in question.choices:
                yield (
                    f"{question.name}={choice.name}",
                    _("“%(question)s” is “%(choice)s”")
                    % {"question": question.label[:40], "choice": choice.label[:40]},
                )


def _condition(tree: Tree, chosen: str) -> str:
    name, mark, choice = chosen.partition("=")
    if not mark:
        return ""
    asked_of = next((one.question for one in placed(tree) if one.question.name == name), None)
    has_many = asked_of is not None and asked_of.kind == QuestionKind.SELECT_MULTIPLE
    return f"selected(${{{name}}}, '{choice}')" if has_many else f"${{{name}}} = '{choice}'"


def _limits(told: dict[str, Any]) -> str:
    parts = []
    if told.get("least") is not None:
        parts.append(f". >= {told['least']:f}")
    if told.get("most") is not None:
        parts.append(f". <= {told['most']:f}")
    return " and ".join(parts)


def _choices(text: str, before: Sequence[Choice]) -> tuple[Choice, ...]:
    """A line is a choice. One whose words were there keeps its name; so does the one in its place, where as many lines stand there."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    by_label = {choice.label: choice.name for choice in before}
    names = [by_label.get(line, "") for line in lines]
    if len(lines) == len(before):
        names = [
            name or (choice.name if choice.name not in names else "")
            for name, choice in zip(names, before, strict=True)
        ]
    free = (
        name
        for n in range(1, len(lines) + len(before) + 1)
        if (name := f"c{n}") not in {*names, *by_label.values()}
    )
    return tuple(Choice(name or next(free), line) for name, line in zip(names, lines, strict=True))


def free_name(tree: Tree) -> str:
    taken = {one.question.name for one in placed(tree)}
    return next(name for n in range(1, len(taken) + 2) if (name := f"q{n}") not in taken)


class PaperForm(Form):
    """What stands beside the answers of a sheet of paper."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, validators=[MaxValueValidator(1_000_000)])
    number = forms.CharField(
        label=gettext_lazy("Number on the sheet"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": ""}),
    )
    photo = forms.FileField(
        label=gettext_lazy("Photo of the sheet"), required=False, widget=FileInput(accept="image/*")
    )


class SheetFilter(Form):
    q = forms.CharField(label=gettext_lazy("Number or words"), required=False, max_length=100)
    source = forms.ChoiceField(
        label=gettext_lazy("Came"),
        required=False,
        choices=[("", gettext_lazy("By phone and on paper")), *SheetSource.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Counted"),
        required=False,
        choices=[("", gettext_lazy("All")), *SheetState.choices],
    )

    def __init__(self, asked: Any) -> None:
        super().__init__(asked)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs["data-autosubmit"] = ""

    def asked(self) -> dict[str, str]:
        return {name: self.data.get(name, "") for name in self.fields}


class SheetStateForm(Form):
    state = forms.ChoiceField(
        label=gettext_lazy("Whether it counts"), choices=SheetState.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, in a few words"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Filled in at random, by a child, withdrawn on request … without names."),
    )

    @classmethod
    def of(cls, sheet: FilledSheet, data: Any = None) -> SheetStateForm:
        return cls(data, initial={"state": sheet.state, "reason": sheet.reason})


class NeedForm(Form):
    """A need that somebody reads out of an answer."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("What is needed"), max_length=120)
    whose = forms.CharField(
        label=gettext_lazy("Whose it is"),
        max_length=120,
        help_text=gettext_lazy("A group, such as old people who live alone; no names."),
    )
    evidence = forms.CharField(
        label=gettext_lazy("What was said, counted or seen"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "6"}),
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL
    )
    frequency = forms.ChoiceField(
        label=gettext_lazy("How often"), choices=Frequency.choices, initial=Frequency.UNKNOWN
    )
