"""Shapes of what editors enter."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingzao.activities.models import Activity
from yingzao.articles.actions import NewPicture, PictureWords
from yingzao.articles.enums import ImageState
from yingzao.articles.exports import as_markdown, source_of
from yingzao.articles.models import ArticleImage
from yingzao.communities.models import Community
from yingzao.communities.queries import CommunityIndex
from yingzao.core.errors import Refused
from yingzao.core.ui.forms import FileInput, Form, ManyFilesField, ManyFilesInput, MomentInput
from yingzao.core.ui.templatetags.ui import short_day
from yingzao.stories.actions import Meaning
from yingzao.stories.models import Story
from yingzao.stories.queries import ShownFigure
from yingzao.stories.rules import Byline, byline_of

SEPARATOR = "、"
_SEPARATORS = re.compile(r"[、，,;；\n]+")


def _listed(words: str) -> list[str]:
    return [one for part in _SEPARATORS.split(words) if (one := " ".join(part.split()).lstrip("#＃"))]


def _activity(activity: Activity) -> str:
    return f"{activity.title} · {short_day(activity.starts_at)}" if activity.starts_at else activity.title


def _moved(one: ShownFigure) -> str:
    return gettext("%(name)s: %(before)d in the text, now %(after)d") % {
        "name": one.bound.name,
        "before": one.bound.value,
        "after": one.now.value if one.now else 0,
    }


class WantedField(forms.CharField):
    """Asked for and not called optional, yet a draft may leave it empty: publishing is what needs it."""

    def validate(self, value: str) -> None:
        pass


class StoryForm(Form):
    """A story with its pictures. Each picture brings its own fields: alt-1, caption-1, credit-1, remove-1."""

    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("A story needs a title.")}
    )
    byline = forms.CharField(
        label=_("Byline"),
        max_length=200,
        required=False,
        help_text=_("Who wrote it, as it is printed: 记者甲"),
    )
    correspondent = forms.CharField(label=_("Correspondents"), max_length=100, required=False)
    photos_by = forms.CharField(
        label=_("Photos by"),
        max_length=100,
        required=False,
        help_text=_("Who took most of them; a picture by somebody else says so itself."),
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=200_000,
        widget=forms.Textarea({"rows": "20", "class": "story-source", "data-story-text": ""}),
        error_messages={"required": _("Write something first.")},
        help_text=_(
            "An empty line begins a new paragraph. ## before a line makes a heading, **two stars** make words strong,"
            " [图1] on a line of its own is the place of picture 1."
        ),
    )
    summary = forms.CharField(
        label=_("Summary"),
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": "2"}),
        help_text=_("Stands in lists and where the story is shared. Left empty, it is how the text begins."),
    )
    dated = forms.DateTimeField(
        label=_("Date of the story"),
        required=False,
        widget=MomentInput(),
        help_text=_("Left empty, it is the day on which the story is published first."),
    )
    categories = forms.CharField(
        label=_("Categories"),
        max_length=400,
        required=False,
        help_text=_("Several with 、 between them. Each has a list and a feed of its own."),
    )
    tags = forms.CharField(
        label=_("Tags"),
        max_length=400,
        required=False,
        help_text=_("Words to find it by, with 、 between them."),
    )
    place = forms.CharField(label=_("Where it happened"), max_length=120, required=False)
    communities = forms.CharField(
        label=_("Communities it tells of"),
        max_length=800,
        required=False,
        help_text=_(
            "By their names in the register, with 、 between them. It then stands on their pages and in their feeds."
        ),
    )
    activities = forms.MultipleChoiceField(
        label=_("Activities it tells of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What was brought home from them is offered beside the text."),
    )
    uploads = ManyFilesField(
        label=_("New pictures"),
        required=False,
        widget=ManyFilesInput("image/*"),
        help_text=_("They take the next numbers when you save."),
    )
    upload_words = forms.CharField(
        label=_("What the new pictures show"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": "2"}),
        help_text=_("One line for each picture, in the order of the files. It can be entered later too."),
    )
    wrong = forms.CharField(
        label=_("What was wrong"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": "2"}),
        help_text=_(
            "Readers see it below the story, with today's date and your name. Leave it empty for slips of the pen."
        ),
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args,
        pictures: Sequence[ArticleImage] = (),
        activities: Iterable[Activity] = (),
        communities: Iterable[Community] = (),
        figures: Iterable[ShownFigure] = (),
        **kwargs,
    ):
        """`activities` and `communities` are those that it may be said to tell of; `figures` those of a public story."""
        self.pictures = list(pictures)
        self.planned = {activity.code: activity for activity in activities}
        self.register = communities
        super().__init__(*args, **kwargs)
        self._part_byline()
        if self.planned:
            shown = [(code, _activity(activity)) for code, activity in self.planned.items()]
            cast("forms.MultipleChoiceField", self.fields["activities"]).choices = shown
        else:
            del self.fields["activities"]
        self.moved = {one.bound.key: one for one in figures if one.is_other}
        if self.moved:
            self.add_fields(
                renew=forms.MultipleChoiceField(
                    label=_("Figures that have moved since"),
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                    choices=[(key, _moved(one)) for key, one in self.moved.items()],
                    help_text=_(
                        "A figure that is ticked says what its query says now. Where you write no correction, readers are"
                        " told of the old number and the new one."
                    ),
                )
            )
        self.unreadable = ""
        self._read_surface()
        stored = [p for p in self.pictures if p.state == ImageState.STORED]
        for picture in self.pictures:
            number = picture.position + 1
            self.add_fields(
                **{
                    f"alt-{number}": WantedField(
                        label=_("What it shows (alternative text)"),
                        max_length=300,
                        help_text=_("For readers who cannot see the picture. A story needs it to be public."),
                    ),
                    f"caption-{number}": forms.CharField(label=_("Caption"), required=False, max_length=300),
                    f"credit-{number}": forms.CharField(
                        label=_("Who took it"), required=False, max_length=120
                    ),
                    f"focus-x-{number}": _place(_("From the left, in hundredths")),
                    f"focus-y-{number}": _place(_("From the top, in hundredths")),
                    f"remove-{number}": forms.BooleanField(label=_("Remove this picture"), required=False),
                }
            )
            self.initial = {
                f"alt-{number}": picture.alt,
                f"caption-{number}": picture.caption,
                f"credit-{number}": picture.credit,
                f"focus-x-{number}": picture.file.focus_x if picture.file else 50,
                f"focus-y-{number}": picture.file.focus_y if picture.file else 50,
                **self.initial,  # unsaved words about it come first
            }
        if stored:
            choices = [("", gettext("none of its own: the first in the text stands in lists"))]
            choices += [
                (str(p.position + 1), gettext("Picture %(number)d") % {"number": p.position + 1})
                for p in stored
            ]
            self.add_fields(
                head=forms.ChoiceField(
                    label=_("Head picture"), choices=choices, required=False, widget=forms.Select
                )
            )
            self.initial["head"] = next((str(p.position + 1) for p in stored if p.is_head), "")

    @classmethod
    def of(
        cls,
        story: Story,
        pictures: Sequence[ArticleImage],
        data: Any = None,
        files: Any = None,
        initial: dict[str, Any] | None = None,
        *,
        activities: Iterable[Activity] = (),
        communities: QuerySet[Community],
        figures: Iterable[ShownFigure] = (),
    ) -> "StoryForm":
        """The story as it is saved, or with what `initial` says instead."""
        article = story.article
        planned = list(activities)
        told = set(story.activities.values_list("code", flat=True))
        return cls(
            data,
            files,
            pictures=pictures,
            activities=planned,
            communities=communities,
            figures=figures,
            initial={
                "categories": SEPARATOR.join(str(name) for name in article.categories),
                "tags": SEPARATOR.join(str(name) for name in story.tags),
                "place": story.place,
                "activities": [one.code for one in planned if one.code in told],
                "communities": SEPARATOR.join(
                    one.name for one in communities.filter(stories=story).order_by("pinyin", "pk")
                ),
                "title": article.title,
                "byline": article.authors,
                "text": as_markdown(article),
                "summary": story.summary,
                "dated": article.published_at,
                "seen": story.changed_at.isoformat(),
                **(initial or {}),
            },
        )

    def _part_byline(self) -> None:
        """What is printed, in its parts; unsaved words bring the parts themselves."""
        if "correspondent" not in self.initial:
            told = byline_of(self.initial.get("byline", ""))
            self.initial.update(
                byline=told.writers, correspondent=told.correspondents, photos_by=told.photographers
            )

    def _read_surface(self) -> None:
        """What was written on the surface is the text, also where the page had no time to turn it into its source."""
        typed: Any = self.data
        if "surface" not in typed:
            return
        try:
            told = typed.copy()
            told["text"] = source_of(typed["surface"])
            self.data = told
        except Refused as refusal:
            self.unreadable = refusal.sentence
            self.fields["text"].required = False

    def clean_text(self) -> str:
        if self.unreadable:
            raise forms.ValidationError(self.unreadable)
        return self.cleaned_data["text"]

    def clean_communities(self) -> list[Community]:
        known = CommunityIndex(self.register)
        found = {name: known.find(name) for name in _listed(self.cleaned_data["communities"])}
        if unknown := [name for name, one in found.items() if one is None]:
            if known.knows(unknown[0]):
                sentence = gettext("Several communities are called “%(name)s”. Write the town before it.")
            else:
                sentence = gettext("The register has no community “%(name)s”.")
            raise forms.ValidationError(sentence % {"name": unknown[0]})
        return list(dict.fromkeys(one for one in found.values() if one is not None))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        parts = (told.get(name, "").strip() for name in ("byline", "correspondent", "photos_by"))
        if len(str(Byline(*parts))) > 200:
            self.add_error(
                "byline", gettext("Byline, correspondents and photographers are too long together.")
            )
        return told

    def corrections(self) -> str:
        """What readers are told of figures that are to say what their queries say now."""
        ticked = self.cleaned_data.get("renew", ())
        return " ".join(one.correction for key, one in self.moved.items() if key in ticked)

    def meaning(self) -> Meaning | None:
        """What it tells of; None where the form that was sent did not ask."""
        told = self.cleaned_data
        if "categories" not in self.data:
            return None
        return Meaning(
            categories=_listed(told["categories"]),
            tags=_listed(told["tags"]),
            place=told["place"],
            activities=[self.planned[code] for code in told.get("activities", ())],
            communities=told["communities"],
        )

    def seeing(self, changed_at: dt.datetime) -> "StoryForm":
        """The same, typed by somebody who has now seen what was saved at that moment."""
        typed: Any = self.data
        again = typed.copy()
        again["seen"] = changed_at.isoformat()
        self.data = again
        return self

    def picture_fields(self) -> list[dict[str, Any]]:
        """Each picture with its own fields, for the page."""
        return [
            {
                "picture": picture,
                "number": picture.position + 1,
                "alt": self[f"alt-{picture.position + 1}"],
                "caption": self[f"caption-{picture.position + 1}"],
                "credit": self[f"credit-{picture.position + 1}"],
                "x": self[f"focus-x-{picture.position + 1}"],
                "y": self[f"focus-y-{picture.position + 1}"],
                "remove": self[f"remove-{picture.position + 1}"],
            }
            for picture in self.pictures
        ]

    def given(self) -> dict[str, Any]:
        """What the actions take, of a form that is valid."""
        told = self.cleaned_data
        lines = [line.strip() for line in told["upload_words"].splitlines() if line.strip()]
        uploads = [
            NewPicture(upload, lines[n] if n < len(lines) else "") for n, upload in enumerate(told["uploads"])
        ]
        parts = (" ".join(told[name].split()) for name in ("byline", "correspondent", "photos_by"))
        return {name: told[name] for name in ("title", "text", "summary", "dated")} | {
            "byline": str(Byline(*parts)),
            "uploads": uploads,
            "meaning": self.meaning(),
        }

    def words(self) -> list[PictureWords]:
        told = self.cleaned_data
        return [
            PictureWords(
                number=number,
                alt=told[f"alt-{number}"],
                caption=told[f"caption-{number}"],
                credit=told[f"credit-{number}"],
                is_head=told.get("head") == str(number),
                remove=told[f"remove-{number}"],
                focus=_focus(told[f"focus-x-{number}"], told[f"focus-y-{number}"]),
            )
            for number in (picture.position + 1 for picture in self.pictures)
        ]


def _place(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=100, required=False)


def _focus(x: int | None, y: int | None) -> tuple[int, int] | None:
    """Left empty, it stays where it is."""
    return (x, y) if x is not None and y is not None else None


class AddressForm(Form):
    slug = forms.CharField(
        label=_("Last part of the address"),
        max_length=80,
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Letters a to z, digits and dashes. Links to the former address go on working."),
        error_messages={"required": _("Enter an address.")},
    )


class ImportForm(Form):
    file = forms.FileField(
        label=_("The story"),
        widget=FileInput(".md,.markdown,.html,.htm,.docx,.txt,.zip"),
        help_text=_(
            "A Markdown or Hexo post, a saved web page, a Word file, or a zip of posts with their pictures beside them."
        ),
        error_messages={"required": _("Choose a file first.")},
    )
    pictures = ManyFilesField(
        label=_("Its pictures"),
        required=False,
        widget=ManyFilesInput("image/*"),
        help_text=_("Named as the text names them. A Word file brings its own."),
    )


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=200,
        widget=forms.Textarea({"rows": "2"}),
        help_text=_("Stays on the desk. Readers see that the story was withdrawn, and when."),
        error_messages={"required": _("Say why the story is withdrawn.")},
    )


class PhotoForm(Form):
    photo = forms.FileField(
        label=_("Photo"),
        widget=FileInput("image/*"),
        error_messages={"required": _("Choose a file first.")},
    )


class PublishForm(Form):
    at = forms.DateTimeField(
        label=_("Public from"),
        required=False,
        widget=MomentInput(),
        help_text=_("Time in Shanghai. Left empty, everyone can read it at once."),
    )


class SendBackForm(Form):
    why = forms.CharField(
        label=_("What is to be done"), max_length=1000, required=False, widget=forms.Textarea({"rows": "2"})
    )


class CommentForm(Form):
    quote = forms.CharField(
        label=_("About this passage"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"data-quote": ""}),
        help_text=_("Mark words in the text above, or leave it empty to speak of the whole."),
    )
    text = forms.CharField(
        label=_("Your comment"),
        max_length=1000,
        widget=forms.Textarea({"rows": "2"}),
        error_messages={"required": _("Write something first.")},
    )


class AnswerForm(Form):
    text = forms.CharField(
        label=_("Answer"),
        max_length=1000,
        widget=forms.Textarea({"rows": "1"}),
        error_messages={"required": _("Write something first.")},
    )


def tell(form: Form, refusal: Refused) -> None:
    """Put a refusal where it belongs in the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
