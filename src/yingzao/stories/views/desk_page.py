"""The page of one story on the desk, which the acts on it come back to."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape, format_html

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


def draw_figure(story: Story, figures: list[queries.ShownFigure]) -> Callable[[str, str], str]:
    """A bound figure in the text on the desk: what stands there, its name and source, and the way to its line."""
    known = {one.bound.key: one for one in figures}

    def draw(key: str, words: str) -> str:
        if (one := known.get(key)) is None:
            return escape(words)
        about = one.now.about if one.now else ""
        return format_html(
            '<a class="bound-figure" href="#figure-{}" title="{}">{}</a>',
            key,
            f"{one.bound.name} · {about}",
            one.stands,
        )

    return draw


def story_page(request: HttpRequest, found: Story, **bound: Form) -> HttpResponse:
    """As readers will see it, what can be done with it, and what was said. `bound` are forms that were wrong."""
    figures = queries.figures_of(found)
    status = 422 if bound else 200
    context = {
        "programme": found.programme,
        "story": found,
        "tells": rules.may_tell(request.user, found),
        "acts": rules.acts_open_to(request.user, found),
        "silent": articles.pictures_without_words(found.article),
        "parts": exports.parts_of(found, draw_figure(found, figures)),
        "figures": figures,
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
