"""Stories for feed readers, of the whole site and of one programme."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.programmes.models import Programme
from yingzao.stories import queries, rules
from yingzao.stories.exports import atom as feeds
from yingzao.stories.views import access, conditional

ENTRIES = 50


@require_safe
def all_stories(request: HttpRequest) -> HttpResponse:
    return _feed(request, None)


@require_safe
def of_programme(request: HttpRequest, slug: str) -> HttpResponse:
    return _feed(request, access.public_programme(slug))


def _feed(request: HttpRequest, programme: Programme | None) -> HttpResponse:
    """304 without looking at a story when none was published, edited or withdrawn since."""
    site = request.build_absolute_uri("/").rstrip("/")
    changed = queries.last_change(programme)
    since = changed or (programme.created_at if programme else feeds.BEGINNING)
    name = f"{programme.full_name} {programme.organisation.name}" if programme else ""
    etag = conditional.tag_of("feed", site, name, since.isoformat())
    if same := conditional.unchanged(request, etag, since):
        return same
    with translation.override("zh-hans"):  # one feed for all readers: its words do not follow a cookie
        title = (
            _("%(programme)s: stories") % {"programme": programme.full_name} if programme else _("Stories")
        )
        body = feeds.atom(
            queries.published_stories(programme)[:ENTRIES],
            site=site,
            host=rules.host_for_tags(request.get_host()),
            address=request.path,
            page=reverse("web:public-programme", args=[programme.slug])
            if programme
            else reverse("stories:public-list"),
            title=title,
            updated=since,
            programme=programme,
        )
    return conditional.marked(HttpResponse(body, content_type=feeds.CONTENT_TYPE), etag, since)
