"""Fetching over HTTP: one address, at most so many bytes, within so many seconds, from machines that may be asked."""

import http.client
import re
import ssl
import tempfile
import threading
import time
import zlib
from contextlib import suppress
from typing import IO
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import urllib3
from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError
from urllib3.exceptions import SSLError as WrongCertificate
from urllib3.exceptions import TimeoutError as Unanswered

from yingzao import __version__
from yingzao.core import ports
from yingzao.integrations.web.addresses import Address, may_be_asked, resolve

AGENT = f"Yingzao/{__version__} (feed reader)"
MOST_REDIRECTS = 5
CONNECT_SECONDS = 10  # a machine that is there answers sooner; others are not waited for
CHUNK = 1 << 16
IN_MEMORY = 1 << 20  # what is larger lies in a temporary file


class HttpFetcher:
    """`core.ports.Fetcher` by urllib3. The connection goes to the address that was looked at, so that a name that stands for
    another machine a moment later leads nowhere; redirects are followed here, each looked at anew. No cookies."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust

    def fetch(
        self,
        address: str,
        *,
        most_bytes: int,
        seconds: float,
        accept: str = "*/*",
        etag: str = "",
        last_modified: str = "",
    ) -> ports.Fetched:
        ends_at = time.monotonic() + seconds
        asked: set[str] = set()
        headers = {"User-Agent": AGENT, "Accept": accept, "Accept-Encoding": "gzip"}
        headers |= {
            name: value
            for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified))
            if value
        }
        here = address
        for _hop in range(MOST_REDIRECTS + 1):
            place = _place(here)
            if urlunsplit(place) in asked:
                raise ports.TooManyRedirects
            asked.add(urlunsplit(place))
            answer = self._ask(place, headers, ends_at, most_bytes)
            if isinstance(answer, ports.Fetched):
                return answer
            here = urljoin(urlunsplit(place), answer)
        raise ports.TooManyRedirects

    def _ask(
        self, place: SplitResult, headers: dict[str, str], ends_at: float, most_bytes: int
    ) -> ports.Fetched | str:
        """The answer, or where it is said to be."""
        port = place.port or (443 if place.scheme == "https" else 80)
        host = place.hostname or ""
        connection = self._connected(place, self._known(host, port, ends_at), port, ends_at)
        # However slowly an answer drips, a byte within each wait, it is cut off when the time is over.
        sock = connection.sock
        guard = threading.Timer(max(0.0, ends_at - time.monotonic()), lambda: _shut(sock))
        guard.daemon = True
        guard.start()
        try:
            target = urlunsplit(("", "", place.path or "/", place.query, ""))
            named = f"[{host}]" if ":" in host else host
            named = named if place.port is None else f"{named}:{port}"
            connection.request(
                "GET", target, headers={"Host": named, **headers}, preload_content=False, decode_content=False
            )
            response = connection.getresponse()
            return _answer(response, urlunsplit(place), most_bytes, ends_at)
        except (HTTPError, http.client.HTTPException, OSError, ValueError) as failure:
            raise (ports.TooSlow if time.monotonic() >= ends_at else ports.BrokenOff) from failure
        finally:
            guard.cancel()
            connection.close()

    def _known(self, host: str, port: int, ends_at: float) -> list[Address]:
        try:
            found = resolve(host, port, max(0.1, ends_at - time.monotonic()))
        except TimeoutError:
            raise ports.TooSlow from None
        except OSError:
            raise ports.UnknownHost from None
        allowed = [one for one in found if may_be_asked(one, settings.INNER_NETWORKS)]
        if not allowed:
            raise ports.PrivateAddress
        return allowed

    def _connected(
        self, place: SplitResult, machines: list[Address], port: int, ends_at: float
    ) -> HTTPConnection:
        slow = False
        for machine in machines[:4]:
            left = ends_at - time.monotonic()
            if left <= 0:
                raise ports.TooSlow
            connection = self._connection(place, str(machine), port, min(left, CONNECT_SECONDS))
            try:
                connection.connect()
            except (ssl.SSLError, WrongCertificate) as failure:
                connection.close()
                raise ports.UntrustedCertificate from failure
            except (HTTPError, OSError) as failure:
                # NewConnectionError is a timeout to urllib3, though somebody refused at once.
                slow = slow or (
                    isinstance(failure, Unanswered) and not isinstance(failure, NewConnectionError)
                )
                connection.close()
                continue
            connection.timeout = max(0.1, ends_at - time.monotonic())  # from here on the whole has a limit
            return connection
        raise ports.TooSlow if slow else ports.NoAnswer

    def _connection(self, place: SplitResult, machine: str, port: int, seconds: float) -> HTTPConnection:
        if place.scheme == "http":
            return HTTPConnection(machine, port, timeout=seconds)
        # The name, not the address, is what the certificate has to prove.
        trust = self._trust or ssl.create_default_context()
        return HTTPSConnection(
            machine, port, timeout=seconds, server_hostname=place.hostname, ssl_context=trust
        )


def _place(address: str) -> SplitResult:
    """The address as it is asked for. Raises BadAddress."""
    try:
        place = urlsplit(address.strip())
        port = place.port
        host = (place.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except (ValueError, LocationParseError):  # UnicodeError among them
        raise ports.BadAddress from None
    if place.scheme not in ("http", "https") or not host or port == 0:
        raise ports.BadAddress
    if place.username is not None or place.password is not None:
        raise ports.AddressWithPassword
    shown = f"[{host}]" if ":" in host else host
    path = urllib3.util.parse_url(f"http://x{_quoted(place.path) or '/'}").path or "/"
    return SplitResult(
        place.scheme, shown if port is None else f"{shown}:{port}", path, _quoted(place.query), ""
    )


def _quoted(text: str) -> str:
    """Everything that may not stand in a request's line is written with %; what is written so already stays."""
    return re.sub(
        r"[^\x21-\x7e]",
        lambda one: "".join(f"%{byte:02X}" for byte in one[0].encode("utf-8", "replace")),
        text,
    )


def _answer(
    response: urllib3.BaseHTTPResponse, address: str, most_bytes: int, ends_at: float
) -> ports.Fetched | str:
    if time.monotonic() >= ends_at:
        raise ports.TooSlow
    headers = response.headers
    if response.status in (301, 302, 303, 307, 308) and headers.get("Location"):
        return str(headers["Location"])
    told = {
        "address": address,
        "etag": headers.get("ETag", "")[:300],
        "last_modified": headers.get("Last-Modified", "")[:100],
        "media_type": headers.get("Content-Type", "").partition(";")[0].strip().lower()[:100],
    }
    if response.status == 304:
        return ports.Fetched(body=None, **told)
    if response.status != 200:
        raise (ports.NothingThere if response.status in (404, 410) else ports.HttpProblem)(response.status)
    coding = headers.get("Content-Encoding", "").strip().lower()
    if coding not in ("", "identity", "gzip", "x-gzip"):
        raise ports.UnknownCoding
    body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # type: ignore[assignment]  # noqa: SIM115 - handed on open
    try:
        _take(response, body, most_bytes, ends_at, is_packed="gzip" in coding)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return ports.Fetched(body=body, **told)


def _take(
    response: urllib3.BaseHTTPResponse, body: IO[bytes], most_bytes: int, ends_at: float, *, is_packed: bool
) -> None:
    """Write what arrives, unfolded, until it is all there or more than `most_bytes`."""
    unfold = zlib.decompressobj(zlib.MAX_WBITS | 16) if is_packed else None
    taken = 0
    while chunk := response.read(CHUNK, decode_content=False):
        while chunk:
            if unfold is None:
                piece, chunk = chunk, b""
            else:
                try:
                    piece = unfold.decompress(
                        chunk, CHUNK
                    )  # a small piece at a time, however much it unfolds to
                except zlib.error as failure:
                    raise ports.BrokenOff from failure
                chunk = unfold.unconsumed_tail
            taken += len(piece)
            if taken > most_bytes:
                raise ports.TooMuch(most_bytes)
            body.write(piece)
    if time.monotonic() >= ends_at:  # cut off, and the end of what was cut off looks like an end
        raise ports.TooSlow
    if unfold is not None and not unfold.eof:
        raise ports.BrokenOff


def _shut(sock: object) -> None:
    with suppress(OSError, AttributeError):
        sock.shutdown(2)  # type: ignore[attr-defined]
