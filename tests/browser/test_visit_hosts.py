"""A host on the phone, from being named to the report; what learners read at stops; the way on a map."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from tests.browser.conftest import enter, follow
from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.communities import CommunityFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from tests.factories.world import picture
from yingzao.core import clock
from yingzao.programmes.enums import Role
from yingzao.visits import actions
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import HostReply, Stop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stop(transactional_db):
    camp = Learning()
    begins = clock.now() + dt.timedelta(days=2)
    visit = ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="走进霞石村",
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=8),
    )
    PartFactory(activity=visit, title="霞石村", position=0)
    FieldVisit().plan(visit, [], None)
    stop = Stop.objects.get()
    stop.camp = camp
    stop.host = StaffRoleFactory(programme=camp.programme, role=Role.HOST, name="何主任", unit="霞石村委会")
    return stop


def test_named_confirmed_reported_and_read(page, phone, live_server, stop, accessible):
    visit = stop.part.activity
    desk = f"{live_server.url}/desk/{visit.programme.code}/visits/{visit.code}/"
    enter(page, live_server.url, stop.camp.by)
    page.goto(desk + "stops/")
    follow(page.get_by_role("link", name="接待人", exact=True))
    assert accessible(page) == []
    page.get_by_label("接待人", exact=True).select_option(label="何主任 · 霞石村委会")
    page.get_by_role("button", name="指定为接待人").click()
    expect(page.get_by_role("main")).to_contain_text("已指定")
    enter(phone, live_server.url, stop.host.person)
    phone.goto(live_server.url + "/host/")
    follow(phone.get_by_role("link", name="霞石村"))
    assert accessible(phone) == []
    phone.get_by_label("有变化").check()
    phone.get_by_role("button", name="告诉组织者").click()
    expect(phone.locator("#ready")).to_contain_text("请写明有什么变化")
    assert accessible(phone) == []
    phone.locator("#ready textarea").fill("改到三楼")
    phone.get_by_role("button", name="告诉组织者").click()
    expect(phone.get_by_role("main")).to_contain_text("谢谢，组织者已能看到")
    page.goto(desk)
    expect(page.get_by_role("main")).to_contain_text("改到三楼")
    assert accessible(page) == []
    begun = clock.now() - dt.timedelta(hours=1)
    visit.starts_at = begun
    visit.save()
    phone.reload()
    phone.get_by_label("来了多少人").fill("37")
    phone.get_by_role("group", name="有准备，问得认真").get_by_label("5").check(force=True)
    phone.get_by_role("button", name="发给组织者").click()
    expect(phone.get_by_role("main")).to_contain_text("您反馈的情况")
    assert accessible(phone) == []
    assert (HostReply.objects.get().came, HostReply.objects.get().interest) == (37, 5)


def test_a_host_of_a_finished_visit_reads_what_was_said(phone, live_server, stop, accessible):
    actions.name_host(stop=stop, role=stop.host, by=stop.camp.by)
    actions.ask_visitors(stop=stop, by=stop.camp.by)
    enter(phone, live_server.url, stop.host.person)
    phone.goto(f"{live_server.url}/host/{stop.part.code}/")
    expect(phone.get_by_role("main")).to_contain_text("满 5 份后在这里显示")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert (width, accessible(phone)) == (390, [])


# What learners read: documents and the way


@pytest.fixture
def way(stop):
    """Two stops with coordinates, one without, and a picture at the first."""
    visit = stop.part.activity
    for title in ("文华花园", "南湾"):
        part = PartFactory(activity=visit, title=title, position=visit.parts.count())
        Stop.objects.create(organisation=visit.organisation, part=part)
    for place, (title, latitude, longitude) in zip(
        Stop.objects.order_by("pk"),
        [("霞石村", "22.90000", "113.10000"), ("文华花园", "22.93000", "113.05000"), ("南湾", None, None)],
        strict=True,
    ):
        place.community = CommunityFactory(
            organisation=visit.organisation, name=title, latitude=latitude, longitude=longitude
        )
        place.save()
    upload = SimpleUploadedFile("a.jpg", picture((9, 99, 9)))
    actions.add_document(stop=stop, by=stop.camp.by, title="导览图", upload=upload)
    actions.add_document(stop=stop, by=stop.camp.by, title="村史馆", url="https://example.org/")
    return visit


def test_the_way_is_drawn_without_asking_anybody_and_reached_by_keys(
    phone, live_server, stop, way, accessible
):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))
    enter(phone, live_server.url, stop.camp.learner.person)
    phone.goto(f"{live_server.url}/my/visits/{way.code}/")
    phone.locator("#route").scroll_into_view_if_needed()
    marks = phone.locator(".route-mark")
    expect(marks).to_have_count(2)
    assert [mark.get_attribute("aria-label") for mark in marks.all()] == ["1. 霞石村", "2. 文华花园"]
    assert phone.locator(".leaflet-control-scale-line").inner_text().endswith("km")
    assert {url for url in asked if not url.startswith((live_server.url, "data:", "blob:"))} == set()
    phone.locator("#route-map").focus()
    for _step in range(4):
        phone.keyboard.press("Tab")
        if phone.evaluate("document.activeElement.classList.contains('route-mark')"):
            break
    expect(phone.locator(".route-mark:focus")).to_have_count(1)
    expect(phone.get_by_role("link", name="在地图软件中打开")).to_have_count(2)
    expect(phone.get_by_role("main")).to_contain_text("距上一站 6.1 公里")
    expect(phone.get_by_role("main")).to_contain_text("3. 南湾")
    expect(phone.get_by_role("img", name="导览图")).to_be_visible()
    assert (phone.evaluate("document.documentElement.scrollWidth"), accessible(phone)) == (390, [])


def test_with_tiles_the_ground_comes_from_the_host_that_was_named(
    page, live_server, stop, way, settings, accessible
):
    settings.YINGZAO_MAP_TILES = "http://127.0.0.1:9/{z}/{x}/{y}.png"
    settings.YINGZAO_MAP_CREDIT = "© 某某地图"
    asked = []

    def serve(route):
        asked.append(route.request.url)
        route.fulfill(body=picture((200, 220, 200)), content_type="image/jpeg")

    page.route("http://127.0.0.1:9/**", serve)
    enter(page, live_server.url, stop.camp.by)
    page.goto(f"{live_server.url}/desk/{way.programme.code}/visits/{way.code}/")
    page.locator("#route").scroll_into_view_if_needed()
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()
    expect(page.get_by_role("main")).to_contain_text("© 某某地图")
    assert (bool(asked), accessible(page)) == (True, [])


def test_on_paper_the_way_stands_with_its_list(page, live_server, stop, way):
    enter(page, live_server.url, stop.camp.by)
    page.goto(f"{live_server.url}/desk/{way.programme.code}/visits/{way.code}/")
    page.locator("#route").scroll_into_view_if_needed()
    expect(page.locator(".route-mark")).to_have_count(2)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    box = page.locator("#route-map").bounding_box()
    for mark in page.locator(".route-mark").all():
        at = mark.bounding_box()
        assert box["x"] <= at["x"]
        assert at["x"] + at["width"] <= box["x"] + box["width"]
        assert box["y"] <= at["y"]
        assert at["y"] + at["height"] <= box["y"] + box["height"]
    expect(page.locator(".leaflet-control-zoom")).to_be_hidden()
    expect(page.locator("#route")).to_be_visible()
