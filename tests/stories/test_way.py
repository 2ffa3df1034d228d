"""The way of a story: who may do what in which state, schedules that keep their moment, comments and corrections."""

import datetime as dt
import itertools

import pytest
from django.urls import reverse

from tests.factories.stories import EditorFactory, StoryFactory
from tests.stories.test_actions import NOON, edited, written
from yingzao.core.errors import Refused
from yingzao.notices.models import Message
from yingzao.stories import actions, queries, rules
from yingzao.stories.enums import StoryAct, StoryState
from yingzao.stories.models import Correction, StoryComment

pytestmark = pytest.mark.django_db
ROLES = ("writer", "second", "organiser", "supervisor", "stranger", "nobody")
ALLOWED = {
    ("edit", "draft"): "writer second organiser",
    ("edit", "in_review"): "writer second organiser",
    ("edit", "published"): "second organiser",
    ("edit", "withdrawn"): "writer second organiser",
    ("send", "draft"): "writer second organiser",
    ("send_back", "in_review"): "writer second organiser",
    ("approve", "draft"): "organiser",
    ("approve", "in_review"): "second organiser",
    ("approve", "scheduled"): "second organiser",
    ("approve", "withdrawn"): "second organiser",
    ("unschedule", "scheduled"): "writer second organiser",
    ("withdraw", "published"): "writer second organiser",
}


@pytest.fixture
def second(programme):
    return EditorFactory(programme=programme).person


@pytest.fixture
def cast(editor, second, organiser, supervisor, stranger):
    return {
        "writer": editor,
        "second": second,
        "organiser": organiser,
        "supervisor": supervisor,
        "stranger": stranger,
        "nobody": None,
    }


@pytest.mark.parametrize("state", StoryState.values)
def test_state_by_role(programme, editor, cast, state):
    later = NOON + dt.timedelta(days=9999)
    story = StoryFactory(programme=programme, state=state, written_by=editor, publish_at=later)
    for act, role in itertools.product(StoryAct, ROLES):
        allowed = role in ALLOWED.get((str(act), state), "").split()
        assert rules.may_do(act, cast[role], story) is allowed, (act, state, role)
        assert (rules.what_is_wrong(act, cast[role], story) is None) is allowed


def at(days: int) -> dt.datetime:
    return NOON + dt.timedelta(days=days)


def refused(act) -> str:
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def test_the_whole_way_tells_who_has_to_do_something(programme, editor, second, organiser):
    story = written(programme, editor)
    actions.send_to_review(story=story, by=editor, now=NOON)
    assert set(Message.objects.values_list("person", "kind")) == {
        (second.pk, "story_review"),
        (organiser.pk, "story_review"),
    }
    assert refused(lambda: actions.publish_story(story=story, by=editor)) == "four_eyes"
    actions.send_back(story=story, by=second, why="缺一张照片", now=NOON)
    story.refresh_from_db()
    assert (story.state, story.comments.get().text) == ("draft", "缺一张照片")
    assert Message.objects.filter(person=editor, kind="story_comment").count() == 1
    actions.send_to_review(story=story, by=editor, now=at(1))
    story = actions.publish_story(story=story, by=second, now=at(1))
    assert (story.state, story.published_by, story.published_at) == ("published", second, at(1))
    assert Message.objects.filter(person=editor, kind="story_decided").count() == 1


def test_whoever_changed_it_last_does_not_approve_it(programme, editor, second):
    story = actions.send_to_review(story=written(programme, editor), by=editor)
    edited(story, second)
    assert refused(lambda: actions.publish_story(story=story, by=second)) == "four_eyes"


def test_an_editor_cannot_pass_over_the_review(programme, editor, second):
    assert (
        refused(lambda: actions.publish_story(story=written(programme, editor), by=second)) == "not_in_review"
    )


def test_sending_back_needs_words_but_taking_back_does_not(programme, editor, second):
    story = actions.send_to_review(story=written(programme, editor), by=editor)
    assert refused(lambda: actions.send_back(story=story, by=second, why=" ")) == "no_reason"
    assert actions.send_back(story=story, by=editor, why="").state == "draft"


# Scheduled


@pytest.fixture
def scheduled(programme, editor, organiser):
    story = written(programme, editor)
    return actions.publish_story(story=story, by=organiser, site="xf.example", at=at(2), now=NOON)


def readable(client, story, monkeypatch, now) -> int:
    monkeypatch.setattr("yingzao.core.clock.now", lambda: now)
    return client.get(story.address).status_code


def test_a_scheduled_story_is_read_from_its_moment_on_without_a_worker(client, scheduled, monkeypatch):
    assert readable(client, scheduled, monkeypatch, at(2) - dt.timedelta(seconds=1)) == 404
    assert list(queries.published_stories()) == []
    assert readable(client, scheduled, monkeypatch, at(2)) == 200
    assert list(queries.published_stories()) == [scheduled]
    assert (scheduled.published_at, queries.last_change()) == (at(2), at(2))


def test_the_job_writes_it_down_once(scheduled):
    assert actions.publish_due_stories(now=at(2) - dt.timedelta(seconds=1)) == 0
    assert actions.publish_due_stories(now=at(2) + dt.timedelta(hours=5)) == 1
    assert actions.publish_due_stories(now=at(3)) == 0
    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.published_at, scheduled.changed_at) == ("published", at(2), at(2))


def test_what_waits_is_not_changed_and_can_be_taken_back(programme, scheduled, editor):
    assert refused(lambda: edited(scheduled, editor)) == "scheduled"
    story = actions.unschedule_story(story=scheduled, by=editor, now=at(1))
    assert (story.state, story.publish_at, story.published_at, story.feed_id) == ("draft", None, None, "")
    assert edited(story, editor).article.text == "新的一段。"


def test_after_its_moment_it_is_not_taken_back_but_withdrawn(scheduled, editor):
    assert refused(lambda: actions.unschedule_story(story=scheduled, by=editor, now=at(2))) == "wrong_state"
    assert actions.withdraw_story(story=scheduled, by=editor, reason="x", now=at(2)).state == "withdrawn"


def test_a_moment_that_is_over_is_refused(programme, editor, organiser):
    story = written(programme, editor)
    assert refused(lambda: actions.publish_story(story=story, by=organiser, at=NOON, now=NOON)) == "past"


# Corrections


def test_a_correction_is_read_by_everyone_with_its_day_and_who_signed_it(client, programme, editor, second):
    story = StoryFactory(programme=programme, published=True, written_by=editor)
    second.display_name = "陈核"
    second.save()
    edited(story, second, wrong="学员人数误作 91，应为 90。")
    page = client.get(story.address).content.decode()
    assert "学员人数误作 91，应为 90。" in page
    assert "2021年11月20日" in page
    assert "陈核" in page
    story.refresh_from_db()
    assert story.corrected_at == NOON + dt.timedelta(hours=1)


def test_the_writer_corrects_nothing_alone_and_a_slip_of_the_pen_is_told_to_nobody(programme, editor, second):
    story = StoryFactory(programme=programme, published=True, written_by=editor)
    assert refused(lambda: edited(story, editor, wrong="错了")) == "four_eyes"
    edited(story, second)
    assert Correction.objects.count() == 0


def test_what_is_said_of_a_draft_is_no_correction(programme, editor):
    edited(written(programme, editor), editor, wrong="错了")
    assert Correction.objects.count() == 0


# Comments


def test_comments_are_told_to_the_writer_and_the_thread_but_not_to_the_speaker(
    programme, editor, second, organiser
):
    story = written(programme, editor)
    first = actions.add_comment(story=story, by=second, text="哪一天？", quote="第一段")
    actions.add_comment(story=story, by=organiser, text="周六。", answers=first)
    told = sorted(Message.objects.filter(kind="story_comment").values_list("person", flat=True))
    assert told == sorted([editor.pk, editor.pk, second.pk])
    [remark] = queries.remarks_of(story)
    assert (remark.comment.quote, remark.stands, [a.text for a in remark.answers]) == (
        "第一段",
        True,
        ["周六。"],
    )


def test_an_answer_opens_a_settled_thread_again(programme, editor, second):
    story = written(programme, editor)
    first = actions.add_comment(story=story, by=second, text="哪一天？")
    assert actions.settle_comment(comment=first, by=editor).settled_by == editor
    actions.add_comment(story=story, by=second, text="还是不清楚", answers=first)
    first.refresh_from_db()
    assert first.settled_at is None


def test_a_passage_that_was_rewritten_is_said_to_be_gone(programme, editor, second):
    story = written(programme, editor)
    actions.add_comment(story=story, by=second, text="？", quote="第二段")
    story = edited(story, editor)
    assert [remark.stands for remark in queries.remarks_of(story)] == [False]


def test_comments_never_reach_readers_or_strangers(client, programme, editor, stranger, as_person):
    story = StoryFactory(programme=programme, published=True)
    comment = actions.add_comment(story=story, by=editor, text="内部的话")
    assert "内部的话" not in client.get(story.address).content.decode()
    for name in ("desk-answer", "desk-settle"):
        address = reverse(f"stories:{name}", args=[programme.code, comment.code])
        assert as_person(stranger).post(address, {"text": "x"}).status_code == 404
    assert StoryComment.objects.count() == 1


# Pages


def test_the_page_offers_what_may_be_done(programme, editor, second, as_person):
    story = StoryFactory(programme=programme, state="in_review", written_by=editor)
    address = reverse("stories:desk-story", args=[programme.code, story.code])
    publish = reverse("stories:desk-publish", args=[programme.code, story.code])
    assert publish not in as_person(editor).get(address).content.decode()
    assert publish in as_person(second).get(address).content.decode()


def test_a_moment_in_shanghai_is_kept_and_a_wrong_one_stands_there_again(programme, organiser, as_person):
    story = StoryFactory(programme=programme)
    client = as_person(organiser)
    publish = reverse("stories:desk-publish", args=[programme.code, story.code])
    page = client.post(publish, {"at": "2021-01-01T08:00"})
    assert page.status_code == 422
    assert 'value="2021-01-01T08:00"' in page.content.decode()
    assert client.post(publish, {"at": "2099-01-02T08:30"}).status_code == 302
    story.refresh_from_db()
    assert (story.state, story.publish_at) == (
        "scheduled",
        dt.datetime(2099, 1, 2, 0, 30, tzinfo=dt.UTC),
    )


def test_an_empty_comment_is_said_and_keeps_its_passage(programme, editor, as_person):
    story = StoryFactory(programme=programme)
    address = reverse("stories:desk-comment", args=[programme.code, story.code])
    page = as_person(editor).post(address, {"quote": "邻村", "text": ""})
    assert page.status_code == 422
    assert "邻村" in page.content.decode()


def test_a_public_story_is_not_opened_for_its_writer(programme, editor, second, as_person):
    story = StoryFactory(programme=programme, published=True, written_by=editor)
    address = reverse("stories:desk-edit", args=[programme.code, story.code])
    assert as_person(editor).get(address).status_code == 302
    assert as_person(second).get(address).status_code == 200
