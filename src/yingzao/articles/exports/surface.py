"""An article's source as a writing surface shows it, and back."""

import re
from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from yingzao.articles import phrases, queries
from yingzao.articles.enums import ImageState
from yingzao.articles.exports.markdown import markdown_of
from yingzao.articles.models import Article, ArticleImage
from yingzao.articles.readers import NotAnArticle, read_written, safe_html
from yingzao.core.errors import Refused

_PLACE = re.compile(r'(?:<figure>)?<img src="image:(\d+)">(?:</figure>)?')
# What the surface has no words for would be lost in it.
_BEYOND = re.compile(r"<(?:code|pre|small|dl|ruby|details|h[1456]|figcaption)\b")


def source_of(surface: str) -> str:
    """Markdown of a surface's HTML, or of what was pasted. Raises Refused (too_large, damaged)."""
    try:
        html = safe_html(surface)
    except NotAnArticle as failure:
        raise Refused(str(phrases.REFUSALS[failure.code]), code=failure.code, field="text") from failure
    return markdown_of(html)


def surface_of(source: str, article: Article | None, figures: Mapping[str, str] | None = None) -> SafeString:
    """HTML for the surface; pictures carry their number, bound figures their key. Safe: it went through the sanitiser just now."""
    if not source.strip():
        return mark_safe("")
    try:
        written = read_written(source, title=" ", figures=figures)
    except NotAnArticle as failure:
        raise Refused(str(phrases.REFUSALS[failure.code]), code=failure.code, field="text") from failure
    known = {picture.position: picture for picture in queries.pictures_of(article)} if article else {}
    return mark_safe(
        _PLACE.sub(lambda place: _picture(int(place[1]), known), written.html.replace("<br>\n", "<br>"))
    )


def goes_into_surface(surface: str) -> bool:
    """Whether nothing of it would be lost there."""
    return _BEYOND.search(surface) is None


def _picture(position: int, known: dict[int, ArticleImage]) -> str:
    picture = known.get(position)
    address = ""
    if picture is not None and picture.state == ImageState.STORED and picture.file:
        address = reverse("media:file-at", args=[picture.file.code, 640])
    return format_html(
        '<figure data-number="{}"><img src="{}" alt="{}" data-number="{}"></figure>',
        position + 1,
        address,
        picture.alt if picture else "",
        position + 1,
    )
