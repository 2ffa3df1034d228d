"""Pages that are the same for everyone who has not signed in. They may be kept and shared; no other page is.

    @for_everyone
    def story(request, slug): ...

Whoever keeps them: `web/shared_pages.py` in this product, and any cache on the way (RFC 9111 §5.2.2.9), which has to ask again
each time, so that a correction shows at once.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

SHARED = "public, no-cache"
OWN_COOKIES = ("messages",)
WORTH_PACKING = 1_000  # bytes
PACKED_TYPES = (
    "text/",
    "application/atom+xml",
    "application/rss+xml",
    "application/feed+json",
    "application/xml",
    "application/json",
)


def is_anyone(request: HttpRequest) -> bool:
    """Nobody signed in and no message waits, so what is answered depends on the address, the language and the theme alone."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and not any(
        name in request.COOKIES for name in OWN_COOKIES
    )


def for_everyone(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """What the view answers to anyone is shared, unless the view says how it is kept, or sets a cookie."""

    @wraps(view)
    def answer(request: HttpRequest, *args, **more) -> HttpResponse:
        response = view(request, *args, **more)
        said = response.headers.get("Cache-Control", "no-cache")
        if request.method in ("GET", "HEAD") and said == "no-cache" and not response.cookies:
            if is_anyone(request) and not request.META.get(
                "CSRF_COOKIE_NEEDS_UPDATE"
            ):  # no form that names its reader
                response.headers["Cache-Control"] = SHARED
            patch_vary_headers(response, ["Cookie"])
        return response

    return answer
