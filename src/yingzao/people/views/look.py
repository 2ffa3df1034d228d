"""What an organisation's public pages look like: its page on the desk, and the style sheet that public pages take."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yingzao.core.errors import Refused
from yingzao.people import actions, queries, settling
from yingzao.people.forms import LookForm
from yingzao.people.models import Organisation
from yingzao.people.views import access

KEPT_SECONDS = 365 * 24 * 3600  # the address changes with the colours


@require_safe
def style(request: HttpRequest, code: str) -> HttpResponse:
    """The colours of one organisation, as a style sheet beside the usual one."""
    organisation = Organisation.objects.filter(code=code).exclude(accent="").first()
    if organisation is None:
        raise Http404
    context = {
        "light": settling.colours_of(organisation.accent),
        "dark": settling.colours_of(organisation.accent_dark, dark=True),
    }
    response = HttpResponse(render_to_string("people/look.css", context), content_type="text/css")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def settings(request: HttpRequest, code: str) -> HttpResponse:
    organisation = access.organisation_of(request.user, code)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = LookForm(organisation, *sent)
    if form.is_valid():
        try:
            actions.set_look(organisation=organisation, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
            organisation = access.organisation_of(request.user, code)
        else:
            messages.success(request, _("Saved. Public pages look so from now on."))
            return redirect("people:desk-look", code)
    context = {"organisation": organisation, "form": form, "look": queries.look_of(organisation)}
    return render(request, "people/look.html", context, status=422 if form.errors else 200)
