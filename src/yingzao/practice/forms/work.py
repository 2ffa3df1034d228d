"""What a learner writes, and what is said about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities.kind import Idea
from yingzao.core.ui.forms import Form, ManyFilesField, ManyFilesInput, offer
from yingzao.practice.settling.parts import Asked

LONGEST = 50_000


class WorkForm(Form):
    """Of a task in parts each written part has a field of its own, `part-CODE`, in place of the one text."""

    text = forms.CharField(
        label=_("Report"), widget=forms.Textarea(attrs={"rows": "12"}), required=False, max_length=LONGEST
    )
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=100_000)
    files = ManyFilesField(  # type: ignore[assignment]  # the metaclass takes it out of the class again
        label=_("Photos and documents"),
        required=False,
        widget=ManyFilesInput("image/*,.pdf,.docx,.xlsx,.txt,.md"),
        help_text=_("Photos, PDF, Word or Excel. Places and devices are taken out of photos."),
    )

    refers = forms.MultipleChoiceField(
        label=_("What I saw on visits and build on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Your notes under “What I could do in my community”. They are handed in with the report as they read now."
        ),
    )

    def __init__(
        self, *args: Any, parts: Sequence[Asked] = (), ideas: Sequence[Idea] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        if ideas:
            offer(self, "refers", [(idea.key, f"{idea.text}（{idea.where}）") for idea in ideas])
        else:
            del self.fields["refers"]
        if not parts:
            return
        del self.fields["text"]
        for one in parts:
            if one.is_written:
                self.fields[f"part-{one.part}"] = forms.CharField(
                    label=one.title,
                    widget=forms.Textarea(
                        attrs={"rows": "10", "class": "form-control", "data-asked": str(one.characters)}
                    ),
                    required=False,
                    max_length=LONGEST,
                )

    @classmethod
    def initial_of(cls, text: str, content: Mapping[str, Any], number: int) -> dict[str, Any]:
        texts: Mapping[str, str] = content.get("parts", {})
        refers = [one["key"] for one in content.get("refers", [])]
        return {"text": text, "number": number, "refers": refers} | {
            f"part-{code}": part for code, part in texts.items()
        }

    def referred(self) -> list[str] | None:
        """Keys of the ideas that are chosen; None where none can be chosen."""
        return self.cleaned_data.get("refers")

    def written(self) -> dict[str, Any]:
        """`text`, or `parts` of a task in parts, as the actions take them."""
        if not self.parts:
            return {"text": self.cleaned_data["text"]}
        return {
            "parts": {one.part: self.cleaned_data[f"part-{one.part}"] for one in self.parts if one.is_written}
        }


class ReviewForm(Form):
    review = forms.CharField(
        label=_("Words to the learner"), widget=forms.Textarea, required=False, max_length=5000
    )


class RemarkForm(Form):
    text = forms.CharField(
        label=_("Your comment"), widget=forms.Textarea(attrs={"rows": "3"}), max_length=2000
    )
    part = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    file = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    paragraph = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=100_000)
    quote = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2000)


class SettleForm(Form):
    answer = forms.CharField(label=_("What I changed, or why not"), required=False, max_length=500)
    done = forms.BooleanField(label=_("Done"), required=False)
