"""报名审核: the programme's link, and the list of those who put themselves down."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.scoping import only
from yingzao.enrolment import actions, exports, phrases, queries
from yingzao.enrolment.enums import EnrolmentState, RegistrationState
from yingzao.enrolment.forms import AcceptForm, RefusalForm, RegistrationSettingsForm
from yingzao.enrolment.models import Registration, RegistrationLink
from yingzao.enrolment.views import access
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_enrol_now, may_organise

ROWS_A_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def registrations(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    return _list(request, programme, RefusalForm())


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What the page shows, with masked phones."""
    programme = access.programme_to_read(request.user, programme_code)
    rows = list(_shown(request, programme))
    told = _told(programme, rows)
    data = exports.registrations_workbook(
        programme, [(row, "；".join(h["sentence"] for h in told[row.pk])) for row in rows]
    )
    name = f"{programme.full_name} {_('Registrations')} {clock.today():%Y-%m-%d}.xlsx"
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=name) or "attachment"
    )
    return response


@login_required
def settings(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    link = queries.link_of(programme)
    names = ("is_open", "open_until", "capacity", "text")
    form = RegistrationSettingsForm(
        request.POST or None, initial={name: getattr(link, name) for name in names} if link else None
    )
    if request.method == "POST" and form.is_valid():
        try:
            link = actions.set_registration(programme=programme, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(
                request, _("Registration is open.") if link.is_open else _("Registration is closed.")
            )
            return redirect("enrolment:desk-registrations", programme_code)
    context = {"programme": programme, "form": form, "link": link, "may_enrol": may_enrol_now(programme)}
    return render(
        request, "enrolment/registration_settings.html", context, status=422 if form.errors else 200
    )


@login_required
def poster(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The link as a QR code on a sheet of A4."""
    link = access.link_to_read(request.user, programme_code)
    context = {"programme": link.programme, "link": link, "address": _address(request, link)}
    return render(request, "enrolment/registration_poster.html", context)


@login_required
@require_POST
def many(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Accept or refuse those that are ticked."""
    programme = access.programme_to_run(request.user, programme_code)
    chosen = list(
        queries.registrations_managed_by(request.user).filter(
            programme=programme, code__in=request.POST.getlist("registration")
        )
    )
    if request.POST.get("what") == "refuse":
        form = RefusalForm(request.POST)
        if not form.is_valid():
            return _list(request, programme, form)
        count = actions.refuse_registrations(
            programme=programme, by=request.user, registrations=chosen, **form.cleaned_data
        )
        told = ngettext("%(count)d registration refused.", "%(count)d registrations refused.", count)
        messages.info(request, told % {"count": count})
        return redirect("enrolment:desk-registrations", programme_code)
    accepted, left = actions.accept_registrations(programme=programme, by=request.user, registrations=chosen)
    if not chosen:
        messages.info(request, _("Tick the registrations first."))
    if accepted:
        told = ngettext("%(count)d learner entered", "%(count)d learners entered", len(accepted))
        messages.success(request, told % {"count": len(accepted)})
    if left:
        told = ngettext(
            "%(count)d registration may be somebody known already and was left waiting. Open it to decide.",
            "%(count)d registrations may be somebody known already and were left waiting. Open them to decide.",
            len(left),
        )
        messages.warning(request, told % {"count": len(left)})
    return redirect("enrolment:desk-registrations", programme_code)


@login_required
def registration(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    row = access.registration_to_read(request.user, programme_code, code)
    return _page(request, row)


@login_required
@require_POST
@never_cache
def phone(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The phone number in clear. Reading it is an act of its own and is recorded."""
    row = access.registration_to_decide(request.user, programme_code, code)
    shown = actions.show_registration_phone(registration=row, by=request.user)
    return _page(request, row, clear_phone=shown)


@login_required
@require_POST
def accept(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    row = access.registration_to_decide(request.user, programme_code, code)
    form = AcceptForm(row.programme, request.POST)
    if not form.is_valid():
        return _page(request, row, accept_form=form)
    try:
        learner = actions.accept_registration(registration=row, by=request.user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, row, accept_form=form)
    messages.success(request, _("%(name)s is entered.") % {"name": learner.name})
    return redirect("enrolment:desk-registration", programme_code, code)


@login_required
@require_POST
def is_learner(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """This is that learner of the roster."""
    row = access.registration_to_decide(request.user, programme_code, code)
    if not (wanted := request.POST.get("learner")):
        raise Refused(_("Say which learner it is."), code="nobody")
    learner = only(queries.learners_of(row.programme), code=wanted)
    actions.accept_as_learner(registration=row, enrolment=learner, by=request.user)
    messages.success(
        request,
        _("The registration is No. %(number)s %(name)s.") % {"number": learner.number, "name": learner.name},
    )
    return redirect("enrolment:desk-registration", programme_code, code)


@login_required
@require_POST
def refuse(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    row = access.registration_to_decide(request.user, programme_code, code)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, row, refusal_form=form)
    actions.refuse_registration(registration=row, by=request.user, **form.cleaned_data)
    messages.info(request, _("The registration is refused; the applicant reads the reason."))
    return redirect("enrolment:desk-registration", programme_code, code)


@login_required
@require_POST
def reopen(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    row = access.registration_to_decide(request.user, programme_code, code)
    actions.reopen_registration(registration=row, by=request.user)
    messages.success(request, _("The refusal is undone; the registration waits again."))
    return redirect("enrolment:desk-registration", programme_code, code)


def _address(request: HttpRequest, link: RegistrationLink) -> str:
    return request.build_absolute_uri(reverse("enrolment:register", args=[link.token]))


def _shown(request: HttpRequest, programme: Programme):
    """Registrations by the page's search and filter; those that wait unless asked otherwise."""
    state = request.GET.get("show") or RegistrationState.WAITING
    rows = queries.registrations_of(programme)
    if state in RegistrationState.values:
        rows = rows.filter(state=state)
    return queries.search_registrations(rows, request.GET.get("q", ""))


def _told(programme: Programme, rows: list[Registration]) -> dict[int, list[dict[str, Any]]]:
    """Registration pk → what was noticed; of those that wait only."""
    waiting = [row for row in rows if row.state == RegistrationState.WAITING]
    hints = queries.hints_of(programme, waiting)
    return {
        row.pk: [
            {"sentence": phrases.hint_sentence(h), "hint": h, "stops": h.code in queries.STOPPING}
            for h in hints.get(row.pk, ())
        ]
        for row in rows
    }


def _list(request: HttpRequest, programme: Programme, form: RefusalForm) -> HttpResponse:
    counts = queries.registration_counts(programme)
    page = Paginator(_shown(request, programme), ROWS_A_PAGE).get_page(request.GET.get("page"))
    told = _told(programme, list(page.object_list))
    link = queries.link_of(programme)
    organises = may_organise(request.user, programme)
    context = {
        "programme": programme,
        "organises": organises,
        "link": link,
        "address": _address(request, link) if link else "",
        "is_open": bool(link and queries.is_open_on(link, clock.today()) and may_enrol_now(programme)),
        "taken": counts[RegistrationState.WAITING] + counts[RegistrationState.ACCEPTED],
        "counts": counts,
        "total": sum(counts.values()),
        "filters": [
            ("waiting", _("To decide"), counts[RegistrationState.WAITING]),
            ("accepted", _("Accepted"), counts[RegistrationState.ACCEPTED]),
            ("refused", pgettext("registration", "Refused"), counts[RegistrationState.REFUSED]),
            ("all", _("All"), sum(counts.values())),
        ],
        "page": page,
        "lines": [(row, told[row.pk]) for row in page.object_list],
        "ticks": organises and any(row.state == RegistrationState.WAITING for row in page.object_list),
        "form": form,
    }
    return render(request, "enrolment/registrations.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest,
    row: Registration,
    *,
    accept_form: AcceptForm | None = None,
    refusal_form: RefusalForm | None = None,
    clear_phone: str = "",
) -> HttpResponse:
    hints = _told(row.programme, [row])[row.pk]
    context = {
        "programme": row.programme,
        "row": row,
        "organises": may_organise(request.user, row.programme),
        "hints": hints,
        "candidates": [
            h["hint"].learner
            for h in hints
            if h["hint"].learner and h["hint"].learner.state == EnrolmentState.ACTIVE
        ],
        "accept_form": accept_form or AcceptForm(row.programme),
        "refusal_form": refusal_form or RefusalForm(),
        "clear_phone": clear_phone,
    }
    wrong = any(form is not None and form.errors for form in (accept_form, refusal_form))
    return render(request, "enrolment/registration_desk.html", context, status=422 if wrong else 200)
