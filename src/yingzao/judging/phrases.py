"""Sentences for codes."""

from django.utils.translation import gettext as _

from yingzao.judging.enums import Conflict

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
    if code == "too_little_capacity":
        return _(
            "%(learner)s lacks %(lacking)d of %(needed)d judges: all others have a conflict or are at their limit."
        ) % {"learner": learner, "lacking": needed - available, "needed": needed}
    if code == "over_capacity":
        return _("%(judge)s takes %(available)d entries at most, but %(needed)d are fixed already.") % {
            "judge": judge,
            "available": available,
            "needed": needed,
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


REASONS = {
    "locked": lambda: _("Chosen by hand."),
    "stood": lambda: _("Had the entry before."),
    "drawn": lambda: _("Drawn by lot."),
    "drawn_against": lambda: _("Drawn in spite of a tie: nobody else was left."),
    "third": lambda: _("Asked as a further judge, since two judges differed by much."),
    "avoided": lambda: _("Has a tie that this round keeps clear of."),
    "level": lambda: _("Had no fewer entries than who was drawn: loads stay level."),
    "lot": lambda: _("Could judge it; the lot fell on others."),
}


def reason(code: str, *, load: int, limit: int | None, conflict: Conflict | None) -> str:
    """Why a judge has an entry, or has not."""
    if code == "conflict":
        return (
            _("Stands aside: %(conflict)s.") % {"conflict": conflict.label}
            if conflict
            else _("Is no longer on the panel.")
        )
    if code == "full":
        return _("Is at the limit of %(limit)s entries.") % {"limit": limit}
    return REASONS[code]()
