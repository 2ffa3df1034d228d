from django.db import models
from django.utils.translation import gettext_lazy as _


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", _("in preparation")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


class StageKind(models.TextChoices):
    ENROLMENT = "enrolment", _("enrolment")
    LEARNING = "learning", _("learning")
    PRACTICE = "practice", _("practice")
    JUDGING = "judging", _("judging")
    SELECTION = "selection", _("selection")
    NOTICE = "notice", _("public notice")
    CLOSING = "closing", _("certificates and stories")


class StageState(models.TextChoices):
    PLANNED = "planned", _("planned")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class Act(models.TextChoices):
    """What a stage may allow."""

    ENROL = "enrol", _("enrol learners")
    LEARN = "learn", _("learn and check in")
    RECORD = "record", _("record evidence for learners")
    HAND_IN = "hand_in", _("hand in practice tasks")
    JUDGE = "judge", _("judge entries")
    SELECT = "select", _("make the selection")
    NOTIFY = "notify", _("post the public notice")
    CERTIFY = "certify", _("issue certificates")


class Role(models.TextChoices):
    ORGANISER = "organiser", _("organiser")
    MENTOR = "mentor", _("mentor")
    JUDGE = "judge", _("judge")
    SUPERVISOR = "supervisor", _("supervising committee")
    EDITOR = "editor", _("editor")
    HOST = "host", _("host community")


class HourLength(models.IntegerChoices):
    """How long a credit hour 学时 is, in minutes."""

    LESSON = 45, _("45 minutes")
    CLOCK = 60, _("60 minutes")
