"""Writing, importing, publishing, withdrawing: what each changes and refuses."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import StoryFactory, add_picture, jpeg, vouch
from yingzao.articles.actions import NewPicture, PictureWords
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine
from yingzao.stories import actions
from yingzao.stories.models import Story

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2021, 11, 20, 12, tzinfo=SHANGHAI)
POST = """---
title: '两个周六，四个社区'
author: 聚合站
date: 2021-11-15 18:00:00
headimg: '图片/村居.jpg'
---

开头。

![村居（示意图）](图片/村居.jpg)

**文/记者甲 通讯员乙**
""".encode()


def upload(name="新.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(), "image/jpeg")


def written(programme, editor, **given) -> Story:
    given = {"title": "邻里", "byline": "记者甲", "text": "第一段。\n\n第二段。", **given}
    return actions.write_story(programme=programme, by=editor, now=NOON, **given)


def edited(story, editor, **given) -> Story:
    given = {"title": story.title, "byline": "记者甲", "text": "新的一段。", **given}
    return actions.edit_story(story=story, by=editor, now=NOON + dt.timedelta(hours=1), **given)


def acts() -> list[str]:
    return list(AuditLine.objects.order_by("pk").values_list("act", flat=True))


# Importing


def test_importing_a_post_makes_a_draft_with_its_picture_date_and_byline(programme, editor):
    story = actions.import_story(
        programme=programme, by=editor, data=POST, name="a.md", pictures={"图片/村居.jpg": jpeg()}
    )
    picture = story.article.images.get()
    assert (story.state, story.slug) == ("draft", "liang-ge-zhou-liu-si-ge-she-qu")
    assert (story.article.title, story.article.authors) == ("两个周六，四个社区", "记者甲 通讯员乙")
    assert (picture.state, picture.alt, picture.is_head) == ("stored", "村居（示意图）", True)
    assert acts() == ["articles.article.imported", "stories.story.imported"]


def test_publishing_an_imported_story_keeps_the_date_that_it_names(programme, editor, organiser):
    story = actions.import_story(programme=programme, by=editor, data=POST, name="a.md")
    story = actions.publish_story(story=vouch(story, editor), by=organiser, site="xf.example", now=NOON)
    assert story.published_at == dt.datetime(2021, 11, 15, 18, tzinfo=SHANGHAI)
    assert story.changed_at == NOON
    assert story.feed_id == f"tag:xf.example,2021-11-20:stories/{story.code}"


def test_a_date_in_the_future_is_not_believed(programme, editor, organiser):
    story = written(programme, editor, dated=NOON + dt.timedelta(days=3))
    assert actions.publish_story(story=story, by=organiser, now=NOON).published_at == NOON


def test_what_cannot_be_read_is_refused_and_leaves_nothing(programme, editor):
    with pytest.raises(Refused) as refusal:
        actions.import_story(programme=programme, by=editor, data=b"\x89PNG\r\n\x1a\n\x00", name="a.md")
    assert (refusal.value.code, Story.objects.count(), acts()) == ("not_text", 0, [])


# Writing


def test_typed_text_becomes_safe_html(programme, editor):
    story = written(programme, editor, text="## 小标题\n\n一行\n又一行 **重点**\n\n<script>alert(1)</script>")
    assert story.article.html == "<h2>小标题</h2>\n<p>一行<br>\n又一行 <strong>重点</strong></p>"


def test_a_picture_takes_its_place_and_its_words(programme, editor):
    story = written(
        programme, editor, text="开头。\n\n[图1]\n\n结尾。", uploads=[NewPicture(upload(), "村口的大树")]
    )
    picture = story.article.images.get()
    assert (picture.position, picture.alt) == (0, "村口的大树")
    assert '<figure><img src="image:0"></figure>' in story.article.html


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[图2]", "unknown_picture"),
        ("见【图9】。", "unknown_picture"),
        ("![](https://img.example/a.jpg)", "foreign_picture"),
        ("<img src='/files/ABC/'>", "foreign_picture"),
        ("<script>x</script>", "empty"),
    ],
)
def test_text_that_cannot_be_shown_as_meant_is_refused(programme, editor, text, code):
    with pytest.raises(Refused) as refusal:
        written(programme, editor, text=text)
    assert (refusal.value.code, refusal.value.field, Story.objects.count()) == (code, "text", 0)


def test_stories_of_one_title_get_different_addresses(programme, editor):
    assert [written(programme, editor).slug for _ in range(3)] == ["lin-li", "lin-li-2", "lin-li-3"]


def test_a_title_without_a_reading_still_gets_an_address(programme, editor):
    assert written(programme, editor, title="？！").slug.startswith("s-")


def test_a_title_of_spaces_is_refused(programme, editor):
    with pytest.raises(Refused) as refusal:
        written(programme, editor, title="  ")
    assert refusal.value.code == "no_title"


# Editing


def test_editing_a_draft_moves_its_address_with_the_title(programme, editor):
    story = edited(written(programme, editor), editor, title="新题目")
    assert (story.slug, story.article.text) == ("xin-ti-mu", "新的一段。")


def test_editing_a_published_story_keeps_its_address_and_moves_its_change(programme, editor, organiser):
    story = actions.publish_story(story=written(programme, editor), by=organiser, now=NOON)
    story = edited(story, organiser, title="新题目")
    assert (story.slug, story.published_at) == ("lin-li", NOON)
    assert story.changed_at == NOON + dt.timedelta(hours=1)


def test_an_imported_story_is_edited_without_losing_its_pictures(programme, editor):
    from yingzao.articles.exports import as_markdown

    story = actions.import_story(
        programme=programme, by=editor, data=POST, name="a.md", pictures={"图片/村居.jpg": jpeg()}
    )
    before = story.article.html
    assert as_markdown(story.article) == "开头。\n\n[图1]\n\n**文/记者甲 通讯员乙**\n"
    story = edited(story, editor, text=as_markdown(story.article))
    assert story.article.html.split() == before.split()
    assert story.article.images.get().is_head


def test_words_about_pictures_are_kept_and_a_picture_can_be_replaced(programme, editor):
    story = written(programme, editor, uploads=[NewPicture(upload()), NewPicture(upload())])
    words = [
        PictureWords(1, alt="树", caption="村口", credit="通讯员", is_head=True),
        PictureWords(2, remove=True),
    ]
    story = edited(story, editor, words=words, uploads=[NewPicture(upload(), "桥")], text="[图2]")
    assert list(story.article.images.values_list("position", "alt", "is_head")) == [
        (0, "树", True),
        (1, "桥", False),
    ]


def test_a_picture_that_the_text_names_cannot_go(programme, editor):
    story = written(programme, editor, text="[图1]", uploads=[NewPicture(upload())])
    with pytest.raises(Refused) as refusal:
        edited(story, editor, text="[图1]", words=[PictureWords(1, remove=True)])
    assert refusal.value.code == "unknown_picture"
    assert story.article.images.count() == 1


def test_nobody_writes_over_another(programme, editor, organiser):
    story = written(programme, editor)
    seen = story.changed_at
    edited(story, organiser, text="组织者改的。")
    with pytest.raises(Refused) as refusal:
        edited(story, editor, text="编辑改的。", seen=seen)
    story.article.refresh_from_db()
    assert (refusal.value.code, story.article.text) == ("changed_meanwhile", "组织者改的。")


# Publishing and withdrawing


def test_a_picture_without_alternative_text_keeps_a_story_from_the_public(programme, editor, organiser):
    story = written(programme, editor, text="[图1]", uploads=[NewPicture(upload())])
    with pytest.raises(Refused) as refusal:
        actions.publish_story(story=story, by=organiser)
    assert (refusal.value.code, refusal.value.field) == ("no_alternative_text", "alt-1")
    assert "图 1" in refusal.value.sentence
    story.refresh_from_db()
    assert story.state == "draft"


def test_a_picture_that_nobody_sees_needs_no_words(programme, editor, organiser):
    story = written(programme, editor, uploads=[NewPicture(upload())])
    assert actions.publish_story(story=story, by=organiser).state == "published"


def test_a_head_picture_needs_words_too(programme, editor, organiser):
    story = StoryFactory(programme=programme)
    add_picture(story, alt="", is_head=True)
    with pytest.raises(Refused) as refusal:
        actions.publish_story(story=story, by=organiser)
    assert refusal.value.code == "no_alternative_text"


def test_a_published_story_cannot_lose_its_alternative_text(programme, editor, organiser):
    story = written(programme, editor, text="[图1]", uploads=[NewPicture(upload(), "树")])
    actions.publish_story(story=vouch(story, editor), by=organiser, now=NOON)
    with pytest.raises(Refused) as refusal:
        edited(story, organiser, text="[图1]", words=[PictureWords(1, alt=" ")])
    assert refusal.value.code == "no_alternative_text"
    assert story.article.images.get().alt == "树"


def test_withdrawing_needs_a_reason_and_can_be_undone_under_the_same_name(programme, editor, organiser):
    story = actions.publish_story(story=written(programme, editor), by=organiser, site="xf.example", now=NOON)
    with pytest.raises(Refused) as refusal:
        actions.withdraw_story(story=story, by=editor, reason=" ")
    assert refusal.value.code == "no_reason"
    later = NOON + dt.timedelta(days=2)
    story = actions.withdraw_story(story=story, by=editor, reason="人名有误", now=later)
    assert (story.state, story.withdrawn_at, story.withdrawn_reason) == ("withdrawn", later, "人名有误")
    name = story.feed_id
    story = actions.publish_story(story=story, by=organiser, site="other.example", now=later)
    assert (story.state, story.feed_id, story.published_at) == ("published", name, NOON)
    done = [act for act in acts() if act.startswith("stories.")]
    assert done[-3:] == ["stories.story.published", "stories.story.withdrawn", "stories.story.published"]


def test_a_draft_cannot_be_withdrawn(programme, editor):
    with pytest.raises(Refused) as refusal:
        actions.withdraw_story(story=written(programme, editor), by=editor, reason="x")
    assert refusal.value.code == "not_published"


def test_publishing_twice_changes_nothing(programme, editor, organiser):
    story = actions.publish_story(story=written(programme, editor), by=organiser, now=NOON)
    before = acts()
    assert actions.publish_story(story=story, by=organiser).changed_at == NOON
    assert acts() == before


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("xf.example:8000", "xf.example"),
        ("127.0.0.1:8000", "localhost"),
        ("[::1]:8000", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_name_in_feeds_is_that_of_a_host_with_a_name(programme, editor, organiser, site, host):
    story = actions.publish_story(story=written(programme, editor), by=organiser, site=site, now=NOON)
    assert story.feed_id == f"tag:{host},2021-11-20:stories/{story.code}"


# Who may


def test_only_editors_and_organisers_of_the_programme_may(programme, editor, organiser, supervisor, stranger):
    elsewhere = ProgrammeFactory()
    for person in (editor, organiser):
        assert written(programme, person).state == "draft"
    for person, where in ((supervisor, programme), (stranger, programme), (editor, elsewhere)):
        with pytest.raises(Refused) as refusal:
            written(where, person)
        assert refusal.value.code == "not_editor"
    story = written(programme, editor)
    for act in (
        lambda: actions.publish_story(story=story, by=supervisor),
        lambda: actions.withdraw_story(story=story, by=stranger, reason="x"),
        lambda: edited(story, supervisor),
        lambda: actions.import_story(programme=programme, by=stranger, data=POST, name="a.md"),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "not_editor"
