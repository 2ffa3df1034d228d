"""A form on a phone: pressed with a thumb and by keyboard, filled in without a network, arriving once."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.activities import LiveFactory
from tests.factories.learning import Learning
from tests.factories.surveys import answer, make
from yingzao.activities.models import SurveyReceipt, SurveyResponse
from yingzao.activities.queries import surveys as queries
from yingzao.activities.queries.questions import Asked

pytestmark = pytest.mark.django_db(transaction=True)
QUESTIONS = [
    Asked("scale5", "总体满意吗？", low="很不满意", high="非常满意"),
    Asked("scale10", "愿意推荐给同事吗？", low="不愿意", high="非常愿意"),
    Asked("many", "还想学什么？", options=("议事协商", "加装电梯"), is_required=False),
    Asked("text", "一句话建议", is_required=False),
]


@pytest.fixture
def learning(transactional_db):
    learning = Learning()
    learning.survey = make(LiveFactory(programme=learning.programme), learning.by, questions=QUESTIONS)
    return learning


@pytest.fixture
def form(phone, live_server, learning, signed_in) -> Page:
    signed_in(phone, live_server, learning.learner.person)
    phone.goto(f"{live_server.url}/survey/{learning.survey.token}/")
    return phone


def press(page: Page, question: str, number: str) -> None:
    page.get_by_role("group", name=question).locator("label").filter(has_text=number).first.click()


def test_scale_is_large_enough_for_a_thumb_and_accessible(form, accessible):
    assert accessible(form) == []
    sizes = form.locator(".scale label").evaluate_all(
        "(all) => all.map((l) => [l.offsetWidth, l.offsetHeight])"
    )
    assert len(sizes) == 5 + 11
    assert min(width for width, _height in sizes) >= 44
    assert min(height for _width, height in sizes) >= 44
    assert form.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_wrong_input_loses_nothing_and_leads_to_the_question(form, accessible):
    press(form, "总体满意吗？", "4")
    form.get_by_label("一句话建议").fill("多讲案例")
    form.get_by_role("button", name="提交答卷").click()
    expect(form.locator(".error-summary")).to_be_focused()
    expect(form.locator(".error-summary")).to_contain_text("愿意推荐给同事吗")
    assert accessible(form) == []
    expect(form.get_by_label("一句话建议")).to_have_value("多讲案例")
    expect(form.get_by_role("group", name="总体满意吗？").get_by_role("radio", name="4")).to_be_checked()
    press(form, "愿意推荐", "9")
    form.get_by_role("button", name="提交答卷").click()
    expect(form.get_by_text("您的答卷已提交")).to_be_visible()
    assert SurveyResponse.objects.count() == 1


def test_keyboard_alone_fills_it_in(form):
    form.get_by_role("group", name="总体满意吗？").get_by_role("radio").first.focus()
    for _n in range(3):
        form.keyboard.press("ArrowRight")
    form.keyboard.press("Tab")
    form.keyboard.press("ArrowRight")
    form.keyboard.press("Tab")
    form.keyboard.press("Space")
    form.keyboard.press("Tab")
    form.keyboard.press("Tab")
    form.keyboard.type("讲慢一点")
    form.keyboard.press("Tab")
    form.keyboard.press("Enter")
    expect(form.get_by_text("您的答卷已提交")).to_be_visible()
    said = {a.question.text: (a.number, a.chosen, a.text) for a in SurveyResponse.objects.get().answers.all()}
    assert said["总体满意吗？"] == (4, [], "")
    assert said["愿意推荐给同事吗？"][0] == 1
    assert said["还想学什么？"][1] == ["议事协商"]
    assert said["一句话建议"][2] == "讲慢一点"


def test_form_filled_in_without_a_network_arrives_once_when_there_is_one(form, learning, problems):
    press(form, "总体满意吗？", "5")
    press(form, "愿意推荐", "10")
    form.get_by_label("一句话建议").fill("没有网络时写的")
    form.context.set_offline(True)
    form.get_by_role("button", name="提交答卷").click()
    expect(form.locator("#survey-state")).to_contain_text("没有网络")
    assert SurveyResponse.objects.count() == 0
    form.context.set_offline(False)
    expect(form.get_by_text("您的答卷已提交")).to_be_visible()
    response = SurveyResponse.objects.get()
    assert [a.text for a in response.answers.all() if a.text] == ["没有网络时写的"]
    assert response.enrolment is None
    assert SurveyReceipt.objects.get().codes == [learning.learner.code]
    kept = form.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('yz-survey'))")
    assert kept == []
    problems[:] = [p for p in problems if "ERR_INTERNET_DISCONNECTED" not in p]


@pytest.mark.parametrize("who", ["learner", "guest"])
def test_answer_whose_receipt_was_lost_is_one_answer(who, phone, live_server, learning, signed_in, problems):
    """It reached the server, and the network broke off before the phone heard of it."""
    survey = make(
        LiveFactory(programme=learning.programme), learning.by, questions=QUESTIONS[3:], is_for_anybody=True
    )
    if who == "learner":
        signed_in(phone, live_server, learning.learner.person)

    def lose(route):
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    phone.goto(f"{live_server.url}/survey/{survey.token}/")
    phone.get_by_label("一句话建议").fill("只说一次")
    phone.route("**/survey/**", lose)
    phone.get_by_role("button", name="提交答卷").click()
    expect(phone.locator("#survey-state")).to_contain_text("没有网络")
    assert survey.responses.count() == 1
    phone.unroute("**/survey/**")
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(phone.get_by_text("您的答卷已提交")).to_be_visible()
    assert survey.responses.count() == 1
    problems[:] = [p for p in problems if "ERR_FAILED" not in p]


def test_what_was_chosen_is_there_again_after_leaving(form, learning, live_server):
    press(form, "愿意推荐", "7")
    form.get_by_label("加装电梯").check()
    form.get_by_label("一句话建议").fill("还没写完")
    form.goto(f"{live_server.url}/my/")
    form.goto(f"{live_server.url}/survey/{learning.survey.token}/")
    expect(form.get_by_label("一句话建议")).to_have_value("还没写完")
    expect(form.get_by_label("加装电梯")).to_be_checked()
    expect(form.get_by_role("group", name="愿意推荐").get_by_role("radio", name="7")).to_be_checked()
    expect(form.locator("#survey-state")).to_contain_text("上次填写")


def test_what_one_learner_chose_is_not_shown_to_another_on_the_same_phone(
    form, learning, live_server, signed_in
):
    form.get_by_label("一句话建议").fill("甲写的")
    signed_in(form, live_server, learning.other.person)
    form.goto(f"{live_server.url}/survey/{learning.survey.token}/")
    expect(form.get_by_label("一句话建议")).to_have_value("")


def test_results_are_accessible_and_fit_both_widths(page, live_server, learning, signed_in, accessible):
    survey = make(
        LiveFactory(programme=learning.programme), learning.by, anonymous=False, is_for_anybody=True
    )
    for number in (5, 4, 4, 3, 5, 2):
        answer(survey, number=number, text="讲得清楚，多一点案例。")
    signed_in(page, live_server, learning.by)
    desk = f"{live_server.url}/desk/{learning.programme.code}/surveys/"
    addresses = ["", "compare/"]
    addresses += [
        f"{survey.code}/{page}" for page in ("", "settings/", "questions/", "words/", "poster/", "screen/")
    ]
    for address in addresses:
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.goto(desk + address)
            assert accessible(page) == [], (address, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, width)
    assert queries.results_of(survey, 1).answered == 6
