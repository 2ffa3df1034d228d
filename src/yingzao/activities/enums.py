from django.db import models
from django.utils.translation import gettext_lazy as _


class KindKey(models.TextChoices):
    LIVE = "live", _("live course")
    COURSE = "course", _("self-paced course")
    CASE = "case", _("case reading")
    VISIT = "visit", _("field visit")
    PRACTICE = "practice", _("practice task")


SESSIONS = (KindKey.LIVE, KindKey.VISIT)  # what takes place at an hour, so that one can be absent


class ActivityState(models.TextChoices):
    PLANNED = "planned", _("on the plan")
    HELD = (
        "held",
        _("held"),
    )  # a session that took place, a case that was pushed, a course or task that is open
    CANCELLED = "cancelled", _("cancelled")


class Audience(models.TextChoices):
    """For whom an activity is."""

    COHORT = "cohort", _("all learners")
    CHOSEN = "chosen", _("chosen teams and learners")


class FactKind(models.TextChoices):
    """What one piece of evidence says happened."""

    CHECKED_IN = "checked_in", _("checked in")
    CHECKED_OUT = "checked_out", _("checked out")
    ATTENDED = "attended", _("attended")
    WATCHED = "watched", _("watched")
    READ = "read", _("read")
    REFLECTED = "reflected", _("wrote a reflection")
    ANSWERED = "answered", _("answered")
    HANDED_IN = "handed_in", _("handed in")
    CONFIRMED = "confirmed", _("confirmed by staff")
    EXCUSED = "excused", _("excused")
    IMPORTED = "imported", _("imported as completed")


class EvidenceSource(models.TextChoices):
    LEARNER = "learner", _("the learner's own phone")
    STAFF = "staff", _("staff")
    FILE = "file", _("an imported file")
    OBJECTION = "objection", _("an objection")


class DutyState(models.TextChoices):
    PENDING = "pending", _("not yet")
    DONE = "done", _("done")
    LATE = "late", _("late")
    EXCUSED = "excused", _("excused")
    MISSED = "missed", _("missed")


class Still(models.TextChoices):
    """What a duty that is not fulfilled can still become."""

    ON_TIME = "on_time", _("can still be done in time")
    LATE = "late", _("can still be done late")
    NO = "no", _("can no longer be done")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("handed in")
    RETURNED = "returned", _("returned for changes")
    ACCEPTED = "accepted", _("accepted")


class RequestKind(models.TextChoices):
    """What a learner may ask about a session or a visit."""

    LEAVE = "leave", _("leave of absence")
    CORRECTION = "correction", _("correction of attendance")
    MAKE_UP = "make_up", _("making up for it")


class RequestState(models.TextChoices):
    WAITING = "waiting", _("waiting for an answer")
    APPROVED = "approved", _("agreed to")
    REFUSED = "refused", _("not agreed to")
    TAKEN_BACK = "taken_back", _("taken back")


class QuestionKind(models.TextChoices):
    """How a question of a survey is answered."""

    SCALE5 = "scale5", _("scale of 1 to 5")
    SCALE10 = "scale10", _("scale of 0 to 10")
    ONE = "one", _("choose one")
    MANY = "many", _("choose several")
    TEXT = "text", _("in one's own words")


SCALES = {QuestionKind.SCALE5: range(1, 6), QuestionKind.SCALE10: range(11)}


class AnswerSource(models.TextChoices):
    PHONE = "phone", _("filled in here")
    FILE = "file", _("row of a file")


class VideoSource(models.TextChoices):
    """Where a video lies. What is shown on another platform's page cannot be measured from here."""

    FILE = "file", _("file kept here")
    STREAM = "stream", _("stream kept here")
    ADDRESS = "address", _("file or stream at another address")
    PAGE = "page", _("page of another platform")
