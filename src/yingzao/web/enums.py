from django.db import models
from django.utils.translation import gettext_lazy as _


class FolderState(models.TextChoices):
    """How far the folder of an activity is."""

    WAITING = "waiting", _("being put together")
    READY = "ready", _("ready")
    FAILED = "failed", _("did not succeed")
