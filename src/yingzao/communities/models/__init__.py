"""Rows of the community graph."""

from yingzao.communities.models.graph import (
    CommunityAction,
    GroupStep,
    NodePhoto,
    ResidentGroup,
    Tie,
    Topic,
    Venue,
)
from yingzao.communities.models.leaders import Leader, LeaderContact, LeaderStep
from yingzao.communities.models.needs import Need, NeedPhoto
from yingzao.communities.models.register import Community
from yingzao.communities.models.rolls import Roll, RollEntry

__all__ = [
    "Community",
    "CommunityAction",
    "GroupStep",
    "Leader",
    "LeaderContact",
    "LeaderStep",
    "Need",
    "NeedPhoto",
    "NodePhoto",
    "ResidentGroup",
    "Roll",
    "RollEntry",
    "Tie",
    "Topic",
    "Venue",
]
