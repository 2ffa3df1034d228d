"""What a visit brought home, on the desk: photos with the consent that they need, notes, figures."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.people.models import Person
from yingzao.visits import actions, queries
from yingzao.visits.forms import ConsentForm, PeopleForm, TakeDownForm
from yingzao.visits.models import FieldFile
from yingzao.visits.views import access


@login_required
def material(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_visit(request, programme_code, code)
    rows = queries.material_of(activity, queries.stops_of(activity))
    return render(
        request,
        "visits/material.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "rows": rows,
            "held": sum(row.held for row in rows),
            "photos": sum(len(row.photos) for row in rows),
            "voices": sum(len(row.voices) for row in rows),
            "notes": sum(len(row.notes) for row in rows),
        },
    )


@login_required
def file(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    """One photo or recording: who is on it, who agreed, and taking it down."""
    activity = access.organised_visit(request, programme_code, code)
    found = access.one_file(queries.files_of(activity), file_code)
    do = request.POST.get("do", "")
    forms = {
        "agree": ConsentForm(request.POST if do == "agree" else None),
        "people": PeopleForm(request.POST if do == "people" else None, initial={"people": found.people}),
        "down": TakeDownForm(request.POST if do == "down" else None),
    }
    is_wrong = False
    if request.method == "POST":
        form = forms.get(do)
        try:
            if form is None or form.is_valid():
                said = _act(do, found, form.cleaned_data if form else {}, request.user)
                messages.success(request, said)
                return redirect("visits:desk-file", programme_code, code, file_code)
        except Refused as refusal:
            if form is None:
                raise
            form.add_error(refusal.field, refusal.sentence)
        is_wrong = True
    return render(
        request,
        "visits/file.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "file": found,
            "consents": queries.consents_of(found),
            "forms": forms,
        },
        status=422 if is_wrong else 200,
    )


def _act(do: str, file: FieldFile, told: dict, by: Person) -> str:
    match do:
        case "agree":
            actions.agree(file=file, note=told["note"], by=by)
            return _("Recorded. It may be shown now.")
        case "people":
            actions.hold(file=file, people=told["people"], by=by)
            return _("Recorded.")
        case "down":
            actions.take_down(file=file, by=by, reason=told["reason"])
            return _("Taken down. Nobody can see it any more.")
        case "original":
            actions.want_original(file=file, by=by)
            return _("Asked for. The phone sends it when its notes are next open with a network.")
    raise Refused(_("Choose what is to be done."), code="act")
