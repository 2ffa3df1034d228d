from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ScanWay(models.TextChoices):
    """How somebody was checked in or out."""

    CODE = "code", _("the learner, by the code on the screen")
    PASS = "pass", _("staff, by the learner's own code")
    LIST = "list", _("staff, on the list")
    WALK_IN = "walk_in", _("staff, as a walk-in")


class ScanWhat(models.TextChoices):
    IN = "in", _("check-in")
    OUT = "out", _("check-out")


class ScanState(models.TextChoices):
    """What became of it."""

    COUNTED = "counted", _("recorded")
    AGAIN = "again", _("recorded before")
    WAITING = "waiting", _("waits for confirmation")
    TIMELESS = (
        "timeless",
        _("waits for its time"),
    )  # the phone's clock was so wrong that no time follows from it
    WALK_IN = "walk_in", _("walk-in")
    REFUSED = "refused", _("not accepted")
    WITHDRAWN = "withdrawn", _("taken back")


class FileKind(models.TextChoices):
    PHOTO = "photo", _("photo")
    VOICE = "voice", _("voice note")


class FileState(models.TextChoices):
    """Whether others may see it."""

    AWAITED = "awaited", _("on its way")  # told of, its bytes are not here
    HELD = "held", _("held back")
    FREE = "free", _("may be shown")
    TAKEN_DOWN = "taken_down", _("taken down")  # its bytes are gone
    REFUSED = "refused", _("not accepted")  # what arrived was no photo, or no recording


class SignUpState(models.TextChoices):
    IN = "in", _("has a place")
    WAITING = "waiting", _("on the waiting list")
    CANCELLED = "cancelled", _("cancelled")


class Together(models.TextChoices):
    """Who is to ride together, as far as seats allow."""

    TEAM = "team", pgettext_lazy("who ride together", "team")
    COMMUNITY = "community", pgettext_lazy("who ride together", "community")


class HostReady(models.TextChoices):
    """What a host says before the visit."""

    CAN = "can", _("can receive the visit")
    CHANGES = "changes", _("something changes")
