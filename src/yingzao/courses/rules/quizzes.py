"""What a learner may do with a quiz, and see of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.courses.enums import AttemptState, Shows
from yingzao.courses.models import Attempt, Quiz

GRACE = dt.timedelta(seconds=30)  # after the end: for the way of what was sent in time


def is_overdue(attempt: Attempt, now: dt.datetime) -> bool:
    """Whether an attempt's time and its grace are over."""
    return (
        attempt.state == AttemptState.OPEN and attempt.ends_at is not None and now > attempt.ends_at + GRACE
    )


def handed_in(attempts: Sequence[Attempt]) -> list[Attempt]:
    return [a for a in attempts if a.state == AttemptState.HANDED_IN]


def best_of(attempts: Sequence[Attempt]) -> Fraction | None:
    """The attempt that counts is the best one."""
    return max((Fraction(a.score) for a in handed_in(attempts)), default=None)


def left(quiz: Quiz, attempts: Sequence[Attempt]) -> int | None:
    """How many attempts may still be begun; None where there is no limit."""
    return max(quiz.attempts - len(attempts), 0) if quiz.attempts else None


def shows_key(quiz: Quiz, attempts: Sequence[Attempt], *, passing: Fraction) -> bool:
    """Whether the learner may see what was right, of attempts that are handed in, and the feedback. While one is open
    nothing of any is shown: it may hold the same questions."""
    if quiz.shows == Shows.NEVER or any(a.state == AttemptState.OPEN for a in attempts):
        return False
    if quiz.shows == Shows.ALWAYS:
        return True
    best = best_of(attempts)
    return (best is not None and best >= passing) or left(quiz, attempts) == 0


def require_attempt_left(quiz: Quiz, attempts: Sequence[Attempt]) -> None:
    """Raises Refused (`no_attempts`)."""
    if left(quiz, attempts) == 0:
        raise Refused(
            _("You have used all %(count)d attempts.") % {"count": quiz.attempts}, code="no_attempts"
        )
