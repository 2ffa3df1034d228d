"""Versions of a story, what differs between two, and what is typed and not saved yet."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.articles.exports import source_of
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.scoping import only
from yingzao.stories import actions, queries, rules
from yingzao.stories.enums import StoryAct
from yingzao.stories.views import access


@login_required
def versions(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """All of them, and what differs between two: those that are asked for, else the last and the one before."""
    story = access.story_to_read(request.user, programme_code, code)
    found = list(queries.versions_of(story))
    numbers = [str(version.number) for version in found]
    later = queries.version_numbered(story, request.GET.get("to") or next(iter(numbers), None))
    before = [str(v.number) for v in found if later is not None and v.number < later.number]
    earlier = queries.version_numbered(story, request.GET.get("from") or next(iter(before), None))
    if earlier is not None and later is not None and earlier.number > later.number:
        earlier, later = later, earlier
    context = {
        "programme": story.programme,
        "story": story,
        "versions": found,
        "earlier": earlier,
        "later": later,
        "pieces": queries.between(earlier, later) if earlier and later else [],
        "may_edit": rules.may_do(StoryAct.EDIT, request.user, story),
    }
    return render(request, "stories/desk_versions.html", context)


@login_required
@require_POST
def autosave(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Keep what is typed for the person who types it. Says when, as a clock shows it."""
    programme = access.programme_to_tell(request.user, programme_code)
    story = None
    if code := request.POST.get("story"):
        story = only(queries.stories_told_by(request.user).filter(programme=programme), code=code)
    typed = request.POST.dict()
    try:
        if (
            "surface" in typed
        ):  # it says more than the source, which follows a moment later or, without a network, not at all
            typed["text"] = source_of(typed["surface"])
        kept = actions.keep_unsaved(
            programme=programme,
            story=story,
            by=request.user,
            typed=typed,
            ticked={"activities": request.POST.getlist("activities")},
        )
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    moment = kept.at.astimezone(SHANGHAI)
    return JsonResponse({"sentence": _("Kept at %(time)s, not saved yet.") % {"time": f"{moment:%H:%M:%S}"}})


@login_required
@require_POST
def forget(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_tell(request.user, programme_code)
    story = None
    if code := request.POST.get("story"):
        story = only(queries.stories_told_by(request.user).filter(programme=programme), code=code)
    actions.forget_unsaved(programme=programme, story=story, by=request.user)
    messages.success(request, _("Thrown away. Here is what was saved."))
    if story is None:
        return redirect("stories:desk-new", programme.code)
    return redirect("stories:desk-edit", programme.code, story.code)
