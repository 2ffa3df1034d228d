"""Reports of what was done, published to the open web."""

from yingzao.stories.models.story import Story

__all__ = ["Story"]
