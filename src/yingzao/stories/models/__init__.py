"""Reports of what was done, published to the open web."""

from yingzao.stories.models.cards import ShareCard
from yingzao.stories.models.hub import HubPing
from yingzao.stories.models.material import AdoptedPhoto, BoundFigure
from yingzao.stories.models.story import FormerAddress, Story
from yingzao.stories.models.truth import PicturePeople, TruthAnswer
from yingzao.stories.models.versions import StoryVersion, UnsavedText
from yingzao.stories.models.workflow import Correction, StoryComment

__all__ = [
    "AdoptedPhoto",
    "BoundFigure",
    "Correction",
    "FormerAddress",
    "HubPing",
    "PicturePeople",
    "ShareCard",
    "Story",
    "StoryComment",
    "StoryVersion",
    "TruthAnswer",
    "UnsavedText",
]
