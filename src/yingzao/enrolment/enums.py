from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("active")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TRANSFERRED = "transferred", _("transferred")


class SourcePurpose(models.TextChoices):
    ROSTER = "roster", _("roster")
    PLAN = "plan", _("programme plan")
    MEETING = "meeting", _("meeting export")
    EVIDENCE = "evidence", _("evidence sheet")
    MARKS = "marks", _("marks")
    SURVEY = "survey", _("satisfaction answers")
    COMPLETION = "completion", _("completion list of a course elsewhere")
    WALK_IN = "walk_in", _("walk-in at a visit")


class SourceState(models.TextChoices):
    READ = "read", _("read, not yet confirmed")
    CONFIRMED = "confirmed", _("confirmed")
    UNDONE = "undone", _("undone")


class Outcome(models.TextChoices):
    """What is known of whom a raw row means."""

    LINKED = "linked", _("linked")
    PROPOSED = "proposed", _("waits for a decision")
    UNMATCHED = "unmatched", _("matches nobody")
    IGNORED = "ignored", _("not a learner")


class RegistrationState(models.TextChoices):
    WAITING = "waiting", _("waits for approval")
    ACCEPTED = "accepted", pgettext_lazy("registration", "accepted")
    REFUSED = "refused", pgettext_lazy("registration", "refused")
