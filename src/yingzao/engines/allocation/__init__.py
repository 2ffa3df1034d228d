"""Who judges what: k judges an entry, conflicts kept, loads level, drawn with a seed."""

from yingzao.engines.allocation.draw import Draw, Impossible, Obstacle, Problem, allocate

__all__ = ["Draw", "Impossible", "Obstacle", "Problem", "allocate"]
