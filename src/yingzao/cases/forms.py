"""Reflections, the case that an organiser chooses, and cases of the library."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yingzao.activities.forms import ActivityForm, AudienceForm
from yingzao.articles.models import Feed
from yingzao.articles.queries import feeds_of
from yingzao.articles.readers import MAX_FEED
from yingzao.cases.enums import TagKind
from yingzao.cases.models import Case
from yingzao.cases.rules import DEFAULT_CHARACTERS
from yingzao.communities.enums import CommunityKind, Facet
from yingzao.communities.models import Community
from yingzao.core.clock import end_of, parse_moment
from yingzao.core.ui.forms import (
    FileInput,
    Form,
    LargeFileField,
    ManyFilesField,
    ManyFilesInput,
    MomentInput,
    NamedChoiceField,
    offer,
)
from yingzao.people.models import Organisation

_BETWEEN = re.compile(r"[、，,;；\n]+")


class ReflectionForm(Form):
    """A reflection, and the methods that its writer takes along. `offered` are methods to choose from."""

    text = forms.CharField(
        label=_("My reflection"),
        widget=forms.Textarea(attrs={"rows": "8"}),
        max_length=20_000,
        error_messages={"required": _("Write something first.")},
    )
    methods = forms.MultipleChoiceField(
        label=_("Methods I take along"), required=False, widget=forms.CheckboxSelectMultiple
    )
    other_methods = forms.CharField(
        label=_("Another method"), required=False, max_length=200, help_text=_("Several with 、 between.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    pressed_at = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, offered: Sequence[str], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "methods", [(method, method) for method in offered])
        if not offered:
            del self.fields["methods"]
            self.fields["other_methods"].label = _("Methods I take along")

    def values(self) -> dict[str, Any]:
        """What `hand_in_reflection` takes."""
        data = self.cleaned_data
        methods = [*data.get("methods", ()), *_parted(data["other_methods"])]
        return {
            "text": data["text"],
            "key": data["key"],
            "methods": methods,
            "pressed_at": parse_moment(data["pressed_at"]),
        }


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
        return _parted(self.cleaned_data["methods"])

    def values(self) -> dict[str, Any]:
        """What `save_case` writes beside facets, methods and article."""
        own = {"file", "pictures", "facets", "methods"}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}


class PushForm(AudienceForm):
    """A case of the library for learners of a programme: to whom, when, and what they write about it."""

    GROUPS = (
        AudienceForm.AUDIENCE,
        (_("When"), ("starts_at", "due_on")),
        (_("What is asked"), ("characters", "asks_method", "question")),
    )
    starts_at = forms.DateTimeField(
        label=_("Reaches the learners"),
        widget=MomentInput,
        required=False,
        help_text=_("Until then nobody can read it. Empty: at once."),
    )
    due_on = ActivityForm.base_fields["due_on"]
    characters = forms.IntegerField(
        label=_("Least number of characters"),
        min_value=0,
        max_value=20000,
        initial=DEFAULT_CHARACTERS,
        help_text=_("0: reading it is enough."),
    )
    asks_method = ActivityForm.base_fields["asks_method"]
    question = forms.CharField(
        label=_("What to write about"),
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=1000,
    )

    def values(self) -> dict[str, Any]:
        """What `push_case` writes of the activity."""
        data = self.cleaned_data
        return {
            "starts_at": data["starts_at"],
            "due_at": end_of(data["due_on"]) if data["due_on"] else None,
            "is_required": data["is_required"],
            "rule": {"reflection_characters": data["characters"], "asks_method": data["asks_method"]},
        }


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


def _parted(words: str) -> list[str]:
    return [word.strip() for word in _BETWEEN.split(words) if word.strip()]
