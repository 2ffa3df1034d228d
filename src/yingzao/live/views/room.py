"""What the organiser runs beside a course: questions, code words and polls, materials."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities.models import Activity
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.live import actions, queries
from yingzao.live.enums import CheckKind
from yingzao.live.forms import CheckForm, DecideForm, MaterialForm
from yingzao.live.views import access
from yingzao.programmes.rules import may_organise


@login_required
def room(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _page(request, access.desk_course(request, programme_code, code))


def _page(
    request: HttpRequest,
    activity: Activity,
    *,
    forms: dict[str, CheckForm] | None = None,
    material: MaterialForm | None = None,
) -> HttpResponse:
    forms = {kind: CheckForm(kind, prefix=kind) for kind in CheckKind.values} | (forms or {})
    wrong = (material is not None and bool(material.errors)) or any(form.errors for form in forms.values())
    results = queries.check_results(activity, clock.now())
    context = {
        "programme": activity.programme,
        "activity": activity,
        "questions": queries.questions_for(activity),
        "results": results,
        "running": next((result for result in results if result.is_open), None),
        "word_form": forms[CheckKind.WORD],
        "poll_form": forms[CheckKind.POLL],
        "materials": queries.materials_of(activity),
        "material_form": material or MaterialForm(),
        "organises": may_organise(request.user, activity.programme),
    }
    return render(request, "live/room.html", context, status=422 if wrong else 200)


@login_required
@require_POST
def check_open(request: HttpRequest, programme_code: str, code: str, kind: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    form = CheckForm(kind, request.POST, prefix=kind)
    if form.is_valid():
        try:
            actions.open_check(activity=activity, kind=kind, by=request.user, **form.values())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("It is open: learners see it on the page of the course."))
            return redirect("live:desk-room", programme_code, code)
    return _page(request, activity, forms={kind: form})


@login_required
@require_POST
def check_close(request: HttpRequest, programme_code: str, code: str, check: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    actions.close_check(check=access.check_of(activity, check), by=request.user)
    return redirect("live:desk-room", programme_code, code)


@login_required
@require_POST
def question_decide(request: HttpRequest, programme_code: str, code: str, question: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    row = access.question_to_decide(activity, question)
    form = DecideForm(request.POST)
    if form.is_valid():
        actions.decide_question(question=row, by=request.user, **form.cleaned_data)
    else:
        messages.error(request, _("The answer is too long; it may have 2,000 characters."))
    return redirect("live:desk-room", programme_code, code)


@login_required
@require_POST
def material_add(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    form = MaterialForm(request.POST, request.FILES)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_material(
                activity=activity, by=request.user, title=data["title"], url=data["url"], upload=data["file"]
            )
        except Refused as refusal:
            form.add_error("file", refusal.sentence)
        else:
            messages.success(request, _("Learners find it on the page of the course."))
            return redirect("live:desk-room", programme_code, code)
    return _page(request, activity, material=form)


@login_required
@require_POST
def material_remove(request: HttpRequest, programme_code: str, code: str, material: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    actions.remove_material(material=access.material_of(activity, material), by=request.user)
    messages.success(request, _("It is taken off the page."))
    return redirect("live:desk-room", programme_code, code)
