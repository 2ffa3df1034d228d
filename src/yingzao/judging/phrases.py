"""Sentences for codes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yingzao.judging.enums import Conflict
from yingzao.judging.models import Criterion
from yingzao.judging.queries import ShownCalibration, ShownLearner

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


def outside_scale(criterion: Criterion, given: str) -> str:
    """What to say of a mark that the criterion does not have."""
    said = {"given": given, "title": criterion.title, "top": criterion.highest}
    if criterion.full_marks is None:
        return _("“%(given)s” is not one of the levels 1 to %(top)d of “%(title)s”.") % said
    return _("“%(given)s” is not a whole number of points from 0 to %(top)d for “%(title)s”.") % said


def conflict(judge: str, learner: str, reason: str) -> str:
    return _("%(judge)s has a conflict with %(learner)s: %(reason)s.") % {
        "judge": judge,
        "learner": learner,
        "reason": reason,
    }


# Severity models: warnings and refusals of the engine, with the figures and names they come with


def calibration_note(note: Mapping[str, Any]) -> str:
    """What a warning or a refusal says. `note` is {code, data, rows?, learner?, judge?, criterion?}, all by name."""
    data = {**note.get("data", {}), **{k: note[k] for k in ("learner", "judge", "criterion") if k in note}}
    return NOTES[note["code"]](data) + _rows(note.get("rows", ()))


def _rows(rows: Sequence[int]) -> str:
    if not rows:
        return ""
    shown = ", ".join(map(str, rows[:8]))
    if len(rows) > 8:
        return " " + _("Rows %(rows)s and %(more)d more.") % {"rows": shown, "more": len(rows) - 8}
    return " " + _("Rows: %(rows)s.") % {"rows": shown}


def _names(names: Sequence[str], count: int | None = None) -> str:
    shown = _(", ").join(names[:5])
    count = len(names) if count is None else count
    return shown if count <= 5 else _("%(names)s and %(more)d more") % {"names": shown, "more": count - 5}


def _parts(parts: Sequence[Mapping[str, Sequence[str]]]) -> str:
    return _("; ").join(
        _("judges %(judges)s with %(learners)s")
        % {"judges": _names(part["judges"]), "learners": _names(part["learners"])}
        for part in parts[:4]
    )


NOTES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    # Warnings
    "missing_score": lambda d: _("%(n)d marks are empty and were left out.") % d,
    "not_judged": lambda d: _("Without any mark: %(names)s.") % {"names": _names(d["learners"], d["n"])},
    "few_marks": lambda d: _("Only %(n)d marks: take all figures as rough.") % d,
    "one_learner": lambda d: _("Only one learner: there is nothing to rank."),
    "one_judge": lambda d: _("All marks come from one judge: severity cannot be told, nothing was adjusted for it."),
    "single_judge": lambda d: _("Marked by one judge only, so nobody checks that judge there: %(names)s.")
    % {"names": _names(d["learners"], d["n"])},
    "thin_judge": lambda d: _("%(judge)s gave only %(n)d marks: this severity is little more than a guess.") % d,
    "constant_judge": lambda d: _("%(judge)s gave the same mark %(n)d times: these marks tell nobody apart.") % d,
    "extreme_learner": lambda d: _("Highest or lowest mark throughout, so the measure is open to one side: %(names)s.")
    % {"names": _names(d["learners"], d["n"])},
    "copied_criteria": lambda d: _("Marks are the same, sheet by sheet, as on the criterion before: %(names)s. They add no evidence.")
    % {"names": _names(d["criteria"], d["n"])},
    "confounded": lambda d: _("Some judges mark criteria that nobody else marks: their severity cannot be told from the criteria’s difficulty. Learners can still be compared."),
    "weak_link": lambda d: _("Judges are linked by few learners: severities are uncertain. Let more learners be marked by judges of different groups."),
    "subsets_apart": lambda d: _("The marks fall into %(n)d parts that share nobody. Each part was calibrated by itself; places hold within a part only.") % d,
    "exchangeable_assumed": lambda d: _("The marks fall into %(n)d parts that share nobody. Places across them rest on the assumption that all parts are equally able.") % d,
    "not_converged": lambda d: _("The estimation did not settle after %(iterations)d rounds: do not use these figures.") % d,
    "exact_fit": lambda d: _("The marks fit the model exactly, which real marks hardly do: the error was set to that of rounding to whole marks."),
    "unused_category": lambda d: _("On %(criterion)s nobody gave level %(level)s: the step into it cannot be estimated.") % d,
    "panel_means": lambda d: _("Groups of judges had learners of different ability; this was taken into account."),
    "order_depends": lambda d: _("These places change by more than three if groups of judges are taken to have had equally able learners: %(names)s.")
    % {"names": _names(d["learners"], d["n"])},
    "judges_alike": lambda d: _("The judges hardly differ in severity: the order stays close to that of the raw means."),
    "learners_alike": lambda d: _("The marks hardly tell learners apart: what sets them apart is no more than the judges’ own ups and downs. Take the order as drawn by lot."),
    "halo": lambda d: _("A judge’s marks on different criteria of one learner go together more than the learner explains: they count as fewer marks in all statements of certainty."),
    "misfit": lambda d: _("The marks of %(judge)s do not follow the model (infit %(infit).2f): look at this judge’s sheets.") % d,
    "self_rating": lambda d: _("Somebody marked themselves: %(names)s.") % {"names": _names(d["learners"], d["n"])},
    # Refusals
    "empty_table": lambda d: _("There are no marks."),
    "missing_column": lambda d: _("The table lacks the column %(column)s. It needs learner, judge, criterion and score.") % d,
    "not_a_table": lambda d: _("The file is not a table of text that can be read."),
    "empty_name": lambda d: _("A learner, judge or criterion has no name."),
    "bad_design": lambda d: _("The table of marks does not hang together."),
    "not_a_number": lambda d: _("A mark is not a number."),
    "infinite": lambda d: _("A mark is infinite."),
    "not_whole": lambda d: _("A mark is not a whole number. Multiply all marks, for example by 2, until they are whole."),
    "negative": lambda d: _("A mark is negative."),
    "out_of_range": lambda d: _("A mark lies outside the levels of its criterion."),
    "too_large": lambda d: _("A mark is larger than %(largest)d.") % d,
    "unknown_index": lambda d: _("A row names somebody whom the table does not have."),
    "duplicate_rating": lambda d: _("The same judge marked the same criterion of the same learner more than once."),
    "bad_weight": lambda d: _("A weight is not a positive number."),
    "bad_anchor": lambda d: _("A fixed severity is not a number, names no judge of the table, or all are fixed and do not sum to zero."),
    "bad_option": lambda d: _("%(option)s cannot be %(value)s.") % d,
    "bad_maximum": lambda d: _("%(criterion)s cannot have the maximum %(highest)d: it must not lie below the lowest mark of the table, nor above 100,000.") % d
    if "highest" in d
    else _("A maximum is given for “%(criterion)s”, but the table has no such criterion.") % d,
    "no_information": lambda d: _("All marks are equal: they say nothing about anybody."),
    "too_many_levels": lambda d: _("%(levels)d levels are too many for a rating scale. Use the linear scale.") % d,
    "disconnected": lambda d: _("The marks fall into %(n)d parts that share nobody, so learners of different parts cannot be compared: %(parts)s. Let a judge mark in both, or say how to go on.")
    % {"n": len(d["parts"]), "parts": _parts(d["parts"])},
}  # fmt: skip

SCALE_REASONS = {
    "asked": lambda: _("as asked"),
    "many_levels": lambda: _("so many levels are marks, not steps"),
    "few_marks_a_level": lambda: _("too few marks for each level"),
    "one_criterion": lambda: _("one criterion"),
    "shared_thresholds": lambda: _("the criteria’s levels are equally wide"),
    "thresholds_differ": lambda: _("levels are wider on some criteria than on others"),
}


def scale_reason(code: str) -> str:
    return SCALE_REASONS[code]()


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


# What the adjustment changed, for a committee

MOST_NAMED = 6
NEAR = 0.5  # points of 100 within which a judge, or a panel, is called neither lenient nor severe


def changes(shown: ShownCalibration) -> list[str]:
    """Who is first and who is among the first, by raw means and by adjusted marks, and why."""
    ranked = [row for row in shown.learners if row.rank and row.raw_rank]
    if not ranked or shown.parts > 1:
        return []
    told = [_first_place(ranked)]
    if 1 < shown.top < len(ranked):
        top = shown.top
        into = [row for row in ranked if row.is_among(top) and not row.was_among(top)]
        out = [row for row in ranked if row.was_among(top) and not row.is_among(top)]
        if not into and not out:
            told.append(_("The first %(top)d are the same learners by both.") % {"top": shown.top})
        told += [_crossing(_("Into the first %(top)d comes"), shown.top, row) for row in into[:MOST_NAMED]]
        told += [_crossing(_("Out of the first %(top)d falls"), shown.top, row) for row in out[:MOST_NAMED]]
        if (more := len(into) + len(out) - len(into[:MOST_NAMED]) - len(out[:MOST_NAMED])) > 0:
            told.append(_("%(more)d more cross this line; the table shows them.") % {"more": more})
    return told


def _first_place(ranked: Sequence[ShownLearner]) -> str:
    before = [row for row in ranked if row.raw_rank == 1]
    after = [row for row in ranked if row.rank == 1]
    said = {"before": _names([r.name for r in before]), "after": _names([r.name for r in after])}
    if {row.code for row in before} == {row.code for row in after}:
        return _("First place stays with %(after)s.") % said
    return _("First place passes from %(before)s to %(after)s: %(why)s.") % {
        **said,
        "why": _("; ").join(_why(row) for row in [*before, *after][:MOST_NAMED]),
    }


def _crossing(lead: str, top: int, row: ShownLearner) -> str:
    return _("%(lead)s %(name)s (place %(raw)d by raw mean, now %(rank)d): %(why)s.") % {
        "lead": lead % {"top": top},
        "name": row.name,
        "raw": row.raw_rank,
        "rank": row.rank,
        "why": _why(row),
    }


def _why(row: ShownLearner) -> str:
    """Which of a learner's judges weighs most, in the direction in which all of them together lean."""
    if row.lean is None or abs(row.lean) < NEAR:
        return _("the judges of %(name)s are near the mean together") % {"name": row.name}
    own = [(sheet.lean or 0.0, sheet.judge) for sheet in row.sheets]
    points, judge = max(own) if row.lean > 0 else min(own)
    said = {"name": row.name, "judge": judge, "points": f"{abs(points):.1f}"}
    if row.lean > 0:
        return (
            _(
                "%(name)s was marked by %(judge)s, who is lenient and gives %(points)s points more than the mean judge"
            )
            % said
        )
    return (
        _(
            "%(name)s was marked by %(judge)s, who is severe and gives %(points)s points less than the mean judge"
        )
        % said
    )
