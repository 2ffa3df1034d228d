"""What is entered on the desk of walks, interviews, guides and proposals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import Facet, Frequency, NodeKind, Urgency
from yingzao.communities.forms import FORMS
from yingzao.communities.forms.graph import NodeForm
from yingzao.communities.models import Community
from yingzao.core.masking import mask_phones_in
from yingzao.core.ui.forms import Form
from yingzao.fieldwork.models import Guide, Proposal, WalkPoint
from yingzao.fieldwork.rules import MOST_GUIDE_QUESTIONS
from yingzao.fieldwork.settling.guides import as_lines, from_lines


class FieldNeedForm(Form):
    """A need that somebody reads out of a walk or an interview."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    title = forms.CharField(
        label=_("What is needed"),
        max_length=120,
        error_messages={"required": _("Say in a few words what is needed.")},
    )
    whose = forms.CharField(
        label=_("Whose it is"),
        max_length=120,
        help_text=_("A group, such as old people who live alone; no names."),
        error_messages={"required": _("Say who needs it.")},
    )
    evidence = forms.CharField(
        label=_("What was said, counted or seen"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": "5"}),
    )
    place = forms.CharField(label=_("Where it is needed"), max_length=120, required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), choices=Urgency.choices, initial=Urgency.NORMAL)
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices, initial=Frequency.UNKNOWN)
    facets = forms.MultipleChoiceField(
        label=_("Facets"), choices=Facet.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    source_note = forms.CharField(label=_("Source in words"), max_length=300, required=False)

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


def form_of_point(point: WalkPoint, kind: str, source: str, data: Any = None) -> FieldNeedForm | NodeForm:
    """The form of what is made of a point, with what the point says in it already. `source`: the walk in words."""
    first, _line, rest = mask_phones_in(point.text).partition("\n")
    title = " ".join(first.split())[:120]
    facets = [point.facet] if point.facet else []
    if kind == NodeKind.NEED:
        initial = {
            "title": title,
            "evidence": mask_phones_in(point.text),
            "place": point.place,
            "facets": facets,
            "source_note": source,
        }
        return FieldNeedForm(data, initial=initial)
    named = {"title": title, "text": rest.strip(), "facets": facets, "source": source, "place": point.place}
    where = {"latitude": point.latitude, "longitude": point.longitude}
    return FORMS[kind](data, initial={**named, **where})


class GuideForm(Form):
    """Questions one a line; what stands behind a ｜ is the hint."""

    title = forms.CharField(label=_("Title of the guide"), max_length=120)
    purpose = forms.CharField(
        label=_("What the talk is for"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": "2"}),
        help_text=_("Learners read it before they begin."),
    )
    questions = forms.CharField(
        label=_("Questions"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": "14"}),
        help_text=_("One a line. A hint for whoever asks stands behind ｜."),
        error_messages={"required": _("Write at least one question.")},
    )
    is_offered = forms.BooleanField(label=_("Learners find it on their phone"), required=False, initial=True)

    @classmethod
    def of(cls, guide: Guide, questions: Iterable[Mapping[str, str]], data: Any = None) -> GuideForm:
        initial = {
            "title": guide.title,
            "purpose": guide.purpose,
            "questions": as_lines(questions),
            "is_offered": guide.is_offered,
        }
        return cls(data, initial=initial)

    def clean_questions(self) -> list[dict[str, str]]:
        questions = from_lines(self.cleaned_data["questions"])
        if len(questions) > MOST_GUIDE_QUESTIONS:
            raise forms.ValidationError(
                gettext("At most %(most)d questions: a talk has an end.") % {"most": MOST_GUIDE_QUESTIONS}
            )
        if not questions:
            raise forms.ValidationError(gettext("Write at least one question."))
        return questions


class EraseInterviewForm(Form):
    reason = forms.CharField(
        label=_("Who asked for it, and how"),
        max_length=200,
        help_text=_("Such as: in person at the service centre on 3 March. No names, no telephone."),
        error_messages={"required": _("Say who asked for it, and how.")},
    )


class InterviewFilter(Form):
    q = forms.CharField(label=_("Search words"), required=False, widget=forms.TextInput({"type": "search"}))
    community = forms.ChoiceField(label=_("Community"), required=False)
    guide = forms.ChoiceField(label=_("Guide"), required=False)

    def __init__(self, data: Any, communities: Iterable[Community], guides: Iterable[Guide]) -> None:
        super().__init__(data)
        every = ("", gettext("All"))
        self.fields["community"].choices = [every, *((c.code, c.name) for c in communities)]  # type: ignore[attr-defined]
        self.fields["guide"].choices = [every, *((g.code, g.title) for g in guides)]  # type: ignore[attr-defined]


# Proposals


def accepting_form(proposal: Proposal, source: str, data: Any = None) -> Form:
    """The graph's own form with the words of a proposal."""
    initial = {
        "title": proposal.title,
        "text": mask_phones_in(proposal.text),
        "facets": proposal.facets,
        "source": source,
    }
    return FORMS[proposal.kind](data, initial=initial)


class DeclineForm(Form):
    reason = forms.CharField(
        label=_("Why it is not taken"),
        max_length=200,
        help_text=_("Whoever proposed it reads this."),
        error_messages={"required": _("Say in a few words why not: the learner reads it.")},
    )


class MapFilter(Form):
    q = forms.CharField(label=_("Search words"), required=False, widget=forms.TextInput({"type": "search"}))
    kind = forms.ChoiceField(label=_("What to show"), required=False)
    facet = forms.ChoiceField(label=_("Facet"), required=False)

    def __init__(self, data: Any, kinds: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        every = ("", gettext("All"))
        self.fields["kind"].choices = [every, *kinds]  # type: ignore[attr-defined]
        self.fields["facet"].choices = [every, *Facet.choices]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        """What is asked for; something that is not offered asks for nothing."""
        self.is_valid()
        told = self.cleaned_data
        return {
            "words": told.get("q", ""),
            "kind": told.get("kind", ""),
            "facet": told.get("facet", ""),
        }
