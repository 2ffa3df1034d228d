"""Opening and closing a browser's session, and what a request tells about where it comes from."""

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from yingzao.people import actions
from yingzao.people.models import Person, SignIn

HOME = "/"


def address_of(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")


def device_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")


def open_session(request: HttpRequest, sign_in: SignIn) -> None:
    """Sign the entry's person in under a new session key, and tie the two."""
    request.session.flush()  # nothing that was left in this browser goes over to the person
    login(request, sign_in.person)
    actions.tie_session(sign_in=sign_in, session_key=request.session.session_key or "")


def open_for(request: HttpRequest, person: Person) -> None:
    """Sign in somebody who proved themselves by a link, a new account or a changed password."""
    open_session(
        request, actions.enter(person=person, address=address_of(request), device=device_of(request))
    )


def own_address(request: HttpRequest, wanted: str | None) -> str:
    """`wanted` when it is a page of this host, home otherwise."""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and ours else HOME


def is_local(request: HttpRequest) -> bool:
    """Whether this very machine asks, under its own name and through no proxy."""
    host = request.get_host().rsplit(":", 1)[0].strip("[]")
    return (
        address_of(request) in {"127.0.0.1", "::1"}
        and host in {"127.0.0.1", "::1", "localhost"}
        and not {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & set(request.headers)
    )
