"""Feeds and their inbox: read from a real site, decided about by people, and nobody else's."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from tests.articles.test_feeds import RSS
from tests.factories.learning import Learning
from tests.factories.programmes import StaffRoleFactory
from tests.factories.sites import LOOPBACK, site
from tests.factories.world import picture
from yingzao.articles import actions as articles
from yingzao.articles import phrases
from yingzao.articles.actions import feeds
from yingzao.articles.enums import EntryState
from yingzao.articles.models import Article, Feed, FeedEntry
from yingzao.articles.queries import WantedEntries, entries_of, feeds_due
from yingzao.articles.readers import open_feed
from yingzao.cases import actions
from yingzao.cases.models import Case
from yingzao.cases.views import inbox
from yingzao.core import jobs
from yingzao.core.errors import Refused
from yingzao.core.models import AuditLine, StoredFile
from yingzao.programmes.enums import Role

NOW = dt.datetime(2021, 11, 20, 4, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def rss(*items: str, title: str = "社区报") -> bytes:
    return f"<rss version='2.0'><channel><title>{title}</title><link>https://news.example/</link>{''.join(items)}</channel></rss>".encode()


def item(n: int, text: str = "正文") -> str:
    return (
        f"<item><guid>g{n}</guid><title>第{n}条</title><link>https://news.example/{n}</link>"
        f"<pubDate>Mon, {n % 27 + 1:02d} Nov 2021 08:00:00 GMT</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"
    )


@pytest.fixture
def camp(db):
    return Learning()


@pytest.fixture
def organisation(camp):
    return camp.programme.organisation


@pytest.fixture
def desk(camp, client):
    client.force_login(camp.by)
    return client


@pytest.fixture
def served(settings):
    settings.INNER_NETWORKS = LOOPBACK
    with site() as one:
        yield one


@pytest.fixture
def feed(camp, organisation, served) -> Feed:
    served.pages["/feed"] = (
        200,
        {"Content-Type": "application/rss+xml", "ETag": '"1"'},
        rss(item(1), item(2)),
    )
    return articles.subscribe(
        organisation=organisation, by=camp.by, address=served.address("/feed"), title="社区报", now=NOW
    )


def read(feed: Feed, now=NOW):
    feed.refresh_from_db()
    return articles.read_subscribed(feed=feed, now=now)


def upload(camp, data: bytes, feed: Feed | None = None):
    return articles.read_file(
        organisation=camp.programme.organisation, by=camp.by, file=io.BytesIO(data), feed=feed, now=NOW
    )


def titles(organisation, **wanted) -> list[str]:
    from yingzao.articles.queries import find_entries

    return [entry.title for entry in find_entries(organisation, WantedEntries(**wanted))]


def url(camp, name, *args):
    return reverse(f"cases:{name}", args=[camp.programme.code, *args])


def text(response) -> str:
    return response.content.decode()


# Reading


def test_a_feed_is_read_into_the_inbox_and_twice_is_once(camp, organisation, served, feed):
    assert read(feed) == articles.Taken(new=2)
    assert read(feed, NOW + HOUR) == articles.Taken(same=2)
    assert titles(organisation) == ["第2条", "第1条"]
    assert set(FeedEntry.objects.values_list("state", flat=True)) == {EntryState.NEW}
    assert Case.objects.count() == Article.objects.count() == 0
    feed.refresh_from_db()
    assert (feed.etag, feed.problem, feed.next_at, feed.held_until) == ('"1"', "", NOW + 2 * HOUR, None)
    assert served.asked[-1][1]["If-None-Match"] == '"1"'


def test_what_has_not_changed_is_not_read(feed, served):
    read(feed)
    served.pages["/feed"] = (304, {}, b"")
    assert read(feed, NOW + HOUR) == articles.Taken()
    feed.refresh_from_db()
    assert (feed.etag, feed.checked_at, feed.problem) == ('"1"', NOW + HOUR, "")


def test_an_entry_follows_its_source_until_it_is_taken(camp, feed, served):
    read(feed)
    served.pages["/feed"] = (200, {}, rss(item(1, "改过"), item(2)))
    assert read(feed, NOW + HOUR) == articles.Taken(changed=1, same=1)
    entry = FeedEntry.objects.get(title="第1条")
    assert (entry.text, entry.changed_at) == ("改过", NOW + HOUR)
    case = actions.take_into_library(entry=entry, by=camp.by, now=NOW)
    served.pages["/feed"] = (200, {}, rss(item(1, "又改"), item(2)))
    assert read(feed, NOW + 2 * HOUR) == articles.Taken(changed=1, same=1)
    assert read(feed, NOW + 3 * HOUR) == articles.Taken(same=1)
    entry.refresh_from_db()
    assert (entry.text, entry.changed_at, entry.article.text) == ("改过", NOW + 2 * HOUR, "改过")
    served.pages["/feed"] = (200, {}, rss(item(1, "改过"), item(2)))
    read(feed, NOW + 4 * HOUR)
    entry.refresh_from_db()
    case.article.refresh_from_db()
    assert (entry.changed_at, case.article.text) == (None, "改过")


@pytest.mark.parametrize(
    ("page", "problem", "sentence"),
    [
        ((404, {}, b""), "nothing_there", "404"),
        ((500, {}, b""), "http_problem", "500"),
        ((200, {"Content-Type": "text/html"}, b"<html><body>hello</body></html>"), "web_page", "RSS"),
        ((200, {}, b"hello"), "unknown_form", "RSS"),
        ((200, {}, b""), "unknown_form", "RSS"),
    ],
)
def test_what_went_wrong_is_told_and_the_next_look_comes_later(camp, feed, served, page, problem, sentence):
    read(feed)
    served.pages["/feed"] = page
    assert read(feed, NOW + HOUR) is None
    assert read(feed, NOW + 2 * HOUR) is None
    feed.refresh_from_db()
    assert (feed.problem, feed.failures, feed.next_at) == (problem, 2, NOW + 6 * HOUR)
    assert sentence in phrases.problem_of(feed)
    assert FeedEntry.objects.count() == 2
    served.pages["/feed"] = (200, {}, rss(item(3)))
    assert read(feed, NOW + 3 * HOUR) == articles.Taken(new=1)
    feed.refresh_from_db()
    assert (phrases.problem_of(feed), feed.failures) == ("", 0)


LAUGHS = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefg", "bcdefgh", strict=True))


@pytest.mark.parametrize(
    "attack",
    [
        f'<!DOCTYPE rss [<!ENTITY a "ha">{LAUGHS}]><rss><channel><item><title>&h;</title></item></channel></rss>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>',
        "<rss><channel>" + "<a>" * 100_000 + "<item/>" + "</a>" * 100_000 + "</channel></rss>",
        f"<rss><channel><item><title>t</title><description>{'&lt;div&gt;' * 50_000}</description></item></channel></rss>",
        "<rss><channel>" + "<item>" * 5000,
        f"<rss><channel><item {'a' * 200_000}='b'/></channel></rss>",
    ],
    ids=["laughs", "file", "deep", "deep text", "open", "long name"],
)
def test_hostile_feeds_are_answered_and_harm_nobody(feed, served, attack):
    served.pages["/feed"] = (200, {}, attack.encode())
    read(feed)
    feed.refresh_from_db()
    assert feed.held_until is None
    for entry in FeedEntry.objects.all():
        assert "root:" not in f"{entry.matter}{entry.body}"
        assert len(entry.body) < 1_000_000


def test_a_feed_that_breaks_off_keeps_what_is_known(feed, served):
    read(feed)

    def broken(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(rss(item(3))[:-30])

    served.pages["/feed"] = broken
    assert read(feed, NOW + HOUR) is None
    feed.refresh_from_db()
    assert (feed.problem, feed.etag, FeedEntry.objects.count()) == ("broken_off", '"1"', 2)


def test_a_feed_that_is_gone_for_good_is_asked_for_no_more(feed, served):
    served.pages["/feed"] = (410, {}, b"")
    read(feed)
    feed.refresh_from_db()
    assert (feed.is_open, feed.problem_detail) == (False, "410")


def test_pauses_grow_up_to_a_day(settings):
    from yingzao.articles.actions.feeds import pause

    assert [pause(n) / HOUR for n in (0, 1, 2, 5, 100)] == [1, 2, 4, 24, 24]


def test_one_worker_at_a_time_reads_a_feed(feed, served):
    Feed.objects.filter(pk=feed.pk).update(held_until=NOW + HOUR)
    asked = len(served.asked)
    assert read(feed) is None
    assert len(served.asked) == asked
    assert read(feed, NOW + 2 * HOUR) == articles.Taken(new=2)  # whoever held it broke off long ago


def test_due_feeds_are_open_ones_whose_time_has_come(camp, organisation, feed, served):
    assert feeds_due(NOW) == []
    assert feeds_due(NOW + HOUR) == [feed]
    articles.read_due_feeds(now=NOW + HOUR)
    assert feeds_due(NOW + HOUR) == []
    assert FeedEntry.objects.count() == 2
    articles.set_open(feed=Feed.objects.get(), is_open=False, by=camp.by)
    assert feeds_due(NOW + 9 * HOUR) == []


@pytest.mark.django_db(transaction=True)
def test_the_workers_round_reads_what_is_due_once(served):
    camp = Learning()
    served.pages["/feed"] = (200, {}, rss(item(1)))
    articles.subscribe(
        organisation=camp.programme.organisation, by=camp.by, address=served.address("/feed"), title="报"
    )
    assert (len(served.asked), FeedEntry.objects.count()) == (1, 1)  # at once, by the job
    Feed.objects.update(next_at=NOW)
    assert "articles.look_for_due_feeds" in jobs.go_round(now=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    jobs.go_round(now=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    assert len(served.asked) == 2


def test_entries_of_one_id_are_one_and_without_any_their_content_tells_them(camp, organisation):
    same = "<item><title>甲</title></item>"
    data = rss(item(1), item(1, "另"), same, same, "<item><title>乙</title></item>")
    assert upload(camp, data)[1] == articles.Taken(new=3)
    assert sorted(titles(organisation)) == ["乙", "甲", "第1条"]


def test_characters_that_no_database_keeps_are_left_out(camp, organisation):
    data = '{"title": "报", "items": [{"id": "1\\u0000", "title": "题\\ud800", "content_html": "<p>正\\u0000文</p>"}]}'
    upload(camp, data.encode())
    assert FeedEntry.objects.get().text == "正文"


# As a file


def test_a_file_of_a_feed_brings_the_same_entries_twice_once(camp, organisation):
    feed, taken = upload(camp, rss(item(1), item(2)))
    again, then = upload(camp, rss(item(1), item(2)))
    assert (taken, then, again) == (articles.Taken(new=2), articles.Taken(same=2), feed)
    assert (feed.is_open, feed.address, feed.title) == (False, "", "社区报")
    with pytest.raises(Refused) as refused:
        articles.set_open(feed=feed, is_open=True, by=camp.by)
    assert refused.value.code == "no-address"


def test_a_file_goes_into_the_feed_that_it_names_or_that_was_chosen(camp, organisation, feed, served):
    read(feed)
    _feed, taken = upload(camp, rss(item(1), item(3)), feed)
    assert taken == articles.Taken(new=1, same=1)
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>报</title><link rel="self" href="{feed.address}"/>
    <entry><id>x</id><title>新</title></entry></feed>"""
    assert upload(camp, atom.encode())[0] == feed


def test_a_file_that_breaks_off_keeps_what_came_before_and_says_so(camp, monkeypatch):
    from yingzao.articles.readers import feeds as reading

    monkeypatch.setattr(reading, "MAX_UNDIVIDED", 10)
    with pytest.raises(Refused) as refused:
        upload(camp, rss(item(1))[:-20])
    assert (refused.value.field, refused.value.code) == ("file", "damaged")


# Subscribing


def test_a_look_keeps_nothing_and_shows_the_newest_entries(desk, camp, served):
    served.pages["/feed"] = (200, {}, rss(*(item(n) for n in range(1, 9))))
    page = desk.post(
        url(camp, "desk-feed-new"), {"address": served.address("/feed"), "step": "look", "title": ""}
    )
    assert page.status_code == 200
    assert 'value="社区报"' in text(page)
    assert [f"第{n}条" in text(page) for n in (1, 5, 6)] == [True, True, False]
    assert Feed.objects.count() == FeedEntry.objects.count() == 0


def test_subscribing_on_the_page(desk, camp, served, django_capture_on_commit_callbacks):
    served.pages["/feed"] = (200, {}, rss(item(1)))
    with django_capture_on_commit_callbacks(execute=True):
        sent = desk.post(
            url(camp, "desk-feed-new"),
            {"address": served.address("/feed"), "title": "我们的报", "step": "subscribe"},
        )
    assert sent.status_code == 302
    assert Feed.objects.get().title == "我们的报"
    assert titles(camp.programme.organisation) == ["第1条"]
    again = desk.post(
        url(camp, "desk-feed-new"), {"address": served.address("/feed"), "title": "又", "step": "subscribe"}
    )
    assert again.status_code == 422
    assert Feed.objects.count() == 1
    assert set(AuditLine.objects.filter(act__startswith="articles.").values_list("act", flat=True)) == {
        "articles.feed.subscribed", "articles.feed.read",
    }  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "",
        "社区",
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "https://a:b@news.example/",
        "http://[",
        "x" * 2000,
    ],
)
def test_an_address_that_is_none_loses_nothing_that_was_typed(desk, camp, address):
    page = desk.post(url(camp, "desk-feed-new"), {"address": address, "step": "look", "title": ""})
    assert page.status_code == 422
    assert Feed.objects.count() == 0
    if address:
        assert address[:20] in text(page)


def test_removing_keeps_what_was_taken_and_subscribing_again_knows_it(camp, organisation, feed, served):
    read(feed)
    first, _second = FeedEntry.objects.order_by("title")
    case = actions.take_into_library(entry=first, by=camp.by)
    articles.remove_feed(feed=Feed.objects.get(), by=camp.by, now=NOW)
    assert titles(organisation) == ["第1条"]
    assert Case.objects.get() == case
    again = articles.subscribe(
        organisation=organisation, by=camp.by, address=feed.address, title="社区报", now=NOW + HOUR
    )
    assert again == feed
    assert read(again, NOW + HOUR) == articles.Taken(new=1, same=1)


# Deciding


def test_taking_makes_a_case_with_its_origin_and_own_copies_of_pictures(
    camp, organisation, served, django_capture_on_commit_callbacks
):
    served.pages["/a.jpg"] = (200, {}, picture((200, 60, 60)))
    served.pages["/gone.jpg"] = (404, {}, b"")
    served.pages["/page.jpg"] = (200, {}, b"<html>no picture</html>")
    pictures = "".join(f"&lt;img src='{served.address(p)}'&gt;" for p in ("/a.jpg", "/gone.jpg", "/page.jpg"))
    _feed, _taken = upload(camp, rss(item(1, f"正文{pictures}")))
    entry = FeedEntry.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        case = actions.take_into_library(entry=entry, by=camp.by)
    assert actions.take_into_library(entry=entry, by=camp.by) == case
    article = case.article
    assert (case.title, article.origin, article.source_name) == ("第1条", "https://news.example/1", "社区报")
    assert article.published_at == dt.datetime(2021, 11, 2, 8, tzinfo=dt.UTC)
    assert list(article.images.values_list("state", flat=True)) == ["stored", "missing", "missing"]
    assert article.images.get(position=0).file.sha256
    entry.refresh_from_db()
    assert (entry.state, entry.article, entry.decided_by) == (EntryState.TAKEN, article, camp.by)
    served.pages["/gone.jpg"] = (200, {}, picture((20, 60, 160)))
    with django_capture_on_commit_callbacks(execute=True):
        assert articles.look_for_pictures(article=article, by=camp.by) == 2
    assert list(article.images.values_list("state", flat=True)) == ["stored", "stored", "missing"]
    assert StoredFile.objects.count() == 2


def test_leaving_and_bringing_back_many(desk, camp, organisation):
    upload(camp, rss(*(item(n) for n in range(1, 4))))
    codes = list(FeedEntry.objects.order_by("title").values_list("code", flat=True))
    decide = url(camp, "desk-inbox-decide")
    sent = desk.post(decide, {"entry": codes[:2], "what": "leave", "back": "q=第&page=3"})
    assert sent["Location"] == f"{url(camp, 'desk-inbox')}?q=%E7%AC%AC"
    assert titles(organisation, state="left") == ["第2条", "第1条"]
    desk.post(decide, {"entry": codes, "what": "back"})
    assert len(titles(organisation, state="new")) == 3
    desk.post(decide, {"entry": codes[1:], "what": "take"})
    desk.post(decide, {"entry": codes, "what": "leave"})
    assert [titles(organisation, state=s) for s in ("taken", "left")] == [["第3条", "第2条"], ["第1条"]]
    assert sorted(Case.objects.values_list("title", flat=True)) == ["第2条", "第3条"]
    assert desk.post(decide, {"what": "take"}).status_code == 302


def test_leaving_all_that_is_found_leaves_nothing_else(desk, camp, organisation):
    upload(camp, rss(item(1, "垃圾分类"), item(2), item(3, "垃圾分类")))
    desk.post(url(camp, "desk-inbox-leave"), {"back": "q=垃圾"})
    assert titles(organisation, state="new") == ["第2条"]
    assert desk.post(url(camp, "desk-inbox-leave"), {"back": "show=taken"}).status_code == 422


def test_an_entry_without_anything_cannot_be_taken(desk, camp):
    upload(camp, rss("<item><guid>1</guid></item>"))
    entry = FeedEntry.objects.get()
    with pytest.raises(Refused) as refused:
        actions.take_into_library(entry=entry, by=camp.by)
    assert refused.value.code == "unreadable"
    assert desk.get(url(camp, "desk-entry", entry.code)).status_code == 200


def test_an_entry_is_shown_safe(desk, camp):
    upload(camp, RSS.encode())
    entry = FeedEntry.objects.get(text__startswith="第一段")
    page = text(desk.get(url(camp, "desk-entry", entry.code)))
    assert "化妆品监督管理条例" in page
    assert "alert(1)" not in page
    assert "javascript:x" not in page
    assert "https://news.example/img/a.jpg" in page
    assert '<img src="https://news.example' not in page


def test_an_address_that_runs_is_no_link(desk, camp):
    upload(camp, rss("<item><title>甲</title><link>javascript:alert(1)</link></item>"))
    entry = FeedEntry.objects.get()
    assert "javascript:alert" not in text(desk.get(url(camp, "desk-entry", entry.code)))


# Whose


def test_nothing_of_another_organisation_is_seen_or_changed(desk, camp, served):
    other = Learning()
    theirs, _taken = articles.read_file(
        organisation=other.programme.organisation,
        by=other.by,
        file=io.BytesIO(rss(item(1), title="别家报")),
        now=NOW,
    )
    entry = FeedEntry.objects.get()
    for page in ("desk-feeds", "desk-inbox", "desk-feed-file"):
        assert "别家报" not in text(desk.get(f"{url(camp, page)}?show=all&feed={theirs.code}"))
    assert desk.get(url(camp, "desk-entry", entry.code)).status_code == 404
    for name, *args in (("desk-feed-remove", theirs.code), ("desk-feed-open", theirs.code), ("desk-feed-look", theirs.code), ("desk-entry-pictures", entry.code)):  # fmt: skip
        assert desk.post(url(camp, name, *args), {"open": "0"}).status_code == 404
    assert desk.post(url(camp, "desk-inbox-decide"), {"one": entry.code, "what": "take"}).status_code == 404
    desk.post(url(camp, "desk-inbox-leave"), {})
    file = SimpleUploadedFile("f.xml", rss(item(2)))
    assert desk.post(url(camp, "desk-feed-file"), {"file": file, "feed": theirs.code}).status_code == 422
    entry.refresh_from_db()
    assert (entry.state, theirs.entries.count(), Case.objects.count()) == (EntryState.NEW, 1, 0)


def test_a_supervisor_reads_and_decides_nothing(camp, client):
    upload(camp, rss(item(1)))
    entry = FeedEntry.objects.get()
    client.force_login(StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person)
    page = text(client.get(url(camp, "desk-inbox")))
    assert "第1条" in page
    assert 'name="what"' not in page
    assert client.get(url(camp, "desk-entry", entry.code)).status_code == 200
    assert client.get(url(camp, "desk-feed-new")).status_code == 404
    assert client.post(url(camp, "desk-inbox-decide"), {"one": entry.code, "what": "take"}).status_code == 404


def test_the_desk_sees_the_pictures_of_what_was_taken_and_nobody_elses_does(camp, client, served):
    served.pages["/a.jpg"] = (200, {}, picture((200, 60, 60)))
    upload(camp, rss(item(1, f"&lt;img src='{served.address('/a.jpg')}'&gt;")))
    case = actions.take_into_library(entry=FeedEntry.objects.get(), by=camp.by)
    articles.fetch_pictures(article=case.article)
    address = reverse("media:file-at", args=[StoredFile.objects.get().code, 640])
    supervisor = StaffRoleFactory(programme=camp.programme, role=Role.SUPERVISOR).person
    mentor = StaffRoleFactory(programme=camp.programme, role=Role.MENTOR).person
    answers = []
    for person in (camp.by, supervisor, Learning().by, mentor):
        client.force_login(person)
        answers.append(client.get(address).status_code)
    assert answers == [200, 200, 404, 404]


def test_search_and_filters_go_together(desk, camp, organisation):
    feed, _taken = upload(camp, rss(item(1, "停车难"), item(2, "垃圾 分类")))
    upload(camp, rss(item(3, "停车难"), title="别的报"))
    assert titles(organisation, words=("停车",)) == ["第3条", "第1条"]
    assert titles(organisation, words=("停车",), feed=feed.code) == ["第1条"]
    assert titles(organisation, words=("垃圾", "分类")) == ["第2条"]
    page = desk.get(f"{url(camp, 'desk-inbox')}?q=停车&feed={feed.code}")
    assert text(page).count('name="entry"') == 1
    assert desk.get(f"{url(camp, 'desk-inbox')}?q=%20&show=zzz&page=99&feed=zzz").status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_list_query_counts(desk, camp, many, django_assert_num_queries):
    for n in range(many):
        upload(camp, rss(*(item(k) for k in range(many)), title=f"报{n}"))
    desk.get(url(camp, "desk-inbox"))
    with django_assert_num_queries(8):
        assert text(desk.get(url(camp, "desk-inbox"))).count('name="entry"') == many * many
    with django_assert_num_queries(5):
        assert text(desk.get(url(camp, "desk-feeds"))).count('class="row-line feed"') == many


def test_entries_of_is_limited_to_the_organisation(camp, organisation):
    other = Learning()
    articles.read_file(
        organisation=other.programme.organisation, by=other.by, file=io.BytesIO(rss(item(1))), now=NOW
    )
    upload(camp, rss(item(2)))
    assert [entry.title for entry in entries_of(organisation)] == ["第2条"]


# Two at once


def test_a_feed_that_is_removed_while_it_is_read_takes_nothing_more_in(camp, feed):
    articles.remove_feed(feed=Feed.objects.get(pk=feed.pk), by=camp.by)
    read = open_feed(io.BytesIO(rss(item(7))))
    assert feeds.take_in(feed=feed, entries=read.entries, now=NOW).new == 0
    assert not FeedEntry.objects.exists()


def test_stopping_a_feed_leaves_what_the_reading_wrote_meanwhile(camp, feed):
    stale = Feed.objects.get(pk=feed.pk)
    Feed.objects.filter(pk=feed.pk).update(held_until=None, etag='"9"', checked_at=NOW)
    stale.held_until, stale.etag = NOW + HOUR, '"1"'
    articles.set_open(feed=stale, is_open=False, by=camp.by)
    feed.refresh_from_db()
    assert (feed.is_open, feed.held_until, feed.etag) == (False, None, '"9"')


def test_a_feed_on_which_the_reader_breaks_is_said_and_the_others_have_their_turn(
    camp, organisation, served, feed, monkeypatch
):
    served.pages["/other"] = 200, {"Content-Type": "application/rss+xml"}, rss(item(5))
    articles.subscribe(
        organisation=organisation, by=camp.by, address=served.address("/other"), title="另一个"
    )
    whole = feeds.take_in

    def breaks(*, feed, entries, now):
        if feed.title != "另一个":
            raise ZeroDivisionError
        return whole(feed=feed, entries=entries, now=now)

    monkeypatch.setattr(feeds, "take_in", breaks)
    FeedEntry.objects.all().delete()
    Feed.objects.filter(pk=feed.pk).update(next_at=NOW, etag="", last_modified="")
    Feed.objects.exclude(pk=feed.pk).update(next_at=NOW + HOUR, etag="", last_modified="")
    articles.read_due_feeds(NOW + 2 * HOUR)
    feed.refresh_from_db()
    assert (feed.problem, feed.failures, feed.held_until) == ("damaged", 1, None)
    assert FeedEntry.objects.exclude(feed=feed).count() == 1


def test_leaving_all_leaves_what_stood_there_and_not_what_came_since(desk, camp, feed, monkeypatch):
    monkeypatch.setattr(inbox, "ENTRIES_A_PAGE", 1)
    feeds.take_in(feed=feed, entries=open_feed(io.BytesIO(rss(item(1), item(2)))).entries, now=NOW)
    page = desk.get(url(camp, "desk-inbox"))
    back = page.context["back_all"]
    assert escape(back) in page.content.decode()
    feeds.take_in(feed=feed, entries=open_feed(io.BytesIO(rss(item(9)))).entries, now=NOW)
    assert desk.post(url(camp, "desk-inbox-leave"), {"back": back})["Location"] == url(camp, "desk-inbox")
    assert list(FeedEntry.objects.filter(state=EntryState.NEW).values_list("title", flat=True)) == ["第9条"]
