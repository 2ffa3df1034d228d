"""What was done, in words."""

from __future__ import annotations

from django.utils.translation import ngettext

from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners
from yingzao.cases import rules
from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import stamp


def pushed(activity: Activity) -> str:
    """Whom a case reached, or will reach and when."""
    count = asked_learners(activity).count()
    if activity.starts_at is None or rules.is_out(activity.starts_at, clock.now()):
        return ngettext(
            "The case has reached %(count)d learner.", "The case has reached %(count)d learners.", count
        ) % {"count": count}
    return ngettext(
        "The case will reach %(count)d learner on %(at)s.",
        "The case will reach %(count)d learners on %(at)s.",
        count,
    ) % {"count": count, "at": stamp(activity.starts_at)}
