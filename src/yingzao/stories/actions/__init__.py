"""Writing stories, reviewing them, publishing them and taking them back."""

from yingzao.stories.actions.addresses import change_address
from yingzao.stories.actions.cards import keep_card
from yingzao.stories.actions.figures import Binding, bind
from yingzao.stories.actions.hub import tell_hub
from yingzao.stories.actions.meaning import Meaning
from yingzao.stories.actions.publishing import (
    publish_due_stories,
    publish_story,
    unschedule_story,
    withdraw_story,
)
from yingzao.stories.actions.reviewing import add_comment, send_back, send_to_review, settle_comment
from yingzao.stories.actions.starting import adopt_photo, start_from_activity
from yingzao.stories.actions.truth import (
    agree_to_be_named,
    answer_finding,
    answer_findings,
    say_people,
    take_back_naming,
    take_down_adopted,
    take_down_picture,
)
from yingzao.stories.actions.versions import forget_unsaved, keep_unsaved
from yingzao.stories.actions.writing import (
    add_photo,
    edit_story,
    import_stories,
    import_story,
    write_story,
)

__all__ = [
    "Binding",
    "Meaning",
    "add_comment",
    "add_photo",
    "adopt_photo",
    "agree_to_be_named",
    "answer_finding",
    "answer_findings",
    "bind",
    "change_address",
    "edit_story",
    "forget_unsaved",
    "import_stories",
    "import_story",
    "keep_card",
    "keep_unsaved",
    "publish_due_stories",
    "publish_story",
    "say_people",
    "send_back",
    "send_to_review",
    "settle_comment",
    "start_from_activity",
    "take_back_naming",
    "take_down_adopted",
    "take_down_picture",
    "tell_hub",
    "unschedule_story",
    "withdraw_story",
    "write_story",
]
