"""The feeds that an organisation reads: subscribed to, looked at, stopped, removed, or brought as a file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.articles import actions as articles
from yingzao.articles import phrases
from yingzao.articles import queries as feeds_read
from yingzao.cases.forms import FeedFileForm, FeedForm
from yingzao.cases.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui.templatetags.ui import sentences
from yingzao.programmes.rules import may_organise


@login_required
def feeds(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.inbox_to_read(request, programme_code)
    now = clock.now()
    rows = [
        (feed, phrases.problem_of(feed), feed.held_until is not None and feed.held_until > now)
        for feed in feeds_read.feeds_counted(programme.organisation)
    ]
    context = {"programme": programme, "rows": rows, "organises": may_organise(request.user, programme)}
    return render(request, "cases/feeds.html", context)


@login_required
def feed_new(request: HttpRequest, programme_code: str) -> HttpResponse:
    """First the address is looked at, then what was found is shown, then it is subscribed to."""
    programme = access.inbox_to_keep(request, programme_code)
    form = FeedForm(request.POST or None)
    look = None
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["step"] == "subscribe":
                articles.subscribe(
                    organisation=programme.organisation,
                    by=request.user,
                    address=form.cleaned_data["address"],
                    title=form.cleaned_data["title"],
                )
                messages.success(request, _("Subscribed. What is new stands in the inbox shortly."))
                return redirect("cases:desk-feeds", programme.code)
            look = articles.look_at_feed(form.cleaned_data["address"])
            form = FeedForm(initial={"address": look.address, "title": look.title, "step": "subscribe"})
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
    context = {
        "programme": programme,
        "form": form,
        "look": look,
        "is_named": form["step"].value() == "subscribe",
    }
    return render(request, "cases/feed_new.html", context, status=422 if form.errors else 200)


@login_required
def feed_file(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.inbox_to_keep(request, programme_code)
    form = FeedFileForm(programme.organisation, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            feed, taken = articles.read_file(
                organisation=programme.organisation,
                by=request.user,
                file=form.cleaned_data["file"].file,
                feed=form.cleaned_data["feed"],
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            messages.success(request, _told(feed.title, taken))
            return redirect("cases:desk-inbox", programme.code)
    context = {"programme": programme, "form": form}
    return render(request, "cases/feed_file.html", context, status=422 if form.errors else 200)


def _told(title: str, taken: articles.Taken) -> str:
    parts = [
        ngettext("%(title)s: %(n)d new entry.", "%(title)s: %(n)d new entries.", taken.new)
        % {"title": title, "n": taken.new}
    ]
    if taken.changed:
        parts.append(
            ngettext("%(n)d has changed.", "%(n)d have changed.", taken.changed) % {"n": taken.changed}
        )
    if taken.same:
        parts.append(
            ngettext("%(n)d was here already.", "%(n)d were here already.", taken.same) % {"n": taken.same}
        )
    return sentences(parts)


@login_required
@require_POST
def feed_look(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme, feed = access.feed_to_keep(request, programme_code, code)
    articles.look_now(feed=feed, by=request.user)
    messages.success(request, _("The feed is being looked at. What is new stands in the inbox shortly."))
    return redirect("cases:desk-feeds", programme.code)


@login_required
@require_POST
def feed_open(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme, feed = access.feed_to_keep(request, programme_code, code)
    articles.set_open(feed=feed, is_open=request.POST.get("open") == "1", by=request.user)
    return redirect("cases:desk-feeds", programme.code)


@login_required
@require_POST
def feed_remove(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme, feed = access.feed_to_keep(request, programme_code, code)
    articles.remove_feed(feed=feed, by=request.user)
    messages.success(request, _("Removed. What was taken from it stays in the library."))
    return redirect("cases:desk-feeds", programme.code)
