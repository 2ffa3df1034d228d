"""Taking a story away as a file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from yingzao.articles.exports import as_wechat
from yingzao.core.errors import Refused
from yingzao.stories.exports import files, picture_addresses
from yingzao.stories.views import access


@login_required
@require_safe
def forms(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The forms in which it goes out, and its text to be copied with its looks."""
    story = access.story_to_read(request.user, programme_code, code)
    addresses = picture_addresses(story.article, request.build_absolute_uri("/").rstrip("/"))
    context = {
        "programme": story.programme,
        "story": story,
        "forms": files.FORMS.items(),
        "is_original": files.original_of(story.article) is not None,
        "copied": as_wechat(files.whole(story), lambda picture: addresses[picture.number]),
    }
    return render(request, "stories/desk_out.html", context)


@login_required
@require_safe
def file(request: HttpRequest, programme_code: str, code: str, form: str) -> HttpResponse:
    story = access.story_to_read(request.user, programme_code, code)
    wanted = files.FORMS.get(form)
    if wanted is None:
        raise Http404
    try:
        made = wanted.make(story)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("stories:desk-out", programme_code, code)
    response = HttpResponse(made, content_type=wanted.media_type)
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=f"{story.title[:80]}.{wanted.ending}"
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
