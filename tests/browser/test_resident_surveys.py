"""Residents answer on a phone: shown what is asked, kept while the network is away, sent once; without scripts too; and paper at a desk."""

import json
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, enter, follow
from tests.factories.findings import settle
from tests.factories.learning import Learning
from tests.factories.surveys_of_residents import survey_of
from yingzao.fieldwork import actions
from yingzao.fieldwork.models import FilledSheet
from yingzao.programmes.actions.staff import give_rights

pytestmark = pytest.mark.django_db(transaction=True)
CASES = Path(__file__).parent.parent / "fieldwork" / "expressions.json"


@pytest.fixture
def camp():
    camp = settle(Learning())
    give_rights(camp.organiser)
    return camp


@pytest.fixture
def survey(camp):
    return survey_of(camp.community, camp.by)


def at(base: str, survey) -> str:
    return base + reverse("fieldwork:survey", args=[survey.token])


def said() -> list[dict]:
    return [sheet.answers for sheet in FilledSheet.objects.order_by("pk")]


def fill(page: Page, age: str = "60 岁以下") -> None:
    page.get_by_label("我已阅读，愿意参加").check()
    page.get_by_label(age).check()


def test_module_of_the_phone_answers_every_case_as_the_server_does(live_server, survey, phone):
    phone.goto(at(live_server.url, survey))
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    found = phone.evaluate(
        """async ([address, cases]) => {
            const { holds, parse } = await import(address);
            return cases.map(([source, answers, own]) => {
                try { return holds(parse(source), answers, own); } catch (error) { return error.code ?? String(error); }
            });
        }""",
        [f"{live_server.url}/static/fieldwork/expressions.js", cases],
    )
    wrong = [(case[0], case[3], got) for case, got in zip(cases, found, strict=True) if case[3] != got]
    assert wrong == []


def test_phone_shows_what_is_asked_checks_it_and_sends_once(live_server, survey, phone, accessible):
    phone.goto(at(live_server.url, survey))
    assert accessible(phone) == []
    floor = phone.get_by_label("您住几楼")
    expect(floor).to_be_hidden()
    expect(phone.get_by_text("已答 0 / 3 题")).to_be_visible()
    phone.get_by_role("button", name="提交答卷").click()
    expect(phone.get_by_text("请回答这道题。")).to_be_visible()
    fill(phone, "60 岁及以上")
    expect(floor).to_be_visible()
    floor.fill("41")
    phone.get_by_label("其他", exact=True).check()
    phone.get_by_label("其他，请写明").fill("遮阳棚")
    phone.get_by_role("button", name="提交答卷").click()
    expect(phone.get_by_text("请填 1 到 40。")).to_be_visible()
    assert accessible(phone) == []
    assert said() == []
    floor.fill("４")
    phone.get_by_role("button", name="提交答卷").dblclick()
    expect(phone.get_by_text("谢谢，您的答卷已提交")).to_be_visible()
    assert accessible(phone) == []
    assert said() == [{"age": "old", "needs": ["other"], "needs_other": "遮阳棚", "floor": "4"}]
    phone.goto(at(live_server.url, survey))
    expect(phone.get_by_text("这部手机已经填过了")).to_be_visible()
    assert (
        phone.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('yz-resident')).length")
        == 0
    )


def test_what_was_written_is_there_again_and_goes_out_when_the_network_is_back(survey, phone, link, problems):
    phone.goto(at(link.address, survey))
    fill(phone)
    phone.get_by_label("还想说什么").fill("楼道里的灯坏了")
    phone.reload()
    expect(phone.get_by_label("还想说什么")).to_have_value("楼道里的灯坏了")
    link.cut()
    phone.get_by_role("button", name="提交答卷").click()
    expect(phone.get_by_text("没有网络。答卷已存在这部手机上")).to_be_visible()
    assert said() == []
    link.mend()
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("谢谢，您的答卷已提交")).to_be_visible()
    assert said() == [{"age": "young", "say": "楼道里的灯坏了"}]


def test_whole_way_without_scripts(live_server, survey, open_context):
    page = open_context(PHONE, java_script_enabled=False).new_page()
    page.goto(at(live_server.url, survey))
    fill(page, "60 岁及以上")
    page.get_by_label("还想说什么").fill("慢一点")
    follow(page.get_by_role("button", name="提交答卷"))
    expect(page.get_by_text("根据您的选择，还有 1 道题")).to_be_visible()
    expect(page.get_by_label("还想说什么")).to_have_value("慢一点")
    page.get_by_label("您住几楼").fill("3")
    follow(page.get_by_role("button", name="提交答卷"))
    expect(page.get_by_text("谢谢，您的答卷已提交")).to_be_visible()
    assert said() == [{"age": "old", "floor": "3", "say": "慢一点"}]


def test_one_phone_for_several_people(live_server, camp, survey, phone):
    actions.edit_survey(survey=survey, by=camp.by, allows_several=True)
    for _ in range(2):
        phone.goto(at(live_server.url, survey))
        fill(phone)
        phone.get_by_role("button", name="提交答卷").click()
        expect(phone.get_by_text("谢谢，您的答卷已提交")).to_be_visible()
    assert len(said()) == 2


def test_paper_is_typed_in_by_keyboard_and_read_in_the_results(
    live_server, camp, survey, open_context, accessible
):
    page = open_context(DESK).new_page()
    enter(page, live_server.url, camp.by)

    def go(name: str) -> None:
        page.goto(
            live_server.url + reverse(f"fieldwork:desk-{name}", args=[camp.programme.code, survey.code])
        )

    go("paper")
    assert accessible(page) == []
    keys = page.keyboard
    keys.type("007")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    expect(page.get_by_text("第 007 份已录入。")).to_be_visible()
    expect(page.get_by_label("问卷上的份号")).to_have_value("008")
    assert said() == [{"age": "young"}]
    for name in ("survey", "questions", "question-new", "settings", "sheets", "blank", "poster", "copy"):
        go(name)
        assert accessible(page) == [], name
    go("survey")
    expect(page.get_by_text("手机 0 份，纸质 1 份").first).to_be_visible()
