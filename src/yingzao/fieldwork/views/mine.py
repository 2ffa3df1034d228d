"""The surveys that somebody runs without keeping the register."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingzao.core import clock
from yingzao.fieldwork import queries, rules


@login_required
@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    rows = [
        (survey, rules.state_of(survey, now=now, by_phone=0, asks=survey.asks))
        for survey in queries.with_counts(queries.surveys_read_by(request.user))
    ]
    return render(request, "fieldwork/my_surveys.html", {"surveys": rows})
