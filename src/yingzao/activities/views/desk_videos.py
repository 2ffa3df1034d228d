"""Videos of an activity at the desk: added, sent piece by piece, described, and who has watched how much."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yingzao.activities import kind as kinds
from yingzao.activities.actions import videos as actions
from yingzao.activities.enums import VideoSource
from yingzao.activities.forms.videos import CaptionsForm, FilmForm, NewVideoForm, VideoForm
from yingzao.activities.models import Video
from yingzao.activities.models.watching import as_clock
from yingzao.activities.queries import watching
from yingzao.activities.views import access
from yingzao.activities.views.watching import with_player
from yingzao.core.errors import Refused
from yingzao.core.scoping import only
from yingzao.programmes.rules import may_organise


@login_required
def video_list(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """The videos of an activity, and a form to add one."""
    programme = access.readable_programme(request, programme_code)
    activity = only(programme.activities.select_related("programme__organisation"), code=code)
    organises = may_organise(request.user, programme)
    form = NewVideoForm(
        request.POST or None,
        activity=activity,
        initial={"part": request.GET.get("part"), "title": activity.title},
    )
    if request.method == "POST" and form.is_valid():
        activity = access.organised_activity(request, programme_code, code)
        told = form.cleaned_data
        here = told["where"] == "here"
        video = actions.make_video(
            activity=activity,
            part=told["part"],
            title=told["title"],
            source=VideoSource.FILE if here else told["where"],
            url=told["url"],
            seconds=told["length"],
            by=request.user,
        )
        messages.success(request, _("Now choose the film.") if here else _("Saved."))
        return redirect("activities:desk-video", programme_code, video.code)
    context = {
        "programme": programme,
        "activity": activity,
        "videos": watching.video_rows(activity),
        "form": form,
        "organises": organises,
        "back": kinds.get(activity.kind).desk_url(activity),
    }
    return render(request, "activities/videos.html", context, status=422 if form.errors else 200)


@login_required
def video_page(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    video = access.readable_video(request, programme_code, code)
    form = VideoForm(request.POST or None, video=video, initial=_described(video))
    if request.method == "POST" and form.is_valid():
        video = access.organised_video(request, programme_code, code)
        told = form.cleaned_data
        actions.describe_video(
            video=video,
            title=told["title"],
            url=told.get("url", ""),
            seconds=told.get("length", 0),
            chapters=told["chapters"],
            by=request.user,
        )
        messages.success(request, _("Saved."))
        return redirect("activities:desk-video", programme_code, code)
    return _page(request, video, form, FilmForm(), CaptionsForm())


def _described(video: Video) -> dict:
    lines = [f"{as_clock(c['at']) or '0:00'} {c['title']}" for c in video.chapters]
    return {"title": video.title, "url": video.url, "length": video.seconds, "chapters": "\n".join(lines)}


def _page(
    request: HttpRequest, video: Video, form: VideoForm, film: FilmForm, captions: CaptionsForm
) -> HttpResponse:
    programme = video.activity.programme
    context = {
        "programme": programme,
        "activity": video.activity,
        "video": video,
        "form": form,
        "film": film,
        "captions": captions,
        "arrived": actions.arrived(video),
        "watchers": watching.watcher_rows(video),
        "organises": may_organise(request.user, programme),
        "is_here": video.source in (VideoSource.FILE, VideoSource.STREAM),
        "back": reverse("activities:desk-videos", args=[programme.code, video.activity.code]),
    }
    response = with_player(request, "activities/desk_video.html", context, video, None)
    if form.errors or film.errors or captions.errors:
        response.status_code = 422
    return response


@login_required
@require_POST
def film_take(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    """A film in one piece, from a browser without scripts; or the word that the last piece has been sent."""
    video = access.organised_video(request, programme_code, code)
    form = FilmForm(request.POST, request.FILES)
    whole = form.is_valid()
    name = form.cleaned_data["file"].name if whole else request.POST.get("name", "")[:200]
    if whole:
        actions.drop_draft(video)
        at = 0
        for chunk in form.cleaned_data["file"].chunks(1024 * 1024):
            at = actions.take_piece(video=video, at=at, data=chunk)
    if name:
        try:
            actions.finish_film(video=video, name=name, by=request.user)
        except Refused as refusal:
            if not whole:
                return JsonResponse({"sentence": refusal.sentence}, status=422)
            form.add_error("file", refusal.sentence)
        else:
            messages.success(request, _("The film is there. Play it once, to see that it is the right one."))
            address = reverse("activities:desk-video", args=[programme_code, code])
            return redirect(address) if whole else JsonResponse({"next": address})
    return _page(request, video, VideoForm(video=video, initial=_described(video)), form, CaptionsForm())


@login_required
@require_http_methods(["GET", "POST"])
def piece(request: HttpRequest, programme_code: str, code: str) -> JsonResponse:
    """GET: how much of a film is here. POST with ?at=: the next piece as it is; the answer says how much is here then."""
    video = access.organised_video(request, programme_code, code)
    if request.method == "GET":
        if request.GET.get("from") == "start":
            actions.drop_draft(video)
        return JsonResponse({"here": actions.arrived(video)})
    at = request.GET.get("at", "")
    if not at.isdecimal() or len(at) > 12:
        return JsonResponse({"sentence": _("The piece does not say where it belongs.")}, status=400)
    try:
        here = actions.take_piece(video=video, at=int(at), data=request.body)
    except Refused as refusal:
        return JsonResponse({"sentence": refusal.sentence}, status=422)
    return JsonResponse({"here": here})


@login_required
@require_POST
def captions(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    video = access.organised_video(request, programme_code, code)
    form = CaptionsForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["captions"]
        try:
            actions.keep_captions(video=video, upload=upload, name=upload.name, by=request.user)
        except Refused as refusal:
            form.add_error("captions", refusal.sentence)
        else:
            messages.success(request, _("The captions are there."))
            return redirect("activities:desk-video", programme_code, code)
    return _page(request, video, VideoForm(video=video, initial=_described(video)), FilmForm(), form)


@login_required
@require_POST
def remove(request: HttpRequest, programme_code: str, code: str) -> HttpResponse:
    video = access.organised_video(request, programme_code, code)
    activity = video.activity
    try:
        actions.remove_video(video=video, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("activities:desk-video", programme_code, code)
    messages.success(request, _("The video is removed."))
    return redirect("activities:desk-videos", programme_code, activity.code)
