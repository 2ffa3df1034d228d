"""A list of completions from another platform."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import FileInput, Form


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
