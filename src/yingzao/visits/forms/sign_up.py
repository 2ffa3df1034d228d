"""Signing up: its terms, a learner's words, and groups to ride in."""

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form, MomentInput, offer
from yingzao.people.validators import normal_phone, shown_phone
from yingzao.visits.actions import Contact, GroupPlan, SignUpTerms
from yingzao.visits.enums import Together
from yingzao.visits.models import SeatGroup, SignUp, SignUpPlan
from yingzao.visits.queries import Grouped
from yingzao.visits.rules import digest_of


class SignUpTermsForm(Form):
    is_on = forms.BooleanField(label=_("Learners have to sign up for this visit"), required=False)
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: no limit. When all are taken, a waiting list begins."),
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-short"}),
    )
    closes_at = forms.DateTimeField(
        label=_("Until when one may sign up and cancel"),
        required=False,
        widget=MomentInput,
        help_text=_(
            "Empty: until the visit begins. Until then a place that becomes free goes to the next one waiting."
        ),
    )
    asks_contact = forms.BooleanField(
        label=_("Ask for an emergency contact"),
        required=False,
        help_text=_("Name and telephone; only organisers of this programme see them."),
    )
    contact_days = forms.IntegerField(
        label=_("Days after the visit for which emergency contacts are kept"),
        min_value=1,
        max_value=365,
        help_text=_("Then they are removed by themselves."),
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-short"}),
    )
    consent_text = forms.CharField(
        label=_("What whoever signs up has to agree to"),
        required=False,
        max_length=3000,
        widget=forms.Textarea,
        help_text=_(
            "Insurance, photographs, own risks. Kept as each of them read it, with the time. Empty: nothing."
        ),
    )

    @classmethod
    def of(cls, plan: SignUpPlan | None, data: object = None) -> "SignUpTermsForm":
        """With the terms as they are; the first time sign-up is offered as switched on."""
        terms = plan or SignUpPlan(is_on=True)
        return cls(data, initial={name: getattr(terms, name) for name in cls.base_fields})

    def terms(self) -> SignUpTerms:
        return SignUpTerms(**self.cleaned_data)


class SignUpForm(Form):
    """What is asked of whoever signs up: nothing, a contact, a consent, or both."""

    contact_name = forms.CharField(
        label=_("Whom to ring in an emergency"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say whom to ring.")},
    )
    contact_phone = forms.CharField(
        label=_("Telephone of this person"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Say the telephone number.")},
    )
    consent_seen = forms.CharField(widget=forms.HiddenInput, required=False)
    agreed = forms.BooleanField(
        label=_("I have read this and agree"),
        error_messages={"required": _("Please agree first, or do not sign up.")},
    )

    @classmethod
    def of(cls, plan: SignUpPlan, sign_up: SignUp | None, data: object = None) -> "SignUpForm":
        initial = {"consent_seen": digest_of(plan.consent_text)}
        if sign_up is not None:
            initial |= {
                "contact_name": sign_up.contact_name,
                "contact_phone": shown_phone(sign_up.contact_phone),
            }
        form = cls(data, initial=initial)
        if not plan.asks_contact:
            del form.fields["contact_name"], form.fields["contact_phone"]
        if not plan.consent_text or (sign_up is not None and sign_up.agreed_at):
            del form.fields["consent_seen"], form.fields["agreed"]
        return form

    def clean_contact_phone(self) -> str:
        text = self.cleaned_data["contact_phone"]
        if not normal_phone(text):
            raise forms.ValidationError(_("This is not a telephone number: 11 digits, as 13800138000."))
        return text

    def contact(self) -> Contact:
        told = self.cleaned_data
        return Contact(told.get("contact_name", ""), told.get("contact_phone", ""))

    def agreed_to(self) -> str:
        return self.cleaned_data.get("consent_seen", "") if self.cleaned_data.get("agreed") else ""


class LetInForm(Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Organisers read it beside the name."),
        error_messages={"required": _("Say why this learner is let in.")},
    )


class GroupForm(Form):
    name = forms.CharField(
        label=_("Name of the bus or car"),
        max_length=40,
        help_text=_("As it stands on the windscreen: Bus 1."),
    )
    capacity = forms.IntegerField(
        label=_("Seats for learners"),
        min_value=1,
        max_value=1000,
        help_text=_("Without driver and staff."),
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-short"}),
    )
    meeting_place = forms.CharField(label=_("Where it waits"), max_length=120, required=False)
    departs_at = forms.DateTimeField(label=_("Leaves at"), widget=MomentInput, required=False)
    plate = forms.CharField(label=_("Number plate"), max_length=20, required=False)
    leader_name = forms.CharField(label=_("Leader or driver"), max_length=60, required=False)
    leader_phone = forms.CharField(
        label=_("Telephone of the leader or driver"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=_("Whoever rides in this group can ring with one tap."),
    )

    @classmethod
    def of(cls, group: SeatGroup | None, data: object = None, departs_at: object = None) -> "GroupForm":
        """None: for a new one, which leaves when the visit begins."""
        initial: dict[str, object] = {"departs_at": departs_at}
        if group is not None:
            initial = {name: getattr(group, name) for name in cls.base_fields}
            initial["leader_phone"] = shown_phone(group.leader_phone)
        return cls(data, initial=initial)

    def clean_leader_phone(self) -> str:
        text = self.cleaned_data["leader_phone"]
        if text and not normal_phone(text):
            raise forms.ValidationError(_("This is not a telephone number: 11 digits, as 13800138000."))
        return text

    def plan(self) -> GroupPlan:
        return GroupPlan(**self.cleaned_data)


class FillForm(Form):
    together = forms.ChoiceField(
        label=_("Who is to ride together"),
        choices=[(Together.TEAM, _("Those of one team")), (Together.COMMUNITY, _("Those of one community"))],
        widget=forms.RadioSelect,
        initial=Together.TEAM,
    )
    afresh = forms.BooleanField(
        label=_("Group everybody anew"),
        required=False,
        help_text=_("Otherwise whoever has a seat keeps it, and only the others are given one."),
    )


class SeatForm(Form):
    NONE = "none"
    group = forms.ChoiceField(label=_("Rides in"), widget=forms.RadioSelect)
    over = forms.BooleanField(label=_("Also where no seat is free"), required=False)

    @classmethod
    def of(cls, groups: Grouped, sign_up: SignUp, data: object = None) -> "SeatForm":
        form = cls(data, initial={"group": sign_up.group.code if sign_up.group else cls.NONE})
        choices = [(row.group.code, _seats_said(row.group.name, row.free)) for row in groups.rows]
        offer(form, "group", [*choices, (cls.NONE, _("in no group"))])
        return form


def _seats_said(name: str, free: int) -> str:
    if not free:
        return gettext("%(name)s, full") % {"name": name}
    return ngettext("%(name)s, %(free)d seat free", "%(name)s, %(free)d seats free", free) % {
        "name": name,
        "free": free,
    }
