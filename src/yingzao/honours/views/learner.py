"""The learner's own certificates and badges."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingzao.core import media
from yingzao.enrolment.queries import my_enrolments
from yingzao.honours.bridge.credentials import as_json, bake
from yingzao.honours.queries import rows
from yingzao.honours.views import access
from yingzao.honours.views.pictures import certificate_picture


@login_required
def certificates(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "honours/my_certificates.html",
        {"certificates": rows.own_certificates(request.user), "enrolments": my_enrolments(request.user)},
    )


@require_safe
@login_required
def picture(request: HttpRequest, code: str) -> HttpResponseBase:
    return certificate_picture(request, access.own_certificate(request.user, code))


def _kept_apart(response: HttpResponse, name: str) -> HttpResponse:
    """A badge is its holder's: downloaded, and left in nobody's cache."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def badge_picture(request: HttpRequest, code: str) -> HttpResponse:
    """The badge's picture with the credential inside."""
    badge = access.own_badge(request.user, code)
    baked = bake(media.read_bytes(badge.achievement.picture), badge.token)
    return _kept_apart(HttpResponse(baked, content_type="image/png"), f"{badge.certificate.number}-badge.png")


@require_safe
@login_required
def badge_token(request: HttpRequest, code: str) -> HttpResponse:
    badge = access.own_badge(request.user, code)
    return _kept_apart(
        HttpResponse(badge.token, content_type="application/vc+jwt"), f"{badge.certificate.number}.jwt"
    )


@require_safe
@login_required
def badge_json(request: HttpRequest, code: str) -> HttpResponse:
    badge = access.own_badge(request.user, code)
    return _kept_apart(JsonResponse(as_json(badge.token)), f"{badge.certificate.number}.json")
