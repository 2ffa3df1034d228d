"""Atom: valid, whole, with names that stay, and without what was taken back."""

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from django.urls import reverse

from tests.factories.programmes import ProgrammeFactory
from tests.factories.stories import PUBLISHED_AT, StoryFactory, add_picture
from yingzao.stories import actions

pytestmark = pytest.mark.django_db
ALL = "/feeds/stories.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def read(response) -> ElementTree.Element:
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(feed) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


def test_an_entry_carries_the_whole_story(client):
    story = StoryFactory(published=True, article__categories=["报道"])
    picture = add_picture(story, alt="大树", placed=True)
    entry = read(client.get(ALL)).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == story.feed_id
    assert entry.findtext(f"{ATOM}title") == story.title
    assert entry.findtext(f"{ATOM}published") == "2021-11-15T18:00:00+08:00"
    assert entry.findtext(f"{ATOM}updated") == "2021-11-15T18:00:00+08:00"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "记者甲 通讯员乙"
    assert entry.find(f"{ATOM}category").get("term") == "报道"
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver{story.address}"
    content = entry.find(f"{ATOM}content")
    assert content.get("type") == "html"
    assert "十一月的第二个周六" in content.text
    assert f'src="http://testserver/files/{picture.file.code}/1280/"' in content.text
    assert not re.search(r'(?:src|href)="/|srcset="/|, /', content.text)


def test_a_head_picture_that_the_text_does_not_show_leads_the_entry(client):
    story = StoryFactory(published=True)
    head = add_picture(story, is_head=True)
    content = read(client.get(ALL)).findtext(f"{ATOM}entry/{ATOM}content")
    assert content.index(head.file.code) < content.index("十一月")


def test_a_feed_has_what_rfc_4287_asks_for(client, programme):
    StoryFactory.create_batch(2, programme=programme, published=True)
    for address, page in ((ALL, "/stories/"), ("/p/xfy-2021/stories.atom", "/p/xfy-2021/")):
        feed = read(client.get(address))
        for tag in ("id", "title", "updated"):
            assert len(feed.findall(f"{ATOM}{tag}")) == 1
        assert re.fullmatch(r"tag:testserver,\d{4}-\d\d-\d\d:.+", feed.findtext(f"{ATOM}id"))
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links == {"self": f"http://testserver{address}", "alternate": f"http://testserver{page}"}
        for entry in feed.findall(f"{ATOM}entry"):
            for tag in ("id", "title", "updated", "author", "content"):
                assert len(entry.findall(f"{ATOM}{tag}")) == 1
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        assert len(set(ids)) == 2


def test_an_empty_feed_is_a_feed(client):
    feed = read(client.get(ALL))
    assert (titles(feed), feed.findtext(f"{ATOM}updated")) == ([], "2021-01-01T00:00:00+08:00")


def test_a_programme_feed_holds_its_own_stories_only(client, programme):
    StoryFactory(programme=programme, published=True, article__title="本营的")
    StoryFactory(published=True, article__title="别家的")
    assert titles(read(client.get("/p/xfy-2021/stories.atom"))) == ["本营的"]


def test_a_programme_that_is_not_public_has_no_feed(client):
    ProgrammeFactory(slug="nei-bu")
    assert client.get("/p/nei-bu/stories.atom").status_code == 404


def test_drafts_and_withdrawn_stories_are_not_in_it_and_a_withdrawal_moves_it(client, programme, editor):
    StoryFactory(programme=programme, article__title="草稿")
    story = StoryFactory(programme=programme, published=True, article__title="公开")
    assert titles(read(client.get(ALL))) == ["公开"]
    later = PUBLISHED_AT + dt.timedelta(days=1)
    actions.withdraw_story(story=story, by=editor, reason="x", now=later)
    feed = read(client.get(ALL))
    assert (titles(feed), feed.findtext(f"{ATOM}updated")) == ([], "2021-11-16T18:00:00+08:00")


def test_an_edit_moves_updated_and_keeps_the_name(client, programme, editor):
    story = StoryFactory(programme=programme, published=True)
    later = PUBLISHED_AT + dt.timedelta(hours=3)
    actions.edit_story(story=story, by=editor, title="改了", byline="", text="字。", now=later)
    entry = read(client.get(ALL)).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == story.feed_id
    assert entry.findtext(f"{ATOM}published") == "2021-11-15T18:00:00+08:00"
    assert entry.findtext(f"{ATOM}updated") == "2021-11-15T21:00:00+08:00"
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == programme.organisation.name


def test_an_unchanged_feed_is_304_without_reading_a_story(client, django_assert_num_queries):
    StoryFactory(published=True)
    first = client.get(ALL)
    with django_assert_num_queries(1):
        again = client.get(ALL, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(ALL, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304


@pytest.mark.parametrize("stories", [1, 3])
def test_feed_query_count(client, stories, django_assert_num_queries):
    for story in StoryFactory.create_batch(stories, published=True):
        add_picture(story, placed=True)
    with django_assert_num_queries(4):
        assert len(titles(read(client.get(ALL)))) == stories


def test_text_that_xml_cannot_carry_does_not_break_the_feed(client):
    StoryFactory(
        published=True, article__title="坏\x01字\x0c<b>&]]>", article__authors="a\ufffeb", summary="\x1b"
    )
    feed = read(client.get(ALL))
    assert titles(feed) == ["坏字<b>&]]>"]
    assert feed.findtext(f"{ATOM}entry/{ATOM}author/{ATOM}name") == "ab"


def test_the_language_of_the_reader_does_not_change_the_feed(client, programme):
    client.cookies["django_language"] = "en"
    feed = read(client.get(reverse("stories:programme-feed", args=["xfy-2021", "atom"])))
    assert feed.findtext(f"{ATOM}title") == "先锋营 2021 · 报道"
