"""Who may do what with a story, and when it may be published."""

from yingzao.stories.rules.byline import Byline, byline_of, people_of
from yingzao.stories.rules.rights import (
    host_for_tags,
    may_preview,
    may_preview_article,
    may_read_article,
    may_tell,
)
from yingzao.stories.rules.way import (
    acts_open_to,
    is_allowed,
    may_do,
    part_of,
    state_now,
    what_is_wrong,
    why_not,
)

__all__ = [
    "Byline",
    "acts_open_to",
    "byline_of",
    "host_for_tags",
    "is_allowed",
    "may_do",
    "may_preview",
    "may_preview_article",
    "may_read_article",
    "may_tell",
    "part_of",
    "people_of",
    "state_now",
    "what_is_wrong",
    "why_not",
]
