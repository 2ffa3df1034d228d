"""A story as a picture for phones and group chats: drawn when first asked for, kept, and drawn anew once anything on it changed."""

from __future__ import annotations

import hashlib

from yingzao import __version__
from yingzao.articles.exports import CardLook, as_card
from yingzao.core import media
from yingzao.people.queries import look_of
from yingzao.stories import actions
from yingzao.stories.enums import CardForm
from yingzao.stories.exports.files import whole
from yingzao.stories.exports.page import parts_of
from yingzao.stories.models import ShareCard, Story

HOUSE = "#0b6e6e"  # the accent of an organisation that chose none


def fingerprint_of(story: Story, form: CardForm, address: str) -> str:
    """Changes with whatever the picture shows. `address` is the whole one of the story's page."""
    organisation = story.programme.organisation
    told = (
        __version__, form, address, story.changed_at.isoformat(), organisation.name, organisation.short_name,
        organisation.accent, organisation.logo_id,
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(map(str, told)).encode()).hexdigest()


def card_of(story: Story, form: CardForm, *, address: str) -> bytes:
    """PNG. Kept only while the story is public. Raises Refused: `missing_glyph` or `too_long`."""
    fingerprint = fingerprint_of(story, form, address)
    kept = ShareCard.objects.filter(story=story, form=form, fingerprint=fingerprint).select_related("file")
    if (found := kept.first()) is not None:
        try:
            return media.read_bytes(found.file)
        except FileNotFoundError:
            pass
    data = draw(story, form, address=address)
    if story.is_published:
        actions.keep_card(story=story, form=form, fingerprint=fingerprint, data=data)
    return data


def draw(story: Story, form: CardForm, *, address: str) -> bytes:
    look, parts = look_of(story.programme.organisation), parts_of(story)
    picture = parts.picture.file if parts.picture else None
    head = media.read_rendition(picture, "wide-960.jpg") if picture else b""
    logo = media.read_rendition(look.logo, "whole-480.jpg") if look.logo else b""
    return as_card(
        whole(story),
        CardLook(look.name, story.programme.organisation.accent or HOUSE, logo, head),
        address=address,
        summary=parts.summary,
        whole=form == CardForm.WHOLE,
    )
