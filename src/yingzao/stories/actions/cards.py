"""Keeping the pictures of a story that were drawn for phones and group chats."""

from __future__ import annotations

from django.db import transaction

from yingzao.core import media
from yingzao.core.models import StoredFile
from yingzao.stories.models import ShareCard, Story

CARDS = "story cards"  # no room answers for these files: the story's own page gives them out


@transaction.atomic
def keep_card(*, story: Story, form: str, fingerprint: str, data: bytes) -> StoredFile:
    """In the place of the one before. Only of a story that still is as it was drawn."""
    drop_cards(story, form=form)
    stored = media.store_as_it_is(
        data,
        name=f"{form}.png",
        media_type="image/png",
        organisation_id=story.organisation_id,
        room=CARDS,
        subject=story.code,
        uploaded_by=None,
    )
    if Story.objects.filter(pk=story.pk, changed_at=story.changed_at).exists():
        ShareCard.objects.create(
            organisation_id=story.organisation_id,
            story=story,
            form=form,
            fingerprint=fingerprint,
            file=stored,
        )
    else:
        media.remove(stored)
    return stored


def drop_cards(story: Story, *, form: str = "") -> None:
    """What they show has changed or may not be seen any more: they go with their bytes."""
    cards = ShareCard.objects.filter(story=story).select_related("file")
    for card in cards.filter(form=form) if form else cards:
        card.delete()
        media.remove(card.file)
