"""Reflections, and the case that an organiser chooses."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.core.ui.forms import FileInput, Form, ManyFilesField, ManyFilesInput


class ReflectionForm(Form):
    text = forms.CharField(
        label=_("My reflection"),
        widget=forms.Textarea(attrs={"rows": "8"}),
        max_length=20_000,
        error_messages={"required": _("Write something first.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class CaseForm(Form):
    file = forms.FileField(
        label=_("Article"),
        required=False,
        widget=FileInput(".md,.html,.htm,.docx,.txt"),
        help_text=_(
            "A Markdown or Hexo post, an HTML page or a Word file. Leave empty to keep the present one."
        ),
    )
    pictures = ManyFilesField(
        label=_("Its pictures"),
        required=False,
        widget=ManyFilesInput("image/*"),
        help_text=_("Named as the text names them."),
    )
    question = forms.CharField(
        label=_("What to write about"), required=False, widget=forms.Textarea, max_length=1000
    )
