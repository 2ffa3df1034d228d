"""A survey as residents see it: opened by its link or QR code, without a name, with scripts or without."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui import offline
from yingzao.fieldwork import actions, queries, rules
from yingzao.fieldwork.forms.answering import AnswerSheet
from yingzao.fieldwork.models import ResidentSurvey
from yingzao.fieldwork.settling.questions import Tree, asked
from yingzao.fieldwork.views import access

REMEMBERED = 60 * 60 * 24 * 400  # seconds for which a phone knows that it has answered


@csrf_exempt  # nothing is done in anybody's name, and a page that waited for a network has no token that is good
@require_http_methods(["GET", "HEAD", "POST"])
@offline.kept("detail")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The questions, the thanks, or the sentence why there are none now."""
    found = access.survey_by_token(token)
    number = _version(request, found)
    tree = queries.tree_of(found, number)
    if request.method == "POST":
        return _taken(request, found, number, AnswerSheet(tree, request.POST, request.FILES))
    return _page(request, found, number, AnswerSheet(tree))


def _taken(request: HttpRequest, found: ResidentSurvey, number: int, sheet: AnswerSheet) -> HttpResponse:
    if not actions.may_knock(request.META.get("REMOTE_ADDR", "")):
        sheet.add_error(
            None, _("Very many answers come from this network just now. Try again in some minutes.")
        )
        return _page(request, found, number, sheet, status=429)
    if not sheet.is_whole:
        return _page(request, found, number, sheet, status=422)
    if _has_answered(request, found) and not found.allows_several and not _is_resent(found, sheet):
        return redirect(_address(found, "again"))
    try:
        sent = actions.send(
            survey=found, key=sheet.key, version=number, answers=sheet.values, uploads=sheet.kept_uploads
        )
    except Refused as refusal:
        sheet.add_error(refusal.field, str(refusal.sentence))
        return _page(request, found, number, sheet, status=422)
    if sent.state == "other":
        sheet.add_error(None, _("This page was sent already for another survey. Open the link anew."))
        return _page(request, found, number, sheet, status=422)
    if sent.state not in ("new", "known"):
        return _page(request, found, number, sheet, status=409)
    response = redirect(_address(found, "thanks" if sent.state == "new" else "known"))
    response.set_cookie(
        _cookie(found),
        "1",
        max_age=REMEMBERED,
        path=_address(found),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _page(
    request: HttpRequest, found: ResidentSurvey, number: int, sheet: AnswerSheet, status: int = 200
) -> HttpResponse:
    said = request.GET.get("sent", "")
    has_answered = _has_answered(request, found)
    state = rules.state_of(
        found,
        now=clock.now(),
        by_phone=queries.sheets_by_phone(found) if found.most_answers is not None else 0,
        asks=bool(asked(sheet.tree)),
    )
    context = {
        "audience": "public",
        "survey": found,
        "sheet": sheet,
        "drawn": "" if sheet.is_bound else _drawn(sheet.tree, get_language() or ""),
        "number": number,
        "consent": queries.consent_of(found, number),
        "state": state,
        "is_sent": said in ("thanks", "known"),
        "is_known": said == "known",
        "has_answered": has_answered,
        "is_asked": state == rules.OPEN and (not has_answered or found.allows_several) and not said,
        "address": _address(found),
    }
    return render(request, "fieldwork/public/survey.html", context, status=status)


@lru_cache(maxsize=32)
def _drawn(tree: Tree, language: str) -> str:
    """The questions as everybody sees them first, in this language: drawn once for a hall of phones."""
    return render_to_string("fieldwork/public/_questions.html", {"sheet": AnswerSheet(tree)})


@require_safe
def results(request: HttpRequest, token: str) -> HttpResponse:
    """Figures for whoever has the link, where the survey says so: never own words, never of a few people."""
    found = access.survey_by_token(token)
    if not found.is_shared:
        raise Http404
    context = {
        "audience": "public",
        "survey": found,
        "results": queries.results_of(found, least=rules.LEAST_SHARED),
        "counts": queries.counts_of(found),
        "least": rules.LEAST_SHARED,
    }
    return render(request, "fieldwork/public/results.html", context)


def _version(request: HttpRequest, found: ResidentSurvey) -> int:
    """The version of the page that was filled in, where there is one: it may have been opened before the questions changed."""
    given = request.POST.get("version", "") if request.method == "POST" else ""
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else found.version
    return number if number <= found.version and queries.version_of(found, number) else found.version


def _address(found: ResidentSurvey, sent: str = "") -> str:
    address = reverse("fieldwork:survey", args=[found.token])
    return f"{address}?sent={sent}" if sent else address


def _cookie(found: ResidentSurvey) -> str:
    return f"yz-s-{found.code}"


def _has_answered(request: HttpRequest, found: ResidentSurvey) -> bool:
    return _cookie(found) in request.COOKIES


def _is_resent(found: ResidentSurvey, sheet: AnswerSheet) -> bool:
    return queries.sheets_of(found).filter(key=sheet.key).exists()
