"""A learner's record as a sheet and as JSON: one's own, and for the desk."""

import json

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from yingzao.core import clock
from yingzao.enrolment.models import Enrolment
from yingzao.honours import actions
from yingzao.honours.bridge.record_sheet import set_record
from yingzao.honours.queries.records import record_of
from yingzao.honours.views import access


def _given(body: bytes | str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _sheet(enrolment: Enrolment) -> HttpResponse:
    body = set_record(record_of(enrolment, clock.now()))
    return _given(body, "application/pdf", f"record-{enrolment.code}.pdf")


def _json(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    told = actions.record_credential(enrolment, site=request.build_absolute_uri("/"))
    body = json.dumps(told, ensure_ascii=False, indent=1)
    return _given(body, "application/json", f"record-{enrolment.code}.json")


@require_safe
@login_required
def my_sheet(request: HttpRequest, code: str) -> HttpResponse:
    return _sheet(access.own_enrolment(request.user, code))


@require_safe
@login_required
def my_json(request: HttpRequest, code: str) -> HttpResponse:
    return _json(request, access.own_enrolment(request.user, code))


@require_safe
@login_required
def my_token(request: HttpRequest, code: str) -> HttpResponse:
    """The record signed as badges are, so that whoever is given the file can verify it."""
    enrolment = access.own_enrolment(request.user, code)
    token = actions.signed_record(enrolment, site=request.build_absolute_uri("/"))
    return _given(token, "application/vc+jwt", f"record-{enrolment.code}.jwt")


@require_safe
@login_required
def desk_sheet(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _sheet(access.learner_to_run(request.user, programme_code, code))


@require_safe
@login_required
def desk_json(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    return _json(request, access.learner_to_run(request.user, programme_code, code))
