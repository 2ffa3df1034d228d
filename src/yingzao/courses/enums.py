from django.db import models
from django.utils.translation import gettext_lazy as _


class LessonKind(models.TextChoices):
    """What a lesson consists of, and so how it is finished."""

    TEXT = "text", _("text")
    VIDEO = "video", _("video")
    FILE = "file", _("file")
    LINK = "link", _("link")
    QUIZ = "quiz", _("quiz")
