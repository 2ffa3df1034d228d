"""What one brings home from a visit: notes, photos and voice notes, written on the phone, with or without a network."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities.models import Activity
from yingzao.communities.enums import Facet
from yingzao.core.ui import offline
from yingzao.enrolment.models import Enrolment
from yingzao.people.enums import PeopleShown
from yingzao.visits import actions, phrases, queries
from yingzao.visits.enums import FileState
from yingzao.visits.views import access


@login_required
@offline.kept("page")
def mine(request: HttpRequest, code: str) -> HttpResponse:
    enrolment, activity = access.my_visit(request, code)
    ticket = actions.learner_ticket(enrolment, activity)
    context = _context(request, activity, enrolment, ticket, ("visits:learner-file-remove", code))
    context |= {
        "back": reverse("visits:learner-visit", args=[code]),
        "photos_of_others": queries.free_photos(activity).exclude(enrolment=enrolment)[:60],
    }
    return render(request, "visits/notes.html", context)


@login_required
@offline.kept("page")
def of_staff(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The same for an organiser."""
    activity = access.organised_visit(request, programme_code, code)
    ticket = actions.staff_ticket(request.user, activity)
    context = _context(
        request, activity, None, ticket, ("visits:desk-phone-file-remove", programme_code, code)
    )
    context |= {
        "audience": "desk",
        "back": reverse("visits:desk-phone", args=[programme_code, code]),
    }
    return render(request, "visits/notes.html", context)


def _context(
    request: HttpRequest,
    activity: Activity,
    enrolment: Enrolment | None,
    ticket: str,
    removing: tuple[str, ...],
) -> dict[str, Any]:
    """`removing` names the address, with its arguments before the file's code, at which a file is taken back."""
    stops = list(queries.stops_of(activity))
    files = queries.own_files(activity, enrolment, request.user)
    return {
        "activity": activity,
        "ticket": ticket,
        "stops": stops,
        "questions": {stop.part.code: phrases.questions_of(stop) for stop in stops},
        "facets": Facet.choices,
        "methods": queries.methods_used(activity.programme),
        "notes": list(reversed(queries.own_notes(activity, enrolment, request.user))),
        "people": PeopleShown.choices,
        "files": [
            (file, reverse(removing[0], args=[*removing[1:], file.code]))
            for file in reversed(files)
            if file.state != FileState.AWAITED
        ],
        "arrived": queries.arrived_keys(activity, enrolment, request.user),
        "wanted": [str(file.key) for file in files if file.is_original_wanted],
    }


@login_required
@require_POST
def remove(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """A learner takes an own photo or recording back."""
    enrolment, activity = access.my_visit(request, code)
    file = access.one_file(queries.own_files(activity, enrolment, request.user), file_code)
    actions.take_down(file=file, by=request.user, reason=_("taken back by whoever took it"))
    messages.success(request, _("Taken down. Nobody can see it any more."))
    return redirect("visits:learner-notes", code)


@login_required
@require_POST
def remove_of_staff(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    file = access.one_file(queries.own_files(activity, None, request.user), file_code)
    actions.take_down(file=file, by=request.user, reason=_("taken back by whoever took it"))
    messages.success(request, _("Taken down. Nobody can see it any more."))
    return redirect("visits:desk-phone-notes", programme_code, code)


@login_required
@offline.kept("page")
def all_mine(request: HttpRequest) -> HttpResponse:
    """Everything that the learner noted on visits, to draw on later."""
    visits = [row for enrolment in access.my_enrolments(request) for row in queries.record_of(enrolment)]
    return render(request, "visits/my_notes.html", {"visits": visits})
