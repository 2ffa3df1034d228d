"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest

THEME_COOKIE = "yz-theme"
THEMES = ("auto", "light", "dark")


def chosen_theme(request: HttpRequest) -> str:
    """The theme kept in the cookie; `auto`, which follows the device, when none or an unknown one is kept."""
    kept = request.COOKIES.get(THEME_COOKIE)
    return kept if kept in THEMES else "auto"


def page(request: HttpRequest) -> dict:
    return {"demo_sign_in": settings.DEMO_SIGN_IN, "theme": chosen_theme(request)}
