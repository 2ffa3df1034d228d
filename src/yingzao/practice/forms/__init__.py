"""What a learner hands in, and what a reviewer answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import Form, ManyFilesField, ManyFilesInput


class WorkForm(Form):
    text = forms.CharField(
        label=_("Report"), widget=forms.Textarea(attrs={"rows": "12"}), required=False, max_length=50_000
    )
    number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=100_000)
    files = ManyFilesField(  # type: ignore[assignment]  # the metaclass takes it out of the class again
        label=_("Photos and documents"),
        required=False,
        widget=ManyFilesInput("image/*,.pdf,.docx,.xlsx,.txt,.md"),
        help_text=_("Photos, PDF, Word or Excel. Places and devices are taken out of photos."),
    )


class ReviewForm(Form):
    review = forms.CharField(
        label=_("Words to the learner"), widget=forms.Textarea, required=False, max_length=5000
    )


class GuidanceForm(Form):
    guidance = forms.CharField(
        label=_("How to do it"),
        widget=forms.Textarea(attrs={"rows": "10"}),
        required=False,
        max_length=10_000,
    )
