"""The page of one story on the desk, which the acts on it come back to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.articles import queries as articles
from yingzao.core.ui.forms import Form
from yingzao.stories import exports, queries, rules
from yingzao.stories.bridge.truth import check_story
from yingzao.stories.enums import StoryState
from yingzao.stories.forms import AddressForm, CommentForm, PublishForm, SendBackForm, WithdrawForm
from yingzao.stories.models import Story

FORMS: dict[str, type[Form]] = {
    "withdraw_form": WithdrawForm,
    "publish_form": PublishForm,
    "back_form": SendBackForm,
    "comment_form": CommentForm,
}


def story_page(request: HttpRequest, found: Story, **bound: Form) -> HttpResponse:
    """As readers will see it, what can be done with it, and what was said. `bound` are forms that were wrong."""
    status = 422 if bound else 200
    context = {
        "programme": found.programme,
        "story": found,
        "tells": rules.may_tell(request.user, found),
        "acts": rules.acts_open_to(request.user, found),
        "silent": articles.pictures_without_words(found.article),
        "parts": exports.parts_of(found),
        "check": check_story(found),
        "remarks": queries.remarks_of(found),
        "corrections": queries.corrections_of(found),
        "way": [
            (state, state.label, state == rules.state_now(found))
            for state in StoryState
            if state != StoryState.WITHDRAWN or found.is_withdrawn
        ],
    }
    context["address_form"] = bound.pop("address_form", None) or AddressForm(initial={"slug": found.slug})
    context["former"] = found.former_addresses.all()
    context |= {name: bound.get(name) or form() for name, form in FORMS.items()}
    return render(request, "stories/desk_story.html", context, status=status)
