"""Which short texts say the same? Pairs with a score and the words that speak for it; groups to begin sorting with.
docs/algorithms/similarity.md"""

from yingzao.engines.similarity.grouping import Group, group
from yingzao.engines.similarity.pairing import Pair, similar_pairs
from yingzao.engines.similarity.words import Text, Vocabulary, fold

__all__ = ["Group", "Pair", "Text", "Vocabulary", "fold", "group", "similar_pairs"]
