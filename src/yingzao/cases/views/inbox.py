"""The inbox: what feeds brought, looked through by people; nothing goes on from here by itself."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from yingzao.articles import actions as articles
from yingzao.articles import queries
from yingzao.articles.enums import EntryState
from yingzao.articles.exports import body_html, entry_html
from yingzao.articles.phrases import WARNINGS
from yingzao.articles.queries import WantedEntries
from yingzao.cases import actions
from yingzao.cases.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes.rules import may_organise

ENTRIES_A_PAGE = 30
ALL = "all"


def _wanted(asked: QueryDict) -> WantedEntries:
    """What the address of the page asks for; without a state, what is to be reviewed."""
    state = asked.get("show", "")
    return WantedEntries(
        state="" if state == ALL else state if state in EntryState.values else EntryState.NEW,
        feed=asked.get("feed", "")[:16],
        words=tuple(asked.get("q", "").replace("\0", " ")[:200].split()),
        upto=_moment(asked.get("upto", "")),
    )


def _moment(said: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(said).replace(tzinfo=dt.UTC)
    except ValueError:
        return None


def _without(asked: QueryDict, *names: str) -> QueryDict:
    rest = asked.copy()
    for name in names:
        rest.pop(name, None)
    return rest


@login_required
def inbox(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.inbox_to_read(request, programme_code)
    organisation = programme.organisation
    wanted, now = _wanted(_without(request.GET, "upto")), clock.now()
    found = queries.find_entries(organisation, wanted).defer("body", "matter")
    counts = queries.entry_counts(organisation, wanted)
    feeds = list(queries.feeds_of(organisation))
    words = {
        EntryState.NEW: _("To review"),
        EntryState.TAKEN: _("Taken"),
        EntryState.LEFT: pgettext("entry", "Left"),
    }
    states = [("" if s == EntryState.NEW else s.value, word, counts.get(s, 0)) for s, word in words.items()]
    organises = may_organise(request.user, programme)
    back = _without(request.GET, "upto")
    context = {
        "programme": programme,
        "page": Paginator(found, ENTRIES_A_PAGE).get_page(request.GET.get("page")),
        "states": [*states, (ALL, _("All"), sum(counts.values()))],
        "feeds": [("", _("Every feed"), None), *((feed.code, feed.title, None) for feed in feeds)],
        "is_empty": not feeds and not sum(counts.values()) and not wanted.words,
        "is_new": wanted.state == EntryState.NEW,
        "is_narrowed": bool(wanted.words or wanted.feed),
        "back": back.urlencode(),
        "back_all": f"{back.urlencode()}&{urlencode({'upto': now.isoformat()})}",  # what comes later nobody has seen
        "organises": organises,
        "ticks": organises and wanted.state in (EntryState.NEW, EntryState.LEFT),
    }
    return render(request, "cases/inbox.html", context)


@login_required
def entry(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme, row = access.entry_to_read(request, programme_code, code)
    parsed = articles.parsed_entry(row)
    context = {
        "programme": programme,
        "entry": row,
        "is_linked": row.link.startswith(("http://", "https://")),
        "html": body_html(row.article) if row.article else entry_html(parsed),
        "pictures": parsed.images,
        "warnings": [str(WARNINGS[code]) for code in parsed.warnings],
        "case": access.case_of_entry(row),
        "kept": queries.picture_states(row.article) if row.article else {},
        "organises": may_organise(request.user, programme),
    }
    return render(request, "cases/entry.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Take, leave or bring back what is ticked; `one` is the entry whose page it was pressed on."""
    one = request.POST.get("one", "")
    codes = [one] if one else request.POST.getlist("entry")[:ENTRIES_A_PAGE]
    programme, entries = access.entries_to_decide(request, programme_code, codes)
    if not entries:
        messages.warning(request, _("Tick at least one entry first."))
    elif request.POST.get("what") == "take":
        _take(request, entries)
    elif request.POST.get("what") == "leave":
        n = articles.leave_entries(organisation=programme.organisation, entries=entries, by=request.user)
        messages.success(request, ngettext("%(n)d entry was left.", "%(n)d entries were left.", n) % {"n": n})
    elif request.POST.get("what") == "back":
        n = articles.bring_back_entries(organisation=programme.organisation, entries=entries, by=request.user)
        messages.success(
            request,
            ngettext("%(n)d entry is to be reviewed again.", "%(n)d entries are to be reviewed again.", n)
            % {"n": n},
        )
    if one:
        return redirect("cases:desk-entry", programme.code, one)
    return redirect(_list_of(request, programme.code))


def _take(request: HttpRequest, entries: list) -> None:
    taken, empty = actions.take_many(entries=entries, by=request.user)
    if taken:
        told = ngettext(
            "%(n)d entry is in the library now; its pictures are being fetched.",
            "%(n)d entries are in the library now; their pictures are being fetched.",
            taken,
        )
        messages.success(request, told % {"n": taken})
    if empty:
        told = ngettext(
            "In %(n)d entry there was nothing to take.", "In %(n)d entries there was nothing to take.", empty
        )
        messages.warning(request, told % {"n": empty})


@login_required
@require_POST
def leave_all(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Leave everything to be reviewed that the list's own filters find."""
    programme = access.inbox_to_keep(request, programme_code)
    wanted = _wanted(QueryDict(request.POST.get("back", "")[:1000]))
    if wanted.state != EntryState.NEW:
        raise Refused(_("Only entries to be reviewed can be left."), code="not-new")
    n = articles.leave_all(organisation=programme.organisation, wanted=wanted, by=request.user)
    messages.success(request, ngettext("%(n)d entry was left.", "%(n)d entries were left.", n) % {"n": n})
    return redirect(_list_of(request, programme.code))


def _list_of(request: HttpRequest, programme_code: str) -> str:
    """The list as it was filtered."""
    back = _without(QueryDict(request.POST.get("back", "")[:1000]), "page", "upto")
    address = reverse("cases:desk-inbox", args=[programme_code])
    return f"{address}?{back.urlencode()}" if back else address


@login_required
@require_POST
def entry_pictures(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Try again to get the pictures that could not be had."""
    programme, row = access.entry_to_keep(request, programme_code, code)
    if row.article and articles.look_for_pictures(article=row.article, by=request.user):
        messages.success(request, _("The pictures are being fetched again."))
    return redirect("cases:desk-entry", programme.code, code)
