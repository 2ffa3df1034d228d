"""The organiser names who receives the learners at a stop, and asks visitors how it was."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.core.errors import Refused
from yingzao.visits import actions, queries
from yingzao.visits.forms import ContactForm, InviteHostForm, NameHostForm
from yingzao.visits.models import Stop
from yingzao.visits.views import access


@login_required
def hosts(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    form = NameHostForm.of(stop, request.user, request.POST or None)
    if form.is_valid():
        try:
            actions.name_host(stop=stop, role=form.cleaned_data["role"], by=request.user)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The host is named."))
            return redirect("visits:desk-hosts", programme_code, code, part_code)
    return _page(request, stop, name_form=form)


@login_required
@require_POST
@never_cache
def invite(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """A host whom the platform does not know; the link is shown once."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    form = InviteHostForm(request.POST)
    if form.is_valid():
        try:
            role, token = actions.invite_host(stop=stop, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            context = {
                "programme": stop.part.activity.programme,
                "name": role.name,
                "role": role.get_role_display(),
                "link": request.build_absolute_uri(reverse("people:join", args=[token])),
                "back": reverse("visits:desk-hosts", args=[programme_code, code, part_code]),
            }
            return render(request, "programmes/link.html", context)
    return _page(request, stop, invite_form=form)


@login_required
@require_POST
def end(request: HttpRequest, programme_code: str, code: str, part_code: str, role_code: str) -> HttpResponse:
    stop = access.organised_stop(request, programme_code, code, part_code)
    actions.end_host(stop=stop, role=access.host_of(stop, role_code), by=request.user)
    messages.success(request, _("Is this stop's host no more."))
    return redirect("visits:desk-hosts", programme_code, code, part_code)


@login_required
@require_POST
def ask_visitors(request: HttpRequest, programme_code: str, code: str, part_code: str) -> HttpResponse:
    """Make the form about this stop, or take it away again."""
    stop = access.organised_stop(request, programme_code, code, part_code)
    if request.POST.get("do") == "no-more":
        actions.ask_visitors_no_more(stop=stop, by=request.user)
        messages.success(request, _("The hosts read no answers any more."))
    else:
        actions.ask_visitors(stop=stop, by=request.user)
        messages.success(request, _("The form is made. Learners find it once they have checked in here."))
    return redirect("visits:desk-hosts", programme_code, code, part_code)


@login_required
def contact(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Whom the hosts of this visit ring."""
    activity = access.organised_visit(request, programme_code, code)
    form = ContactForm.of(queries.visit_of(activity), request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_contact(activity=activity, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("visits:desk-plan", programme_code, code)
    context = {
        "programme": activity.programme,
        "activity": activity,
        "form": form,
        "contacts": queries.contacts_of(activity),
    }
    return render(request, "visits/contact.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest,
    stop: Stop,
    name_form: NameHostForm | None = None,
    invite_form: InviteHostForm | None = None,
) -> HttpResponse:
    activity = stop.part.activity
    context = {
        "programme": activity.programme,
        "activity": activity,
        "stop": stop,
        "hosts": queries.hosts_of(activity).get(stop.pk, []),
        "nameable": queries.nameable_hosts(stop, request.user),
        "name_form": name_form or NameHostForm.of(stop, request.user),
        "invite_form": invite_form or InviteHostForm(),
        "form": stop.visitors_form,
    }
    is_wrong = any(form is not None and form.errors for form in (name_form, invite_form))
    return render(request, "visits/desk_hosts.html", context, status=422 if is_wrong else 200)
