import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from tests.factories.communities import CommunityFactory
from tests.factories.people import GrantFactory, OrganisationFactory, PersonFactory
from tests.factories.programmes import StaffRoleFactory
from yingzao.communities import actions, queries
from yingzao.communities.models import Community
from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.programmes.actions.staff import give_rights
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db
TABLE = (
    "\ufeff统计用区划代码,村居名称,镇街代码,镇街,区代码,区\r\n"
    "440605011001,桂一社区居委会,440605011,桂城街道,440605,南海区\r\n"
    "440605011020,灯湖社区居委会,440605011,桂城街道,440605,南海区\r\n"
    "440606103205,仙涌村委会,440606103,陈村镇,440606,顺德区\r\n"
).encode()


@pytest.fixture
def grant():
    return GrantFactory()


def names(organisation):
    return list(queries.communities_of(organisation).values_list("name", "town", "district_code"))


# Who is meant


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("灯湖社区", "灯湖社区"),
        ("灯湖", "灯湖社区"),
        (" 灯 湖 ", "灯湖社区"),
        ("灯湖社区居委会", "灯湖社区"),
        ("灯湖社区居民委员会", "灯湖社区"),
        ("桂城街道灯湖社区", "灯湖社区"),
        ("仙涌", "仙涌村"),
        ("仙涌村民委员会", "仙涌村"),
        ("叠滘", None),
        ("灯", None),
        ("灯湖小区", None),
        ("", None),
    ],
)
def test_find_community_never_guesses(given, found):
    organisation = OrganisationFactory()
    CommunityFactory(organisation=organisation, name="灯湖社区", town="桂城街道")
    CommunityFactory(organisation=organisation, name="仙涌村")
    CommunityFactory(name=given or "无名社区")  # of another organisation
    community = queries.find_community(organisation, given)
    assert (community.name if community else None) == found


def test_two_that_could_be_meant_are_nobody():
    organisation = OrganisationFactory()
    CommunityFactory(organisation=organisation, name="新城社区", town="甲镇")
    CommunityFactory(organisation=organisation, name="新城社区", town="乙镇")
    CommunityFactory(organisation=organisation, name="龙江社区")
    CommunityFactory(organisation=organisation, name="龙江村")
    assert queries.find_community(organisation, "新城社区") is None
    assert queries.find_community(organisation, "龙江") is None
    assert queries.find_community(organisation, "甲镇新城社区").town == "甲镇"


# The table of statistical codes


def test_import_twice_changes_nothing(grant):
    given = {"organisation": grant.organisation, "by": grant.person, "data": TABLE, "name": "区划.csv"}
    first, again = actions.import_register(**given), actions.import_register(**given)
    assert (first.made, again) == (3, actions.RegisterImport(0, 0, 3))
    assert sorted(names(grant.organisation)) == [
        ("仙涌村", "陈村镇", "440606103205"),
        ("桂一社区", "桂城街道", "440605011001"),
        ("灯湖社区", "桂城街道", "440605011020"),
    ]


def test_import_of_one_town_only(grant):
    actions.import_register(
        organisation=grant.organisation, by=grant.person, data=TABLE, name="区划.csv", towns=["陈村镇"]
    )
    assert names(grant.organisation) == [("仙涌村", "陈村镇", "440606103205")]


def test_import_completes_what_a_roster_entered(grant):
    community = CommunityFactory(organisation=grant.organisation, name="灯湖社区")
    actions.import_register(organisation=grant.organisation, by=grant.person, data=TABLE, name="区划.csv")
    community.refresh_from_db()
    assert (community.town, community.district_code) == ("桂城街道", "440605011020")
    assert Community.objects.count() == 3


def test_table_without_names_is_refused(grant):
    with pytest.raises(Refused):
        actions.import_register(
            organisation=grant.organisation, by=grant.person, data="甲,乙\n1,2".encode(), name="x.csv"
        )


@pytest.fixture
def kept(grant):
    """A register with two communities of one name."""
    organisation = grant.organisation
    CommunityFactory(
        organisation=organisation, name="灯湖社区", town="桂城街道", district_code="440605011020"
    )
    CommunityFactory(organisation=organisation, name="新城社区", town="甲镇")
    CommunityFactory(organisation=organisation, name="新城社区", town="乙镇")
    return grant


def bring(grant, table):
    return actions.import_register(
        organisation=grant.organisation, by=grant.person, data=table.encode(), name="表.csv"
    )


@pytest.mark.parametrize(
    "table",
    [
        "代码,村居名称\n440605011020,灯湖社区居委会\n",  # no column for the town
        "村居名称\n灯湖社区\n",
        "村居名称,镇街\n灯湖社区,\n合计,1\n",
        "代码,村居名称,镇街\n440605011020,灯湖社区,桂城街道\n合计,1,\n数据来源：统计局\n",
    ],
)
def test_what_a_table_does_not_say_stays(kept, table):
    before = names(kept.organisation)
    assert bring(kept, table) == actions.RegisterImport(0, 0, 1)
    assert names(kept.organisation) == before


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("代码,社区\n4.40605E+11,甲社区\n4.40605E+11,乙社区\n", "第 2 行：“4.40605E+11”不是统计用区划代码"),
        ("代码,社区\n440605011020,灯湖社区\n440605011020,另一社区\n", "第 3 行：代码 440605011020 已经对应“灯湖社区”"),
        ("社区\n丙社区\n新城社区\n", "第 3 行：叫“新城社区”的不止一个"),
        ("社区\n丙社区\n" + "长" * 61 + "\n", "第 3 行：名称太长"),
    ],
)  # fmt: skip
def test_rows_that_cannot_be_understood_are_told_and_none_is_taken(kept, table, sentence):
    before = names(kept.organisation)
    with pytest.raises(Refused) as refused, translation.override("zh-hans"):
        bring(kept, table)
    assert sentence in str(refused.value.sentence)
    assert names(kept.organisation) == before


def test_only_keepers_change_the_register(grant):
    with pytest.raises(Refused):
        actions.add_community(organisation=grant.organisation, by=PersonFactory(), name="新社区")
    with pytest.raises(Refused):
        actions.add_community(organisation=grant.organisation, by=GrantFactory().person, name="新社区")
    assert not Community.objects.exists()


# Pages


@pytest.fixture
def organiser():
    staff = StaffRoleFactory()
    give_rights(staff)
    return staff


def url(name, staff, *args):
    return reverse(f"communities:{name}", args=[staff.programme.code, *args])


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(client, organiser, count, django_assert_num_queries):
    CommunityFactory.create_batch(count, organisation=organiser.organisation)
    CommunityFactory(name="别人的社区")
    client.force_login(organiser.person)
    client.get(url("desk-list", organiser))
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(url("desk-list", organiser)).content.decode()
    assert page.count("row-line") == count
    assert "别人的社区" not in page


LIST_QUERIES = 14


@pytest.mark.parametrize("words", ["灯湖", "denghu", "dh", "44060501102", "桂城"])
def test_search(client, organiser, words):
    actions.import_register(
        organisation=organiser.organisation, by=organiser.person, data=TABLE, name="区划.csv"
    )
    client.force_login(organiser.person)
    page = client.get(url("desk-list", organiser), {"q": words}).content.decode()
    assert "灯湖社区" in page
    assert "仙涌村" not in page


def test_enter_change_and_import_in_the_browser(client, organiser):
    client.force_login(organiser.person)
    client.post(url("desk-new", organiser), {"name": "新社区", "facets": ["people", "place"]})
    community = Community.objects.get()
    assert client.post(url("desk-new", organiser), {"name": "新社区"}).status_code == 422
    client.post(url("desk-community-edit", organiser, community.code), {"name": "新社区", "town": "桂城街道"})
    community.refresh_from_db()
    assert community.town == "桂城街道"
    file = SimpleUploadedFile("区划.csv", TABLE)
    client.post(url("desk-import", organiser), {"file": file, "towns": "桂城街道"})
    assert Community.objects.count() == 3


def test_supervisor_reads_and_changes_nothing(client, organiser):
    community = CommunityFactory(organisation=organiser.organisation)
    staff = StaffRoleFactory(programme=organiser.programme, role=Role.SUPERVISOR)
    give_rights(staff)
    client.force_login(staff.person)
    assert community.name in client.get(url("desk-list", organiser)).content.decode()
    assert client.get(url("desk-new", organiser)).status_code == 404
    assert (
        client.post(url("desk-community-edit", organiser, community.code), {"name": "改"}).status_code == 404
    )


@pytest.mark.parametrize("name", ["desk-list", "desk-export", "desk-new", "desk-import"])
def test_other_organisations_people_find_nothing(client, organiser, name):
    other = StaffRoleFactory()
    give_rights(other)
    for person in (other.person, PersonFactory()):
        client.force_login(person)
        assert client.get(url(name, organiser)).status_code == 404


# Contact, place, and what can be learnt


CONTACT = {"contact_name": "欧阳秋月", "contact_phone": "13812340001"}


@pytest.fixture
def visited(organiser):
    return CommunityFactory(organisation=organiser.organisation, name="灯湖社区", **CONTACT)


def entered(community, **changes):
    return {"name": community.name, **CONTACT, "contact_phone": "138****0001", **changes}


def test_contact_stays_masked_on_every_page_and_in_the_workbook(client, organiser, visited):
    client.force_login(organiser.person)
    page = client.get(url("desk-community", organiser, visited.code)).content.decode()
    assert "138****0001" in page
    assert CONTACT["contact_phone"] not in page
    assert CONTACT["contact_phone"] not in client.get(url("desk-list", organiser)).content.decode()
    sheets = ports.port("tables").read(client.get(url("desk-export", organiser)).content, "社区.xlsx")
    rows = [str(value) for sheet in sheets for row in sheet.rows for value in row.cells]
    assert "灯湖社区" in rows
    assert not set(rows) & set(CONTACT.values())


def test_telephone_in_clear_is_shown_once_and_recorded(client, organiser, visited):
    client.force_login(organiser.person)
    page = client.post(url("desk-phone", organiser, visited.code)).content.decode()
    assert page.count(CONTACT["contact_phone"]) == 1
    line = AuditLine.objects.get(act="communities.contact.phone_read")
    assert (line.actor, line.subject) == (organiser.person, visited.code)
    assert client.get(url("desk-phone", organiser, visited.code)).status_code == 405


def test_telephone_in_clear_is_for_keepers_of_this_register_alone(client, organiser, visited):
    supervisor = StaffRoleFactory(programme=organiser.programme, role=Role.SUPERVISOR)
    elsewhere = StaffRoleFactory()
    for staff in (supervisor, elsewhere):
        give_rights(staff)
        client.force_login(staff.person)
        assert client.post(url("desk-phone", organiser, visited.code)).status_code == 404
        assert client.post(url("desk-phone", elsewhere, visited.code)).status_code == 404
    client.force_login(supervisor.person)
    page = client.get(url("desk-community", organiser, visited.code)).content.decode()
    assert "灯湖社区" in page
    assert "秋月" not in page
    assert "0001" not in page
    assert not AuditLine.objects.filter(act="communities.contact.phone_read").exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("138****0001", "13812340001"),
        ("", ""),
        ("0757-22330000", "0757-22330000"),
        ("+86 13900000002", "+86 13900000002"),
    ],
)
def test_stars_keep_the_number(client, organiser, visited, given, kept):
    client.force_login(organiser.person)
    answer = client.post(
        url("desk-community-edit", organiser, visited.code),
        entered(visited, contact_phone=given, offers="议事厅"),
    )
    visited.refresh_from_db()
    assert (answer.status_code, visited.contact_phone, visited.offers) == (302, kept, "议事厅")


def test_the_audit_holds_contacts_masked(organiser, visited):
    actions.edit_community(
        community=visited, by=organiser.person, contact_name="何大文", contact_phone="13900000002"
    )
    line = AuditLine.objects.get(act="communities.community.edited")
    assert line.before == {"contact_name": "欧***", "contact_phone": "138****0001"}
    assert line.after == {"contact_name": "何**", "contact_phone": "139****0002"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contact_phone": "问何主任"}, "contact_phone"),
        ({"contact_phone": "139****0001"}, "contact_phone"),  # another number's stars
        ({"latitude": "22.8"}, "longitude"),
        ({"longitude": "113.2"}, "latitude"),
        ({"latitude": "91", "longitude": "113.2"}, "latitude"),
        ({"latitude": "北纬", "longitude": "113.2"}, "latitude"),
    ],
)
def test_wrong_contact_or_place_is_said_and_loses_nothing(client, organiser, visited, wrong, field):
    client.force_login(organiser.person)
    answer = client.post(
        url("desk-community-edit", organiser, visited.code),
        entered(visited, offers="议事厅怎么办起来的", **wrong),
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert "议事厅怎么办起来的" in answer.content.decode()
    visited.refresh_from_db()
    assert (visited.contact_phone, visited.offers, visited.latitude) == (CONTACT["contact_phone"], "", None)


def test_coordinates_are_entered_and_taken_away(client, organiser, visited):
    client.force_login(organiser.person)
    address = url("desk-community-edit", organiser, visited.code)
    client.post(address, entered(visited, latitude="22.80543", longitude="113.29384"))
    visited.refresh_from_db()
    assert (str(visited.latitude), str(visited.longitude)) == ("22.80543", "113.29384")
    client.post(address, entered(visited))
    visited.refresh_from_db()
    assert (visited.latitude, visited.longitude) == (None, None)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["仙涌村", "灯湖社区"]),
        ({"kind": "village"}, ["仙涌村"]),
        ({"facet": "culture"}, ["仙涌村"]),
        ({"facet": "people"}, ["仙涌村", "灯湖社区"]),
        ({"facet": "people", "kind": "urban", "q": "dh"}, ["灯湖社区"]),
        ({"facet": "culture", "kind": "urban"}, []),
        ({"facet": 'x"', "kind": "nothing"}, ["仙涌村", "灯湖社区"]),
    ],
)
def test_narrowing_by_kind_and_facet(client, organiser, asked, found):
    for name, kind, facets in (
        ("灯湖社区", "urban", ["people"]),
        ("仙涌村", "village", ["people", "culture"]),
    ):
        CommunityFactory(organisation=organiser.organisation, name=name, kind=kind, facets=facets)
    client.force_login(organiser.person)
    page = client.get(url("desk-list", organiser), asked)
    assert sorted(c.name for c in page.context["page"]) == sorted(found)
