"""The editor's desk: the stories of a programme, writing them, publishing them and taking them back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yingzao.articles import queries as articles
from yingzao.articles.exports import preview_html
from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.stories import actions, queries, rules
from yingzao.stories.enums import StoryAct, StoryState
from yingzao.stories.forms import ImportForm, StoryForm, tell
from yingzao.stories.models import Story, UnsavedText
from yingzao.stories.settling import differences
from yingzao.stories.views import access, putting
from yingzao.stories.views.desk_page import story_page

STORIES_A_PAGE = 30


@login_required
def programmes(request: HttpRequest) -> HttpResponse:
    """Programmes whose stories the person may write; with one only, straight to it."""
    mine = list(
        queries.programmes_told_by(request.user).annotate(
            public_stories=Count("stories", filter=Q(stories__state=StoryState.PUBLISHED)),
            drafts=Count("stories", filter=Q(stories__state=StoryState.DRAFT)),
        )
    )
    if len(mine) == 1:
        return redirect("stories:desk-stories", mine[0].code)
    return render(request, "stories/desk_programmes.html", {"programmes": mine})


@login_required
def stories(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_read(request.user, programme_code)
    counts = queries.counts_of(programme)
    found = queries.search(queries.stories_of(programme), request.GET.get("q", ""))
    if (state := request.GET.get("show")) in StoryState.values:
        found = found.filter(state=state)
    page = Paginator(found, STORIES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "counts": counts,
        "choices": [
            ("", _("All"), counts["all"]),
            *((value, label, counts[value]) for value, label in StoryState.choices),
        ],
        "page": page,
        "shown": queries.with_pictures(page.object_list),
        "tells": queries.programmes_told_by(request.user).filter(pk=programme.pk).exists(),
    }
    return render(request, "stories/desk_stories.html", context)


@login_required
def new_story(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_tell(request.user, programme_code)
    unsaved = queries.unsaved_text(programme, None, request.user)
    communities = queries.communities_to_tell_of(request.user, programme.organisation)
    form = StoryForm(
        *_sent(request),
        initial=_taken_up(request, unsaved),
        activities=queries.activities_to_tell_of(programme),
        communities=communities,
    )
    if form.is_valid():
        try:
            story = actions.write_story(programme=programme, by=request.user, **form.given())
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("Saved as a draft. Nobody but you and your colleagues sees it yet."))
            return _onward(request, story)
    context = {
        "programme": programme,
        "form": form,
        "unsaved": _to_offer(request, unsaved),
        "categories": queries.categories_used(programme),
    }
    return render(request, "stories/desk_edit.html", context, status=422 if form.errors else 200)


@login_required
def import_story(request: HttpRequest, programme_code: str) -> HttpResponse:
    programme = access.programme_to_tell(request.user, programme_code)
    form = ImportForm(*_sent(request))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            drafts = actions.import_stories(
                programme=programme,
                by=request.user,
                data=file.read(),
                name=file.name,
                pictures={picture.name: picture.read() for picture in form.cleaned_data["pictures"]},
            )
        except Refused as refusal:
            tell(form, refusal)
        else:
            if len(drafts) > 1:
                messages.success(request, _("%(count)d posts were read as drafts.") % {"count": len(drafts)})
                return redirect("stories:desk-stories", programme_code)
            messages.success(request, _("Read as a draft. Check it, then publish it."))
            return redirect("stories:desk-story", programme_code, drafts[0].code)
    context = {"programme": programme, "form": form}
    return render(request, "stories/desk_import.html", context, status=422 if form.errors else 200)


@login_required
def story(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The story as it will look, and what can be done with it."""
    found = access.story_to_read(request.user, programme_code, code)
    return story_page(request, found)


@login_required
def edit_story(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    found = access.story_to_tell(request.user, programme_code, code)
    if not rules.may_do(StoryAct.EDIT, request.user, found):
        messages.error(request, rules.why_not(StoryAct.EDIT, request.user, found))
        return redirect("stories:desk-story", programme_code, code)
    pictures = list(articles.pictures_of(found.article))
    unsaved = queries.unsaved_text(found.programme, found, request.user)
    communities = queries.communities_to_tell_of(request.user, found.programme.organisation)
    form = StoryForm.of(
        found,
        pictures,
        *_sent(request),
        initial=_taken_up(request, unsaved, found),
        activities=queries.activities_to_tell_of(found.programme),
        communities=communities,
        figures=queries.figures_of(found) if found.is_published else (),
    )
    theirs = None
    if form.is_valid():
        given = form.given()
        try:
            if put := request.POST.get("put", ""):
                given["text"] += putting.put_from_material(request.user, found, put).at_end
            actions.edit_story(
                story=found,
                by=request.user,
                words=form.words(),
                seen=form.cleaned_data["seen"],
                wrong=form.cleaned_data["wrong"] or form.corrections(),
                renew=form.cleaned_data.get("renew", ()),
                **given,
            )
        except Refused as refusal:
            tell(form, refusal)
            if refusal.code == "changed_meanwhile":
                found.refresh_from_db()
                theirs = queries.said_now(found)["source"]
                form = form.seeing(found.changed_at)
        else:
            messages.success(request, _("Saved, and shown at once.") if found.is_published else _("Saved."))
            return _onward(request, found)
    context = {
        "programme": found.programme,
        "story": found,
        "form": form,
        "unsaved": _to_offer(request, unsaved),
        "categories": queries.categories_used(found.programme),
        "named": queries.communities_named_in(found, communities),
        "material": queries.material_for(request.user, found),
        "theirs": theirs,
        "pieces": differences(theirs, form.data.get("text", "").replace("\r\n", "\n")) if theirs else [],
    }
    return render(request, "stories/desk_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def preview(request: HttpRequest, programme_code: str) -> HttpResponse:
    """The text as it is typed now, for the page beside it. Nothing is kept."""
    programme = access.programme_to_tell(request.user, programme_code)
    if not request.POST.get("text", "").strip():
        return render(request, "stories/_preview.html", {"blank": True})
    found = programme.stories.filter(code=request.POST.get("story", "")).select_related("article").first()
    try:
        text = request.POST.get("text", "")
        binding = actions.bind(programme, request.user, text, story=found, now=clock.now())
        body = preview_html(text, found.article if found else None, binding.values)
    except Refused as refusal:
        return render(request, "stories/_preview.html", {"refusal": refusal})
    return render(request, "stories/_preview.html", {"body": body, "title": request.POST.get("title", "")})


def _sent(request: HttpRequest) -> tuple:
    """What a form is bound to: nothing on a first look."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _taken_up(
    request: HttpRequest, unsaved: UnsavedText | None, story: Story | None = None
) -> dict[str, Any]:
    """What the form begins with instead of what is saved: an older version, or the unsaved text that was asked for."""
    if story is not None and (version := queries.version_numbered(story, request.GET.get("version"))):
        known = queries.communities_to_tell_of(request.user, story.programme.organisation)
        return queries.text_of(version, known)
    return unsaved.typed if unsaved is not None and "unsaved" in request.GET else {}


def _to_offer(request: HttpRequest, unsaved: UnsavedText | None) -> UnsavedText | None:
    """Offered on a first look alone, not while it is being worked on."""
    return unsaved if request.method == "GET" and "unsaved" not in request.GET else None


def _onward(request: HttpRequest, saved) -> HttpResponse:
    name = "stories:desk-story" if "look" in request.POST else "stories:desk-edit"
    return redirect(name, saved.programme.code, saved.code)
