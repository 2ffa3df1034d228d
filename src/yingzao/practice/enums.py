from django.db import models
from django.utils.translation import gettext_lazy as _


class PartKind(models.TextChoices):
    """What a part of a practice task asks for."""

    LEADERS = "leaders", _("leaders to find")
    NEEDS = "needs", _("needs to find")
    REPORT = "report", _("report")
    FREE = "free", _("something else to write")


class DocumentState(models.TextChoices):
    """What came of reading a document."""

    READ = "read", _("text read")
    EMPTY = "empty", _("no text in it")  # a scan
    LOCKED = "locked", _("locked by a password")
    TOO_LARGE = "too_large", _("too large to read")
    UNREADABLE = "unreadable", _("could not be read")
