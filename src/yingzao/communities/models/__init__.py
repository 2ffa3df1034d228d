"""Rows of the community graph."""

from yingzao.communities.models.leaders import Leader, LeaderContact, LeaderStep
from yingzao.communities.models.needs import Need, NeedPhoto
from yingzao.communities.models.register import Community

__all__ = ["Community", "Leader", "LeaderContact", "LeaderStep", "Need", "NeedPhoto"]
