"""A mentor's pages: what waits, the own learners, notes of meetings, and words that are used again."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.enrolment.queries import learners_mentored_by
from yingzao.practice import actions, queries
from yingzao.practice.forms import MeetingNoteForm, PhraseForm
from yingzao.practice.views import access
from yingzao.programmes.rules import may_organise


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "practice/mentor_queue.html",
        {
            "versions": queries.mentor_queue(request.user),
            "has_learners": learners_mentored_by(request.user).exists(),
            "programmes": queries.mentored_programmes(request.user),
        },
    )


@login_required
def learners(request: HttpRequest) -> HttpResponse:
    """Everybody in the own teams, with how far their tasks are."""
    return render(request, "practice/mentor_learners.html", {"rows": queries.mentored_rows(request.user)})


@login_required
def learner(request: HttpRequest, code: str) -> HttpResponse:
    """One learner: what they handed in, and the notes; a post writes a note."""
    found = access.mentored_learner(request, code)
    form = MeetingNoteForm(request.POST or None, initial={"on": clock.today()})
    if form.is_valid():
        try:
            actions.save_note(enrolment=found, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The note is kept."))
            return redirect("practice:mentor-learner", code)
    context = {
        "learner": found,
        "form": form,
        "notes": queries.notes_about(found, request.user),
        "versions": queries.versions_by(found),
    }
    return render(request, "practice/mentor_learner.html", context, status=422 if form.errors else 200)


@login_required
def note(request: HttpRequest, code: str, note_code: str) -> HttpResponse:
    found = access.mentored_learner(request, code)
    kept = access.own_note(found, request.user, note_code)
    initial = {"on": kept.on, "text": kept.text, "next_steps": kept.next_steps, "is_shared": kept.is_shared}
    form = MeetingNoteForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            actions.save_note(enrolment=found, by=request.user, note=kept, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("practice:mentor-learner", code)
    context = {"learner": found, "note": kept, "form": form}
    return render(request, "practice/mentor_note.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def remove_note(request: HttpRequest, code: str, note_code: str) -> HttpResponse:
    found = access.mentored_learner(request, code)
    actions.remove_note(note=access.own_note(found, request.user, note_code), by=request.user)
    messages.success(request, _("The note is removed."))
    return redirect("practice:mentor-learner", code)


@login_required
def phrases(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The programme's words and the own ones; a post adds some."""
    programme = access.programme_with_phrases(request, programme_code)
    organises = may_organise(request.user, programme)
    form = _phrase_form(request, organises)
    if form.is_valid():
        try:
            actions.save_phrase(programme=programme, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("The words are kept."))
            return redirect("practice:mentor-phrases", programme_code)
    context = {
        "programme": programme,
        "phrases": queries.phrases_for(request.user, programme),
        "organises": organises,
        "form": form,
    }
    return render(request, "practice/phrases.html", context, status=422 if form.errors else 200)


@login_required
def phrase(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.programme_with_phrases(request, programme_code)
    kept = access.editable_phrase(programme, request.user, code)
    initial = {"title": kept.title, "text": kept.text, "is_shared": kept.owner_id is None}
    form = _phrase_form(request, may_organise(request.user, programme), initial)
    if form.is_valid():
        try:
            actions.save_phrase(programme=programme, by=request.user, phrase=kept, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("practice:mentor-phrases", programme_code)
    context = {"programme": programme, "phrase": kept, "form": form}
    return render(request, "practice/phrase.html", context, status=422 if form.errors else 200)


def _phrase_form(request: HttpRequest, organises: bool, initial: dict | None = None) -> PhraseForm:
    form = PhraseForm(request.POST or None, initial=initial)
    if not organises:
        del form.fields["is_shared"]
    return form


@login_required
@require_POST
def remove_phrase(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    programme = access.programme_with_phrases(request, programme_code)
    actions.remove_phrase(phrase=access.editable_phrase(programme, request.user, code), by=request.user)
    messages.success(request, _("The words are removed."))
    return redirect("practice:mentor-phrases", programme_code)
