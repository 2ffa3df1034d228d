"""Robots in groups of WeCom, DingTalk and Feishu: one JSON post over HTTPS each.

Where a post may go is decided here, at each post: to the services' own hosts, and to what YINGZAO_ROBOT_HOSTS names. The
connection goes to the very address that was looked at, and follows no redirection.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from yingzao.core.ports import Answer, Letter, Outcome
from yingzao.integrations.web.connecting import Forbidden, connected

SECONDS = 15
LARGEST = 2000  # bytes of text; WeCom takes 2,048, the others more
MOST_SAID = 10_000
HOSTS = {
    "wecom": frozenset({"qyapi.weixin.qq.com"}),
    "dingtalk": frozenset({"oapi.dingtalk.com"}),
    "feishu": frozenset({"open.feishu.cn", "open.larksuite.com"}),
}
# WeCom and DingTalk answer 200 and say in the body that they did not take it.
TOO_MANY = frozenset({45009, 130101, 130102, 410100, 9499, 11232, 99991400})
BUSY = frozenset({-1})
AFTER_TOO_MANY = dt.timedelta(minutes=10)  # DingTalk shuts a robot out for so long


class WebhookCourier:
    def missing(self) -> str:
        return "" if settings.YINGZAO_ADDRESS else "YINGZAO_ADDRESS"

    def refuses(self, service: str, address: str) -> bool:
        try:
            return not _allowed(service, address)
        except ValueError:
            return True

    @contextmanager
    def opened(self) -> Iterator[Callable[[Letter], Answer]]:
        yield post


def post(letter: Letter) -> Answer:
    if not _is_allowed(letter):
        return Answer(Outcome.NEVER, "host")
    address, payload = _request(letter, int(time.time()))
    parts = urlsplit(address)
    try:
        connection = connected(parts, SECONDS, inside=_named(parts.scheme, parts.hostname or "", parts.port))
    except Forbidden:
        return Answer(Outcome.NEVER, "host")
    except (OSError, ssl.SSLError) as failure:
        return Answer(Outcome.LATER, "unreachable", str(failure))
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        body = json.dumps(payload, ensure_ascii=False).encode()
        connection.request("POST", path, body, {"Content-Type": "application/json; charset=utf-8"})
        response = connection.getresponse()
        said = response.read(MOST_SAID)
    except (OSError, http.client.HTTPException) as failure:
        return Answer(Outcome.UNKNOWN, "no_answer", str(failure))
    finally:
        connection.close()
    return _understood(response.status, response.headers.get("Retry-After", ""), said)


def _understood(status: int, retry_after: str, said: bytes) -> Answer:
    words = said.decode("utf-8", "replace")[:300]
    if status == 429:
        wait = dt.timedelta(seconds=int(retry_after)) if retry_after.isdecimal() else AFTER_TOO_MANY
        return Answer(Outcome.LATER, "too_many", words, min(wait, dt.timedelta(days=1)))
    if status >= 500:
        return Answer(Outcome.LATER, "busy", f"{status} {words}")
    if status != 200:
        return Answer(Outcome.NEVER, "refused", f"{status} {words}")
    try:
        told = json.loads(said)
        code = int(next(told[name] for name in ("errcode", "code", "StatusCode") if name in told))
    except (ValueError, TypeError, StopIteration):
        return Answer(Outcome.UNKNOWN, "strange", words)
    if code == 0:
        return Answer(Outcome.ACCEPTED, said=words)
    if code in TOO_MANY:
        return Answer(Outcome.LATER, "too_many", words, AFTER_TOO_MANY)
    if code in BUSY:
        return Answer(Outcome.LATER, "busy", words)
    return Answer(Outcome.NEVER, "refused", words)


def _request(letter: Letter, seconds: int) -> tuple[str, dict[str, Any]]:
    """Address and body, signed as the service asks where the robot has a secret."""
    text = _cut(letter.text)
    if letter.service == "feishu":
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if letter.secret:
            key = f"{seconds}\n{letter.secret}".encode()
            signature = base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
            payload |= {"timestamp": str(seconds), "sign": signature}
        return letter.to, payload
    payload = {"msgtype": "text", "text": {"content": text}}
    if letter.service == "dingtalk" and letter.secret:
        stamp = seconds * 1000
        told = f"{stamp}\n{letter.secret}".encode()
        digest = hmac.new(letter.secret.encode(), told, hashlib.sha256).digest()
        joint = "&" if "?" in letter.to else "?"
        signed = f"{joint}timestamp={stamp}&sign={quote(base64.b64encode(digest), safe='')}"
        return letter.to + signed, payload
    return letter.to, payload


def _cut(text: str) -> str:
    data = text.encode()
    return text if len(data) <= LARGEST else data[: LARGEST - 3].decode("utf-8", "ignore") + "…"


# Where a post may go


def _is_allowed(letter: Letter) -> bool:
    try:
        return _allowed(letter.service, letter.to)
    except ValueError:
        return False


def _allowed(service: str, address: str) -> bool:
    parts = urlsplit(address)
    if parts.username or parts.password or not parts.hostname:
        return False
    if _named(parts.scheme, parts.hostname, parts.port):
        return True
    usual_port = parts.port in (None, 443)
    if parts.scheme != "https" or not usual_port or not parts.path.strip("/"):
        return False
    return parts.hostname in HOSTS.get(service, ()) or "*" in settings.YINGZAO_ROBOT_HOSTS


def _named(scheme: str, host: str, port: int | None) -> bool:
    """Whether whoever runs this Yingzao named just this origin."""
    joined = f"{host}:{port}" if port else host
    return f"{scheme}://{joined}" in settings.YINGZAO_ROBOT_HOSTS
