from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionKind(models.TextChoices):
    """The types of XLSForm that a survey of residents may have; the values are XLSForm's."""

    SELECT_ONE = "select_one", _("one of several")
    SELECT_MULTIPLE = "select_multiple", _("several of several")
    TEXT = "text", _("own words")
    INTEGER = "integer", _("a whole number")
    DECIMAL = "decimal", _("a decimal number")
    DATE = "date", _("a day")
    IMAGE = "image", _("a photo")
    GEOPOINT = "geopoint", _("a place on the map")
    NOTE = "note", _("a sentence to read")
    GROUP = "group", _("a group of questions")


CHOOSES = frozenset({QuestionKind.SELECT_ONE, QuestionKind.SELECT_MULTIPLE})
ASKS_NOTHING = frozenset({QuestionKind.NOTE, QuestionKind.GROUP})


class SheetSource(models.TextChoices):
    WEB = "web", pgettext_lazy("an answer came", "by phone")
    PAPER = "paper", pgettext_lazy("an answer came", "on paper")


class SheetState(models.TextChoices):
    VALID = "valid", pgettext_lazy("a filled-in sheet", "valid")
    INVALID = "invalid", pgettext_lazy("a filled-in sheet", "not valid")
    WITHDRAWN = "withdrawn", pgettext_lazy("a filled-in sheet", "withdrawn")


class PointKind(models.TextChoices):
    """What a point of a walk shows."""

    PROBLEM = "problem", pgettext_lazy("a point of a walk", "problem")
    RESOURCE = "resource", pgettext_lazy("a point of a walk", "resource")
    OBSERVATION = "observation", pgettext_lazy("a point of a walk", "observation")


class ProposalKind(models.TextChoices):
    """What a learner may propose; the values are those of the graph's kinds."""

    TOPIC = "topic", _("public topic")
    GROUP = "group", _("residents' organisation")


class ProposalState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("a proposal", "waits for the organiser")
    ACCEPTED = "accepted", pgettext_lazy("a proposal", "taken into the graph")
    MERGED = "merged", pgettext_lazy("a proposal", "known already")
    DECLINED = "declined", pgettext_lazy("a proposal", "not taken")
