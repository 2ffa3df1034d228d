"""Coming in and going out: sign-in, invitation, reset link, the example's buttons, first setup."""

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from yingzao.core.errors import Refused
from yingzao.people import actions, queries
from yingzao.people.forms import NewAccountForm, NewPasswordForm, SetupForm, SignInForm
from yingzao.people.views import access
from yingzao.people.views.session import (
    HOME,
    address_of,
    device_of,
    is_local,
    open_for,
    open_session,
    own_address,
)

page = require_http_methods(["GET", "HEAD", "POST"])
secret = sensitive_post_parameters("password", "again", "old", "token")


@page
@never_cache
@secret
def sign_in(request: HttpRequest) -> HttpResponse:
    wanted = own_address(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated:
        return redirect(wanted)
    if queries.is_empty_instance():
        return redirect("people:setup")
    form = SignInForm(request.POST or None, initial={"next": wanted})
    if form.is_valid():
        try:
            entry = _begin(request, form)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            open_session(request, entry)
            return redirect(wanted)
    context = {"form": form, "demo_people": queries.demo_people(), "next": wanted}
    return render(request, "people/sign_in.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """One press to be one of the example's people. Does not exist outside a demo instance."""
    person = access.demo_person(request.POST.get("person", ""))
    open_for(request, person)
    return redirect(own_address(request, request.POST.get("next")))


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        actions.record_sign_out(
            person=request.user,
            address=address_of(request),
            device=device_of(request),
            session_key=request.session.session_key or "",
        )
    logout(request)
    return redirect(HOME)


@page
@never_cache
@secret
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: as who one is, with an account one has, or with a new one."""
    try:
        invitation = access.invitation_of_link(token)
    except Http404:
        return render(request, "people/link_gone.html", {"what": "invitation"}, status=404)
    how = request.POST.get("how", "")
    forms = {
        "new": NewAccountForm(request.POST if how == "new" else None, prefix=None, auto_id="id_new_%s"),
        "known": SignInForm(request.POST if how == "known" else None, auto_id="id_known_%s"),
    }
    person = request.user if request.user.is_authenticated else None
    refusal = None
    try:
        if how == "me" and person:
            actions.accept_invitation(token=token, person=person)
            return redirect(HOME)
        if how == "known" and not person and forms["known"].is_valid():
            entry = _begin(request, forms["known"])
            actions.accept_invitation(token=token, person=entry.person)
            open_session(request, entry)
            return redirect(HOME)
        if how == "new" and not person and forms["new"].is_valid():
            given = forms["new"].cleaned_data
            made = actions.join_with_new_account(
                token=token,
                name=given["name"],
                password=given["password"],
                address=address_of(request),
                device=device_of(request),
            )
            open_for(request, made)
            return redirect(HOME)
    except Refused as caught:
        refusal = caught
        if how in forms:
            forms[how].refuse(caught)
    context = {
        "invitation": invitation,
        "new": forms["new"],
        "known": forms["known"],
        "how": how if how in forms else "new",
        "refusal": refusal if how not in forms else None,
    }
    wrong = refusal or any(form.errors for form in forms.values())
    return render(request, "people/join.html", context, status=422 if wrong else 200)


@page
@never_cache
@secret
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """A new password through an organiser's one-time link."""
    try:
        link = access.reset_link_of(token)
    except Http404:
        return render(request, "people/link_gone.html", {"what": "reset"}, status=404)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            person = actions.use_reset_link(token=token, password=form.cleaned_data["password"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            open_for(request, person)
            return redirect(HOME)
    return render(
        request,
        "people/reset.html",
        {"form": form, "person": link.person},
        status=422 if form.errors else 200,
    )


@page
@never_cache
@secret
def setup(request: HttpRequest) -> HttpResponse:
    """The first organisation and its organiser; gone once there is one."""
    if not queries.is_empty_instance():
        raise Http404
    local = is_local(request)
    form = SetupForm(
        request.POST or None, asks_token=not local, initial={"token": request.GET.get("token", "")}
    )
    if form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("again")
        typed = given.pop("token", "")
        if not local and not actions.setup_token_matches(typed):
            form.add_error("token", actions.wrong_setup_token())
        else:
            try:
                person = actions.set_up_instance(**given)
            except Refused as refusal:
                form.refuse(refusal)
            else:
                open_for(request, person)
                return redirect(HOME)
    return render(request, "people/setup.html", {"form": form}, status=422 if form.errors else 200)


def _begin(request: HttpRequest, form: SignInForm):
    return actions.begin_sign_in(
        name=form.cleaned_data["name"],
        password=form.cleaned_data["password"],
        address=address_of(request),
        device=device_of(request),
    )
