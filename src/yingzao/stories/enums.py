from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StoryState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", pgettext_lazy("a story", "in review")
    SCHEDULED = "scheduled", pgettext_lazy("a story", "scheduled")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", pgettext_lazy("a story", "withdrawn")


class CardForm(models.TextChoices):
    """How much of a story its picture shows."""

    EXCERPT = "excerpt", _("the beginning")
    WHOLE = "whole", _("the whole text")


class Part(models.TextChoices):
    """What somebody is to one story; an organiser is one also where they wrote it."""

    WRITER = "writer"
    EDITOR = "editor"
    ORGANISER = "organiser"


class StoryAct(models.TextChoices):
    """What is done with a story on its way."""

    EDIT = "edit"
    SEND = "send"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    UNSCHEDULE = "unschedule"
    WITHDRAW = "withdraw"


# The purpose of a consent to be named in stories; its subject is the learner's code.
NAMED = "named_in_stories"
