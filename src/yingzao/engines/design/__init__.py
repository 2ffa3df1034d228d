"""Which marks hang together, and how strongly: the shape of a judging, before any mark is looked at."""

from yingzao.engines.design.linkage import Part, parts
from yingzao.engines.design.rank import Examined, examine
from yingzao.engines.design.strength import Linkage, OneMore, linkage_of, one_more

__all__ = ["Examined", "Linkage", "OneMore", "Part", "examine", "linkage_of", "one_more", "parts"]
