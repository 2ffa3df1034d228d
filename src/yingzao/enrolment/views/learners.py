"""One learner: what the programme knows, joining, leaving."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.enrolment import actions
from yingzao.enrolment.forms import LearnerForm, LeaveForm
from yingzao.enrolment.models import Enrolment
from yingzao.enrolment.views import access
from yingzao.people.queries import open_invitations
from yingzao.programmes.rules import may_organise


@login_required
def learner(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_read(request.user, programme_code, code)
    return _page(request, enrolment, LeaveForm())


@login_required
@require_POST
@never_cache
def phone(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The phone number in clear. Reading it is an act of its own and is recorded."""
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    shown = actions.show_phone(enrolment=enrolment, by=request.user)
    return _page(request, enrolment, LeaveForm(), clear_phone=shown)


@login_required
def new(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    form = LearnerForm(programme, request.POST or None)
    if form.is_valid():
        try:
            enrolment = actions.add_learner(programme=programme, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("%(name)s is entered.") % {"name": enrolment.name})
            return redirect("enrolment:desk-learner", programme_code, enrolment.code)
    context = {"programme": programme, "form": form}
    return render(request, "enrolment/learner_edit.html", context, status=422 if form.errors else 200)


@login_required
def edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    form = LearnerForm(enrolment.programme, request.POST or None, enrolment)
    if form.is_valid():
        try:
            actions.edit_learner(enrolment=enrolment, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("enrolment:desk-learner", programme_code, code)
    context = {"programme": enrolment.programme, "form": form, "learner": enrolment}
    return render(request, "enrolment/learner_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def leave(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, enrolment, form)
    act = {"withdrawn": actions.withdraw, "transferred": actions.transfer}[form.cleaned_data["how"]]
    act(enrolment=enrolment, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(
        request, _("%(name)s is no longer in the programme. Records stay.") % {"name": enrolment.name}
    )
    return redirect("enrolment:desk-learner", programme_code, code)


@login_required
@require_POST
def reinstate(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    actions.reinstate(enrolment=enrolment, by=request.user)
    messages.success(request, _("%(name)s is in the programme again.") % {"name": enrolment.name})
    return redirect("enrolment:desk-learner", programme_code, code)


@login_required
@require_POST
@never_cache
def invite(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    token = actions.invite_learner(enrolment=enrolment, by=request.user)
    return _link_page(request, enrolment, reverse("people:join", args=[token]))


@login_required
@require_POST
@never_cache
def reset_link(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    enrolment = access.learner_to_manage(request.user, programme_code, code)
    token = actions.make_learner_reset_link(enrolment=enrolment, by=request.user)
    return _link_page(request, enrolment, reverse("people:reset", args=[token]), for_password=True)


def _link_page(
    request: HttpRequest, enrolment: Enrolment, path: str, *, for_password: bool = False
) -> HttpResponse:
    context = {
        "programme": enrolment.programme,
        "name": enrolment.name,
        "link": request.build_absolute_uri(path),
        "back": reverse("enrolment:desk-learner", args=[enrolment.programme.code, enrolment.code]),
        "for_password": for_password,
    }
    return render(request, "programmes/link.html", context)


def _page(request: HttpRequest, enrolment: Enrolment, form: LeaveForm, clear_phone: str = "") -> HttpResponse:
    context = {
        "programme": enrolment.programme,
        "learner": enrolment,
        "organises": may_organise(request.user, enrolment.programme),
        "invitation": open_invitations([enrolment.code]).first(),
        "form": form,
        "clear_phone": clear_phone,
    }
    return render(request, "enrolment/learner.html", context, status=422 if form.errors else 200)
