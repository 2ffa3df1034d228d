"""A learner's own needs on the phone: recorded with or without a network, shown by photos, followed until they are met."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.communities.enums import RaisedBy
from yingzao.communities.forms import NeedStateForm, TellingForm
from yingzao.communities.phrases import say_due
from yingzao.communities.queries import has_other_voices, own_voice, telling_of
from yingzao.core import clock
from yingzao.core.ui import offline
from yingzao.practice import actions
from yingzao.practice.forms.findings import NeedForm, PhotosForm
from yingzao.practice.views import access
from yingzao.practice.views.acts import answer, attempt


@login_required
@offline.kept("page")
def new(request: HttpRequest) -> HttpResponse:
    enrolment = access.my_learning(request)
    fresh = {"learner": enrolment.code, "task": request.GET.get("task", ""), "raised_on": clock.today()}
    fresh |= access.told_in_interview(request, "need")
    form = NeedForm(enrolment, request.POST or None, request.FILES or None, initial=fresh)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form, lambda: actions.record_need(enrolment=enrolment, by=request.user, **form.values())
        )
        if made is not None:
            return redirect(f"{reverse('practice:learner-need', args=[made.need.code])}?sent=1")
    return render(
        request,
        "practice/need_form.html",
        {"enrolment": enrolment, "form": form, "account": request.user.code},
        status=422 if form.errors else 200,
    )


@login_required
def need(request: HttpRequest, code: str) -> HttpResponse:
    """One's own need. Merged into another one it tells that one's title, state and answer, and nothing else of it."""
    finding = access.my_need(request, code)
    found = finding.need
    head, voice = found.head, own_voice(found)
    telling = telling_of(voice, head) if voice is not None else None
    is_answered = voice is not None and head.answered_in_id is not None
    context = {
        "finding": finding,
        "need": found,
        "head": head,
        "due": None if head.has_ended else say_due(found.answer_due_on),
        "telling": telling,
        "is_to_tell": is_answered and telling is None and found.raised_by != RaisedBy.LEARNER,
        "may_set": found.merged_into_id is None and not has_other_voices(found),
        "photos": found.photos.select_related("file"),
        "is_sent": "sent" in request.GET,
    }
    return render(request, "practice/need.html", context)


@login_required
def edit(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_need(request, code)
    form = NeedForm.of(finding, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form, lambda: actions.change_need(finding=finding, by=request.user, **form.values())
        )
        if changed is not None:
            messages.success(request, _("Saved."))
            return redirect("practice:learner-need", code)
    context = {"enrolment": finding.enrolment, "finding": finding, "form": form}
    return render(request, "practice/need_form.html", context, status=422 if form.errors else 200)


@login_required
def state(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_need(request, code)
    found = finding.need
    stands = {"state": found.state, "note": found.state_note, "answer": found.answer, "on": clock.today()}
    form = NeedStateForm(request.POST or None, initial=stands)
    return answer(
        request,
        form,
        lambda: actions.set_need_state(finding=finding, by=request.user, **form.cleaned_data),
        back=_back(code),
        heading=_("How it stands"),
        about=finding.need.title,
        word=_("Save"),
        said=_("Saved."),
    )


@login_required
def told(request: HttpRequest, code: str) -> HttpResponse:
    """Whoever raised it knows the answer, or could not be reached."""
    finding = access.my_need(request, code)
    form = TellingForm(request.POST or None)
    return answer(
        request,
        form,
        lambda: actions.record_need_told(finding=finding, by=request.user, **form.cleaned_data),
        back=_back(code),
        heading=_("I have told them"),
        about=finding.need.title,
        word=_("Write it down"),
        said=_("Written down."),
    )


@login_required
def photos(request: HttpRequest, code: str) -> HttpResponse:
    finding = access.my_need(request, code)
    form = PhotosForm(request.POST or None, request.FILES or None)
    return answer(
        request,
        form,
        lambda: actions.add_need_photos(
            finding=finding, by=request.user, uploads=form.cleaned_data["photos"]
        ),
        back=_back(code),
        heading=_("Add photos"),
        about=finding.need.title,
        word=_("Add these photos"),
        said=_("The photos are added."),
    )


@login_required
@require_POST
def remove(request: HttpRequest, code: str, file_code: str) -> HttpResponse:
    finding = access.my_need(request, code)
    photo = access.photo_of(finding, file_code)
    actions.remove_need_photo(finding=finding, by=request.user, photo=photo)
    messages.success(request, _("The photo is gone."))
    return redirect(_back(code))


def _back(code: str) -> str:
    return reverse("practice:learner-need", args=[code])
