"""What a phone fetches ahead of the learner."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, LiveFactory, moment
from tests.factories.learning import Learning
from yingzao.activities import actions as activities
from yingzao.cases.actions import record_reading
from yingzao.core import clock
from yingzao.web import queries


@pytest.fixture
def camp(db):
    return Learning()


def ahead(camp) -> list[str]:
    activities.resettle(camp.programme)
    now = clock.now()
    return queries.ahead_of(queries.to_do(queries.duties_of(camp.learner, now), now), now)


def test_the_cases_due_first_and_the_pages_that_lead_to_them(camp):
    due = ["2099-03-04 23:59", "2099-03-01 23:59", "2099-03-03 23:59", "2099-03-02 23:59"]
    last, first, third, second = (
        ActivityFactory(programme=camp.programme, due_at=moment(day)) for day in due
    )
    LiveFactory(
        programme=camp.programme, starts_at=moment("2099-03-01 19:00"), ends_at=moment("2099-03-01 20:00")
    )
    wanted = [
        reverse(name, args=[case.code])
        for case in (first, second, third)
        for name in ("cases:learner-case", "web:learner-duty")
    ]
    assert ahead(camp) == wanted
    assert not any(last.code in address for address in wanted)


def test_a_case_that_has_not_begun_or_is_done_is_not_fetched(camp):
    ActivityFactory(programme=camp.programme, starts_at=moment("2099-03-01 08:00"))
    ActivityFactory(programme=camp.programme, starts_at=clock.now() + dt.timedelta(hours=1))
    done = ActivityFactory(programme=camp.programme, rule={"reflection_characters": 0})
    record_reading(enrolment=camp.learner, activity=done, by=camp.learner.person)
    assert ahead(camp) == []
