"""Forms about forms: filling one in, its settings, its questions, the file of its answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yingzao.activities.actions import Said
from yingzao.activities.enums import SCALES, QuestionKind
from yingzao.activities.models import Activity, Survey, SurveyQuestion
from yingzao.activities.queries.questions import Asked
from yingzao.activities.rules.surveys import LEAST_SHOWN
from yingzao.core.ui.forms import FileInput, Form, Levels

LONGEST_ANSWER = 1000
LONGEST_OPTION = 60
MOST_OPTIONS = 40
BLANK_QUESTIONS = 2  # empty ones to write into, below those that there are


class ScaleInput(Levels):
    """Numbers to press, with the words at both ends under them."""

    template_name = "activities/surveys/scale.html"

    def __init__(self, question: SurveyQuestion) -> None:
        super().__init__()
        self.question = question

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        scale = SCALES[QuestionKind(self.question.kind)]
        context["widget"] |= {
            "low": self.question.low,
            "high": self.question.high,
            "first": str(scale[0]),
            "last": str(scale[-1]),
            "is_long": len(scale) > 5,
        }
        return context


class AnswerForm(Form):
    """The questions of a form; one field a question, named for its code."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    promised = forms.ChoiceField(
        choices=[("anonymous", "anonymous"), ("named", "named")], widget=forms.HiddenInput
    )  # what the person was told of the form
    seconds = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10_000_000)

    def __init__(self, questions: Sequence[SurveyQuestion], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.questions = questions
        self.add_fields(**{question.code: _field_of(question) for question in questions})

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[question.code] for question in self.questions]

    def renew(self, **fresh: Any) -> None:
        """Take over how the form is by now, so that what its page says holds when it is sent again."""
        assert isinstance(self.data, QueryDict)
        self.data = self.data.copy()
        for name, value in fresh.items():
            self.data[name] = value

    def said(self) -> dict[int, Said]:
        """Question's primary key → what was said."""
        return {q.pk: _said(q, self.cleaned_data.get(q.code)) for q in self.questions}


def _field_of(question: SurveyQuestion) -> forms.Field:
    missing = {"required": _("Please answer this question.")}
    common: dict[str, Any] = {
        "label": question.text,
        "required": question.is_required,
        "error_messages": missing,
    }
    choices = [(str(n), option) for n, option in enumerate(question.options)]
    match question.kind:
        case QuestionKind.SCALE5 | QuestionKind.SCALE10:
            numbers = [(str(n), str(n)) for n in SCALES[QuestionKind(question.kind)]]
            return forms.ChoiceField(choices=numbers, widget=ScaleInput(question), **common)
        case QuestionKind.ONE:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case QuestionKind.MANY:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
        case _other:
            area = forms.Textarea(attrs={"rows": "3", "maxlength": str(LONGEST_ANSWER)})
            return forms.CharField(max_length=LONGEST_ANSWER, widget=area, **common)


def _said(question: SurveyQuestion, value: Any) -> Said:
    if value in (None, "", []):
        return Said()
    match question.kind:
        case QuestionKind.SCALE5 | QuestionKind.SCALE10:
            return Said(number=int(value))
        case QuestionKind.ONE:
            return Said(chosen=(question.options[int(value)],))
        case QuestionKind.MANY:
            return Said(chosen=tuple(question.options[int(v)] for v in value))
        case _other:
            return Said(text=value)


class SurveyForm(Form):
    """The settings of a form."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    intro = forms.CharField(
        label=gettext_lazy("What stands above the questions"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    is_anonymous = forms.TypedChoiceField(
        label=gettext_lazy("Anonymous or by name"),
        choices=[
            ("yes", gettext_lazy("Anonymous: nobody can see who said what")),
            ("no", gettext_lazy("By name: the answer stands with the learner")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Cannot be changed once the first answer has come."),
    )
    is_for_anybody = forms.BooleanField(
        label=gettext_lazy("Whoever has the link may answer, without signing in"),
        required=False,
        help_text=gettext_lazy(
            "For guests too. Who is not signed in is not asked for a name, and can answer again."
        ),
    )
    opens_at = forms.DateTimeField(label=gettext_lazy("Opens"), required=False)
    closes_at = forms.DateTimeField(label=gettext_lazy("Closes"), required=False)
    least_shown = forms.IntegerField(
        label=gettext_lazy("Least number of anonymous answers that are shown"),
        min_value=LEAST_SHOWN[0],
        max_value=LEAST_SHOWN[1],
        help_text=gettext_lazy("With fewer, only their number is shown, so that nobody can be guessed."),
    )
    least_seconds = forms.IntegerField(
        label=gettext_lazy("Too fast is below so many seconds"), min_value=0, max_value=3600
    )
    leaves_out_fast = forms.BooleanField(
        label=gettext_lazy("Leave out of all figures what was answered too fast"), required=False
    )

    GROUPS = [
        (gettext_lazy("Who answers"), ["is_anonymous", "is_for_anybody"]),
        (gettext_lazy("When"), ["opens_at", "closes_at"]),
        (gettext_lazy("Results"), ["least_shown", "least_seconds", "leaves_out_fast"]),
    ]

    def __init__(self, survey: Survey, *args: Any, **more: Any) -> None:
        initial = {name: getattr(survey, name) for name in self.base_fields}
        initial["is_anonymous"] = "yes" if survey.is_anonymous else "no"
        super().__init__(*args, initial=initial, **more)


class QuestionForm(Form):
    """One question on the page that changes them. An empty text takes the question away."""

    text = forms.CharField(label=gettext_lazy("Question"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("How it is answered"), choices=QuestionKind.choices)
    low = forms.CharField(label=gettext_lazy("Word at the low end"), max_length=30, required=False)
    high = forms.CharField(label=gettext_lazy("Word at the high end"), max_length=30, required=False)
    options = forms.CharField(
        label=gettext_lazy("Options, one a line"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    is_required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    place = forms.IntegerField(label=gettext_lazy("Place"), min_value=1, max_value=999, required=False)

    def clean_options(self) -> list[str]:
        options = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if any(len(option) > LONGEST_OPTION for option in options):
            raise forms.ValidationError(
                _("An option may have %(count)d characters at most.") % {"count": LONGEST_OPTION}
            )
        if len(set(options)) < len(options):
            raise forms.ValidationError(_("An option stands twice."))
        if len(options) > MOST_OPTIONS:
            raise forms.ValidationError(_("At most %(count)d options.") % {"count": MOST_OPTIONS})
        return options

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_choice = data.get("kind") in (QuestionKind.ONE, QuestionKind.MANY)
        if data.get("text") and is_choice and "options" in data and len(data["options"]) < 2:
            self.add_error("options", _("Write at least two options, one a line."))
        return data

    def asked(self) -> Asked:
        data = self.cleaned_data
        is_scale = data["kind"] in SCALES
        is_choice = data["kind"] in (QuestionKind.ONE, QuestionKind.MANY)
        return Asked(
            kind=data["kind"],
            text=data["text"],
            is_required=data["is_required"],
            low=data["low"] if is_scale else "",
            high=data["high"] if is_scale else "",
            options=tuple(data["options"]) if is_choice else (),
        )


class QuestionForms:
    """All questions of a form on one page, with empty ones below; `error` is what is wrong with them together."""

    def __init__(self, questions: Iterable[Asked], data: Mapping[str, str] | None = None) -> None:
        initial: list[dict[str, Any]] = [
            {
                "text": q.text,
                "kind": q.kind,
                "low": q.low,
                "high": q.high,
                "options": "\n".join(q.options),
                "is_required": q.is_required,
                "place": n,
            }
            for n, q in enumerate(questions, start=1)
        ]
        count = len(initial)
        if data is not None and str(data.get("count", "")).isdecimal():
            count = min(int(data["count"]), 100)
        else:
            count += BLANK_QUESTIONS
        self.forms = [
            QuestionForm(
                data,
                prefix=f"q{n}",
                initial=initial[n] if n < len(initial) else {"kind": QuestionKind.SCALE5, "place": n + 1},
            )
            for n in range(count)
        ]
        self.count = count
        self.error = ""

    def is_valid(self) -> bool:
        return all([form.is_valid() for form in self.forms])

    @property
    def is_wrong(self) -> bool:
        return bool(self.error) or any(form.is_bound and form.errors for form in self.forms)

    def asked(self) -> list[Asked]:
        """In the order of their places; of two in one place the upper one is first."""
        filled = [
            (form.cleaned_data["place"] or 999, n, form)
            for n, form in enumerate(self.forms)
            if form.cleaned_data["text"]
        ]
        return [form.asked() for _place, _n, form in sorted(filled, key=lambda line: line[:2])]


class NewSurveyForm(Form):
    """About what a form is made: an activity, or one of its parts."""

    about = forms.ChoiceField(label=gettext_lazy("About which activity?"))

    def __init__(self, activities: Iterable[Activity], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = []
        for activity in activities:
            choices.append((activity.code, activity.title))
            parts = list(activity.parts.all())
            if len(parts) > 1:
                choices += [(f"{activity.code}/{p.code}", f"{activity.title} · {p.title}") for p in parts]
        field = self.fields["about"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def codes(self) -> tuple[str, str]:
        activity, _slash, part = self.cleaned_data["about"].partition("/")
        return activity, part


class AnswersFileForm(Form):
    file = forms.FileField(
        label=gettext_lazy("Export of 问卷星 (.xlsx, .xls or .csv)"),
        widget=FileInput(accept=".xlsx,.xls,.csv"),
        help_text=gettext_lazy(
            "Export the answers there by option text. The same file twice changes nothing."
        ),
    )
