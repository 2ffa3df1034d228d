"""Who may do what with a story, and when it may be published."""

from yingzao.stories.rules.rights import host_for_tags, may_preview, may_read_article, may_tell

__all__ = ["host_for_tags", "may_preview", "may_read_article", "may_tell"]
