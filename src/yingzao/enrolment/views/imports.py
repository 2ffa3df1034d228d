"""Importing a roster: bring the file, look at what it would do, confirm, undo."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phone, mask_phones_in
from yingzao.enrolment import actions, phrases, queries
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.forms import COLUMN_FIELDS, UploadForm
from yingzao.enrolment.readers import Problem, RosterPlan, RosterRead
from yingzao.enrolment.views import access
from yingzao.people.validators import normal_phone
from yingzao.programmes.rules import may_organise


@login_required
def upload(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    organises = may_organise(request.user, programme)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        programme = access.programme_to_run(request.user, programme_code)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                source = actions.read_roster(
                    programme=programme, by=request.user, data=file.read(), name=file.name
                )
            except Refused as refusal:
                form.add_error("file", refusal.sentence)
            else:
                if source.state == SourceState.CONFIRMED:
                    messages.info(request, _("This very file has been imported before. Nothing was changed."))
                return redirect("enrolment:desk-import-check", programme_code, source.code)
    context = {
        "programme": programme,
        "form": form,
        "organises": organises,
        "files": queries.sources_of(programme, SourcePurpose.ROSTER),
    }
    return render(request, "enrolment/import.html", context, status=422 if form.errors else 200)


@login_required
def check(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The dry run. A file that was confirmed or undone is shown with what it did."""
    source = access.roster_to_read(request.user, programme_code, code)
    organises = may_organise(request.user, source.programme)
    context = {"programme": source.programme, "source": source, "organises": organises}
    if source.state != SourceState.READ:
        return render(request, "enrolment/imported.html", {**context, **_what_it_did(source)})
    refusal = ""
    try:
        read, plan = actions.preview_roster(source, _mapping(request.GET))
    except Refused as refused:
        refusal = refused.sentence
        read, plan = actions.preview_roster(source)
    chosen = _chosen(request.GET)
    context |= _shown(read, plan, chosen) | {"refusal": refusal, "chosen": chosen}
    return render(request, "enrolment/check.html", context, status=422 if refusal else 200)


@login_required
@require_POST
def confirm(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    source = access.roster_to_manage(request.user, programme_code, code)
    if source.state == SourceState.CONFIRMED:  # pressed twice, or in a second tab
        messages.info(request, _("This very file has been imported before. Nothing was changed."))
        return redirect("enrolment:desk-import-check", programme_code, code)
    plan = actions.confirm_roster(source, by=request.user, mapping=_mapping(request.POST))
    told = ngettext("%(count)d learner entered", "%(count)d learners entered", len(plan.new)) % {
        "count": len(plan.new)
    }
    changed = ngettext("%(count)d changed", "%(count)d changed", len(plan.changed)) % {
        "count": len(plan.changed)
    }
    messages.success(request, _("%(entered)s, %(changed)s.") % {"entered": told, "changed": changed})
    return redirect("enrolment:desk-import-check", programme_code, code)


@login_required
@require_POST
def undo(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    source = access.roster_to_manage(request.user, programme_code, code)
    kept = actions.undo_roster(source, by=request.user)
    messages.success(request, _("The import has been undone; the roster is as before."))
    if kept:
        sentence = ngettext(
            "%(count)d field was changed since by hand and stays as it is.",
            "%(count)d fields were changed since by hand and stay as they are.",
            kept,
        )
        messages.warning(request, sentence % {"count": kept})
    return redirect("enrolment:desk-import", programme_code)


def _chosen(data: QueryDict) -> dict[str, str]:
    """Columns as chosen on the page: `c0=name`."""
    return {
        name: value
        for name, value in data.items()
        if name[:1] == "c" and len(name) < 5 and name[1:].isdecimal()
    }


def _mapping(data: QueryDict) -> Mapping[str, Any] | None:
    known = {value for value, _label in COLUMN_FIELDS}
    columns = {name[1:]: value for name, value in _chosen(data).items() if value in known}
    return {"columns": columns} if columns else None


def _shown(read: RosterRead, plan: RosterPlan, chosen: Mapping[str, str]) -> dict[str, Any]:
    layout = read.layout
    columns = [
        {
            "index": index,
            "header": header,
            "field": chosen.get(f"c{index}", layout.mapping.get(index, "")),
            "discarded": index in layout.discarded,
            "samples": [
                _masked(sample[index]) for sample in read.samples if index < len(sample) and sample[index]
            ],
        }
        for index, header in enumerate(layout.headers)
        if header or index in layout.mapping
    ]
    return {
        "plan": plan,
        "columns": columns,
        "choices": COLUMN_FIELDS,
        "header_row": layout.header_row,
        "problems": [_told(problem) for problem in plan.problems],
        "warnings": [phrases.problem_sentence(problem) for problem in plan.notices if not problem.row],
        "notices": [_told(problem) for problem in plan.notices if problem.row],
        "left_out": len({problem.row for problem in plan.problems}),
        "changed": [
            {
                "change": change,
                "fields": [
                    (phrases.field_label(c.field), c.before, c.after, c.field == "phone")
                    for c in change.changes
                ],
            }
            for change in plan.changed
        ],
        "same_names": sorted(plan.same_names.items(), key=lambda pair: pair[1]),
    }


def _masked(text: str) -> str:
    """A cell as it may be shown: phone numbers masked, however they are written."""
    return mask_phone(text) if normal_phone(text) else mask_phones_in(text)


def _told(problem: Problem) -> dict[str, Any]:
    return {"row": problem.row, "sentence": phrases.problem_sentence(problem)}


def _what_it_did(source) -> dict[str, Any]:
    learners = {e.code: e for e in queries.learners_of(source.programme)}
    changes = [c for c in source.changes if c["what"] == "enrolment"]
    return {
        "made": [learners.get(c["code"]) for c in changes if c["op"] == "made" and c["code"] in learners],
        "changed": [
            {"learner": learners.get(c["code"]), "fields": sorted({_label(name) for name in c["after"]})}
            for c in changes
            if c["op"] == "changed"
        ],
        "made_count": sum(c["op"] == "made" for c in changes),
    }


def _label(name: str) -> str:
    return phrases.field_label("community" if name == "community_as_given" else name)
