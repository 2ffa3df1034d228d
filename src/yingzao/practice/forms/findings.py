"""What a learner enters of a leader or a need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import Activity
from yingzao.communities.actions import Agreed
from yingzao.communities.enums import (
    ConsentPurpose,
    ContactWay,
    Facet,
    FoundHow,
    Frequency,
    NeedSource,
    RaisedBy,
    Step,
    Urgency,
    Willingness,
)
from yingzao.communities.models import Leader
from yingzao.core import clock
from yingzao.core.masking import mask_phone, mask_phones_in
from yingzao.core.ui.forms import FileInput, Form, ManyFilesField, ManyFilesInput, offer
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.models import Interview
from yingzao.fieldwork.phrases import say_interview
from yingzao.fieldwork.queries import agreements_of, answers_of
from yingzao.practice.models import Finding
from yingzao.practice.queries import my_interviews, open_tasks, own_leaders

KEPT = "******"  # stands for other ways to reach somebody that are known and not shown
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{4,18}", re.ASCII)
_FACETS = _(
    "People and leaders; culture and customs; place and space; trades; scenery; services for residents."
)
_NO_NUMBERS = _("No telephone and no identity-card number here.")


def _phone_field() -> forms.CharField:
    return forms.CharField(
        label=_("Telephone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(
            {"type": "tel", "inputmode": "tel", "autocomplete": "off", "class": "form-short"}
        ),
    )


def _reach_field() -> forms.CharField:
    return forms.CharField(
        label=_("Other ways to reach them"),
        max_length=200,
        required=False,
        help_text=_("A chat name, or whom to ask for them."),
    )


def _clean_phone(given: str) -> str:
    if given and not _PHONE.fullmatch(given):
        raise forms.ValidationError(
            gettext("Enter the telephone number in digits, such as 13800000000 or 0757-22330000.")
        )
    return given


class _FindingForm(Form):
    """A record with a key from the phone, for one learner, and perhaps for one task. A task that is over by now costs nothing:
    the record is kept without it."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    learner = forms.CharField(widget=forms.HiddenInput, required=False)
    task = forms.CharField(label=_("Counts for"), required=False, widget=forms.Select)
    interview = forms.CharField(widget=forms.HiddenInput, required=False)  # the own one that it comes from

    def __init__(self, enrolment: Enrolment, *args, finding: Finding | None = None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.person = enrolment.person
        self.tasks: dict[str, Activity] = {task.code: task for task in open_tasks(enrolment)}
        if finding is not None and finding.activity is not None:
            self.tasks.setdefault(finding.activity.code, finding.activity)
        if finding is not None:
            del self.fields["key"], self.fields["learner"], self.fields["interview"]
        self.fields["task"].widget.choices = [
            ("", str(_("No task, just recorded"))),
            *((code, task.title) for code, task in self.tasks.items()),
        ]
        if not self.tasks:
            self.fields["task"].widget = forms.HiddenInput()

    def clean_task(self) -> Activity | None:
        return self.tasks.get(self.cleaned_data["task"])

    def clean_interview(self) -> Interview | None:
        code = self.cleaned_data["interview"]
        return my_interviews(self.person).filter(code=code, erased_at=None).first() if code else None

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "learner"}


class LeaderForm(_FindingForm):
    kept: Leader | None = None  # whose telephone the form shows masked
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        error_messages={"required": _("Enter the name, or what people call them.")},
    )
    is_alias = forms.BooleanField(label=_("This is what people call them, not the real name"), required=False)
    good_at = forms.CharField(
        label=_("Good at"), max_length=300, required=False, help_text=_("Sewing, bringing people together, …")
    )
    facets = forms.MultipleChoiceField(
        label=_("Facets"),
        choices=Facet.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_FACETS,
    )
    found_on = forms.DateField(label=_("Found on"))
    found_how = forms.ChoiceField(label=_("How they were found"), choices=FoundHow.choices)
    found_note = forms.CharField(
        label=_("Of the finding"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_NO_NUMBERS,
    )
    willingness = forms.ChoiceField(label=_("Willingness"), choices=Willingness.choices)
    willing_to = forms.CharField(
        label=_("Would do"),
        max_length=300,
        required=False,
        help_text=_("Lead an exhibition of old things, …"),
    )
    purposes = forms.MultipleChoiceField(
        label=_("They agreed, asked one by one"),
        choices=ConsentPurpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick only what they said yes to. Without the first no telephone is kept."),
    )
    agreed_on = forms.DateField(
        label=_("Agreed on"), required=False, help_text=_("Empty: on the day you found them.")
    )
    agreed_note = forms.CharField(
        label=_("How they agreed"),
        max_length=200,
        required=False,
        help_text=_("Said it at the home visit, signed the sheet, …"),
    )
    agreed_form = forms.FileField(
        label=_("Photo of the signed sheet"), required=False, widget=FileInput("image/*")
    )
    phone = _phone_field()
    reach = _reach_field()
    field_order = (
        "key", "learner", "interview", "task", "name", "is_alias", "good_at", "facets", "found_on", "found_how", "found_note",
        "willingness", "willing_to", "purposes", "agreed_on", "agreed_note", "agreed_form", "phone", "reach",
    )  # fmt: skip
    GROUPS = (
        (_("Who it is"), ("name", "is_alias", "good_at", "facets")),
        (_("How you found them"), ("found_on", "found_how", "found_note")),
        (_("What they would do"), ("willingness", "willing_to")),
        (
            _("What they agreed to, and how to reach them"),
            ("purposes", "agreed_on", "agreed_note", "agreed_form", "phone", "reach"),
        ),
    )

    def __init__(self, *args, finding: Finding | None = None, **kwargs) -> None:
        super().__init__(*args, finding=finding, **kwargs)
        if finding is not None:
            self.kept = finding.leader
            for name in ("purposes", "agreed_on", "agreed_note", "agreed_form"):
                del self.fields[name]
            self.fields["phone"].help_text = gettext(
                "Shown masked. Leave the stars to keep it, empty the field to remove it."
            )

    @classmethod
    def of(cls, finding: Finding, *args) -> LeaderForm:
        leader = finding.leader
        if leader is None:
            raise TypeError("not a leader")
        initial = {name: getattr(leader, name) for name in cls.base_fields if hasattr(leader, name)}
        initial |= {
            "phone": mask_phone(leader.phone),
            "reach": KEPT if leader.reach else "",
            "task": finding.activity.code if finding.activity else "",
        }
        return cls(finding.enrolment, *args, finding=finding, initial=initial)

    def clean_phone(self) -> str:
        given = self.cleaned_data["phone"]
        if self.kept and self.kept.phone and given == mask_phone(self.kept.phone):
            return self.kept.phone
        return _clean_phone(given)

    def clean_reach(self) -> str:
        given = self.cleaned_data["reach"]
        return self.kept.reach if self.kept and given == KEPT else given

    def values(self) -> dict[str, Any]:
        told = super().values()
        if self.kept is not None:
            return told
        agreed = Agreed(
            purposes=told.pop("purposes"),
            on=told.pop("agreed_on"),
            note=told.pop("agreed_note"),
            upload=told.pop("agreed_form"),
        )
        return told | {"agreed": agreed}


class NeedForm(_FindingForm):
    title = forms.CharField(
        label=_("What is needed"),
        max_length=120,
        error_messages={"required": _("Say in a few words what is needed.")},
    )
    whose = forms.CharField(
        label=_("Whose need"),
        max_length=120,
        help_text=_("Old people who live alone, families where both work, …"),
        error_messages={"required": _("Say who needs it.")},
    )
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices, initial=Frequency.UNKNOWN)
    facets = forms.MultipleChoiceField(
        label=_("Facets"),
        choices=Facet.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_FACETS,
    )
    source = forms.ChoiceField(label=_("How it was found"), choices=NeedSource.choices)
    source_note = forms.CharField(
        label=_("Source in words"),
        max_length=300,
        required=False,
        help_text=_("How many were asked, on which day."),
    )
    evidence = forms.CharField(
        label=_("What was said, counted or seen"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_NO_NUMBERS,
    )
    raised_on = forms.DateField(label=_("Raised on"))
    raised_by = forms.ChoiceField(label=_("Raised by"), choices=RaisedBy.choices)
    raised_by_leader = forms.CharField(
        label=_("Raised by a leader of mine"), required=False, widget=forms.Select
    )
    place = forms.CharField(label=_("Where it is needed"), max_length=120, required=False)
    text = forms.CharField(
        label=_("More of it"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_NO_NUMBERS,
    )
    photos = ManyFilesField(  # type: ignore[assignment]  # the metaclass takes it out of the class again
        label=_("Photos"),
        required=False,
        widget=ManyFilesInput("image/*"),
        help_text=_("At most six. Places and devices are taken out of photos."),
    )
    field_order = (
        "key", "learner", "interview", "task", "title", "whose", "urgency", "frequency", "facets", "source", "source_note",
        "evidence", "raised_on", "raised_by", "raised_by_leader", "place", "text", "photos",
    )  # fmt: skip
    GROUPS = (
        (_("The need"), ("title", "whose", "urgency", "frequency", "facets")),
        (
            _("How you know"),
            ("source", "source_note", "evidence", "raised_on", "raised_by", "raised_by_leader"),
        ),
        (_("Where, and what else"), ("place", "text", "photos")),
    )

    def __init__(self, enrolment: Enrolment, *args, finding: Finding | None = None, **kwargs) -> None:
        super().__init__(enrolment, *args, finding=finding, **kwargs)
        leaders: list[Leader] = list(own_leaders(enrolment))
        named = finding.need.raised_by_leader if finding is not None and finding.need else None
        if named is not None and named not in leaders:
            leaders.append(named)
        self.leaders = {leader.code: leader for leader in leaders}
        self.fields["raised_by_leader"].widget.choices = [
            ("", str(_("none of them"))),
            *((leader.code, leader.shown_name) for leader in leaders),
        ]
        if not leaders:
            self.fields["raised_by_leader"].widget = forms.HiddenInput()
        if finding is not None:
            del self.fields["photos"]

    @classmethod
    def of(cls, finding: Finding, *args) -> NeedForm:
        need = finding.need
        if need is None:
            raise TypeError("not a need")
        initial = {name: getattr(need, name) for name in cls.base_fields if hasattr(need, name)}
        initial |= {
            "raised_by_leader": need.raised_by_leader.code if need.raised_by_leader else "",
            "task": finding.activity.code if finding.activity else "",
        }
        return cls(finding.enrolment, *args, finding=finding, initial=initial)

    def clean_raised_by_leader(self) -> Leader | None:
        return self.leaders.get(self.cleaned_data["raised_by_leader"])

    def values(self) -> dict[str, Any]:
        told = super().values()
        if "photos" in told:
            told["uploads"] = told.pop("photos")
        return told


class StepForm(Form):
    step = forms.ChoiceField(label=_("Stands now at"), choices=Step.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=_("Since when"), initial=clock.today)
    note = forms.CharField(
        label=_("What led to it"),
        max_length=300,
        required=False,
        help_text=_("Needed where it goes back. No telephone and no identity-card number here."),
    )

    def __init__(self, here: str, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "step", [(value, word) for value, word in Step.choices if value != here])


class ContactForm(Form):
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    way = forms.ChoiceField(label=_("How"), choices=ContactWay.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=_("On which day"), initial=clock.today)
    note = forms.CharField(
        label=_("What came of it"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_NO_NUMBERS,
    )


class ConsentForm(Form):
    """`missing` are pairs (purpose, its words) of what the leader has not agreed to yet."""

    purposes = forms.MultipleChoiceField(
        label=_("They agreed, asked one by one"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what they agreed to.")},
    )
    agreed_on = forms.DateField(label=_("Agreed on"), initial=clock.today)
    agreed_note = forms.CharField(
        label=_("How they agreed"),
        max_length=200,
        required=False,
        help_text=_("Said it at the home visit, signed the sheet, …"),
    )
    agreed_form = forms.FileField(
        label=_("Photo of the signed sheet"), required=False, widget=FileInput("image/*")
    )
    phone = _phone_field()
    reach = _reach_field()

    def __init__(self, missing: Iterable[tuple[str, str]], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        pairs = list(missing)
        offer(self, "purposes", pairs)
        if ConsentPurpose.CONTACT not in [purpose for purpose, _words in pairs]:
            del self.fields["phone"], self.fields["reach"]

    def clean_phone(self) -> str:
        return _clean_phone(self.cleaned_data["phone"])

    def values(self) -> dict[str, Any]:
        told = {name: self.cleaned_data.get(name, "") for name in ("purposes", "phone", "reach")}
        return told | {
            "on": self.cleaned_data["agreed_on"],
            "note": self.cleaned_data["agreed_note"],
            "upload": self.cleaned_data["agreed_form"],
        }


class PhotosForm(Form):
    photos = ManyFilesField(  # type: ignore[assignment]
        label=_("Photos"),
        widget=ManyFilesInput("image/*"),
        help_text=_("Places and devices are taken out of photos."),
        error_messages={"required": _("Choose a photo first.")},
    )


def initial_of_interview(interview: Interview, what: str) -> dict[str, Any]:
    """What an interview says already for the form of a leader or a need. The telephone is typed again: who looks it up is recorded."""
    if what == "leader":
        agreed = [purpose for purpose, _words, consent in agreements_of(interview) if consent]
        return {
            "interview": interview.code,
            "name": interview.name,
            "found_on": interview.on,
            "found_how": FoundHow.VISIT,
            "purposes": agreed,
            "agreed_on": interview.on if agreed else None,
        }
    said = [f"{question}\n{answer}" for question, answer in answers_of(interview) if answer]
    return {
        "interview": interview.code,
        "whose": interview.role,
        "source": NeedSource.INTERVIEW,
        "source_note": say_interview(interview),
        "evidence": mask_phones_in("\n\n".join(said))[:3000],
        "raised_on": interview.on,
    }
