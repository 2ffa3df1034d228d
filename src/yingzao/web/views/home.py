"""Where a person lands, and the choice for those who hold several parts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from yingzao.core.ui.shared import for_everyone
from yingzao.people.models import Organisation
from yingzao.web import doors
from yingzao.web.views import access, public


@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """Signed out: what is public. Signed in: straight to the one part a person has, or the choice between several."""
    if not Organisation.objects.exists():
        return redirect("people:setup")
    if not request.user.is_authenticated:
        return public.start(request)
    parts = doors.of(request.user)
    if len(parts) == 1:
        return redirect(parts[0].url)
    return render(request, "web/doors.html", {"doors": parts})


@login_required
def doors_page(request: HttpRequest) -> HttpResponse:
    return render(request, "web/doors.html", {"doors": doors.of(request.user)})


@login_required
@require_POST
def choose_programme(request: HttpRequest) -> HttpResponse:
    """A learner of several programmes says which one the phone pages are about."""
    wanted = request.POST.get("programme", "")
    if any(e.programme.code == wanted for e in access.my_enrolments(request)):
        request.session["programme"] = wanted
    return redirect("web:learner-today")
