"""A visit on the phone: where, when, and checking in at a stop."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.rules import asking
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui import offline
from yingzao.visits import actions, queries
from yingzao.visits.enums import ScanWhat
from yingzao.visits.forms import CodeForm
from yingzao.visits.views import access, maps


@login_required
@offline.kept("page")
def visit(request: HttpRequest, code: str) -> HttpResponse:
    """The QR on the organiser's screen leads here with `?c=`; the code is then filled in and one tap checks in."""
    enrolment, activity = access.my_visit(request, code)
    form = CodeForm(request.POST or None, initial={"code": request.GET.get("c", "")[:6]})
    what = ScanWhat.OUT if request.POST.get("what") == "out" else ScanWhat.IN
    if request.method == "POST" and form.is_valid():
        try:
            stop = actions.check_in_by_code(
                enrolment=enrolment,
                activity=activity,
                typed=form.cleaned_data["code"],
                stops=list(queries.stops_of(activity)),
                by=request.user,
                what=what,
            )
        except Refused as refusal:
            form.add_error("code" if refusal.field == "code" else None, refusal.sentence)
        else:
            said = (
                _("You are checked in at %(stop)s.")
                if what == ScanWhat.IN
                else _("You are checked out at %(stop)s.")
            )
            messages.success(request, said % {"stop": stop.part.title})
            return redirect("visits:learner-visit", code)
    mine = activities.my_duty(enrolment, activity)
    stops = queries.stops_with(enrolment, queries.stops_of(activity))
    return maps.page(
        request,
        "visits/visit.html",
        {
            "activity": activity,
            "visit": queries.visit_of(activity),
            "signing_up": queries.my_sign_up(activity, enrolment),
            "stops": stops,
            "left": any(row.checked_in_at is None for row in stops),
            "can_leave": any(row.is_here_still for row in stops),
            "scanned_stop": next((r.stop for r in stops if r.stop.part.code == request.GET.get("s")), None),
            "pass_address": request.build_absolute_uri(
                reverse("visits:pass", args=[actions.pass_of(enrolment.code)])
            ),
            "me": enrolment,
            "ticket": actions.learner_ticket(enrolment, activity),
            "asks_place": any(row.stop.place_check_m for row in stops),
            "mine": mine,
            "documents": queries.documents_by_stop(activity),
            "forms_waiting": queries.forms_waiting(enrolment, activity, clock.now()),
            "asking": asking(enrolment, activity, mine.duty, clock.now()),
            "form": form,
            "scanned": bool(request.GET.get("c")),
        },
        [row.stop for row in stops],
        status=422 if form.errors else 200,
    )
