"""The pages and switches that belong to no room: language, theme, health, reports of the content policy, error pages."""

import json
import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from yingzao.core.ui import offline as keeping
from yingzao.core.ui import signals
from yingzao.core.ui import styleguide as examples
from yingzao.core.ui.context import THEME_COOKIE, THEMES

reports_log = logging.getLogger("yingzao.csp")
YEAR = 365 * 24 * 3600
LARGEST_REPORT = 16_384


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """To the page that the switch stood on, when it is one of ours; home otherwise."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if ours else "/")


def _kept(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SERVED_OVER_TLS)
    return response


@csrf_exempt  # the forms stand on pages that everybody shares; a forged one could change the look and no more
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language in a cookie for a year, and tell whoever writes to the reader; one that we do not have changes nothing."""
    language = request.POST.get("language")
    response = _back(request)
    if language in dict(settings.LANGUAGES):
        _kept(response, settings.LANGUAGE_COOKIE_NAME, language)
        if request.user.is_authenticated:
            signals.language_chosen.send(sender=type(request.user), person=request.user, language=language)
    return response


@csrf_exempt
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or auto in a cookie for a year; anything else changes nothing."""
    theme = request.POST.get("theme")
    response = _back(request)
    if theme in THEMES:
        _kept(response, THEME_COOKIE, theme)
    return response


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when this process answers and the database does; an exception, hence 500, otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Served from the root, so that it answers for every page; asked for anew each time."""
    return HttpResponse(
        keeping.worker_script(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": "/"},
    )


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to put the site on its home screen; without it an iPhone shows no notices."""
    icons = [
        {"src": static(f"ui/icon-{pixels}.png"), "sizes": f"{pixels}x{pixels}", "type": "image/png"}
        for pixels in (192, 512)
    ]
    told = {
        "id": "/",
        "name": _("Yingzao"),
        "short_name": _("Yingzao"),
        "lang": translation.get_language(),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f1e7",
        "theme_color": "#b23a2a",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")


@require_safe
def offline(request: HttpRequest, language: str) -> HttpResponse:
    """What the worker shows where there is neither a network nor a copy. It is nobody's: it holds no personal data."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        response = render(request, "ui/offline/page.html")
        response.headers["Content-Language"] = language
    return response


@csrf_exempt  # browsers send these by themselves, without a token
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Log what the browser refused to load. Anyone may send anything here, so only short, known fields are logged."""
    body = request.body[:LARGEST_REPORT] if len(request.body) <= LARGEST_REPORT else b""
    try:
        report = json.loads(body).get("csp-report", {})
        told = {
            key: str(report.get(key, ""))[:200]
            for key in (
                "document-uri",
                "effective-directive",
                "violated-directive",
                "blocked-uri",
                "source-file",
            )
        }
    except (ValueError, AttributeError):
        return HttpResponse(status=400)
    reports_log.warning("content policy refused: %s", json.dumps(told, ensure_ascii=False))
    return HttpResponse(status=204)


@require_GET
def styleguide(request: HttpRequest, page: str = "desk") -> HttpResponse:
    """Every component, and every base page. Only for those who build or show the product, not on an office's instance."""
    if not (settings.DEBUG or settings.DEMO_SIGN_IN) or page not in examples.PAGES:
        raise Http404
    return render(request, examples.PAGES[page], examples.context(request))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 in words, and 413 when what was sent is larger than we read."""
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)
