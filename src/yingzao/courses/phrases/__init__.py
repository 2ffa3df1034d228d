"""What is said of a lesson: how it is finished, and what is missing."""

from __future__ import annotations

from math import ceil

from django.utils.translation import gettext as _

from yingzao.core.ui.templatetags.ui import plain_number
from yingzao.courses.enums import LessonKind
from yingzao.courses.settling import Asked, Finished


def ask(asked: Asked) -> str:
    """What finishing the lesson takes, as a sentence."""
    if asked.kind == LessonKind.VIDEO and asked.seconds:
        minutes = ceil(asked.needed_ms / 60_000)
        if asked.counts == "wall":
            return _(
                "Finished when you have spent %(minutes)d minutes on it; at double speed half counts."
            ) % {"minutes": minutes}
        return _("Finished when you have seen %(minutes)d minutes of it; what is skipped does not count.") % {
            "minutes": minutes
        }
    if asked.kind == LessonKind.QUIZ:
        if not asked.passing:
            return _("Finished when you have handed in the quiz.")
        return _("Finished when you have reached %(percent)s%% of the points.") % {
            "percent": plain_number(float(asked.passing * 100))
        }
    return _("Finished when you say so.")


def missing(asked: Asked, how_far: Finished) -> str:
    """Why a lesson that is not finished is not, as a sentence for the desk."""
    if asked.kind == LessonKind.VIDEO and asked.seconds:
        if not how_far.watched_ms:
            return _("has not begun the video")
        return _("has seen %(minutes)d of %(needed)d minutes") % {
            "minutes": how_far.watched_ms // 60_000,
            "needed": ceil(asked.needed_ms / 60_000),
        }
    if asked.kind == LessonKind.QUIZ:
        if how_far.score is None:
            return _("has not handed in the quiz")
        return _("best result %(percent)d%%, %(needed)d%% are asked") % {
            "percent": how_far.score * 100 // 1,
            "needed": ceil(asked.passing * 100),
        }
    return _("has not said that it is read")
