"""Shapes of what is entered about programmes, stages and staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form, offer
from yingzao.people.validators import normal_phone, shown_phone
from yingzao.programmes.enums import HourLength, Role, StageKind
from yingzao.programmes.models import Programme, Stage

TEMPLATES = (
    ("standard", _("The usual seven stages and ten activities, each with its dates; all can be changed")),
    ("", _("Nothing: I enter the stages myself")),
)


class PhoneField(forms.CharField):
    """11 digits, or empty."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=20, widget=forms.TextInput({"inputmode": "tel", "class": "form-short"}), **options
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and normal_phone(text) is None:
            raise forms.ValidationError(_("A phone number has 11 digits and begins with 1."))
        return shown_phone(normal_phone(text)) if text else ""


def _date(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(), **options)


class EditionForm(Form):
    """What a further edition needs."""

    name = forms.CharField(label=_("Name of the programme"), max_length=120)
    edition = forms.CharField(
        label=_("Edition"),
        max_length=20,
        help_text=_("The year, or a year and a season: 2026, 2026 autumn."),
        widget=forms.TextInput({"class": "form-short"}),
    )
    starts_on = _date(label=_("First day"))
    keep_staff = forms.BooleanField(
        label=_("Take over the staff: organisers, mentors, judges and the others"),
        required=False,
        initial=True,
    )


class NewProgrammeForm(Form):
    organisation = forms.ChoiceField(label=_("Organisation"))
    name = forms.CharField(
        label=_("Name of the programme"), max_length=120, help_text=_("As it stands on certificates.")
    )
    edition = forms.CharField(
        label=_("Edition"),
        max_length=20,
        help_text=_("The year, or a year and a season: 2026, 2026 autumn."),
        widget=forms.TextInput({"class": "form-short"}),
    )
    guided_by = forms.CharField(label=_("Guided by"), max_length=120, required=False)
    starts_on = _date(label=_("First day"))
    template = forms.ChoiceField(
        label=_("Begin with"), choices=TEMPLATES, initial="standard", widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, organisations: list, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisations = {o.code: o for o in organisations}
        field = self.fields["organisation"]
        offer(self, "organisation", [(o.code, o.name) for o in organisations])
        if len(organisations) == 1:
            field.widget = forms.HiddenInput()
            field.initial = organisations[0].code


class SettingsForm(Form):
    name = forms.CharField(
        label=_("Name of the programme"), max_length=120, help_text=_("As it stands on certificates.")
    )
    edition = forms.CharField(
        label=_("Edition"), max_length=20, widget=forms.TextInput({"class": "form-short"})
    )
    subtitle = forms.CharField(label=_("Subtitle"), max_length=200, required=False)
    guided_by = forms.CharField(label=_("Guided by"), max_length=120, required=False)
    summary = forms.CharField(
        label=_("What it is about"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Stands on the public page, a few sentences."),
    )
    starts_on = _date(label=_("First day"))
    ends_on = _date(label=_("Last day"))
    late_share = forms.DecimalField(
        label=_("What a late duty counts"),
        min_value=0,
        max_value=1,
        decimal_places=3,
        max_digits=4,
        help_text=_("0.5: half of one done in time. 0: nothing. 1: as much."),
    )
    hour_minutes = forms.TypedChoiceField(
        label=_("A credit hour is"), choices=HourLength.choices, coerce=int, initial=HourLength.LESSON
    )
    slug = forms.SlugField(
        label=_("Address of the public page"),
        max_length=60,
        help_text=_("Small Latin letters, digits and dashes; stands behind /p/."),
        widget=forms.TextInput({"class": "form-short"}),
    )

    @classmethod
    def of(cls, programme: Programme, data: Any = None) -> "SettingsForm":
        initial = {name: getattr(programme, name) for name in cls.base_fields}
        initial["late_share"] = format(programme.late_share.normalize(), "f")
        return cls(data, initial=initial)


class StageForm(Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=StageKind.choices)
    name = forms.CharField(label=_("Name of the stage"), max_length=60)
    opens_on = _date(label=_("Meant to open on"))
    closes_on = _date(label=_("Meant to close on"))

    @classmethod
    def of(cls, stage: Stage, data: Any = None) -> "StageForm":
        form = cls(data, initial={name: getattr(stage, name) for name in cls.base_fields})
        del form.fields["kind"]
        return form


class StaffForm(Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    name = forms.CharField(label=_("Name"), max_length=60)
    unit = forms.CharField(label=_("Works at"), max_length=120, required=False)
    phone = PhoneField(label=_("Phone"), required=False)
