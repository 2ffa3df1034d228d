"""The example: an organiser's own files, brought in through the importers that the pages use."""

from yingzao.project.demo.building import build_demo

__all__ = ["build_demo"]
