"""Where a course is, its units, and what its lessons are and ask."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yingzao.activities.models import Activity
from yingzao.activities.queries import activities_of
from yingzao.core.ui.forms import FileInput, Form, LargeFileField, NamedChoiceField
from yingzao.courses.enums import LessonKind
from yingzao.courses.models import Unit
from yingzao.courses.settling import Asked

LARGEST_MB = 30


class CourseForm(Form):
    provider = forms.CharField(
        label=_("Platform"),
        max_length=60,
        required=False,
        help_text=_("Where the course is, when it is elsewhere."),
    )
    url = forms.URLField(label=_("Link to the course"), max_length=500, required=False, assume_scheme="https")
    in_order = forms.BooleanField(
        label=_("Lessons open one after the other"),
        required=False,
        help_text=_("A lesson opens once those before it are finished; voluntary ones do not stop anybody."),
    )
    after = NamedChoiceField(
        label=_("Opens after"), queryset=Activity.objects.none(), required=False, empty_label=_("at once")
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = activities_of(activity.programme).exclude(pk=activity.pk)
        self.fields["after"].queryset = others  # type: ignore[attr-defined]
        self.fields["after"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]


class UnitForm(Form):
    title = forms.CharField(label=_("Title of the unit"), max_length=120)
    after = NamedChoiceField(
        label=_("Opens after"), queryset=Unit.objects.none(), required=False, empty_label=_("at once")
    )

    def __init__(self, *args: Any, activity: Activity, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Unit.objects.filter(activity=activity)
        if unit is not None:
            others = others.exclude(pk=unit.pk)
        self.fields["after"].queryset = others  # type: ignore[attr-defined]
        self.fields["after"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]


class NewLessonForm(Form):
    title = forms.CharField(label=_("Title of the lesson"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=LessonKind.choices, initial=LessonKind.TEXT)
    unit = NamedChoiceField(
        label=pgettext_lazy("course", "Unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("in none"),
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(activity=activity)  # type: ignore[attr-defined]
        self.fields["unit"].label_from_instance = lambda one: one.title  # type: ignore[attr-defined]


class LessonForm(NewLessonForm):
    optional = forms.BooleanField(
        label=_("Voluntary"), required=False, help_text=_("It is offered, and counts for nobody.")
    )
    share = forms.IntegerField(
        label=_("How much of the video has to be seen"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("In percent of its length; 90 where nothing stands here."),
    )
    counts = forms.ChoiceField(
        label=_("What counts at double speed"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("media", _("What was seen: an hour of the video is an hour")),
            ("wall", _("The time spent: an hour of the video in half an hour is half an hour")),
        ],
    )
    passing = forms.IntegerField(
        label=_("Points that pass the quiz"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("In percent; at 0 handing in is enough. 60 where nothing stands here."),
    )
    url = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    file = LargeFileField(
        label=_("File"),
        largest=LARGEST_MB,
        required=False,
        widget=FileInput(),
        help_text=_("PDF, Word, Excel, a picture or a text."),
    )
    text = forms.CharField(
        label=_("Text of the lesson"),
        widget=forms.Textarea(attrs={"rows": "16"}),
        max_length=200_000,
        required=False,
        help_text=_("Plain text or Markdown."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == LessonKind.LINK and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Write the address that the lesson leads to."))
        return cleaned

    def asked(self) -> Asked:
        """What the form says of finishing it; call after `is_valid`."""
        told = self.cleaned_data
        share, passing = told.get("share"), told.get("passing")
        usual = Asked()
        return Asked(
            share=usual.share if share is None else Fraction(share, 100),
            counts="wall" if told.get("counts") == "wall" else "media",
            passing=usual.passing if passing is None else Fraction(passing, 100),
        )


def percent(share: Fraction) -> int:
    return int(Decimal(share.numerator) * 100 / Decimal(share.denominator))
