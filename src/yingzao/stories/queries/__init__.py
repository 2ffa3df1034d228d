"""Which stories there are, for whom, and what is shown with them."""

from yingzao.stories.queries.told import (
    ShownStory,
    counts_of,
    every_story,
    last_change,
    programmes_read_by,
    programmes_told_by,
    published_stories,
    search,
    stories_of,
    stories_read_by,
    stories_told_by,
    story_named,
    summary_of,
    with_pictures,
)

__all__ = [
    "ShownStory",
    "counts_of",
    "every_story",
    "last_change",
    "programmes_read_by",
    "programmes_told_by",
    "published_stories",
    "search",
    "stories_of",
    "stories_read_by",
    "stories_told_by",
    "story_named",
    "summary_of",
    "with_pictures",
]
