"""A practice task on the phone: what to do, the draft, what was handed in and answered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.views import access
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.practice import actions, queries, rules
from yingzao.practice.forms import WorkForm


@login_required
def task(request: HttpRequest, code: str) -> HttpResponse:
    """Show the task; a post keeps the draft, and with `hand_in` hands it in."""
    enrolment, activity = access.my_activity(request, KindKey.PRACTICE, code)
    work = queries.my_entry(enrolment, activity)
    begun = work.draft or work.returned
    form = WorkForm(
        request.POST or None,
        request.FILES or None,
        initial={"text": begun.text if begun else "", "number": work.number},
    )
    if request.method == "POST" and form.is_valid():
        if actions.is_handed_in(
            enrolment=enrolment,
            activity=activity,
            number=form.cleaned_data["number"] or 0,
            text=form.cleaned_data["text"],
        ):
            messages.info(request, _("This was handed in already."))
            return redirect("practice:learner-task", code)
        try:
            draft = actions.save_work(
                enrolment=enrolment,
                activity=activity,
                text=form.cleaned_data["text"],
                uploads=form.cleaned_data["files"],
                drop=request.POST.getlist("drop"),
                by=request.user,
            )
            if "hand_in" in request.POST:
                actions.hand_in(version=draft, by=request.user)
                _tell(request, activities.my_duty(enrolment, activity))
            else:
                messages.success(request, _("The draft is kept."))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return redirect("practice:learner-task", code)
    work = queries.my_entry(enrolment, activity)
    return render(
        request,
        "practice/task.html",
        {
            "activity": activity,
            "task": queries.task_of(activity),
            "mine": activities.my_duty(enrolment, activity),
            "work": work,
            "files": list((work.draft or work.returned).files.all()) if work.draft or work.returned else [],
            "form": form,
            "writes": rules.is_writing(work),
        },
        status=422 if form.errors else 200,
    )


def _tell(request: HttpRequest, mine: activities.MyDuty) -> None:
    if mine.missing:
        sentence = _("Handed in, but it does not count yet: %(missing)s You may hand in another version.")
        messages.warning(request, sentence % {"missing": mine.missing})
    else:
        messages.success(request, _("Handed in. Your mentor and the organiser can read it now."))


@login_required
@require_POST
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the text while it is written; answers with the small line that says so."""
    enrolment, activity = access.my_activity(request, KindKey.PRACTICE, code)
    text = request.POST.get("text", "")[:50_000]
    draft = actions.keep_typed(enrolment=enrolment, activity=activity, text=text, by=request.user)
    return render(
        request,
        "practice/_saved.html",
        {"draft": draft, "at": clock.now(), "characters": len("".join(text.split()))},
    )


@login_required
@require_POST
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the next version from the last one."""
    enrolment, activity = access.my_activity(request, KindKey.PRACTICE, code)
    actions.begin_again(enrolment=enrolment, activity=activity, by=request.user)
    return redirect("practice:learner-task", code)
