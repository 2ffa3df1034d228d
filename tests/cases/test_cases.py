"""Case readings: when they count, reading recorded once, one reflection for a double tap, and who sees the pages."""

import datetime as dt
import re
import uuid
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.factories.activities import ActivityFactory, moment
from tests.factories.learning import Learning
from tests.factories.people import OrganisationFactory
from yingzao.activities.enums import DutyState, FactKind, Still
from yingzao.activities.kind import Fact, Frame
from yingzao.activities.models import Duty, Evidence
from yingzao.articles.models import Article
from yingzao.cases import actions
from yingzao.cases.enums import ShareState
from yingzao.cases.kind import CaseKind
from yingzao.cases.models import CaseReading, ReflectionShare
from yingzao.core.errors import Refused

DUE = moment("2021-09-30 23:59").replace(second=59)


def frame(asked=100):
    return Frame(
        code="C",
        kind="case",
        rule={} if asked is None else {"reflection_characters": asked},
        starts_at=None,
        ends_at=None,
        due_at=DUE,
        late_until=moment("2022-01-14 23:59"),
        held=False,
        cancelled=False,
        parts=(),
    )


def reflected(characters, at=DUE):
    return Fact(f"{characters}", "reflected", at, detail={"characters": characters})


def settle(*facts, asked=100, now=DUE):
    return CaseKind().settle(frame(asked), facts, now)


@pytest.mark.parametrize(
    ("characters", "state", "share"),
    [
        (100, DutyState.DONE, 1),
        (99, DutyState.PENDING, Fraction(199, 200)),
        (0, DutyState.PENDING, Fraction(1, 2)),
    ],
)
def test_one_character_short_is_short(characters, state, share):
    verdict = settle(reflected(characters))
    assert (verdict.state, verdict.share) == (state, share)


def test_where_the_rule_says_nothing_a_hundred_characters_are_asked():
    assert settle(reflected(99), asked=None).state == DutyState.PENDING
    assert settle(reflected(100), asked=None).state == DutyState.DONE


def test_late_by_one_second():
    late = moment("2021-10-01 00:00")
    assert settle(reflected(100, DUE), now=late).state == DutyState.DONE
    assert settle(reflected(100, late), now=late).state == DutyState.LATE


def test_a_long_reflection_after_a_short_one_counts_from_the_long_one():
    late = moment("2021-10-02 08:00")
    assert settle(reflected(10), reflected(100, late), now=late).state == DutyState.LATE


def test_read_is_half_of_it_and_all_of_it_where_nothing_is_to_be_written():
    read = Fact("r", "read", DUE)
    assert (settle(read).state, settle(read).share) == (DutyState.PENDING, Fraction(1, 2))
    assert settle(read, asked=0).state == DutyState.DONE
    assert settle(asked=0).state == DutyState.PENDING


def test_after_the_due_date_it_can_still_be_done_late():
    verdict = settle(now=moment("2021-10-01 00:00"))
    assert (verdict.state, verdict.still) == (DutyState.MISSED, Still.LATE)


def test_what_is_missing_is_counted():
    kind = CaseKind()
    rule = {"reflection_characters": 100}
    assert "58" in kind.missing(rule, None, settle(reflected(42)).reasons)
    assert "100" in kind.missing(rule, None, ())


# The pages


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def case(camp):
    case = ActivityFactory(programme=camp.programme, title="案例一", rule={"reflection_characters": 5})
    article = Article.objects.create(
        organisation=camp.programme.organisation, title="一条街的夜谈", html="<p>居民说</p>"
    )
    CaseReading.objects.create(
        organisation=camp.programme.organisation, activity=case, article=article, question="有什么可学？"
    )
    return case


@pytest.fixture
def phone(camp, client):
    client.force_login(camp.learner.person)
    return client


def page(case):
    return reverse("cases:learner-case", args=[case.code])


def duty(camp, case):
    return Duty.objects.get(enrolment=camp.learner, activity=case)


def test_reading_is_recorded_once_however_often_it_is_opened(camp, case, phone):
    for _time in range(3):
        text = phone.get(page(case)).content.decode()
        assert ("居民说" in text, "有什么可学？" in text) == (True, True)
    assert [(e.fact, e.source) for e in Evidence.objects.all()] == [("read", "learner")]


def test_a_page_fetched_ahead_is_not_read(camp, case, phone):
    response = phone.get(page(case), headers={"X-Ahead": "1"})
    assert response.headers["X-Keep"] == "case"
    assert Evidence.objects.count() == 0
    phone.get(page(case))
    assert Evidence.objects.count() == 1


def test_what_may_not_be_kept_stands_between_its_marks(camp, case, phone):
    mine, theirs = "我自己写的，留在我的手机里。", "同学写的，不留在我的手机里。"
    for enrolment, text in ((camp.learner, mine), (camp.other, theirs)):
        actions.hand_in_reflection(
            enrolment=enrolment, activity=case, text=text, key=uuid.uuid4(), by=enrolment.person
        )
    ReflectionShare.objects.create(
        organisation=camp.programme.organisation,
        reflection=Evidence.objects.get(enrolment=camp.other, fact=FactKind.REFLECTED),
        state=ShareState.AGREED,
        asked_by=camp.by,
    )
    shown = phone.get(page(case)).content.decode()
    kept = re.sub(r"<!--not-kept-->.*?<!--/not-kept-->", "", shown, flags=re.DOTALL)
    words = (mine, theirs, camp.other.name)
    assert [word in shown for word in words] == [True, True, True]
    assert [word in kept for word in words] == [True, False, False]


def test_a_case_without_its_article_is_not_read(camp, case, phone):
    CaseReading.objects.update(article=None)
    assert phone.get(page(case)).status_code == 200
    assert not Evidence.objects.exists()


def test_opening_it_after_learning_has_closed_is_no_evidence(camp, case, phone):
    camp.close()
    assert phone.get(page(case)).status_code == 200
    assert not Evidence.objects.exists()


def test_a_double_tap_is_one_reflection(camp, case, phone):
    sent = {"text": "很有启发，要试", "key": str(uuid.uuid4())}
    assert [phone.post(page(case), sent).status_code for _tap in range(2)] == [302, 302]
    [fact] = Evidence.objects.filter(fact="reflected")
    assert (fact.detail["characters"], duty(camp, case).state) == (7, "done")


def test_one_character_short_is_said_with_both_figures_and_the_text_stays(camp, case, phone):
    answer = phone.post(page(case), {"text": "有 启 发 了", "key": str(uuid.uuid4())})
    text = answer.content.decode()
    assert (answer.status_code, "有 启 发 了" in text, "5" in text, "4" in text) == (422, True, True, True)
    assert not Evidence.objects.filter(fact="reflected").exists()


def test_in_a_closed_stage_a_reflection_is_refused(camp, case, phone):
    camp.close()
    answer = phone.post(page(case), {"text": "很有启发，要试", "key": str(uuid.uuid4())})
    assert (answer.status_code, camp.stage.name in answer.content.decode()) == (422, True)


def test_a_key_that_is_no_key_is_answered(camp, case, phone):
    assert phone.post(page(case), {"text": "很有启发，要试", "key": "x"}).status_code == 422


def test_a_key_is_one_reflection_of_one_learner_and_one_text(camp, case, phone):
    key = uuid.uuid4()
    actions.hand_in_reflection(
        enrolment=camp.other, activity=case, text="是我先写的", key=key, by=camp.other.person
    )
    for text in ("很有启发，要试", "很有启发，要试", "又想到一点，再写"):
        assert phone.post(page(case), {"text": text, "key": str(key)}).status_code == 302
    assert [(e.enrolment, e.detail["text"]) for e in Evidence.objects.filter(fact="reflected").order_by("pk")] == [
        (camp.other, "是我先写的"), (camp.learner, "很有启发，要试"), (camp.learner, "又想到一点，再写"),
    ]  # fmt: skip


def test_a_reflection_is_read_by_its_writer_and_not_by_others(camp, case, client):
    actions.hand_in_reflection(
        enrolment=camp.learner, activity=case, text="这是我写的", key=uuid.uuid4(), by=camp.learner.person
    )
    client.force_login(camp.learner.person)
    assert "这是我写的" in client.get(page(case)).content.decode()
    client.force_login(camp.other.person)
    assert "这是我写的" not in client.get(page(case)).content.decode()


def test_an_article_of_another_organisation_is_refused(camp, case):
    foreign = Article.objects.create(organisation=OrganisationFactory(), title="别家的", html="<p>x</p>")
    with pytest.raises(Refused):
        actions.set_case(activity=case, article=foreign, question="", by=camp.by)
    assert CaseReading.objects.get().article.title == "一条街的夜谈"


def test_the_page_to_change_a_case_is_not_there_for_another_kind(camp, client):
    other = ActivityFactory(programme=camp.programme, kind="practice")
    client.force_login(camp.by)
    assert (
        client.get(reverse("cases:desk-case-edit", args=[camp.programme.code, other.code])).status_code == 404
    )
    assert not CaseReading.objects.exists()


def test_the_desk_brings_in_an_article_and_its_question(camp, case, client):
    client.force_login(camp.by)
    url = reverse("cases:desk-case-edit", args=[camp.programme.code, case.code])
    post = SimpleUploadedFile("夜谈.md", "# 夜谈之二\n\n居民又说".encode())
    assert client.post(url, {"file": post, "question": "怎么做？"}).status_code == 302
    reading = CaseReading.objects.get()
    assert (reading.article.title, reading.question) == ("夜谈之二", "怎么做？")
    assert (
        "居民又说"
        in client.get(reverse("cases:desk-case", args=[camp.programme.code, case.code])).content.decode()
    )


def test_what_the_phone_says_of_when_it_was_handed_in_there_is_kept_and_shown_and_counts_for_nothing(
    camp, case, phone
):
    case.due_at = timezone.now() - dt.timedelta(hours=1)
    case.save()
    pressed = timezone.now() - dt.timedelta(hours=5)
    sent = {"text": "很有启发，要试", "key": str(uuid.uuid4()), "pressed_at": pressed.isoformat()}
    phone.post(page(case), sent)
    [fact] = Evidence.objects.filter(fact="reflected")
    assert fact.detail["pressed_at"] == pressed.isoformat(timespec="seconds")
    assert (duty(camp, case).state, fact.happened_at > pressed) == ("late", True)
    assert "当时没有网络" in phone.get(page(case)).content.decode()
    phone.force_login(camp.by)
    desk = phone.get(reverse("cases:reflection", args=[fact.key])).content.decode()
    assert "当时没有网络" in desk


@pytest.mark.parametrize(
    "said", ["", "昨天", "2021-09-01T08:00:00Z", "9999-12-31T23:59:59Z", "2021-11-15T08:00:00"]
)
def test_a_moment_that_cannot_be_is_not_kept(camp, case, phone, said):
    sent = {"text": "很有启发，要试", "key": str(uuid.uuid4()), "pressed_at": said}
    assert phone.post(page(case), sent).status_code == 302
    assert "pressed_at" not in Evidence.objects.get(fact="reflected").detail


def test_what_arrives_at_once_needs_no_further_moment(camp, case, phone):
    sent = {"text": "很有启发，要试", "key": str(uuid.uuid4()), "pressed_at": timezone.now().isoformat()}
    phone.post(page(case), sent)
    assert "pressed_at" not in Evidence.objects.get(fact="reflected").detail
