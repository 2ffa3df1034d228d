"""The one door to each row of accounts."""

from django.http import Http404

from yingzao.core.scoping import only
from yingzao.people import queries
from yingzao.people.models import Invitation, Person, ResetLink, SignIn


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
