"""When a form can be answered, by whom, and how much of it may be shown."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.utils.translation import gettext as _

from yingzao.activities.models import Survey
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment

LEAST_SHOWN = (3, 50)  # what the least number of anonymous answers may be set to
State = Literal["ahead", "open", "closed"]


def state_of(survey: Survey, now: dt.datetime) -> State:
    if survey.opens_at is not None and now < survey.opens_at:
        return "ahead"
    return "closed" if survey.closes_at is not None and now > survey.closes_at else "open"


def require_open(survey: Survey, now: dt.datetime) -> None:
    """Raises Refused before it opens and after it has closed."""
    match state_of(survey, now):
        case "ahead":
            raise Refused(_("This form is not open yet."), code="ahead")
        case "closed":
            raise Refused(_("This form is closed."), code="closed")


def require_learner(survey: Survey, enrolment: Enrolment | None) -> None:
    """Raises Refused for somebody without a place among those asked, unless whoever has the link may answer."""
    if enrolment is None and not survey.is_for_anybody:
        raise Refused(_("Only learners of the programme answer this form."), code="not_asked")


def is_shown(survey: Survey, count: int) -> bool:
    """Whether so many answers may be shown in detail: of an anonymous form not fewer than it was promised."""
    return not survey.is_anonymous or count >= survey.least_shown


def require_promise_kept(survey: Survey, *, is_anonymous: bool, least_shown: int) -> None:
    """Raises Refused for a change that would break what those were told who have answered."""
    if survey.is_anonymous != is_anonymous:
        raise Refused(
            _("Answers have come. Whether the form is anonymous cannot be changed any more."),
            code="promised",
            field="is_anonymous",
        )
    if survey.is_anonymous and least_shown < survey.least_shown:
        raise Refused(
            _("Answers have come. This number can only be raised."), code="promised", field="least_shown"
        )
