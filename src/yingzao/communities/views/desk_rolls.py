"""Lists of communities on the desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from yingzao.communities import actions, queries
from yingzao.communities.forms import RollEntriesForm, RollForm
from yingzao.communities.models import Roll
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views import access
from yingzao.core.errors import Refused


@login_required
def roll_list(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "rolls": queries.rolls_of(organisation),
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "communities/rolls.html", context)


@login_required
def new(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_keep(request.user, programme_code)
    form = RollForm(request.POST or None)
    if form.is_valid():
        try:
            roll = actions.save_roll(organisation=organisation, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            return redirect("communities:desk-roll", programme_code, roll.code)
    context = {"programme_code": programme_code, "form": form}
    return render(request, "communities/roll_form.html", context, status=422 if form.errors else 200)


@login_required
def edit(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    roll = access.roll_to_keep(request.user, programme_code, code)
    form = RollForm(request.POST or None, initial={f: getattr(roll, f) for f in RollForm.base_fields})
    if form.is_valid():
        try:
            actions.save_roll(organisation=roll.organisation, by=request.user, roll=roll, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("communities:desk-roll", programme_code, code)
    context = {"programme_code": programme_code, "form": form, "roll": roll}
    return render(request, "communities/roll_form.html", context, status=422 if form.errors else 200)


@login_required
def roll(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """One list, and who stands on it; entering names posts here."""
    found = access.roll_to_read(request.user, programme_code, code)
    form = None
    if may_keep_register(request.user, found.organisation):
        form = _entries_form(found, request)
    if request.method == "POST":
        found = access.roll_to_keep(request.user, programme_code, code)
        if form is not None and form.is_valid():
            told = form.cleaned_data
            count = actions.enter_on_roll(
                roll=found, communities=told["names"], by=request.user, since=told["since"]
            )
            text = ngettext("%(count)d community is entered.", "%(count)d communities are entered.", count)
            messages.success(request, text % {"count": count})
            return redirect("communities:desk-roll", programme_code, code)
    context = {
        "programme_code": programme_code,
        "roll": found,
        "entries": queries.entries_of(found),
        "form": form,
    }
    return render(request, "communities/roll.html", context, status=422 if form and form.errors else 200)


def _entries_form(found: Roll, request: HttpRequest) -> RollEntriesForm:
    data = request.POST if request.method == "POST" else None
    return RollEntriesForm(queries.CommunityIndex.of(found.organisation), data)


@login_required
@require_POST
def strike_off(request: HttpRequest, programme_code: str, code: str, key: int) -> HttpResponse:
    entry = access.roll_entry_to_keep(request.user, programme_code, code, key)
    actions.strike_off_roll(entry=entry, by=request.user)
    messages.success(request, _("It is taken off the list."))
    return redirect("communities:desk-roll", programme_code, code)


@login_required
@require_POST
def remove(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.roll_to_keep(request.user, programme_code, code)
    actions.remove_roll(roll=found, by=request.user)
    messages.success(request, _("The list is removed; its communities stay."))
    return redirect("communities:desk-rolls", programme_code)
