from django.db import models
from django.utils.translation import gettext_lazy as _


class LessonKind(models.TextChoices):
    """What a lesson consists of, and so how it is finished."""

    TEXT = "text", _("text")
    VIDEO = "video", _("video")
    FILE = "file", _("file")
    LINK = "link", _("link")
    QUIZ = "quiz", _("quiz")


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("one choice")
    MULTIPLE = "multiple", _("several choices")
    TRUE_FALSE = "truefalse", _("true or false")
    SHORT = "short", _("short answer")
    NUMBER = "number", _("a number")
    ORDERING = "ordering", _("putting in order")


CHOSEN = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE)  # answered by ids of options
WRITTEN = (QuestionKind.SHORT, QuestionKind.NUMBER)


class Shows(models.TextChoices):
    """When a learner sees what was right, and the feedback."""

    ALWAYS = "always", _("after each attempt")
    DONE = "done", _("once passed, or once no attempt is left")
    NEVER = "never", _("never")


class AttemptState(models.TextChoices):
    OPEN = "open", _("begun")
    HANDED_IN = "handed_in", _("handed in")
