"""A story as it stands on a phone, and as pictures to send."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingzao.core.errors import Refused
from yingzao.stories import exports
from yingzao.stories.enums import CardForm
from yingzao.stories.models import Story
from yingzao.stories.views import access


@login_required
@require_safe
@csp_update({"frame-src": [SELF]})
def share(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    story = access.story_to_read(request.user, programme_code, code)
    address = request.build_absolute_uri(story.address)
    context = {
        "programme": story.programme,
        "story": story,
        "address": address,
        "cards": [(form, form.label, _why_not(story, form, address)) for form in CardForm],
    }
    return render(request, "stories/desk_share.html", context)


def _why_not(story: Story, form: CardForm, address: str) -> str:
    """Why there is no such picture; "" where it is drawn now, and kept while the story is public."""
    try:
        exports.card_of(story, form, address=address)
    except Refused as refusal:
        return str(refusal.sentence)
    return ""
