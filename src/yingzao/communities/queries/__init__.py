"""What the room is asked: the register, leaders, needs."""

from yingzao.communities.queries.leaders import (
    consents_of,
    has_namesake,
    leader_facts,
    leaders_of,
    leaders_to_ask,
    leaders_to_publish,
    narrow_leaders,
    purposes_by_leader,
    standing_purposes,
)
from yingzao.communities.queries.needs import narrow_needs, needs_of
from yingzao.communities.queries.register import (
    SUFFIXES,
    CommunityIndex,
    communities_kept_by,
    communities_of,
    find_community,
    narrow,
    organisations_kept_by,
    organisations_read_by,
    register_of,
    search,
    tidy_name,
)

__all__ = [
    "SUFFIXES",
    "CommunityIndex",
    "communities_kept_by",
    "communities_of",
    "consents_of",
    "find_community",
    "has_namesake",
    "leader_facts",
    "leaders_of",
    "leaders_to_ask",
    "leaders_to_publish",
    "narrow",
    "narrow_leaders",
    "narrow_needs",
    "needs_of",
    "organisations_kept_by",
    "organisations_read_by",
    "purposes_by_leader",
    "register_of",
    "search",
    "standing_purposes",
    "tidy_name",
]
