"""A video: what it is called, where it lies, how long it is, and its chapters."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from yingzao.activities.enums import VideoSource
from yingzao.activities.models import Activity, Part, Video
from yingzao.activities.models.watching import as_clock
from yingzao.core.ui.forms import FileInput, Form, LargeFileField, NamedChoiceField

LONGEST_SECONDS = 24 * 3600
MOST_CHAPTERS = 60
PLAIN_UPLOAD_MB = 200


def seconds_of(text: str) -> int:
    """`1:02:03`, `62:03`, `62` minutes → seconds. Raises ValueError."""
    found = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})|(\d{1,4})", text.strip().replace("：", ":"))
    if found is None:
        raise ValueError(text)
    hours, minutes, seconds, whole = found.groups()
    if whole:
        return int(whole) * 60
    if int(seconds) > 59 or (hours and int(minutes) > 59):
        raise ValueError(text)
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


class LengthField(forms.CharField):
    """Hours, minutes and seconds, as a player shows them; cleans to seconds, 0 when empty."""

    def prepare_value(self, value: Any) -> Any:
        return as_clock(value) if isinstance(value, int) and value else "" if value == 0 else value

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        if not text:
            return 0
        try:
            seconds = seconds_of(text)
        except ValueError:
            raise ValidationError(_("Write the length as 1:02:30 or 62:30.")) from None
        if not 0 < seconds <= LONGEST_SECONDS:
            raise ValidationError(_("A video is at least a second and at most a day long."))
        return seconds


class NewVideoForm(Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    part = NamedChoiceField(
        label=_("Belongs to"),
        queryset=Part.objects.none(),
        required=False,
        empty_label=_("the whole activity"),
    )
    where = forms.ChoiceField(
        label=_("Where it lies"),
        widget=forms.RadioSelect,
        initial="here",
        choices=[
            ("here", _("I send the film: MP4 (H.264), or a ZIP with an HLS stream")),
            (VideoSource.ADDRESS.value, _("At an address of a film or a stream (.mp4, .m3u8)")),
            (
                VideoSource.PAGE.value,
                _("On a page of another platform; what is watched there cannot be counted here"),
            ),
        ],
    )
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")
    length = LengthField(
        label=_("Length"),
        max_length=12,
        required=False,
        help_text=_(
            "Of a film at another address, as 1:02:30; of one that you send it is read from the film."
        ),
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = activity.parts.order_by("position", "pk")
        self.fields["part"].queryset = parts  # type: ignore[attr-defined]
        self.fields["part"].label_from_instance = lambda part: part.title  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        where = cleaned.get("where")
        if where != "here" and where and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Write the address."))
        if where == VideoSource.ADDRESS and not cleaned.get("length") and "length" not in self.errors:
            self.add_error("length", _("Write how long it is: what was watched is measured against it."))
        return cleaned


class VideoForm(Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")
    length = LengthField(label=_("Length"), max_length=12, required=False, help_text=_("As 1:02:30."))
    chapters = forms.CharField(
        label=_("Chapters"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": "5", "placeholder": "0:00 开场\n12:30 楼组长怎么找"}),
        help_text=_("One a line: when it begins, then its title."),
    )

    def __init__(self, *args: Any, video: Video, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.video = video
        if video.source in (VideoSource.FILE, VideoSource.STREAM):
            del self.fields["url"], self.fields["length"]
        else:
            self.fields["url"].required = True
            self.fields["length"].required = video.source == VideoSource.ADDRESS

    def clean_chapters(self) -> list[dict[str, Any]]:
        chapters: list[dict[str, Any]] = []
        for line in self.cleaned_data["chapters"].splitlines():
            if not line.strip():
                continue
            when, _blank, title = line.strip().partition(" ")
            try:
                at = seconds_of(when)
            except ValueError:
                raise ValidationError(
                    _("“%(line)s” does not begin with a time. Write it as 12:30 and the title."),
                    params={"line": line.strip()[:60]},
                ) from None
            if not title.strip():
                raise ValidationError(_("The chapter at %(when)s has no title."), params={"when": when})
            chapters.append({"at": at, "title": title.strip()[:80]})
        if len(chapters) > MOST_CHAPTERS:
            raise ValidationError(_("At most %(count)d chapters."), params={"count": MOST_CHAPTERS})
        return sorted(chapters, key=lambda chapter: chapter["at"])


class FilmForm(Form):
    file = LargeFileField(
        label=_("Film"),
        largest=PLAIN_UPLOAD_MB,
        widget=FileInput(accept="video/mp4,.mp4,.m4v,.zip"),
        help_text=_("MP4 (H.264), or a ZIP with an HLS playlist and its segments."),
        error_messages={"required": _("Choose the film.")},
    )


class CaptionsForm(Form):
    captions = forms.FileField(
        label=_("Captions"),
        widget=FileInput(accept=".vtt,.srt"),
        help_text=_("A WebVTT (.vtt) or SubRip (.srt) file."),
        error_messages={"required": _("Choose the captions.")},
    )
