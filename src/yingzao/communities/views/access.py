"""The doors to the register. It belongs to an organisation; the desk reaches it from a programme of that organisation."""

from yingzao.communities import queries
from yingzao.communities.models import Community, Leader, Need
from yingzao.core.scoping import only
from yingzao.people.models import Organisation


def register_to_read(person, programme_code: str) -> Organisation:
    mine = queries.organisations_read_by(person)
    return only(mine.filter(pk__in=queries.register_of(programme_code).values("pk")))


def register_to_keep(person, programme_code: str) -> Organisation:
    mine = queries.organisations_kept_by(person)
    return only(mine.filter(pk__in=queries.register_of(programme_code).values("pk")))


def community_to_keep(person, programme_code: str, code: str) -> Community:
    return only(queries.communities_of(register_to_keep(person, programme_code)), code=code)


def community_to_read(person, programme_code: str, code: str) -> Community:
    return only(queries.communities_of(register_to_read(person, programme_code)), code=code)


# Leaders and needs


def leader_to_read(person, programme_code: str, code: str) -> Leader:
    return only(queries.leaders_of(register_to_read(person, programme_code)), code=code)


def leader_to_keep(person, programme_code: str, code: str) -> Leader:
    return only(queries.leaders_of(register_to_keep(person, programme_code)), code=code)


def need_to_read(person, programme_code: str, code: str) -> Need:
    return only(queries.needs_of(register_to_read(person, programme_code)), code=code)


def need_to_keep(person, programme_code: str, code: str) -> Need:
    return only(queries.needs_of(register_to_keep(person, programme_code)), code=code)


def leader_to_erase(person, programme_code: str, code: str) -> Leader:
    """One who is still named."""
    mine = Leader.objects.filter(organisation=register_to_keep(person, programme_code), erased_at=None)
    return only(mine.select_related("community"), code=code)
