"""Watching: the learner's page of a video, the parts of a film for the player, and the door for its heartbeats."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from yingzao.activities import kind as kinds
from yingzao.activities import queries
from yingzao.activities.actions import watching as actions
from yingzao.activities.enums import VideoSource
from yingzao.activities.models import Video
from yingzao.activities.models.watching import as_clock
from yingzao.activities.queries import watching
from yingzao.activities.settling import watching as rules
from yingzao.activities.views import access
from yingzao.core import clock
from yingzao.core.media import videos as films
from yingzao.core.media.ranges import answer_range
from yingzao.enrolment.models import Enrolment

SALT = "activities.film"
FILM_SECONDS = 12 * 3600  # that a player's address holds
LARGEST_DELIVERY = 65_536  # bytes
WHOLE_SEGMENT = 8 * 1024 * 1024


@csrf_exempt  # proves itself by the signed ticket in its body; no cookie is read
@require_POST
def watch_log(request: HttpRequest) -> JsonResponse:
    """Keep a player's heartbeats. 200 says which the phone may forget, 403 that it may forget all of them."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        body = json.loads(request.body) if 0 < length <= LARGEST_DELIVERY else None
    except ValueError:
        body = None
    delivery = actions.read_delivery(body) if isinstance(body, dict) else None
    if delivery is None or not isinstance(body, dict):
        return JsonResponse({"error": "unreadable"}, status=400)
    session, pieces, clock_ms = delivery
    now = clock.now()
    ticket = actions.Ticket.read(str(body.get("ticket", "")), now)
    if ticket is None:
        return JsonResponse({"error": "ticket"}, status=403)
    kept = actions.take_pieces(ticket=ticket, session=session, pieces=pieces, clock_ms=clock_ms, now=now)
    answer: dict[str, Any] = {"taken": kept.taken, "refused": kept.refused}
    if body.get("close"):
        actions.close_session(session=session, enrolment_id=ticket.enrolment_id, now=now)
        answer["closed"] = True
    return JsonResponse(answer)


@login_required
def video(request: HttpRequest, code: str) -> HttpResponse:
    """A video by itself: the recording of a live course."""
    enrolment, found = access.my_video(request, code)
    context = {
        "activity": found.activity,
        "video": found,
        "mine": queries.my_duty(enrolment, found.activity),
        "back": kinds.get(found.activity.kind).learner_url(found.activity),
    }
    return with_player(request, "activities/video.html", context, found, enrolment)


def with_player(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    video: Video | None,
    enrolment: Enrolment | None,
    *,
    needed_ms: int = 0,
    counts: rules.Counting = "media",
) -> HttpResponse:
    """A page with a player in it, for the rooms of the kinds as well; without an enrolment nothing is logged."""
    if video is not None:
        context["player"] = player(request, video, enrolment, needed_ms=needed_ms, counts=counts)
    response = render(request, template, context)
    if video is not None and video.source == VideoSource.ADDRESS:
        parts = urlsplit(video.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        response._csp_update = {"media-src": [origin], "connect-src": [origin]}  # type: ignore[attr-defined]
    return response


def player(
    request: HttpRequest,
    video: Video,
    enrolment: Enrolment | None,
    *,
    needed_ms: int = 0,
    counts: rules.Counting = "media",
) -> dict[str, Any]:
    """What the player's template and script need: where the film is, what was seen of it, and the ticket for heartbeats."""
    told: dict[str, Any] = {
        "video": video,
        "address": film_address(request, video),
        "is_stream": video.source == VideoSource.STREAM or urlsplit(video.url).path.endswith(".m3u8"),
        "captions": _address(request, video, watching.CAPTIONS) if video.captions else "",
        "hls": static("ui/vendor/hls.min.js"),
        "is_page": video.source == VideoSource.PAGE,
        "chapters": [{**chapter, "clock": as_clock(chapter["at"])} for chapter in video.chapters],
    }
    if enrolment is None or not watching.is_measured(video):
        return told
    spans = [
        s for at, detail in watching.recorded_spans(enrolment, video) for s in rules.spans_of(at, detail)
    ]
    spans += [
        rules.Span(p.from_ms, p.to_ms, p.at_ms, p.at_ms + p.took_ms)
        for p in watching.open_pieces(enrolment, video)
    ]
    return told | {
        "log": reverse("activities:watch-log"),
        "ticket": actions.ticket_for(enrolment, video),
        "state": {
            "seconds": video.seconds,
            "spans": [[s.from_ms, s.to_ms, s.end_ms - s.start_ms] for s in rules.merged(spans)],
            "resume": watching.last_place(enrolment, video),
            "needed": needed_ms,
            "counts": counts,
            "now": rules.milliseconds(clock.now()),
        },
    }


def film_address(request: HttpRequest, video: Video) -> str:
    """Where the player finds it. Our own address holds for some hours, and only in the browser that it was made for."""
    if video.source in (VideoSource.ADDRESS, VideoSource.PAGE):
        return video.url
    if video.source == VideoSource.STREAM:
        return _address(request, video, video.entry) if video.folder else ""
    return _address(request, video, watching.FILM) if video.file else ""


def _address(request: HttpRequest, video: Video, name: str) -> str:
    token = signing.dumps([video.pk, _browser(request)], salt=SALT)
    return reverse("activities:film", args=[token, name])


def _browser(request: HttpRequest) -> str:
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.sha256(cookie.encode()).hexdigest()[:20]


@require_safe
def film(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """A part of a film or a stream. The address says which video, and is good in one browser for some hours."""
    try:
        pk, browser = signing.loads(token, salt=SALT, max_age=FILM_SECONDS)
    except (signing.BadSignature, TypeError, ValueError):
        raise Http404 from None
    if browser != _browser(request) or not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
        raise Http404
    stored = watching.film_part(pk, name)
    if stored is None:
        raise Http404
    try:
        response = answer_range(request, stored, whole_up_to=WHOLE_SEGMENT)
    except FileNotFoundError:
        raise Http404 from None
    if name == watching.CAPTIONS:
        response.headers["Content-Type"] = "text/vtt; charset=utf-8"
    is_playlist = stored.media_type == films.PLAYLIST
    response.headers["Cache-Control"] = "private, no-cache" if is_playlist else "private, max-age=43200"
    return response
