"""What the truth check says, in the reader's language."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from yingzao.core.ui.templatetags.ui import day
from yingzao.stories.rules.truth import Code, Finding, plain_words


def heading(code: Code) -> tuple[str, str]:
    """Of a group of findings: its title, and what is asked."""
    return {
        Code.NUMBER: (
            _("Numbers in the text"),
            _("Each was typed. Look at where it comes from, then tick it."),
        ),
        Code.COUNT: (_("Counted and named otherwise"), _("The number and the names beside it do not agree.")),
        Code.BESIDE: (
            _("Otherwise than the figure beside it"),
            _("A bound figure and a number that was typed next to it do not agree."),
        ),
        Code.TWICE: (_("Counted in two ways"), _("The story says two numbers of the same thing.")),
        Code.DATE: (_("Days that cannot be"), ""),
        Code.AHEAD: (_("Told before it happened"), ""),
        Code.OUTSIDE: (_("Outside the programme"), ""),
        Code.OTHER_DAY: (_("Another day than in the plan"), ""),
        Code.PLACE: (_("Places that the register does not know"), ""),
        Code.ALL: (_("“All” and the records"), _("The records have fewer.")),
        Code.ALL_TRUE: (_("“All”, and the records agree"), ""),
        Code.ALL_UNKNOWN: (_("“All” of what?"), _("No activity of the plan is found in these words.")),
        Code.PERSON: (
            _("People who are named"),
            _("A learner is named only with consent. Record it, say that somebody else is meant, or take the name out."),
        ),
        Code.SPELLING: (_("Perhaps another word is meant"), _("Proposals only; nothing is changed by itself.")),
    }.get(code, (str(code), ""))  # fmt: skip


def _days(days: list[dt.date]) -> str:
    return _(", ").join(day(one) for one in days[:3])


def sentence(finding: Finding) -> str:
    """What is said of one finding; "" where its heading says it all."""
    return plain_words(_sentence(finding))


def _sentence(finding: Finding) -> str:
    told = finding.data
    match finding.code:
        case Code.COUNT:
            return _("“%(count)s”, but %(named)d are named: “%(first)s” and those after it.") % told
        case Code.BESIDE:
            return _("The bound figure is “%(bound)s”.") % told
        case Code.TWICE:
            return _("Elsewhere it says “%(before)s”.") % told
        case Code.DATE if told["why"] == "none":
            return _("There is no such day.")
        case Code.DATE:
            return _("%(day)s was a day %(right)s of the week.") % {
                "day": day(told["day"]),
                "right": told["right"],
            }
        case Code.AHEAD:
            return _("The story is of %(day)s, and tells this as done.") % {"day": day(told["day"])}
        case Code.OUTSIDE:
            return _("The programme runs from %(start)s to %(end)s.") % {
                "start": day(told["starts_on"]),
                "end": day(told["ends_on"]),
            }
        case Code.OTHER_DAY:
            return _("In the plan “%(title)s” is on %(days)s.") % {
                "title": told["title"],
                "days": _days(told["days"]),
            }
        case Code.PLACE if finding.proposal:
            return _("Is “%(name)s” meant?") % {"name": finding.proposal}
        case Code.ALL:
            return _("“%(title)s”: %(done)d of %(asked)d have done it.") % told
        case Code.ALL_TRUE:
            return _("“%(title)s”: all %(asked)d have done it.") % told
        case Code.SPELLING:
            return _("“%(words)s” → “%(proposal)s”") % {"words": finding.quote, "proposal": finding.proposal}
        case Code.NUMBER if told["recorded"]:
            figures = _(", ").join(f"{figure.label} {figure.value}" for figure in told["recorded"])
            return _("In the records: %(figures)s") % {"figures": figures}
    return ""
