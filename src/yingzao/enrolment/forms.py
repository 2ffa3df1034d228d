"""Shapes of what is entered about learners and teams."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.masking import mask_phone
from yingzao.core.ui.forms import FileInput, Form, offer
from yingzao.enrolment.models import Enrolment, Team
from yingzao.people.validators import normal_phone, shown_phone
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme
from yingzao.programmes.queries import staff_of

TABLES = ".xlsx,.xls,.ods,.csv,.txt"
# As the roster reader calls them; those with an empty target are shown, and not kept.
COLUMN_FIELDS = (
    ("", _("leave out")),
    ("name", _("Name")),
    ("code", _("Learner number")),
    ("phone", _("Phone")),
    ("gender", _("Sex")),
    ("community", _("Community")),
    ("team", _("Team")),
    ("post", _("Post")),
    ("remark", _("Note")),
    ("serial", _("Row count (not kept)")),
    ("email", _("E-mail (not kept)")),
)


class UploadForm(Form):
    file = forms.FileField(
        label=_("The roster"),
        widget=FileInput(TABLES),
        help_text=_(
            "An Excel, WPS or CSV table with a header row that has 姓名. Identity-card numbers are never read in."
        ),
    )


class LearnerForm(Form):
    """One learner. When an existing one is edited the phone field is empty and stays as it is unless filled."""

    name = forms.CharField(label=_("Name"), max_length=60)
    number = forms.CharField(
        label=_("Learner number"),
        max_length=20,
        required=False,
        help_text=_("Empty: the next free number."),
        widget=forms.TextInput({"class": "form-short"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "class": "form-short"}),
    )
    sex = forms.CharField(
        label=_("Sex"), max_length=10, required=False, widget=forms.TextInput({"class": "form-short"})
    )
    community_as_given = forms.CharField(
        label=_("Community"),
        max_length=60,
        required=False,
        help_text=_("As the learner says it; looked up in the register."),
    )
    team = forms.ChoiceField(label=_("Team"), required=False)
    post = forms.CharField(label=_("Post"), max_length=60, required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, programme: Programme, data: Any = None, learner: Enrolment | None = None) -> None:
        self.learner = learner
        self.teams: Mapping[str, Team] = {team.code: team for team in programme.teams.order_by("pk")}
        super().__init__(data, initial=self._initial(learner))
        offer(self, "team", [("", _("none")), *((c, t.name) for c, t in self.teams.items())])
        if learner is not None:
            del self.fields["number"]
            if learner.phone:
                self.fields["phone"].help_text = _("Now %(phone)s. Empty: it stays.") % {
                    "phone": mask_phone(learner.phone)
                }

    @staticmethod
    def _initial(learner: Enrolment | None) -> dict[str, Any]:
        if learner is None:
            return {}
        names = ("name", "sex", "community_as_given", "post", "note")
        return {
            **{name: getattr(learner, name) for name in names},
            "team": learner.team.code if learner.team else "",
        }

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        if not text:
            return self.learner.phone if self.learner else ""
        phone = normal_phone(text)
        if phone is None:
            raise forms.ValidationError(_("A phone number has 11 digits and begins with 1."))
        return shown_phone(phone)

    def clean_team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])


class LeaveForm(Form):
    how = forms.ChoiceField(
        label=_("What happened"),
        choices=(
            ("withdrawn", _("left the programme")),
            ("transferred", _("moved to other work or another place")),
        ),
        widget=forms.RadioSelect,
        initial="withdrawn",
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)


class TeamForm(Form):
    name = forms.CharField(label=_("Name of the team"), max_length=60)
    mentor = forms.ChoiceField(label=_("Mentor"), required=False)

    def __init__(self, programme: Programme, data: Any = None, team: Team | None = None) -> None:
        self.mentors = {staff.code: staff for staff in staff_of(programme, Role.MENTOR)}
        initial = {"name": team.name, "mentor": team.mentor.code if team.mentor else ""} if team else {}
        super().__init__(data, initial=initial)
        offer(self, "mentor", [("", _("none yet")), *((c, s.name) for c, s in self.mentors.items())])

    def clean_mentor(self):
        return self.mentors.get(self.cleaned_data["mentor"])


class ClearPhonesForm(Form):
    reason = forms.CharField(
        label=_("What the phone numbers are needed for"),
        max_length=200,
        help_text=_("It is recorded with your name, the day and the number of learners."),
    )


class RegistrationForm(Form):
    """What somebody puts down. It says nothing of whom the programme knows already."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    notice = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the version that was shown
    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Mobile phone"),
        max_length=20,
        help_text=_("11 digits. The organiser reaches you there; nobody else sees it."),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    community_as_given = forms.CharField(
        label=_("Community you work in"),
        max_length=60,
        widget=forms.TextInput({"list": "communities", "autocomplete": "off"}),
    )
    post = forms.CharField(
        label=_("Post"), max_length=60, required=False, widget=forms.TextInput({"autocomplete": "off"})
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("What the organiser should know. No identity-card number."),
    )
    agree = forms.BooleanField(
        label=_("I have read the privacy notice and agree."),
        error_messages={"required": _("Tick the box if you agree; without it nothing can be kept.")},
    )
    # Hidden from people by the stylesheet; a machine that fills every field fills this one too.
    homepage = forms.CharField(
        label=_("Leave this field empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_phone(self) -> str:
        phone = normal_phone(self.cleaned_data["phone"])
        if phone is None:
            raise forms.ValidationError(_("A phone number has 11 digits and begins with 1."))
        return shown_phone(phone)

    def clean_homepage(self) -> str:
        if self.cleaned_data["homepage"]:
            raise forms.ValidationError(
                _("One field that must stay empty was filled in. Load the page again.")
            )
        return ""


class RegistrationSettingsForm(Form):
    is_open = forms.BooleanField(label=_("People may register themselves"), required=False)
    open_until = forms.DateField(
        label=_("Last day for registering"),
        required=False,
        help_text=_("Whole day. Empty: until you close it."),
    )
    capacity = forms.IntegerField(
        label=_("Places"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Waiting and accepted registrations together. Empty: no limit."),
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-short"}),
    )
    text = forms.CharField(
        label=_("What stands above the form"),
        required=False,
        max_length=1000,
        help_text=_("For whom it is, when it begins, whom to ask. Read by everybody who has the link."),
        widget=forms.Textarea({"rows": "5"}),
    )


class RefusalForm(Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("The applicant reads it on the page of the registration."),
    )


class AcceptForm(Form):
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, programme: Programme, data: Any = None) -> None:
        self.teams: Mapping[str, Team] = {team.code: team for team in programme.teams.order_by("pk")}
        super().__init__(data)
        offer(self, "team", [("", _("none")), *((c, t.name) for c, t in self.teams.items())])

    def clean_team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])
