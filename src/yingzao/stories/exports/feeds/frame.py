"""What the three forms of a feed have in common: its addresses, and an entry's body with whole addresses."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.articles.readers import without_figures
from yingzao.core.clock import SHANGHAI
from yingzao.stories.queries import Entry, EntryPicture, Gone

# What XML 1.0 cannot carry, not even escaped; nothing else is the better for it.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLACE = re.compile(r'(<figure>)?<img src="image:(\d+)">(</figure>)?')
_OURS = re.compile(r'( href=")(/(?!/))')
PICTURE_WIDTH = 1280


@dataclass(frozen=True, slots=True)
class Frame:
    """Of one page of a feed. `site` is scheme and host without a slash at its end; `address`, `following`, `before` and `start`
    are whole addresses of this page and its neighbours ("" where there is none), `page` that of the page it follows."""

    name: str  # RFC 4151
    title: str
    updated: dt.datetime
    site: str
    address: str
    page: str
    start: str
    following: str = ""
    before: str = ""
    hub: str = ""
    language: str = "zh-Hans"
    gone: Sequence[Gone] = ()


def address_of(entry: Entry, site: str) -> str:
    return f"{site}{_story_path()}{entry.slug}/"


@cache
def _story_path() -> str:
    return reverse("stories:public-list")


def picture_at(picture: EntryPicture, site: str, width: int = PICTURE_WIDTH) -> str:
    return f"{site}{_file_path(picture.code, width)}"


def _file_path(code: str, width: int) -> str:
    return f"/files/{code}/{width}/"


def head_of(entry: Entry) -> EntryPicture | None:
    """The picture that stands for it: the one it names itself, else its first."""
    named = next((one for one in entry.pictures.values() if one.is_head), None)
    return named or next(iter(entry.pictures.values()), None)


def body_of(entry: Entry, site: str) -> str:
    """The text as safe HTML with its pictures; a head picture that it does not show leads it."""

    def place(mark: re.Match[str]) -> str:
        picture = entry.pictures.get(int(mark[2]))
        alone = bool(mark[1] and mark[3])
        if picture is None:
            return "" if alone else f"{mark[1] or ''}{mark[3] or ''}"
        return _figure(picture, site) if alone else f"{mark[1] or ''}{_image(picture, site)}{mark[3] or ''}"

    body = _PLACE.sub(place, without_figures(entry.html))
    if ' href="/' in body:
        body = _OURS.sub(rf"\1{site}\2", body)
    for number, picture in entry.pictures.items():
        if picture.is_head and f'<img src="image:{number}">' not in entry.html:
            body = _figure(picture, site) + body
    return clean(body)


def _image(picture: EntryPicture, site: str) -> str:
    width, height = picture.width, picture.height
    if width > PICTURE_WIDTH:
        width, height = PICTURE_WIDTH, round(height * PICTURE_WIDTH / width)
    address = picture_at(picture, site)
    return f'<img src="{address}" width="{width}" height="{height}" alt="{escape(picture.alt)}">'


def _figure(picture: EntryPicture, site: str) -> str:
    words = [escape(picture.caption)] if picture.caption else []
    if picture.credit:
        words.append(escape(_("Picture: %(credit)s") % {"credit": picture.credit}))
    caption = f"<figcaption>{' '.join(words)}</figcaption>" if words else ""
    return f"<figure>{_image(picture, site)}{caption}</figure>"


def clean(text: str) -> str:
    return _NO_XML.sub("", text)


def xml(text: str) -> str:
    """For text and attributes in double quotes."""
    return escape(clean(text))


def moment(at: dt.datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
