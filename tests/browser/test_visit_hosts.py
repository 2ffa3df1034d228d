"""A host on the phone: from the invitation to the report; the organiser reads it at the desk."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import enter
from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
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
    PartFactory(activity=visit, title="霞石村")
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
    page.get_by_role("link", name="接待人", exact=True).click()
    assert accessible(page) == []
    page.get_by_label("接待人", exact=True).select_option(label="何主任 · 霞石村委会")
    page.get_by_role("button", name="指定为接待人").click()
    expect(page.get_by_role("main")).to_contain_text("已指定")
    enter(phone, live_server.url, stop.host.person)
    phone.goto(live_server.url + "/host/")
    phone.get_by_role("link", name="霞石村").click()
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
