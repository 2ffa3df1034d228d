"""Pictures of stories for phones and group chats."""

from django.db import models

from yingzao.core.models import StoredFile
from yingzao.people.models import Owned
from yingzao.stories.enums import CardForm
from yingzao.stories.models.story import Story


class ShareCard(Owned):
    """One that was drawn, and is kept until anything that it shows changes."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="cards")
    form = models.CharField(max_length=10, choices=CardForm.choices)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of what it was made from
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "form"], name="one_card_a_form")]
