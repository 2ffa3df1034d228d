"""What is said of needs: when an answer is due, and what their order comes from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.communities import rules
from yingzao.communities.enums import Feasibility, Frequency, Urgency
from yingzao.communities.queries import Weight
from yingzao.core import clock


@dataclass(frozen=True, slots=True)
class Due:
    """`key` is a state of the interface; empty where there is time."""

    key: str
    words: str


def say_due(day: dt.date | None, today: dt.date | None = None) -> Due | None:
    """In calendar days: due in 3 days, due today, overdue by 2 days. None without a day."""
    if day is None:
        return None
    days = (day - (today or clock.today())).days
    if days < 0:
        late = ngettext("overdue by %(count)d day", "overdue by %(count)d days", -days) % {"count": -days}
        return Due("miss", late)
    if days == 0:
        return Due("soon", _("due today"))
    ahead = ngettext("due in %(count)d day", "due in %(count)d days", days) % {"count": days}
    return Due("soon" if days <= rules.SOON.days else "", ahead)


def say_voices(count: int) -> str:
    return ngettext("%(count)d voice", "%(count)d voices", count) % {"count": count}


def say_weight(weight: Weight) -> str:
    """Why it stands where it stands: 3 voices · 12 dots · urgent · every day. What is not known is not said."""
    said = [say_voices(weight.voices)]
    if weight.dots:
        said.append(ngettext("%(count)d dot", "%(count)d dots", weight.dots) % {"count": weight.dots})
    if weight.urgency != Urgency.NORMAL:
        said.append(str(Urgency(weight.urgency).label))
    if weight.frequency != Frequency.UNKNOWN:
        said.append(str(Frequency(weight.frequency).label))
    if weight.feasibility != Feasibility.UNKNOWN:
        said.append(str(Feasibility(weight.feasibility).label))
    return " · ".join(said)
