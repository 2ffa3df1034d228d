"""Sentences for codes."""

from django.utils.translation import gettext as _

CALIBRATION_WARNINGS = {
    "one_judge": lambda: _("All marks come from one judge."),
    "unlinked": lambda: _(
        "The judges fall into groups that share no entry: figures of different groups cannot be compared."
    ),
    "not_judged": lambda: _("No complete sheet: no figure."),
    "single_judge": lambda: _("Marked by one judge only."),
    "missing_marks": lambda: _("A sheet lacks a criterion and was not counted."),
}


def calibration_warning(code: str) -> str:
    return CALIBRATION_WARNINGS[code]()


def obstacle(code: str, *, learner: str = "", judge: str = "", available: int = 0, needed: int = 0) -> str:
    """Why no draw is possible, naming whom it concerns."""
    if code == "too_few_judges":
        return _("%(learner)s has only %(available)d of %(needed)d judges without a conflict.") % {
            "learner": learner,
            "available": available,
            "needed": needed,
        }
    if code == "locked_conflict":
        return _("%(judge)s was chosen by hand for %(learner)s, but there is a conflict.") % {
            "judge": judge,
            "learner": learner,
        }
    if code == "unknown_name":
        return _(
            "%(judge)s was chosen by hand for %(learner)s, but one of them is no longer in the round."
        ) % {
            "judge": judge,
            "learner": learner,
        }
    if code == "bad_number":
        return _("Each entry needs at least one judge.")
    return _("There is nothing to draw: the round needs judges, and learners who handed something in.")


def conflict(judge: str, learner: str, reason: str) -> str:
    return _("%(judge)s has a conflict with %(learner)s: %(reason)s.") % {
        "judge": judge,
        "learner": learner,
        "reason": reason,
    }
