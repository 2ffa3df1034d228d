from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionState(models.TextChoices):
    """What became of a question that a learner asked the teacher."""

    OPEN = "open", _("not answered yet")
    ANSWERED = "answered", _("answered")
    HIDDEN = "hidden", _("hidden")


class CheckKind(models.TextChoices):
    """What is asked during a course to see who is there."""

    WORD = "word", _("code word")
    POLL = "poll", _("quick poll")
