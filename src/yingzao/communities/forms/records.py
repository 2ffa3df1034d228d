"""Filters of the lists of leaders and needs, and why telephones are taken out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import Facet, NeedSource, NeedState, Step, Urgency, Willingness
from yingzao.communities.models import Community
from yingzao.core.ui.forms import Form, offer


class _Filter(Form):
    """Shown above a list and read from the address. What does not exist narrows nothing, so it is never wrong."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    community = forms.ChoiceField(label=_("Community"), required=False)
    facet = forms.ChoiceField(
        label=_("Facet"), required=False, choices=[("", _("Every facet")), *Facet.choices]
    )

    def __init__(self, asked: Any, communities: Iterable[Community]) -> None:
        super().__init__(asked)
        known = [(c.code, c.name) for c in communities]
        offer(self, "community", [("", str(_("Every community"))), *known])
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs["data-autosubmit"] = ""

    def asked(self) -> dict[str, str]:
        return {name: self.data.get(name, "") for name in self.fields}

    @property
    def narrows(self) -> bool:
        return any(self.asked().values())


class LeaderFilter(_Filter):
    step = forms.ChoiceField(label=_("Step"), required=False, choices=[("", _("Every step")), *Step.choices])
    willingness = forms.ChoiceField(
        label=_("Willingness"), required=False, choices=[("", _("Every willingness")), *Willingness.choices]
    )
    field_order = ("q", "community", "step", "facet", "willingness")


class NeedFilter(_Filter):
    source = forms.ChoiceField(
        label=_("How it was found"), required=False, choices=[("", _("Every source")), *NeedSource.choices]
    )
    urgency = forms.ChoiceField(
        label=_("Urgency"), required=False, choices=[("", _("Every urgency")), *Urgency.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Every state")), *NeedState.choices]
    )
    field_order = ("q", "community", "urgency", "state", "source", "facet")


class ClearContactsForm(Form):
    reason = forms.CharField(
        label=_("What the phone numbers are needed for"),
        max_length=200,
        help_text=_("It is recorded with your name, the day and the number of telephones."),
    )
