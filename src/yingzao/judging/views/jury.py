"""A judge's pages, phone first. Nothing of the learner is named while the round hides names."""

from collections.abc import Mapping
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
from yingzao.judging.actions import Stale
from yingzao.judging.forms import ReasonForm, SheetForm, TalkForm
from yingzao.judging.models import Assignment, Criterion, Level, Mark
from yingzao.judging.views import access


@dataclass(frozen=True, slots=True)
class Asked:
    """One criterion on the sheet with what was chosen. `clash` is the mark as it stands where this page chose otherwise."""

    number: int
    criterion: Criterion
    levels: list[Level]
    points: int | None
    version: int = 0
    clash: Mark | None = None

    @property
    def both(self) -> list[int | None]:
        """What stands, then what this page chose."""
        return [self.clash.points, self.points] if self.clash else []

    @property
    def said(self) -> str:
        """The chosen level in words; of points there are none."""
        return next((level.text for level in self.levels if level.points == self.points), "")


@dataclass(frozen=True, slots=True)
class Written:
    """Words on the sheet. `stands` is the text as it stands where this page wrote otherwise."""

    name: str
    text: str
    version: int
    stands: str | None = None


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


def _asked(
    assignment: Assignment, given: Mapping[str, int] | None = None, stale: Stale | None = None
) -> list[Asked]:
    """The criteria with their marks; what a page gave stands before what is stored, so that nothing chosen is lost."""
    marks = {mark.criterion_id: mark for mark in assignment.marks.all()}
    clashes = stale.marks if stale else {}
    asked = []
    for number, criterion in enumerate(queries.criteria_of(assignment), start=1):
        mark = marks.get(criterion.pk)
        stored = mark.points if mark else None
        asked.append(
            Asked(
                number,
                criterion,
                list(criterion.levels.all()),
                (given or {}).get(criterion.code, stored),
                mark.version if mark else 0,
                clashes.get(criterion.code),
            )
        )
    return asked


def _written(
    assignment: Assignment, name: str, given: Mapping[str, str] | None = None, stale: Stale | None = None
) -> Written:
    stored, version = getattr(assignment, name), getattr(assignment, f"{name}_version")
    clash = (stale.words if stale else {}).get(name)
    return Written(name, (given or {}).get(name, stored), version, clash[0] if clash else None)


def _sheet_page(
    request: HttpRequest, assignment: Assignment, *, refusal: Refused | None = None
) -> HttpResponse:
    """The sheet; after a refusal with all that the form held."""
    stale = refusal if isinstance(refusal, Stale) else None
    form = _form(request, assignment) if refusal else None
    sent = form if form and form.is_valid() else None
    given, words = (sent.points(), sent.words()) if sent else ({}, {})
    asked = _asked(assignment, given, stale)
    place, of = queries.place_in_queue(assignment)
    talks = rules.may_talk(request.user, assignment)
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
            "comment": _written(assignment, "comment", words, stale),
            "note": _written(assignment, "note", words, stale),
            "may_mark": rules.may_mark(request.user, assignment),
            "may_stand_aside": rules.may_stand_aside(assignment),
            "learner": "" if assignment.round.hides_names else assignment.entry.enrolment.name,
            "refusal": refusal,
            "talk": queries.talk_before(assignment) if talks else [],
            "may_talk": talks,
            "beside": queries.marks_beside(assignment),
            "place": place,
            "of": of,
        },
        status=(409 if stale else 422) if refusal else 200,
    )


@require_POST
@login_required
@never_cache
def save(request: HttpRequest, code: str) -> HttpResponse:
    """Autosave of one choice or text. Where another page or device saved in the meantime the answer shows both."""
    assignment = access.my_sheet(request, code)
    try:
        form = _keep(request, assignment)
    except Stale as stale:
        return _clash(request, assignment, stale)
    except Refused as refusal:
        return render(request, "ui/refused_fragment.html", {"refusal": refusal}, status=422)
    if not getattr(request, "htmx", False):
        return redirect("judging:jury-sheet", code)
    assignment = access.my_sheet(request, code)
    asked = _asked(assignment)
    return render(
        request,
        "judging/jury/saved.html",
        {
            "assignment": assignment,
            "may_mark": True,
            "changed": [each for each in asked if f"points-{each.criterion.code}" in request.POST],
            "words": [_written(assignment, name) for name in form.words()],
            "settled": bool(form.cleaned_data["choice"]),
            "missing": sum(each.points is None for each in asked),
        },
    )


def _clash(request: HttpRequest, assignment: Assignment, stale: Stale) -> HttpResponse:
    if not getattr(request, "htmx", False):
        return _sheet_page(request, access.my_sheet(request, assignment.code), refusal=stale)
    form = _form(request, assignment)
    form.is_valid()
    return render(
        request,
        "judging/jury/clash.html",
        {
            "assignment": assignment,
            "asked": [each for each in _asked(assignment, form.points(), stale) if each.clash],
            "words": [_written(assignment, name, form.words(), stale) for name in stale.words],
        },
        status=409,
    )


def _form(request: HttpRequest, assignment: Assignment) -> SheetForm:
    return SheetForm(request.POST, codes=[c.code for c in queries.criteria_of(assignment)])


def _keep(request: HttpRequest, assignment: Assignment) -> SheetForm:
    """Save what was sent. `choice` settles a clash of words: this page's, the other's, or one after the other."""
    form = _form(request, assignment)
    if not form.is_valid():
        raise Refused(_("This could not be read. Load the page again."), code="bad-form")
    words, choice = form.words(), form.cleaned_data["choice"]
    if choice == "theirs":
        words = {}
    elif choice == "both":
        words = {name: "\n".join((getattr(assignment, name), text)) for name, text in words.items()}
    actions.save_sheet(
        assignment=assignment, points=form.points(), words=words, seen=form.seen(), by=request.user
    )
    return form


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


@require_POST
@login_required
@never_cache
def talk(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the chair."""
    assignment = access.my_sheet(request, code)
    form = TalkForm(request.POST)
    if form.is_valid():
        actions.say_as_judge(assignment=assignment, text=form.cleaned_data["text"], by=request.user)
    else:
        messages.error(request, _("Write something first."))
    return redirect("judging:jury-sheet", code)


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
    """A file of the version before the judge. Where the round hides names, under a name of its own and without what the
    document notes of its author."""
    assignment = access.my_sheet(request, code)
    found = access.file_before(assignment, file_code)
    stem = f"{assignment.entry.code}-{found.file.code}" if assignment.round.hides_names else ""
    if stem and width is None:
        return media_views.respond_unsigned(request, found.file, stem=stem)
    return media_views.respond(request, found.file, width=width, stem=stem)
