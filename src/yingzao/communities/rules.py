"""Who keeps the register."""

from yingzao.communities import queries
from yingzao.people.models import Organisation, Visitor


def may_keep_register(person: Visitor, organisation: Organisation) -> bool:
    return queries.organisations_kept_by(person).filter(pk=organisation.pk).exists()
