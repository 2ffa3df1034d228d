"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest

from yingzao.core import clock

THEME_COOKIE = "yz-theme"
THEMES = ("auto", "light", "dark")


def chosen_theme(request: HttpRequest) -> str:
    """The theme kept in the cookie; `auto`, which follows the device, when none or an unknown one is kept."""
    kept = request.COOKIES.get(THEME_COOKIE)
    return kept if kept in THEMES else "auto"


def _only_here(request: HttpRequest) -> bool:
    """The address that this browser uses means this very machine: a link made under it leads nowhere on a phone."""
    host = request.META.get("HTTP_HOST", "").rsplit(":", 1)[0].strip("[]").lower()
    return host in {"localhost", "::1"} or (host.startswith("127.") and host.replace(".", "").isdecimal())


def page(request: HttpRequest) -> dict:
    return {
        "demo_sign_in": settings.DEMO_SIGN_IN,
        "theme": chosen_theme(request),
        "only_here": _only_here(request),
        "kept_as": getattr(request, "kept_as", ""),
        "kept_at": clock.now(),
    }
