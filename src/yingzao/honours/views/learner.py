"""The learner's own certificates."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yingzao.honours.queries import rows


@login_required
def certificates(request: HttpRequest) -> HttpResponse:
    return render(
        request, "honours/my_certificates.html", {"certificates": rows.own_certificates(request.user)}
    )
