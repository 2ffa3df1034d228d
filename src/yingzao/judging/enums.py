from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    DRAFT = "draft", _("round in preparation")
    OPEN = "open", _("round open for judging")
    CLOSED = "closed", _("round closed")
    RELEASED = "released", _("released to learners")


class AssignmentState(models.TextChoices):
    ASSIGNED = "assigned", _("sheet to be judged")
    SAVED = "saved", _("sheet begun")
    SUBMITTED = "submitted", _("sheet submitted")
    RECUSED = "recused", _("stood aside")  # 回避
    UNABLE = "unable", _("cannot be judged")
    SET_ASIDE = (
        "set_aside",
        _("marks set aside"),
    )  # a conflict came to light after marking: kept, and counted nowhere


STANDING = (AssignmentState.ASSIGNED, AssignmentState.SAVED, AssignmentState.SUBMITTED)
UNDER_WAY = (AssignmentState.ASSIGNED, AssignmentState.SAVED)


class Conflict(models.TextChoices):
    """Why a judge may not judge an entry (回避)."""

    SELF = "self", _("the learner is the judge")
    COMMUNITY = "community", _("same community or unit")
    MENTOR = "mentor", _("mentor of the learner's team")
    DECLARED = "declared", _("stood aside or cannot judge it")


class Tie(models.TextChoices):
    """What may make a judge seem partial. Soft: kept only in rounds that say so, and only where others can judge."""

    TOWN = "town", _("the office of the learner's sub-district")
    MENTOR_UNIT = "mentor_unit", _("colleague of the team's mentor")
    EARLIER = "earlier", _("mentor of the learner in another programme")


NOTICE_OPENED, NOTICE_DUE, NOTICE_TALK = "to_judge", "sheets_due", "jury_talk"  # kinds of messages


class Counts(models.TextChoices):
    """Which figures of a calibration a selection takes."""

    RAW = "raw", _("raw means")
    ADJUSTED = "adjusted", _("adjusted marks")
