"""Hosts: who they are, and what they say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form, Levels, NamedChoiceField, offer
from yingzao.people.models import Person
from yingzao.people.validators import normal_phone, shown_phone
from yingzao.programmes.models import StaffRole
from yingzao.visits import queries
from yingzao.visits.actions import MOST_CAME, Aftermath
from yingzao.visits.enums import HostReady
from yingzao.visits.models import HostReply, Stop, Visit


class ContactPhoneField(forms.CharField):
    """A mobile number, or a landline as people write it; kept as it was typed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "tel", "class": "form-short", "autocomplete": "off"})
        super().__init__(label=_("Phone"), max_length=20, required=False, widget=widget, **options)

    def clean(self, value: object) -> str:
        text = super().clean(value).strip()
        if normal := normal_phone(text):
            return shown_phone(normal)
        if text and not (set(text) <= set("0123456789-+() ") and 7 <= sum(c.isdigit() for c in text) <= 15):
            raise forms.ValidationError(
                _("This is not a telephone number: 13800138000, or with its area code 0757-22661234.")
            )
        return text


class HostField(NamedChoiceField):
    def label_from_instance(self, row: StaffRole) -> str:
        return f"{row.name} · {row.unit}" if row.unit else row.name


class NameHostForm(Form):
    role = HostField(
        label=_("Host"),
        queryset=StaffRole.objects.none(),
        empty_label=_("Choose somebody"),
        error_messages={"required": _("Choose somebody of the list, or invite a new host.")},
    )

    @classmethod
    def of(cls, stop: Stop, by: Person, data: object = None) -> "NameHostForm":
        form = cls(data)
        offer(
            form,
            "role",
            StaffRole.objects.filter(pk__in=[role.pk for role in queries.nameable_hosts(stop, by)]),
        )
        return form


class InviteHostForm(Form):
    name = forms.CharField(
        label=_("Name"), max_length=60, error_messages={"required": _("Say the host's name.")}
    )
    unit = forms.CharField(
        label=_("Unit"),
        max_length=120,
        required=False,
        help_text=_("For instance the community's committee."),
    )
    phone = ContactPhoneField()


class ContactForm(Form):
    name = forms.CharField(label=_("Who leads the visit"), max_length=60, required=False)
    phone = ContactPhoneField(help_text=_("The hosts of all stops read it and can ring it."))

    @classmethod
    def of(cls, visit: Visit | None, data: object = None) -> "ContactForm":
        initial = {"name": visit.contact_name, "phone": visit.contact_phone} if visit else {}
        return cls(data, initial=initial)


class ReadyForm(Form):
    ready = forms.ChoiceField(
        label=_("Can you receive the visit?"),
        choices=[(HostReady.CAN, _("Yes, we can")), (HostReady.CHANGES, _("Something changes"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    words = forms.CharField(
        label=_("What changes, or what should be known"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("The organisers read it at once where something changes."),
    )

    @classmethod
    def of(cls, reply: HostReply | None, data: object = None) -> "ReadyForm":
        return cls(data, initial={"ready": reply.ready, "words": reply.ready_words} if reply else {})


class AftermathForm(Form):
    came = forms.IntegerField(
        label=_("How many came"),
        min_value=0,
        max_value=MOST_CAME,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "form-short"}),
        error_messages={
            "required": _("Say how many came; 0 if nobody did."),
            "invalid": _("Write a whole number."),
        },
    )
    words = forms.CharField(
        label=_("What you want to tell the organisers"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    MARKS = {
        "punctual": _("They came in time and in order"),
        "interest": _("They were prepared and asked good questions"),
        "arrangement": _("It was well arranged with us"),
    }

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)
        numbers = [(str(n), str(n)) for n in range(1, 6)]
        self.add_fields(
            **{
                name: forms.TypedChoiceField(
                    label=label,
                    choices=numbers,
                    coerce=int,
                    empty_value=None,
                    required=False,
                    widget=Levels,
                    error_messages={"invalid_choice": _("Choose one of the five.")},
                )
                for name, label in self.MARKS.items()
            }
        )
        self.order_fields(["came", *self.MARKS, "words"])

    @classmethod
    def of(cls, reply: HostReply | None, data: object = None) -> "AftermathForm":
        names = ("came", "words", *cls.MARKS)
        return cls(data, initial={name: getattr(reply, name) for name in names} if reply else {})

    def aftermath(self) -> Aftermath:
        said = self.cleaned_data
        return Aftermath(said["came"], {name: said[name] for name in self.MARKS}, said["words"])
