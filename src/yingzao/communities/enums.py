from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class CommunityKind(models.TextChoices):
    """The three kinds of Shunde's community building."""

    VILLAGE = "village", _("traditional village")
    MIXED = "mixed", _("between town and country")
    URBAN = "urban", _("new urban community")


class Facet(models.TextChoices):
    """Six facets of a community (Shunde Social Innovation Centre). A set of codes: their order varies by source."""

    PEOPLE = "people", _("people")
    CULTURE = "culture", _("culture")
    PLACE = "place", _("place")
    INDUSTRY = "industry", _("industry")
    LANDSCAPE = "landscape", _("landscape")
    SERVICE = "service", _("service")


def facet_words(values: Collection[str]) -> str:
    """The words of a set of facets, in their own order."""
    return gettext(", ").join(str(Facet(value).label) for value in Facet.values if value in values)


class Step(models.TextChoices):
    """How far somebody has come as a leader of their community."""

    FOUND = "found", _("found")
    IN_TOUCH = "in_touch", _("in touch")
    TAKES_PART = "takes_part", _("takes part")
    CARRIES = "carries", _("carries things")
    LEADS = "leads", _("leads")


class Willingness(models.TextChoices):
    UNASKED = "unasked", _("not asked yet")
    LEADS = "leads", _("would lead something")
    HELPS = "helps", _("would help")
    LATER = "later", _("perhaps later")
    NO = "no", _("would rather not")


class FoundHow(models.TextChoices):
    VISIT = "visit", _("at a home visit")
    ACTIVITY = "activity", _("at an activity")
    NAMED = "named", _("named by neighbours")
    COMMITTEE = "committee", _("named by the residents' committee")
    WALK = "walk", _("on a walk through the community")
    SELF = "self", _("came by themselves")
    OTHER = "other", _("otherwise")


class ContactWay(models.TextChoices):
    MET = "met", pgettext_lazy("how they were in touch", "met")
    PHONE = "phone", _("by telephone")
    MESSAGE = "message", _("by message")
    ACTIVITY = "activity", _("did something together")


class ConsentPurpose(models.TextChoices):
    """For what a leader may agree, each for itself (PIPL art. 14, 23, 25)."""

    CONTACT = "contact", _("to be contacted by whoever recorded them and the organisers")
    MENTOR = "mentor", _("to be contacted by the learner's mentor")
    PUBLICATION = "publication", _("to be named in what is published")


class Frequency(models.TextChoices):
    ONCE = "once", _("once")
    SOMETIMES = "sometimes", _("now and then")
    WEEKLY = "weekly", _("every week")
    DAILY = "daily", _("every day")
    UNKNOWN = "unknown", _("not known")


class Urgency(models.TextChoices):
    HIGH = "high", _("urgent")
    NORMAL = "normal", _("ordinary")
    LOW = "low", _("can wait")


class NeedSource(models.TextChoices):
    """The method by which a need was found."""

    SURVEY = "survey", _("survey")
    INTERVIEW = "interview", _("interview")
    WALK = "walk", _("walk through the community")
    SLIP = "slip", _("slip of paper")
    MEETING = "meeting", _("residents' meeting")
    WEB = "web", _("online form or chat group")
    OTHER = "other", _("another way")


class NeedState(models.TextChoices):
    """How far a need has come. Those in ENDED have an answer for whoever raised it."""

    FOUND = "found", pgettext_lazy("a need", "found")
    DISCUSSING = "discussing", _("under discussion")
    ACTING = "acting", _("being acted on")
    ANSWERED = "answered", pgettext_lazy("a need", "answered")
    CLOSED = "closed", _("not followed up")


ENDED = (NeedState.ANSWERED, NeedState.CLOSED)


class Feasibility(models.TextChoices):
    """What it would take."""

    UNKNOWN = "unknown", _("not weighed yet")
    OWN = "own", _("neighbours can do it themselves")
    HELP = "help", _("with help from outside")
    HARD = "hard", _("hard to do for now")


class LikenessState(models.TextChoices):
    """What became of the proposal that two needs are the same."""

    OPEN = "open", _("to decide")
    LATER = "later", _("put off")
    REJECTED = "rejected", _("not the same")
    MERGED = "merged", _("merged")


class TellingWay(models.TextChoices):
    """How an answer reached somebody who raised a need."""

    SPOKEN = "spoken", _("in person")
    PHONE = "phone", _("by telephone")
    MESSAGE = "message", _("by message")
    MEETING = "meeting", _("at a meeting")
    BOARD = "board", _("on the notice board")
    APP = "app", _("in the app")  # only for who entered what they had seen themselves; written by itself
    NOT_FOUND = "not_found", _("could not be reached")


class RaisedBy(models.TextChoices):
    RESIDENT = "resident", _("a resident")
    LEADER = "leader", _("a resident leader")
    GROUP = "group", _("a residents' group")
    COMMITTEE = "committee", _("the residents' committee")
    LEARNER = "learner", _("the learner saw it")
