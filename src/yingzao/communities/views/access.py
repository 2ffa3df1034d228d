"""The doors to the register. It belongs to an organisation; the desk reaches it from a programme of that organisation."""

from typing import Any

from django.db.models import Q
from django.http import Http404

from yingzao.communities import queries
from yingzao.communities.models import (
    Community,
    Leader,
    Need,
    NeedLikeness,
    NeedTheme,
    NodePhoto,
    Roll,
    RollEntry,
    Tie,
    Voice,
)
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
    needs = queries.needs_of(register_to_read(person, programme_code))
    return only(queries.with_due_day(needs), code=code)


def need_to_keep(person, programme_code: str, code: str) -> Need:
    needs = queries.needs_of(register_to_keep(person, programme_code))
    return only(queries.with_due_day(needs), code=code)


def voice_of(need: Need, code: str) -> Voice:
    """One of those who raised it; the voices of what is merged into it are its own."""
    rows = need.voices.select_related("need__merged_into", "leader", "entered_by")
    return only(rows if need.merged_into_id else queries.voices_of(need), code=code)


def theme_of(community: Community, code: str) -> NeedTheme:
    return only(community.themes.select_related("community"), code=code)


def likeness_to_keep(person, programme_code: str, code: str) -> NeedLikeness:
    """A pair about which can be decided."""
    return only(queries.likenesses_of(register_to_keep(person, programme_code)), code=code)


def leader_to_erase(person, programme_code: str, code: str) -> Leader:
    """One who is still named."""
    mine = Leader.objects.filter(organisation=register_to_keep(person, programme_code), erased_at=None)
    return only(mine.select_related("community"), code=code)


# The graph


def node_to_read(person, programme_code: str, code: str, kind: str, node_code: str) -> Any:
    """A venue, topic, organisation or action; leaders and needs have doors of their own."""
    return _node(community_to_read(person, programme_code, code), kind, node_code)


def node_to_keep(person, programme_code: str, code: str, kind: str, node_code: str) -> Any:
    return _node(community_to_keep(person, programme_code, code), kind, node_code)


def _node(community: Community, kind: str, node_code: str) -> Any:
    node = queries.find_node(community, kind, node_code) if kind in queries.OWN_KINDS else None
    if node is None:
        raise Http404
    return node


def any_node(community: Community, named: str) -> Any | None:
    """A standing record of the community by `kind:code`."""
    kind, _colon, code = named.partition(":")
    return queries.find_node(community, kind, code)


def tie_to_keep(person, programme_code: str, code: str, key: int) -> Tie:
    community = community_to_keep(person, programme_code, code)
    return only(queries.ties_of(community), pk=key)


def photo_to_keep(person, programme_code: str, code: str, key: int) -> NodePhoto:
    community = community_to_keep(person, programme_code, code)
    of_here = Q(venue__community=community) | Q(action__community=community)
    return only(NodePhoto.objects.filter(of_here).select_related("file", "venue", "action"), pk=key)


def roll_to_read(person, programme_code: str, code: str) -> Roll:
    return only(queries.rolls_of(register_to_read(person, programme_code)), code=code)


def roll_to_keep(person, programme_code: str, code: str) -> Roll:
    return only(queries.rolls_of(register_to_keep(person, programme_code)), code=code)


def roll_entry_to_keep(person, programme_code: str, code: str, key: int) -> RollEntry:
    roll = roll_to_keep(person, programme_code, code)
    return only(queries.entries_of(roll).select_related("roll", "community"), pk=key)
