"""What is kept about oneself: seen, copied, and asked to be forgotten."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.people import actions, phrases, queries
from yingzao.people.forms import AskErasureForm
from yingzao.people.views import access
from yingzao.people.views.session import address_of, device_of

COPIES_SHOWN = 5


@require_safe
@login_required
@never_cache
def mine(request: HttpRequest) -> HttpResponse:
    context = {
        "held": phrases.kept_of(request.user),
        "copies": queries.copies_of(request.user)[:COPIES_SHOWN],
        "asked": queries.erasures_asked_by(request.user)[:COPIES_SHOWN],
    }
    return render(request, "people/data.html", context)


@require_POST
@login_required
def ask_copy(request: HttpRequest) -> HttpResponse:
    actions.ask_copy(person=request.user)
    return redirect("people:data")


@require_safe
@login_required
@never_cache
def copy(request: HttpRequest, code: str) -> HttpResponse:
    """How far one copy is; asked for by the page while it is made."""
    return render(request, "people/_copy.html", {"copy": access.own_copy(request.user, code)})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("password")
def forget(request: HttpRequest) -> HttpResponse:
    """Ask to be forgotten, with what goes and what stays before one's eyes."""
    form = AskErasureForm(request.POST or None)
    if form.is_valid():
        try:
            asked = actions.ask_erasure(
                person=request.user,
                password=form.cleaned_data["password"],
                address=address_of(request),
                device=device_of(request),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if not asked:
                logout(request)
                messages.success(request, _("Your account is gone."))
                return redirect("/")
            messages.success(request, _("Your request was received. You read the answer on this page."))
            return redirect("people:data")
    return render(request, "people/forget.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@login_required
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    actions.take_back_erasure(request=access.own_erasure(request.user, code), by=request.user)
    messages.success(request, _("Taken back. Nothing was removed."))
    return redirect("people:data")
