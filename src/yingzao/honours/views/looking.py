"""Looking at a frozen list from other sides: what if, two lists side by side, the minutes to sign."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingzao.core.errors import Refused
from yingzao.honours import phrases
from yingzao.honours.bridge.lists import tie_choices
from yingzao.honours.models import Selection
from yingzao.honours.queries import listed, rows, threads
from yingzao.honours.rules.what_if import alternatives
from yingzao.honours.views import access


def _frozen(request: HttpRequest, programme_code: str, code: str) -> Selection:
    found = access.selection_to_read(request.user, programme_code, code)
    if found.frozen_at is None:
        raise Refused(phrases.not_frozen(), code="not_frozen")
    return found


@require_safe
@login_required
def what_if(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = _frozen(request, programme_code, code)
    names = {line.code: line for line in listed.frozen_lines(found, found.snapshot["scheme"]["decimals"])}
    judges = rows.judge_names(found)
    told = [
        (
            phrases.alternative(each, found.snapshot["scheme"], judges),
            [names[c] for c in each.into],
            [names[c] for c in each.out],
        )
        for each in alternatives(found.snapshot, tuple(tie_choices(found)))
    ]
    return render(
        request,
        "honours/what_if.html",
        {
            "programme": found.programme,
            "selection": found,
            "told": told,
            "moves": any(i or o for _s, i, o in told),
        },
    )


@require_safe
@login_required
def compare(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Beside another frozen list of the programme: `?with=`, else the one that it was made from."""
    found = _frozen(request, programme_code, code)
    others = [s for s in rows.selections_of(found.programme) if s.frozen_at and s.pk != found.pk]
    wanted = request.GET.get("with") or (found.made_from.code if found.made_from else "")
    other = _frozen(request, programme_code, wanted) if wanted else None
    moved = []
    if other is not None:
        sides = [listed.frozen_lines(s, s.snapshot["scheme"]["decimals"]) for s in (other, found)]
        moved = listed.side_by_side(*sides)
    return render(
        request,
        "honours/compare.html",
        {
            "programme": found.programme,
            "selection": found,
            "other": other,
            "others": others,
            "moved": moved,
            "changes": sum(line.changed for line in moved),
        },
    )


@require_safe
@login_required
def minutes(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """A sheet on A4: what was decided by what, with room for the meeting and for signatures."""
    found = _frozen(request, programme_code, code)
    snapshot = found.snapshot
    lines = listed.frozen_lines(found, snapshot["scheme"]["decimals"])
    return render(
        request,
        "honours/minutes.html",
        {
            "programme": found.programme,
            "selection": found,
            "settings": threads.settings_sentences(snapshot["scheme"], snapshot["list"]),
            "lines": [line for line in lines if line.state in ("chosen", "reserve", "tied")],
            "barred": [line for line in lines if line.state == "barred"],
            "learners": len(lines),
            "decisions": threads.tie_decisions(found),
            "judges": len({sheet["judge"] for row in _judged(snapshot) for sheet in row["sheets"]}),
            "counts": (snapshot["calibration"] or {}).get("counts", "raw"),
            "blanks": range(6),
        },
    )


def _judged(snapshot: dict) -> list:
    return snapshot["calibration"]["results"]["learners"] if snapshot["calibration"] else []
