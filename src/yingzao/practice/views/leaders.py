"""A learner's own leaders on the phone: recorded with or without a network, followed, reached only as far as they agree."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yingzao.communities.queries import has_namesake, leader_facts
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.core.ui import offline
from yingzao.practice import actions
from yingzao.practice.forms.findings import ConsentForm, ContactForm, LeaderForm, StepForm
from yingzao.practice.models import Finding
from yingzao.practice.views import access
from yingzao.practice.views.acts import answer, attempt


@login_required
@offline.kept("page")
def new(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_learning(request)
    fresh = {"learner": enrolment.code, "task": request.GET.get("task", ""), "found_on": clock.today()}
    fresh |= access.told_in_interview(request, "leader")
    form = LeaderForm(enrolment, request.POST or None, request.FILES or None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form, lambda: actions.record_leader(enrolment=enrolment, by=request.user, **form.values())
        )
        if made is not None:
            return redirect(f"{reverse('practice:learner-leader', args=[made.leader.code])}?sent=1")
    return render(
        request,
        "practice/leader_form.html",
        {"enrolment": enrolment, "form": form, "account": request.user.code},
        status=422 if form.errors else 200,
    )


@login_required
def leader(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, access.my_leader(request, code))


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_leader(request, code)
    form = LeaderForm.of(finding, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form, lambda: actions.change_leader(finding=finding, by=request.user, **form.values())
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("practice:learner-leader", code)
    context = {"enrolment": finding.enrolment, "finding": finding, "form": form}
    return render(request, "practice/leader_form.html", context, status=422 if form.errors else 200)


@login_required
def step(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_leader(request, code)
    form = StepForm(finding.leader.step, request.POST or None)
    return answer(
        request,
        form,
        lambda: actions.take_step(finding=finding, by=request.user, **form.cleaned_data),
        back=_back(code),
        heading=_("Take a step"),
        about=finding.leader.shown_name,
        word=_("Write the step down"),
        said=_("The step is written down."),
    )


@login_required
def touch(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_leader(request, code)
    form = ContactForm(request.POST or None)
    return answer(
        request,
        form,
        lambda: actions.log_contact(finding=finding, by=request.user, **form.cleaned_data),
        back=_back(code),
        heading=_("We were in touch"),
        about=finding.leader.shown_name,
        word=_("Write it down"),
        said=_("It is written down."),
    )


@login_required
def agreed(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_leader(request, code)
    form = ConsentForm(leader_facts(finding.leader).missing, request.POST or None, request.FILES or None)
    return answer(
        request,
        form,
        lambda: actions.give_consent(finding=finding, by=request.user, **form.values()) or True,
        back=_back(code),
        heading=_("What they agreed to"),
        about=finding.leader.shown_name,
        word=_("Write the consent down"),
        said=_("The consent is written down."),
    )


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_leader(request, code)
    purpose = request.POST.get("purpose", "")
    if actions.withdraw_consent(finding=finding, by=request.user, purpose=purpose):
        messages.success(request, _("The withdrawal is written down."))
    return redirect(_back(code))


@login_required
@require_POST
def asked(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_leader(request, code)
    said = request.POST.get("agrees")
    if said not in ("yes", "no"):  # nothing ends by a form that says nothing
        return redirect(_back(code))
    actions.ask_again(finding=finding, by=request.user, agrees=said == "yes")
    if said == "yes":
        messages.success(request, _("Written down: agrees as before."))
    else:
        messages.success(
            request, _("Written down: agrees no more. Telephone and other ways to reach them are gone.")
        )
    return redirect(_back(code))


@login_required
@require_POST
@never_cache
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Telephone and other ways in clear. Reading them is an act of its own and is recorded."""
    finding = access.my_leader(request, code)
    try:
        clear = actions.show_own_contact(finding=finding, by=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(_back(code))
    return _page(request, finding, clear)


def _back(code: str) -> str:
    return reverse("practice:learner-leader", args=[code])


def _page(request: HttpRequest, finding: Finding, clear: tuple[str, str] | None = None) -> HttpResponse:
    context = {
        "finding": finding,
        "leader": finding.leader,
        "facts": leader_facts(finding.leader),
        "has_namesake": has_namesake(finding.leader),
        "clear": clear,
        "is_sent": "sent" in request.GET,
    }
    return render(request, "practice/leader.html", context)
