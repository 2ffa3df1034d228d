"""Who keeps the register."""

from typing import Any

from yingzao.communities import queries
from yingzao.people.models import Organisation


def may_keep_register(person: Any, organisation: Organisation) -> bool:
    return queries.organisations_kept_by(person).filter(pk=organisation.pk).exists()
