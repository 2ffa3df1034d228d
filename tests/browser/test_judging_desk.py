"""The desk of a round in a browser: what a draw is worth, a judge who drops out, gaps and a third judge, conflicts, trials."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import follow
from tests.factories.judging import Judging
from tests.factories.programmes import StaffRoleFactory
from yingzao.enrolment.models import Team
from yingzao.judging.enums import AssignmentState
from yingzao.judging.models import Round
from yingzao.programmes.enums import Role

pytestmark = pytest.mark.django_db(transaction=True)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_draw_drop_out_gap_and_third_judge(page: Page, live_server, transactional_db, signed_in, accessible):
    camp = Judging(learners=6, judges=4, judges_per_entry=2)
    desk = f"{live_server.url}/desk/{camp.programme.code}/judging/{camp.round.code}/"
    signed_in(page, live_server, camp.organiser)
    page.goto(f"{desk}draw/")
    expect(page.get_by_text("4 位评委连成一片，能估出 3 个宽严差别")).to_be_visible()
    expect(page.get_by_text("再多一份，最有用的是")).to_be_visible()
    page.get_by_text("个别评委的上限").click()
    page.get_by_label(camp.judges[0].name).fill("2")
    page.get_by_role("button", name="保存上限，重新抽签").click()
    expect(page.get_by_role("row", name=camp.judges[0].name)).to_contain_text("2 / 2")
    assert accessible(page) == []
    page.get_by_role("button", name="就按这样分派").click()
    expect(page.get_by_role("heading", name="成果", exact=True)).to_be_visible()
    assert camp.round.assignments.filter(judge=camp.judges[0]).count() == 2
    page.get_by_role("button", name="开放评审").first.click()
    page.locator("dialog[open]").get_by_role("button", name="开放评审").click()

    gone = camp.judges[3]
    follow(page.get_by_role("link", name=f"{gone.name}退出评审"))
    assert accessible(page) == []
    page.get_by_label("原因").fill("住院")
    page.get_by_role("button", name="退出评审组").click()
    expect(page.get_by_text(f"{gone.name}已退出评审组")).to_be_visible()
    assert not camp.round.assignments.filter(judge=gone).exists()
    assert camp.round.assignments.filter(state=AssignmentState.ASSIGNED).count() == 12

    # one of the two that the judge with a limit has: of the others' entries nobody is left to ask
    learner = camp.round.assignments.filter(judge=camp.judges[0]).first().entry.enrolment
    low, high = (a.judge for a in camp.round.assignments.filter(entry__enrolment=learner).order_by("pk"))
    camp.mark(low, learner, (1, 1))
    camp.mark(high, learner, (5, 5))
    page.goto(f"{desk}spread/")
    expect(page.get_by_role("row", name=learner.name)).to_contain_text("80.0")
    assert accessible(page) == []
    page.get_by_role("button", name="加请一位评委").click()
    expect(page.get_by_text("已加请评委")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (desk, f"{desk}spread/", f"{desk}draw/", f"{desk}entries/{learner.code}/"):
        page.goto(address)
        assert fits(page), address


def test_a_judge_who_mentors_the_community_sees_no_figure_with_the_learner_in(
    page: Page, live_server, transactional_db, signed_in
):
    camp = Judging(learners=3, judges=3, judges_per_entry=3).open()
    judge, learner = camp.judges[0], camp.learners[0]
    sheet = camp.sheet(judge, learner)
    for each in camp.learners:
        for n, other in enumerate(camp.judges):
            camp.mark(other, each, (1 + n, 5))
    StaffRoleFactory(programme=camp.programme, role=Role.ORGANISER, person=judge.person)
    mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR, person=judge.person)
    learner.team = Team.objects.create(
        organisation=camp.organisation, programme=camp.programme, name="一组", mentor=mentor
    )
    learner.save()
    from yingzao.judging import actions

    actions.close_round(round=camp.round, by=camp.organiser)
    actions.run_calibration(round=camp.round, by=camp.organiser)
    desk = f"{live_server.url}/desk/{camp.programme.code}/judging/{camp.round.code}/"
    signed_in(page, live_server, judge.person)
    assert page.goto(f"{live_server.url}/jury/{sheet.code}/").status == 404
    page.goto(desk)
    expect(page.get_by_text("您是评委，并回避其中 1 份成果")).to_be_visible()
    expect(page.get_by_text(learner.name)).to_have_count(0)
    expect(page.get_by_text(camp.learners[1].name).first).to_be_visible()
    for address in ("calibration/", "spread/"):
        assert page.goto(desk + address).status == 422
        expect(page.get_by_text("含有它们的数字不向您显示")).to_be_visible()
        expect(page.get_by_text(learner.name)).to_have_count(0)


def test_trial_marking_before_the_round(phone: Page, live_server, transactional_db, signed_in, accessible):
    camp = Judging(learners=2, judges=2)
    desk = f"{live_server.url}/desk/{camp.programme.code}/judging/{camp.round.code}/"
    signed_in(phone, live_server, camp.organiser)
    phone.goto(f"{desk}trial/")
    phone.get_by_role("button", name="交给全体评委试评").click()
    expect(phone.get_by_role("alert")).to_contain_text("请选 1 到 10 份样卷")
    phone.get_by_label(camp.learners[0].name).check()
    phone.get_by_role("button", name="交给全体评委试评").click()
    expect(phone.get_by_text("试评的打分不计入结果")).to_be_visible()
    assert accessible(phone) == []
    assert fits(phone)
    camp.round = Round.objects.get(trial_of=camp.round)
    one, two = camp.judges
    camp.mark(two, camp.learners[0], (2, 3))
    mine = camp.sheet(one, camp.learners[0])
    signed_in(phone, live_server, one.person)
    phone.goto(f"{live_server.url}/jury/{mine.code}/")
    expect(phone.get_by_text(two.name)).to_have_count(0)
    camp.mark(one, camp.learners[0], (4, 5))
    phone.reload()
    expect(phone.get_by_role("row", name=two.name)).to_contain_text("2")
    phone.get_by_label("写一句").fill("我看的是走访记录")
    phone.get_by_role("button", name="发给其他评委").click()
    expect(phone.locator("#talk")).to_contain_text("我看的是走访记录")
    assert accessible(phone) == []
    assert fits(phone)
