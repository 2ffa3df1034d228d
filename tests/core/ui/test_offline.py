"""What the server tells the worker: which pages may be kept, whose they are, and where everything stands."""

import json
import re

import pytest
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import include, path

from tests.factories.people import PersonFactory
from yingzao.core.ui import offline


@login_required
@offline.kept("case")
def own_page(request):
    return render(
        request, "ui/phone.html", {"ahead": ["/one/", "/two/"]}, status=int(request.GET.get("s", 200))
    )


urlpatterns = [
    path("own/", own_page),
    path("plain/", lambda request: render(request, "ui/phone.html")),
    path("data/", lambda request: HttpResponse("{}", content_type="application/json")),
    path("", include("yingzao.project.urls")),
]


@pytest.fixture
def person(settings, client, db):
    settings.ROOT_URLCONF = __name__
    person = PersonFactory()
    client.force_login(person)
    return person


def told(response) -> tuple[str | None, str | None]:
    return response.headers.get("X-Keep"), response.headers.get("X-Account")


def test_an_own_page_says_that_it_may_be_kept_and_whose_it_is(client, person):
    response = client.get("/own/")
    assert told(response) == ("case", person.code)
    page = response.content.decode()
    assert 'data-worker="/sw.js" data-ahead="/one/ /two/"' in page
    assert re.search(r'hidden data-kept-note data-kept-at="存于 \d{4}年\d+月\d+日 \d?\d:\d\d"', page)


def test_what_a_post_or_a_refusal_answers_is_not_kept(client, person):
    assert told(client.post("/own/")) == (None, person.code)
    assert told(client.get("/own/?s=422")) == (None, person.code)


def test_any_other_page_tells_whose_it_is_and_starts_no_worker(client, person):
    response = client.get("/plain/")
    assert told(response) == (None, person.code)
    assert "data-worker" not in response.content.decode()
    assert "data-kept-note" not in response.content.decode()
    assert told(client.get("/data/")) == (None, None)


def test_a_visitor_is_nobody_and_costs_no_query(client, person, django_assert_num_queries):
    client.logout()
    client.cookies.clear()
    with django_assert_num_queries(0):
        assert told(client.get("/plain/")) == (None, "nobody")


def test_whoever_signs_out_is_nobody_at_once(client, person):
    assert told(client.post("/sign-out/")) == (None, "nobody")


def test_the_worker_knows_the_version_the_shell_and_where_to_forget(client):
    response = client.get("/sw.js")
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-cache"
    first, second = response.content.decode().splitlines()
    known = json.loads(re.fullmatch(r"const WORKER = (.*);", first)[1])
    assert known["forgetAfter"] == ["/sign-out/"]
    assert known["offline"] == {"zh-hans": "/offline/zh-hans/", "en": "/offline/en/"}
    assert "/static/ui/yingzao.css" in known["shell"]
    assert second == (
        'importScripts("/static/ui/worker/storage.js", "/static/ui/worker/assets.js", "/static/ui/worker/pages.js", '
        '"/static/notices/push.worker.js");'
    )


@pytest.mark.django_db
def test_a_phone_can_put_the_site_on_its_home_screen(client):
    response = client.get("/manifest.webmanifest", headers={"Accept-Language": "zh-CN"})
    assert response.headers["Content-Type"] == "application/manifest+json"
    told = response.json()
    assert (told["name"], told["start_url"], told["display"]) == ("营造", "/", "standalone")
    assert [icon["sizes"] for icon in told["icons"]] == ["192x192", "512x512"]
    assert (
        'rel="manifest" href="/manifest.webmanifest"' in client.get("/sign-in/", follow=True).content.decode()
    )


def test_another_manifest_is_another_version(monkeypatch):
    before = offline.worker_script()
    assert offline.worker_script() == before
    monkeypatch.setattr(offline, "_manifest", lambda: "another")
    assert offline.worker_script() != before


def test_a_room_adds_its_part_once(monkeypatch):
    monkeypatch.setattr(offline, "_parts", [*offline._parts])
    offline.add_part("ui/ui.js")
    offline.add_part("ui/ui.js")
    assert offline.worker_script().count('"/static/ui/ui.js"') == 2  # in the shell, and once as a part


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "没有网络"), ("en", "No network")])
def test_the_offline_page_is_in_the_language_of_its_address(client, language, words):
    response = client.get(f"/offline/{language}/")
    assert f"<h1>{words}</h1>" in response.content.decode()
    assert response.headers["Content-Language"] == language


def test_an_offline_page_in_a_language_that_we_do_not_have_is_not_there(client, db):
    assert client.get("/offline/fr/").status_code == 404


def test_the_page_fetched_ahead_is_known_by_its_header():
    requests = RequestFactory()
    assert offline.is_ahead(requests.get("/", headers={"X-Ahead": "1"}))
    assert not offline.is_ahead(requests.get("/"))
