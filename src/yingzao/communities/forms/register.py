"""Shapes of what is entered about communities."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import CommunityKind, Facet
from yingzao.communities.models import Community
from yingzao.core.masking import mask_phone
from yingzao.core.ui.forms import FileInput, Form


class CommunityForm(Form):
    kept_phone = ""  # the number that is known, which the form shows masked
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
    offers = forms.CharField(
        label=_("What can be learnt there"),
        required=False,
        max_length=3000,
        widget=forms.Textarea,
        help_text=_("Shown beside a stop of a visit."),
    )
    contact_name = forms.CharField(
        label=_("Contact person"),
        max_length=60,
        required=False,
        help_text=_("For organisers only; never on public pages."),
    )
    contact_phone = forms.CharField(
        label=_("Telephone of the contact"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            {"type": "tel", "inputmode": "tel", "autocomplete": "off", "class": "form-short"}
        ),
        help_text=_("Shown masked. Leave the stars to keep the number, empty the field to remove it."),
    )
    latitude = forms.DecimalField(
        label=_("Latitude"),
        min_value=-90,
        max_value=90,
        max_digits=8,
        decimal_places=5,
        required=False,
        help_text=_("In degrees, such as 22.80543. Empty where nobody measured it."),
        widget=forms.TextInput({"inputmode": "decimal", "class": "form-short"}),
    )
    longitude = forms.DecimalField(
        label=_("Longitude"),
        min_value=-180,
        max_value=180,
        max_digits=8,
        decimal_places=5,
        required=False,
        help_text=_("In degrees, such as 113.29384."),
        widget=forms.TextInput({"inputmode": "decimal", "class": "form-short"}),
    )
    is_public = forms.BooleanField(label=_("May be shown on public pages"), required=False, initial=True)

    @classmethod
    def of(cls, community: Community, data: Any = None) -> "CommunityForm":
        initial = {name: getattr(community, name) for name in cls.base_fields}
        form = cls(data, initial=initial | {"contact_phone": mask_phone(community.contact_phone)})
        form.kept_phone = community.contact_phone
        return form

    def clean_contact_phone(self) -> str:
        """The number in clear. What stands masked in the field is the number that was there."""
        given = self.cleaned_data["contact_phone"]
        if self.kept_phone and given == mask_phone(self.kept_phone):
            return self.kept_phone
        if given and not re.fullmatch(r"\+?[0-9][0-9 \-]{4,18}", given, re.ASCII):
            raise forms.ValidationError(
                _("Enter the telephone number in digits, such as 13800000000 or 0757-22330000.")
            )
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ("latitude", "longitude") if cleaned.get(name) is not None]
        missing = {"latitude": "longitude", "longitude": "latitude"}
        if len(given) == 1 and missing[given[0]] not in self.errors:
            self.add_error(missing[given[0]], _("Enter latitude and longitude, or neither."))
        return cleaned


class RegisterForm(Form):
    file = forms.FileField(
        label=_("Table of communities"),
        widget=FileInput(".csv,.xlsx,.xls,.ods"),
        help_text=_(
            "The column 村居名称 (or 社区名称, 名称) is needed; 统计用区划代码 and 镇街 as the table has them."
        ),
    )
    towns = forms.CharField(
        label=_("Only these towns"),
        required=False,
        help_text=_("Names as in the table, with commas or 、 between. Empty: all."),
    )

    def clean_towns(self) -> list[str]:
        return [town for town in re.split(r"[、，,\s]+", self.cleaned_data["towns"]) if town]


class GraphFileForm(Form):
    file = forms.FileField(
        label=_("Table of the community graph"),
        widget=FileInput(".csv,.xlsx,.xls,.ods"),
        help_text=_(
            "Columns 社区, 类别 and 名称; as there are 业务类型, 情况, 日期, 说明, 侧面, 关联 and 来源."
        ),
    )


class EraseLeaderForm(Form):
    reason = forms.CharField(
        label=_("Who asked for it, and how"),
        max_length=200,
        help_text=_("Such as: asked by telephone, rang back to check. No names: this is kept."),
    )
