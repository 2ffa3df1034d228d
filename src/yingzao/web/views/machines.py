"""What search engines read first: where they may go, and which pages there are (sitemaps.org, RFC 9309)."""

import datetime as dt
from collections.abc import Iterable
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLResolver, get_resolver, reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from yingzao.core.clock import SHANGHAI
from yingzao.core.ui.shared import for_everyone
from yingzao.web import public_site
from yingzao.web.public_site import Listed
from yingzao.web.views.public import site_of

# How the address of a page begins that may be found by searching; all else is shut, what rooms add later too. Certificates are
# for whoever was given their number.
OPEN = {
    "",
    "feeds",
    "files",
    "notices",
    "o",
    "p",
    "privacy",
    "robots.txt",
    "sitemap.xml",
    "sitemaps",
    "stories",
}


@cache
def private_paths() -> tuple[str, ...]:
    """How all other addresses begin."""
    rooms = (room for room in get_resolver().url_patterns if isinstance(room, URLResolver))
    routes = (str(page.pattern) for room in rooms for page in room.url_patterns)
    firsts = {route.partition("/")[0] + ("/" if "/" in route else "") for route in routes}
    return tuple(sorted(f"/{first}" for first in firsts if first.rstrip("/") not in OPEN))


@require_safe
@for_everyone
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in private_paths())]
    lines += ["", f"Sitemap: {site_of(request)}{reverse('web:sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@for_everyone
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the lists below it."""
    site = site_of(request)
    parts = [(reverse("web:sitemap-pages"), public_site.last_story_change())]
    parts += [
        (reverse("web:sitemap-stories", args=[number]), changed)
        for number, changed in enumerate(public_site.story_sitemaps(), 1)
    ]
    rows = "".join(f"<sitemap><loc>{escape(site + path)}</loc>{_changed(at)}</sitemap>" for path, at in parts)
    return _xml(f'<sitemapindex xmlns="{NAMES}">{rows}</sitemapindex>')


@require_safe
@for_everyone
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return _pages(request, public_site.other_pages())


@require_safe
@for_everyone
def sitemap_stories(request: HttpRequest, number: int) -> HttpResponse:
    found = public_site.story_pages(number) if number else []
    if not found:
        raise Http404
    return _pages(request, found)


NAMES = "http://www.sitemaps.org/schemas/sitemap/0.9"


def _pages(request: HttpRequest, pages: Iterable[Listed]) -> HttpResponse:
    site = site_of(request)
    rows = "".join(
        f"<url><loc>{escape(site + page.path)}</loc>{_changed(page.changed_at)}</url>" for page in pages
    )
    return _xml(f'<urlset xmlns="{NAMES}">{rows}</urlset>')


def _changed(at: dt.datetime | dt.date | None) -> str:
    if at is None:
        return ""
    told = at.astimezone(SHANGHAI).isoformat(timespec="seconds") if isinstance(at, dt.datetime) else at
    return f"<lastmod>{told}</lastmod>"


def _xml(body: str) -> HttpResponse:
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n', content_type="application/xml")
