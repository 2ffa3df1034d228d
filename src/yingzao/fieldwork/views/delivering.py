"""What every door for phones does: it reads what came, asks who knocks, and says what was taken. Whose door it is, that room says.

A phone proves itself by a signed ticket; no session is read. Whatever is wrong with a request, nothing of it was taken then,
and the phone keeps all of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import check_for_language

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.fieldwork.actions import Arrived
from yingzao.fieldwork.readers.deliveries import Delivery, Receipt, read_delivery

LARGEST_DELIVERY = 2_500_000  # bytes
LARGEST_PIECE = 1_100_000  # bytes

Bearer = TypeVar("Bearer")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a file: its bytes, where they belong (first byte), and the size of the whole where the phone says it."""

    key: UUID
    at: int
    data: bytes
    size: int


def delivered(
    request: HttpRequest,
    *,
    bearer_of: Callable[[str, dt.datetime], Bearer | None],
    take: Callable[[Bearer, Delivery, dt.datetime], Iterable[Receipt]],
) -> JsonResponse:
    """Receipts for what a phone delivers as JSON {ticket, language, …}. 400: unreadable; 403: the ticket is not ours, or too
    old: a new one comes with the page."""
    now = clock.now()
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        body = json.loads(request.body) if 0 < length <= LARGEST_DELIVERY else None
    except (ValueError, RecursionError):
        body = None
    delivery = read_delivery(body)
    if delivery is None:
        return JsonResponse({"error": "unreadable"}, status=400)
    bearer = bearer_of(str(body.get("ticket", "")), now)
    if bearer is None:
        return JsonResponse({"error": "ticket"}, status=403)
    with translation.override(_language(str(body.get("language", "")))):
        receipts = take(bearer, delivery, now)
        return JsonResponse(
            {
                "now": round(now.timestamp() * 1000),
                "receipts": [receipt.as_json() for receipt in receipts],
                "unreadable": delivery.unreadable,
            }
        )


def piece_delivered(
    request: HttpRequest,
    *,
    bearer_of: Callable[[str, dt.datetime], Bearer | None],
    take: Callable[[Bearer, Piece], Arrived],
) -> JsonResponse:
    """A piece of a file, as the body; the head says where it belongs: `X-Ticket`, `X-File` (key), `X-At` (first byte),
    perhaps `X-Size`. Answers {have, done, sha256, sentence}. 400: no piece of this file; 403 as for `delivered`; 404: told of
    first, please."""
    key = _key(request.headers.get("X-File", ""))
    at, size, length = (_number(request, name) for name in ("X-At", "X-Size", "Content-Length"))
    if key is None or at < 0 or size < 0 or not 0 <= length <= LARGEST_PIECE:
        return JsonResponse({"error": "unreadable"}, status=400)
    bearer = bearer_of(request.headers.get("X-Ticket", ""), clock.now())
    if bearer is None:
        return JsonResponse({"error": "ticket"}, status=403)
    with translation.override(_language(request.headers.get("X-Language", ""))):
        try:
            arrived = take(bearer, Piece(key, at, request.body, size))
        except Refused as refusal:
            status = 404 if refusal.code == "unknown" else 400
            return JsonResponse({"error": refusal.code, "sentence": refusal.sentence}, status=status)
        return JsonResponse(
            {
                "have": arrived.have,
                "done": arrived.done,
                "sha256": arrived.sha256,
                "sentence": arrived.sentence,
            }
        )


def _key(text: str) -> UUID | None:
    try:
        return UUID(text[:40])
    except ValueError:
        return None


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "0") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _language(asked: str) -> str:
    return asked[:10] if check_for_language(asked[:10]) else settings.LANGUAGE_CODE
