"""Reflections, the case that an organiser chooses, and cases of the library."""

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.articles.models import Feed
from yingzao.articles.queries import feeds_of
from yingzao.articles.readers import MAX_FEED
from yingzao.cases.enums import TagKind
from yingzao.cases.models import Case
from yingzao.communities.enums import CommunityKind, Facet
from yingzao.communities.models import Community
from yingzao.core.ui.forms import (
    FileInput,
    Form,
    LargeFileField,
    ManyFilesField,
    ManyFilesInput,
    NamedChoiceField,
    offer,
)
from yingzao.people.models import Organisation


class ReflectionForm(Form):
    text = forms.CharField(
        label=_("My reflection"),
        widget=forms.Textarea(attrs={"rows": "8"}),
        max_length=20_000,
        error_messages={"required": _("Write something first.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class AnswerForm(Form):
    text = forms.CharField(
        label=_("My answer"),
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=4000,
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


class LibraryForm(Form):
    """A case of the library. What is not known stays empty."""

    GROUPS = (
        (_("The article"), ("file", "pictures")),
        (_("What sort of case"), ("community_kind", "facets", "methods", "community", "place")),
        (_("What can be learned from it"), ("problem", "done", "evidence", "outcome")),
    )
    title = forms.CharField(
        label=_("Name of the case"),
        max_length=200,
        required=False,
        help_text=_("Empty: the title of the article."),
    )
    file = forms.FileField(
        label=_("Article"),
        required=False,
        widget=FileInput(".md,.html,.htm,.docx,.txt"),
        help_text=_("A Markdown or Hexo post, a saved web page or a Word file."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
    pictures = ManyFilesField(
        label=_("Its pictures"),
        required=False,
        widget=ManyFilesInput("image/*"),
        help_text=_("Named as the text names them."),
    )
    community_kind = forms.ChoiceField(
        label=_("Kind of community"), choices=[("", _("not said")), *CommunityKind.choices], required=False
    )
    facets = forms.MultipleChoiceField(
        label=_("Sides of the community"),
        choices=Facet.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    methods = forms.CharField(
        label=_("Methods"),
        max_length=400,
        required=False,
        help_text=_("With 、 between, for instance 协商议事、社区导赏、参与式规划."),
    )
    community = NamedChoiceField(
        label=_("Community of the register"),
        queryset=Community.objects.none(),
        required=False,
        empty_label=_("not in the register"),
    )
    place = forms.CharField(label=_("Where it happened"), max_length=120, required=False)
    problem = forms.CharField(
        label=_("The problem"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": "3"})
    )
    done = forms.CharField(
        label=_("What was done"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": "3"})
    )
    evidence = forms.CharField(
        label=_("What shows it"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": "2"})
    )
    outcome = forms.CharField(
        label=_("What became of it"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "2"}),
    )
    is_shown = forms.BooleanField(label=_("Learners find it in their library"), required=False, initial=True)

    def __init__(self, organisation: Organisation, *args, case: Case | None = None, **kwargs) -> None:
        self.case = case
        if case is not None:
            kwargs.setdefault("initial", self._initial(case))
        super().__init__(*args, **kwargs)
        self.fields["file"].required = case is None
        offer(self, "community", Community.objects.filter(organisation=organisation))

    @staticmethod
    def _initial(case: Case) -> dict[str, Any]:
        tags = list(case.tags.all())
        plain = {
            name: getattr(case, name)
            for name in ("title", "community_kind", "place", "is_shown", "community")
        }
        texts = {name: getattr(case, name) for name in ("problem", "done", "evidence", "outcome")}
        return {
            **plain,
            **texts,
            "facets": [tag.value for tag in tags if tag.kind == TagKind.FACET],
            "methods": "、".join(tag.value for tag in tags if tag.kind == TagKind.METHOD),
        }

    def clean_methods(self) -> list[str]:
        return [m for m in re.split(r"[、，,;；\n]+", self.cleaned_data["methods"]) if m.strip()]

    def values(self) -> dict[str, Any]:
        """What `save_case` writes beside facets, methods and article."""
        own = {"file", "pictures", "facets", "methods"}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}


class FeedForm(Form):
    """An address to look at, and then the name under which it is subscribed to."""

    address = forms.CharField(
        label=_("Address of the feed"),
        max_length=1000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It begins with https:// and mostly ends in feed, rss, atom.xml or the like."),
        error_messages={"required": _("Enter the address of a feed.")},
    )
    title = forms.CharField(
        label=_("Name of the feed"),
        max_length=200,
        required=False,
        help_text=_("As it shall stand in your lists."),
        error_messages={"required": _("Give the feed a name.")},
    )
    step = forms.ChoiceField(
        choices=[("look", "look"), ("subscribe", "subscribe")], widget=forms.HiddenInput, initial="look"
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = self["step"].value() == "subscribe"


class FeedField(forms.ModelChoiceField):
    def label_from_instance(self, row: Feed) -> str:
        return row.title


class FeedFileForm(Form):
    file = LargeFileField(
        largest=MAX_FEED // 1_000_000,  # read entry by entry
        label=_("File of the feed"),
        widget=FileInput(".xml,.rss,.atom,.rdf,.json"),
        help_text=_("RSS, Atom or JSON Feed, at most 60 MB."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
    feed = FeedField(
        label=_("Belongs to"),
        queryset=Feed.objects.none(),
        required=False,
        empty_label=_("the feed that the file names"),
        to_field_name="code",
    )

    def __init__(self, organisation: Organisation, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "feed", feeds_of(organisation))
