"""Shapes of what editors enter."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yingzao.articles.actions import NewPicture, PictureWords
from yingzao.articles.enums import ImageState
from yingzao.articles.exports import as_markdown, source_of
from yingzao.articles.models import ArticleImage
from yingzao.core.errors import Refused
from yingzao.core.ui.forms import FileInput, Form, ManyFilesField, ManyFilesInput, MomentInput
from yingzao.stories.models import Story


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
        label=_("Byline"), max_length=200, required=False, help_text=_("As it is printed: 记者甲 通讯员乙")
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

    def __init__(self, *args, pictures: Sequence[ArticleImage] = (), **kwargs):
        self.pictures = list(pictures)
        super().__init__(*args, **kwargs)
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
            self.initial.update(
                {
                    f"alt-{number}": picture.alt,
                    f"caption-{number}": picture.caption,
                    f"credit-{number}": picture.credit,
                    f"focus-x-{number}": picture.file.focus_x if picture.file else 50,
                    f"focus-y-{number}": picture.file.focus_y if picture.file else 50,
                }
            )
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
    ) -> "StoryForm":
        """The story as it is saved, or with what `initial` says instead."""
        article = story.article
        return cls(
            data,
            files,
            pictures=pictures,
            initial={
                "title": article.title,
                "byline": article.authors,
                "text": as_markdown(article),
                "summary": story.summary,
                "dated": article.published_at,
                "seen": story.changed_at.isoformat(),
                **(initial or {}),
            },
        )

    def _read_surface(self) -> None:
        """What was written on the surface is the text, also where the page had no time to turn it into its source."""
        typed: Any = self.data
        if "surface" not in typed:
            return
        try:
            self.data = {**{name: typed[name] for name in typed}, "text": source_of(typed["surface"])}
        except Refused as refusal:
            self.unreadable = refusal.sentence
            self.fields["text"].required = False

    def clean_text(self) -> str:
        if self.unreadable:
            raise forms.ValidationError(self.unreadable)
        return self.cleaned_data["text"]

    def seeing(self, changed_at: dt.datetime) -> "StoryForm":
        """The same, typed by somebody who has now seen what was saved at that moment."""
        typed: Any = self.data
        self.data = {**typed.dict(), "seen": changed_at.isoformat()}
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
        return {name: told[name] for name in ("title", "byline", "text", "summary", "dated")} | {
            "uploads": uploads
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
        widget=FileInput(".md,.markdown,.html,.htm,.docx,.txt"),
        help_text=_("A Markdown or Hexo post, a saved web page or a Word file."),
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
