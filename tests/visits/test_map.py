"""The route on a map: what stands on it, what is said without it, and whom a page may ask for the ground."""

import pytest
from django.core.checks import run_checks
from django.urls import reverse

from tests.factories.activities import ActivityFactory, PartFactory, moment
from tests.factories.communities import CommunityFactory
from tests.factories.learning import Learning
from yingzao.visits import rules
from yingzao.visits.models import Stop

pytestmark = pytest.mark.django_db
TILES = "https://tiles.example.org/{z}/{x}/{y}.png"


@pytest.fixture
def camp():
    return Learning()


@pytest.fixture
def visit(camp):
    return ActivityFactory(
        programme=camp.programme, kind="visit", title="参访一", starts_at=moment("2021-11-06 09:00")
    )


def stop_at(visit, title, latitude=None, longitude=None):
    community = CommunityFactory(
        organisation=visit.organisation, name=title, town="", latitude=latitude, longitude=longitude
    )
    part = PartFactory(activity=visit, title=title, position=visit.parts.count())
    return Stop.objects.create(organisation=visit.organisation, part=part, community=community)


@pytest.fixture
def way(visit):
    """Two stops on the map, between them one without coordinates, and another without a community."""
    stops = [
        stop_at(visit, "文华花园", "22.90000", "113.10000"),
        stop_at(visit, "南湾"),
        stop_at(visit, "霞石村", "22.93000", "113.10000"),
    ]
    part = PartFactory(activity=visit, title="工业园", position=3)
    return [*stops, Stop.objects.create(organisation=visit.organisation, part=part)]


def policy(response):
    return next(p for p in response.headers["Content-Security-Policy"].split(";") if "img-src" in p).split()


def learners_page(client, camp, visit):
    client.force_login(camp.learner.person)
    return client.get(reverse("visits:learner-visit", args=[visit.code]))


def test_the_route_keeps_the_numbers_of_the_list_and_measures_from_the_last_one_on_the_map(way):
    route = rules.route_of(way)
    assert [(p.number, p.stop, p.metres) for p in route.located] == [(1, way[0], None), (3, way[2], 3336)]
    assert [(number, stop) for number, stop in route.unlocated] == [(2, way[1]), (4, way[3])]
    assert (route.metres, route.located[1].kilometres) == (3336, "3.3")


def test_coordinates_reach_the_page_as_the_register_has_them(client, camp, visit, way):
    text = learners_page(client, camp, visit).content.decode()
    assert 'data-lat="22.9" data-lon="113.1"' in text
    assert "geo:22.93,113.1?q=22.93,113.1(%E9%9C%9E%E7%9F%B3%E6%9D%91)" in text
    assert "距上一站 3.3 公里" in text
    assert "2. 南湾、4. 工业园" in text
    client.force_login(camp.by)
    desk = client.get(reverse("visits:desk-visit", args=[visit.programme.code, visit.code])).content.decode()
    assert 'data-lat="22.9" data-lon="113.1"' in desk


def test_without_coordinates_there_is_no_map_and_nothing_of_it_is_loaded(client, camp, visit):
    stop_at(visit, "南湾")
    text = learners_page(client, camp, visit).content.decode()
    assert "南湾" in text
    for part in ("leaflet", "map.js", "route-map", "未标在图上"):
        assert part not in text


def test_with_nothing_set_nothing_is_asked_of_anybody(client, camp, visit, way):
    page = learners_page(client, camp, visit)
    assert policy(page) == ["img-src", "'self'", "data:", "blob:"]
    assert ("data-tiles" in page.content.decode(), "在网页地图上看" in page.content.decode()) == (
        False,
        False,
    )


def test_with_tiles_the_page_may_ask_that_host_and_names_whose_they_are(client, camp, visit, way, settings):
    settings.YINGZAO_MAP_TILES, settings.YINGZAO_MAP_CREDIT = TILES, "© 某某地图 <b>"
    page = learners_page(client, camp, visit)
    assert policy(page) == ["img-src", "'self'", "data:", "blob:", "https://tiles.example.org"]
    text = page.content.decode()
    assert (f'data-tiles="{TILES}"' in text, "© 某某地图 &lt;b&gt;" in text) == (True, True)


def test_pages_without_a_map_never_may(client, camp, visit, settings):
    settings.YINGZAO_MAP_TILES = TILES
    stop_at(visit, "南湾")
    assert "https://tiles.example.org" not in policy(learners_page(client, camp, visit))
    assert "https://tiles.example.org" not in policy(client.get(reverse("people:me")))


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example.org/{z}/{x}/{y}.png",
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://*.example.org/{z}/{x}/{y}.png",
        "https://a.example.org;script-src https://b.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/all.png",
        "javascript:alert(1)//{z}/{x}/{y}",
        "tiles",
    ],
)
def test_an_address_that_cannot_be_used_is_left_out_and_said(client, camp, visit, way, settings, address):
    settings.YINGZAO_MAP_TILES = address
    page = learners_page(client, camp, visit)
    assert policy(page) == ["img-src", "'self'", "data:", "blob:"]
    assert "data-tiles" not in page.content.decode()
    assert [w.id for w in run_checks() if w.id and w.id.startswith("visits.")] == ["visits.W001"]


def test_a_site_to_look_at_a_place_is_a_link_and_no_more(client, camp, visit, way, settings):
    settings.YINGZAO_MAP_LINK = "https://maps.example.org/?at={lat},{lon}&name={name}"
    page = learners_page(client, camp, visit)
    assert "https://maps.example.org/?at=22.9,113.1&amp;name=%E6%96%87" in page.content.decode()
    assert "maps.example.org" not in page.headers["Content-Security-Policy"]
    settings.YINGZAO_MAP_LINK = "javascript:alert({lat})"
    assert "javascript:" not in learners_page(client, camp, visit).content.decode()
    assert "visits.W002" in [w.id for w in run_checks()]


def test_a_name_that_means_harm_stays_a_name(client, camp, visit):
    stop_at(visit, '"><script>x()</script>', "22.9", "113.1")
    text = learners_page(client, camp, visit).content.decode()
    assert "<script>x()" not in text
    assert "geo:22.9,113.1?q=22.9,113.1(%22%3E%3Cscript%3E" in text
