"""What is said of quizzes: to learners beforehand, to organisers of why somebody has not passed, of files and figures."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from yingzao.courses.enums import QuestionKind
from yingzao.courses.models import QuestionVersion, Quiz
from yingzao.courses.queries.quizzes import option_text
from yingzao.courses.queries.results import ResultRow
from yingzao.courses.rules import items
from yingzao.courses.rules.marking import mark
from yingzao.courses.rules.quizzes import GRACE

MOST_WRITTEN = 10


def facts(quiz: Quiz, *, questions: int, passing: Fraction) -> list[str]:
    """What a learner should know before beginning, a sentence a line."""
    said = [ngettext("%(count)d question.", "%(count)d questions.", questions) % {"count": questions}]
    if passing:
        said.append(
            _("Passed with %(percent)d%% of the points; the best attempt counts.")
            % {"percent": ceil(passing * 100)}
        )
    else:
        said.append(_("Handing in is enough; the best attempt counts."))
    if quiz.attempts:
        said.append(
            ngettext("You have %(count)d attempt.", "You have %(count)d attempts.", quiz.attempts)
            % {"count": quiz.attempts}
        )
    else:
        said.append(_("You may try as often as you like."))
    if quiz.minutes:
        said.append(
            _(
                "Once begun you have %(minutes)d minutes, also when the page is closed. What has arrived by then counts; %(grace)d seconds are granted for the way."
            )
            % {"minutes": quiz.minutes, "grace": GRACE.seconds}
        )
    said.append(
        {
            "always": _("What was right is shown after each attempt."),
            "done": _("What was right is shown once you have passed, or have no attempt left."),
            "never": _("What was right is not shown."),
        }[quiz.shows]
    )
    return said


def percent(share: Fraction | None) -> str:
    """A score as people read it: rounded down, so that nobody reads a pass that is none."""
    return "—" if share is None else f"{floor(share * 100)}%"


def why(row: ResultRow) -> str:
    """Why a learner has not passed yet, as a sentence for the desk; empty where it is passed."""
    if row.passed:
        return ""
    needed = ceil(row.passing * 100)
    said = []
    if row.best is not None:
        said.append(
            _("best result %(best)s, %(needed)d%% are asked") % {"best": percent(row.best), "needed": needed}
        )
    if row.open is not None:
        said.append(
            _("has begun: %(answered)d of %(asked)d answered, not handed in")
            % {"answered": row.answered, "asked": row.asked}
        )
    elif row.is_used_up:
        said.append(_("no attempt is left"))
    elif row.best is None:
        said.append(_("has not begun"))
    return _("; ").join(said)


PROBLEMS: Mapping[str, Any] = {
    "kind": gettext_lazy("This kind of question is not known here: {kind}."),
    "refused": gettext_lazy("{why}"),
    "no_key": gettext_lazy("The file does not say what is right, in a way that can be read."),
    "number_key": gettext_lazy(
        "The right number or its tolerance cannot be read; one number must be fully right."
    ),
    "one_right": gettext_lazy("Of one choice exactly one option must be right."),
    "no_text": gettext_lazy("It has no text."),
    "no_interaction": gettext_lazy("There is nothing to answer in it."),
    "interactions": gettext_lazy("It asks for {count} answers at once; questions here have one."),
    "option_picture": gettext_lazy("An option is a picture; options here are words."),
    "damaged_file": gettext_lazy("A file of the package is damaged and was not read."),
    "table_answer": gettext_lazy("The answer “{answer}” does not go with the kind and the options."),
    "weights": gettext_lazy("Its own weights are not kept; part of the points follows our rule."),
    "part_credit": gettext_lazy("Part of the points for single options is not kept: all or nothing."),
    "short_left": gettext_lazy(
        "Answers that gave only part of the points, or hold *, are left out: {answers}."
    ),
    "wrong_feedback": gettext_lazy("What was said to certain wrong answers is left out."),
    "case": gettext_lazy("It told capitals from small letters; here they are the same."),
    "units": gettext_lazy("Units are not looked at here."),
    "ordering_marks": gettext_lazy("Part of the points for an order follows our rule."),
    "pictures": gettext_lazy(
        "One picture at most is kept, and only one that is in the file; other pictures and files are left out."
    ),
    "feedback_picture": gettext_lazy("Pictures in explanations are left out."),
    "picture_refused": gettext_lazy("The picture is left out: {why}"),
    "points": gettext_lazy("It had no points; it gets 1."),
    "points_rounded": gettext_lazy("Its points were rounded to two decimal places."),
    "hints": gettext_lazy("Hints are left out."),
    "feedbacks": gettext_lazy("Of several explanations the first is kept."),
    "tolerance_wide": gettext_lazy("Its tolerance differed up and down; the larger one is kept."),
}


def problem(told: Mapping[str, Any]) -> str:
    """What became of a question of a file, as a sentence."""
    sentence = str(PROBLEMS.get(told["code"], PROBLEMS["no_key"]))
    for name, value in told["data"].items():
        sentence = sentence.replace(f"{{{name}}}", str(value))
    return sentence


def figure(found: items.Figure) -> str:
    """A figure to two places, or why there is none."""
    if found.value is not None:
        return f"{found.value:.2f}".replace("-", "−")
    return {
        items.FEW: _("not enough data"),
        items.SAME: _("everybody the same"),
        items.DIFFERENT: _("not everybody had the same questions"),
    }[found.why]


def options_chosen(version: QuestionVersion, chosen: Mapping[str, int]) -> list[tuple[str, int, bool]]:
    """(option or written answer, how often it was said, whether it is right), options in their order, then the most
    frequent written ones. Of an ordering nothing: everybody said all of it."""
    if version.kind == QuestionKind.ORDERING:
        return []
    if version.options:
        right = version.key.get("right", ())
        return [
            (option_text(version.kind, option), chosen.get(option["id"], 0), option["id"] in right)
            for option in version.options
        ]
    written = sorted(chosen.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WRITTEN]
    return [
        (text, count, bool(mark(kind=version.kind, key=version.key, is_partial=True, said=[text])))
        for text, count in written
    ]
