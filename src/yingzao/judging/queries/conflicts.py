"""Conflicts of interest that the records already tell (回避)."""

from yingzao.enrolment.models import Enrolment
from yingzao.judging.enums import Conflict
from yingzao.programmes.models import StaffRole

SHORTEST_NAME = 2  # a community given as one character would be found in any unit


def conflict_between(judge: StaffRole, learner: Enrolment) -> Conflict | None:
    """Why this judge may not judge this learner, or None. Reads `learner.community` and `learner.team.mentor`.

    A unit conflicts when the learner's community stands in its name: 桂一社区居委会 with 桂一社区.
    """
    if judge.person_id is not None and judge.person_id == learner.person_id:
        return Conflict.SELF
    if _digits(judge.phone) and _digits(judge.phone) == _digits(learner.phone):
        return Conflict.SELF
    unit = _squashed(judge.unit)
    for name in {_squashed(learner.community_name), _squashed(learner.community_as_given)}:
        if unit and len(name) >= SHORTEST_NAME and name in unit:
            return Conflict.COMMUNITY
    mentor = learner.team.mentor if learner.team else None
    if mentor and judge.person_id is not None and mentor.person_id == judge.person_id:
        return Conflict.MENTOR
    return None


def _squashed(text: str) -> str:
    return "".join(text.split())


def _digits(phone: str) -> str:
    """The last 11 digits: +86 or not makes no difference."""
    return "".join(c for c in phone if c.isdigit())[-11:]
