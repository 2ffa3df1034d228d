"""For how long what is kept: read by whoever is signed in, changed by organisers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yingzao.core.errors import Refused
from yingzao.people import actions, phrases, queries
from yingzao.people.forms import RetentionForm
from yingzao.people.models import Organisation
from yingzao.people.views import access


@require_safe
@login_required
@never_cache
def retention(request: HttpRequest) -> HttpResponse:
    context = {
        "told": phrases.periods_for(request.user),
        "organised": queries.organisations_of(request.user),
    }
    return render(request, "people/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def settings(request: HttpRequest, code: str) -> HttpResponse:
    """The periods of one organisation, and what would go tomorrow. Periods by which more would go are looked at first and
    saved by a second press."""
    organisation = access.organisation_of(request.user, code)
    form = RetentionForm(organisation, request.POST or None)
    tomorrow, more = actions.foresee(organisation), {}
    if form.is_valid():
        if request.POST.get("seen") != _seen(form):
            then = actions.foresee(organisation, periods=form.cleaned_data)
            more = then if any(count > tomorrow.get(name, 0) for name, count in then.items()) else {}
        if not more and _save(request, organisation, form):
            messages.success(request, _("Saved. It holds from the next night on."))
            return redirect("people:desk-retention", code)
    context = {
        "organisation": organisation,
        "form": form,
        "tomorrow": phrases.sorts(tomorrow),
        "more": phrases.sorts(more),
        "sum": sum(more.values()),
        "seen": _seen(form) if more else "",
    }
    return render(request, "people/retention_settings.html", context, status=422 if form.errors else 200)


def _seen(form: RetentionForm) -> str:
    """The periods whose consequences were shown, so that others are looked at again."""
    return ",".join(f"{period}:{days}" for period, days in sorted(form.cleaned_data.items()))


def _save(request: HttpRequest, organisation: Organisation, form: RetentionForm) -> bool:
    for period, days in form.cleaned_data.items():
        try:
            actions.set_retention(organisation=organisation, period=period, days=days, by=request.user)
        except Refused as refusal:
            form.refuse(refusal)
            return False
    return True
