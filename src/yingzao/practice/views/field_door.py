"""The door at which learners' phones deliver what they did in the field."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yingzao.fieldwork.views.delivering import delivered, piece_delivered
from yingzao.practice import actions


@csrf_exempt  # proves itself by the signed ticket in its body; no cookie is read
@require_POST
def field(request: HttpRequest) -> JsonResponse:
    """What was noted, as `delivered` reads it."""
    return delivered(
        request,
        bearer_of=actions.read_field_ticket,
        take=lambda bearer, delivery, now: actions.take_delivery(bearer=bearer, delivery=delivery, now=now),
    )


@csrf_exempt  # proves itself by the signed ticket in its head; no cookie is read
@require_POST
def field_file(request: HttpRequest) -> JsonResponse:
    """A piece of a photo, as `piece_delivered` reads it."""
    return piece_delivered(
        request,
        bearer_of=actions.read_field_ticket,
        take=lambda bearer, piece: actions.take_photo_piece(
            bearer=bearer, key=piece.key, at=piece.at, data=piece.data
        ),
    )
