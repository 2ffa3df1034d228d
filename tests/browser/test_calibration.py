"""The calibration on the desk: a proposal with its reasons, which a person accepts."""

from playwright.sync_api import Page, expect

from tests.factories.judging import FINALISTS, Judging, finalists
from yingzao.judging import queries
from yingzao.judging.enums import AssignmentState
from yingzao.judging.models import Criterion


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_six_finalists_and_why_first_place_passes(
    phone: Page, page: Page, live_server, transactional_db, signed_in, accessible
):
    camp = finalists()
    address = f"{live_server.url}/desk/{camp.programme.code}/judging/{camp.round.code}/calibration/"
    signed_in(page, live_server, camp.organiser)
    page.goto(address)
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_text("这是提议，还没有任何分数算数")).to_be_visible()
    expect(page.get_by_text("第一名由 B 变为 A：给 B 打分的 R1 偏宽")).to_be_visible()
    orders = page.get_by_role("region", name="校准前后").get_by_role("row")
    told = [row.get_by_role("cell").all_inner_texts()[:4] for row in orders.all()[1:]]
    assert [line[1:3] for line in told] == [
        ["90.0", "87.0"],
        ["88.0", "91.0"],
        ["86.0", "86.0"],
        ["84.0", "87.0"],
        ["82.0", "79.0"],
        ["80.0", "80.0"],
    ]
    assert accessible(page) == []
    signed_in(phone, live_server, camp.supervisor)
    phone.goto(address)
    assert fits(phone)
    assert accessible(phone) == []
    expect(phone.get_by_role("button", name="换一种方式")).to_have_count(0)  # who supervises runs nothing
    phone.get_by_role("button", name="以这些分数为准").click()
    expect(phone.get_by_role("alert")).to_contain_text("请选择以哪一种分数为准")
    phone.get_by_label("校准后的分数").check()
    phone.get_by_role("button", name="以这些分数为准").click()
    expect(phone.get_by_text("已确认：校准后的分数")).to_be_visible()
    assert queries.accepted_calibration(camp.round).accepted_by == camp.supervisor


def test_two_parts_are_refused_and_one_answers_for_them_by_name(
    page: Page, live_server, transactional_db, signed_in, accessible
):
    apart = {
        name: {judge: mark for judge, mark in of.items() if judge != "R2" and (judge != "R3" or name in "AE")}
        for name, of in FINALISTS.items()
    }
    camp = finalists(apart)
    signed_in(page, live_server, camp.organiser)
    page.goto(f"{live_server.url}/desk/{camp.programme.code}/judging/{camp.round.code}/calibration/")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_text("模型拒绝计算：只有原始平均分")).to_be_visible()
    expect(page.get_by_text("评委 R1 与学员 B、C、D、F")).to_be_visible()
    expect(page.get_by_label("校准后的分数")).to_have_count(0)
    assert accessible(page) == []
    page.get_by_label("打分分成互不相交的几部分时").select_option("assume_exchangeable")
    page.get_by_role("button", name="计算", exact=True).click()
    expect(page.get_by_text("水平相当").first).to_be_visible()
    page.get_by_label("校准后的分数").check()
    page.get_by_role("button", name="以这些分数为准").click()
    expect(page.get_by_text("已确认：校准后的分数")).to_be_visible()


def test_a_judge_marks_out_of_100_on_a_phone(
    phone: Page, live_server, transactional_db, signed_in, accessible
):
    camp = Judging(learners=1, judges=2)
    camp.round.rubric_version.criteria.all().delete()
    for position, (title, weight, most) in enumerate((("真实", 40, 40), ("可行", 60, 60)), start=1):
        Criterion.objects.create(
            organisation=camp.organisation,
            version=camp.round.rubric_version,
            title=title,
            weight=weight,
            position=position,
            full_marks=most,
        )
    camp.open()
    judge = camp.judges[0]
    sheet = camp.sheet(judge, camp.learners[0])
    signed_in(phone, live_server, judge.person)
    phone.goto(f"{live_server.url}/jury/{sheet.code}/")
    assert fits(phone)
    assert accessible(phone) == []
    phone.get_by_label("分数，0 到 40").fill("41")
    phone.get_by_label("分数，0 到 60").fill("0")
    phone.get_by_label("分数，0 到 60").blur()
    expect(phone.get_by_text("不是 0 到 40 之间的整数分")).to_be_visible()
    expect(phone.locator(".said").nth(1)).to_contain_text("0 / 60")
    phone.get_by_label("分数，0 到 40").fill("37")
    phone.get_by_label("分数，0 到 40").blur()
    expect(phone.locator(".said").first).to_contain_text("37 / 40")
    phone.locator(".action-foot").get_by_role("button").click()
    if (dialog := phone.locator("dialog[open]")).count():
        dialog.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("已提交").first).to_be_visible()
    sheet.refresh_from_db()
    assert sheet.state == AssignmentState.SUBMITTED
