"""Reports of what was done, published to the open web."""

from yingzao.stories.models.story import Story
from yingzao.stories.models.versions import StoryVersion, UnsavedText
from yingzao.stories.models.workflow import Correction, StoryComment

__all__ = ["Correction", "Story", "StoryComment", "StoryVersion", "UnsavedText"]
