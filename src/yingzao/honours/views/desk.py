"""The desk: schemes, selections, and how each place came about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui.forms import Form
from yingzao.honours import actions, exports
from yingzao.honours.bridge import figures
from yingzao.honours.bridge.lists import close_to_line
from yingzao.honours.enums import SelectionState
from yingzao.honours.forms import (
    FOUR_PARTS,
    BarForm,
    EnterForm,
    PartFormSet,
    PointsForm,
    SchemeForm,
    SelectionForm,
    shown_number,
    tell,
)
from yingzao.honours.models import Selection
from yingzao.honours.queries import inputs, listed, rows, threads
from yingzao.honours.rules import rights
from yingzao.honours.views import access
from yingzao.judging import queries as judging
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import stage_allows

PLACES_A_PAGE = 100


@login_required
def selections(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    return render(
        request,
        "honours/selections.html",
        {
            "programme": programme,
            "selections": rows.selections_of(programme),
            "notices": rows.notices_of(programme),
            "scheme": figures.scheme_for(programme),
            "organises": rights.may_select(request.user, programme),
        },
    )


@login_required
def scheme(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The current scheme, earlier versions, and the form for the next one."""
    programme = access.programme_to_read(request.user, programme_code)
    current = figures.scheme_for(programme)
    form = SchemeForm.of(current, request.POST or None)
    begin = FOUR_PARTS if request.GET.get("parts") == "four" else current.parts
    parts = PartFormSet(request.POST if "p-TOTAL_FORMS" in request.POST else None, initial=begin, prefix="p")
    if request.method == "POST":
        programme = access.programme_to_run(request.user, programme_code)
        if form.is_valid() and (parts.is_valid() or not parts.is_bound):
            named = [part for each in parts if parts.is_bound and (part := each.part())]
            try:
                actions.make_scheme(programme=programme, by=request.user, **form.settings(named))
            except Refused as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("The next selection is made with this scheme."))
                return redirect("honours:desk-selections", programme.code)
    return render(
        request,
        "honours/scheme.html",
        {
            "programme": programme,
            "form": form,
            "parts": parts,
            "opens_parts": bool(begin) or parts.is_bound,
            "current": current,
            "settings": threads.scheme_sentences(inputs.scheme_values(current)),
            "schemes": rows.schemes_of(programme),
            "organises": rights.may_select(request.user, programme),
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
def new_selection(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_run(request.user, programme_code)
    rounds = list(judging.rounds_of(programme))
    blank = Selection(
        name=_("Outstanding learners"), tie_rule=list(threads.TIE_RULE), round=rounds[-1] if rounds else None
    )
    form = SelectionForm.of(blank, rounds, request.POST or None)
    if form.is_valid():
        try:
            made = actions.create_selection(programme=programme, by=request.user, **form.settings())
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect("honours:desk-selection", programme.code, made.code)
    return render(
        request,
        "honours/selection_form.html",
        {"programme": programme, "form": form, "settings": _scheme_settings(programme)},
        status=_status(form),
    )


@login_required
def change_selection(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    selection = access.selection_to_run(request.user, programme_code, code)
    programme = selection.programme
    form = SelectionForm.of(selection, list(judging.rounds_of(programme)), request.POST or None)
    if form.is_valid():
        scheme = rows.current_scheme(programme) or selection.scheme
        try:
            actions.change_selection(selection=selection, by=request.user, scheme=scheme, **form.settings())
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect("honours:desk-selection", programme.code, selection.code)
    return render(
        request,
        "honours/selection_form.html",
        {
            "programme": programme,
            "form": form,
            "selection": selection,
            "settings": _scheme_settings(programme),
        },
        status=_status(form),
    )


def _scheme_settings(programme: Programme) -> list[tuple[str, str]]:
    return threads.scheme_sentences(inputs.scheme_values(figures.scheme_for(programme)))


@login_required
def selection(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_read(request.user, programme_code, code)
    if found.state == SelectionState.DRAFT:
        return _draft(request, found)
    return render(request, "honours/selection.html", frozen_context(request, found) | {"where": "desk"})


def _learners(found: Selection) -> list:
    return list(rows.names_of(found.programme).values())


def _draft(request: HttpRequest, found: Selection, **wrong: Form) -> HttpResponse:
    """The list as it would be frozen now, who is barred, and what staff gave. `wrong` are forms that were sent back."""
    outcome, close = figures.preview_of(found, clock.now())
    learners = rows.names_of(found.programme)
    return render(
        request,
        "honours/selection_draft.html",
        {
            "programme": found.programme,
            "selection": found,
            "organises": rights.may_select(request.user, found.programme),
            "may_freeze_now": stage_allows(found.programme, Act.SELECT),
            "outcome": outcome,
            **_page_of(request, listed.preview_lines(outcome.places, learners, found.scheme.decimals, close)),
            "settings": threads.settings_sentences(
                inputs.scheme_values(found.scheme), inputs.list_values(found)
            ),
            "newest_scheme": rows.current_scheme(found.programme),
            "bars": found.bars.filter(lifted_at=None).select_related("barred_by"),
            "names": learners,
            "given": listed.given(found, learners),
            "entered_parts": rows.entered_parts(found.scheme),
            "bar_form": BarForm(learners=list(learners.values())),
            "points_form": PointsForm(learners=list(learners.values())),
        }
        | wrong,
        status=422 if wrong else 200,
    )


def _page_of(request: HttpRequest, lines: list[listed.Line]) -> dict:
    """What of a list is shown: `?q=` and `?show=` look for learners, `?page=` turns."""
    shown = listed.found_among(lines, request.GET.get("q", ""), request.GET.get("show", ""))
    return {
        "page": Paginator(shown, PLACES_A_PAGE).get_page(request.GET.get("page")),
        "choices": [("", _("All"), len(lines)), *listed.states_among(lines)],
        "close": sum(line.close for line in lines),
    }


def frozen_context(request: HttpRequest, found: Selection) -> dict:
    """What the desk and the committee both show of a frozen list; `?place=` opens one learner's thread."""
    terms = rows.frozen_terms(found)
    lines = listed.frozen_lines(found, terms["scheme"]["decimals"], close_to_line(found, terms))
    wanted = request.GET.get("place") or (lines[0].code if lines else "")
    place = found.places.filter(enrolment_code=wanted).first()
    line = next((line for line in lines if line.code == wanted), None)
    return {
        "programme": found.programme,
        "selection": found,
        "organises": rights.may_select(request.user, found.programme),
        "decides": rights.may_decide(request.user, found) and found.state == SelectionState.SUBMITTED,
        "lines": lines,
        **_page_of(request, lines),
        "settings": threads.settings_sentences(terms["scheme"], terms["list"]),
        "open_line": line,
        "thread": threads.place_thread(place, terms) if place else None,
        "decisions": threads.tie_decisions(found),
        "has_tie": any(line.state == "tied" for line in lines),
        "bars": found.bars.filter(lifted_at=None).select_related("barred_by"),
        "names": {line.code: line for line in lines},
        "notice": rows.standing_notice(found),
    }


@login_required
def place(request: HttpRequest, programme_code: str, code: str, enrolment_code: str) -> HttpResponse:
    """One place's thread alone, for the panel beside the list."""
    found = access.selection_to_read(request.user, programme_code, code)
    row = access.place_of(found, enrolment_code)
    terms = rows.frozen_terms(found)
    return render(
        request,
        "honours/_place.html",
        {
            "programme": found.programme,
            "selection": found,
            "open_line": listed.one_line(row, terms["scheme"]["decimals"]),
            "thread": threads.place_thread(row, terms),
        },
    )


@login_required
@require_POST
def freeze(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_run(request.user, programme_code, code)
    actions.freeze_selection(selection=found, by=request.user)
    messages.success(request, _("The list is frozen. Nothing that changes from now on changes it."))
    return redirect("honours:desk-selection", programme_code, code)


@login_required
@require_POST
def submit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_run(request.user, programme_code, code)
    actions.submit_to_committee(selection=found, by=request.user)
    messages.success(request, _("The list lies before the supervising committee."))
    return redirect("honours:desk-selection", programme_code, code)


@login_required
@require_POST
def remake(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_run(request.user, programme_code, code)
    made = actions.remake_selection(selection=found, by=request.user)
    return redirect("honours:desk-selection", programme_code, made.code)


@login_required
@require_POST
def bar(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_run(request.user, programme_code, code)
    form = BarForm(request.POST, learners=_learners(found))
    if form.is_valid():
        try:
            actions.bar_learner(selection=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect("honours:desk-selection", programme_code, code)
    return _draft(request, found, bar_form=form)


@login_required
@require_POST
def give_points(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """A bonus or a deduction."""
    found = access.selection_to_run(request.user, programme_code, code)
    form = PointsForm(request.POST, learners=_learners(found))
    if form.is_valid():
        try:
            actions.give_points(selection=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect("honours:desk-selection", programme_code, code)
    return _draft(request, found, points_form=form)


@login_required
@require_POST
def take_back_points(request: HttpRequest, programme_code: str, code: str, points_code: str) -> HttpResponse:
    found = access.selection_to_run(request.user, programme_code, code)
    actions.take_back_points(points=access.points_of(found, points_code), by=request.user)
    return redirect("honours:desk-selection", programme_code, code)


@login_required
def enter_part(request: HttpRequest, programme_code: str, code: str, part: str) -> HttpResponse:
    """The points of one part that staff enter, for all learners on one page."""
    found = access.selection_to_run(request.user, programme_code, code)
    title = access.entered_part(found, part)
    standing = {p.enrolment_code: p.points for p in rows.standing_points(found).filter(part=part)}
    form = EnterForm(
        request.POST or None,
        learners=_learners(found),
        initial={code: shown_number(points) for code, points in standing.items()},
    )
    if form.is_valid():
        try:
            changed = actions.enter_part(
                selection=found, part=part, values=form.cleaned_data, by=request.user
            )
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(
                request,
                ngettext("%(count)d figure was changed.", "%(count)d figures were changed.", changed)
                % {"count": changed},
            )
            return redirect("honours:desk-selection", programme_code, code)
    return render(
        request,
        "honours/enter_part.html",
        {"programme": found.programme, "selection": found, "title": title, "form": form},
        status=_status(form),
    )


@login_required
@require_POST
def lift_bar(request: HttpRequest, programme_code: str, code: str, bar_code: str) -> HttpResponse:
    found = access.selection_to_run(request.user, programme_code, code)
    actions.lift_bar(bar=access.bar_of(found, bar_code), by=request.user)
    return redirect("honours:desk-selection", programme_code, code)


@login_required
def pack(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.selection_to_read(request.user, programme_code, code)
    if found.frozen_at is None:
        raise Refused(_("The pack is made once the list is frozen."), code="not_frozen")
    response = HttpResponse(exports.selection_pack(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="selection-{found.code}.zip"'
    return response


def _status(form) -> int:
    return 422 if form.is_bound and form.errors else 200
