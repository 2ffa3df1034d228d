"""Shapes of what an organiser writes to learners, and of what a programme tells whom."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yingzao.core.codes import new_code
from yingzao.core.ui.forms import DateInput, Form, offer
from yingzao.notices import kind as kinds
from yingzao.notices.actions import Told
from yingzao.notices.enums import Service
from yingzao.notices.models import Hours, Robot


class LetterForm(Form):
    """`readers` are pairs of value and word."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=16, initial=new_code)
    to = forms.ChoiceField(label=_("To"))
    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea({"rows": "8"}))
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    body_en = forms.CharField(
        label=_("Text in English"),
        max_length=4000,
        required=False,
        widget=forms.Textarea,
        help_text=_("For those who read English. Without it they get the text above."),
    )

    def __init__(self, *args: Any, readers: list, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "to", readers)

    @property
    def words(self) -> tuple[Told, Told]:
        """Title and body, each as a function of the reader's language."""
        given = self.cleaned_data

        def said(name: str) -> str:
            english = given[f"{name}_en"] if (get_language() or "").startswith("en") else ""
            return english or given[name]

        return lambda: said("title"), lambda: said("body")


class RobotForm(Form):
    """A new robot asks for its address; that of one that stands is kept where the field stays empty."""

    name = forms.CharField(label=_("Name of the group"), max_length=60)
    service = forms.ChoiceField(label=_("Service"), choices=Service.choices)
    address = forms.CharField(
        label=_("Webhook address"),
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
        help_text=_(
            "From the robot's page in the group. It is not shown again: whoever has it can write there."
        ),
    )
    secret = forms.CharField(
        label=_("Secret for signing"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Only where signing is switched on for the robot (DingTalk, Feishu)."),
    )
    kinds_told = forms.MultipleChoiceField(
        label=_("What the group is told"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    a_minute = forms.IntegerField(
        label=_("Posts a minute, at most"),
        min_value=1,
        max_value=100,
        widget=forms.NumberInput({"class": "form-short"}),
    )

    def __init__(self, *args: Any, robot: Robot | None = None, **options: Any) -> None:
        if robot is not None:
            options["initial"] = {
                "name": robot.name,
                "kinds_told": robot.kinds,
                "language": robot.language or settings.LANGUAGE_CODE,
                "a_minute": robot.a_minute,
            }
        super().__init__(*args, **options)
        offered = [(k.key, f"{k.title}：{k.note}") for k in kinds.for_groups() if k.offered]
        self.fields["kinds_told"].choices = offered  # type: ignore[attr-defined]
        if robot is None:
            del self.fields["a_minute"]
            return
        del self.fields["service"]
        self.fields["address"].required = False
        self.fields["address"].help_text = _("Leave it empty to keep the one that is there.")
        self.fields["secret"].help_text = _("Leave it empty to keep the one that is there.")


class ReminderForm(Form):
    is_on = forms.BooleanField(label=_("Send reminders by itself"), required=False)
    days_before = forms.CharField(
        label=_("Days before something is due"),
        max_length=40,
        required=False,
        help_text=_(
            "Numbers with commas, such as 3, 1. Only those who have not done it are told; empty: nobody."
        ),
        widget=forms.TextInput({"class": "form-short"}),
    )
    on_the_eve = forms.BooleanField(label=_("The evening before a live course or a visit"), required=False)
    minutes_before = forms.IntegerField(
        label=_("Minutes before a live course begins"),
        min_value=0,
        max_value=240,
        help_text=_("0: no reminder."),
        widget=forms.NumberInput({"class": "form-short"}),
    )
    nearly_late = forms.BooleanField(
        label=_("Two days before it is too late, those for whom one more missed duty is one too many"),
        required=False,
    )

    def clean_days_before(self) -> list[int]:
        text = self.cleaned_data["days_before"]
        words = [word for word in re.split(r"[\s,，、;；]+", text) if word]
        if any(not re.fullmatch(r"[0-9]{1,2}", word) or int(word) > 30 for word in words) or len(words) > 5:
            raise forms.ValidationError(_("At most five numbers from 0 to 30, with commas between: 3, 1."))
        return [int(word) for word in words]


class HoursForm(Form):
    """An organisation's usual quiet hours."""

    begins = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput({"class": "form-short"}))
    ends = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput({"class": "form-short"}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("begins")) != bool(cleaned.get("ends")) and not self.errors:
            self.add_error(
                "ends" if cleaned.get("begins") else "begins",
                _("Enter both times, or neither for no quiet hours."),
            )
        return cleaned

    @property
    def hours(self) -> Hours | None:
        given = self.cleaned_data
        return (given["begins"], given["ends"]) if given["begins"] else None


class NewsForm(Form):
    """The days of a 简报, both included."""

    start = forms.DateField(label=_("From day"), widget=DateInput)
    end = forms.DateField(label=_("To day"), widget=DateInput)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        start, end = given.get("start"), given.get("end")
        if start and end and end < start:
            self.add_error("end", _("The last day comes before the first one."))
        return given
