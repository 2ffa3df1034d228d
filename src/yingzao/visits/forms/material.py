"""Who is on a photo, who agreed, and why it is taken down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form
from yingzao.people.enums import PeopleShown


class ConsentForm(Form):
    note = forms.CharField(
        label=_("Who agreed, and how"),
        max_length=200,
        help_text=_(
            "For children: which guardian, when, on paper or by which message. Names stay on this page."
        ),
        error_messages={"required": _("Say who agreed, and how.")},
    )


class PeopleForm(Form):
    people = forms.ChoiceField(
        label=_("Who can be known on it"), choices=PeopleShown.choices, widget=forms.RadioSelect
    )


class TakeDownForm(Form):
    reason = forms.CharField(
        label=_("Why it is taken down"),
        max_length=200,
        error_messages={"required": _("Say why it is taken down.")},
    )
