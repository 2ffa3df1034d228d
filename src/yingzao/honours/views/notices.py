"""The desk's notices: putting up a list, its paper, and the objections."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.honours import actions
from yingzao.honours.exports.qr import qr_svg
from yingzao.honours.forms import NoticeForm, ReplyForm, tell
from yingzao.honours.queries import listed, rows
from yingzao.honours.rules import rights
from yingzao.honours.rules.working_days import notice_end
from yingzao.honours.views import access


@login_required
def new_notice(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    selection = access.selection_to_run(request.user, programme_code, code)
    corrects = rows.standing_notice(selection.made_from) if selection.made_from else None
    title = _("Public notice: %(name)s of %(programme)s") % {
        "name": selection.name,
        "programme": selection.programme.full_name,
    }
    form = NoticeForm(request.POST or None, initial={"title": title})
    if form.is_valid():
        try:
            notice = actions.post_notice(
                selection=selection, by=request.user, replaces=corrects, **form.cleaned_data
            )
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("The list is up for objection. Print the sheet and put it up, too."))
            return redirect("honours:desk-notice", programme_code, notice.code)
    return render(
        request,
        "honours/notice_form.html",
        {
            "programme": selection.programme,
            "selection": selection,
            "form": form,
            "corrects": corrects,
            "usual_end": _usual_end(),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


def _usual_end():
    try:
        return notice_end(clock.today(), 5)
    except Refused:
        return None


@login_required
def notice(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.notice_to_read(request.user, programme_code, code)
    address = request.build_absolute_uri(reverse("honours:public-notice", args=[found.code]))
    now = clock.now()
    return render(
        request,
        "honours/notice.html",
        {
            "programme": found.programme,
            "notice": found,
            "lines": listed.notice_lines(found),
            "objections": found.objections.all(),
            "address": address,
            "qr": qr_svg(address),
            "window_open": rights.window_is_open(found, now),
            "organises": rights.may_select(request.user, found.programme),
        },
    )


@login_required
def sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The A4 sheet for the notice board. Full names only where a basis was recorded; reading them is an act."""
    found = access.notice_to_read(request.user, programme_code, code)
    if found.basis:
        audit.record(
            actor=request.user,
            act="honours.notice.names_read",
            subject=found.code,
            organisation_id=found.organisation_id,
        )
    address = request.build_absolute_uri(reverse("honours:public-notice", args=[found.code]))
    return render(
        request,
        "honours/notice_sheet.html",
        {
            "programme": found.programme,
            "notice": found,
            "lines": listed.notice_lines(found),
            "address": address,
            "qr": qr_svg(address),
        },
    )


@login_required
def objections(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    return render(
        request,
        "honours/objections.html",
        {"programme": programme, "objections": rows.objections_of(programme), "today": clock.today()},
    )


@login_required
def objection(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.objection_to_read(request.user, programme_code, code)
    form = ReplyForm(request.POST or None)
    if request.method == "POST":
        found = access.objection_to_run(request.user, programme_code, code)
        if form.is_valid():
            try:
                actions.answer_objection(objection=found, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("The answer is recorded. Pass it on to whoever objected."))
                return redirect("honours:desk-objection", programme_code, code)
    return render(
        request,
        "honours/objection.html",
        {
            "programme": found.notice.programme,
            "objection": found,
            "form": form,
            "organises": rights.may_select(request.user, found.notice.programme),
            "today": clock.today(),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
