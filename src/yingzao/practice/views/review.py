"""Reading what was handed in: the organiser's page of a task, one version, its documents, comments at places, the answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.activities import queries as activities
from yingzao.activities.enums import KindKey, VersionState
from yingzao.activities.models import Version
from yingzao.activities.views import access as desk
from yingzao.core.errors import Refused
from yingzao.practice import actions, phrases, queries, rules
from yingzao.practice.forms import RemarkForm, ReviewForm
from yingzao.practice.settling.parts import asked_parts
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
            "parts": [(one, phrases.ask_under_its_name(one)) for one in asked_parts(activity.rule)],
            "versions": queries.versions_of(activity),
            "rows": rows,
            "done": sum(r.duty.state in ("done", "late") for r in rows),
            "organises": may_organise(request.user, activity.programme),
        },
    )


@login_required
def version(request: HttpRequest, code: str) -> HttpResponse:
    found = access.readable_version(request, code)
    may_answer = _may_answer(request, found)
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
        request, "practice/version.html", _told(request, found, form), status=422 if form.errors else 200
    )


def _may_answer(request: HttpRequest, found: Version) -> bool:
    return found.state == VersionState.SUBMITTED and rules.may_review(request.user, found)


def _told(request: HttpRequest, found: Version, form: ReviewForm) -> dict:
    enrolment = found.entry.enrolment
    remarks = queries.remarks_on(found)
    before = queries.version_before(found)
    may_answer = _may_answer(request, found)
    return {
        "version": found,
        "enrolment": enrolment,
        "activity": found.entry.activity,
        "sections": queries.sections_of(found, remarks),
        "files": queries.files_of(found, remarks),
        "findings": queries.findings_in(found),
        "remarks": remarks,
        "before": before,
        "earlier_remarks": queries.remarks_on(before) if before else [],
        "likenesses": queries.likenesses_for(found, request.user),
        "phrases": queries.phrases_for(request.user, enrolment.programme) if may_answer else (),
        "form": form,
        "remark_form": RemarkForm() if may_answer else None,
        "may_answer": may_answer,
        "may_mentor": rules.may_mentor(request.user, enrolment),
        "may_read_desk": may_read_desk(request.user, found.entry.programme),
    }


@login_required
def changes(request: HttpRequest, code: str) -> HttpResponse:
    """What changed since the version before."""
    found = access.readable_version(request, code)
    before = queries.version_before(found)
    if before is None:
        raise Http404
    context = {
        "version": found,
        "activity": found.entry.activity,
        "enrolment": found.entry.enrolment,
        "changes": queries.changes_since(found, before),
        "is_own": False,
    }
    return render(request, "practice/changes.html", context)


@login_required
def document(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    """The text of a document, with comments at its paragraphs."""
    found, file = access.readable_document(request, code, file_code)
    told = queries.document_of(file)
    context = {
        "version": found,
        "activity": found.entry.activity,
        "enrolment": found.entry.enrolment,
        "file": file,
        "document": told,
        "places": queries.document_places(told, queries.remarks_on(found)) if told else [],
        "may_answer": _may_answer(request, found),
        "remark_form": RemarkForm() if _may_answer(request, found) else None,
        "is_own": False,
    }
    return render(request, "practice/document.html", context)


@login_required
@require_POST
def add_remark(request: HttpRequest, code: str) -> HttpResponse:
    found = access.answerable_version(request, code)
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            actions.add_remark(version=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
    else:
        messages.error(request, _("Write the comment."))
    file = request.POST.get("file", "")
    place = f"#p-{request.POST.get('part', '')}-{request.POST.get('paragraph', '')}"
    if file and found.files.filter(file__code=file).exists():
        return redirect(_with(redirect("practice:version-document", code, file).url, place))
    return redirect(_with(redirect("practice:version", code).url, place))


def _with(address: str, place: str) -> str:
    """The address of a paragraph on a page; a place that a form made up leads to the page alone."""
    return address + place if all(char.isalnum() or char in "#-" for char in place) else address


@login_required
@require_POST
def remove_remark(request: HttpRequest, code: str, remark_code: str) -> HttpResponse:
    found = access.answerable_version(request, code)
    try:
        actions.remove_remark(remark=access.remark_on(found, remark_code), by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect("practice:version", code)
