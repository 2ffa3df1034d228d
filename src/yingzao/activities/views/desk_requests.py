"""请假与补签 at the desk: what waits, one request, answers alone or many at once, entering one for a learner."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities import actions, exports, queries, rules, settling
from yingzao.activities.enums import SESSIONS, RequestKind, RequestState
from yingzao.activities.forms import AskForLearnerForm, RefuseForm, UndoForm
from yingzao.activities.models import AttendanceRequest
from yingzao.activities.queries import requests as listed
from yingzao.activities.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise

REQUESTS_A_PAGE = 50


def _state(request: HttpRequest) -> str:
    """Which state the list shows; without a filter what waits."""
    asked = request.GET.get("show", "")
    return asked if asked == "all" or asked in RequestState else RequestState.WAITING.value


def _shown(request: HttpRequest, programme: Programme) -> QuerySet[AttendanceRequest]:
    kind = request.GET.get("kind", "")
    return listed.shown_requests(
        programme,
        state=_state(request),
        kind=kind if kind in RequestKind else "",
        activity=request.GET.get("activity", ""),
        search=request.GET.get("q", ""),
    )


@login_required
def request_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.readable_programme(request, programme_code)
    counts = listed.request_counts(programme, _state(request))
    page = Paginator(_shown(request, programme), REQUESTS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "activities/requests.html",
        {
            "programme": programme,
            "page": page,
            "lines": [(r, rules.is_own(request.user, r)) for r in page],
            "total": counts.all,
            "states": [
                ("waiting", _("To decide"), counts.states.get("waiting", 0)),
                ("approved", _("Approved"), counts.states.get("approved", 0)),
                ("refused", _("Not approved"), counts.states.get("refused", 0)),
                ("all", _("All"), counts.all),
            ],
            "kinds": [
                ("", _("Every kind"), None),
                *((k.value, k.label, counts.kinds.get(k.value, 0)) for k in RequestKind),
            ],
            "activities": [
                ("", _("Every activity"), None),
                *((code, head, count) for (code, head), count in counts.activities.items()),
            ],
            "organises": may_organise(request.user, programme),
            "back": request.GET.urlencode(),
        },
    )


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The list as it is filtered, as .xlsx."""
    programme = access.readable_programme(request, programme_code)
    data = exports.requests_workbook(programme, _shown(request, programme))
    name = f"{programme.full_name} {_('Attendance requests')} {clock.today()}.xlsx"
    response = HttpResponse(data, content_type=exports.XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
def request_page(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, access.readable_request(request, programme_code, code))


def _page(
    request: HttpRequest,
    asked: AttendanceRequest,
    *,
    refuse_form: RefuseForm | None = None,
    undo_form: UndoForm | None = None,
) -> HttpResponse:
    wrong = (refuse_form and refuse_form.errors) or (undo_form and undo_form.errors)
    return render(
        request,
        "activities/request.html",
        {
            "programme": asked.programme,
            "asked": asked,
            "mine": queries.my_duty(asked.enrolment, asked.activity),
            "make_up": settling.make_up_of(asked.activity.rule)
            if asked.kind == RequestKind.MAKE_UP
            else None,
            "is_own": rules.is_own(request.user, asked),
            "organises": may_organise(request.user, asked.programme),
            "refuse_form": refuse_form or RefuseForm(),
            "undo_form": undo_form or UndoForm(),
        },
        status=422 if wrong else 200,
    )


def _back(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """To the list as it was filtered, when the answer was given there; else to the request's own page."""
    if "back" not in request.POST:
        return redirect("activities:desk-request", programme_code, code)
    query = QueryDict(request.POST["back"]).urlencode()
    return redirect(
        reverse("activities:desk-requests", args=[programme_code]) + (f"?{query}" if query else "")
    )


@login_required
@require_POST
def approve(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    asked = access.organised_request(request, programme_code, code)
    actions.approve_request(request=asked, by=request.user, note=request.POST.get("note", "")[:1000])
    messages.success(request, _("Approved: %(what)s") % {"what": _named(asked)})
    return _back(request, programme_code, code)


@login_required
@require_POST
def approve_many(request: HttpRequest, programme_code: str) -> HttpResponse:
    """All of the ticked requests, or none."""
    programme = access.organised_programme(request, programme_code)
    ticked = listed.requests_of(programme).filter(code__in=request.POST.getlist("request"))
    count = actions.approve_requests(requests=ticked, by=request.user)
    if count:
        told = ngettext("%(count)d request approved.", "%(count)d requests approved.", count)
        messages.success(request, told % {"count": count})
    else:
        messages.info(request, _("No request was ticked."))
    query = QueryDict(request.POST.get("back", "")).urlencode()
    return redirect(
        reverse("activities:desk-requests", args=[programme_code]) + (f"?{query}" if query else "")
    )


@login_required
@require_POST
def refuse(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    asked = access.organised_request(request, programme_code, code)
    form = RefuseForm(request.POST)
    if form.is_valid():
        try:
            actions.refuse_request(request=asked, by=request.user, note=form.cleaned_data["note"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Not approved: %(what)s") % {"what": _named(asked)})
            return _back(request, programme_code, code)
    return _page(request, asked, refuse_form=form)


@login_required
@require_POST
def undo(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    asked = access.organised_request(request, programme_code, code)
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            actions.undo_answer(request=asked, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Undone; the request waits again."))
            return _back(request, programme_code, code)
    return _page(request, asked, undo_form=form)


def _named(asked: AttendanceRequest) -> str:
    return f"{asked.enrolment.name} · {asked.get_kind_display()} · {asked.activity.title}"


# For a learner


@login_required
def request_choose(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What it is about, and what is asked."""
    programme = access.organised_programme(request, programme_code)
    now = clock.now()
    sessions = queries.activities_of(programme).filter(kind__in=SESSIONS).order_by("starts_at", "pk")
    return render(
        request,
        "activities/request_choose.html",
        {
            "programme": programme,
            "sessions": [
                (a, [k for k in RequestKind if rules.why_not_ask(k, a, "", now) is None]) for a in sessions
            ],
        },
    )


@login_required
def request_add(request: HttpRequest, programme_code: str, code: str, kind: str) -> HttpResponse:
    activity = access.organised_session(request, programme_code, code)
    if kind not in RequestKind:
        raise Http404
    programme = activity.programme
    learners = queries.asked_learners(activity).select_related("community")
    form = AskForLearnerForm(
        kind, activity, learners, clock.now(), request.POST or None, request.FILES or None
    )
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.make_request(
                enrolment=form.enrolment(), activity=activity, kind=kind, by=request.user, **form.values()
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Entered. It can be answered at once."))
            return redirect("activities:desk-request", programme_code, asked.code)
    return render(
        request,
        "activities/request_add.html",
        {"programme": programme, "activity": activity, "kind": RequestKind(kind), "form": form},
        status=422 if form.errors else 200,
    )
