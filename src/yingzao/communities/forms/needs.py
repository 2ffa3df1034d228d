"""What is entered of a need on the desk: the need itself, its steps, voices, terms, and that somebody was told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import (
    Feasibility,
    Frequency,
    NeedSource,
    NeedState,
    RaisedBy,
    TellingWay,
    Urgency,
)
from yingzao.communities.models import Community, Leader
from yingzao.core import clock
from yingzao.core.ui.forms import Form, ManyFilesField, ManyFilesInput, offer

_NO_NAMES = _("No names, no telephone and no identity-card number here.")


class NeedStateForm(Form):
    state = forms.ChoiceField(label=_("How it stands"), choices=NeedState.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Who talks about it or acts on it"),
        max_length=300,
        required=False,
        help_text=_("In a few words, for those who work on it. Leave out telephone numbers."),
    )
    answer = forms.CharField(
        label=_("Answer to those who raised it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_("For “answered” and “not followed up”: everybody who raised it is told this."),
    )
    on = forms.DateField(label=_("Since when"), initial=clock.today)


class TermsForm(Form):
    due_on = forms.DateField(label=_("Answer due on"), required=False)
    feasibility = forms.ChoiceField(label=_("What it would take"), choices=Feasibility.choices)


class _RaisedForm(Form):
    """Who raised something, how it came, and when. `leaders` are those of the community."""

    leaders: dict[str, Leader]

    def _offer_leaders(self, leaders: Iterable[Leader]) -> None:
        self.leaders = {leader.code: leader for leader in leaders if leader.erased_at is None}
        self.fields["leader"].widget.choices = [
            ("", gettext("none of them")),
            *((code, leader.shown_name) for code, leader in self.leaders.items()),
        ]
        if not self.leaders:
            self.fields["leader"].widget = forms.HiddenInput()

    def clean_leader(self) -> Leader | None:
        return self.leaders.get(self.cleaned_data["leader"])


class VoiceForm(_RaisedForm):
    words = forms.CharField(
        label=_("In their words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_NO_NAMES,
        error_messages={"required": _("Write down what they said.")},
    )
    way = forms.ChoiceField(label=_("How it came"), choices=NeedSource.choices, initial=NeedSource.SLIP)
    way_note = forms.CharField(
        label=_("Source in words"), max_length=300, required=False, help_text=_("Which box, which meeting.")
    )
    raised_by = forms.ChoiceField(label=_("Raised by"), choices=RaisedBy.choices)
    leader = forms.CharField(label=_("Raised by a leader"), required=False, widget=forms.Select)
    on = forms.DateField(label=_("Raised on"), initial=clock.today)

    def __init__(self, leaders: Iterable[Leader], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._offer_leaders(leaders)


class NeedEntryForm(Form):
    """A need that came on paper, at a meeting or by telephone, entered on the desk."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    community = forms.ChoiceField(
        label=_("Community"), error_messages={"required": _("Choose the community.")}
    )
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
    text = forms.CharField(
        label=_("More of it"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text=_NO_NAMES,
    )
    source = forms.ChoiceField(label=_("How it came"), choices=NeedSource.choices, initial=NeedSource.SLIP)
    source_note = forms.CharField(
        label=_("Source in words"), max_length=300, required=False, help_text=_("Which box, which meeting.")
    )
    raised_by = forms.ChoiceField(label=_("Raised by"), choices=RaisedBy.choices)
    raised_on = forms.DateField(label=_("Raised on"), initial=clock.today)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices, initial=Frequency.UNKNOWN)
    place = forms.CharField(label=_("Where it is needed"), max_length=120, required=False)
    photos = ManyFilesField(  # type: ignore[assignment]  # the metaclass takes it out of the class again
        label=_("Photos"),
        required=False,
        widget=ManyFilesInput("image/*"),
        help_text=_("The slip of paper, the place. At most six."),
    )
    GROUPS = (
        (_("The need"), ("community", "title", "whose", "text", "urgency", "frequency", "place")),
        (_("How you know"), ("source", "source_note", "raised_by", "raised_on", "photos")),
    )

    def __init__(self, communities: Iterable[Community], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.communities = {community.code: community for community in communities}
        known = [(code, f"{c.name} {c.town}".strip()) for code, c in self.communities.items()]
        offer(self, "community", [("", gettext("Choose the community")), *known])
        self.fields["raised_by"].choices = [  # type: ignore[attr-defined]
            pair for pair in RaisedBy.choices if pair[0] not in (RaisedBy.LEARNER, RaisedBy.LEADER)
        ]

    def values(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        told["community"] = self.communities[told["community"]]
        told["uploads"] = told.pop("photos")
        return told


class TellingForm(Form):
    way = forms.ChoiceField(
        label=_("How they were told"),
        choices=[pair for pair in TellingWay.choices if pair[0] != TellingWay.APP],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how they were told.")},
    )
    on = forms.DateField(label=_("On which day"), initial=clock.today)
    note = forms.CharField(
        label=_("What they said to it"),
        max_length=300,
        required=False,
        help_text=_("Needed where they could not be reached: what was tried. No names and no numbers."),
    )


class ThemeForm(Form):
    title = forms.CharField(
        label=_("Name of the theme"),
        max_length=80,
        error_messages={"required": _("Give the theme a name.")},
    )
    dots = forms.IntegerField(
        label=_("Dots"),
        min_value=0,
        required=False,
        help_text=_("How many dots residents put on it at their meeting."),
    )
    dots_on = forms.DateField(label=_("Day of the residents' meeting"), required=False)
