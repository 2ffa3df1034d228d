"""Reflections as mentors and organisers read and answer them, and the writer's word on showing one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.cases import actions, queries
from yingzao.cases.forms import AnswerForm
from yingzao.cases.views import access
from yingzao.core.errors import Refused
from yingzao.enrolment.queries import learners_mentored_by

REFLECTIONS_A_PAGE = 30


@login_required
def mentor_reflections(request: HttpRequest) -> HttpResponse:
    """What the mentor's learners wrote, the unanswered alone unless all are asked for."""
    learners = learners_mentored_by(request.user)
    mine = queries.readable_reflections(request.user).filter(enrolment__in=learners)
    waiting = queries.unanswered(mine)
    shown = mine if request.GET.get("show") == "all" else waiting
    context = {
        "page": Paginator(shown, REFLECTIONS_A_PAGE).get_page(request.GET.get("page")),
        "filters": [("", _("To answer"), waiting.count()), ("all", _("All"), mine.count())],
        "has_learners": learners.exists(),
    }
    return render(request, "cases/mentor_reflections.html", context)


@login_required
def reflection(request: HttpRequest, key: UUID) -> HttpResponse:
    row = access.reflection_to_read(request, key)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_reflection(reflection=row, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("text" if refusal.field == "text" else None, refusal.sentence)
        else:
            messages.success(request, _("Your answer is on its way to the learner."))
            return redirect("cases:reflection", key)
    context = {
        "reflection": row,
        "activity": row.activity,
        "answers": row.answers.select_related("by"),
        "share": getattr(row, "share", None),
        "answers_it": queries.may_answer(request.user, row),
        "form": form,
    }
    return render(request, "cases/reflection.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def ask_to_show(request: HttpRequest, key: UUID) -> HttpResponse:
    actions.ask_to_show(reflection=access.reflection_to_answer(request, key), by=request.user)
    messages.success(request, _("The learner is asked. It is shown once the learner agrees."))
    return redirect("cases:reflection", key)


@login_required
@require_POST
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    share = access.my_share(request, key)
    actions.decide_showing(share=share, agrees=request.POST.get("agrees") == "1", by=request.user)
    return redirect("cases:learner-case", share.reflection.activity.code)
