"""Base pages, switches, health, refusals and error pages."""

import json
import logging

import pytest
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path
from django.utils import translation
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.core.ui.context import page
from yingzao.core.ui.styleguide import PAGES
from yingzao.core.ui.views import bad_request


def refuse(request):
    raise Refused("名单已经公示，不能再改。")


def fail(request):
    raise ZeroDivisionError


def greedy(request):
    raise RequestDataTooBig


urlpatterns = [
    path("refuse/", refuse),
    path("fail/", fail),
    path("greedy/", greedy),
    path("button/", require_POST(lambda request: HttpResponse("pressed"))),
    path("signed/", login_required(require_POST(lambda request: HttpResponse("pressed")))),
    path("fine/", lambda request: HttpResponse("fine")),
    path("", include("yingzao.core.ui.urls")),
]
handler400 = bad_request


@pytest.fixture
def _own_urls(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def _shown(settings):
    settings.DEMO_SIGN_IN = True


@pytest.mark.usefixtures("_own_urls", "_shown")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_base_page_draws_in_both_languages(client, name, language):
    client.cookies["django_language"] = language
    response = client.get(f"/styleguide/{name}/")
    text = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in text
    assert response.headers["Content-Language"] == language
    assert text.count("<h1") == 1
    assert text.count('id="main"') == 1
    assert 'href="#main"' in text
    assert ("跳到正文" in text) is (language == "zh-hans")
    assert ("Skip to the content" in text) is (language == "en")


@pytest.mark.usefixtures("_own_urls")
def test_styleguide_is_not_on_an_office_instance(client, settings):
    settings.DEMO_SIGN_IN = settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.usefixtures("_own_urls", "_shown")
def test_styleguide_has_no_other_pages(client):
    assert client.get("/styleguide/nothing/").status_code == 404


@pytest.mark.usefixtures("_own_urls")
def test_language_is_kept_and_comes_back(client):
    response = client.post("/language/", {"language": "en", "next": "/fine/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/fine/?a=1")
    assert response.cookies["django_language"].value == "en"


@pytest.mark.usefixtures("_own_urls")
@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_switches_lead_nowhere_else(client, elsewhere):
    assert client.post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"
    assert client.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


@pytest.mark.usefixtures("_own_urls")
def test_unknown_language_or_theme_changes_nothing(client):
    assert client.post("/language/", {"language": "fr"}).cookies == {}
    assert client.post("/theme/", {"theme": "pink"}).cookies == {}


@pytest.mark.usefixtures("_own_urls")
def test_switches_are_not_followed_by_get(client):
    assert client.get("/language/").status_code == 405
    assert client.get("/theme/").status_code == 405


@pytest.mark.usefixtures("_own_urls", "_shown")
@pytest.mark.parametrize(
    ("kept", "attributes"),
    [
        ("dark", 'data-theme="dark" data-bs-theme="dark"'),
        ("light", 'data-theme="light" data-bs-theme="light"'),
        ("auto", 'data-theme="auto">'),
        ('"><script>', 'data-theme="auto">'),
    ],
)
def test_theme_from_the_cookie_is_set_by_the_server(client, kept, attributes):
    client.cookies["yz-theme"] = kept
    assert attributes in client.get("/styleguide/").content.decode()


@pytest.mark.usefixtures("_own_urls")
@pytest.mark.django_db
def test_health(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("_own_urls")
def test_refusal_is_a_page_with_its_sentence(client):
    response = client.get("/refuse/")
    assert response.status_code == 422
    text = response.content.decode()
    assert "<p>名单已经公示，不能再改。</p>" in text
    assert "<html" in text


@pytest.mark.usefixtures("_own_urls")
def test_refusal_within_a_page_goes_to_its_message_region(client):
    response = client.get("/refuse/", headers={"hx-request": "true"})
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#messages"
    text = response.content.decode()
    assert "名单已经公示，不能再改。" in text
    assert "<html" not in text


@pytest.mark.usefixtures("_own_urls")
def test_error_pages_say_what_to_do(client):
    client.raise_request_exception = False
    missing, failed, greedy_one = client.get("/nowhere/"), client.get("/fail/"), client.get("/greedy/")
    assert (missing.status_code, failed.status_code, greedy_one.status_code) == (404, 500, 413)
    assert "没有这个页面" in missing.content.decode()
    assert "我们这边出了问题" in failed.content.decode()
    assert "内容太大了" in greedy_one.content.decode()


@pytest.mark.usefixtures("_own_urls")
def test_stale_form_is_explained():
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/button/")
    assert response.status_code == 403
    assert "页面打开太久了" in response.content.decode()


def test_server_error_page_needs_no_request():
    for language, words in (("zh-hans", "我们这边出了问题"), ("en", "Something went wrong on our side")):
        with translation.override(language):
            assert words in render_to_string("500.html")


def report(client, body):
    return client.post("/csp-report/", body, content_type="application/csp-report")


@pytest.mark.usefixtures("_own_urls")
def test_policy_report_is_logged_short(client, caplog):
    with caplog.at_level(logging.WARNING, logger="yingzao.csp"):
        told = {
            "csp-report": {"document-uri": "http://x/", "blocked-uri": "inline", "script-sample": "secret"}
        }
        assert report(client, json.dumps(told)).status_code == 204
    (line,) = caplog.messages
    assert "inline" in line
    assert "secret" not in line


@pytest.mark.usefixtures("_own_urls")
@pytest.mark.parametrize("body", ["", "no json", "[]", '"a"', '{"csp-report": 3}', "x" * 20_000])
def test_bad_policy_report_is_an_answer_not_an_error(client, caplog, body):
    assert report(client, body).status_code == 400
    assert caplog.messages == [m for m in caplog.messages if "Bad Request" in m]


def test_policy_reports_to_us(settings):
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["report-uri"] == "/csp-report/"


def test_phone_takes_another_audience():
    page = render_to_string("ui/phone.html", {"audience": "jury"}, RequestFactory().get("/"))
    assert 'class="tabs"' in page


@pytest.mark.usefixtures("_own_urls")
def test_a_buttons_address_opened_without_its_button_is_a_page_in_words(client):
    response = client.get("/button/")
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "<h1>这个地址不能直接打开</h1>" in response.content.decode()
    assert client.post("/button/").content == b"pressed"
    assert client.put("/button/").content == b""


@pytest.mark.parametrize(
    ("host", "only_here"),
    [
        ("127.0.0.1:8000", True),
        ("localhost", True),
        ("[::1]:8000", True),
        ("192.168.1.5:8000", False),
        ("127.example.org", False),
        ("yingzao.example.org", False),
    ],
)
def test_links_made_under_an_address_of_this_machine_are_warned_of(host, only_here):
    request = RequestFactory().get("/", headers={"host": host})
    drawn = render_to_string("ui/only_here.html", page(request))
    assert ("现在生成的链接和二维码只能在本机打开" in drawn) is only_here


@pytest.mark.usefixtures("_own_urls")
@pytest.mark.parametrize(
    ("came_from", "back_to"),
    [
        ("http://testserver/desk/stages/?show=all", "/desk/stages/%3Fshow%3Dall"),
        ("https://elsewhere.example/", "/signed/"),
        ("", "/signed/"),
    ],
)
def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(
    client, settings, came_from, back_to
):
    settings.LOGIN_URL = "/sign-in/"
    response = client.post("/signed/", headers={"referer": came_from} if came_from else {})
    assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={back_to}")
