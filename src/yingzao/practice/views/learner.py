"""A practice task on the phone: what to do, the draft, what was handed in and answered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey
from yingzao.activities.kind import ideas_of
from yingzao.activities.models import Activity
from yingzao.activities.views import access as learners
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.practice import actions, phrases, queries, rules
from yingzao.practice.forms import SettleForm, WorkForm
from yingzao.practice.forms.work import LONGEST
from yingzao.practice.settling.parts import asked_parts, count_characters
from yingzao.practice.views import access


@login_required
def task(request: HttpRequest, code: str) -> HttpResponse:
    """Show the task; a post keeps the draft, and with `hand_in` hands it in."""
    enrolment, activity = learners.my_activity(request, KindKey.PRACTICE, code)
    work = queries.my_entry(enrolment, activity)
    begun = work.draft or work.returned
    form = WorkForm(
        request.POST or None,
        request.FILES or None,
        parts=asked_parts(activity.rule),
        ideas=ideas_of(enrolment),
        initial=WorkForm.initial_of(begun.text if begun else "", begun.content if begun else {}, work.number),
    )
    if request.method == "POST" and form.is_valid():
        if actions.is_handed_in(
            enrolment=enrolment,
            activity=activity,
            number=form.cleaned_data["number"] or 0,
            **form.written(),
        ):
            messages.info(request, _("This was handed in already."))
            return redirect("practice:learner-task", code)
        try:
            draft = actions.save_work(
                enrolment=enrolment,
                activity=activity,
                uploads=form.cleaned_data["files"],
                drop=request.POST.getlist("drop"),
                refers=form.referred(),
                by=request.user,
                **form.written(),
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
    return render(
        request,
        "practice/task.html",
        _told(request, enrolment, activity, form),
        status=422 if form.errors else 200,
    )


def _told(request: HttpRequest, enrolment: Enrolment, activity: Activity, form: WorkForm) -> dict:
    work = queries.my_entry(enrolment, activity)
    begun = work.draft or work.returned
    return {
        "activity": activity,
        "account": request.user.code,
        "task": queries.task_of(activity),
        "mine": activities.my_duty(enrolment, activity),
        "work": work,
        "files": queries.files_of(begun) if begun else [],
        "begun": begun,
        "form": form,
        "parts": [
            (one, [phrases.say_line(line) for line in one.lines])
            for one in queries.parts_of_task(activity, enrolment, form)
        ],
        "remarks": queries.remarks_for_learner(work.handed_in),
        "settle_form": SettleForm(),
        "writes": rules.is_writing(work),
    }


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
    enrolment, activity = learners.my_activity(request, KindKey.PRACTICE, code)
    asked = asked_parts(activity.rule)
    text = request.POST.get("text", "")[:LONGEST]
    texts = {one.part: request.POST.get(f"part-{one.part}", "")[:LONGEST] for one in asked if one.is_written}
    draft = actions.keep_typed(
        enrolment=enrolment, activity=activity, text=text, parts=texts if asked else None, by=request.user
    )
    characters = sum(map(count_characters, texts.values())) if asked else count_characters(text)
    context = {"draft": draft, "at": clock.now(), "characters": characters}
    return render(request, "practice/_saved.html", context)


@login_required
@require_POST
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """Begin the next version from the last one."""
    enrolment, activity = learners.my_activity(request, KindKey.PRACTICE, code)
    actions.begin_again(enrolment=enrolment, activity=activity, by=request.user)
    return redirect("practice:learner-task", code)


@login_required
def document(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """The text of one's own document, with the comments once they are told."""
    found, file = access.own_document(request, code, file_code)
    told = queries.document_of(file)
    context = {
        "version": found,
        "activity": found.entry.activity,
        "enrolment": found.entry.enrolment,
        "file": file,
        "document": told,
        "places": queries.document_places(told, queries.remarks_for_learner([found])) if told else [],
        "may_answer": False,
        "is_own": True,
    }
    return render(request, "practice/document.html", context)


@login_required
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """What changed since the own version before."""
    found = access.own_version(request, code)
    before = queries.version_before(found)
    if before is None:
        raise Http404
    context = {
        "version": found,
        "activity": found.entry.activity,
        "enrolment": found.entry.enrolment,
        "changes": queries.changes_since(found, before),
        "is_own": True,
    }
    return render(request, "practice/changes.html", context)


@login_required
@require_POST
def settle_remark(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a comment is dealt with, or why not."""
    remark = access.own_remark(request, code)
    activity = remark.version.entry.activity
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            actions.settle_remark(remark=remark, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("Your answer to the comment is kept."))
    else:
        messages.error(request, _("At most 500 characters."))
    return redirect("practice:learner-task", activity.code)


@login_required
def mentor(request: HttpRequest) -> HttpResponse:
    """Who the mentor is, and what was talked about."""
    mine = learners.my_enrolments(request)
    context = {
        "rows": [(one, one.team.mentor if one.team else None, queries.notes_for_learner(one)) for one in mine]
    }
    return render(request, "practice/my_mentor.html", context)
