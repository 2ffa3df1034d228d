"""The one door to each row of accounts."""

from django.http import Http404

from yingzao.core.scoping import only
from yingzao.people import queries
from yingzao.people.models import (
    DataCopy,
    ErasureRequest,
    Invitation,
    Organisation,
    Person,
    ResetLink,
    SignIn,
)


def invitation_of_link(token: str) -> Invitation:
    """The invitation behind a link that still works."""
    invitation = queries.find_invitation(token)
    if invitation is None or not queries.open_invitations().filter(pk=invitation.pk).exists():
        raise Http404
    return invitation


def reset_link_of(token: str) -> ResetLink:
    link = queries.live_reset_link(token)
    if link is None:
        raise Http404
    return link


def device_of(person: Person, code: str) -> SignIn:
    return only(queries.devices_of(person), code=code)


def demo_person(code: str) -> Person:
    """Somebody whom the example offers to sign in as; nobody outside a demo instance."""
    if code not in {offered.code for offered in queries.demo_people()}:
        raise Http404
    return only(Person.objects.filter(is_active=True), code=code)


def own_copy(person: Person, code: str) -> DataCopy:
    return only(queries.copies_of(person), code=code)


def own_erasure(person: Person, code: str) -> ErasureRequest:
    return only(queries.erasures_asked_by(person), code=code)


def erasure_to_decide(person: Person, code: str) -> ErasureRequest:
    return only(queries.erasures_to_decide(person), code=code)


def organisation_of(person: Person, code: str) -> Organisation:
    """One that the person organises for."""
    return only(queries.organisations_of(person), code=code)
