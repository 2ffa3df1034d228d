"""Who judges what: k judges an entry, conflicts kept, loads level, drawn with a seed."""

from yingzao.engines.allocation.draw import allocate, lot
from yingzao.engines.allocation.explaining import Reason, Ties, explain, ties
from yingzao.engines.allocation.values import Draw, Impossible, Obstacle, Problem

__all__ = [
    "Draw",
    "Impossible",
    "Obstacle",
    "Problem",
    "Reason",
    "Ties",
    "allocate",
    "explain",
    "lot",
    "ties",
]
