"""What everyone may read: notices with masked names, and whether a certificate stands."""

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui.shared import for_everyone
from yingzao.core.ui.templatetags.ui import day
from yingzao.honours import actions
from yingzao.honours.bridge.badge_files import look_at
from yingzao.honours.forms import BadgeForm, CompareForm, ObjectionForm, VerifyForm, tell
from yingzao.honours.queries import listed, rows
from yingzao.honours.rules import rights
from yingzao.honours.views import access
from yingzao.people.queries import look_of, look_of_the_only_one

LARGEST_PDF = 5_000_000
LARGEST_BADGE = 2_000_000
NOTICES_A_PAGE = 30


@for_everyone
def notices(request: HttpRequest) -> HttpResponse:
    posted = rows.posted_notices().filter(programme__is_public=True).order_by("-posted_on", "-pk")
    page = Paginator(posted, NOTICES_A_PAGE).get_page(request.GET.get("page"))
    address = request.build_absolute_uri(request.path)
    context = {
        "page": page,
        "notices": page.object_list,
        "today": clock.today(),
        "look": look_of_the_only_one(),
        "address": f"{address}?page={page.number}" if page.number > 1 else address,
    }
    return render(request, "honours/public_notices.html", context)


@for_everyone
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """The list with masked names, and while the window is open the form for an objection. Who takes part and is signed in
    reads full names where a basis is recorded; that is an act, and nobody keeps such a page."""
    found = access.notice_in_public(code)
    in_full = rights.may_read_full_names(request.user, found)
    form = ObjectionForm(request.POST or None)
    if form.is_valid():
        try:
            objection = actions.raise_objection(notice=found, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(
                request,
                _("Your objection was received under the number %(code)s. The answer is due by %(day)s.")
                % {"code": objection.code, "day": day(objection.reply_by)},
            )
            return redirect("honours:public-notice", code)
    if in_full:
        actions.note_names_read(notice=found, by=request.user)
    response = render(
        request,
        "honours/public_notice.html",
        {
            "notice": found,
            "programme": found.programme,
            "look": look_of(found.programme.organisation),
            "address": request.build_absolute_uri(request.path),
            "lines": listed.notice_lines(found),
            "in_full": in_full,
            "form": form,
            "window_open": rights.window_is_open(found, clock.now()),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
    if in_full:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def verify(request: HttpRequest) -> HttpResponse:
    """Type what stands on the paper."""
    form = VerifyForm(request.GET or None)
    if form.is_valid():
        try:
            found = access.certificate_in_public(form.cleaned_data["code"])
        except Http404:
            form.add_error(
                "code", _("There is no certificate with this number. Check each character, the last one too.")
            )
        else:
            return redirect("honours:verify-certificate", found.code)
    return render(
        request,
        "honours/verify.html",
        {"form": form, "badge_form": BadgeForm()},
        status=422 if form.is_bound and form.errors else 200,
    )


def badge(request: HttpRequest) -> HttpResponse:
    """What a badge file is; it is looked at and not kept."""
    form = BadgeForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST_BADGE:
            form.add_error("file", _("This file is larger than any badge of ours."))
        else:
            try:
                looked = look_at(file.read())
            except Refused as refusal:
                tell(form, refusal)
            else:
                shown = rows.with_names([looked.badge.certificate])[0] if looked.badge else None
                return render(request, "honours/verify_badge.html", {"looked": looked, "shown": shown})
    return render(
        request,
        "honours/verify.html",
        {"form": VerifyForm(), "badge_form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether it stands, with the masked name; a PDF that is sent here is compared, never kept."""
    found = access.certificate_in_public(code)
    form = CompareForm(request.POST or None, request.FILES or None)
    compared = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        if file.size > LARGEST_PDF:
            form.add_error("file", _("This file is larger than any certificate of ours."))
        else:
            compared = hashlib.sha256(file.read()).hexdigest() == found.pdf_sha256
    return render(
        request,
        "honours/verify_certificate.html",
        {"shown": rows.with_names([found])[0], "form": form, "compared": compared},
        status=422 if form.is_bound and form.errors else 200,
    )
