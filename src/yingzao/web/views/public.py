"""What anybody may read of an organisation and of a programme."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.ui.shared import for_everyone
from yingzao.people.queries import look_of, look_of_the_only_one
from yingzao.programmes.queries import public_programmes
from yingzao.stories import exports
from yingzao.stories import queries as stories
from yingzao.web import public_site, queries
from yingzao.web.views import access

STORIES_A_PAGE = 12
FEEDS = (
    ("atom", "application/atom+xml"),
    ("rss", "application/rss+xml"),
    ("json", "application/feed+json"),
)


@for_everyone
def programmes(request: HttpRequest) -> HttpResponse:
    context = {
        "programmes": public_programmes(),
        "look": look_of_the_only_one(),
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "web/welcome.html", context)


def start(request: HttpRequest) -> HttpResponse:
    """The front page for whoever is not signed in: what is new, programmes, lists that are open for objection."""
    site = site_of(request)
    newest = stories.with_pictures(stories.published_stories()[: public_site.NEWEST])
    context = {
        "programmes": public_programmes(),
        "organisations": public_site.public_organisations(),
        "stories": newest,
        "notices": public_site.public_notices(ends_on__gte=clock.today())[:5],
        "look": look_of_the_only_one(),
        "address": f"{site}/",
        "site": site,
        "is_start": True,
    }
    return render(request, "web/welcome.html", context)


@for_everyone
def organisation(request: HttpRequest, code: str) -> HttpResponse:
    found = access.public_organisation(code)
    site = site_of(request)
    page = Paginator(public_site.stories_of(found), STORIES_A_PAGE).get_page(request.GET.get("page"))
    address = f"{site}{request.path}"
    context = {
        "organisation": found,
        "programmes": public_site.programmes_of(found),
        "notices": public_site.public_notices(programme__organisation=found)[:5],
        "page": page,
        "shown": stories.with_pictures(page.object_list),
        "look": look_of(found),
        "address": paged(address, page.number),
        "site": site,
        "told": [
            public_site.about_organisation(found, site),
            exports.trail([(_("Front page"), f"{site}/"), (found.shown_name, address)]),
        ],
    }
    return render(request, "web/organisation.html", context)


@for_everyone
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.public_programme(slug)
    on = clock.parse_day(request.GET.get("on"))
    site = site_of(request)
    page = Paginator(stories.published_stories(found), STORIES_A_PAGE).get_page(request.GET.get("page"))
    shown = stories.with_pictures(page.object_list)
    look = look_of(found.organisation)
    address = f"{site}{request.path}"
    context = {
        "programme": found,
        "overview": queries.overview(found, clock.end_of(on) if on else None),
        "page": page,
        "shown": shown,
        "picture": next((one.picture for one in shown if one.picture), None),
        "notices": public_site.public_notices(programme=found),
        "visits": queries.visited_places(found),
        "communities": public_site.communities_told_of(found),
        "stages": found.stages.all(),
        "feeds": FEEDS,
        "feed": reverse("stories:programme-feed", args=[found.slug, "atom"]).removesuffix("atom"),
        "look": look,
        "address": paged(address, page.number),
        "site": site,
        "told": [
            public_site.about_programme(found, site),
            exports.trail([(look.name, f"{site}{look.address}"), (found.full_name, address)]),
        ],
    }
    return render(request, "web/programme.html", context)


def site_of(request: HttpRequest) -> str:
    """Scheme and host, without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")


def paged(address: str, number: int) -> str:
    return f"{address}?page={number}" if number > 1 else address
