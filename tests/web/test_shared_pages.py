"""Public pages kept in memory: what enters, what never does, and that a change shows with the next request."""

import gzip
import subprocess
import sys
import threading

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.factories.stories import StoryFactory
from tests.factories.world import World
from tests.project.test_doors import TABLE, address_of
from yingzao.programmes.models import Programme
from yingzao.stories.models import Story
from yingzao.web import changes, shared_pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def watched(settings, tmp_path, monkeypatch):
    """Connections of this process tell their changes, into marks of this test's own."""
    marks = changes.Marks(tmp_path / "marks")
    monkeypatch.setattr(changes, "_of_this_process", marks)
    connection.execute_wrappers.insert(0, changes._watched)
    yield marks
    connection.execute_wrappers.remove(changes._watched)


class Site:
    """The product as a web process serves it. `made` counts what went through to Django."""

    def __init__(self) -> None:
        self.made = 0
        product = get_wsgi_application()

        def counted(environ, start_response):
            self.made += 1
            return product(environ, start_response)

        self.pages = shared_pages.SharedPages(counted)

    def get(self, path: str, *, method: str = "get", **told):
        environ = getattr(RequestFactory(SERVER_NAME="testserver"), method)(path, **told).environ
        environ["PATH_INFO"] = (
            environ["PATH_INFO"].encode().decode("latin-1")
        )  # as servers give it (PEP 3333)
        if "HTTP_COOKIE" not in told:
            environ.pop("HTTP_COOKIE", None)
        seen: dict = {}

        def started(status, headers, *_more):
            seen.update(status=int(status[:3]), headers=dict(headers))

        answer = self.pages(environ, started)
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return seen["status"], seen["headers"], body


@pytest.fixture
def site(watched) -> Site:
    return Site()


@pytest.fixture
def story() -> Story:
    story = StoryFactory(published=True)
    Programme.objects.filter(pk=story.programme_id).update(is_public=True)
    return story


def test_a_page_is_made_once_and_answered_from_memory(site, story):
    first = site.get(story.address)
    assert site.made == 1
    assert first[0] == 200
    assert story.title.encode() in first[2]
    assert site.get(story.address) == first
    assert site.made == 1
    assert first[1]["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first[1]


def test_a_correction_shows_with_the_next_request(site, story):
    site.get(story.address)
    story.article.title = "改过的题目"
    story.article.save()
    status, _headers, body = site.get(story.address)
    assert status == 200
    assert "改过的题目" in body.decode()
    assert site.made == 2


def test_a_withdrawal_shows_with_the_next_request(site, story):
    site.get(story.address)
    Story.objects.filter(pk=story.pk).update(state="withdrawn")
    status, _headers, body = site.get(story.address)
    assert status == 410
    assert story.article.title.encode() not in body


def test_what_is_taken_back_changes_nothing_and_what_is_committed_late_shows_late(site, story):
    site.get(story.address)
    with transaction.atomic():
        Story.objects.filter(pk=story.pk).update(summary="还没有提交")
        transaction.set_rollback(True)
    site.get(story.address)
    assert site.made == 1


def test_a_change_by_another_process_shows(site, story, watched, tmp_path):
    site.get(story.address)
    told = "import sys; from pathlib import Path; from yingzao.web.changes import Marks; Marks(Path(sys.argv[1])).change(['stories_story'])"
    subprocess.run(
        [sys.executable, "-c", told, str(tmp_path / "marks")],
        check=True,
        env={"PYTHONPATH": "src", "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    site.get(story.address)
    assert site.made == 2


def test_what_the_page_does_not_show_leaves_it(site, story):
    site.get(story.address)
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "django_session"')
    site.get(story.address)
    assert site.made == 1


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO "t" VALUES (1)',
        'INSERT OR REPLACE INTO "t" VALUES (1)',
        'UPDATE "t" SET n = 2',
        'DELETE FROM "t"',
        "update t set n = 3",
        "DROP TABLE t",
    ],
)
def test_every_kind_of_writing_is_seen(watched, statement):
    if " OR " in statement and connection.vendor != "sqlite":
        pytest.skip("a word of SQLite's own")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS t")
        cursor.execute("CREATE TABLE t (n integer)")
        before = watched.now()
        cursor.execute('SELECT n FROM "t"')
        assert watched.now() == before
        cursor.execute(statement)
        place = changes.place_of("t")
        assert watched.at(place) != before[place : place + changes.MARK]
        cursor.execute("DROP TABLE IF EXISTS t")


def test_bulk_writes_and_writes_inside_a_savepoint_are_seen(watched, story):
    place = changes.place_of("stories_story")
    before = watched.at(place)
    with transaction.atomic():
        with transaction.atomic():
            Story.objects.bulk_update([story], ["summary"])
        assert watched.at(place) == before  # nobody else sees it yet
    assert watched.at(place) != before


def test_who_has_signed_in_or_is_told_something_passes_by(site, story):
    site.get(story.address)
    for cookie in (
        "sessionid=abc",
        "yz-theme=dark; sessionid=abc",
        "messages=x",
        'a="b; sessionid=abc',
        "django_language=xx",
    ):
        site.get(story.address, HTTP_COOKIE=cookie)
    site.get(story.address, HTTP_HX_REQUEST="true")
    site.get(story.address, HTTP_AUTHORIZATION="Basic x")
    assert site.made == 8
    assert len(site.pages._pages) == 1


def test_language_theme_host_and_query_are_pages_of_their_own(site, story):
    chinese = site.get(story.address)[2]
    english = site.get(story.address, HTTP_COOKIE="django_language=en")[2]
    dark = site.get(story.address, HTTP_COOKIE="yz-theme=dark")[2]
    assert b'lang="en"' in english
    assert b'lang="zh-Hans"' in chinese
    assert b'data-bs-theme="dark"' in dark
    site.get(story.address + "?a=1")
    site.get(story.address, HTTP_HOST="localhost")
    assert site.made == 5
    assert site.get(story.address)[2] == chinese
    assert site.made == 5


def test_cookies_that_say_nothing_share_the_page(site, story):
    site.get(story.address)
    site.get(story.address, HTTP_COOKIE="csrftoken=abc; other=1")
    assert site.made == 1


def test_pages_with_forms_and_private_pages_are_never_kept(site, story):
    for path in ("/sign-in/", "/my/", "/verify/", f"/desk/{story.programme.code}/"):
        site.get(path)
        site.get(path)
    assert [key[3] for key in site.pages._pages if key[3] not in ("/verify/",)] == []


def test_head_not_modified_and_packing(site, story):
    whole = site.get(story.address)
    status, headers, body = site.get(story.address, HTTP_ACCEPT_ENCODING="br, gzip;q=0.8")
    assert gzip.decompress(body) == whole[2]
    assert headers["Content-Encoding"] == "gzip"
    assert int(headers["Content-Length"]) == len(body)
    assert "Accept-Encoding" in headers["Vary"]
    assert site.get(story.address, HTTP_ACCEPT_ENCODING="gzip;q=0")[2] == whole[2]
    assert site.get(story.address, method="head")[1:] == (whole[1], b"")
    for tag in (headers["ETag"], whole[1]["ETag"], f'"x", W/{headers["ETag"]}', "*"):
        status, _headers, body = site.get(story.address, HTTP_IF_NONE_MATCH=tag)
        assert (status, body) == (304, b"")
    assert site.get(story.address, HTTP_IF_NONE_MATCH='"x"')[0] == 200
    assert site.made == 1


def test_a_crowd_at_a_page_that_nobody_asked_for_yet_has_it_made_once(site, story):
    def read() -> None:
        site.get(story.address)
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(40)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert site.made == 1


def test_a_hundred_readers_at_once_make_a_changed_page_once(site, story):
    site.get(story.address)
    story.article.title = "又改了"
    story.article.save()
    got: list[str] = []

    def read() -> None:
        got.append(site.get(story.address)[2].decode())
        connection.close()

    readers = [threading.Thread(target=read) for _ in range(100)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(got) == 100
    assert all("又改了" in page for page in got)
    assert site.made == 2


def test_what_only_grew_old_is_made_again(site, story, monkeypatch):
    site.get(story.address)
    monkeypatch.setattr(shared_pages, "LIFETIME", -1.0)
    site.get(story.address)
    assert site.made == 2


def test_memory_is_bounded(site, story, monkeypatch):
    monkeypatch.setattr(shared_pages, "MOST_BYTES", 60_000)
    for number in range(40):
        site.get(f"{story.address}?n={number}")
    assert sum(page.size for page in site.pages._pages.values()) == site.pages._bytes <= 60_000
    assert 0 < len(site.pages._pages) < 40
    site.get(story.address + "?" + "n" * 400)
    assert all(len(key[4]) < 400 for key in site.pages._pages)


def test_feeds_and_lists_are_shared(site, story):
    paths = ["/", "/p/", f"/p/{story.programme.slug}/", reverse("stories:public-list"), "/notices/"]
    paths += [reverse("stories:feed", args=[form]) for form in ("atom", "rss", "json")]
    for path in paths:
        assert site.get(path)[0] == 200, path
        made = site.made
        site.get(path)
        assert site.made == made, path


def test_nothing_that_is_shared_differs_for_who_has_signed_in_elsewhere(site):
    """Every address of the product, asked by nobody: what is kept says nothing that a second reader may not see, for a view
    that read a session, a person or a token would have set a cookie or asked for a session."""
    world = World("甲")
    for name in TABLE:
        path = address_of(world, name)
        site.get(path)
    kept = sorted({key[3] for key in site.pages._pages})
    assert kept, "nothing was kept at all"
    for path in kept:
        assert not path.startswith(("/desk/", "/my/", "/jury/", "/mentor/", "/committee/", "/account/")), path
        page = Client().get(path.encode("latin-1").decode())
        assert "sessionid" not in page.cookies, path
        assert "csrftoken" not in page.cookies, path
