"""The desk's notices: putting up a list, its paper, and the objections."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_contact
from yingzao.core.ui.forms import Form
from yingzao.honours import actions
from yingzao.honours.enums import NoticeState, ObjectionState, PlaceState
from yingzao.honours.exports.qr import qr_svg
from yingzao.honours.forms import CorrectionForm, HandlingForm, NoticeForm, RecheckForm, ReplyForm, tell
from yingzao.honours.models import Objection
from yingzao.honours.queries import listed, rows
from yingzao.honours.rules import rights
from yingzao.honours.rules.working_days import notice_end
from yingzao.honours.views import access


@login_required
def new_notice(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    selection = access.selection_to_run(request.user, programme_code, code)
    corrects = rows.notice_to_correct(selection)
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
            "chosen": selection.places.filter(state=PlaceState.CHOSEN).count(),
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
        actions.note_names_read(notice=found, by=request.user)
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
        return _objection_page(request, found, form=form)
    return _objection_page(request, found)


def _objection_page(
    request: HttpRequest, found: Objection, *, contact: str = "", **wrong: Form
) -> HttpResponse:
    """`wrong` are forms that were sent back, `contact` what an organiser asked to read in clear."""
    programme = found.notice.programme
    organises = rights.may_select(request.user, programme)
    context = {
        "programme": programme,
        "objection": found,
        "form": ReplyForm(),
        "handling_form": HandlingForm(),
        "organises": organises,
        "contact": contact or (mask_contact(found.contact) if organises else ""),
        "clear": bool(contact),
        "log": found.handling.select_related("by"),
        "today": clock.today(),
    }
    if found.state == ObjectionState.ACCEPTED:
        corrected = list(rows.evidence_from(found))
        context |= {"corrected": corrected, "rechecks": rows.rechecks_of(found)}
        if organises and found.notice.state != NoticeState.REPLACED:
            learners = list(rows.names_of(programme).values())
            asked = list(activities.activities_of(programme))
            context |= {
                "correction_form": CorrectionForm(learners=learners, activities=asked),
                "recheck_form": RecheckForm(
                    learners=learners,
                    initial={"enrolment_code": corrected[-1].enrolment.code if corrected else ""},
                ),
            }
    return render(request, "honours/objection.html", context | wrong, status=422 if wrong else 200)


@login_required
@require_POST
def note(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """One more line of the log."""
    found = access.objection_to_run(request.user, programme_code, code)
    form = HandlingForm(request.POST)
    if form.is_valid():
        try:
            actions.note_handling(objection=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Written into the log."))
            return redirect("honours:desk-objection", programme_code, code)
    return _objection_page(request, found, handling_form=form)


@login_required
@require_POST
def contact(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """How to reach whoever objects, in clear this once: the page says so, and so does the audit."""
    found = access.objection_to_run(request.user, programme_code, code)
    return _objection_page(request, found, contact=actions.read_contact(objection=found, by=request.user))


@login_required
@require_POST
def correct(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Record what the objection says: evidence of its own source."""
    found = access.objection_to_run(request.user, programme_code, code)
    programme = found.notice.programme
    form = CorrectionForm(
        request.POST,
        learners=list(rows.names_of(programme).values()),
        activities=list(activities.activities_of(programme)),
    )
    if form.is_valid():
        try:
            actions.correct_duty(objection=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(
                request, _("Put down, with the objection as its source. Now look at the list again.")
            )
            return redirect("honours:desk-objection", programme_code, code)
    return _objection_page(request, found, correction_form=form)


@login_required
@require_POST
def recheck(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The list again with one learner's duties, frozen; then both side by side."""
    found = access.objection_to_run(request.user, programme_code, code)
    form = RecheckForm(request.POST, learners=list(rows.names_of(found.notice.programme).values()))
    if form.is_valid():
        try:
            made = actions.recheck_selection(objection=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect("honours:desk-compare", programme_code, made.code)
    return _objection_page(request, found, recheck_form=form)
