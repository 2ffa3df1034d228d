"""A person's own account: what it is called, its password, its devices, the log of its sign-ins."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yingzao.core.errors import Refused
from yingzao.core.ui import navigation
from yingzao.people import actions, queries
from yingzao.people.forms import AccountForm, ChangePasswordForm
from yingzao.people.phrases import device_words
from yingzao.people.validators import shown_phone
from yingzao.people.views import access
from yingzao.people.views.session import address_of, device_of, open_for

SIGN_INS_A_PAGE = 30


@require_safe
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    devices = [
        {
            "row": row,
            "words": device_words(row.device),
            "is_this": row.session_key == request.session.session_key,
        }
        for row in queries.devices_of(request.user)
    ]
    context = {
        "devices": devices,
        "phone": shown_phone(request.user.phone),
        "organisations": queries.organisations_of(request.user),
        "erasures_waiting": queries.erasures_waiting(request.user).count(),
        "elsewhere": _menu(request),
    }
    return render(request, "people/account.html", context)


def _menu(request: HttpRequest) -> list[navigation.Item]:
    """What the rooms above put into the account menu: messages, other parts. Not this page, and no buttons."""
    return [
        item
        for section in navigation.sections_for("account", request)
        for item in section.items
        if not item.post and item.url != request.path
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("password")
def details(request: HttpRequest) -> HttpResponse:
    person = request.user
    given = {
        "display_name": person.display_name,
        "username": person.username,
        "phone": shown_phone(person.phone),
    }
    form = AccountForm(request.POST or None, initial=given)
    if form.is_valid():
        try:
            actions.update_account(
                person=person, **form.cleaned_data, address=address_of(request), device=device_of(request)
            )
        except Refused as refusal:
            person.refresh_from_db()  # the page below is drawn for who the person still is
            form.refuse(refusal)
        else:
            messages.success(request, _("Your account has been changed."))
            return redirect("people:me")
    return render(request, "people/details.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("old", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None)
    if form.is_valid():
        person = request.user
        try:
            actions.change_password(
                person=person,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["password"],
                address=address_of(request),
                device=device_of(request),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            open_for(request, person)
            messages.success(request, _("The password has been changed. Other devices have been signed out."))
            return redirect("people:me")
    return render(request, "people/password.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_required
@never_cache
def sign_ins(request: HttpRequest) -> HttpResponse:
    found = Paginator(queries.sign_ins_of(request.user), SIGN_INS_A_PAGE).get_page(request.GET.get("page"))
    rows = [{"row": row, "note": f"{device_words(row.device)} · {row.address}"} for row in found]
    context = {"page": found, "rows": rows, "reset_links": queries.reset_links_of(request.user)[:10]}
    return render(request, "people/sign_ins.html", context)


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of the person; this browser is signed in again at once."""
    person = request.user
    actions.sign_out_everywhere(person=person)
    open_for(request, person)
    messages.success(request, _("All other devices have been signed out."))
    return redirect("people:me")


@require_POST
@login_required
def sign_out_device(request: HttpRequest, code: str) -> HttpResponse:
    actions.end_device(person=request.user, sign_in=access.device_of(request.user, code))
    messages.success(request, _("The device has been signed out."))
    return redirect("people:me")
