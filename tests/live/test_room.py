"""What goes on around a course: questions, code words and polls, materials, the recording, changes that are told."""

import datetime as dt
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.factories.activities import LiveFactory, PartFactory, record
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.learning import Learning
from tests.factories.people import PersonFactory
from yingzao.activities import actions as activities
from yingzao.activities.models import Duty, Evidence
from yingzao.activities.queries import hours_earned
from yingzao.activities.queries.calendar import calendar_entries
from yingzao.core.errors import Refused
from yingzao.live import actions, queries
from yingzao.live.models import Check, Material, Question, QuestionLike, Session
from yingzao.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def camp():
    cache.clear()
    return Learning()


@pytest.fixture
def course(camp):
    """It begins in an hour."""
    begins = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
    course = LiveFactory(
        programme=camp.programme, starts_at=begins, ends_at=begins + dt.timedelta(minutes=90)
    )
    PartFactory(activity=course, title=course.title, starts_at=begins, ends_at=course.ends_at)
    return course


@pytest.fixture
def phone(camp, client):
    client.force_login(camp.learner.person)
    return client


def mine(name, course, *more) -> str:
    return reverse(f"live:learner-{name}", args=[course.code, *more])


def desk(name, course, *more) -> str:
    return reverse(f"live:desk-{name}", args=[course.programme.code, course.code, *more])


def move(course, by: dt.timedelta) -> None:
    course.starts_at, course.ends_at = course.starts_at + by, course.ends_at + by
    course.save()
    course.parts.update(starts_at=course.starts_at, ends_at=course.ends_at)


def ask(course, learner, text="几点开放提问？", **further) -> Question:
    return actions.ask_teacher(
        enrolment=learner,
        activity=course,
        text=text,
        key=uuid.uuid4(),
        is_named=True,
        by=learner.person,
        **further,
    )


def text(response) -> str:
    return response.content.decode()


# Questions


def test_a_question_is_asked_once_and_read_by_all_who_learn(camp, course, phone):
    sent = {"text": "业委会怎么换届？", "key": str(uuid.uuid4()), "is_named": "on"}
    assert [phone.post(mine("question-ask", course), sent).status_code for _tap in range(2)] == [302, 302]
    assert Question.objects.count() == 1
    phone.force_login(camp.other.person)
    page = text(phone.get(mine("session", course)))
    assert ("业委会怎么换届？" in page, camp.learner.name in page) == (True, True)


def test_without_a_name_the_others_do_not_read_whose_it_is_and_the_desk_does(camp, course, phone):
    sent = {"text": "业委会怎么换届？", "key": str(uuid.uuid4())}
    phone.post(mine("question-ask", course), sent)
    phone.force_login(camp.other.person)
    for address in ("session", "room"):
        page = text(phone.get(mine(address, course)))
        assert ("业委会怎么换届？" in page, camp.learner.name in page) == (True, False)
    phone.force_login(camp.by)
    assert camp.learner.name in text(phone.get(desk("room", course)))


def test_nothing_asked_is_said_and_too_many_at_once(camp, course, phone):
    answer = phone.post(mine("question-ask", course), {"text": "  ", "key": str(uuid.uuid4())})
    assert (answer.status_code, Question.objects.count()) == (422, 0)
    for number in range(10):
        ask(course, camp.learner, f"问题{number}")
    sent = {"text": "第十一个问题", "key": str(uuid.uuid4())}
    answer = phone.post(mine("question-ask", course), sent)
    assert (answer.status_code, "第十一个问题" in text(answer), Question.objects.count()) == (422, True, 10)


def test_a_key_of_anothers_question_is_not_taken_over(camp, course):
    question = ask(course, camp.other)
    with pytest.raises(Refused):
        actions.ask_teacher(
            enrolment=camp.learner,
            activity=course,
            text="抢",
            key=question.key,
            is_named=True,
            by=camp.learner.person,
        )


def test_likes_count_once_and_can_be_taken_back_and_nobody_likes_an_own_one(camp, course, phone):
    theirs, own = ask(course, camp.other), ask(course, camp.learner)
    address = mine("question-like", course, theirs.code)
    for _tap in range(2):
        assert phone.post(address, {"like": "1"}).status_code == 302
        assert QuestionLike.objects.count() == 1
    assert 'name="like" value="0"' in text(phone.get(mine("session", course)))
    fragment = phone.post(address, {"like": "0"}, headers={"HX-Request": "true"})
    assert (QuestionLike.objects.count(), 'id="room"' in text(fragment), "<html" in text(fragment)) == (
        0,
        True,
        False,
    )
    phone.post(mine("question-like", course, own.code))
    assert QuestionLike.objects.count() == 0


def test_the_most_liked_open_question_comes_first_and_answered_ones_last(camp, course):
    first, second, third = (ask(course, camp.other, word) for word in "甲乙丙")
    actions.like(question=second, enrolment=camp.learner, wants=True)
    actions.decide_question(question=first, state="answered", answer="", by=camp.by)
    assert [one.row for one in queries.questions_for(course, camp.learner)] == [second, third, first]


def test_a_hidden_question_is_read_by_its_writer_and_the_desk_alone(camp, course, phone):
    question = ask(course, camp.other, "不合适的话")
    actions.decide_question(question=question, state="hidden", answer="", by=camp.by)
    assert "不合适的话" not in text(phone.get(mine("session", course)))
    assert phone.post(mine("question-like", course, question.code)).status_code == 404
    phone.force_login(camp.other.person)
    assert "不合适的话" in text(phone.get(mine("session", course)))
    phone.force_login(camp.by)
    assert "不合适的话" in text(phone.get(desk("room", course)))


def test_the_desk_answers_in_writing_and_only_the_writer_takes_back(camp, course, phone):
    question = ask(course, camp.other)
    assert phone.post(mine("question-take-back", course, question.code)).status_code == 404
    phone.force_login(camp.by)
    phone.post(desk("question", course, question.code), {"state": "answered", "answer": "下半场开放。"})
    phone.force_login(camp.other.person)
    assert "下半场开放。" in text(phone.get(mine("session", course)))
    phone.post(mine("question-take-back", course, question.code))
    assert Question.objects.filter(pk=question.pk).exists()
    other = ask(course, camp.other, "再问")
    phone.post(mine("question-take-back", course, other.code))
    assert not Question.objects.filter(pk=other.pk).exists()


def test_looking_again_brings_what_is_new_and_nothing_where_all_is_as_it_was(camp, course, phone):
    def version() -> str:
        return text(phone.get(mine("session", course))).partition("room/?v=")[2][:12]

    def again(seen: str) -> int:
        return phone.get(mine("room", course) + f"?v={seen}").status_code

    seen = version()
    assert again(seen) == 204
    question = ask(course, camp.other)
    assert (again(seen), again(seen := version())) == (200, 204)
    actions.like(question=question, enrolment=camp.learner, wants=True)
    assert (again(seen), again(seen := version())) == (200, 204)
    actions.decide_question(question=question, state="answered", answer="", by=camp.by)
    assert (again(seen), again(seen := version())) == (200, 204)
    check = word(course, camp)
    assert (again(seen), again(seen := version())) == (200, 204)
    Check.objects.filter(pk=check.pk).update(closes_at=timezone.now())
    assert (again(seen), again(version())) == (200, 204)


def test_a_question_of_another_course_is_not_reached(camp, course, phone):
    elsewhere = ask(LiveFactory(programme=camp.programme), camp.other)
    assert phone.post(mine("question-like", course, elsewhere.code)).status_code == 404
    phone.force_login(camp.by)
    assert phone.post(desk("question", course, elsewhere.code), {"state": "hidden"}).status_code == 404


# Code words and polls


def word(course, camp, **further) -> Check:
    told = {"kind": "word", "word": "灯湖 Lake", "minutes": 5} | further
    return actions.open_check(activity=course, by=camp.by, **told)


def test_the_word_is_evidence_once_and_changes_no_verdict_by_itself(camp, course, phone):
    check = word(course, camp)
    page = text(phone.get(mine("session", course)))
    assert ("灯湖" in page, check.code in page) == (False, True)
    for _tap in range(2):
        assert phone.post(mine("check", course, check.code), {"said": "灯湖ｌａｋｅ"}).status_code == 302
    [fact] = Evidence.objects.all()
    assert (fact.fact, fact.detail) == ("answered", {"check": check.code, "kind": "word"})
    duty = Duty.objects.get(enrolment=camp.learner, activity=course)
    assert (duty.state, [r["code"] for r in duty.reasons]) == ("pending", ["live.checks"])
    assert check.code not in text(phone.get(mine("room", course)))
    assert not activities.recompute_all().differences


def test_where_answers_count_the_word_stands_for_having_been_there(camp, course):
    course.rule = {"answers_count": True}
    move(course, dt.timedelta(hours=-2))
    actions.answer_check(
        check=word(course, camp), enrolment=camp.learner, said="灯湖lake", by=camp.learner.person
    )
    assert Duty.objects.get(enrolment=camp.learner, activity=course).state == "done"


@pytest.mark.parametrize("hours", [24, -24])
def test_a_word_said_on_another_day_is_no_presence(camp, course, hours):
    course.rule, course.hours = {"answers_count": True}, 2
    move(course, dt.timedelta(hours=hours))
    actions.answer_check(
        check=word(course, camp), enrolment=camp.learner, said="灯湖lake", by=camp.learner.person
    )
    duty = Duty.objects.get(enrolment=camp.learner, activity=course)
    assert (duty.state, [r["code"] for r in duty.reasons]) == ("pending", ["live.checks"])
    assert hours_earned(camp.programme) == {}


def test_beside_minutes_the_words_are_said_and_the_minutes_decide(camp, course):
    for row in (course, course.parts.get()):
        row.starts_at, row.ends_at = (
            row.starts_at - dt.timedelta(hours=4),
            row.ends_at - dt.timedelta(hours=4),
        )
        row.save()
    actions.answer_check(
        check=word(course, camp), enrolment=camp.learner, said="灯湖lake", by=camp.learner.person
    )
    record(
        camp.learner, course, "attended", f"{timezone.localtime(course.starts_at):%Y-%m-%d %H:%M}",
        f"{timezone.localtime(course.starts_at) + dt.timedelta(minutes=30):%Y-%m-%d %H:%M}",
    )  # fmt: skip
    activities.mark_held(course, by=camp.by, at=course.ends_at)
    duty = Duty.objects.get(enrolment=camp.learner, activity=course)
    assert (duty.state, [r["code"] for r in duty.reasons]) == ("missed", ["live.heard", "live.checks"])
    assert duty.reasons[0]["minutes"] in (29, 30)  # the hour of the test has seconds


def test_a_wrong_word_is_said_and_after_some_there_is_a_pause(camp, course, phone):
    check = word(course, camp)
    for _try in range(8):
        answer = phone.post(mine("check", course, check.code), {"said": "平胜"})
        assert answer.status_code == 422
    assert phone.post(mine("check", course, check.code), {"said": "灯湖 Lake"}).status_code == 422
    assert not Evidence.objects.exists()


def test_a_closed_check_takes_no_answer(camp, course, phone):
    check = word(course, camp)
    actions.close_check(check=check, by=camp.by)
    answer = phone.post(mine("check", course, check.code), {"said": "灯湖 Lake"})
    assert (answer.status_code, Evidence.objects.exists()) == (422, False)
    late = word(course, camp, now=timezone.now() - dt.timedelta(minutes=6))
    with pytest.raises(Refused):
        actions.answer_check(check=late, enrolment=camp.learner, said="灯湖lake", by=camp.learner.person)


def test_a_poll_is_counted_and_the_first_answer_stands(camp, course, phone):
    poll = word(course, camp, kind="poll", question="听得清吗？", options=["听得清", "听不清", "听得清", " "])
    assert poll.options == ["听得清", "听不清"]
    for choice, status in (("", 422), ("2", 422), ("-1", 422), ("1", 302)):
        assert phone.post(mine("check", course, poll.code), {"said": choice}).status_code == status
    page = text(phone.post(mine("check", course, poll.code), {"said": "0"}, follow=True))
    assert "以第一次的回答为准" in page
    actions.answer_check(check=poll, enrolment=camp.other, said="0", by=camp.other.person)
    [result] = queries.check_results(course, timezone.now())
    assert (result.answered, result.chosen) == (2, (("听得清", 1, 50), ("听不清", 1, 50)))
    [fact] = Evidence.objects.filter(enrolment=camp.learner)
    assert fact.detail["choice"] == 1


def test_an_answer_that_was_withdrawn_is_not_given_again(camp, course, phone):
    check = word(course, camp)
    phone.post(mine("check", course, check.code), {"said": "灯湖lake"})
    activities.withdraw_evidence([Evidence.objects.get()], by=camp.by, reason="代答")
    assert phone.post(mine("check", course, check.code), {"said": "灯湖lake"}).status_code == 422
    assert not Evidence.objects.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("word", {"word-word": "", "word-minutes": "5"}),
        ("word", {"word-word": "灯湖", "word-minutes": "0"}),
        ("word", {"word-word": "灯湖", "word-minutes": "61"}),
        ("poll", {"poll-question": "听得清吗？", "poll-options": "只有一个", "poll-minutes": "5"}),
        ("poll", {"poll-question": "", "poll-options": "一\n二", "poll-minutes": "5"}),
    ],
)
def test_what_lacks_of_a_check_is_said_and_nothing_opens(camp, course, client, kind, sent):
    client.force_login(camp.by)
    answer = client.post(desk(kind, course), sent)
    assert (answer.status_code, Check.objects.count()) == (422, 0)


def test_one_check_is_open_at_a_time(camp, course, client):
    client.force_login(camp.by)
    client.post(desk("word", course), {"word-word": "灯湖", "word-minutes": "5"})
    client.post(
        desk("poll", course), {"poll-question": "听得清吗？", "poll-options": "清\n不清", "poll-minutes": "5"}
    )
    assert queries.open_check_of(course, timezone.now()).kind == "poll"
    page = text(client.get(desk("room", course)))
    assert ("灯湖" in page, "听得清吗？" in page) == (True, True)
    client.post(desk("check-close", course, Check.objects.last().code))
    assert queries.open_check_of(course, timezone.now()) is None


def test_a_learner_for_whom_the_course_is_not_answers_nothing(camp, course, phone):
    check = word(course, camp)
    activities.save_activity(
        programme=camp.programme, by=camp.by, kind="live", activity=course, targets=[camp.other],
        values={"title": course.title, "starts_at": course.starts_at, "ends_at": course.ends_at},
    )  # fmt: skip
    assert phone.post(mine("check", course, check.code), {"said": "灯湖lake"}).status_code == 404
    assert phone.get(mine("room", course)).status_code == 404


# Materials and the recording


def test_a_file_is_read_by_those_for_whom_the_course_is_and_by_the_desk(
    camp, course, client, settings, tmp_path
):
    client.force_login(camp.by)
    sent = {"file": SimpleUploadedFile("讲义.md", "# 讲义\n\n正文".encode()), "title": ""}
    assert client.post(desk("material-add", course), sent).status_code == 302
    material = Material.objects.get()
    assert material.title == "讲义.md"
    address = reverse("media:file", args=[material.file.code])
    assert client.get(address).status_code == 200
    outsider = EnrolmentFactory(person=PersonFactory())
    for person, status in ((camp.learner.person, 200), (outsider.person, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(camp.learner.person)
    assert "讲义.md" in text(client.get(mine("session", course)))
    client.force_login(camp.by)
    client.post(desk("material-remove", course, material.code))
    assert not Material.objects.exists()
    client.force_login(camp.learner.person)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"url": "javascript:alert(1)"}, {"url": "没有网址"}])
def test_neither_file_nor_link_is_said(camp, course, client, sent):
    client.force_login(camp.by)
    assert client.post(desk("material-add", course), sent).status_code == 422
    assert not Material.objects.exists()


def test_the_recording_is_offered_and_a_plan_without_it_leaves_it(camp, course, phone):
    actions.set_session(
        activity=course,
        by=camp.by,
        values={"recording_url": "https://example.org/r", "recording_note": "密码 1234", "teacher": "讲师甲"},
    )
    page = text(phone.get(mine("session", course)))
    assert ("https://example.org/r" in page, "密码 1234" in page) == (True, True)
    actions.set_session(activity=course, by=camp.by, values={"teacher": "讲师乙"})
    session = Session.objects.get()
    assert (session.teacher, session.recording_note) == ("讲师乙", "密码 1234")


# Changes that are told


def change(camp, course, **values):
    told = {"title": course.title, "starts_at": course.starts_at, "ends_at": course.ends_at} | values
    activities.save_activity(programme=camp.programme, by=camp.by, kind="live", activity=course, values=told)


def bodies() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("body", flat=True))


def test_another_hour_is_told_once_to_each_and_stands_in_the_calendar(camp, course):
    before = course.revision
    later = {
        "starts_at": course.starts_at + dt.timedelta(days=1),
        "ends_at": course.ends_at + dt.timedelta(days=1),
    }
    change(camp, course, **later)
    assert {m.person for m in Message.objects.all()} == {camp.learner.person, camp.other.person}
    assert course.title in Message.objects.first().title
    change(camp, course, description="带上笔")
    assert len(bodies()) == 2
    [entry] = calendar_entries(camp.learner)
    assert (entry.starts_at, entry.activity.revision > before) == (later["starts_at"], True)


def test_cancelled_and_planned_again_are_told(camp, course):
    activities.cancel_activity(activity=course, by=camp.by)
    activities.restore_activity(activity=course, by=camp.by)
    assert len(bodies()) == 4


def test_what_is_over_is_changed_without_a_word(camp):
    past = LiveFactory(programme=camp.programme)
    change(camp, past, starts_at=past.starts_at + dt.timedelta(minutes=5))
    activities.cancel_activity(activity=past, by=camp.by)
    assert bodies() == []


def test_what_was_ahead_and_is_moved_into_the_past_is_told(camp, course):
    day = dt.timedelta(days=2)
    change(camp, course, starts_at=course.starts_at - day, ends_at=course.ends_at - day)
    assert len(bodies()) == 2


def test_another_door_is_told_and_the_first_one_is_no_change(camp, course):
    actions.set_session(activity=course, by=camp.by, values={"join_url": "https://example.org/1"})
    assert bodies() == []
    actions.set_session(activity=course, by=camp.by, values={"join_url": "https://example.org/2"})
    actions.set_session(activity=course, by=camp.by, values={"teacher": "讲师丁"})
    assert len(bodies()) == 2


def test_a_recording_is_told_once_however_often_its_link_is_put_right(camp, course, client):
    """Those for whom it is hear of it, also long after the course; groups where it is for everybody."""
    move(course, dt.timedelta(days=-9))
    for url in ("", "https://example.org/r1", "https://example.org/r2", "", "https://example.org/r3"):
        actions.set_session(activity=course, by=camp.by, values={"recording_url": url})
    assert sorted(Message.objects.values_list("person", "kind", "title", "url")) == sorted(
        (who.person_id, "recording", f"录像可以看了：{course.title}", mine("session", course))
        for who in (camp.learner, camp.other)
    )


def test_a_recording_of_a_course_for_one_is_told_to_that_one(camp, course):
    activities.save_activity(
        programme=camp.programme, by=camp.by, kind="live", activity=course, targets=[camp.learner],
        values={"title": course.title, "starts_at": course.starts_at, "ends_at": course.ends_at},
    )  # fmt: skip
    Message.objects.all().delete()
    actions.set_session(activity=course, by=camp.by, values={"recording_url": "https://example.org/r"})
    assert [m.person for m in Message.objects.all()] == [camp.learner.person]


def test_a_recording_of_what_was_cancelled_or_is_not_published_is_told_to_nobody(camp, course):
    for values in ({"is_published": False}, {"is_published": True, "state": "cancelled"}):
        for name, value in values.items():
            setattr(course, name, value)
        course.save()
        Session.objects.all().delete()
        actions.set_session(activity=course, by=camp.by, values={"recording_url": "https://example.org/r"})
    assert bodies() == []


def test_another_hour_and_another_door_in_one_go_are_one_message(camp, course):
    plan(camp, course, link="https://meeting.example.org/1")
    Message.objects.all().delete()
    a_day = dt.timedelta(days=1)
    activities.save_activity(
        programme=camp.programme, by=camp.by, kind="live", activity=course,
        values={"title": course.title, "starts_at": course.starts_at + a_day, "ends_at": course.ends_at + a_day},
        extras={"link": "https://meeting.example.org/2"},
    )  # fmt: skip
    assert [body.count("\n") for body in bodies()] == [1, 1]
    assert all("进入方式有变" in body and "现在改为" in body for body in bodies())


def test_the_page_and_the_look_tell_the_same_version_and_it_changes_with_all_that_is_seen(camp, course):
    """Otherwise phones would fetch the room anew at each look, or never."""
    seen = []

    def look():
        now = timezone.now()
        room = queries.room_now(course, camp.learner, now)
        assert room.version == queries.room_version(course, now)
        seen.append(room.version)
        return room

    assert look().questions == []
    first, second = ask(course, camp.learner, "一"), ask(course, camp.other, "二")
    look()
    actions.like(question=first, enrolment=camp.other, wants=True)
    actions.like(question=second, enrolment=camp.learner, wants=True)
    assert [(q.row.text, q.likes, q.is_liked, q.is_mine) for q in look().questions] == [
        ("一", 1, False, True),
        ("二", 1, True, False),
    ]
    actions.decide_question(question=second, state="hidden", answer="", by=camp.by)
    assert [q.row.text for q in look().questions] == ["一"]
    check = word(course, camp)
    assert (look().check, seen[-1] in seen[:-1]) == (check, False)
    actions.answer_check(check=check, enrolment=camp.other, said=check.word, by=camp.other.person)
    assert not look().has_answered
    actions.answer_check(check=check, enrolment=camp.learner, said=check.word, by=camp.learner.person)
    assert look().has_answered
    actions.close_check(check=check, by=camp.by)
    assert look().check is None
    assert len(dict.fromkeys(seen)) == 5


def test_who_learns_in_two_editions_sees_each_course_as_the_learner_of_its_own(camp, course, phone):
    other = Learning()
    EnrolmentFactory(programme=other.programme, person=camp.learner.person, name="另一期的我")
    there = LiveFactory(
        programme=other.programme, title="另一期的课", starts_at=course.starts_at, ends_at=course.ends_at
    )
    PartFactory(activity=there, title="x", starts_at=course.starts_at, ends_at=course.ends_at)
    for one in (course, there):
        ask(one, camp.learner if one == course else there.programme.enrolments.get(name="另一期的我"))
        assert "我的问题" in phone.get(mine("session", one)).content.decode()
    phone.force_login(camp.other.person)
    assert phone.get(mine("session", there)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(camp, course, phone, count, django_assert_num_queries):
    for number in range(count):
        question = ask(course, camp.other, f"问题{number}")
        actions.like(question=question, enrolment=camp.learner, wants=True)
        actions.add_material(activity=course, by=camp.by, title=f"链接{number}", url="https://example.org/")
    word(course, camp)
    phone.get(mine("session", course))  # the notice of privacy is asked about once in a while
    with django_assert_num_queries(8):
        phone.get(mine("room", course))
    with django_assert_num_queries(11):  # one more where something may be asked: whether the stage is open
        phone.get(mine("session", course))
    phone.force_login(camp.by)
    with django_assert_num_queries(13):
        phone.get(desk("room", course))


def plan(camp, course, **extras) -> None:
    activities.save_activity(
        programme=camp.programme, by=camp.by, kind="live", activity=course, extras=extras,
        values={"title": course.title, "starts_at": course.starts_at, "ends_at": course.ends_at},
    )  # fmt: skip


def test_another_way_in_is_told_where_the_plan_says_it_too(camp, course):
    plan(camp, course, link="https://meeting.example.org/1")
    assert not Message.objects.exists()
    plan(camp, course, link="https://meeting.example.org/1", teacher="讲师乙")
    assert not Message.objects.exists()
    plan(camp, course, link="https://meeting.example.org/2", teacher="讲师乙")
    assert set(Message.objects.values_list("person", flat=True)) == {
        camp.learner.person_id,
        camp.other.person_id,
    }


def test_the_meeting_number_beside_a_link_stays_when_the_plan_is_saved_again(camp, course):
    door = {"join_url": "https://meeting.example.org/1", "meeting_id": "123 456 783"}
    actions.set_session(activity=course, by=camp.by, values=door)
    plan(camp, course, link=door["join_url"], teacher="讲师乙")
    session = Session.objects.get()
    assert (session.teacher, session.join_url, session.meeting_id) == ("讲师乙", *door.values())
    assert not Message.objects.exists()


def test_a_page_that_looks_again_after_signing_out_leads_to_signing_in_and_back(course, client):
    page = mine("session", course)
    told = {"HX-Request": "true", "Referer": f"http://testserver{page}"}
    answers = (
        client.get(mine("room", course), headers=told),
        client.post(mine("question-like", course, "AAAAAAAA"), headers=told),
    )
    for answer in answers:
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["HX-Redirect"] == f"{reverse('people:sign-in')}?next={page}"
    assert client.get(mine("room", course)).status_code == 302


def test_whoever_a_course_is_no_longer_for_is_told_while_it_lies_ahead(camp, course):
    aim = {"programme": camp.programme, "by": camp.by, "kind": "live", "activity": course}
    values = {"title": course.title, "starts_at": course.starts_at, "ends_at": course.ends_at}
    activities.save_activity(**aim, values=values, targets=[camp.team, camp.other])
    assert not Message.objects.exists()
    for _again in range(2):
        activities.save_activity(**aim, values=values, targets=[camp.team])
    [message] = Message.objects.all()
    assert (message.person, course.title in message.title) == (camp.other.person, True)
    move(course, dt.timedelta(days=-1))
    gone = {"title": course.title, "starts_at": course.starts_at, "ends_at": course.ends_at}
    activities.save_activity(**aim, values=gone, targets=[camp.other])
    assert Message.objects.count() == 1
