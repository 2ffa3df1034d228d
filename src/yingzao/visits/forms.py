"""The code that a learner types, and what the organiser says of a stop."""

from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import Activity
from yingzao.communities.models import Community
from yingzao.communities.queries import communities_of
from yingzao.core.ui.forms import FileInput, Form, Levels, MomentInput, NamedChoiceField, offer
from yingzao.people.models import Person
from yingzao.people.validators import normal_phone, shown_phone
from yingzao.programmes.models import StaffRole
from yingzao.visits import queries
from yingzao.visits.actions import MOST_CAME, Aftermath, Contact, GroupPlan, SignUpTerms, StopPlan
from yingzao.visits.enums import HostReady, PeopleShown, Together
from yingzao.visits.models import HostReply, SeatGroup, SignUp, SignUpPlan, Stop, Visit
from yingzao.visits.queries import Grouped
from yingzao.visits.rules import digest_of


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


class StopForm(Form):
    place = forms.CharField(label=_("Where it takes place"), max_length=120, required=False)
    place_check_m = forms.IntegerField(
        label=_("How far away one may be who checks in by the code (metres)"),
        min_value=0,
        max_value=50_000,
        required=False,
        help_text=_(
            "Empty: no phone is asked for its place. Whoever is farther, or does not tell, waits for confirmation."
        ),
    )
    guide_questions = forms.CharField(
        label=_("Questions to take along"), widget=forms.Textarea, required=False, max_length=5000
    )


class CommunityField(NamedChoiceField):
    """Offers communities with their town: two may bear one name."""

    def label_from_instance(self, row: Community) -> str:
        return f"{row.name} · {row.town}" if row.town else row.name


class StopPlanForm(Form):
    community = CommunityField(
        label=_("Community of the register"),
        queryset=Community.objects.none(),
        required=False,
        empty_label=_("Not in the register"),
    )
    title = forms.CharField(
        label=_("Name of the stop"),
        max_length=120,
        required=False,
        help_text=_("Empty: the community's name."),
    )
    place = forms.CharField(label=_("Where it takes place"), max_length=120, required=False)
    starts_at = forms.DateTimeField(label=_("Begins"), widget=MomentInput, required=False)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=MomentInput, required=False)
    guide_questions = forms.CharField(
        label=_("Questions to take along"), widget=forms.Textarea, required=False, max_length=5000
    )

    @classmethod
    def of(cls, activity: Activity, stop: Stop | None, data: object = None) -> "StopPlanForm":
        """The form for a stop of the visit; None: for a new one, which begins when the visit does."""
        initial: dict[str, object] = {"starts_at": activity.starts_at}
        if stop is not None:
            initial = {
                "community": stop.community_id,
                "title": stop.part.title,
                "place": stop.place,
                "starts_at": stop.part.starts_at,
                "ends_at": stop.part.ends_at,
                "guide_questions": stop.guide_questions,
            }
        form = cls(data, initial=initial)
        offer(form, "community", communities_of(activity.organisation).order_by("pinyin"))
        return form

    def plan(self) -> StopPlan:
        return StopPlan(**self.cleaned_data)


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


class DocumentForm(Form):
    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=FileInput(".pdf,.docx,.xlsx,.md,.txt,image/*"),
        help_text=_(
            "A PDF or a picture opens on every phone. Pictures are kept for when there is no network."
        ),
        error_messages={"empty": _("The file is empty.")},
    )
    url = forms.URLField(
        label=_("Or a link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("This is no address: https://… as it stands in the browser.")},
    )
    title = forms.CharField(
        label=_("What it is"), max_length=120, required=False, help_text=_("Empty: the name of the file.")
    )


# Hosts


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
