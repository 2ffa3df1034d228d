"""A story as files to take away, each form by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yingzao.articles import exports as articles
from yingzao.articles.exports import Told, told
from yingzao.articles.models import Article
from yingzao.articles.readers import read_written, shown_in
from yingzao.core import media
from yingzao.stories import queries
from yingzao.stories.models import Story

ZIP = "application/zip"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True, slots=True)
class Form:
    title: str | Promise
    note: str | Promise
    icon: str
    ending: str
    media_type: str
    make: Callable[[Story], bytes]


def whole(story: Story) -> Told:
    _follow_figures(story)
    meaning = queries.shown_meaning(story)
    more = {
        "tags": meaning.tags,
        "place": meaning.place,
        "activities": [one.title for one in meaning.activities],
        "communities": [one.name for one in meaning.communities],
    }
    return told(story.article, published_at=story.published_at, more=more)


def _follow_figures(story: Story) -> None:
    """What a draft says of its figures now, in memory alone; a public one keeps what it said."""
    article = story.article
    if story.is_published or not shown_in(article.html):
        return
    written = read_written(article.source, title=article.title, figures=queries.values_shown(story))
    article.html, article.text = written.html, written.text


def original_of(article: Article) -> tuple[str, bytes] | None:
    """The imported post with its name, for as long as nobody has changed what it says; None for all else."""
    if article.original is None or article.source:
        return None
    try:
        return article.original.name, media.read_bytes(article.original)
    except FileNotFoundError:
        return None


def _hexo(story: Story) -> bytes:
    return articles.hexo_zip(whole(story), original_of(story.article))


FORMS = {
    "hexo": Form(
        _("Hexo post"),
        _("A zip: the post with its head, and a folder with its pictures. What was imported and not changed goes out byte by byte."),
        "file-text", "hexo.zip", ZIP, _hexo,
    ),
    "markdown": Form(
        _("Markdown"), _("A zip: the text as it is typed, and its pictures."),
        "file-text", "md.zip", ZIP, lambda story: articles.markdown_zip(whole(story)),
    ),
    "wechat": Form(
        _("Page for a 公众号"),
        _("A zip: one page whose looks come along when it is copied, and its pictures."),
        "file-text", "html.zip", ZIP, lambda story: articles.wechat_zip(whole(story)),
    ),
    "docx": Form(
        _("Word file"), _("Headings, pictures with captions, and words for readers who cannot see them."),
        "file-text", "docx", DOCX, lambda story: articles.as_docx(whole(story)),
    ),
    "pdf": Form(
        _("PDF"), _("On A4, to print or to send."),
        "file-text", "pdf", "application/pdf", lambda story: articles.as_pdf(whole(story)),
    ),
}  # fmt: skip
