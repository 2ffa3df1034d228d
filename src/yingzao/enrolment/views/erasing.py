"""Somebody asks by telephone or on paper to be forgotten: entered on the learner's page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yingzao.core.errors import Refused
from yingzao.enrolment import actions
from yingzao.enrolment.views import access
from yingzao.people.forms import BeginErasureForm
from yingzao.people.rules import has_right


@login_required
@never_cache
def erase(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    form = BeginErasureForm(request.POST or None)
    if form.is_valid():
        try:
            asked = actions.begin_learner_erasure(
                enrolment=enrolment, how=form.cleaned_data["how"], by=request.user
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if has_right(request.user, enrolment.organisation):
                return redirect("people:desk-erasure", asked.code)
            messages.success(request, _("Entered. An organiser of the whole organisation decides."))
            return redirect("enrolment:desk-learner", programme_code, code)
    context = {"programme": enrolment.programme, "learner": enrolment, "form": form}
    return render(request, "enrolment/erase.html", context, status=422 if form.errors else 200)
