"""A story that begins with an activity."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yingzao.core.scoping import only
from yingzao.stories import actions, queries
from yingzao.stories.views import access


@login_required
@require_safe
def choose(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The activities of the plan, the latest first, with how many stories tell of each."""
    programme = access.programme_to_tell(request.user, programme_code)
    found = queries.activities_with_stories(programme)
    return render(request, "stories/desk_from.html", {"programme": programme, "activities": found})


@login_required
def start(request: HttpRequest, programme_code: str, activity_code: str) -> HttpResponse:
    """What the draft would begin with; posted, the draft."""
    programme = access.programme_to_tell(request.user, programme_code)
    activity = only(queries.activities_to_tell_of(programme).select_related("programme"), code=activity_code)
    if request.method == "POST":
        story = actions.start_from_activity(activity=activity, by=request.user)
        messages.success(
            request, _("A draft with what the plan knows. What was brought home stands beside the text.")
        )
        return redirect("stories:desk-edit", programme.code, story.code)
    place, communities = queries.places_of(activity, request.user)
    context = {
        "programme": programme,
        "activity": activity,
        "place": place,
        "communities": communities,
        "told": queries.stories_of(programme).filter(activities=activity),
    }
    return render(request, "stories/desk_from_activity.html", context)
