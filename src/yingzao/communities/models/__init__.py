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
from yingzao.communities.models.needs import Need, NeedPhoto, NeedStep, NeedTheme
from yingzao.communities.models.register import Community
from yingzao.communities.models.rolls import Roll, RollEntry
from yingzao.communities.models.voices import NeedLikeness, NeedMerge, Telling, Voice

__all__ = [
    "Community",
    "CommunityAction",
    "GroupStep",
    "Leader",
    "LeaderContact",
    "LeaderStep",
    "Need",
    "NeedLikeness",
    "NeedMerge",
    "NeedPhoto",
    "NeedStep",
    "NeedTheme",
    "NodePhoto",
    "ResidentGroup",
    "Roll",
    "RollEntry",
    "Telling",
    "Tie",
    "Topic",
    "Venue",
    "Voice",
]
