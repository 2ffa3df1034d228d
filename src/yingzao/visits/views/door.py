"""The door at which phones deliver what they did in the field. It proves itself by a signed ticket; no session is read."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yingzao.core import clock
from yingzao.core.errors import Refused
from yingzao.fieldwork.readers.deliveries import read_delivery
from yingzao.visits import actions
from yingzao.visits.views import access

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
    ticket = actions.Ticket.read(str(body.get("ticket", "")), now)
    if ticket is None:
        return JsonResponse({"error": "ticket"}, status=403)
    language = str(body.get("language", ""))[:10]
    knock = actions.Knock(
        ticket,
        delivery.items,
        now,
        delivery.clock_ms,
        delivery.device,
        request.META.get("REMOTE_ADDR", ""),
    )
    receipts = actions.take(knock)
    with translation.override(language if check_for_language(language) else settings.LANGUAGE_CODE):
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
    """A piece of a photo or recording, as the body; where it belongs stands in the head: `X-Ticket`, `X-File` (key), `X-At` (first
    byte), and `X-Size` for the original of a photo. Answers {have, done, sha256}. 403 as for `field`; 404: told of first,
    please; 400: no piece of this file."""
    now = clock.now()
    keys = access.keys_of([request.headers.get("X-File", "")])
    at, size, length = (_number(request, name) for name in ("X-At", "X-Size", "Content-Length"))
    if not keys or not 0 <= length <= LARGEST_PIECE:
        return JsonResponse({"error": "unreadable"}, status=400)
    ticket = actions.Ticket.read(request.headers.get("X-Ticket", ""), now)
    if ticket is None:
        return JsonResponse({"error": "ticket"}, status=403)
    language = request.headers.get("X-Language", "")[:10]
    with translation.override(language if check_for_language(language) else settings.LANGUAGE_CODE):
        try:
            progress = actions.take_bytes(ticket=ticket, key=keys[0], at=at, data=request.body, size=size)
        except Refused as refusal:
            status = 404 if refusal.code == "unknown" else 400
            return JsonResponse({"error": refusal.code, "sentence": refusal.sentence}, status=status)
    return JsonResponse(
        {
            "have": progress.have,
            "done": progress.done,
            "sha256": progress.sha256,
            "sentence": progress.sentence,
        }
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.headers.get(name, "0") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1
