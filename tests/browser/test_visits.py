"""A learner checks in on the own phone in a village without a signal; it arrives once the phone is back."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter
from tests.factories.activities import ActivityFactory, PartFactory
from tests.factories.learning import Learning
from tests.instances import wait_for
from yingzao.activities import actions as activities
from yingzao.activities.models import Evidence
from yingzao.core import clock
from yingzao.visits.kind import FieldVisit
from yingzao.visits.models import Scan, Stop
from yingzao.visits.settling import codes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(transactional_db):
    camp = Learning()
    begins = clock.now() - dt.timedelta(hours=1)
    visit = ActivityFactory(
        programme=camp.programme,
        kind="visit",
        title="走进霞石村",
        starts_at=begins,
        ends_at=begins + dt.timedelta(hours=8),
    )
    for title in ("文华花园", "霞石村"):
        PartFactory(activity=visit, title=title)
    FieldVisit().plan(visit, [], None)
    activities.resettle(camp.programme)
    visit.camp = camp
    visit.path = f"/my/visits/{visit.code}/"
    return visit


def until_kept(page: Page, path: str) -> None:
    copy = "async (path) => (await (await caches.match(path, {ignoreVary: true}))?.text()) ?? ''"
    wait_for(lambda: page.evaluate(copy, path), seconds=15)


def shown(stop: Stop, ago: dt.timedelta = dt.timedelta(0)) -> tuple[int, str]:
    counter = codes.counter_at(clock.now() - ago)
    return counter, codes.code_of(stop.secret, counter)


def test_scanned_without_a_network_it_is_kept_and_arrives_once(phone, link, visit, accessible, problems):
    second = Stop.objects.get(part__title="霞石村")
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    until_kept(phone, visit.path)
    link.cut()
    counter, digits = shown(second, dt.timedelta(minutes=20))
    phone.goto(f"{link.address}{visit.path}?s={second.part.code}&n={counter}&c={digits}")
    expect(phone.get_by_label("屏幕上的六位数字")).to_have_value(digits)
    phone.clock.set_fixed_time(clock.now() - dt.timedelta(minutes=20))  # it was done then
    phone.get_by_role("button", name="签到", exact=True).click()
    line = phone.get_by_label("这部手机上的签到")
    expect(line).to_contain_text("还没有发送")
    assert accessible(phone) == []
    phone.goto(link.address + visit.path)  # the page was left and opened again, still without a network
    expect(phone.get_by_label("这部手机上的签到")).to_contain_text("还没有发送")
    assert not Scan.objects.exists()
    Session.objects.all().delete()  # the session ended meanwhile
    phone.clock.set_fixed_time(clock.now())
    link.mend()
    phone.evaluate("dispatchEvent(new Event('online'))")
    wait_for(lambda: Scan.objects.exists(), seconds=20)
    fact = Evidence.objects.get()
    assert (fact.part, fact.detail["state"], fact.detail["counter"]) == (
        second.part,
        "offline_unconfirmed",
        counter,
    )
    expect(phone.get_by_label("这部手机上的签到")).to_contain_text("等待工作人员确认")
    phone.evaluate("dispatchEvent(new Event('online'))")
    assert Scan.objects.count() == 1


def test_with_a_network_it_counts_at_once_and_a_wrong_code_is_said(phone, link, visit):
    first = Stop.objects.get(part__title="文华花园")
    enter(phone, link.address, visit.camp.learner.person)
    phone.goto(link.address + visit.path)
    code = phone.get_by_label("屏幕上的六位数字")
    code.fill("000000")
    phone.get_by_role("button", name="签到", exact=True).click()
    line = phone.get_by_label("这部手机上的签到")
    expect(line).to_contain_text("签到码现在无效")
    line.get_by_role("button", name="知道了").click()
    expect(line).to_be_hidden()
    code.fill(shown(first)[1])
    phone.get_by_role("button", name="签到", exact=True).click()
    wait_for(lambda: Evidence.objects.exists(), seconds=15)
    assert Evidence.objects.get().part == first.part
    expect(phone.get_by_role("button", name="签退")).to_be_visible()
