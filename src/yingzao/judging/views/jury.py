"""A judge's pages, phone first. Nothing of the learner is named while the round hides names."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.core.media import views as media_views
from yingzao.judging import actions, queries, rules
from yingzao.judging.forms import ReasonForm, SheetForm
from yingzao.judging.models import Assignment, Criterion, Level
from yingzao.judging.views import access


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion on the sheet with what was chosen."""

    number: int
    criterion: Criterion
    levels: list[Level]
    points: int | None

    @property
    def chosen(self) -> Level | None:
        return next((level for level in self.levels if level.points == self.points), None)


@require_safe
@login_required
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    return render(
        request, "judging/jury/queue.html", {"audience": "jury", "queues": queries.queue(request.user)}
    )


@require_safe
@login_required
@never_cache
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    return _sheet_page(request, access.my_sheet(request, code))


def _asked(assignment: Assignment) -> list[Asked]:
    points = dict(assignment.marks.values_list("criterion_id", "points"))
    return [
        Asked(number, criterion, list(criterion.levels.all()), points.get(criterion.pk))
        for number, criterion in enumerate(queries.criteria_of(assignment), start=1)
    ]


def _sheet_page(
    request: HttpRequest, assignment: Assignment, *, refusal: Refused | None = None
) -> HttpResponse:
    asked = _asked(assignment)
    place, of = queries.place_in_queue(assignment)
    return render(
        request,
        "judging/jury/sheet.html",
        {
            "audience": "jury",
            "assignment": assignment,
            "round": assignment.round,
            "parts": queries.sheet_parts(assignment),
            "asked": asked,
            "missing": sum(each.points is None for each in asked),
            "may_mark": rules.may_mark(request.user, assignment),
            "may_stand_aside": rules.may_stand_aside(assignment),
            "learner": "" if assignment.round.hides_names else assignment.entry.enrolment.name,
            "refusal": refusal,
            "place": place,
            "of": of,
        },
        status=422 if refusal else 200,
    )


@require_POST
@login_required
@never_cache
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Autosave of one choice or of the comment: answers with the chosen level's words and how much is left."""
    assignment = access.my_sheet(request, code)
    try:
        _keep(request, assignment)
    except Refused as refusal:
        return render(request, "ui/refused_fragment.html", {"refusal": refusal}, status=422)
    if not getattr(request, "htmx", False):
        return redirect("judging:jury-sheet", code)
    asked = _asked(assignment)
    return render(
        request,
        "judging/jury/saved.html",
        {
            "assignment": assignment,
            "changed": [each for each in asked if f"points-{each.criterion.code}" in request.POST],
            "missing": sum(each.points is None for each in asked),
        },
    )


def _keep(request: HttpRequest, assignment: Assignment) -> None:
    codes = [criterion.code for criterion in queries.criteria_of(assignment)]
    form = SheetForm(request.POST, codes=codes)
    if not form.is_valid():
        raise Refused(_("This could not be read. Load the page again."), code="bad-form")
    if points := form.points():
        actions.save_marks(assignment=assignment, points=points, by=request.user)
    if (comment := form.comment()) is not None:
        actions.save_comment(assignment=assignment, comment=comment, by=request.user)


@require_POST
@login_required
@never_cache
def submit(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what the form holds, then hand the sheet in; what is missing is said above the sheet."""
    assignment = access.my_sheet(request, code)
    try:
        _keep(request, assignment)
        actions.submit_sheet(assignment=assignment, by=request.user)
    except Refused as refusal:
        return _sheet_page(request, access.my_sheet(request, code), refusal=refusal)
    messages.success(request, _("Entry %(code)s is submitted.") % {"code": assignment.entry.code})
    return redirect("judging:jury-queue")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def recuse(request: HttpRequest, code: str) -> HttpResponse:
    return _leave(request, code, "recuse")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def unable(request: HttpRequest, code: str) -> HttpResponse:
    return _leave(request, code, "unable")


def _leave(request: HttpRequest, code: str, how: str) -> HttpResponse:
    assignment = access.my_sheet(request, code)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        act = actions.recuse if how == "recuse" else actions.declare_unable
        act(assignment=assignment, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(
            request,
            _("Entry %(code)s was taken from your list; the organiser sees why.")
            % {"code": assignment.entry.code},
        )
        return redirect("judging:jury-queue")
    return render(
        request,
        "judging/jury/leave.html",
        {"audience": "jury", "assignment": assignment, "how": how, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_safe
@login_required
def file(request: HttpRequest, code: str, file_code: str, width: int | None = None) -> HttpResponseBase:
    """A file of the version before the judge. Under its uploader's name only where the round shows names."""
    assignment = access.my_sheet(request, code)
    found = access.file_before(assignment, file_code)
    stem = f"{assignment.entry.code}-{found.file.code}" if assignment.round.hides_names else ""
    return media_views.respond(request, found.file, width=width, stem=stem)
