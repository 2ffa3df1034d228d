import pytest
from django.urls import reverse

from tests.factories.people import GrantFactory, PersonFactory
from tests.factories.programmes import ProgrammeFactory, StaffRoleFactory, StageFactory
from yingzao.people.models import Invitation, ResetLink
from yingzao.programmes.enums import Role, StageState
from yingzao.programmes.models import Programme, StaffRole, Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return StaffRoleFactory()


@pytest.fixture
def programme(organiser):
    return organiser.programme


@pytest.fixture
def desk(client, organiser):
    client.force_login(organiser.person)
    return client


def url(name, *args):
    return reverse(f"programmes:{name}", args=args)


READING = ("desk-settings", "desk-stages", "desk-staff")
RUNNING = ("desk-edition", "desk-stage-new", "desk-staff-new")


def test_list_shows_my_programmes_only(desk, programme):
    other = ProgrammeFactory(name="别人的计划")
    page = desk.get(url("desk-list")).content.decode()
    assert programme.full_name in page
    assert other.name not in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, count, django_assert_num_queries):
    grant = GrantFactory()
    ProgrammeFactory.create_batch(count, organisation=grant.organisation)
    client.force_login(grant.person)
    client.get(url("desk-list"))
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(url("desk-list")).content.decode()
    assert page.count("row-line") == count


LIST_QUERIES = 6


def test_first_organiser_is_led_to_the_first_programme(client):
    grant = GrantFactory()
    client.force_login(grant.person)
    page = client.get(url("desk-list")).content.decode()
    assert url("desk-new") in page


def test_new_programme_from_the_template(client):
    grant = GrantFactory()
    client.force_login(grant.person)
    given = {
        "organisation": grant.organisation.code,
        "name": "社区治理先锋营",
        "edition": "2026",
        "starts_on": "2026-09-01",
        "template": "standard",
    }
    response = client.post(url("desk-new"), given)
    programme = Programme.objects.get()
    assert (response.status_code, response.url) == (302, f"/desk/{programme.code}/")
    assert programme.stages.count() == 7


def test_new_programme_is_only_for_those_with_the_grant(desk):
    assert desk.get(url("desk-new")).status_code == 404


def test_new_programme_in_another_organisation_is_not_a_choice(client):
    grant, other = GrantFactory(), GrantFactory()
    client.force_login(grant.person)
    given = {"organisation": other.organisation.code, "name": "甲", "edition": "1", "starts_on": "2026-09-01"}
    assert client.post(url("desk-new"), given).status_code == 422
    assert not Programme.objects.exists()


def test_wrong_input_is_said_at_its_field(client):
    grant = GrantFactory()
    client.force_login(grant.person)
    response = client.post(url("desk-new"), {"organisation": grant.organisation.code, "name": ""})
    assert response.status_code == 422
    assert 'href="#id_name"' in response.content.decode()


@pytest.mark.parametrize("name", READING)
def test_supervisor_reads_and_changes_nothing(client, programme, name):
    stage = StageFactory(programme=programme)
    client.force_login(StaffRoleFactory(programme=programme, role=Role.SUPERVISOR).person)
    response = client.get(url(name, programme.code))
    assert response.status_code == 200
    assert '<form method="post" novalidate' not in response.content.decode()
    assert client.post(url("desk-stage-open", programme.code, stage.code)).status_code == 404
    assert client.post(url("desk-settings", programme.code), {"name": "改名"}).status_code == 404
    stage.refresh_from_db()
    assert stage.state == StageState.PLANNED


@pytest.mark.parametrize("name", READING + RUNNING)
@pytest.mark.parametrize("role", ["judge", "mentor", "editor", "host", "elsewhere", "nobody"])
def test_everybody_else_finds_nothing(client, programme, name, role):
    people = {"elsewhere": lambda: StaffRoleFactory().person, "nobody": PersonFactory}
    make = people.get(role) or (lambda: StaffRoleFactory(programme=programme, role=role).person)
    client.force_login(make())
    assert client.get(url(name, programme.code)).status_code == 404


def test_signed_out_is_led_to_sign_in(client, programme):
    assert client.get(url("desk-stages", programme.code)).status_code == 302


def test_open_and_close_a_stage(desk, programme):
    stage = StageFactory(programme=programme, name="学习")
    desk.post(url("desk-stage-open", programme.code, stage.code))
    assert "学习" in desk.get(url("desk-stages", programme.code)).content.decode()
    desk.post(url("desk-stage-close", programme.code, stage.code))
    assert Stage.objects.get().state == StageState.CLOSED


def test_opening_is_no_link(desk, programme):
    stage = StageFactory(programme=programme)
    assert desk.get(url("desk-stage-open", programme.code, stage.code)).status_code == 405


def test_stage_of_another_programme_is_not_found_here(desk, programme):
    stage = StageFactory()
    assert desk.post(url("desk-stage-open", programme.code, stage.code)).status_code == 404


def test_dates_in_the_wrong_order_are_said_at_their_field(desk, programme):
    given = {"kind": "learning", "name": "学习", "opens_on": "2026-02-01", "closes_on": "2026-01-01"}
    response = desk.post(url("desk-stage-new", programme.code), given)
    assert response.status_code == 422
    assert 'href="#id_closes_on"' in response.content.decode()


def test_invitation_link_is_shown_once(desk, programme):
    given = {"role": Role.JUDGE, "name": "评委甲", "unit": "高校", "phone": "13800138906"}
    page = desk.post(url("desk-staff-new", programme.code), given).content.decode()
    assert page.count("/join/") >= 1
    assert "<svg" in page
    listed = desk.get(url("desk-staff", programme.code)).content.decode()
    assert "/join/" not in listed
    assert "138****8906" in listed
    assert "13800138906" not in listed
    assert Invitation.objects.count() == 1


def test_reset_link_for_staff(desk, programme):
    judge = StaffRoleFactory(programme=programme, role=Role.JUDGE)
    page = desk.post(url("desk-staff-password", programme.code, judge.code)).content.decode()
    assert "/reset/" in page
    assert ResetLink.objects.get().person == judge.person


@pytest.mark.parametrize("count", [1, 3])
def test_staff_query_count(desk, programme, count, django_assert_num_queries):
    for _ in range(count):
        StaffRoleFactory(programme=programme, role=Role.JUDGE)
        StaffRoleFactory(programme=programme, role=Role.MENTOR, person=None)
    desk.get(url("desk-staff", programme.code))
    with django_assert_num_queries(STAFF_QUERIES):
        page = desk.get(url("desk-staff", programme.code)).content.decode()
    assert page.count("row-line") == 2 * count + 1


STAFF_QUERIES = 6


def test_end_a_role(desk, programme):
    judge = StaffRoleFactory(programme=programme, role=Role.JUDGE)
    desk.post(url("desk-staff-end", programme.code, judge.code))
    assert StaffRole.objects.get(pk=judge.pk).ended_at


def test_settings_and_public_page(desk, programme):
    desk.post(url("desk-public", programme.code), {"public": "yes"})
    assert Programme.objects.get(pk=programme.pk).is_public
    desk.post(url("desk-public", programme.code), {"public": "no"})
    assert not Programme.objects.get(pk=programme.pk).is_public


def test_further_edition(desk, programme):
    StageFactory(programme=programme)
    desk.post(
        url("desk-edition", programme.code),
        {"name": programme.name, "edition": "2027", "starts_on": "2027-09-01", "keep_staff": "on"},
    )
    assert Programme.objects.get(edition="2027").stages.count() == 1
