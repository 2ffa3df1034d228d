"""The columns of a list of completions: which is what, and which course of the list is this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phones_in
from yingzao.core.ports import port
from yingzao.courses import actions
from yingzao.courses.phrases import outside as phrases
from yingzao.courses.views import access

ROWS_SHOWN = 6


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
