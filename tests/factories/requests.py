"""Attendance requests, asked through the action as everywhere."""

import uuid

from tests.factories.activities import moment
from yingzao.activities import actions
from yingzao.activities.enums import RequestKind

LONG_AFTER = moment("2021-10-20 09:00")


def ask(learner, activity, kind=RequestKind.LEAVE, *, by=None, now=LONG_AFTER, **more):
    """A request by the learner, or by `by` for the learner."""
    more.setdefault("reason", "单位值班")
    return actions.make_request(
        enrolment=learner,
        activity=activity,
        kind=kind,
        by=by or learner.person,
        key=more.pop("key", None) or uuid.uuid4(),
        now=now,
        **more,
    )
