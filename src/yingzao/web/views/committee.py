"""The committee: which programmes it supervises."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yingzao.programmes.enums import Role
from yingzao.programmes.queries import programmes_with_role


@login_required
def programmes(request: HttpRequest) -> HttpResponse:
    mine = list(programmes_with_role(request.user, Role.SUPERVISOR).select_related("organisation"))
    if len(mine) == 1:
        return redirect("web:desk-overview", mine[0].code)
    return render(request, "web/committee.html", {"programmes": mine})
