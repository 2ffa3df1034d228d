"""What a phone may keep of our pages for when there is no network. docs/offline.md tells the whole.

A view says that its page may be kept; nothing else ever is. What others wrote on such a page stands between
`<!--not-kept-->` and `<!--/not-kept-->` and is taken out of the copy.

    @login_required
    @offline.kept("case")                   # "case", "page", or "detail" (kept, but not offered in the list of what is kept)
    def case(request, code): …

    # in an AppConfig.ready of a room above
    offline.forget_after("people:sign-out")         # posting there deletes what is kept
    offline.add_part("activities/outbox.js")        # a script that runs in the worker
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse

from yingzao import __version__

KEEP = "X-Keep"  # what a page is, where it may be kept
ACCOUNT = "X-Account"  # whose page it is; NOBODY where nobody is signed in
AHEAD = "X-Ahead"  # the worker fetches a page that nobody looks at yet
NOBODY = "nobody"

SHELL = (
    "ui/theme.js",
    "ui/vendor/tabler.min.css",
    "ui/yingzao.css",
    "ui/seal.svg",
    "ui/vendor/icons.svg",
    "ui/vendor/htmx.min.js",
    "ui/ui.js",
    "ui/offline.js",
)
_parts = ["ui/worker/storage.js", "ui/worker/assets.js", "ui/worker/pages.js"]
_forget_after: list[str] = []

View = Callable[..., HttpResponse]


def kept(what: Literal["case", "page", "detail"]) -> Callable[[View], View]:
    """The page may be kept on the phone of whom it was made for: it shows that person's own data, and of others only
    what is marked as not to be kept, or what the page is for (an organiser's roster in the field)."""

    def around(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
            request.kept_as = what  # type: ignore[attr-defined]  # base pages ask for it
            response = view(request, *args, **more)
            if request.method == "GET" and response.status_code == 200:
                response.headers[KEEP] = what
            return response

        return answer

    return around


def is_ahead(request: HttpRequest) -> bool:
    """Whether the page is fetched to be kept, so that nobody has read it by that."""
    return AHEAD in request.headers


def add_part(name: str) -> None:
    """Let a static file of a room run in the worker, after ours; the same one twice changes nothing."""
    if name not in _parts:
        _parts.append(name)


def forget_after(view_name: str) -> None:
    """Posting to this address ends what the phone keeps, whether it gets through or not."""
    if view_name not in _forget_after:
        _forget_after.append(view_name)


class AccountMiddleware:
    """Tells the worker with every page whose it is, so that another one's copies go."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers[ACCOUNT] = self._account(request)
        return response

    @staticmethod
    def _account(request: HttpRequest) -> str:
        """Without a session's cookie nobody is asked, so that a public page costs no query."""
        session = getattr(request, "session", None)
        if session is None or not (request.COOKIES.get(settings.SESSION_COOKIE_NAME) or session.session_key):
            return NOBODY
        person = getattr(request, "user", None)
        return person.code if person is not None and person.is_authenticated else NOBODY


def worker_script() -> str:
    """The worker: what it has to know of this version, then its parts by their addresses, which change with their text."""
    shell = [static(name) for name in SHELL]
    parts = [static(name) for name in _parts]
    known = {
        "version": hashlib.sha256(" ".join([_manifest(), __version__, *shell, *parts]).encode()).hexdigest()[
            :12
        ],
        "static": settings.STATIC_URL,
        "shell": shell,
        "offline": {code: reverse("ui:offline", args=[code]) for code, _name in settings.LANGUAGES},
        "language": settings.LANGUAGE_CODE,
        "forgetAfter": [reverse(name) for name in _forget_after],
        "nobody": NOBODY,
        "icon": static("ui/icon-192.png"),
    }
    return f"const WORKER = {json.dumps(known)};\nimportScripts({', '.join(map(json.dumps, parts))});\n"


def _manifest() -> str:
    return getattr(staticfiles_storage, "manifest_hash", "")
