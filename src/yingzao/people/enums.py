from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    OFFICE = "office", _("sub-district office")
    AGENCY = "agency", _("social-work agency")
    COMMITTEE = "committee", _("committee")


class Right(models.TextChoices):
    """What a Grant allows; scope is a row's code, or empty for the whole organisation."""

    ORGANISE = "organise", _("create and run programmes")
    KEEP_COMMUNITIES = "keep_communities", _("keep the register of communities")  # scope: the programme
    READ_COMMUNITIES = "read_communities", _("read the register of communities")  # scope: the programme
    RUN_SURVEY = "run_survey", _("run a survey of residents")  # scope: the survey


class SignInOutcome(models.TextChoices):
    ENTERED = "entered", _("signed in")
    REFUSED = "refused", _("wrong name or password")
    LOCKED = "locked", _("locked after too many tries")
    LEFT = "left", _("signed out")


class InvitationPurpose(models.TextChoices):
    ENROLMENT = "enrolment", _("learner")
    STAFF = "staff", _("staff")


class ConsentSubject(models.TextChoices):
    PERSON = "person", _("person")
    LEADER = "leader", _("resident leader")
    NAMED_RESIDENT = "named_resident", _("named resident")
    PHOTO = "photo", _("people in a photo")


class AskedHow(models.TextChoices):
    """How somebody asked to be forgotten."""

    SELF = "self", _("on the account's own page")
    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")
    SPOKEN = "spoken", _("in person")


class ErasureState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", _("carried out")
    REFUSED = "refused", _("refused")
    TAKEN_BACK = "taken_back", _("taken back")


class CopyState(models.TextChoices):
    WAITING = "waiting", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    GONE = "gone", _("removed")


class PeopleShown(models.TextChoices):
    """Who can be known on a photo, or heard on a recording."""

    NONE = "none", _("nobody who could be known")
    ADULTS = "adults", _("adults")
    CHILDREN = "children", _("children")
