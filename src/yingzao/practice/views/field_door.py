"""The door at which learners' phones deliver what they did in the field. It proves itself by a signed ticket; no session is read."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.fieldwork.readers.deliveries import read_delivery
from yingzao.practice import actions

LARGEST_DELIVERY = 2_500_000  # bytes
LARGEST_PIECE = 1_100_000  # bytes


@csrf_exempt  # proves itself by the signed ticket in its body; no cookie is read
@require_POST
def field(request: HttpRequest) -> JsonResponse:
    """Receipts for what a phone delivers. 400: unreadable; 403: the ticket is not ours, or too old: a new one comes with the
    page. In both cases nothing was taken, and the phone keeps all of it."""
    now = clock.now()
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        body: Any = json.loads(request.body) if 0 < length <= LARGEST_DELIVERY else None
    except (ValueError, RecursionError):
        body = None
    delivery = read_delivery(body)
    if delivery is None:
        return JsonResponse({"error": "unreadable"}, status=400)
    bearer = actions.read_field_ticket(str(body.get("ticket", "")), now)
    if bearer is None:
        return JsonResponse({"error": "ticket"}, status=403)
    with translation.override(_language(str(body.get("language", "")))):
        receipts = actions.take_delivery(bearer=bearer, delivery=delivery, now=now)
        return JsonResponse(
            {
                "now": round(now.timestamp() * 1000),
                "receipts": [receipt.as_json() for receipt in receipts],
                "unreadable": delivery.unreadable,
            }
        )


@csrf_exempt  # proves itself by the signed ticket in its head; no cookie is read
@require_POST
def field_file(request: HttpRequest) -> JsonResponse:
    """A piece of a photo, as the body; where it belongs stands in the head: `X-Ticket`, `X-File` (key), `X-At` (first byte).
    Answers {have, done, sha256, sentence}. 403 as for `field`; 404: told of first, please; 400: no piece of this photo."""
    now = clock.now()
    key, at, length = _key(request), _number(request, "X-At"), _number(request, "Content-Length")
    if key is None or at < 0 or not 0 <= length <= LARGEST_PIECE:
        return JsonResponse({"error": "unreadable"}, status=400)
    bearer = actions.read_field_ticket(request.headers.get("X-Ticket", ""), now)
    if bearer is None:
        return JsonResponse({"error": "ticket"}, status=403)
    with translation.override(_language(request.headers.get("X-Language", ""))):
        try:
            arrived = actions.take_photo_piece(bearer=bearer, key=key, at=at, data=request.body)
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


def _key(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.headers.get("X-File", "")[:40])
    except ValueError:
        return None


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "0") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1


def _language(asked: str) -> str:
    return asked[:10] if check_for_language(asked[:10]) else settings.LANGUAGE_CODE
