"""A resident who carries things asks to be forgotten: said again before it happens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yingzao.communities import actions
from yingzao.communities.forms import EraseLeaderForm
from yingzao.communities.views import access
from yingzao.core.errors import Refused


@login_required
@never_cache
def erase_leader(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    leader = access.leader_to_erase(request.user, programme_code, code)
    form = EraseLeaderForm(request.POST or None)
    if form.is_valid():
        try:
            actions.erase_leader(leader=leader, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
        else:
            messages.success(
                request, _("Name, contacts and words are gone. That somebody was found stays counted.")
            )
            return redirect("communities:desk-list", programme_code)
    context = {"leader": leader, "form": form, "programme_code": programme_code}
    return render(request, "communities/erase_leader.html", context, status=422 if form.errors else 200)
