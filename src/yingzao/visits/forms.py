"""The code that a learner types, and what the organiser says of a stop."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form


class CodeForm(Form):
    code = forms.CharField(
        label=_("The six digits on the screen"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the six digits first.")},
    )


class StopForm(Form):
    place = forms.CharField(label=_("Where it takes place"), max_length=120, required=False)
    guide_questions = forms.CharField(
        label=_("Questions to take along"), widget=forms.Textarea, required=False, max_length=5000
    )
