"""Completion of a course on another platform, at the desk: its lists, the dry run, the columns, taking back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities.models import Activity
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.courses import actions, queries
from yingzao.courses.forms.outside import CompletionsForm
from yingzao.courses.phrases import outside as phrases
from yingzao.courses.queries import outside
from yingzao.courses.settling.outside import Told, percent
from yingzao.courses.views import access
from yingzao.enrolment.enums import Outcome, SourceState
from yingzao.enrolment.models import SourceFile, SourceRow
from yingzao.enrolment.phrases import AGAINST, candidate_reason, chief_reason, decided_because
from yingzao.programmes.rules import may_organise

ROWS_A_PAGE = 100
PROBLEMS_SHOWN = 50
FALLEN_NAMED = 5


@login_required
def lists(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The lists that came in, and the form for the next one."""
    if request.method != "POST":
        return _lists_page(request, access.desk_course(request, programme_code, code), CompletionsForm())
    activity = access.organised_course(request, programme_code, code)
    form = CompletionsForm(request.POST, request.FILES)
    if not form.is_valid():
        return _lists_page(request, activity, form)
    upload = form.cleaned_data["file"]
    try:
        source, is_new = actions.keep_list(
            activity=activity, by=request.user, data=upload.read(), name=upload.name
        )
    except Refused as refusal:
        form.add_error("file", refusal.sentence)
        return _lists_page(request, activity, form)
    if not is_new and source.state == SourceState.CONFIRMED:
        messages.info(request, _("This file was brought in before; nothing was changed."))
    return redirect("courses:desk-outside-list", programme_code, code, source.code)


def _lists_page(request: HttpRequest, activity: Activity, form: CompletionsForm) -> HttpResponse:
    return render(
        request,
        "courses/outside/lists.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "course": queries.course_of(activity),
            "lists": outside.counted_lists(activity),
            "form": form,
            "organises": may_organise(request.user, activity.programme),
        },
        status=422 if form.errors else 200,
    )


@login_required
def one_list(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    """The dry run of a list that is only kept, and what came of one that was taken."""
    if request.method == "POST":
        activity = access.organised_course(request, programme_code, code)
        return _take(request, activity, access.completion_list(activity, file_code))
    activity = access.desk_course(request, programme_code, code)
    source = access.completion_list(activity, file_code)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "source": source,
        "organises": may_organise(request.user, activity.programme),
    }
    if source.state != SourceState.READ:
        return render(
            request, "courses/outside/taken.html", context | _what_it_did(request, activity, source)
        )
    try:
        foreseen = actions.foresee_list(source, activity)
    except Refused as refusal:
        if context["organises"]:
            return redirect("courses:desk-outside-columns", programme_code, code, file_code)
        return render(request, "courses/outside/check.html", context | {"refusal": refusal.sentence})
    return render(request, "courses/outside/check.html", context | _shown(request, foreseen))


def _take(request: HttpRequest, activity: Activity, source: SourceFile) -> HttpResponse:
    page = reverse("courses:desk-outside-list", args=[activity.programme.code, activity.code, source.code])
    if source.state == SourceState.CONFIRMED:  # pressed twice, or in a second tab
        messages.info(request, _("This file was brought in before; nothing was changed."))
        return redirect(page)
    try:
        foreseen = actions.take_list(source_file=source, activity=activity, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(page)
    source.refresh_from_db()
    told = _("%(rows)d rows were read; %(facts)d were credited at once.")
    messages.success(request, told % {"rows": source.meta["rows"], "facts": source.meta["facts"]})
    if fallen := [line for line in foreseen.lines if line.effect == "less" and line.learner]:
        names = "、".join(line.learner.name for line in fallen[:FALLEN_NAMED] if line.learner)
        sentence = ngettext(
            "The list says less than was shown of %(count)d learner (%(names)s); what was shown stays.",
            "The list says less than was shown of %(count)d learners (%(names)s …); what was shown stays.",
            len(fallen),
        )
        messages.warning(request, sentence % {"count": len(fallen), "names": names})
    return redirect(page)


# The dry run


def _shown(request: HttpRequest, foreseen: actions.Foreseen) -> dict[str, Any]:
    counts = foreseen.counts
    lines = [line for line in foreseen.lines if _is_wanted(line.effect, request.GET.get("show", ""))]
    page: Page = Paginator(lines, ROWS_A_PAGE).get_page(request.GET.get("page"))
    problems = [line for line in foreseen.lines if line.problem]
    taken = sum(n for effect, n in counts.items() if effect != "problem")
    return {
        "foreseen": foreseen,
        "counts": counts,
        "taken": taken,
        "waiting": counts["waits"],
        "page": page,
        "lines": [_line(line) for line in page],
        "filters": _filters(counts),
        "changes": [
            {
                "learner": change.learner,
                "told": phrases.told_of(change.told),
                "time": phrases.time_of(change.told),
                "before": change.before,
                "after": change.after,
            }
            for change in foreseen.changes
        ],
        "problems": [_problem(line) for line in problems[:PROBLEMS_SHOWN]],
        "more_problems": max(len(problems) - PROBLEMS_SHOWN, 0),
        "unread": [*foreseen.looked.unread, *foreseen.looked.hidden],
        "ours": sorted(foreseen.looked.ours),
    }


REST = ("same", "double", "none", "aside")  # rows that add nothing, and wait for nobody


def _is_wanted(effect: str, show: str) -> bool:
    return not show or effect == show or (show == "rest" and effect in REST)


def _filters(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    rest = sum(counts[effect] for effect in REST)
    return [
        ("", _("All rows"), sum(counts.values())),
        ("news", _("Count"), counts["news"]),
        ("waits", _("Wait for a decision"), counts["waits"]),
        ("less", _("Less than shown"), counts["less"]),
        ("rest", _("Nothing new"), rest),
        ("problem", _("Not counted"), counts["problem"]),
    ]


def _line(line: actions.ForeseenLine) -> dict[str, Any]:
    row = line.row
    because = decided_because(line.because) if line.learner else chief_reason(line.because)
    return {
        "number": row.row,
        "sheet": row.sheet,
        "name": mask_phones_in(row.name) or mask_phones_in(row.phone) or row.code or row.email,
        "community": mask_phones_in(row.community),
        "learner": line.learner,
        "because": because if line.effect != "problem" else "",
        "candidates": [
            (
                learner,
                [(candidate_reason(r), r["code"] in AGAINST) for r in reasons],
            )
            for learner, reasons in ([] if line.learner else line.candidates)
        ],
        "told": "" if line.problem else phrases.told_of(line.told),
        "time": phrases.time_of(line.told),
        "effect": line.effect,
        "word": phrases.effect_word(line.effect),
        "shown": percent(line.shown) if line.shown is not None else "",
        "notes": [phrases.problem_sentence(n.code, n.data) for n in row.notes],
    }


def _problem(line: actions.ForeseenLine) -> dict[str, Any]:
    assert line.problem is not None
    return {
        "row": line.row.row,
        "sheet": line.row.sheet,
        "name": mask_phones_in(line.row.name),
        "sentence": phrases.problem_sentence(line.problem.code, line.problem.data),
    }


# What a list did


def _what_it_did(request: HttpRequest, activity: Activity, source: SourceFile) -> dict[str, Any]:
    page = Paginator(outside.rows_of_list(source), ROWS_A_PAGE).get_page(request.GET.get("page"))
    learners = {row.match.enrolment_id for row in page if row.match and row.match.enrolment_id}
    known = outside.known_of(activity, learners)
    credited = outside.credited_by(source)
    return {
        "page": page,
        "rows": [_row(row, known, credited) for row in page],
        "problems": [
            {**p, "sentence": phrases.problem_sentence(p["code"], p["data"])}
            for p in source.meta.get("problems", [])
        ],
        "others": source.meta.get("others", {}),
    }


def _row(row: SourceRow, known: Mapping[int, Sequence[Told]], credited: Collection[int]) -> dict[str, Any]:
    match = row.match
    told = _told(row)
    learner = match.enrolment if match else None
    shown = max((k.progress for k in known.get(learner.pk, ())), default=None) if learner else None
    is_less = told is not None and shown is not None and shown > told.progress
    if learner is None:
        effect = "aside" if match and match.outcome == Outcome.IGNORED else "waits"
    elif row.counts:  # type: ignore[attr-defined]
        effect = "news"
    elif told is None:
        effect = "none"
    elif learner.pk in credited:
        effect = "double"
    else:
        effect = "less" if is_less else "same"
    return {
        "number": row.number,
        "sheet": row.sheet,
        "name": mask_phones_in(match.name_as_given) if match else "",
        "learner": learner,
        "because": decided_because(match.reason) if match and learner else "",
        "told": phrases.told_of(told),
        "time": phrases.time_of(told),
        "effect": effect,
        "word": phrases.effect_word(effect),
        "shown": percent(shown) if effect == "less" and shown is not None else "",
    }


def _told(row: SourceRow) -> Told | None:
    return next((actions.told_in(meaning) for meaning in row.meaning), None)


@login_required
@require_POST
def take_back(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    activity = access.organised_course(request, programme_code, code)
    source = access.completion_list(activity, file_code)
    was_taken = source.state == SourceState.CONFIRMED
    actions.take_back_list(source_file=source, by=request.user)
    if was_taken:
        messages.success(request, _("The list was taken back; what it had credited counts no more."))
    else:
        messages.success(request, _("The list was put away; it had credited nobody."))
    return redirect("courses:desk-outside", programme_code, code)
