"""The learner's calendar: what the feed says, how it follows the plan, and whom it opens for."""

import datetime as dt

import ics
import pytest
import vobject
from django.urls import reverse
from icalendar import Calendar

from tests.factories.activities import ActivityFactory, LiveFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities import actions
from yingzao.activities.enums import FactKind
from yingzao.activities.models import CalendarFeed
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.enrolment import actions as enrolment
from yingzao.visits import actions as visits
from yingzao.visits.models import Stop, Visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner():
    return EnrolmentFactory(name="张三丰", person=PersonFactory())


@pytest.fixture
def by(learner):
    return StaffRoleFactory(programme=learner.programme).person


@pytest.fixture
def address(learner):
    feed = actions.renew_feed(enrolment=learner, by=learner.person)
    return reverse("activities:calendar-feed", args=[feed.token])


def events(client, address):
    """UID's first part → the event, as a calendar program reads it."""
    calendar = Calendar.from_ical(client.get(address).content)
    return {str(e["uid"]).split(".")[0].upper(): e for e in calendar.walk("VEVENT")}


def shown(event):
    """(summary, start, end) in Shanghai's time, or whole days."""
    start, end = event["dtstart"].dt, event["dtend"].dt
    return str(event["summary"]), str(start), str(end)


def test_live_course_has_its_hours(client, learner, address):
    course = LiveFactory(programme=learner.programme, title="直播课，第一讲; a,b")
    [event] = events(client, address).values()
    assert shown(event) == (course.title, "2021-10-14 19:00:00+08:00", "2021-10-14 20:30:00+08:00")
    assert (event["dtstart"].params["TZID"], event["status"], event["sequence"]) == (
        "Asia/Shanghai",
        "CONFIRMED",
        0,
    )
    assert event["url"] == f"http://testserver/my/live/{course.code}/"


def test_visit_has_its_place_and_stops(client, learner, address):
    visit = ActivityFactory(
        programme=learner.programme,
        kind="visit",
        title="参访",
        starts_at=moment("2021-10-20 08:30"),
        ends_at=moment("2021-10-20 12:00"),
    )
    for title, at in (("桂一社区", "2021-10-20 09:00"), ("灯湖社区", "2021-10-20 10:30")):
        part = PartFactory(activity=visit, title=title, starts_at=moment(at))
        Stop.objects.create(
            organisation=visit.organisation,
            part=part,
            place="党群服务中心",
            community=CommunityFactory(organisation=visit.organisation, name=title),
        )
    [event] = events(client, address).values()
    assert str(event["location"]) == "桂一社区 党群服务中心"
    assert str(event["description"]) == "站点：09:00 桂一社区、10:30 灯湖社区"
    Visit.objects.create(organisation=visit.organisation, activity=visit, meeting_place="街道办, 北门")
    [event] = events(client, address).values()
    assert str(event["location"]) == "街道办, 北门"


@pytest.mark.parametrize("kind", ["practice", "course", "case"])
def test_deadline_is_a_day_of_its_own(client, learner, address, kind):
    ActivityFactory(
        programme=learner.programme,
        kind=kind,
        title="走访十户",
        starts_at=moment("2021-11-01 09:00"),
        due_at=moment("2021-11-15 23:59"),
    )
    [event] = events(client, address).values()
    assert shown(event) == ("截止：走访十户", "2021-11-15", "2021-11-16")
    assert event["transp"] == "TRANSPARENT"
    assert "23:59" in event["description"]


def test_what_has_no_day_or_is_not_published_is_left_out(client, learner, address):
    ActivityFactory(programme=learner.programme)
    LiveFactory(programme=learner.programme, is_published=False)
    LiveFactory()
    opens = ActivityFactory(programme=learner.programme, starts_at=moment("2021-11-01 09:00"), title="案例")
    assert list(events(client, address)) == [opens.code]


def test_course_of_several_evenings_is_several_entries(client, learner, address):
    course = LiveFactory(programme=learner.programme, title="系列课", ends_at=moment("2021-10-28 20:30"))
    parts = [
        PartFactory(
            activity=course,
            title=f"第{n}讲",
            starts_at=moment(f"{day} 19:00"),
            ends_at=moment(f"{day} 20:30"),
        )
        for n, day in ((1, "2021-10-14"), (2, "2021-10-28"))
    ]
    found = events(client, address)
    assert [shown(found[part.code]) for part in parts] == [
        ("系列课 · 第1讲", "2021-10-14 19:00:00+08:00", "2021-10-14 20:30:00+08:00"),
        ("系列课 · 第2讲", "2021-10-28 19:00:00+08:00", "2021-10-28 20:30:00+08:00"),
    ]
    assert len(found) == 2


def test_changed_and_cancelled_activity_keeps_its_name_and_counts_up(client, learner, address, by):
    course = actions.save_activity(
        programme=learner.programme,
        by=by,
        kind="live",
        values={
            "title": "直播课",
            "starts_at": moment("2031-10-14 19:00"),
            "ends_at": moment("2031-10-14 20:30"),
        },
    )

    def read():
        [event] = events(client, address).values()
        return str(event["uid"]), event["sequence"], str(event["status"]), str(event["summary"])

    def stamps():
        [event] = events(client, address).values()
        return event["last-modified"].dt, event["dtstamp"].dt

    uid, first, status, _summary = read()
    assert (first, status) == (0, "CONFIRMED")
    course.revised_at = moment("2021-01-01 00:00")
    course.save()
    actions.save_activity(
        programme=learner.programme,
        by=by,
        kind="live",
        values={"title": "直播课", "starts_at": moment("2031-10-15 19:00")}
        | {"ends_at": moment("2031-10-15 20:30")},
        activity=course,
    )
    assert read() == (uid, 1, "CONFIRMED", "直播课")
    modified, stamp = stamps()
    assert modified == stamp > moment("2021-01-01 00:00")
    actions.cancel_activity(activity=course, by=by)
    assert read() == (uid, 2, "CANCELLED", "已取消：直播课")
    actions.restore_activity(activity=course, by=by)
    assert read() == (uid, 3, "CONFIRMED", "直播课")


def test_moved_stop_counts_up_and_new_questions_do_not(client, learner, address, by):
    visit = ActivityFactory(programme=learner.programme, kind="visit", starts_at=moment("2021-10-20 08:30"))
    stop = Stop.objects.create(organisation=visit.organisation, part=PartFactory(activity=visit))
    visits.set_stop(stop=stop, place="", guide_questions="问什么？", by=by)
    assert events(client, address)[visit.code]["sequence"] == 0
    visits.set_stop(stop=stop, place="东门", guide_questions="问什么？", by=by)
    assert events(client, address)[visit.code]["sequence"] == 1


def test_bytes_are_as_the_standard_asks(client, learner, address):
    LiveFactory(
        programme=learner.programme,
        title="很长的标题" * 20,
        description="第一行\r\n第二行; 逗号, 反斜杠\\ \x07铃",
    )
    response = client.get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in response.content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    text = response.content.replace(b"\r\n ", b"").decode()
    assert "DESCRIPTION:第一行\\n第二行\\; 逗号\\, 反斜杠\\\\ 铃" in text
    assert "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai" in text
    assert "METHOD" not in text


def test_three_readers_understand_the_same(client, learner, address):
    """icalendar, vobject and ics were written apart from each other."""
    LiveFactory(programme=learner.programme, title="直播课，第一讲; a,b")
    visit = ActivityFactory(
        programme=learner.programme,
        kind="visit",
        title="很长的参访标题" * 12,
        starts_at=moment("2021-11-06 09:00"),
        ends_at=moment("2021-11-06 17:00"),
    )
    PartFactory(activity=visit, title="文华花园")
    ActivityFactory(programme=learner.programme, kind="practice", due_at=moment("2021-12-01 23:59"))
    text = client.get(address).content.decode()
    first = {
        str(e["uid"]): (str(e["summary"]), e["dtstart"].dt) for e in Calendar.from_ical(text).walk("VEVENT")
    }
    second = {e.uid.value: (e.summary.value, e.dtstart.value) for e in vobject.readOne(text).vevent_list}
    third = {e.uid: (e.name, e.begin.datetime) for e in ics.Calendar(text).events}
    assert len(first) == 3
    assert first == second
    days = {
        uid: (name, at if isinstance(at, dt.datetime) else dt.datetime.combine(at, dt.time(), dt.UTC))
        for uid, (name, at) in first.items()
    }
    assert days == third


def test_same_plan_is_the_same_bytes_and_need_not_be_sent_twice(client, learner, address):
    LiveFactory(programme=learner.programme)
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


def test_feed_names_nobody(client, learner, address):
    EnrolmentFactory(programme=learner.programme, name="李四光", phone="13800138002")
    course = LiveFactory(programme=learner.programme)
    record(learner, course, FactKind.ATTENDED, "2021-10-14 19:00", "2021-10-14 20:30")
    text = client.get(address).content.replace(b"\r\n ", b"").decode()
    assert course.title in text
    assert [
        s for s in (learner.name, learner.phone, learner.code, "李四光", "13800138002") if s in text
    ] == []


@pytest.mark.parametrize("leave", [enrolment.withdraw, enrolment.transfer])
def test_who_left_has_no_feed_until_taken_back(client, learner, address, by, leave):
    leave(enrolment=learner, by=by, reason="调动")
    assert client.get(address).status_code == 404
    enrolment.reinstate(enrolment=learner, by=by)
    assert client.get(address).status_code == 200


def test_account_out_of_use_has_no_feed(client, learner, address):
    learner.person.is_active = False
    learner.person.save()
    assert client.get(address).status_code == 404


def test_new_address_ends_the_one_before_and_closing_ends_it(client, learner, address):
    client.force_login(learner.person)
    client.post(reverse("activities:learner-calendar-renew", args=[learner.code]))
    later = reverse("activities:calendar-feed", args=[CalendarFeed.objects.get().token])
    assert [client.get(a).status_code for a in (address, later)] == [404, 200]
    client.post(reverse("activities:learner-calendar-close", args=[learner.code]))
    assert client.get(later).status_code == 404
    acts = AuditLine.objects.filter(act__startswith="activities.calendar")
    assert list(acts.order_by("pk").values_list("act", flat=True)) == [
        "activities.calendar.made",
        "activities.calendar.renewed",
        "activities.calendar.closed",
    ]
    assert later.split("/")[2][:-4] not in repr(list(AuditLine.objects.values()))


def test_nobody_makes_an_address_for_somebody_else(client, learner, by):
    with pytest.raises(Refused):
        actions.renew_feed(enrolment=learner, by=by)
    client.force_login(EnrolmentFactory(programme=learner.programme, person=PersonFactory()).person)
    for act in ("renew", "close"):
        assert (
            client.post(reverse(f"activities:learner-calendar-{act}", args=[learner.code])).status_code == 404
        )
    assert not CalendarFeed.objects.exists()


def test_page_offers_an_address_and_then_shows_it(client, learner):
    client.force_login(learner.person)
    page = reverse("activities:learner-calendar")
    assert ".ics" not in client.get(page).content.decode()
    client.post(reverse("activities:learner-calendar-renew", args=[learner.code]))
    address = reverse("activities:calendar-feed", args=[CalendarFeed.objects.get().token])
    text = client.get(page).content.decode()
    assert f'href="webcal://testserver{address}"' in text
    assert f'data-copy="http://testserver{address}"' in text
    response = client.get(f"{address}?download")
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("programmes", [1, 3])
def test_calendar_page_query_count(client, django_assert_num_queries, programmes):
    person = PersonFactory()
    for _ in range(programmes):
        actions.renew_feed(enrolment=EnrolmentFactory(person=person), by=person)
    client.force_login(person)
    with django_assert_num_queries(7):
        page = client.get(reverse("activities:learner-calendar")).content
    assert page.count(b"webcal:") == programmes


@pytest.mark.parametrize("activities", [1, 3])
def test_feed_query_count(client, learner, address, django_assert_num_queries, activities):
    for kind in ("live", "visit", "case"):
        for n in range(activities):
            activity = ActivityFactory(
                programme=learner.programme,
                kind=kind,
                title=f"{kind}{n}",
                starts_at=moment("2021-10-14 19:00"),
            )
            PartFactory(activity=activity)
    with django_assert_num_queries(6):
        assert client.get(address).content.count(b"BEGIN:VEVENT") == 3 * activities
