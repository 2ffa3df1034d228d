"""A person's messages, and their place in the navigation."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yingzao.core.ui.navigation import Item, Section
from yingzao.notices import actions, phrases, queries
from yingzao.notices.views import access

A_PAGE = 20


@require_safe
@login_required
def messages(request: HttpRequest) -> HttpResponse:
    only_unread = request.GET.get("show") == "unread"
    every = queries.messages_for(request.user)
    unread = queries.unread_count(request.user)
    found = every.filter(read_at=None) if only_unread else every
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "unread": unread,
        "filters": [("", _("All"), None), ("unread", _("Unread"), unread)],
    }
    return render(request, "notices/messages.html", context)


@require_safe
@login_required
def message(request: HttpRequest, code: str) -> HttpResponse:
    """Reading it marks it as read."""
    found = access.message_of(request.user, code)
    if request.method == "GET":
        actions.mark_read(message=found)
    ways = [
        {
            "channel": way.get_channel_display(),
            "state": phrases.state_words(way),
            "problem": phrases.problem_sentence(way),
        }
        for way in found.deliveries.all()
    ]
    return render(request, "notices/message.html", {"message_row": found, "ways": ways})


@require_POST
@login_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    actions.mark_all_read(person=request.user)
    return redirect("notices:messages")


def sections(request: HttpRequest) -> list[Section]:
    """Messages, in everybody's account menu, with how many are unread."""
    if not request.user.is_authenticated:
        return []
    unread = queries.unread_count(request.user)
    url = reverse("notices:messages")
    item = Item(
        label=_("Messages"),
        url=url,
        icon="bell",
        current=request.path.startswith(url),
        badge=unread or None,
        badge_word=_("unread") if unread else "",
    )
    return [Section(items=[item])]
