"""Public pages are made once and answered from memory until something that they show has changed.

Stands before the whole of Django in a web process (`project/wsgi.py`). What enters: answers to GET from somebody without a
session that the view marked as everyone's (`core.ui.shared.for_everyone`: `Cache-Control: public`), that set no cookie and
hold no nonce. All else passes. What was kept is held, at every request, against the marks of the tables that it was made of
(`changes.py`), so a correction shows with the next request, in every process. What follows the clock alone, such as a
story whose hour has come, shows within LIFETIME.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings

from yingzao.core.ui.context import THEME_COOKIE, THEMES
from yingzao.core.ui.offline import AHEAD
from yingzao.core.ui.shared import OWN_COOKIES, PACKED_TYPES, WORTH_PACKING
from yingzao.web import changes

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

LIFETIME = 10.0  # seconds until what nothing changed is made again, because the clock went on
PATIENCE = 30.0  # seconds for which one that is only old is answered while another thread makes it anew
LARGE = 300_000  # bytes
MOST_BYTES = 32_000_000  # of all pages of a process
LARGEST = 8_000_000  # bytes of one page: a feed of a thousand stories
LONGEST_QUERY = 300  # characters; what is longer is no link of ours
FIRSTS = 64  # pages that may be made for the first time at once, more or less
MOST_UNSHARED = 10_000
KEPT_STATUS = {"200", "404", "410"}
FILES = ("/static/", "/media/", "/files/")  # they are no pages
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")  # answered here, of the whole page
# A request with one of these wants something else than the page, or says who asks.
OWN_HEADERS = (
    "HTTP_AUTHORIZATION",
    "HTTP_HX_REQUEST",
    "HTTP_RANGE",
    f"HTTP_{AHEAD.upper().replace('-', '_')}",
)


class Page:
    """One answer: its status line, headers and body, plain and packed, and what it was made of."""

    __slots__ = ("_packed", "body", "etag", "headers", "made", "making", "packs", "seen", "status", "tables")

    def __init__(self, status: str, headers: Headers, body: bytes, tables: set[str], before: bytes) -> None:
        told = {name.lower(): value for name, value in headers}
        self.status = status
        self.body = body
        self.etag = told.get("etag", f'"{hashlib.sha256(body).hexdigest()[:32]}"')
        kept = [(n, v) for n, v in headers if n.lower() not in ("etag", "content-length", "vary", "date")]
        self.headers = [*kept, ("Vary", "Cookie, Accept-Encoding")]
        is_text = told.get("content-type", "").startswith(PACKED_TYPES)
        self.packs = is_text and len(body) > WORTH_PACKING
        self._packed = b""
        self.tables = [
            (place, before[place : place + changes.MARK]) for place in map(changes.place_of, sorted(tables))
        ]
        self.seen = before[: changes.MARK]
        self.made = time.monotonic()
        self.making = threading.Lock()  # held by the thread that makes the next one

    @property
    def size(self) -> int:
        """Bytes in memory; a packed one is smaller than half of it."""
        return len(self.body) * 3 // 2

    def packed(self) -> bytes:
        """Made when the first reader takes it. What is large is packed fast."""
        if not self._packed:
            self._packed = gzip.compress(self.body, 6 if len(self.body) < LARGE else 1, mtime=0)
        return self._packed

    def is_changed(self) -> bool:
        """Whether a table that it shows was written to since."""
        marks = changes.marks()
        latest = marks.at(changes.ANY)
        if latest == self.seen:
            return False
        if any(marks.at(place) != mark for place, mark in self.tables):
            return True
        self.seen = latest
        return False

    def answer(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        packs = self.packs and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
        body = self.packed() if packs else self.body
        etag = f'{self.etag[:-1]}-gzip"' if packs else self.etag
        headers = [*self.headers, ("ETag", etag)]
        if self.status.startswith("200") and self._is_had(environ.get("HTTP_IF_NONE_MATCH", "")):
            start_response(
                "304 Not Modified", [h for h in headers if not h[0].lower().startswith("content-")]
            )
            return []
        if packs:
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(body))))
        start_response(self.status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _is_had(self, asked: str) -> bool:
        """RFC 9110 §13.1.2, with the weak comparison; packed or not it is the same page."""
        tags = {tag.strip().removeprefix("W/").replace('-gzip"', '"') for tag in asked.split(",")}
        return bool(asked) and ("*" in tags or self.etag.removeprefix("W/") in tags)


class SharedPages:
    """The WSGI application around Django's."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._pages: dict[tuple[str, ...], Page] = {}
        self._bytes = 0
        self._keeping = threading.Lock()
        self._first = [threading.Lock() for _ in range(FIRSTS)]
        self._unshared: set[str] = set()  # paths that were no shared page when last asked for

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = key_of(environ)
        if key is None:
            return self.application(environ, start_response)
        page = self._pages.get(key)
        if page is None:
            if key[3] in self._unshared:
                return self._make(key, environ, start_response)
            with self._first[hash(key) % len(self._first)]:  # of a crowd that comes at once, one makes it
                page = self._pages.get(key)
                if page is None:
                    return self._make(key, environ, start_response)
        if page.is_changed():
            with page.making:  # one makes it, the others wait for that one
                newer = self._pages.get(key)
                if newer is not None and newer is not page and not newer.is_changed():
                    return newer.answer(environ, start_response)
                return self._make(key, environ, start_response)
        age = time.monotonic() - page.made
        if age > LIFETIME and page.making.acquire(blocking=age > PATIENCE):
            try:
                newer = self._pages.get(key, page)
                if newer is page:
                    return self._make(key, environ, start_response)
            finally:
                page.making.release()
            return newer.answer(environ, start_response)
        return page.answer(environ, start_response)

    def _make(self, key: tuple[str, ...], environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """What Django answers, kept where it may be."""
        if environ["REQUEST_METHOD"] != "GET":
            return self.application(environ, start_response)
        told: list[Any] = []
        whole = {name: value for name, value in environ.items() if name not in CONDITIONS}
        before = changes.marks().now()
        with changes.reading() as tables:
            response = self.application(
                whole, lambda status, headers, *more: told.extend((status, headers, *more))
            )
        chunks = getattr(response, "_container", None)
        if not is_shared(*told[:2]) or chunks is None:
            self._forget(key)
            if len(self._unshared) > MOST_UNSHARED:
                self._unshared.clear()
            self._unshared.add(key[3])
            start_response(*told)
            return response
        page = Page(told[0], told[1], b"".join(chunks), tables, before)
        response.close()  # type: ignore[attr-defined]  # Django's: its connections are looked after
        if len(page.body) <= LARGEST:
            self._keep(key, page)
            self._unshared.discard(key[3])
        return page.answer(environ, start_response)

    def _keep(self, key: tuple[str, ...], page: Page) -> None:
        with self._keeping:
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._pages)))  # the one made longest ago

    def _forget(self, key: tuple[str, ...]) -> None:
        with self._keeping:
            self._drop(key)

    def _drop(self, key: tuple[str, ...]) -> None:
        if (old := self._pages.pop(key, None)) is not None:
            self._bytes -= old.size


def key_of(environ: Environ) -> tuple[str, ...] | None:
    """What a shared page depends on; None for whoever may be somebody."""
    if (
        environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        or len(environ.get("QUERY_STRING", "")) > LONGEST_QUERY
    ):
        return None
    if any(name in environ for name in OWN_HEADERS) or environ.get("PATH_INFO", "").startswith(FILES):
        return None
    language = theme = ""
    named = str(settings.LANGUAGE_COOKIE_NAME)
    if told := environ.get("HTTP_COOKIE"):
        try:
            cookies = SimpleCookie(told)
        except CookieError:
            return None
        if settings.SESSION_COOKIE_NAME in cookies or any(name in cookies for name in OWN_COOKIES):
            return None
        if any(f"{name}=" in told for name in (settings.SESSION_COOKIE_NAME, *OWN_COOKIES)):
            return None  # one that this reader of cookies did not understand, but another may
        language = cookies[named].value if named in cookies else ""
        theme = cookies[THEME_COOKIE].value if THEME_COOKIE in cookies else ""
        if language not in ("", *dict(settings.LANGUAGES)) or theme not in ("", *THEMES):
            return None
    asked = (environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""), environ.get("wsgi.url_scheme", ""))
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "")
    return (*asked, forwarded, environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""), language, theme)


def is_shared(status: str, headers: Headers) -> bool:
    told = {name.lower(): value for name, value in headers}
    return (
        status[:3] in KEPT_STATUS
        and "public" in told.get("cache-control", "").split(", ")
        and "set-cookie" not in told
        and "'nonce-" not in told.get("content-security-policy", "")
    )


def _takes_gzip(asked: str) -> bool:
    """RFC 9110 §12.5.3, as far as browsers use it: named, and not refused by a weight of nought."""
    for part in asked.split(","):
        name, _semicolon, weight = part.strip().partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
