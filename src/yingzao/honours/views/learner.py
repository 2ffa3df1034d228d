"""The learner's own certificates, as PDF and as a picture."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yingzao.honours.queries import rows
from yingzao.honours.views import access
from yingzao.honours.views.pictures import certificate_picture


@login_required
def certificates(request: HttpRequest) -> HttpResponse:
    return render(
        request, "honours/my_certificates.html", {"certificates": rows.own_certificates(request.user)}
    )


@require_safe
@login_required
def picture(request: HttpRequest, code: str) -> HttpResponseBase:
    return certificate_picture(request, access.own_certificate(request.user, code))
