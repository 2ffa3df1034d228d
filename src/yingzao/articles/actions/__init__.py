"""Taking articles in, and writing them here; feeds, and what people decide about their entries."""

from yingzao.articles.actions.entries import (
    bring_back_entries,
    fetch_pictures,
    leave_all,
    leave_entries,
    look_for_pictures,
    parsed_entry,
    take_entry,
)
from yingzao.articles.actions.feeds import (
    Look,
    Taken,
    look_at_feed,
    look_now,
    read_due_feeds,
    read_file,
    read_subscribed,
    remove_feed,
    set_open,
    subscribe,
    take_in,
)
from yingzao.articles.actions.importing import import_article
from yingzao.articles.actions.writing import (
    NewPicture,
    PictureWords,
    add_picture,
    drop_original,
    drop_picture_file,
    edit_article,
    write_article,
)

__all__ = [
    "Look",
    "NewPicture",
    "PictureWords",
    "Taken",
    "add_picture",
    "bring_back_entries",
    "drop_original",
    "drop_picture_file",
    "edit_article",
    "fetch_pictures",
    "import_article",
    "leave_all",
    "leave_entries",
    "look_at_feed",
    "look_for_pictures",
    "look_now",
    "parsed_entry",
    "read_due_feeds",
    "read_file",
    "read_subscribed",
    "remove_feed",
    "set_open",
    "subscribe",
    "take_entry",
    "take_in",
    "write_article",
]
