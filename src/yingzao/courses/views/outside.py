"""Completion of a course on another platform, at the desk: its lists, the dry run, the columns, taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.activities.models import Activity
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.core.ports import port
from yingzao.courses import actions, phrases, queries
from yingzao.courses.forms import CompletionsForm
from yingzao.courses.queries import outside
from yingzao.courses.settling import Told, percent
from yingzao.courses.views import access
from yingzao.enrolment.enums import Outcome, SourceState
from yingzao.enrolment.models import SourceFile, SourceRow
from yingzao.enrolment.phrases import AGAINST, candidate_reason, chief_reason, decided_because
from yingzao.programmes.rules import may_organise

ROWS_A_PAGE = 100
ROWS_SHOWN = 6  # of a sheet whose columns are chosen
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
    address = ("courses:desk-outside-list", activity.programme.code, activity.code, source.code)
    if source.state == SourceState.CONFIRMED:  # pressed twice, or in a second tab
        messages.info(request, _("This file was brought in before; nothing was changed."))
        return redirect(*address)
    try:
        foreseen = actions.take_list(source_file=source, activity=activity, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect(*address)
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
    return redirect(*address)


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


def _is_wanted(effect: str, show: str) -> bool:
    groups = {"less": ("less",), "waits": ("waits",), "news": ("news",), "problem": ("problem",)}
    groups["rest"] = ("same", "double", "none", "aside")
    return show not in groups or effect in groups[show]


def _filters(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    rest = sum(counts[effect] for effect in ("same", "double", "none", "aside"))
    return [
        ("", _("All rows"), sum(counts.values())),
        ("news", _("Count"), counts["news"]),
        ("waits", _("Wait for a decision"), counts["waits"]),
        ("less", _("Less than shown"), counts["less"]),
        ("rest", _("Nothing new"), rest),
        ("problem", _("Left out"), counts["problem"]),
    ]


def _line(line: actions.Line) -> dict[str, Any]:
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
        "notes": [
            phrases.problem_sentence(n.code, n.data)
            for n in (*([line.problem] if line.problem else ()), *row.notes)
        ],
    }


def _problem(line: actions.Line) -> dict[str, Any]:
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
    return {
        "page": page,
        "rows": [_row(row, known) for row in page],
        "problems": [
            {**p, "sentence": phrases.problem_sentence(p["code"], p["data"])}
            for p in source.meta.get("problems", [])
        ],
        "others": source.meta.get("others", {}),
    }


def _row(row: SourceRow, known: Mapping[int, Sequence[Told]]) -> dict[str, Any]:
    match = row.match
    told = _told(row)
    learner = match.enrolment if match else None
    shown = max((k.progress for k in known.get(learner.pk, ())), default=None) if learner else None
    is_less = told is not None and shown is not None and shown > told.progress
    if match is None or match.outcome in (Outcome.PROPOSED, Outcome.UNMATCHED):
        effect = "waits"
    elif match.outcome == Outcome.IGNORED:
        effect = "aside"
    else:
        effect = "news" if row.counts else "none" if told is None else "less" if is_less else "same"
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
        "shown": percent(shown) if is_less and shown is not None else "",
    }


def _told(row: SourceRow) -> Told | None:
    return next((actions.told_in(meaning) for meaning in row.meaning), None)


# Columns


@login_required
def columns(request: HttpRequest, programme_code: str, code: str, file_code: str) -> HttpResponse:
    """Which column is what, and which course of the list is this one. Nobody is credited here."""
    activity = access.organised_course(request, programme_code, code)
    source = access.open_list(activity, file_code)
    chosen, refusal = _chosen(request.POST) if request.method == "POST" else None, ""
    if request.POST.get("confirm"):
        try:
            actions.say_columns(source_file=source, by=request.user, chosen=chosen or {})
        except Refused as refused:
            refusal = str(refused.sentence)
        else:
            return redirect("courses:desk-outside-list", programme_code, code, file_code)
    try:
        looked = actions.look_at_list(source, chosen)
    except Refused as refused:
        refusal = str(refused.sentence)
        looked = actions.look_at_list(source)
    return render(
        request,
        "courses/outside/columns.html",
        {
            "programme": activity.programme,
            "activity": activity,
            "source": source,
            "looked": looked,
            "forms": [_form(position, form, chosen) for position, form in enumerate(looked.forms)],
            "titles": [(title, n, title in looked.ours) for title, n in looked.titles.items()],
            "choices": phrases.column_choices(),
            "refusal": refusal,
        },
        status=422 if refusal else 200,
    )


def _chosen(data: QueryDict) -> dict[str, Any]:
    """`h0=2` is the header row of the first kind of sheet, `c0-3=name` its fourth column, `title` a course of the list. A
    header row that was changed makes the columns proposed anew."""
    tables: dict[str, dict[str, Any]] = {}
    for name, value in data.items():
        position, _dash, column = name[1:].partition("-")
        if not position.isdecimal() or len(name) > 9:
            continue
        table = tables.setdefault(str(int(position)), {})
        if name[0] == "h" and value[:9].isdecimal():
            table["header_row"] = min(int(value[:9]), 200_000)
        elif name[0] == "c" and column.isdecimal():
            table.setdefault("columns", {})[column] = value
    for position, table in tables.items():
        if data.get(f"was{position}") != str(table.get("header_row", "")):
            table.pop("columns", None)
    chosen: dict[str, Any] = {"tables": {position: table for position, table in tables.items() if table}}
    if "titles" in data:
        chosen["titles"] = data.getlist("title")
    return chosen


def _form(position: int, form: actions.Form, chosen: Mapping[str, Any] | None) -> dict[str, Any]:
    layout = form.layout
    picked = (chosen or {}).get("tables", {}).get(str(position), {}).get("columns", {})
    rows = port("completions").shown(form.sheets[0], layout, ROWS_SHOWN)
    return {
        "position": position,
        "names": [sheet.name for sheet in form.sheets],
        "layout": layout,
        "columns": [
            {
                "index": index,
                "header": header,
                "field": picked.get(str(index), layout.mapping.get(index, "")),
                "discarded": index in layout.discarded,
            }
            for index, header in enumerate(layout.headers)
        ],
        "rows": [(number, [mask_phones_in(cell) for cell in cells]) for number, cells in rows],
    }


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
