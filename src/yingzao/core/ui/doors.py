"""Short ways in: addresses at which whole halls of phones knock, answered before sessions, languages and pages come in.

    doors.open_door("/watching/", views.watch_log)        # in a room's AppConfig.ready

The view proves itself who knocks (a signed token in the body), asks for no session, and answers in JSON. It stands in the
room's `urls` as well, so that it has a name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]
_views: dict[str, View] = {}


def open_door(path: str, view: View) -> None:
    _views[path] = view


class ShortWayMiddleware:
    """Answers a short way's address by itself; all others go on."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = _views.get(request.path_info)
        if view is None:
            return self.get_response(request)
        response = view(request)
        response.headers["Content-Length"] = str(
            len(response.content)
        )  # one piece, and the connection stays open
        return response
