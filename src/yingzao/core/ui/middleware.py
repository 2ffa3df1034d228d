"""Language, origin and refusals: what every request passes through."""

from http import HTTPStatus
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.core.ui.shared import PACKED_TYPES, SHARED, WORTH_PACKING

KNOWN = {code for code, _ in settings.LANGUAGES}


class LanguageMiddleware:
    """Chinese unless the reader chose otherwise. The browser's own wish is not asked: office PCs often claim English."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in KNOWN else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class NulMiddleware:
    """400 for a request that carries the character NUL: no text here holds one, and PostgreSQL refuses to look for it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = (request.path, *request.COOKIES.values())
        if any("\0" in text for text in told) or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the request")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, DataError) and "NUL" in str(exception):  # one that came in the body
            raise SuspiciousOperation("NUL in the request") from exception


class SizeMiddleware:
    """413 before a byte is read of what is larger than any form of ours sends: twenty photos as phones take them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > settings.REQUEST_MAX_BYTES:
            raise RequestDataTooBig("larger than any form sends")
        return self.get_response(request)


class PackingMiddleware(GZipMiddleware):
    """Packs the pages that are one reader's own: on a village's line of 50 kbit/s, 49 kB are eight seconds and 9 kB are one and
    a half. Whole answers of text alone; what is shared is packed by whoever keeps it.

    That a packed page tells by its length what stands in it (BREACH) asks for a page that repeats what a stranger's site
    makes the reader's browser send. Sessions are not sent from other sites (SameSite=Lax), the tokens of forms are masked anew
    each time, and Django adds up to a hundred bytes by chance.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(PACKED_TYPES)
        if not isinstance(response, HttpResponse) or response.status_code == HTTPStatus.PARTIAL_CONTENT:
            return response
        if (
            not is_text
            or len(response.content) < WORTH_PACKING
            or response.headers.get("Cache-Control") == SHARED
        ):
            return response
        return super().process_response(request, response)


class OriginMiddleware:
    """Lets the audit know from where an act came."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.coming_from(request.META.get("REMOTE_ADDR", "")):
            return self.get_response(request)


class ButtonAddressMiddleware:
    """A button's address opened without its button is a page in words. A button pressed after the session has ended leads
    by way of signing in back to the page that it stands on, not to its own address; and so does a part of a page that is
    looked at again after that: the sign-in never lands inside the page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_part = bool(getattr(request, "htmx", False))
        if (request.method == "POST" or is_part) and (back := self._page_of_the_button(request, response)):
            response["Location"] = back
        location = response.headers.get("Location", "")
        if is_part and location and location.partition("?")[0] == resolve_url(settings.LOGIN_URL):
            return HttpResponse(headers={"HX-Redirect": location})
        if not isinstance(response, HttpResponseNotAllowed) or response.content or request.method != "GET":
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    @staticmethod
    def _page_of_the_button(request: HttpRequest, response: HttpResponse) -> str:
        """The address of signing in that comes back to where the button stands; empty where nobody is sent to sign in."""
        sent_to, _mark, asked = response.headers.get("Location", "").partition("?")
        came_from = request.headers.get("referer", "")
        if asked != urlencode({"next": request.get_full_path()}, safe="/") or sent_to != resolve_url(
            settings.LOGIN_URL
        ):
            return ""
        if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
            return ""
        back = urlsplit(came_from)
        return f"{sent_to}?{urlencode({'next': urlunsplit(('', '', back.path, back.query, ''))}, safe='/')}"


class RefusalMiddleware:
    """A refusal that no form caught is its sentence and status 422, never a 500.

    A page for the browser; for htmx a fragment that goes into the page's message region, the rest of the page staying.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        context = {"refusal": exception}
        if not getattr(request, "htmx", False):
            return render(request, "ui/refused.html", context, status=422)
        response = render(request, "ui/refused_fragment.html", context, status=422)
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:top"
        return response
