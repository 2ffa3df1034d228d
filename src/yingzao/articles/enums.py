from django.db import models
from django.utils.translation import gettext_lazy as _


class ImageState(models.TextChoices):
    STORED = "stored", _("own copy kept")
    REMOTE = "remote", _("only an address")
    MISSING = "missing", _("could not be had")
    DECORATION = "decoration", _("decoration, dropped")
