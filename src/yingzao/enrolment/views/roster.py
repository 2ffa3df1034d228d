"""The roster: who is in the programme, in which team; slips with invitations to print."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment import actions, exports, queries
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.forms import ClearPhonesForm, TeamForm
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.views import access
from yingzao.people import actions as people
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise

LEARNERS_A_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def roster(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    counts = queries.state_counts(programme)
    found = _shown(request, programme)
    page = Paginator(found, LEARNERS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "page": page,
        "total": sum(counts.values()),
        "waiting": queries.active_enrolments(programme).filter(person=None, erased_at=None).count(),
        "filters": [
            ("active", _("In the programme"), counts[EnrolmentState.ACTIVE]),
            ("withdrawn", _("Left"), counts[EnrolmentState.WITHDRAWN]),
            ("transferred", _("Moved away"), counts[EnrolmentState.TRANSFERRED]),
            ("all", _("All"), sum(counts.values())),
        ],
        "teams": [
            ("", _("Every team"), None),
            *queries.teams_of(programme).values_list("code", "name", "size"),
        ],
        "organises": may_organise(request.user, programme),
        "clear_form": ClearPhonesForm(),
    }
    return render(request, "enrolment/roster.html", context)


@login_required
def export(request: HttpRequest, programme_code: str) -> HttpResponse:
    """What the page shows, with masked phones; in clear on POST, with a reason that is recorded, after a second look."""
    programme = access.programme_to_read(request.user, programme_code)
    learners = list(_shown(request, programme))
    clear = request.method == "POST"
    if clear:
        programme = access.programme_to_run(request.user, programme_code)
        reason = people.require_reason(request.POST.get("reason", ""))
        count = sum(bool(learner.phone) for learner in learners)
        if request.POST.get("seen") != str(count):
            back = reverse("enrolment:desk-roster", args=[programme.code])
            return render(
                request, "people/clear_export.html", {"count": count, "reason": reason, "back": back}
            )
        actions.record_clear_phones(programme=programme, by=request.user, reason=reason, count=count)
    data = exports.roster_workbook(programme, learners, clear_phones=clear)
    name = f"{programme.full_name} {_('Roster')} {clock.today():%Y-%m-%d}.xlsx"
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = _attachment(name)
    return response


@login_required
@require_POST
@never_cache
def slips(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Invitations for everybody who has not joined, as slips to print and cut. Shown once; earlier links end."""
    programme = access.programme_to_run(request.user, programme_code)
    waiting = (
        queries.active_enrolments(programme).select_related("programme", "organisation").filter(person=None)
    )
    if team := request.POST.get("team"):
        waiting = waiting.filter(team__code=team)
    invited = actions.invite_learners(programme=programme, by=request.user, enrolments=waiting)
    if not invited:
        messages.info(request, _("Everybody has joined already."))
        return redirect("enrolment:desk-roster", programme_code)
    made = [(e, request.build_absolute_uri(reverse("people:join", args=[token]))) for e, token in invited]
    return render(
        request, "enrolment/slips.html", {"programme": programme, "slips": made, "today": clock.today()}
    )


@login_required
def teams(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    organises = may_organise(request.user, programme)
    form = TeamForm(programme, request.POST or None)
    if request.method == "POST":
        programme = access.programme_to_run(request.user, programme_code)
        if form.is_valid():
            try:
                actions.make_team(programme=programme, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                form.add_error("name", refusal.sentence)
            else:
                return redirect("enrolment:desk-teams", programme_code)
    context = {
        "programme": programme,
        "teams": queries.teams_of(programme),
        "form": form,
        "organises": organises,
    }
    return render(request, "enrolment/teams.html", context, status=422 if form.errors else 200)


@login_required
def team(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.team_to_manage(request.user, programme_code, code)
    form = TeamForm(found.programme, request.POST or None, found)
    if form.is_valid():
        try:
            actions.edit_team(team=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("name", refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("enrolment:desk-teams", programme_code)
    context = {"programme": found.programme, "team": found, "form": form}
    return render(request, "enrolment/team.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, programme: Programme):
    """Learners by the page's search and filters."""
    state = request.GET.get("show") or EnrolmentState.ACTIVE
    found = queries.learners_of(programme)
    if state in EnrolmentState.values:
        found = found.filter(state=state)
    if code := request.GET.get("team"):
        found = found.filter(team__code=code)
    return queries.search(found, request.GET.get("q", "")).order_by(*Enrolment._meta.ordering)


def _attachment(name: str) -> str:
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
