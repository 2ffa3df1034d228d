"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict:
    return {"demo_sign_in": settings.DEMO_SIGN_IN}
