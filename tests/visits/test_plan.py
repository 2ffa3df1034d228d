"""Planning stops one by one: from the register, within the visit, and nothing taken away that was recorded."""

import pytest
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment, record
from tests.factories.communities import CommunityFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from yingzao.activities.enums import DutyState
from yingzao.activities.models import Duty, Part
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.programmes.enums import Role
from yingzao.visits import actions, queries
from yingzao.visits.models import Stop

pytestmark = pytest.mark.django_db


@pytest.fixture
def learning():
    return Learning()


@pytest.fixture
def visit(learning):
    return ActivityFactory(
        programme=learning.programme,
        kind="visit",
        title="参访一",
        starts_at=moment("2021-11-06 09:00"),
        ends_at=moment("2021-11-06 17:00"),
    )


@pytest.fixture
def community(learning):
    return CommunityFactory(
        organisation=learning.programme.organisation,
        name="文华花园",
        town="龙江镇",
        offers="议事厅怎么办起来的",
        contact_name="欧阳秋月",
        contact_phone="13812340001",
    )


def stop_at(visit, title):
    part = PartFactory(activity=visit, title=title, position=visit.parts.count())
    return Stop.objects.create(organisation=visit.organisation, part=part)


def url(name, visit, *more):
    return reverse(f"visits:{name}", args=[visit.programme.code, visit.code, *more])


def titles(visit):
    return [stop.part.title for stop in queries.stops_of(visit)]


def test_a_stop_from_the_register_bears_its_name_and_comes_last(client, learning, visit, community):
    stop_at(visit, "仙涌村")
    client.force_login(learning.by)
    asked = {
        "community": community.pk,
        "starts_at": "2021-11-06T10:00",
        "ends_at": "2021-11-06T11:00",
        "place": "议事厅",
        "guide_questions": "谁来议事？",
    }
    assert client.post(url("desk-plan-new", visit), asked).status_code == 302
    stop = Stop.objects.get(community=community)
    assert titles(visit) == ["仙涌村", "文华花园"]
    assert (stop.place, stop.guide_questions, stop.part.starts_at, stop.part.ends_at) == (
        "议事厅",
        "谁来议事？",
        moment("2021-11-06 10:00"),
        moment("2021-11-06 11:00"),
    )
    assert AuditLine.objects.get(act="visits.stop.planned").subject == stop.part.code


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "仙涌村"}, "title"),
        ({"starts_at": "2021-11-06T08:59"}, "starts_at"),
        ({"starts_at": "2021-11-06T17:01"}, "starts_at"),
        ({"ends_at": "2021-11-06T17:01"}, "ends_at"),
        ({"starts_at": "2021-11-06T11:00", "ends_at": "2021-11-06T11:00"}, "ends_at"),
        ({"starts_at": "明天"}, "starts_at"),
        ({"community": "99999"}, "community"),
    ],
)
def test_wrong_input_is_said_beside_its_field_and_loses_nothing(client, learning, visit, wrong, field):
    stop_at(visit, "仙涌村")
    client.force_login(learning.by)
    given = {"title": "文华花园", "guide_questions": "谁来议事？", **wrong}
    answer = client.post(url("desk-plan-new", visit), given)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "谁来议事？" in answer.content.decode()
    assert titles(visit) == ["仙涌村"]


def test_a_community_of_another_register_is_neither_offered_nor_taken(client, learning, visit):
    foreign = CommunityFactory(name="别人的社区")
    client.force_login(learning.by)
    assert "别人的社区" not in client.get(url("desk-plan-new", visit)).content.decode()
    answer = client.post(url("desk-plan-new", visit), {"community": foreign.pk})
    assert (answer.status_code, titles(visit)) == (422, [])
    with pytest.raises(Refused):
        actions.plan_stop(activity=visit, plan=actions.StopPlan(community=foreign), by=learning.by)


def test_a_stop_more_is_a_stop_more_asked(learning, visit):
    first = stop_at(visit, "仙涌村")
    record(learning.learner, visit, "checked_in", "2021-11-06 10:00", part=first.part)
    duty = Duty.objects.get(enrolment=learning.learner, activity=visit)
    assert duty.state == DutyState.DONE
    added = actions.plan_stop(activity=visit, plan=actions.StopPlan(title="文华花园"), by=learning.by)
    duty.refresh_from_db()
    assert duty.state != DutyState.DONE
    actions.remove_stop(stop=added, by=learning.by)
    duty.refresh_from_db()
    assert duty.state == DutyState.DONE


def test_moving_changes_places_and_stops_at_the_ends(client, learning, visit):
    one, _two, three = (stop_at(visit, title) for title in ("甲", "乙", "丙"))
    client.force_login(learning.by)
    client.post(url("desk-plan-move", visit, three.part.code), {"to": "earlier"})
    assert titles(visit) == ["甲", "丙", "乙"]
    client.post(url("desk-plan-move", visit, one.part.code), {"to": "earlier"})
    assert titles(visit) == ["甲", "丙", "乙"]
    client.post(url("desk-plan-move", visit, one.part.code), {"to": "later"})
    assert titles(visit) == ["丙", "甲", "乙"]


def test_a_stop_with_a_record_stays_even_when_the_record_was_withdrawn(client, learning, visit):
    stop, empty = stop_at(visit, "仙涌村"), stop_at(visit, "文华花园")
    actions.check_in_by_staff(stop=stop, enrolment=learning.learner, by=learning.by)
    actions.untick(stop=stop, enrolment=learning.learner, by=learning.by, reason="弄错了")
    client.force_login(learning.by)
    client.post(url("desk-plan-remove", visit, stop.part.code))
    client.post(url("desk-plan-remove", visit, empty.part.code))
    assert titles(visit) == ["仙涌村"]
    assert not Part.objects.filter(pk=empty.part_id).exists()


def test_a_stop_is_changed(client, learning, visit, community):
    stop = stop_at(visit, "仙涌村")
    client.force_login(learning.by)
    given = {"community": community.pk, "title": "文华花园东门", "place": "东门"}
    assert client.post(url("desk-plan-stop", visit, stop.part.code), given).status_code == 302
    stop = Stop.objects.get(pk=stop.pk)
    assert (stop.part.title, stop.community, stop.place) == ("文华花园东门", community, "东门")


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"held_at": moment("2021-11-06 17:00")}])
def test_a_visit_that_is_over_or_off_keeps_its_stops(learning, visit, change):
    stop = stop_at(visit, "仙涌村")
    for field, value in change.items():
        setattr(visit, field, value)
    visit.save()
    with pytest.raises(Refused):
        actions.remove_stop(stop=stop, by=learning.by)
    with pytest.raises(Refused):
        actions.plan_stop(activity=visit, plan=actions.StopPlan(title="又一站"), by=learning.by)
    assert titles(visit) == ["仙涌村"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.JUDGE, Role.MENTOR, Role.HOST, Role.EDITOR])
def test_only_organisers_of_this_programme_plan(client, learning, visit, role):
    stop = stop_at(visit, "仙涌村")
    staff = StaffRoleFactory(programme=learning.programme, role=role)
    elsewhere = StaffRoleFactory(role=Role.ORGANISER)
    for person in (staff.person, elsewhere.person, learning.learner.person):
        client.force_login(person)
        assert client.get(url("desk-plan", visit)).status_code == 404
        assert client.post(url("desk-plan-new", visit), {"title": "又一站"}).status_code == 404
        assert client.post(url("desk-plan-remove", visit, stop.part.code)).status_code == 404
        with pytest.raises(Refused):
            actions.remove_stop(stop=stop, by=person)
    assert titles(visit) == ["仙涌村"]


def test_learners_read_what_can_be_learnt_and_never_whom_to_ring(client, learning, visit, community):
    actions.plan_stop(activity=visit, plan=actions.StopPlan(community=community), by=learning.by)
    client.force_login(learning.learner.person)
    page = client.get(reverse("visits:learner-visit", args=[visit.code])).content.decode()
    assert community.offers in page
    assert "秋月" not in page
    assert "0001" not in page
    client.force_login(learning.by)
    page = client.get(url("desk-plan-stop", visit, Stop.objects.get().part.code)).content.decode()
    assert "138****0001" in page
    assert community.contact_phone not in page


@pytest.mark.parametrize("count", [1, 3])
def test_plan_query_count(client, learning, visit, count, django_assert_num_queries):
    for n in range(count):
        stop_at(visit, f"第{n}站")
    client.force_login(learning.by)
    client.get(url("desk-plan", visit))
    with django_assert_num_queries(PLAN_QUERIES):
        page = client.get(url("desk-plan", visit)).content.decode()
    assert page.count("row-line") == count


PLAN_QUERIES = 8


def test_the_plan_of_a_closed_visit_offers_no_act(client, learning, visit):
    stop = stop_at(visit, "仙涌村")
    client.force_login(learning.by)
    removal = url("desk-plan-remove", visit, stop.part.code)
    assert removal in client.get(url("desk-plan", visit)).content.decode()
    visit.held_at = moment("2021-11-06 17:00")
    visit.save()
    page = client.get(url("desk-plan", visit)).content.decode()
    assert "仙涌村" in page
    assert removal not in page
