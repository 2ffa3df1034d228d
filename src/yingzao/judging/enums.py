from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundState(models.TextChoices):
    DRAFT = "draft", _("in preparation")
    OPEN = "open", _("open for judging")
    CLOSED = "closed", _("closed")
    RELEASED = "released", _("released to learners")


class AssignmentState(models.TextChoices):
    ASSIGNED = "assigned", _("to be judged")
    SAVED = "saved", _("begun")
    SUBMITTED = "submitted", _("submitted")
    RECUSED = "recused", _("stood aside")  # 回避
    UNABLE = "unable", _("cannot be judged")
