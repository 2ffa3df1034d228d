"""The messages of a person."""

from django.db.models import QuerySet

from yingzao.notices.models import Message
from yingzao.people.models import Person


def messages_for(person: Person) -> QuerySet[Message]:
    """Everything that was sent to the person, newest first."""
    return Message.objects.filter(person=person).select_related("organisation")


def unread_count(person: Person) -> int:
    return Message.objects.filter(person=person, read_at=None).count()
