"""Shape in. What a name or a password may be is decided in the actions; their refusals land on the fields here."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from yingzao.core.errors import Refused
from yingzao.core.ui.forms import FileInput, Form
from yingzao.people.enums import AskedHow
from yingzao.people.personal import PERIODS, Period, days_of

SHOWN_PASSWORD = {"autocomplete": "current-password"}
NEW_PASSWORD = {"autocomplete": "new-password"}


class RefusableForm(Form):
    """A form that shows an action's refusal at the field that it names, else above all fields."""

    def refuse(self, refusal: Refused) -> None:
        field = refusal.field if refusal.field in self.fields else None
        self.add_error(field, str(refusal.sentence))


class SignInForm(RefusableForm):
    name = forms.CharField(
        label=_("Username or phone number"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Password"), max_length=200, strip=False, widget=forms.PasswordInput(attrs=SHOWN_PASSWORD)
    )
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)


class NewPasswordForm(RefusableForm):
    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 8 characters. A short sentence that only you know is easy to remember."),
        widget=forms.PasswordInput(attrs=NEW_PASSWORD),
    )
    again = forms.CharField(
        label=_("The same password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=NEW_PASSWORD),
    )

    def clean(self):
        cleaned = super().clean() or {}
        if cleaned.get("again") and cleaned.get("password") != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=SHOWN_PASSWORD),
    )
    field_order = ["old", "password", "again"]


class NewAccountForm(NewPasswordForm):
    name = forms.CharField(
        label=_("Phone number or username"),
        max_length=60,
        help_text=_("You will sign in with it. A phone number has 11 digits."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    field_order = ["name", "password", "again"]


class AccountForm(RefusableForm):
    display_name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    username = forms.CharField(label=_("Username"), max_length=30)
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=20,
        required=False,
        help_text=_("11 digits. You can sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    password = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        help_text=_("So that nobody else changes this on a device that you left open."),
        widget=forms.PasswordInput(attrs=SHOWN_PASSWORD),
    )


class SetupForm(NewAccountForm):
    token = forms.CharField(
        label=_("Setup word"),
        max_length=60,
        help_text=_("It stands in the terminal where Yingzao was started."),
    )
    organisation_name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=120,
        help_text=_("In full, as certificates and notices say it."),
    )
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    display_name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["token", "organisation_name", "short_name", "display_name", "name", "password", "again"]

    def __init__(self, *args, asks_token: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_token:
            del self.fields["token"]


class LookForm(RefusableForm):
    introduction = forms.CharField(
        label=_("What the organisation is"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("A few sentences for its public page."),
    )
    accent = forms.CharField(
        label=_("Colour"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"data-colour": "#0b6e6e", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_(
            "Of links and buttons on public pages, such as #0b6e6e. Left empty, it is the usual one."
        ),
    )
    accent_dark = forms.CharField(
        label=_("Colour on dark pages"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"data-colour": "#5cc0b8", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("Left empty, it is made from the other one."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        widget=FileInput("image/*"),
        help_text=_("A picture, best square or wide on a see-through ground."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    def __init__(self, organisation, data=None, files=None):
        told = {name: getattr(organisation, name) for name in ("introduction", "accent", "accent_dark")}
        super().__init__(data, files, initial=told)
        if organisation.logo_id is None:
            del self.fields["remove_logo"]


class AskErasureForm(RefusableForm):
    understood = forms.BooleanField(
        label=_("I have read what goes and what stays, and that it cannot be undone."),
        error_messages={"required": _("Tick this first: it cannot be undone.")},
    )
    password = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=SHOWN_PASSWORD),
    )


class BeginErasureForm(RefusableForm):
    how = forms.ChoiceField(
        label=_("How they asked"),
        choices=[(how.value, how.label) for how in (AskedHow.PHONE, AskedHow.PAPER, AskedHow.SPOKEN)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how they asked.")},
    )


class CarryOutForm(RefusableForm):
    checked = forms.CharField(
        label=_("How you checked who asks"),
        max_length=200,
        help_text=_("Such as: rang back at the number of the roster. No identity-card numbers."),
        error_messages={"required": _("Say how you checked who asks.")},
    )


class RefuseForm(RefusableForm):
    reason = forms.CharField(
        label=_("Why it is refused"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it."),
        error_messages={"required": _("Say why: the person reads it.")},
    )


def _days(period: Period) -> forms.IntegerField:
    return forms.IntegerField(
        label=period.name,
        min_value=period.least,
        max_value=period.most,
        help_text=format_lazy(_("{least} to {most} days."), least=period.least, most=period.most),
        error_messages={"required": _("Enter a number of days.")},
    )


class RetentionForm(RefusableForm):
    """One field a period that an organisation may change, in days."""

    def __init__(self, organisation, data=None):
        super().__init__(data, initial={name: days_of(organisation, name) for name in self.base_fields})


RetentionForm.base_fields = {period.key: _days(period) for period in PERIODS.values() if period.is_open}
