"""Writing stories, publishing them and taking them back."""

from yingzao.stories.actions.publishing import publish_story, withdraw_story
from yingzao.stories.actions.writing import edit_story, import_story, write_story

__all__ = ["edit_story", "import_story", "publish_story", "withdraw_story", "write_story"]
