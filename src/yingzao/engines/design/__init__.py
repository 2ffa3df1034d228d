"""Which marks hang together: the shape of a judging, before any mark is looked at."""

from yingzao.engines.design.linkage import Part, parts
from yingzao.engines.design.rank import Linkage, examine

__all__ = ["Linkage", "Part", "examine", "parts"]
