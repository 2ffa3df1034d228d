"""What badges point to, for everybody: the issuer with its keys, what a badge stands for, and what was revoked. No names.

Public JSON may be read by pages of other sites: those that look at badges run in browsers.
"""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from yingzao.core.media.views import respond
from yingzao.honours import actions
from yingzao.honours.bridge.keys import public_jwk
from yingzao.honours.models import BadgeKey
from yingzao.honours.queries import badges
from yingzao.honours.rules.badges import achievement_json, profile_json
from yingzao.honours.views import access

MINUTES_KEPT = 5


def _open(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={MINUTES_KEPT * 60}"
    return response


def _json(data: dict) -> HttpResponse:
    return _open(JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1}))


def _here(request: HttpRequest, name: str, *arguments: object) -> str:
    return request.build_absolute_uri(reverse(f"honours:{name}", args=arguments))


@require_safe
def issuer(request: HttpRequest, office: str) -> HttpResponse:
    found = access.badge_issuer(office)
    profile = profile_json(
        address=_here(request, "badge-issuer", office), name=found.name, url=request.build_absolute_uri("/")
    )
    keys = [{**_jwk(request, key), "retired": key.retired_at is not None} for key in badges.keys_of(found.pk)]
    return _json(profile | {"keys": keys})


def _jwk(request: HttpRequest, key: BadgeKey) -> dict:
    return public_jwk(key.public_key) | {"kid": _here(request, "badge-key", key.organisation.code, key.code)}


@require_safe
def key(request: HttpRequest, office: str, code: str) -> HttpResponse:
    """One public key as JWK: where the `kid` of a badge leads."""
    return _json(_jwk(request, access.badge_key(office, code)))


@require_safe
def achievement(request: HttpRequest, code: str) -> HttpResponse:
    found = access.achievement_in_public(code)
    described = achievement_json(
        found.frozen,
        address=_here(request, "badge-achievement", code),
        picture=_here(request, "badge-picture", code),
    )
    creator = profile_json(
        address=_here(request, "badge-issuer", found.programme.organisation.code),
        name=found.frozen["issuer"],
        url=request.build_absolute_uri("/"),
    )
    return _json(described | {"creator": creator})


@require_safe
def picture(request: HttpRequest, code: str) -> HttpResponseBase:
    return respond(request, access.achievement_in_public(code).picture)


@require_safe
def status(request: HttpRequest, office: str, code: str, number: int) -> HttpResponse:
    """A status list, signed as it stands now."""
    key = access.badge_key(office, code)
    if number >= badges.status_lists_of(key):
        raise Http404
    signed = actions.signed_status_list(key, number, site=request.build_absolute_uri("/"))
    return _open(HttpResponse(signed, content_type="application/vc+jwt"))
