"""Stages: when they are meant to open, and opening and closing them."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.programmes import actions, phrases
from yingzao.programmes.enums import StageState
from yingzao.programmes.forms import StageForm
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise
from yingzao.programmes.views import access


@login_required
def stage_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    today = clock.today()
    stages = [
        {
            "stage": stage,
            "allows": phrases.allows(stage.kind),
            "overdue": (stage.state == StageState.OPEN and stage.closes_on < today)
            or (stage.state == StageState.PLANNED and stage.opens_on <= today),
        }
        for stage in programme.stages.all()
    ]
    context = {"programme": programme, "stages": stages, "organises": may_organise(request.user, programme)}
    return render(request, "programmes/stages.html", context)


@login_required
def new_stage(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    return _edit(
        request,
        programme,
        StageForm(request.POST or None),
        lambda given: actions.add_stage(programme=programme, by=request.user, **given),
        {"heading": _("Add a stage")},
    )


@login_required
def edit_stage(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    stage = access.stage_to_run(request.user, programme_code, code)
    return _edit(
        request,
        stage.programme,
        StageForm.of(stage, request.POST or None),
        lambda given: actions.edit_stage(stage=stage, by=request.user, **given),
        {"heading": stage.name, "stage": stage, "allows": phrases.allows(stage.kind)},
    )


def _edit(
    request: HttpRequest, programme: Programme, form: StageForm, save: Callable, context: dict
) -> HttpResponse:
    if form.is_valid():
        try:
            save(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("programmes:desk-stages", programme.code)
    status = 422 if form.is_bound and form.errors else 200
    return render(
        request, "programmes/stage.html", {"programme": programme, "form": form, **context}, status=status
    )


@login_required
@require_POST
def open_stage(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    stage = access.stage_to_run(request.user, programme_code, code)
    actions.open_stage(stage=stage, by=request.user)
    messages.success(request, _("“%(stage)s” is open.") % {"stage": stage.name})
    return redirect("programmes:desk-stages", programme_code)


@login_required
@require_POST
def close_stage(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    stage = access.stage_to_run(request.user, programme_code, code)
    actions.close_stage(stage=stage, by=request.user)
    messages.success(request, _("“%(stage)s” is closed. It can be opened again.") % {"stage": stage.name})
    return redirect("programmes:desk-stages", programme_code)


@login_required
@require_POST
def remove_stage(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    stage = access.stage_to_run(request.user, programme_code, code)
    actions.remove_stage(stage=stage, by=request.user)
    messages.success(request, _("“%(stage)s” has been removed.") % {"stage": stage.name})
    return redirect("programmes:desk-stages", programme_code)
