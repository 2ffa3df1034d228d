"""Yingzao 营造."""

__version__ = "0.1.0"
