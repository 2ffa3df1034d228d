"""Self-paced courses: lessons gone through here, or completion brought in from another platform."""

from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils.html import escape

from tests.factories.activities import ActivityFactory, PartFactory, moment
from tests.factories.learning import Learning
from yingzao.activities.enums import DutyState
from yingzao.activities.kind import Fact, Frame, PartFrame
from yingzao.activities.models import Duty, Evidence
from yingzao.courses.kind import SelfPaced
from yingzao.courses.models import Course, Lesson

DUE = moment("2021-11-30 23:59").replace(second=59)
NAMED = {"title": "第一课", "kind": "text"}
LATE = moment("2021-12-02 08:00")


def frame(lessons=4, **rule):
    return Frame(
        code="S",
        kind="course",
        rule=rule,
        starts_at=None,
        ends_at=None,
        due_at=DUE,
        late_until=moment("2022-01-14 23:59"),
        held=False,
        cancelled=False,
        parts=tuple(PartFrame(f"L{n}", f"第{n}节", None, None) for n in range(lessons)),
    )


def read(n, at=DUE):
    return Fact(f"k{n}", "read", at, part=f"L{n}")


def imported(progress, at=DUE):
    return Fact(f"i{progress}", "imported", at, detail={"progress": progress})


def settle(asked, *facts, now=DUE):
    return SelfPaced().settle(asked, facts, now)


def test_all_lessons_are_needed_where_the_rule_says_nothing():
    verdict = settle(frame(), *(read(n) for n in range(3)))
    assert (verdict.state, verdict.share) == (DutyState.PENDING, Fraction(3, 4))
    assert settle(frame(), *(read(n) for n in range(4))).state == DutyState.DONE


def test_the_same_lesson_twice_is_one():
    assert settle(frame(), read(0), read(0)).share == Fraction(1, 4)


@pytest.mark.parametrize(("progress", "state"), [("0.9", DutyState.DONE), ("0.89", DutyState.PENDING)])
def test_an_outside_completion_counts_from_the_asked_progress(progress, state):
    assert settle(frame(0, min_progress="0.9"), imported(progress)).state == state


def test_a_completion_that_is_not_enough_says_so_and_speaks_of_no_lessons():
    verdict = settle(frame(0, min_progress="0.9"), imported("0.45"))
    assert (verdict.share, [r["code"] for r in verdict.reasons]) == (Fraction(1, 2), ["course.imported"])
    assert settle(frame(0)).reasons == ()


def test_going_on_after_the_due_date_makes_nothing_late():
    asked = frame(4, min_progress="0.5")
    assert settle(asked, read(0), read(1), read(2, LATE), now=LATE).state == DutyState.DONE
    assert settle(asked, read(0), read(1, LATE), now=LATE).state == DutyState.LATE


def test_a_rule_of_zero_asks_for_all_of_it():
    assert settle(frame(0, min_progress="0")).state == DutyState.PENDING
    assert settle(frame(2, min_progress="0"), read(0)).state == DutyState.PENDING


def test_two_thirds_of_four_lessons_are_three():
    asked = frame(4, min_progress="0.66")
    assert settle(asked, read(0), read(1)).state == DutyState.PENDING
    assert settle(asked, read(0), read(1), read(2)).state == DutyState.DONE


# The pages


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def course(camp):
    course = ActivityFactory(programme=camp.programme, kind="course", title="主题课")
    for n in (1, 2):
        PartFactory(activity=course, title=f"第{n}节")
    return course


def test_a_lesson_is_finished_once(camp, course, client):
    client.force_login(camp.learner.person)
    first, second = course.parts.all()
    url = reverse("courses:learner-finish", args=[course.code, first.code])
    for _tap in range(2):
        assert client.post(url).status_code == 302
    assert Evidence.objects.count() == 1
    client.post(reverse("courses:learner-finish", args=[course.code, second.code]))
    assert Duty.objects.get(enrolment=camp.learner).state == "done"


def test_a_lesson_of_another_course_is_not_there(camp, course, client):
    client.force_login(camp.learner.person)
    foreign = PartFactory(activity=ActivityFactory(programme=camp.programme, kind="course"))
    assert client.post(reverse("courses:learner-finish", args=[course.code, foreign.code])).status_code == 404
    assert not Evidence.objects.exists()


def test_in_a_closed_stage_a_lesson_is_not_finished(camp, course, client):
    camp.close()
    client.force_login(camp.learner.person)
    answer = client.post(reverse("courses:learner-finish", args=[course.code, course.parts.first().code]))
    assert (answer.status_code, Evidence.objects.count()) == (422, 0)


def test_the_text_of_a_lesson_can_be_gone_on_with_and_is_safe_on_the_page(camp, course, client):
    client.force_login(camp.by)
    url = reverse(
        "courses:desk-lesson-edit", args=[camp.programme.code, course.code, course.parts.first().code]
    )
    text = "## 楼道\n\n先看 **再问**\n\n<script>alert(1)</script>"
    assert client.post(url, {**NAMED, "text": text}).status_code == 302
    lesson = Lesson.objects.get()
    assert (
        lesson.text.replace("\r\n", "\n"),
        "<script" in lesson.html,
        "<strong>再问</strong>" in lesson.html,
    ) == (
        text,
        False,
        True,
    )
    assert "先看 **再问**" in client.get(url).content.decode()
    client.post(url, {**NAMED, "text": ""})
    assert Lesson.objects.get().html == ""


def test_the_pages_of_a_course_are_not_there_for_another_kind(camp, client):
    case = ActivityFactory(programme=camp.programme, kind="case")
    client.force_login(camp.by)
    url = reverse("courses:desk-course-edit", args=[camp.programme.code, case.code])
    assert client.post(url, {"provider": "x", "url": ""}).status_code == 404
    assert not Course.objects.exists()


def test_a_link_that_is_no_address_is_refused_by_the_form(camp, course, client):
    client.force_login(camp.by)
    url = reverse("courses:desk-course-edit", args=[camp.programme.code, course.code])
    assert client.post(url, {"provider": "平台", "url": "javascript:alert(1)"}).status_code == 422
    assert client.post(url, {"provider": "平台", "url": "https://course.example/1"}).status_code == 302
    assert Course.objects.get().url == "https://course.example/1"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<script>alert(1)</script>", "请用文字写课时"),
        ("看图 ![门口](https://x.example/a.png)", "课时正文只能有文字"),
        ("看图 [图1]", "课时正文只能有文字"),
        ("&" * 150_000, "请拆成几个课时"),
    ],
)
def test_a_text_that_is_no_lesson_is_refused_and_stays_in_the_form(text, sentence, camp, course, client):
    client.force_login(camp.by)
    part = course.parts.first()
    url = reverse("courses:desk-lesson-edit", args=[camp.programme.code, course.code, part.code])
    answer = client.post(url, {**NAMED, "text": text})
    page = answer.content.decode()
    assert (answer.status_code, Lesson.objects.count()) == (422, 0)
    assert sentence in page
    assert escape(text)[:40] in page


def test_a_lesson_may_begin_as_a_feed_does(camp, course, client):
    client.force_login(camp.by)
    url = reverse(
        "courses:desk-lesson-edit", args=[camp.programme.code, course.code, course.parts.first().code]
    )
    assert client.post(url, {**NAMED, "text": "<rss> 是什么"}).status_code == 302
    assert Lesson.objects.get().html == "<p>&lt;rss&gt; 是什么</p>"
