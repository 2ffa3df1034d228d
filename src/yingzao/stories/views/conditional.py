"""Answering 304 where nothing changed for this reader."""

import datetime as dt
import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from yingzao import __version__


def tag_of(*parts: object) -> str:
    """A strong entity tag; a new version of the product draws new pages, so it is part of it."""
    told = "\x1f".join(str(part) for part in (__version__, *parts))
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def unchanged(request: HttpRequest, etag: str, changed_at: dt.datetime) -> HttpResponse | None:
    """304 when the reader has this version already, else None."""
    found = get_conditional_response(request, etag=etag, last_modified=int(changed_at.timestamp()))
    return found if found is not None and found.status_code == 304 else None


def marked(response: HttpResponse, etag: str, changed_at: dt.datetime, *, vary: str = "") -> HttpResponse:
    """With its validators; to be asked for again each time, so that a correction shows at once."""
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    response.headers["Cache-Control"] = "no-cache"
    if vary:
        patch_vary_headers(response, [vary])
    return response


def moved(address: str) -> HttpResponse:
    """301 that is asked for again each time: an address may come back, and a browser that kept both ways would walk in a circle."""
    response = HttpResponsePermanentRedirect(address)
    response.headers["Cache-Control"] = "no-cache"
    return response
