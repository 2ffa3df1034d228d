"""The text with our own copies of its pictures in their places."""

import re
from collections.abc import Callable, Iterable, Mapping

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from yingzao.articles import phrases, queries
from yingzao.articles.enums import ImageState
from yingzao.articles.models import Article, ArticleImage
from yingzao.articles.readers import NotAnArticle, ParsedArticle, read_written, without_figures
from yingzao.core.errors import Refused

_PLACE = re.compile(r'(<figure>)?<img src="image:(\d+)">(</figure>)?')


def body_html(
    article: Article,
    pictures: Iterable[ArticleImage] | None = None,
    *,
    without: ArticleImage | None = None,
    figure: Callable[[str, str], str] | None = None,
) -> SafeString:
    """The article's body. One query, or none with `pictures`.

    `without` is a picture that the page shows elsewhere: where it stands alone in the text it is left out. `figure` gives
    safe HTML for a bound figure of this key and these words; without it the words stand alone. Safe: `html` was sanitised when it was written, and
    what is put in is rendered by a template, in one pass, so that words about a picture are never taken for a place.
    """
    known = {p.position: p for p in (queries.pictures_of(article) if pictures is None else pictures)}
    template = get_template("articles/_picture.html")

    def place(mark: re.Match[str]) -> str:
        picture = known.get(int(mark[2]))
        alone = bool(mark[1] and mark[3])
        if picture is None:
            return (mark[1] or "") + (mark[3] or "") if not alone else ""
        if without is not None and alone and picture.pk == without.pk:
            return ""
        whole = template.render({"picture": picture, "in_line": not alone}).strip()
        return whole if alone else (mark[1] or "") + whole + (mark[3] or "")

    return mark_safe(_PLACE.sub(place, without_figures(article.html, figure)))


def entry_html(parsed: ParsedArticle) -> SafeString:
    """An entry of a feed as it would be shown, with its words in place of pictures: none of them is here yet."""
    pictures = [
        ArticleImage(position=number, state=ImageState.REMOTE, alt=image.alt)
        for number, image in enumerate(parsed.images)
    ]
    return body_html(Article(html=parsed.html), pictures)


def preview_html(
    source: str, article: Article | None, figures: Mapping[str, str] | None = None
) -> SafeString:
    """Typed text as it would be shown, with the article's pictures; nothing is kept. A picture that is not there (yet)
    leaves its mark. Raises Refused as saving would (`empty`, `too_large`, `damaged`)."""
    try:
        written = read_written(source, title="", figures=figures)
    except NotAnArticle as failure:
        raise Refused(str(phrases.REFUSALS[failure.code]), code=failure.code) from failure
    pictures = list(queries.pictures_of(article)) if article else []
    known = {picture.position for picture in pictures}

    def mark_missing(place: re.Match[str]) -> str:
        number = int(place[2])
        return place[0] if number in known else f'<p class="soft">[图{number + 1}]</p>'

    return body_html(Article(html=_PLACE.sub(mark_missing, written.html)), pictures)
