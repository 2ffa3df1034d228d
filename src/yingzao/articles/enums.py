from django.db import models
from django.utils.translation import gettext_lazy as _


class ImageState(models.TextChoices):
    STORED = "stored", _("own copy kept")
    REMOTE = "remote", _("only an address")
    MISSING = "missing", _("could not be had")
    DECORATION = "decoration", _("decoration, dropped")


class EntryState(models.TextChoices):
    """What people decided about an entry of a feed."""

    NEW = "new", _("to review")
    TAKEN = "taken", _("taken")
    LEFT = "left", _("left")
