"""How a task is planned."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.communities.enums import NeedSource
from yingzao.core.ui.forms import Form
from yingzao.practice.enums import PartKind
from yingzao.practice.models import PracticeTask, TaskPart
from yingzao.practice.readers import PartPlan
from yingzao.practice.settling.parts import Asked


class GuidanceForm(Form):
    guidance = forms.CharField(
        label=_("How to do it"),
        widget=forms.Textarea(attrs={"rows": "10"}),
        required=False,
        max_length=10_000,
    )
    is_early = forms.BooleanField(
        label=_("May be handed in before its first day"),
        required=False,
        help_text=_("Otherwise it can be drafted, and handed in from the day it begins."),
    )

    @classmethod
    def of(cls, task: PracticeTask | None, data: Any = None) -> GuidanceForm:
        return cls(
            data,
            initial={
                "guidance": task.guidance if task else "",
                "is_early": task.is_early if task else True,
            },
        )


class PartForm(Form):
    """Fields that a kind does not ask for are not shown for it, and not read."""

    ONLY: ClassVar = {
        "count": (PartKind.LEADERS, PartKind.NEEDS),
        "methods": (PartKind.NEEDS,),
        "ways": (PartKind.NEEDS,),
        "characters": (PartKind.REPORT, PartKind.FREE),
        "file_count": (PartKind.REPORT, PartKind.FREE),
        "outline": (PartKind.REPORT, PartKind.FREE),
    }
    title = forms.CharField(label=_("Name of the part"), max_length=60)
    count = forms.IntegerField(label=_("How many are asked for"), min_value=1, max_value=50, initial=3)
    methods = forms.MultipleChoiceField(
        label=_("Ways that count"),
        choices=NeedSource.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every way counts."),
    )
    ways = forms.IntegerField(
        label=_("Different ways that are asked for"), min_value=0, max_value=6, required=False, initial=0
    )
    characters = forms.IntegerField(
        label=_("Least number of characters"),
        min_value=0,
        max_value=50_000,
        required=False,
        initial=200,
        help_text=_("Of a report, the characters of Word and PDF documents count along."),
    )
    file_count = forms.IntegerField(
        label=_("Files that are asked for"), min_value=0, max_value=20, required=False, initial=0
    )
    outline = forms.CharField(
        label=_("Outline"),
        widget=forms.Textarea,
        required=False,
        max_length=2000,
        help_text=_("One heading a line."),
    )
    help_text = forms.CharField(label=_("Help"), widget=forms.Textarea, required=False, max_length=3000)
    example = forms.CharField(label=_("An example"), widget=forms.Textarea, required=False, max_length=3000)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = PartKind(kind)
        for name, kinds in self.ONLY.items():
            if self.kind not in kinds:
                del self.fields[name]

    @classmethod
    def of(cls, asked: Asked, words: TaskPart | None, data: Any = None) -> PartForm:
        initial = {
            "title": asked.title,
            "count": asked.count,
            "methods": list(asked.methods),
            "ways": asked.ways,
            "characters": asked.characters,
            "file_count": asked.files,
            "outline": "\n".join(words.outline) if words else "",
            "help_text": words.help_text if words else "",
            "example": words.example if words else "",
        }
        return cls(data, kind=asked.kind, initial=initial)

    def plan(self) -> PartPlan:
        data = self.cleaned_data
        return PartPlan(
            title=data["title"].strip(),
            kind=self.kind,
            count=data.get("count") or 0,
            methods=tuple(data.get("methods") or ()),
            ways=data.get("ways") or 0,
            characters=data.get("characters") or 0,
            files=data.get("file_count") or 0,
            help_text=data["help_text"].strip(),
            example=data["example"].strip(),
            outline=tuple(line.strip() for line in data.get("outline", "").splitlines() if line.strip())[:30],
        )
