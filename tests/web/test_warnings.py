"""预警: the list on real rows, who sees it, and what the learner reads."""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from tests.factories.activities import ActivityFactory, LiveFactory, record
from tests.factories.enrolment import EnrolmentFactory, TeamFactory
from tests.factories.pages import bare_pages  # noqa: F401
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory
from yingzao.activities import actions
from yingzao.activities.enums import FactKind
from yingzao.core import clock
from yingzao.honours.models import Scheme, Selection
from yingzao.notices.models import Message
from yingzao.programmes.enums import Role
from yingzao.web import actions as web
from yingzao.web import warnings

pytestmark = pytest.mark.django_db
TODAY = clock.today()


@pytest.fixture
def programme():
    """Ten duties: five sessions that are over, five cases with a deadline to come."""
    programme = ProgrammeFactory(
        organisation=OrganisationFactory(),
        starts_on=TODAY - dt.timedelta(days=60),
        ends_on=TODAY + dt.timedelta(days=60),
    )
    programme.sessions = []
    for n in range(5):
        begin = clock.start_of(TODAY - dt.timedelta(days=20 + n)) + dt.timedelta(hours=19)
        session = LiveFactory(
            programme=programme, starts_at=begin, ends_at=begin + dt.timedelta(hours=1), title=f"直播{n}"
        )
        actions.mark_held(session, by=None, at=session.ends_at)
        programme.sessions.append(session)
    for n in range(5):
        ActivityFactory(
            programme=programme, title=f"案例{n}", due_at=clock.end_of(TODAY + dt.timedelta(days=9 - n))
        )
    return programme


def learner(programme, name, heard=0, **more):
    """Somebody who heard so many of the five sessions, whole."""
    enrolment = EnrolmentFactory(programme=programme, name=name, **more)
    actions.resettle(programme, enrolments=[enrolment.pk])
    for session in programme.sessions[:heard]:
        begin = session.starts_at.astimezone(clock.SHANGHAI)
        record(
            enrolment,
            session,
            FactKind.ATTENDED,
            f"{begin:%Y-%m-%d %H:%M}",
            f"{begin + dt.timedelta(hours=1):%Y-%m-%d %H:%M}",
        )
    return enrolment


@pytest.fixture
def cohort(programme):
    """Best reachable 50, 60, 70, 100 %."""
    return {
        "lost": learner(programme, "何五戊", 0),
        "edge": learner(programme, "陈一甲", 1),
        "behind": learner(programme, "林二乙", 2),
        "safe": learner(programme, "黄四丁", 5),
    }


def names(found):
    return [(row.outlook.group, row.learner.name) for row in found.rows]


def test_groups_on_real_rows(programme, cohort):
    found = warnings.warnings_of(programme)
    assert names(found) == [("lost", "何五戊"), ("edge", "陈一甲"), ("behind", "林二乙")]
    lost, edge, behind = found.rows
    assert (lost.outlook.to_mend, len(lost.missed)) == (1, 5)
    assert (edge.outlook.slack, behind.outlook.slack) == (0, 1)
    assert [chance.activity.title for chance in edge.open] == ["案例4", "案例3", "案例2", "案例1", "案例0"]
    assert found.counts == {"lost": 1, "edge": 1, "behind": 1}


def test_line_is_the_newest_selections(programme, cohort):
    scheme = Scheme.objects.create(organisation=programme.organisation, programme=programme, number=1)
    for least in (90, 50):
        Selection.objects.create(
            organisation=programme.organisation,
            programme=programme,
            name="优秀学员",
            scheme=scheme,
            least_completion=least,
        )
    assert names(warnings.warnings_of(programme)) == [
        ("edge", "何五戊"),
        ("behind", "陈一甲"),
        ("behind", "林二乙"),
    ]


def test_leave_that_is_entered_takes_somebody_off_the_lost(programme, cohort):
    record(
        cohort["lost"],
        programme.sessions[0],
        FactKind.EXCUSED,
        f"{TODAY:%Y-%m-%d} 08:00",
        detail={"reason": "病假"},
    )
    assert names(warnings.warnings_of(programme))[0][0] == "lost"  # 5 of 9
    record(
        cohort["lost"],
        programme.sessions[1],
        FactKind.EXCUSED,
        f"{TODAY:%Y-%m-%d} 08:00",
        detail={"reason": "病假"},
    )
    assert dict((n, g) for g, n in names(warnings.warnings_of(programme)))["何五戊"] == "edge"  # 5 of 8


@pytest.fixture
def desk(client, programme, bare_pages):  # noqa: F811
    staff = StaffRoleFactory(programme=programme)
    client.force_login(staff.person)
    client.staff = staff
    return client


def test_page_says_what_can_still_be_lost_and_until_when(desk, programme, cohort):
    page = desk.get(f"/desk/{programme.code}/warnings/").content.decode()
    assert "何五戊" in page
    assert "黄四丁" not in page
    assert "再缺一次就达不到" in page
    assert "至少补回 1 项" in page
    assert "案例4" in page


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("show=edge", {"陈一甲"}), ("q=chenyijia", {"陈一甲"}), ("q=何五", {"何五戊"}), ("team=NONE", set())],
)
def test_filters(desk, programme, cohort, query, wanted):
    page = desk.get(f"/desk/{programme.code}/warnings/?{query}").content.decode()
    assert {e.name for e in cohort.values() if e.name in page} == wanted


def test_teams_stand_as_they_were_made_not_by_the_code_of_their_numerals(desk, programme, cohort):
    for name in ("第一组", "第二组", "第三组"):
        TeamFactory(programme=programme, name=name)
    page = desk.get(f"/desk/{programme.code}/warnings/").content.decode()
    assert [page.count(name) for name in ("第一组", "第二组", "第三组")] == [1, 1, 1]
    assert page.index("第一组") < page.index("第二组") < page.index("第三组")


@pytest.mark.parametrize("count", [1, 3])
def test_query_count(desk, programme, count, django_assert_num_queries):
    for n in range(count):
        learner(programme, f"学员{n}", 0, team=TeamFactory(programme=programme), person=PersonFactory())
    desk.get(f"/desk/{programme.code}/warnings/")
    with django_assert_num_queries(DESK_QUERIES):
        page = desk.get(f"/desk/{programme.code}/warnings/").content.decode()
    assert page.count('<th scope="row">') == count


DESK_QUERIES = 9


def test_export_holds_the_list(desk, programme, cohort):
    response = desk.get(f"/desk/{programme.code}/warnings.xlsx?show=edge")
    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert [(row[2], row[7], row[9]) for row in rows[2:]] == [("陈一甲", 0.6, 0)]


def test_reminder_goes_to_the_group_that_is_shown_and_once_a_day(desk, programme, cohort):
    for key in ("lost", "edge"):
        cohort[key].person = PersonFactory()
        cohort[key].save()
    where = f"/desk/{programme.code}/warnings/remind/"
    preview = desk.post(where, {"show": "edge"}).content.decode()
    assert "发出提醒" in preview or "confirmed" in preview
    assert cohort["edge"].person.received_messages.count() == 0
    desk.post(where, {"show": "edge", "confirmed": "yes"})
    assert cohort["edge"].person.received_messages.count() == 1
    assert cohort["lost"].person.received_messages.count() == 0
    desk.post(where, {"show": "edge", "confirmed": "yes"})
    assert cohort["edge"].person.received_messages.count() == 1


def test_mentor_reads_the_own_team_only(client, programme, cohort, bare_pages):  # noqa: F811
    mentor = StaffRoleFactory(programme=programme, role=Role.MENTOR)
    team = TeamFactory(programme=programme, mentor=mentor)
    cohort["edge"].team = team
    cohort["edge"].save()
    other = learner(programme, "别组人", 0, team=TeamFactory(programme=programme))
    client.force_login(mentor.person)
    page = client.get("/mentor/warnings/").content.decode()
    assert "陈一甲" in page
    assert other.name not in page
    assert client.get(f"/desk/{programme.code}/warnings/").status_code == 404
    mentor.ended_at = clock.now()
    mentor.save()
    assert "陈一甲" not in client.get("/mentor/warnings/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_mentor_query_count(client, programme, count, bare_pages, django_assert_num_queries):  # noqa: F811
    mentor = StaffRoleFactory(programme=programme, role=Role.MENTOR)
    for n in range(count):
        learner(programme, f"学员{n}", 0, team=TeamFactory(programme=programme, mentor=mentor))
    client.force_login(mentor.person)
    client.get("/mentor/warnings/")
    with django_assert_num_queries(MENTOR_QUERIES):
        page = client.get("/mentor/warnings/").content.decode()
    assert page.count("学员") == count


MENTOR_QUERIES = 7


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("edge", "再缺一次就达不到 60%"), ("lost", "已达不到 60%"), ("behind", None), ("safe", None)],
)
def test_learner_reads_one_sentence_in_the_first_two_groups(client, programme, cohort, who, sentence):
    cohort[who].person = PersonFactory()
    cohort[who].save()
    client.force_login(cohort[who].person)
    page = client.get("/my/").content.decode()
    said = [s for s in ("再缺一次就达不到 60%", "已达不到 60%") if s in page]
    assert said == ([sentence] if sentence else [])


# Word to the learner


def test_who_hangs_on_one_duty_is_told_in_the_two_days_before_it_and_once_a_duty(programme):
    edge = learner(programme, "边上", heard=1, person=PersonFactory())
    learner(programme, "稳妥", heard=4, person=PersonFactory())
    learner(programme, "没救", heard=0, person=PersonFactory())
    learner(programme, "无号", heard=1)
    nearest = programme.activities.get(title="案例4")
    before = nearest.due_at - dt.timedelta(days=2, seconds=1)
    assert web.warn(programme, now=before) == 0
    for many in (1, 0):
        assert web.warn(programme, now=nearest.due_at - dt.timedelta(days=1)) == many
    message = Message.objects.get()
    assert (message.person, message.kind, message.title) == (
        edge.person,
        "nearly_late",
        "这一项不能再缺：案例4",
    )
    assert "60%" in message.body
    assert web.warn(programme, now=nearest.due_at) == 0
