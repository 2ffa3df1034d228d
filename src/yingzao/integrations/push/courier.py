"""Web push: one encrypted POST to the push service of a browser (RFC 8030, 8291, 8292).

http_ece encrypts and py_vapid signs, both of the makers of pywebpush. pywebpush itself also posts, by requests, which looks
up the name once more: our post goes to the very address that was looked at, and says whether it was certainly not taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import http.client
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import parseaddr, parsedate_to_datetime
from urllib.parse import SplitResult, urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid.utils import b64urldecode

from yingzao.core.ports import Answer, Letter, Outcome
from yingzao.integrations.push import keys as vapid
from yingzao.integrations.web.addresses import may_be_asked, resolve
from yingzao.integrations.web.connecting import Forbidden, connected

SECONDS = 15
CONNECT_SECONDS = 8  # Google's service does not answer at all in mainland China; the others wait for it
LOOK_SECONDS = 3  # for the name, while a person waits for the page
MOST_SAID = 1000
# A push service has to take 4,096 bytes (RFC 8030, 7.2); the encryption adds 103 (RFC 8291, 4).
LARGEST = 3000
KEPT_THERE = dt.timedelta(days=1)  # how long the service keeps it for a phone that is off
SIGNED_FOR = dt.timedelta(hours=12)  # RFC 8292, 2: no longer than 24 hours
AFTER_TOO_MANY = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(days=1)
TAKEN = frozenset({200, 201, 202, 204})
GONE = frozenset({404, 410})  # RFC 8030, 7.3: the browser takes nothing there any more


class WebPushCourier:
    def missing(self) -> str:
        """Browsers show notices of https pages alone, and services want to know whom to write to."""
        return "" if settings.YINGZAO_ADDRESS.startswith("https://") else "YINGZAO_ADDRESS"

    def public_key(self) -> str:
        return vapid.public_key(settings.DATA)

    def refuses(self, address: str, keys: tuple[str, str]) -> bool:
        try:
            parts = urlsplit(address)
            _point(keys[0])
            if len(b64urldecode(keys[1].encode())) != 16 or not _is_shaped(parts):
                return True
            port = parts.port or 443
            return not _is_named(parts) and not all(
                may_be_asked(one) for one in resolve(parts.hostname or "", port, LOOK_SECONDS)
            )
        except (
            ValueError,
            TypeError,
            OSError,
        ):  # a name that stands for nothing is a service that nobody reaches
            return True

    @contextmanager
    def opened(self) -> Iterator[Callable[[Letter], Answer]]:
        batch = _Batch()
        try:
            yield batch.post
        finally:
            batch.close()


class _Batch:
    """Some posts: one connection and one signature a service, and none is waited for twice that did not answer."""

    def __init__(self) -> None:
        self._open: dict[str, http.client.HTTPConnection] = {}
        self._signed: dict[str, str] = {}
        self._silent: dict[str, Answer] = {}

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
        self._open = {}

    def post(self, letter: Letter) -> Answer:
        try:
            parts = urlsplit(letter.to)
            if not _is_shaped(parts):
                return Answer(Outcome.NEVER, "host")
            body = encrypted(letter.text.encode(), letter.keys)
        except (ValueError, TypeError, http_ece.ECEException) as failure:
            return Answer(Outcome.NEVER, "bad_keys", str(failure))
        origin = f"{parts.scheme}://{parts.netloc}"
        if silent := self._silent.get(origin):
            return silent
        try:
            connection = self._connection(origin, parts)
        except Forbidden:
            return Answer(Outcome.NEVER, "host")
        except OSError as failure:
            return self._silent.setdefault(origin, Answer(Outcome.LATER, "unreachable", str(failure)))
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, body, self._headers(letter, origin))
            response = connection.getresponse()
            said = response.read(MOST_SAID)
        except (OSError, http.client.HTTPException) as failure:
            self._drop(origin)
            return Answer(Outcome.UNKNOWN, "no_answer", str(failure))
        if response.will_close or not response.isclosed():
            self._drop(origin)
        return understood(response.status, response.headers.get("Retry-After", ""), said)

    def _connection(self, origin: str, parts: SplitResult) -> http.client.HTTPConnection:
        kept = self._open.get(origin)
        if kept is not None and select.select([kept.sock], [], [], 0)[0]:
            self._drop(origin)  # it was closed over there meanwhile: nothing of this letter was said yet
            kept = None
        if kept is None:
            kept = connected(parts, CONNECT_SECONDS, inside=_is_named(parts))
            kept.sock.settimeout(SECONDS)
            self._open[origin] = kept
        return kept

    def _drop(self, origin: str) -> None:
        if connection := self._open.pop(origin, None):
            connection.close()

    def _headers(self, letter: Letter, origin: str) -> dict[str, str]:
        if origin not in self._signed:
            claims = {"aud": origin, "sub": _sender(), "exp": int(time.time() + SIGNED_FOR.total_seconds())}
            self._signed[origin] = vapid.vapid(settings.DATA).sign(claims)["Authorization"]
        return {
            "Authorization": self._signed[origin],
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(KEPT_THERE.total_seconds())),
            "Urgency": "high" if letter.urgent else "normal",
            # A second copy that a person sends takes the place of the first while that waits there.
            "Topic": hashlib.sha256(letter.code.encode()).hexdigest()[:32],
        }


def encrypted(text: bytes, keys: tuple[str, str]) -> bytes:
    """For this browser alone, by a key that is used once. Raises ValueError where it is too long or the keys are none."""
    if len(text) > LARGEST:
        raise ValueError(f"{len(text)} bytes")
    return http_ece.encrypt(
        text,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_point(keys[0]),
        auth_secret=b64urldecode(keys[1].encode()),
        version="aes128gcm",
    )


def understood(status: int, retry_after: str, said: bytes) -> Answer:
    words = f"{status} {said.decode('utf-8', 'replace')}".strip()[:300]
    if status in TAKEN:
        return Answer(Outcome.ACCEPTED, said=words)
    if status in GONE:
        return Answer(Outcome.NEVER, "gone", words)
    if status == 429:
        return Answer(Outcome.LATER, "too_many", words, _wait(retry_after) or AFTER_TOO_MANY)
    if status >= 500 or status == 408:
        return Answer(Outcome.LATER, "busy", words, _wait(retry_after))
    return Answer(Outcome.NEVER, "refused", words)


def _wait(retry_after: str) -> dt.timedelta | None:
    """RFC 9110, 10.2.3: seconds, or a date."""
    if retry_after.isdecimal():
        return dt.timedelta(seconds=min(int(retry_after), int(LONGEST_WAIT.total_seconds())))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    left = until - dt.datetime.now(dt.UTC) if until.tzinfo else dt.timedelta()
    return max(dt.timedelta(), min(left, LONGEST_WAIT))


def _sender() -> str:
    """Whom a push service may write to about us: the sender of our letters, else our address."""
    _name, mail = parseaddr(settings.YINGZAO_MAIL_FROM)
    return f"mailto:{mail}" if "@" in mail else settings.YINGZAO_ADDRESS


def _point(text: str) -> bytes:
    """The browser's public key. Raises ValueError where it is no point of the curve."""
    point = b64urldecode(text.encode())
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point


# Where a post may go


def _is_shaped(parts: SplitResult) -> bool:
    if parts.username or parts.password or not parts.hostname:
        return False
    return _is_named(parts) or (parts.scheme == "https" and parts.port in (None, 443))


def _is_named(parts: SplitResult) -> bool:
    """Whether whoever runs this Yingzao named just this origin: a push service of one's own."""
    return f"{parts.scheme}://{parts.netloc}" in settings.YINGZAO_PUSH_HOSTS
