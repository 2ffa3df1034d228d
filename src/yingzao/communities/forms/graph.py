"""What is entered of venues, topics, organisations, actions, their ties and photos, and of lists of communities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import (
    Facet,
    GroupKind,
    GroupStage,
    NodeKind,
    PhotoMoment,
    TopicState,
    VenueState,
)
from yingzao.communities.models import Community, ResidentGroup
from yingzao.communities.queries import title_of
from yingzao.core import clock
from yingzao.core.ui.forms import Form, ManyFilesField, ManyFilesInput

_FIGURE = re.compile(r"(?P<label>[^:：]{1,40})[:：]\s*(?P<value>\d{1,9}(?:\.\d{1,3})?)\s*(?P<unit>\D{0,10})")
MOST_FIGURES = 12


class NodeForm(Form):
    """What all four have. `key` makes the same form sent twice one record."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    title = forms.CharField(label=_("Its name"), max_length=120)
    text = forms.CharField(
        label=_("What there is to say of it"),
        required=False,
        max_length=5000,
        widget=forms.Textarea,
        help_text=_("No telephone and no identity-card number here."),
    )
    facets = forms.MultipleChoiceField(
        label=_("Facets"), choices=Facet.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    source = forms.CharField(
        label=_("How it is known"),
        max_length=300,
        required=False,
        help_text=_("A walk on 15 November, the residents' committee, an article with its address."),
    )
    field_order: tuple[str, ...] = ()

    @classmethod
    def of(cls, node: Any, data: Any = None) -> NodeForm:
        """The form with what is known of a record."""
        initial = {name: getattr(node, name) for name in cls.base_fields if hasattr(node, name)}
        if "figures" in cls.base_fields:
            initial["figures"] = figure_lines(node.figures)
        form = cls(data, initial=initial)
        if "stage" in form.fields:
            del form.fields["stage"]  # has a step of its own, with its day
        return form

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class VenueForm(NodeForm):
    use = forms.CharField(label=_("What it is used for"), max_length=200, required=False)
    place = forms.CharField(label=_("Where it is"), max_length=120, required=False)
    state = forms.ChoiceField(label=_("How it stands"), choices=VenueState.choices, widget=forms.RadioSelect)
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
    field_order = (
        "key",
        "title",
        "use",
        "place",
        "state",
        "text",
        "facets",
        "source",
        "latitude",
        "longitude",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = [name for name in ("latitude", "longitude") if cleaned.get(name) is not None]
        missing = {"latitude": "longitude", "longitude": "latitude"}
        if len(given) == 1 and missing[given[0]] not in self.errors:
            self.add_error(missing[given[0]], _("Enter latitude and longitude, or neither."))
        return cleaned


class TopicForm(NodeForm):
    state = forms.ChoiceField(label=_("How it stands"), choices=TopicState.choices, widget=forms.RadioSelect)
    since = forms.DateField(label=_("Raised on"), required=False)
    field_order = ("key", "title", "text", "state", "since", "facets", "source")


class GroupForm(NodeForm):
    kind = forms.ChoiceField(
        label=_("What it does"),
        choices=GroupKind.choices,
        help_text=_("An owners' committee is not filed as a residents' organisation, and has no stage."),
    )
    stage = forms.ChoiceField(
        label=_("How far it has come"),
        choices=[("", _("not said")), *GroupStage.choices],
        required=False,
    )
    since = forms.DateField(label=_("Founded on"), required=False)
    member_count = forms.IntegerField(
        label=_("Members"),
        required=False,
        min_value=0,
        max_value=100_000,
        widget=forms.TextInput({"inputmode": "numeric", "class": "form-short"}),
    )
    filing_number = forms.CharField(label=_("Number of the filing"), max_length=60, required=False)
    filed_on = forms.DateField(label=_("Filed on"), required=False)
    field_order = (
        "key", "title", "kind", "stage", "text", "since", "member_count", "filing_number", "filed_on", "facets", "source",
    )  # fmt: skip


class ActionForm(NodeForm):
    on = forms.DateField(label=_("Day"), required=False)
    when = forms.CharField(
        label=_("About when, if no day is known"),
        max_length=40,
        required=False,
        help_text=_("Such as 2019 年启动."),
    )
    until = forms.DateField(label=_("Last day, if it took several"), required=False)
    figures = forms.CharField(
        label=_("What was counted"),
        required=False,
        widget=forms.Textarea,
        help_text=_("One a line, with its number and unit: 参加居民：120 人"),
    )
    field_order = ("key", "title", "on", "when", "until", "text", "figures", "facets", "source")

    def clean_figures(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["figures"].splitlines() if line.strip()]
        if len(lines) > MOST_FIGURES:
            raise forms.ValidationError(_("At most %(most)d figures."), params={"most": MOST_FIGURES})
        found = []
        for line in lines:
            figure = _FIGURE.fullmatch(line)
            if figure is None:
                raise forms.ValidationError(
                    _("“%(line)s” has no label, number and unit, such as 参加居民：120 人."),
                    params={"line": line},
                )
            found.append({name: figure[name].strip() for name in ("label", "value", "unit")})
        return found


def figure_lines(figures: list[Mapping[str, str]]) -> str:
    """Figures as they are typed."""
    return "\n".join(f"{one['label']}：{one['value']} {one['unit']}".strip() for one in figures)


FORMS: dict[str, type[NodeForm]] = {
    NodeKind.VENUE: VenueForm,
    NodeKind.TOPIC: TopicForm,
    NodeKind.GROUP: GroupForm,
    NodeKind.ACTION: ActionForm,
}


class TieForm(Form):
    """Choose a record of the same community; the value is its kind and code."""

    other = forms.ChoiceField(label=_("Tie to"))

    def __init__(self, offered: Mapping[str, list[Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (NodeKind(kind).label, [(f"{kind}:{row.code}", title_of(row)) for row in rows])
            for kind, rows in offered.items()
            if rows
        ]
        self.fields["other"].choices = [("", _("Choose…")), *groups]  # type: ignore[attr-defined]
        self.is_empty = not groups


class NodePhotosForm(Form):
    photos = ManyFilesField(
        label=_("Photos"),
        widget=ManyFilesInput("image/*"),
        help_text=_("JPEG, PNG, WebP or HEIC; several at once."),
    )
    moment = forms.ChoiceField(
        label=_("Moment of the photo"),
        choices=PhotoMoment.choices,
        widget=forms.RadioSelect,
        initial="during",
    )
    taken_on = forms.DateField(label=_("Taken on"), required=False)
    caption = forms.CharField(label=_("What it shows"), max_length=200, required=False)


class GroupStepForm(Form):
    stage = forms.ChoiceField(
        label=_("How far it has come"), choices=GroupStage.choices, widget=forms.RadioSelect
    )
    is_dormant = forms.BooleanField(
        label=_("It sleeps: nothing has been done for a long time"), required=False
    )
    on = forms.DateField(label=_("Since"), initial=clock.today)
    note = forms.CharField(label=_("In a few words"), max_length=300, required=False)

    def __init__(self, group: ResidentGroup, data: Any = None) -> None:
        super().__init__(data, initial={"stage": group.stage, "is_dormant": group.is_dormant})
        if group.kind == GroupKind.OWNERS:
            del self.fields["stage"]

    def said(self) -> dict[str, Any]:
        return {"stage": "", **self.cleaned_data}


class RollForm(Form):
    title = forms.CharField(label=_("Name of this list of communities"), max_length=120)
    basis = forms.CharField(
        label=_("Who chose them, and by what"),
        max_length=300,
        required=False,
        help_text=_("So that nobody adds up what was counted differently."),
    )
    stated = forms.CharField(
        label=_("How many its source says"),
        max_length=20,
        required=False,
        help_text=_("In the words of the source: 17, 二十多个."),
        widget=forms.TextInput({"class": "form-short"}),
    )
    as_of = forms.CharField(label=_("Of which time"), max_length=40, required=False)
    source = forms.CharField(label=_("Source"), max_length=300, required=False)


class RollEntriesForm(Form):
    names = forms.CharField(
        label=_("Communities"),
        widget=forms.Textarea,
        help_text=_("Names as in the register, one a line or with 、 between."),
    )
    since = forms.CharField(label=_("On it since"), max_length=40, required=False)

    def __init__(self, index: Any, data: Any = None) -> None:
        super().__init__(data)
        self._index = index

    def clean_names(self) -> list[Community]:
        names = [name for name in re.split(r"[、，,;；\n]+", self.cleaned_data["names"]) if name.strip()]
        found = [(name.strip(), self._index.find(name)) for name in names]
        unknown = [name for name, community in found if community is None]
        if unknown:
            raise forms.ValidationError(
                _("Not in the register, or more than one could be meant: %(names)s"),
                params={"names": "、".join(unknown[:20])},
            )
        return [community for _name, community in found if community is not None]
