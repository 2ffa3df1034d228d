"""The doors to messages: their own person's, and those of links in letters."""

from django.http import Http404

from yingzao.core.scoping import only
from yingzao.notices import queries
from yingzao.notices.actions.preferences import read_stop
from yingzao.notices.models import Device, Message
from yingzao.people.models import Organisation, Person


def message_of(person: Person, code: str) -> Message:
    return only(queries.messages_for(person), code=code)


def device_of(person: Person, code: str) -> Device:
    return only(queries.devices_of(person), code=code)


def organisation_writing_to(person: Person) -> Organisation:
    """In whose name the person is written to; 404 in an instance without any."""
    found = queries.organisation_writing_to(person)
    if found is None:
        raise Http404
    return found


def stopped_by(token: str) -> tuple[Person, str]:
    """Whose letters of which kind the link ends; 404 for one that is not ours."""
    found = read_stop(token)
    if found is None:
        raise Http404
    return found
