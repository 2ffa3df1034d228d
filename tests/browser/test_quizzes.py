"""A whole quiz on a phone, with the network cut in the middle, a reload, a second tab, a session that ended, and the time that
runs out; and the organiser who looks at who passed and why somebody has not."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, enter, follow
from tests.factories import quizzes as make
from tests.factories.learning import Learning
from tests.instances import wait_for
from yingzao.activities.models import Duty, Evidence
from yingzao.core import clock
from yingzao.courses import actions
from yingzao.courses.models import Attempt
from yingzao.people import actions as people
from yingzao.people.queries import current_privacy_notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camp(transactional_db):
    people.publish_privacy_notice(by=None, text_zh="只保存培训所需的信息。", text_en="Only what is needed.")
    camp = Learning()
    for person in (camp.learner.person, camp.other.person, camp.by):
        people.agree_to_notice(person=person, notice=current_privacy_notice())
    return camp


@pytest.fixture
def quiz(camp):
    return make.make_quiz(camp, *(one() for one in make.EVERY), shuffles_options=False, attempts=2)


def address_of(live_server, quiz) -> str:
    return f"{live_server.url}/my/courses/{quiz.part.activity.code}/{quiz.part.code}/quiz/"


def saved(quiz) -> list[list[str]]:
    return [i.said for i in Attempt.objects.get(quiz=quiz).items.order_by("place")]


def item(page: Page, number: int):
    return page.locator(f'[data-item="{number - 1}"]')


def test_a_whole_quiz_with_the_network_cut_in_the_middle(
    phone, live_server, camp, quiz, accessible, problems
):
    enter(phone, live_server.url, camp.learner.person)
    phone.goto(address_of(live_server, quiz))
    expect(phone.get_by_text("共 6 题。")).to_be_visible()
    assert accessible(phone) == []
    follow(phone.get_by_role("button", name="开始答题"))
    assert accessible(phone) == []
    item(phone, 1).get_by_label("社区党组织").check()
    item(phone, 2).get_by_label("舞蹈队").check()
    expect(phone.locator("#quiz-state")).to_have_text("已全部保存。")
    assert saved(quiz) == [["o2"], ["o1"], [], [], [], []]

    phone.context.set_offline(True)
    item(phone, 2).get_by_label("合唱团").check()
    item(phone, 3).get_by_label("对", exact=True).check()
    item(phone, 4).get_by_role("textbox").fill("社区 社会组织")
    expect(phone.locator("#quiz-state")).to_contain_text("没有网络")
    assert saved(quiz)[2] == []
    phone.context.set_offline(False)
    expect(phone.locator("#quiz-state")).to_have_text("已全部保存。")
    assert saved(quiz) == [["o2"], ["o1", "o2"], ["t"], ["社区 社会组织"], [], []]

    phone.reload()
    expect(item(phone, 4).get_by_role("textbox")).to_have_value("社区 社会组织")
    phone.context.clear_cookies()  # the session has ended; what is answered is saved all the same
    item(phone, 5).get_by_role("textbox").fill("1.5小时")
    while (texts := item(phone, 6).locator(".quiz-order-text").all_inner_texts()) != ["收集", "协商", "公开"]:
        place = next(
            n
            for n, (is_, right) in enumerate(zip(texts, ["收集", "协商", "公开"], strict=True))
            if is_ != right
        )
        wanted = ["收集", "协商", "公开"][place]
        item(phone, 6).get_by_role("button", name=f"上移“{wanted}”").click()
    wait_for(lambda: saved(quiz)[4:] == [["1.5小时"], ["o1", "o2", "o3"]], seconds=10)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    enter(phone, live_server.url, camp.learner.person)
    phone.get_by_role("button", name="交卷").first.click()
    phone.get_by_role("dialog").get_by_role("button", name="交卷").click()
    expect(phone.get_by_role("heading", name="您的得分率：100%")).to_be_visible()
    assert accessible(phone) == []
    assert Evidence.objects.get(fact="answered").detail["score"] == "1"
    assert Duty.objects.get(enrolment=camp.learner).state == "done"
    assert phone.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('yz-quiz'))") == []


def test_handing_in_without_a_network_arrives_once_there_is_one(phone, live_server, camp, quiz):
    enter(phone, live_server.url, camp.learner.person)
    make.begin(quiz, camp.learner)
    phone.goto(address_of(live_server, quiz))
    phone.context.set_offline(True)
    item(phone, 1).get_by_label("社区党组织").check()
    phone.get_by_role("button", name="交卷").first.click()
    expect(phone.get_by_text("还有 5 题没有答：第 2、3、4、5、6 题。")).to_be_visible()
    phone.get_by_role("dialog").get_by_role("button", name="交卷").click()
    expect(phone.locator("#quiz-state")).to_contain_text("一有网络就会自动交卷")
    phone.context.set_offline(False)
    expect(phone.get_by_role("heading", name="您的得分率：16%")).to_be_visible()
    assert Evidence.objects.filter(fact="answered").count() == 1


def test_the_kept_page_opens_without_a_network_with_what_was_answered(phone, live_server, camp, quiz):
    enter(phone, live_server.url, camp.learner.person)
    make.begin(quiz, camp.learner)
    phone.goto(address_of(live_server, quiz))
    phone.evaluate("navigator.serviceWorker.ready")
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.reload()
    phone.wait_for_function(
        """async () => {
          for (const name of await caches.keys())
            if (name.startsWith("yz-pages-") && (await (await caches.open(name)).match(location.href))) return true;
          return false;
        }"""
    )
    phone.context.set_offline(True)
    item(phone, 1).get_by_label("社区党组织").check()
    phone.reload()
    expect(phone.get_by_text("存在这部手机里的页面")).to_be_visible()
    expect(item(phone, 1).get_by_label("社区党组织")).to_be_checked()
    item(phone, 3).get_by_label("对", exact=True).check()
    expect(phone.locator("#quiz-state")).to_contain_text("没有网络")
    assert saved(quiz)[2] == []
    phone.context.set_offline(False)
    wait_for(lambda: (saved(quiz)[0], saved(quiz)[2]) == (["o2"], ["t"]), seconds=15)


def test_two_tabs_are_one_attempt(open_context, live_server, camp, quiz):
    context = open_context(PHONE)
    one, two = context.new_page(), context.new_page()
    enter(one, live_server.url, camp.learner.person)
    make.begin(quiz, camp.learner)
    for page in (one, two):
        page.goto(address_of(live_server, quiz))
    item(one, 1).get_by_label("社区党组织").check()
    expect(item(two, 1).get_by_label("社区党组织")).to_be_checked()
    item(two, 1).get_by_label("物业公司").check()
    wait_for(lambda: saved(quiz)[0] == ["o1"], seconds=10)
    two.get_by_role("button", name="交卷").first.click()
    two.get_by_role("dialog").get_by_role("button", name="交卷").click()
    expect(two.get_by_role("heading", name="您的得分率")).to_be_visible()
    expect(one.get_by_text("第 1 次答题").first).to_be_visible()  # the other tab has noticed
    assert Attempt.objects.count() == 1


def test_the_time_runs_out_while_the_page_is_open(phone, live_server, camp):
    quiz = make.make_quiz(camp, make.single(), minutes=1, is_one_a_page=True)
    begun = clock.now() - dt.timedelta(seconds=55)
    make.begin(quiz, camp.learner, now=begun)
    enter(phone, live_server.url, camp.learner.person)
    phone.goto(address_of(live_server, quiz))
    item(phone, 1).get_by_label("社区党组织").check()
    expect(phone.get_by_role("heading", name="您的得分率：100%")).to_be_visible(timeout=15_000)
    attempt = Attempt.objects.get()
    assert (attempt.is_timed_out, Evidence.objects.get().happened_at <= attempt.ends_at) == (False, True)


def test_one_question_a_page(phone, live_server, camp):
    quiz = make.make_quiz(camp, make.single(), make.truefalse(), is_one_a_page=True)
    make.begin(quiz, camp.learner)
    enter(phone, live_server.url, camp.learner.person)
    phone.goto(address_of(live_server, quiz))
    expect(item(phone, 2)).to_be_hidden()
    phone.get_by_role("button", name="下一题").click()
    expect(item(phone, 2)).to_be_visible()
    expect(phone.get_by_role("button", name="交卷").first).to_be_visible()
    expect(item(phone, 1)).to_be_hidden()


def test_without_a_script_the_form_hands_in_the_whole(open_context, live_server, camp, quiz):
    page = open_context(PHONE, java_script_enabled=False).new_page()
    enter(page, live_server.url, camp.learner.person)
    make.begin(quiz, camp.learner)
    page.goto(address_of(live_server, quiz))
    item(page, 1).get_by_label("社区党组织").check()
    for place, text in enumerate(("收集", "协商", "公开"), start=1):
        item(page, 6).get_by_label(text, exact=True).select_option(str(place))
    page.get_by_role("button", name="交卷").first.click()
    expect(page.get_by_role("heading", name="您的得分率：33%")).to_be_visible()


def test_the_organiser_sees_who_has_passed_and_why_somebody_has_not(
    page, live_server, camp, quiz, accessible, problems
):
    make.answer(quiz, camp.learner)
    attempt = make.begin(quiz, camp.other)
    at = int(clock.now().timestamp() * 1000)
    actions.send(actions.Sent(attempt.pk, {0: (["o1"], at)}, False, clock.now()))
    enter(page, live_server.url, camp.by)
    desk = f"{live_server.url}/desk/{camp.programme.code}/courses/{quiz.part.activity.code}/lessons/{quiz.part.code}/quiz/"
    page.goto(desk)
    row = page.get_by_role("row", name=camp.other.name)
    expect(row).to_contain_text("已开始：答了 1 / 6 题，还没有交卷")
    expect(page.get_by_role("row", name=camp.learner.name)).to_contain_text("100%")
    assert accessible(page) == []
    for part in ("questions/", "items/", "settings/"):
        page.goto(desk + part)
        assert accessible(page) == []
