"""What learners of the example said of the live courses: anonymous forms, answered by those who were there."""

from __future__ import annotations

import hashlib
from uuid import NAMESPACE_URL, uuid5

from yingzao.activities import actions as activities
from yingzao.activities.actions import Said
from yingzao.activities.enums import KindKey
from yingzao.activities.models import Survey
from yingzao.activities.queries import surveys as queries
from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.models import Programme

NUMBERS = (5, 5, 5, 4, 4, 4, 4, 3, 5, 2)
WORDS = ("讲得实在，回去就能用。", "希望多一些案例。", "时间可以早半小时。", "最好能分组讨论一次。")


def make_forms(programme: Programme, organiser: Person) -> None:
    """The standard form for each live course."""
    for course in programme.activities.filter(kind=KindKey.LIVE):
        activities.make_survey(activity=course, by=organiser)


def answer_forms(programme: Programme) -> None:
    """Three of four who were at a course that is over answer its form, the same at each building."""
    for survey in programme.surveys.select_related("activity", "programme"):
        end = survey.activity.ends_at
        if end is None or end > clock.now():
            continue
        present = Enrolment.objects.filter(pk__in=queries.present_at(survey)).order_by("number")
        for learner in present:
            luck = hashlib.sha256(f"{survey.activity.title}{learner.number}".encode()).digest()
            if luck[0] % 4:
                activities.answer_survey(
                    survey=survey,
                    enrolment=learner,
                    key=uuid5(NAMESPACE_URL, f"{survey.code}:{learner.code}"),
                    version=survey.version,
                    is_promised_anonymous=survey.is_anonymous,
                    said=_said(survey, luck),
                    seconds=20 + luck[1] % 90,
                    by=learner.person,
                    now=end,
                )


def _said(survey: Survey, luck: bytes) -> dict[int, Said]:
    said = {}
    for question in queries.questions_of(survey):
        chance = luck[2 + question.position]
        if question.kind != "text":
            said[question.pk] = Said(number=NUMBERS[chance % len(NUMBERS)])
        elif chance % 3 == 0:
            said[question.pk] = Said(text=WORDS[chance % len(WORDS)])
    return said
