"""The door at which phones deliver what they did on a visit: learners' and those of staff at a stop."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yingzao.fieldwork.views.delivering import delivered, piece_delivered
from yingzao.visits import actions


@csrf_exempt  # proves itself by the signed ticket in its body; no cookie is read
@require_POST
def field(request: HttpRequest) -> JsonResponse:
    """Scans, notes and the like, as `delivered` reads them."""
    return delivered(
        request,
        bearer_of=actions.Ticket.read,
        take=lambda ticket, delivery, now: actions.take(
            actions.Knock(
                ticket,
                delivery.items,
                now,
                delivery.clock_ms,
                delivery.device,
                request.META.get("REMOTE_ADDR", ""),
            )
        ),
    )


@csrf_exempt  # proves itself by the signed ticket in its head; no cookie is read
@require_POST
def field_file(request: HttpRequest) -> JsonResponse:
    """A piece of a photo or recording, as `piece_delivered` reads it; `X-Size` says that it is of a photo's original."""
    return piece_delivered(
        request,
        bearer_of=actions.Ticket.read,
        take=lambda ticket, piece: actions.take_bytes(
            ticket=ticket, key=piece.key, at=piece.at, data=piece.data, size=piece.size
        ),
    )
