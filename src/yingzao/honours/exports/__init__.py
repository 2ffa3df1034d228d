"""Bytes out: the selection pack (`pack`), and the program in it that recomputes the list (`recompute`)."""

from yingzao.honours.exports.pack import selection_pack

__all__ = ["selection_pack"]
