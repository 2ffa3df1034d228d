"""A learner takes a copy and asks to be forgotten; an organiser checks and carries it out."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import enter, follow
from tests.factories.learning import Learning
from tests.factories.people import GrantFactory
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import ErasureRequest

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "桂城的夏天很热"


@pytest.fixture
def camp(transactional_db, tmp_path, settings):
    settings.DATA = tmp_path
    camp = Learning()
    camp.learner.person.set_password(PASSWORD)
    camp.learner.person.save()
    return camp


def test_copy_request_and_answer(phone: Page, live_server, camp, accessible, problems):
    learner = camp.learner
    enter(phone, live_server.url, learner.person)
    phone.goto(live_server.url + "/me/data/")
    assert accessible(phone) == []
    phone.get_by_role("button", name="生成副本").click()
    expect(phone.locator("a[download]")).to_be_visible()
    with phone.expect_download() as download:
        phone.locator("a[download]").click()
    assert download.value.suggested_filename.endswith(".zip")

    follow(phone.get_by_role("link", name="申请注销"))
    assert accessible(phone) == []
    phone.get_by_label("现在的密码").fill("不对的密码")
    phone.get_by_role("button", name="申请注销").click()
    expect(phone.locator(".error-summary, [role=alert]").first).to_be_visible()
    phone.get_by_label("我已了解").check()
    phone.get_by_label("现在的密码").fill(PASSWORD)
    phone.get_by_role("button", name="申请注销").click()
    expect(phone.get_by_text("申请已收到")).to_be_visible()
    assert accessible(phone) == []

    organiser = GrantFactory(organisation=camp.programme.organisation).person
    enter(phone, live_server.url, organiser)
    phone.goto(live_server.url + "/erasures/")
    assert accessible(phone) == []
    phone.goto(f"{live_server.url}/erasures/{ErasureRequest.objects.get().code}/")
    assert accessible(phone) == []
    phone.get_by_label("怎样核对了本人身份").fill("按名册号码回拨")
    phone.get_by_role("button", name="确认注销").click()
    expect(phone.get_by_text("已办理。")).to_be_visible()
    assert str(Enrolment.objects.get(code=learner.code).name).startswith("已注销")
    phone.goto(f"{live_server.url}/retention/{camp.programme.organisation.code}/")
    assert accessible(phone) == []
    assert problems == []
