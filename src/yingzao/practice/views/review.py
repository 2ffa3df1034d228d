"""Reading what was handed in: the organiser's page of a task, the mentor's queue, one version and the answer to it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey, VersionState
from yingzao.activities.views import access as desk
from yingzao.core.errors import Refused
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.practice import actions, queries, rules
from yingzao.practice.forms import GuidanceForm, ReviewForm
from yingzao.practice.views import access
from yingzao.programmes.rules import may_organise, may_read_desk


@login_required
def task(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = desk.readable_activity(request, KindKey.PRACTICE, programme_code, code)
    rows = activities.desk_rows(activity)
    return render(
        request,
        "practice/desk_task.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "task": queries.task_of(activity),
            "versions": queries.versions_of(activity),
            "rows": rows,
            "done": sum(r.duty.state in ("done", "late") for r in rows),
            "organises": may_organise(request.user, activity.programme),
        },
    )


@login_required
def guidance(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    activity = desk.organised_activity(request, programme_code, code, kind=KindKey.PRACTICE)
    present = queries.task_of(activity)
    form = GuidanceForm(request.POST or None, initial={"guidance": present.guidance if present else ""})
    if request.method == "POST" and form.is_valid():
        actions.set_guidance(activity=activity, guidance=form.cleaned_data["guidance"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("practice:desk-task", programme_code, code)
    return render(
        request,
        "practice/guidance.html",
        {"programme": activity.programme, "activity": activity, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
def mentor_queue(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "practice/mentor_queue.html",
        {
            "versions": queries.mentor_queue(request.user),
            "has_learners": learners_mentored_by(request.user).exists(),
        },
    )


@login_required
def version(request: HttpRequest, code: str) -> HttpResponse:
    found = access.readable_version(request, code)
    may_answer = rules.may_review(request.user, found) and found.state == VersionState.SUBMITTED
    form = ReviewForm(request.POST or None)
    said = {"accept", "return"} & request.POST.keys()
    if said and may_answer and form.is_valid():
        try:
            actions.answer(
                version=found,
                accept="accept" in request.POST,
                review=form.cleaned_data["review"],
                by=request.user,
            )
        except Refused as refusal:
            form.add_error("review", refusal.sentence)
        else:
            messages.success(request, _("Your answer is with the learner."))
            return redirect("practice:version", code)
    return render(
        request,
        "practice/version.html",
        {
            "version": found,
            "enrolment": found.entry.enrolment,
            "activity": found.entry.activity,
            "files": found.files.select_related("file"),
            "form": form,
            "may_answer": may_answer,
            "may_read_desk": may_read_desk(request.user, found.entry.programme),
        },
        status=422 if form.errors else 200,
    )
