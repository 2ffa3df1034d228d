"""What the writing surface asks while somebody writes: its text both ways, a photo at once, and what stands beside the text."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.articles.exports import goes_into_surface, source_of, surface_of
from yingzao.articles.models import ArticleImage
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.stories import actions
from yingzao.stories.forms import PhotoForm
from yingzao.stories.views import access, putting


@login_required
@require_POST
def turn(request: HttpRequest, programme_code: str) -> JsonResponse:
    """The source of `html`, which may have been pasted, and the surface of that; or the surface of `source`. Keeps nothing."""
    programme = access.programme_to_tell(request.user, programme_code)
    story = programme.stories.filter(code=request.POST.get("story", "")).select_related("article").first()
    try:
        source = source_of(request.POST["html"]) if "html" in request.POST else request.POST.get("source", "")
        binding = actions.bind(programme, request.user, source, story=story, now=clock.now())
        surface = surface_of(source, story.article if story else None, binding.values)
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    told = {"source": source, "html": surface, "whole": goes_into_surface(surface), "names": binding.names}
    return JsonResponse(told)


@login_required
@require_POST
def photo(request: HttpRequest, programme_code: str, code: str) -> JsonResponse:
    """Keep a photo that was dropped into the text, and say which number it has."""
    story = access.story_to_tell(request.user, programme_code, code)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse(
            {"sentence": " ".join(form.errors.get("photo", [_("Choose a file first.")]))}, status=422
        )
    try:
        added = actions.add_photo(story=story, by=request.user, upload=form.cleaned_data["photo"])
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    return JsonResponse(_told(added))


@login_required
@require_POST
def put(request: HttpRequest, programme_code: str, code: str) -> JsonResponse:
    """Words or a photo of the material, for where the cursor stands. A photo is kept with the story at once."""
    story = access.story_to_tell(request.user, programme_code, code)
    try:
        found = putting.put_from_material(request.user, story, request.POST.get("put", ""))
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    told = {"mark": found.source.strip(), "html": found.html}
    return JsonResponse(told | (_told(found.picture) if found.picture else {}))


def _told(picture: ArticleImage) -> dict[str, str | int]:
    """A picture that was kept just now, as the page asks for its words."""
    assert picture.file is not None, "it was stored just now"
    return {
        "number": picture.position + 1,
        "src": reverse("media:file-at", args=[picture.file.code, 640]),
        "alt": picture.alt,
        "caption": picture.caption,
        "credit": picture.credit,
    }
