"""The way of a story on the desk: to review and back, approved, scheduled, withdrawn; and the comments beside it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.core.ui.forms import Form
from yingzao.stories import actions
from yingzao.stories.forms import (
    AddressForm,
    AnswerForm,
    CommentForm,
    PublishForm,
    SendBackForm,
    WithdrawForm,
    tell,
)
from yingzao.stories.models import Story
from yingzao.stories.views import access
from yingzao.stories.views.desk_page import story_page


@login_required
@require_POST
def send(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    return _act(
        request,
        found,
        lambda: actions.send_to_review(story=found, by=request.user),
        _("Sent to review. Those who may approve it were told."),
    )


@login_required
@require_POST
def send_back(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    return _by_form(
        request,
        found,
        "back_form",
        SendBackForm(request.POST),
        lambda why: actions.send_back(story=found, by=request.user, why=why),
        _("It is a draft again."),
    )


@login_required
@require_POST
def publish(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Approve it, for now or for a moment."""
    found = access.story_to_tell(request.user, programme_code, code)
    form = PublishForm(request.POST)
    later = form.is_valid() and form.cleaned_data["at"] is not None
    return _by_form(
        request,
        found,
        "publish_form",
        form,
        lambda at: actions.publish_story(story=found, by=request.user, site=request.get_host(), at=at),
        _("Approved. It will be public from that moment on.")
        if later
        else _("Published. Everyone can read it now."),
    )


@login_required
@require_POST
def unschedule(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    return _act(
        request,
        found,
        lambda: actions.unschedule_story(story=found, by=request.user),
        _("Taken back. It will not be public by itself."),
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    return _by_form(
        request,
        found,
        "withdraw_form",
        WithdrawForm(request.POST),
        lambda reason: actions.withdraw_story(story=found, by=request.user, reason=reason),
        _("Withdrawn. Its address now says so; the feeds no longer carry it."),
    )


@login_required
@require_POST
def comment(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    return _by_form(
        request,
        found,
        "comment_form",
        CommentForm(request.POST),
        lambda **said: actions.add_comment(story=found, by=request.user, **said),
        _("Said. Those whom it concerns were told."),
        at="#comments",
    )


@login_required
@require_POST
def answer(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    first = access.comment_to_handle(request.user, programme_code, code)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write something first."))
    else:
        actions.add_comment(story=first.story, by=request.user, text=form.cleaned_data["text"], answers=first)
    return _back(first.story, "#comments")


@login_required
@require_POST
def settle(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.comment_to_handle(request.user, programme_code, code)
    return _act(
        request,
        found.story,
        lambda: actions.settle_comment(comment=found, by=request.user),
        _("Settled."),
        at="#comments",
    )


@login_required
@require_POST
def address(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    return _by_form(
        request,
        found,
        "address_form",
        AddressForm(request.POST),
        lambda slug: actions.change_address(story=found, by=request.user, slug=slug),
        _("Moved. The former address leads here."),
        at="#address",
    )


def _act(
    request: HttpRequest, story: Story, act: Callable[[], object], done: str, *, at: str = ""
) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
    return _back(story, at)


def _by_form(
    request: HttpRequest,
    story: Story,
    name: str,
    form: Form,
    act: Callable[..., object],
    done: str,
    *,
    at: str = "",
) -> HttpResponse:
    """What was typed stands there again where it is wrong or refused."""
    if form.is_valid():
        try:
            act(**form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, done)
            return _back(story, at)
    return story_page(request, story, **{name: form})


def _back(story: Story, at: str = "") -> HttpResponse:
    response = redirect("stories:desk-story", story.programme.code, story.code)
    response.headers["Location"] += at
    return response
