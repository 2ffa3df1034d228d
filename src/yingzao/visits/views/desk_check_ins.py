"""What waits for staff after check-ins: confirmations, times, codes that were not good; and the code that a learner shows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.visits import actions, phrases, queries
from yingzao.visits.forms import WalkInForm
from yingzao.visits.views import access


@login_required
def check_ins(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    return render(
        request,
        "visits/check_ins.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "waiting": phrases.with_hints(queries.waiting_scans(activity)),
            "offers": [(o, phrases.clock_said(o)) for o in queries.offered_times(activity)],
            "refused": queries.refused_scans(activity),
            "codes": queries.codes_used_often(activity, queries.expected_learners(activity).count()),
            "devices": queries.devices_shared(activity),
        },
    )


@login_required
@require_POST
def decide(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Confirm what is ticked (or all of it), or say that they were not there."""
    activity = access.organised_visit(request, programme_code, code)
    keys = access.keys_of(request.POST.getlist("scan"))
    if request.POST.get("do") == "all":
        keys = [scan.key for scan in queries.waiting_scans(activity)]
    if request.POST.get("do") == "not-there":
        count = actions.turn_down_scans(activity=activity, scans=keys, by=request.user)
        said = ngettext("%(count)d check-in was withdrawn.", "%(count)d check-ins were withdrawn.", count)
    else:
        count = actions.confirm_scans(activity=activity, scans=keys, by=request.user)
        said = ngettext("%(count)d check-in is confirmed.", "%(count)d check-ins are confirmed.", count)
    if count:
        messages.success(request, said % {"count": count})
    else:
        messages.warning(request, _("Nothing was ticked, or it was decided already."))
    return redirect("visits:desk-check-ins", programme_code, code)


@login_required
@require_POST
def settle_time(request: HttpRequest, programme_code: str, code: str, key: str) -> HttpResponse:
    """Take one of the times that a scan offers, or leave the record as it is."""
    activity = access.organised_visit(request, programme_code, code)
    scan = access.scan_of(activity, key)
    at = clock.parse_moment(request.POST.get("at"))
    if at is None:
        actions.leave_time(scan=scan, by=request.user)
        messages.success(request, _("The time stays as it is."))
    else:
        actions.take_time(scan=scan, at=at, by=request.user)
        messages.success(request, _("The time was put right; the former record stays readable."))
    return redirect("visits:desk-check-ins", programme_code, code)


@login_required
def walk_in(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """Add somebody who came without being on the list."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    form = WalkInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_walk_in(stop=stop, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(
                request,
                _("Added. Who is meant is decided under the names to be matched, unless it is certain."),
            )
            return redirect("visits:desk-stop", programme_code, code, part_code)
    context = {"programme": stop.part.activity.programme, "stop": stop, "form": form}
    return render(request, "visits/walk_in.html", context, status=422 if form.errors else 200)


@login_required
def shown_pass(request: HttpRequest, shown: str) -> HttpResponse:
    """Where a learner's own code leads staff: at which stop is this learner checked in?"""
    learner = access.shown_learner(request, shown)
    stops = queries.stops_around(learner.programme, clock.now())
    if request.method == "POST":
        stop = access.one_of(stops, request.POST.get("stop", ""))
        if stop is None:
            messages.error(request, _("Choose the stop."))
            return redirect("visits:pass", shown)
        what = "out" if request.POST.get("do") == "out" else "in"
        actions.check_in_by_staff(stop=stop, enrolment=learner, by=request.user, what=what, shown=shown)
        said = (
            _("%(name)s is checked out at %(stop)s.")
            if what == "out"
            else _("%(name)s is checked in at %(stop)s.")
        )
        messages.success(request, said % {"name": learner.name, "stop": stop.part.title})
        return redirect("visits:pass", shown)
    return render(
        request,
        "visits/shown_pass.html",
        {
            "programme": learner.programme,
            "learner": learner,
            "rows": queries.stops_with(learner, stops),
            "audience": "desk",
        },
    )
