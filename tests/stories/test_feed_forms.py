"""RSS, JSON Feed and Atom say the same; each keeps its own rules, and readers of other houses and our own read them."""

import datetime as dt
import json
import re
import threading
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from xml.etree import ElementTree

import feedparser
import pytest
from django.urls import reverse

from tests.factories.communities import CommunityFactory
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.stories import PUBLISHED_AT, StoryFactory, add_picture, vouch
from yingzao.articles.readers import open_feed, read_feed
from yingzao.core import clock, ports
from yingzao.core.clock import SHANGHAI
from yingzao.core.ports import Answer, Outcome
from yingzao.stories import actions
from yingzao.stories.models import HubPing
from yingzao.stories.personal import take_back_naming

pytestmark = pytest.mark.django_db
FORMS = ("atom", "rss", "json")
ATOM = "{http://www.w3.org/2005/Atom}"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
LATER = PUBLISHED_AT + dt.timedelta(days=1)


def everything(form: str) -> str:
    return f"/feeds/stories.{form}"


@pytest.fixture
def story(programme):
    story = StoryFactory(programme=programme, published=True, article__categories=["报道", "A&B"])
    add_picture(story, alt='大树 "百年" <老>', placed=True)
    return story


@pytest.mark.parametrize("form", FORMS)
def test_our_own_reader_reads_what_was_told(client, story, form):
    (read,) = read_feed(client.get(everything(form)).content)
    assert read.title == story.title
    assert read.categories == ("报道", "A&B")
    assert read.published_at == PUBLISHED_AT
    assert "十一月的第二个周六" in read.text
    assert [image.alt for image in read.images] == ['大树 "百年" <老>']
    assert not read.warnings


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_feedparser_reads_it_without_a_complaint(client, story, form):
    read = feedparser.parse(client.get(everything(form)).content)
    assert not read.bozo
    (entry,) = read.entries
    assert (entry.id, entry.title, entry.author) == (story.feed_id, story.title, "记者甲 通讯员乙")
    assert entry.link == f"http://testserver{story.address}"
    assert [tag.term for tag in entry.tags] == ["报道", "A&B"]
    assert entry.updated.startswith("2021-11-15T18:00:00")
    assert 'alt="大树' in entry.content[0].value


def test_rss_keeps_the_rules_of_its_validators(client, story):
    """The required elements, RFC 822 dates, a guid that is no link, its own address (rssboard.org profile)."""
    response = client.get(everything("rss"))
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    channel = ElementTree.fromstring(response.content).find("channel")
    for tag in ("title", "link", "description", "lastBuildDate"):
        assert len(channel.findall(tag)) == 1
    own = channel.find(f"{ATOM}link[@rel='self']")
    assert own.attrib == {
        "rel": "self",
        "type": "application/rss+xml",
        "href": "http://testserver/feeds/stories.rss",
    }
    item = channel.find("item")
    assert (item.find("guid").get("isPermaLink"), item.findtext("guid")) == ("false", story.feed_id)
    assert item.find("author") is None  # that one is an e-mail address
    assert parsedate_to_datetime(item.findtext("pubDate")) == PUBLISHED_AT
    assert re.fullmatch(r"Mon, 15 Nov 2021 18:00:00 \+0800", item.findtext("pubDate"))


def test_json_feed_has_what_version_1_1_asks_for(client, story):
    response = client.get(everything("json"))
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    told = json.loads(response.content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == "http://testserver/feeds/stories.json"
    (item,) = told["items"]
    assert item["id"] == story.feed_id
    assert item["tags"] == ["报道", "A&B"]
    assert (item["date_published"], item["date_modified"]) == ("2021-11-15T18:00:00+08:00",) * 2
    assert item["authors"] == [{"name": "记者甲 通讯员乙"}]
    assert set(item) <= {
        "id", "url", "title", "content_html", "summary", "image", "date_published", "date_modified", "authors", "tags",
    }  # fmt: skip


def test_a_withdrawn_story_leaves_a_tombstone_and_no_reason(client, story, editor, programme):
    StoryFactory(programme=programme, article__title="草稿")
    at = clock.now() - dt.timedelta(days=365)
    actions.withdraw_story(story=story, by=editor, reason="隐情", now=at)
    when = at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
    feed = ElementTree.fromstring(client.get(everything("atom")).content)
    (gone,) = feed.findall(GONE)
    assert gone.attrib == {"ref": story.feed_id, "when": when}
    told = json.loads(client.get(everything("json")).content)
    assert told["_withdrawn"]["entries"] == [{"id": story.feed_id, "at": when}]
    for form in FORMS:
        words = client.get(everything(form)).content.decode()
        assert "隐情" not in words
        assert story.title not in words
        assert "草稿" not in words


def test_a_tombstone_goes_after_two_years(client, story, editor):
    actions.withdraw_story(story=story, by=editor, reason="x", now=clock.now() - dt.timedelta(days=731))
    assert ElementTree.fromstring(client.get(everything("atom")).content).findall(GONE) == []


def test_a_story_that_is_public_again_has_no_tombstone(client, story, editor, organiser):
    actions.withdraw_story(story=story, by=editor, reason="x", now=LATER)
    actions.publish_story(story=vouch(story, editor), by=organiser, now=LATER + dt.timedelta(hours=1))
    feed = ElementTree.fromstring(client.get(everything("atom")).content)
    assert feed.findall(GONE) == []
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") == story.feed_id
    assert feed.findtext(f"{ATOM}entry/{ATOM}updated") == "2021-11-16T19:00:00+08:00"


def test_what_was_never_public_leaves_no_tombstone(client, programme, organiser):
    draft = StoryFactory(programme=programme)
    actions.publish_story(story=draft, by=organiser, at=clock.now() + dt.timedelta(days=1))
    actions.unschedule_story(story=draft, by=organiser)
    assert "deleted-entry" not in client.get(everything("atom")).content.decode()


@pytest.mark.parametrize("form", FORMS)
def test_pages_hold_every_story_once(client, form):
    stories = StoryFactory.create_batch(5, published=True)
    found, address = [], f"{everything(form)}?entries=2"
    for _page in range(3):
        told = open_feed(client.get(address).content)
        found += [entry.matter["title"] for entry in told.entries]
        body = client.get(address).content.decode().replace("&amp;", "&")
        following = re.search(r'(?:rel="next"[^>]*href|"next_url"): ?"?=?"?([^"]+)"', body) or re.search(
            r'rel="next" type="[^"]+" href="([^"]+)"', body
        )
        address = following[1] if following else ""
    assert sorted(found) == sorted(story.title for story in stories)
    assert address == ""


def test_no_number_in_the_address_breaks_a_feed(client, story):
    for asked in ("page=0", "page=x", "page=-1", "page=99999999999", "entries=0", "entries=1e9", "page=２"):
        assert client.get(f"{everything('atom')}?{asked}").status_code == 200


def test_a_category_has_a_feed_of_its_own(client, story):
    StoryFactory(published=True, article__categories=["别的"])
    read = feedparser.parse(client.get(reverse("stories:category-feed", args=["报道", "rss"])).content)
    assert [entry.id for entry in read.entries] == [story.feed_id]
    assert client.get(reverse("stories:category-feed", args=["无", "rss"])).status_code == 404


def test_the_category_of_a_draft_is_nowhere(client, programme):
    StoryFactory(programme=programme, article__categories=["机密"])
    assert client.get(reverse("stories:category-feed", args=["机密", "rss"])).status_code == 404
    assert client.get("/stories/?category=机密").status_code == 404
    assert "机密" not in client.get("/stories/").content.decode()


def test_a_community_has_the_stories_of_its_organisation_that_tell_of_it(client, programme):
    community = CommunityFactory(organisation=programme.organisation, name="霞石村", is_public=True)
    named = StoryFactory(programme=programme, published=True)
    named.communities.add(community)
    StoryFactory(
        programme=programme, published=True, article__text="路过霞石村。"
    )  # named, and not what it tells of
    StoryFactory(published=True).communities.add(community)  # of another organisation
    address = reverse("stories:community-feed", args=[community.code, "json"])
    assert [item["id"] for item in json.loads(client.get(address).content)["items"]] == [named.feed_id]
    assert named.title in client.get(f"/stories/?community={community.code}").content.decode()
    community.is_public = False
    community.save()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("form", FORMS)
def test_an_unchanged_feed_is_not_sent_again(client, story, form):
    first = client.get(everything(form))
    again = client.get(everything(form), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["ETag"] != client.get(everything("rss" if form != "rss" else "atom"))["ETag"]


# The hub


class FakeHub:
    def __init__(self, outcome=Outcome.ACCEPTED):
        self.outcome, self.told = outcome, []

    def missing(self):
        return ""

    def tell(self, topics):
        self.told.append(list(topics))
        return Answer(self.outcome, "503")


@pytest.fixture
def hub(monkeypatch, settings):
    settings.YINGZAO_HUB, settings.YINGZAO_ADDRESS = "https://hub.example/", "https://stories.example"
    hub = FakeHub()
    real = ports.port
    monkeypatch.setattr(ports, "port", lambda kind: hub if kind == "hub" else real(kind))
    return hub


def test_without_a_hub_nothing_is_named_nor_kept(client, story, editor):
    actions.withdraw_story(story=story, by=editor, reason="x")
    assert not HubPing.objects.exists()
    assert "hub" not in client.get(everything("atom")).content.decode()


def test_a_hub_is_named_in_each_form_and_in_the_head(client, story, hub):
    for form in FORMS:
        response = client.get(everything(form))
        assert "https://hub.example/" in response.content.decode()
        assert response["Link"] == (
            f'<https://hub.example/>; rel="hub", <http://testserver/feeds/stories.{form}>; rel="self"'
        )


def test_the_hub_hears_of_every_feed_of_a_story_after_the_commit(
    story, editor, hub, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        actions.withdraw_story(story=story, by=editor, reason="x")
        assert hub.told == []
    (told,) = hub.told
    assert "https://stories.example/feeds/stories.atom" in told
    assert "https://stories.example/p/xfy-2021/stories.rss" in told
    assert "https://stories.example/feeds/categories/%E6%8A%A5%E9%81%93.json" in told
    assert not HubPing.objects.exists()


def test_a_draft_tells_the_hub_nothing(programme, editor, hub, django_capture_on_commit_callbacks):
    draft = StoryFactory(programme=programme)
    with django_capture_on_commit_callbacks(execute=True):
        actions.edit_story(story=draft, by=editor, title="新", byline="", text="字。")
    assert hub.told == []


def test_a_name_that_is_masked_is_news(client, programme, story, hub, django_capture_on_commit_callbacks):
    learner = EnrolmentFactory(programme=programme, organisation=programme.organisation, name="张小三")
    story.article.html, story.article.text = "<p>张小三来了。</p>", "张小三来了。"
    story.article.save()
    draft = StoryFactory(programme=programme, article__text="张小三来过。", article__categories=["草稿"])
    later = LATER + dt.timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        take_back_naming(learner=learner, by=None, now=later)
    (told,) = hub.told
    assert "https://stories.example/feeds/stories.atom" in told
    assert not any("%E8%8D%89" in topic for topic in told), "nobody reads the draft"
    feed = client.get(everything("atom")).content.decode()
    assert f"<updated>{later.astimezone(SHANGHAI).isoformat(timespec='seconds')}</updated>" in feed
    assert "张小三" not in feed
    draft.article.refresh_from_db()
    assert draft.article.text == "张**来过。"


def test_a_picture_that_is_taken_down_is_news(client, story, editor, hub, django_capture_on_commit_callbacks):
    picture = add_picture(story, placed=True)
    code = picture.file.code
    assert code in client.get(everything("atom")).content.decode()
    later = LATER + dt.timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.take_down_picture(
            story=story, number=picture.position + 1, reason="本人要求", by=editor, now=later
        )
    assert "https://stories.example/feeds/stories.json" in hub.told[0]
    feed = client.get(everything("atom")).content.decode()
    assert code not in feed
    assert f"<updated>{later.astimezone(SHANGHAI).isoformat(timespec='seconds')}</updated>" in feed


def test_what_the_hub_does_not_take_is_told_again_and_given_up_in_the_end(story, editor, hub):
    hub.outcome = Outcome.LATER
    now = LATER
    actions.withdraw_story(story=story, by=editor, reason="x", now=now)
    for turn in range(1, 7):
        assert actions.tell_hub(now=now) == 0
        assert len(hub.told) == turn
        assert actions.tell_hub(now=now) == 0  # not before its time
        assert len(hub.told) == turn
        now += dt.timedelta(days=1, seconds=1)
    assert not HubPing.objects.exists()


def test_the_courier_posts_what_hubs_take(settings):
    heard = []

    class Hub(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    settings.YINGZAO_HUB = f"http://127.0.0.1:{server.server_port}/hub?x=1"
    settings.YINGZAO_ADDRESS = "https://stories.example"
    answer = ports.port("hub").tell(["https://stories.example/feeds/stories.atom"])
    thread.join(timeout=10)
    server.server_close()
    assert answer.outcome == Outcome.ACCEPTED
    assert heard == [
        ("/hub?x=1", "hub.mode=publish&hub.url=https%3A%2F%2Fstories.example%2Ffeeds%2Fstories.atom")
    ]


def test_a_hub_that_is_not_there_is_asked_later(settings):
    settings.YINGZAO_HUB, settings.YINGZAO_ADDRESS = "http://127.0.0.1:9/", "https://stories.example"
    assert ports.port("hub").tell(["https://stories.example/x"]).outcome == Outcome.LATER
