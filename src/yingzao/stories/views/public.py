"""What everyone may read: the list of stories, and each of them."""

from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from yingzao.core.errors import Refused
from yingzao.core.ui.context import chosen_theme
from yingzao.core.ui.shared import for_everyone
from yingzao.people.queries import look_of, look_of_the_only_one
from yingzao.stories import exports, queries, rules
from yingzao.stories.enums import CardForm
from yingzao.stories.models import Story
from yingzao.stories.views import access, conditional

STORIES_A_PAGE = 12
CATEGORIES = 12


@require_safe
@for_everyone
def stories(request: HttpRequest) -> HttpResponse:
    scope, feed = _scope(request)
    found = queries.search(queries.published_stories().filter(scope.where), request.GET.get("q", ""))
    page = Paginator(found, STORIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "shown": queries.with_pictures(page.object_list),
        "searched": request.GET.get("q", "").strip(),
        "scope": scope,
        "feed": feed,
        "categories": queries.categories_in_public()[:CATEGORIES],
        "chosen": request.GET.get("category", ""),
        "look": look_of_the_only_one(),
        "site": _site(request),
        "address": _site(request) + _listed(request, page.number),
    }
    return render(request, "stories/public_list.html", context)


def _listed(request: HttpRequest, number: int) -> str:
    """The list's address as it is found again: what it is narrowed to and its page, without what was searched."""
    kept = {name: request.GET[name] for name in ("community", "category") if request.GET.get(name)}
    if number > 1:
        kept["page"] = str(number)
    return reverse("stories:public-list") + (f"?{urlencode(kept)}" if kept else "")


def _scope(request: HttpRequest) -> tuple[queries.Scope, str]:
    """What the list is narrowed to, and the address of its feed but for the form at its end. 404 where there is no such thing."""
    if code := request.GET.get("community", ""):
        community = access.public_community(code)
        address = reverse("stories:community-feed", args=[community.code, "atom"])
        return queries.of_community(community), address.removesuffix("atom")
    if category := request.GET.get("category", ""):
        scope = queries.of_category(category)
        if scope is None:
            raise Http404
        if "/" in category:  # its name is no part of an address
            return scope, ""
        return scope, reverse("stories:category-feed", args=[category, "atom"]).removesuffix("atom")
    if tag := request.GET.get("tag", ""):
        scope = queries.of_tag(tag)
        if scope is None:
            raise Http404
        return scope, ""
    return queries.all_stories(), reverse("stories:feed", args=["atom"]).removesuffix("atom")


@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # the editor looks at it in the frame of a phone
@for_everyone
def story(request: HttpRequest, slug: str) -> HttpResponse:
    """A published story; 410 with a sentence for a withdrawn one; before that only those who work on it see it. 301 from a
    former address."""
    found = access.story_in_public(request.user, slug)
    if found.slug != slug:
        return conditional.moved(found.address)
    previews = not found.is_published and rules.may_preview(request.user, found)
    if found.is_withdrawn and not previews:
        return render(request, "stories/public_withdrawn.html", {"story": found}, status=410)
    if previews or not _is_plain(request):
        response = _page(request, found, previews=previews)
        response.headers["Cache-Control"] = "private, no-store" if previews else "private, no-cache"
        return response
    since = (
        queries.last_change(found.programme) or found.changed_at
    )  # other stories of the programme stand below it
    etag = conditional.tag_of(
        "story",
        found.code,
        since.isoformat(),
        found.programme.full_name,
        found.programme.is_public,
        *(one.code for one in queries.public_communities_of(found)),
        look_of(found.programme.organisation),
        _site(request),
        request.LANGUAGE_CODE,
        chosen_theme(request),
    )
    if same := conditional.unchanged(request, etag, since):
        return same
    return conditional.marked(_page(request, found), etag, since, vary="Cookie")


@require_safe
def card(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """The story as a picture: for everyone while it is public, before and after for those who work on it."""
    found = access.story_in_public(request.user, slug)
    if found.slug != slug:
        return conditional.moved(reverse("stories:public-card", args=[found.slug, form]))
    if form not in CardForm.values or not (found.is_published or rules.may_preview(request.user, found)):
        raise Http404
    address = request.build_absolute_uri(found.address)
    etag = f'"{exports.fingerprint_of(found, CardForm(form), address)[:32]}"'
    if same := conditional.unchanged(request, etag, found.changed_at):
        return same
    try:
        drawn = exports.card_of(found, CardForm(form), address=address)
    except Refused as refusal:
        return HttpResponse(refusal.sentence, status=422, content_type="text/plain; charset=utf-8")
    response = HttpResponse(drawn, content_type="image/png")
    said = content_disposition_header("save" in request.GET, f"{found.title[:80]}.png")
    response.headers["Content-Disposition"] = said or "inline"
    conditional.marked(response, etag, found.changed_at)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _page(request: HttpRequest, found: Story, *, previews: bool = False) -> HttpResponse:
    parts = exports.parts_of(found)
    address = request.build_absolute_uri(found.address)
    context = {
        "story": found,
        "look": look_of(found.programme.organisation),
        "programme": found.programme,
        "parts": parts,
        "previews": previews,
        "address": address,
        "site": _site(request),
        "told": exports.structured(found, parts, address=address, site=_site(request)),
        "more": queries.with_pictures(queries.published_stories(found.programme).exclude(pk=found.pk)[:3]),
    }
    return render(request, "stories/public_story.html", context)


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _is_plain(request: HttpRequest) -> bool:
    """Nobody signed in and no message waiting: the page is the same for everyone with these cookies."""
    return not request.user.is_authenticated and "messages" not in request.COOKIES
