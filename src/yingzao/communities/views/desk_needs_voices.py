"""Voices of a need on the desk: somebody else raised the same, needs merged and taken apart, answers carried back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.communities import actions, queries
from yingzao.communities.enums import LikenessState
from yingzao.communities.forms import TellingForm, VoiceForm
from yingzao.communities.rules import may_keep_register
from yingzao.communities.views import access
from yingzao.communities.views.desk_needs import attempt
from yingzao.core.errors import Refused

VOICES_A_PAGE = 50
PAIRS_A_PAGE = 20
OTHERS_SHOWN = 50


@login_required
def add_voice(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    need = access.need_to_keep(request.user, programme_code, code)
    leaders = need.community.leaders.filter(erased_at=None)
    form = VoiceForm(leaders, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: actions.add_voice(need=need, by=request.user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _("The voice is written down."))
            return redirect("communities:desk-need", programme_code, code)
    context = {"programme_code": programme_code, "need": need, "form": form}
    return render(request, "communities/need_voice.html", context, status=422 if form.errors else 200)


# Telling


@login_required
def to_tell(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Answers that have still to be carried back."""
    organisation = access.register_to_read(request.user, programme_code)
    page = Paginator(queries.voices_to_tell(organisation), VOICES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "page": page,
        "rows": queries.voice_rows(page.object_list),
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "communities/needs_to_tell.html", context)


@login_required
def told(request: HttpRequest, programme_code: str, code: str, voice_code: str) -> HttpResponse:
    """Somebody who raised it knows the answer, or could not be reached."""
    need = access.need_to_keep(request.user, programme_code, code)
    voice = access.voice_of(need, voice_code)
    form = TellingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form, lambda: actions.record_telling(voice=voice, by=request.user, **form.cleaned_data)
        )
        if done is not None:
            messages.success(request, _("Written down."))
            return redirect("communities:desk-need", programme_code, code)
    context = {
        "programme_code": programme_code,
        "need": need,
        "row": queries.voice_rows([voice])[0],
        "form": form,
    }
    return render(request, "communities/need_told.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def untold(request: HttpRequest, programme_code: str, code: str, voice_code: str) -> HttpResponse:
    need = access.need_to_keep(request.user, programme_code, code)
    if actions.take_back_telling(voice=access.voice_of(need, voice_code), by=request.user):
        messages.success(request, _("Taken back: they have still to be told."))
    return redirect("communities:desk-need", programme_code, code)


# Merging


@login_required
def merge(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """Choose the need of the same community into which this one goes."""
    need = access.need_to_keep(request.user, programme_code, code)
    words = request.GET.get("q", "")
    if request.method == "POST":
        if not request.POST.get("into"):
            messages.warning(request, _("Choose the need under which it is followed up."))
            return redirect("communities:desk-need-merge", programme_code, code)
        into = access.need_to_keep(request.user, programme_code, request.POST["into"])
        try:
            actions.merge_needs(need=need, into=into, by=request.user)
        except Refused as refusal:
            messages.warning(request, refusal.sentence)
            return redirect("communities:desk-need-merge", programme_code, code)
        messages.success(request, _("Merged. Both voices are kept, and it can be undone."))
        return redirect("communities:desk-need", programme_code, into.code)
    others = queries.heads_of(need.organisation).filter(community=need.community).exclude(pk=need.pk)
    found = list(queries.narrow_needs(others, words=words)[:OTHERS_SHOWN])
    voices = queries.voice_counts(found)
    context = {
        "programme_code": programme_code,
        "need": need,
        "others": [(other, voices[other.pk]) for other in found],
        "is_searched": bool(words),
        "is_cut": len(found) == OTHERS_SHOWN,
    }
    return render(request, "communities/need_merge.html", context)


@login_required
@require_POST
def undo(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    need = access.need_to_keep(request.user, programme_code, code)
    into = need.merged_into
    try:
        actions.undo_merge(need=need, by=request.user)
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, _("“%(title)s” stands alone again, as it was.") % {"title": need.title})
    return redirect("communities:desk-need", programme_code, into.code if into else code)


# Proposals


@login_required
def alike(request: HttpRequest, programme_code: str) -> HttpResponse:
    organisation = access.register_to_read(request.user, programme_code)
    known = queries.likenesses_of(organisation)
    shows = [
        (LikenessState.OPEN.value, _("To decide")),
        (LikenessState.LATER.value, _("Put off")),
        (LikenessState.REJECTED.value, _("Not the same")),
    ]
    asked = request.GET.get("show")
    show = asked if asked in dict(shows) else LikenessState.OPEN.value
    page = Paginator(known.filter(state=show), PAIRS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme_code": programme_code,
        "organisation": organisation,
        "show": show,
        "shows": [(value, word, known.filter(state=value).order_by().count()) for value, word in shows],
        "page": page,
        "rows": queries.likeness_rows(page.object_list),
        "keeps": may_keep_register(request.user, organisation),
    }
    return render(request, "communities/needs_alike.html", context)


@login_required
@require_POST
def look(request: HttpRequest, programme_code: str) -> HttpResponse:
    """Look anew, in the whole register, soon after this."""
    organisation = access.register_to_keep(request.user, programme_code)
    actions.look_everywhere(organisation=organisation, by=request.user)
    messages.success(request, _("It is being looked through. New proposals stand here shortly."))
    return redirect("communities:desk-needs-alike", programme_code)


@login_required
@require_POST
def decide(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    likeness = access.likeness_to_keep(request.user, programme_code, code)
    answer = request.POST.get("answer", "")
    kept = {"first": likeness.first, "second": likeness.second}.get(answer)
    try:
        if kept is not None:
            actions.accept_likeness(likeness=likeness, keep=kept, by=request.user)
            messages.success(request, _("Merged. Both voices are kept, and it can be undone."))
        else:
            actions.put_likeness(likeness=likeness, state=answer, by=request.user)
            messages.success(request, _("Written down."))
    except Refused as refusal:
        messages.warning(request, refusal.sentence)
    back = request.POST.get("back")
    if kept is not None and back == "need":
        return redirect("communities:desk-need", programme_code, kept.code)
    return redirect("communities:desk-needs-alike", programme_code)
