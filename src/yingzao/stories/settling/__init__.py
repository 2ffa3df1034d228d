"""Plain computing about stories: what differs between two texts."""

from yingzao.stories.settling.differences import Piece, differences

__all__ = ["Piece", "differences"]
