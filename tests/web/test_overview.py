"""What a supervisor reads first."""

import datetime as dt

import pytest

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.programmes import StaffRoleFactory, StageFactory
from yingzao.activities import actions
from yingzao.activities.enums import FactKind
from yingzao.core import clock
from yingzao.programmes.enums import Role, StageState
from yingzao.web import queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    """Three live courses of which two were held by 2021-11-15, a case and a course that are out, a task that is not."""
    learner = EnrolmentFactory()
    programme = learner.programme
    for day in ("2021-10-14", "2021-10-28", "2021-11-24"):
        course = LiveFactory(
            programme=programme, starts_at=moment(f"{day} 19:00"), ends_at=moment(f"{day} 20:30")
        )
        actions.mark_held(course, by=None, at=course.ends_at)
    ActivityFactory(programme=programme, kind="case", starts_at=moment("2021-09-16 09:00"))
    theme = ActivityFactory(programme=programme, kind="course", starts_at=moment("2021-09-06 09:00"))
    ActivityFactory(programme=programme, kind="practice", starts_at=moment("2021-11-16 09:00"))
    record(learner, theme, FactKind.IMPORTED, "2021-10-01 09:00", detail={"progress": "1"})
    return programme


def test_planned_and_held_are_two_things_and_held_is_as_of_the_day_asked_for(programme):
    read = queries.overview(programme, clock.end_of(dt.date(2021, 11, 15)))
    assert {k.kind: (k.held, k.planned) for k in read.kinds} == {
        "live": (2, 3),
        "course": (1, 1),
        "case": (1, 1),
        "visit": (0, 0),
        "practice": (0, 1),
    }
    assert next(k.share for k in read.kinds if k.kind == "course") == 1


def test_the_page_says_it_to_a_supervisor(client, programme):
    supervisor = StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person
    client.force_login(supervisor)
    page = client.get(f"/desk/{programme.code}/?on=2021-11-15").content.decode()
    assert "2 / 计划 3" in page
    assert "100% 完成" in page
    assert "截至 2021年11月15日" in page


def test_stages_stand_as_they_stood_on_the_day_asked_for(client, programme):
    for name, opened, closed in (
        ("报名", "2021-08-23 00:00", "2021-09-05 23:59"),
        ("实践", "2021-11-15 00:00", "2021-12-12 23:59"),
        ("评审", "2021-12-13 00:00", None),
        ("结业", None, None),
    ):
        StageFactory(
            programme=programme,
            name=name,
            state=StageState.CLOSED if closed else StageState.OPEN if opened else StageState.PLANNED,
            opened_at=moment(opened) if opened else None,
            closed_at=moment(closed) if closed else None,
        )
    client.force_login(StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person)

    def stages(day: str) -> dict[str, str]:
        read = client.get(f"/desk/{programme.code}/{day}").context["stages"]
        return {stage.name: state for stage, state in read if stage.name in ("报名", "实践", "评审", "结业")}

    assert stages("?on=2021-11-15") == {
        "报名": "closed",
        "实践": "open",
        "评审": "planned",
        "结业": "planned",
    }
    assert stages("") == {"报名": "closed", "实践": "closed", "评审": "open", "结业": "planned"}


def test_the_ledger_names_a_part_only_where_it_says_more_than_its_activity(client, programme):
    learner, visit = (
        programme.enrolments.get(),
        ActivityFactory(programme=programme, kind="visit", title="参访甲"),
    )
    stop = PartFactory(activity=visit, title="灯湖")
    alone = PartFactory(activity=visit, title=visit.title)
    for part, at in ((stop, "2021-11-06 10:00"), (alone, "2021-11-06 14:00")):
        record(learner, visit, FactKind.CHECKED_IN, at, part=part)
    client.force_login(StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person)
    page = client.get(f"/desk/{programme.code}/ledger/").content.decode()
    assert page.count("参访甲 · 灯湖") == 1
    assert "参访甲 · 参访甲" not in page
