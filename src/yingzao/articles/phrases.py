"""What the codes of the readers say to a person."""

from django.utils.translation import gettext_lazy as _

from yingzao.articles.models import Feed
from yingzao.core import ports

REFUSALS = {
    "empty": _("There is no text in this file. Check that it is the article you mean."),
    "too_large": _(
        "This file is too large for an article. Take out pictures or split it, and upload it again."
    ),
    "not_text": _("This is not an article. Upload Markdown, a saved web page, plain text or a .docx file."),
    "damaged": _(
        "This file is damaged or built in a way that cannot be read. Save it again and upload that."
    ),
    "no_post": _(
        "There is no post in this zip. It holds .md or .html files, and their pictures beside them."
    ),
    "too_many_posts": _(
        "There are more than 50 posts in this zip. Pack fewer, and upload them one after the other."
    ),
    "feed": _("This is a feed of several articles. Upload one article."),
    "unknown_form": _("This is no feed. Upload RSS, Atom or JSON Feed."),
    "json_head": _("The head of this post is written in JSON; change it by hand."),
}

FEEDS = {
    "too_large": _("This feed is too large. At most 60 MB are read."),
    "unknown_form": _("There is no feed here. A feed is RSS, Atom or JSON Feed."),
    "web_page": _(
        "This is a web page, not a feed. Look on the page for “RSS” or “subscribe”, and copy the address of that link."
    ),
    "damaged": _("The feed is damaged or built in a way that cannot be read."),
}


def problem_of(feed: Feed) -> str:
    """Why the last look at a feed failed, in the reader's language; "" after a good one."""
    if not feed.problem:
        return ""
    if (refusal := ports.not_fetched(feed.problem, feed.problem_detail)) is not None:
        return str(refusal)
    return str(FEEDS.get(feed.problem, FEEDS["damaged"]))


WARNINGS = {
    "decoration_dropped": _("A picture that only decorated the post was left out."),
    "script_dropped": _("Program code in the text was left out."),
    "frame_dropped": _("Embedded content of another site was left out."),
    "tracker_dropped": _("An invisible counting picture was left out."),
    "junk_dropped": _("A line such as “read more” was left out."),
    "image_dropped": _("A picture without a usable address was left out."),
    "invalid_date": _("The date cannot be read; set it by hand."),
    "front_matter_mended": _("The head of the post was not written properly; check title, author and date."),
    "no_text": _("There is no text in it."),
    "no_title": _("The file names no title; check the one that was taken."),
    "tag_shown_as_text": _("Words in angle brackets were kept as text."),
    "unreadable_entry": _("This entry of the feed cannot be read; only its title was taken."),
    "encoding_guessed": _("The file is not in UTF-8; it was read as GB 18030. Check a few lines."),
}
