"""Shapes of what is entered about communities."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import CommunityKind, Facet
from yingzao.communities.models import Community
from yingzao.core.ui.forms import FileInput, Form


class CommunityForm(Form):
    name = forms.CharField(label=_("Name of the community"), max_length=60)
    town = forms.CharField(label=_("Town or sub-district"), max_length=60, required=False)
    district_code = forms.RegexField(
        r"^\d{9}(\d{3})?$",
        label=_("Statistical code"),
        required=False,
        error_messages={"invalid": _("A statistical code has 12 digits, that of a town 9.")},
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-short"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("not said")), *CommunityKind.choices], required=False
    )
    facets = forms.MultipleChoiceField(
        label=_("Facets it is known for"),
        help_text=_(
            "People and leaders; culture and customs; place and space; trades; scenery; services for residents."
        ),
        choices=Facet.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    summary = forms.CharField(label=_("What there is to say of it"), required=False, widget=forms.Textarea)
    is_public = forms.BooleanField(label=_("May be shown on public pages"), required=False, initial=True)

    @classmethod
    def of(cls, community: Community, data: Any = None) -> "CommunityForm":
        return cls(data, initial={name: getattr(community, name) for name in cls.base_fields})


class RegisterForm(Form):
    file = forms.FileField(
        label=_("Table of communities"),
        widget=FileInput(".csv,.xlsx,.xls,.ods"),
        help_text=_("Columns 统计用区划代码, 村居名称 and 镇街, as the statistical register has them."),
    )
    towns = forms.CharField(
        label=_("Only these towns"),
        required=False,
        help_text=_("Names as in the table, with commas or 、 between. Empty: all."),
    )

    def clean_towns(self) -> list[str]:
        return [town for town in re.split(r"[、，,\s]+", self.cleaned_data["towns"]) if town]
