"""The one door to a message: its own person's."""

from yingzao.core.scoping import only
from yingzao.notices import queries
from yingzao.notices.models import Message
from yingzao.people.models import Person


def message_of(person: Person, code: str) -> Message:
    return only(queries.messages_for(person), code=code)
