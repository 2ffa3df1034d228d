"""For how long each kind is kept, within which bounds an organisation may choose, and what goes when the time is over.

Where a figure comes from stands beside it: N the privacy notice, L the law, K usual practice, which an organisation changes as it likes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from yingzao.people.models import Organisation

YEAR = 365
LOGS = 183  # days: network logs are kept for at least six months (Cybersecurity Law art. 21, L)


@dataclass(frozen=True)
class Period:
    """`days` None: there is no end to reckon. `least` and `most` None: an organisation cannot change it."""

    key: str
    name: Any
    begins: Any  # from when the days count
    why: Any
    days: int | None = None
    least: int | None = None
    most: int | None = None

    @property
    def is_open(self) -> bool:
        return self.least is not None


PERIODS = {
    period.key: period
    for period in (
        Period(
            "programme",
            _("Rosters, learning records and results"),
            _("from the last day of the programme"),
            _(
                "So that results can be explained and checked. Then names, telephones and words go; counts stay."
            ),
            3 * YEAR,  # N
            YEAR,
            10 * YEAR,
        ),
        Period(
            "sign_ins",
            _("Sign-ins"),
            _("from the sign-in"),
            _("The law asks for at least six months (Cybersecurity Law, art. 21)."),
            YEAR,  # N
            LOGS,
            3 * YEAR,
        ),
        Period(
            "acts",
            _("Record of acts"),
            _("from the act"),
            _(
                "The law asks for at least six months; longer, so that results can be checked while they are kept."
            ),
            5 * YEAR,  # N: at least six months; K
            LOGS,
            10 * YEAR,
        ),
        Period(
            "messages",
            _("Messages"),
            _("from the sending"),
            _("They have done what they were for."),
            YEAR,  # K
            30,
            3 * YEAR,
        ),
        Period(
            "heartbeats",
            _("What was played of videos"),
            _("from the playing"),
            _("The learning record says the same in a line."),
            90,
        ),
        Period(
            "copies",
            _("Copies of your data"),
            _("from the making"),
            _("Long enough to fetch one."),
            7,
        ),
        Period(
            "account",
            _("Account"),
            _("while there is one"),
            _("Until you ask to be forgotten."),
        ),
        Period(
            "for_ever",
            _("Posted lists and certificates"),
            _("without an end"),
            _(
                "So that they can be verified. Asked to be forgotten, names and files go; numbers and sums stay."
            ),
        ),
    )
}


@dataclass(frozen=True)
class Rule:
    """What is over in one organisation. `count` says how many rows of which sort would go for an instant before which things
    are over; `remove` takes them away, in transactions of its own, and says how many went."""

    period: str
    count: Callable[[Organisation, dt.datetime], Mapping[str, int]]
    remove: Callable[[Organisation, dt.datetime], Mapping[str, int]]


_rules: dict[str, Rule] = {}


def remove_by(name: str, rule: Rule) -> None:
    """Let a room take away what of it is over."""
    _rules[name] = rule


def rules() -> list[Rule]:
    return list(_rules.values())


def days_of(organisation: Organisation, period: str) -> int | None:
    """For how many days this organisation keeps it."""
    chosen = organisation.retentions.filter(period=period).values_list("days", flat=True).first()
    return chosen if chosen is not None else PERIODS[period].days


def longest(period: str) -> int | None:
    """Of all organisations: what belongs to none, as sign-ins do, is kept as long as anybody wants it."""
    chosen = [days_of(o, period) or 0 for o in Organisation.objects.all()]
    return max(chosen, default=PERIODS[period].days or 0)
