"""What is typed and said of checking in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form
from yingzao.people.validators import normal_phone


class CodeForm(Form):
    code = forms.CharField(
        label=_("The six digits on the screen"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Type the six digits first.")},
    )


class ExcuseForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("The learner reads it beside the visit."),
        error_messages={"required": _("Say why the learner is excused.")},
    )


class WalkInForm(Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Say the walk-in's name.")}
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("If you have it: then who is meant is often certain."),
    )
    community = forms.CharField(label=_("Community"), max_length=60, required=False)

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        if text and not normal_phone(text):
            raise forms.ValidationError(_("This is not a telephone number: 11 digits, as 13800138000."))
        return text
