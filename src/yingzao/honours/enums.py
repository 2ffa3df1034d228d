from django.db import models
from django.utils.translation import gettext_lazy as _


class SelectionState(models.TextChoices):
    DRAFT = "draft", _("list in preparation")
    FROZEN = "frozen", _("frozen")
    SUBMITTED = "submitted", _("before the committee")
    RETURNED = "returned", _("returned by the committee")
    APPROVED = "approved", _("approved")


class DutyWeighting(models.TextChoices):
    EQUAL = "equal", _("every duty counts the same")
    BY_WEIGHT = "by_weight", _("each duty counts with its activity's weight")


class QuotaKind(models.TextChoices):
    NUMBER = "number", _("number of places")
    PERCENT = "percent", _("percent of learners")


class PlaceState(models.TextChoices):
    CHOSEN = "chosen", _("on the list")
    RESERVE = "reserve", _("reserve")
    TIED = "tied", _("tie to be decided")
    NOT_CHOSEN = "not_chosen", _("not on the list")
    BARRED = "barred", _("barred")


class NoticeState(models.TextChoices):
    POSTED = "posted", _("posted")
    ENDED = "ended", _("ended")
    REPLACED = "replaced", _("replaced by a corrected notice")


class ObjectionState(models.TextChoices):
    RECEIVED = "received", _("objection received")
    ACCEPTED = "accepted", _("objection accepted")
    REJECTED = "rejected", _("objection rejected")


class HandlingStep(models.TextChoices):
    """What was done about an objection. The first five are written by the acts themselves."""

    RECEIVED = "received", _("took the objection in")
    ACCEPTED = "accepted", _("objection accepted")
    REJECTED = "rejected", _("objection rejected")
    CORRECTED = "corrected", _("put down what the record lacked")
    RECHECKED = "rechecked", _("looked at the list again")
    ASKED = "asked", _("looked into")
    TALKED = "talked", _("talked with whoever objects")
    DISCUSSED = "discussed", _("discussed in a meeting")
    DELIVERED = "delivered", _("passed the answer on")


WRITTEN_BY_HAND = (HandlingStep.ASKED, HandlingStep.TALKED, HandlingStep.DISCUSSED, HandlingStep.DELIVERED)


class CertificateKind(models.TextChoices):
    COMPLETION = "completion", _("certificate of completion")
    HONOUR = "honour", _("certificate of honour")


class IssueState(models.TextChoices):
    WAITING = "waiting", _("waiting to begin")
    RUNNING = "running", _("being made")
    DONE = "done", _("all made")
    STOPPED = "stopped", _("stopped")


class GroupBy(models.TextChoices):
    """Whose places are its own: the quota holds for each team, community or town by itself."""

    TEAM = "team", _("each team")
    COMMUNITY = "community", _("each community")
    TOWN = "town", _("each town or sub-district")


class Source(models.TextChoices):
    """Where the points of a part of a scheme come from."""

    DUTIES = "duties", _("duties done")
    MARKS = "marks", _("the judges' marks")
    ENTERED = "entered", _("points that staff enter")
