"""Which marks hang together: the shape of a judging, before any mark is looked at."""

from yingzao.engines.design.linkage import Part, parts

__all__ = ["Part", "parts"]
