"""Where a course is, and what its lessons say."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import FileInput, Form


class CourseForm(Form):
    provider = forms.CharField(
        label=_("Platform"),
        max_length=60,
        required=False,
        help_text=_("Where the course is, when it is elsewhere."),
    )
    url = forms.URLField(label=_("Link to the course"), max_length=500, required=False, assume_scheme="https")


class LessonForm(Form):
    text = forms.CharField(
        label=_("Text of the lesson"),
        widget=forms.Textarea(attrs={"rows": "16"}),
        max_length=200_000,
        required=False,
        help_text=_("Plain text or Markdown."),
    )


class CompletionsForm(Form):
    file = forms.FileField(
        label=_("List of completions"),
        widget=FileInput(".xlsx,.xls,.ods,.csv"),
        help_text=_(
            "As the other platform exports it: one row a person, with a name or a telephone number and a progress, a state or a "
            "time of completion."
        ),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
