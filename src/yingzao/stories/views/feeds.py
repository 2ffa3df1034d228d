"""Feeds for readers of other programs: a pair of what it tells of and the form that it is written in."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.core import clock
from yingzao.core.ui.shared import for_everyone
from yingzao.stories import queries, rules
from yingzao.stories.exports import feeds
from yingzao.stories.queries import Scope
from yingzao.stories.views import access, conditional

ENTRIES = 50
MOST_ENTRIES = 1000


class FeedForm:
    """The last part of a feed's address."""

    regex = "|".join(feeds.WRITERS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@require_safe
@for_everyone
def all_stories(request: HttpRequest, form: str) -> HttpResponse:
    return _feed(request, form, queries.all_stories(), reverse("stories:public-list"))


@require_safe
@for_everyone
def of_programme(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    programme = access.public_programme(slug)
    page = reverse("web:public-programme", args=[programme.slug])
    return _feed(request, form, queries.of_programme(programme), page)


@require_safe
@for_everyone
def of_category(request: HttpRequest, category: str, form: str) -> HttpResponse:
    scope = queries.of_category(category)
    if scope is None:
        raise Http404
    return _feed(request, form, scope, f"{reverse('stories:public-list')}?category={quote(category)}")


@require_safe
@for_everyone
def of_community(request: HttpRequest, code: str, form: str) -> HttpResponse:
    community = access.public_community(code)
    page = f"{reverse('stories:public-list')}?community={community.code}"
    return _feed(request, form, queries.of_community(community), page)


def _feed(request: HttpRequest, form: str, scope: Scope, page: str) -> HttpResponse:
    """304 without looking at a story when none was published, edited or withdrawn since."""
    site = request.build_absolute_uri("/").rstrip("/")
    changed, rows = queries.last_of(scope)
    since = changed or scope.since
    number = _asked(request, "page", 1, 10_000)
    count = _asked(request, "entries", ENTRIES, MOST_ENTRIES)
    hub = settings.YINGZAO_HUB
    etag = conditional.tag_of(
        "feed", form, scope.about, site, hub, number, count, scope.name, rows, since.isoformat()
    )
    if same := conditional.unchanged(request, etag, since):
        return same
    found = queries.entries_of(scope, first=(number - 1) * count, count=count + 1)
    with translation.override("zh-hans"):  # one feed for all readers: its words do not follow a cookie
        frame = feeds.Frame(
            name=f"tag:{rules.host_for_tags(request.get_host())},{clock.local_date(scope.since)}:{scope.about}",
            title=_("%(programme)s: stories") % {"programme": scope.name} if scope.name else _("Stories"),
            updated=since,
            site=site,
            address=_page_at(request, site, number, count),
            page=f"{site}{page}",
            start=_page_at(request, site, 1, count),
            following=_page_at(request, site, number + 1, count) if len(found) > count else "",
            before=_page_at(request, site, number - 1, count) if number > 1 else "",
            hub=hub,
            gone=queries.gone_from(scope) if number == 1 else (),
        )
        body = feeds.WRITERS[form](frame, found[:count])
    response = HttpResponse(body, content_type=feeds.CONTENT_TYPES[form])
    if hub:  # W3C WebSub §4: where a subscriber looks first
        response.headers["Link"] = f'<{hub}>; rel="hub", <{frame.address}>; rel="self"'
    return conditional.marked(response, etag, since)


def _asked(request: HttpRequest, name: str, usual: int, most: int) -> int:
    """A number of the address; what is none, or out of bounds, is the usual one or the bound."""
    said = request.GET.get(name, "")
    return min(max(int(said), 1), most) if said.isascii() and said.isdecimal() and len(said) < 7 else usual


def _page_at(request: HttpRequest, site: str, number: int, count: int) -> str:
    asked = {"page": number} if number > 1 else {}
    if count != ENTRIES:
        asked["entries"] = count
    return f"{site}{quote(request.path)}{'?' + urlencode(asked) if asked else ''}"
