"""Words that are used again, and notes of meetings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import DateInput, Form


class PhraseForm(Form):
    title = forms.CharField(
        label=_("Short name"), max_length=60, required=False, help_text=_("Empty: the first words.")
    )
    text = forms.CharField(label=_("The words"), widget=forms.Textarea(attrs={"rows": "4"}), max_length=2000)
    is_shared = forms.BooleanField(label=_("For everybody who answers in this programme"), required=False)


class MeetingNoteForm(Form):
    on = forms.DateField(label=_("Day of the meeting"), widget=DateInput)
    text = forms.CharField(label=_("What we talked about"), widget=forms.Textarea, max_length=5000)
    next_steps = forms.CharField(
        label=_("Agreed for the next time"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        required=False,
        max_length=2000,
    )
    is_shared = forms.BooleanField(
        label=_("The learner may read it"),
        required=False,
        initial=True,
        help_text=_("Otherwise it is read by you alone."),
    )
