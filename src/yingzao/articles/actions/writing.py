"""Writing articles on the web: Markdown for the text, `[图2]` for the place of the second picture, `[数:key]` for a figure."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.articles import phrases, queries
from yingzao.articles.enums import ImageState
from yingzao.articles.models import Article, ArticleImage
from yingzao.articles.readers import NotAnArticle, Written, read_written
from yingzao.core import audit, media
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Person

MOST_PICTURES = 100


@dataclass(frozen=True)
class NewPicture:
    """An uploaded file, and what can be seen on it."""

    upload: Any
    alt: str = ""


@dataclass(frozen=True)
class PictureWords:
    """What an editor says of one picture. `number` is the one that the text names: [图1] is 1."""

    number: int
    alt: str = ""
    caption: str = ""
    credit: str = ""
    is_head: bool = False
    remove: bool = False
    focus: tuple[int, int] | None = (
        None  # hundredths from the left and the top that a cut keeps; None as it is
    )


@transaction.atomic
def write_article(
    *,
    organisation: Organisation,
    by: Person | None,
    title: str,
    authors: str,
    source: str,
    uploads: Sequence[NewPicture] = (),
    figures: Mapping[str, str] | None = None,
) -> Article:
    """Begin an article from typed text and the pictures that came with it, numbered from 1 in their order.

    `figures` are those that the text may name: key → words. Raises Refused (`empty`, `too_large`, `unknown_picture`,
    `unknown_figure`, `foreign_picture`, and media's own for a picture).
    """
    article = Article.objects.create(organisation=organisation, imported_by=by, title=title[:200], html="")
    pictures = _add_all(article, by, uploads)
    _take(article, title=title, authors=authors, source=source, pictures=pictures, figures=figures)
    _record(article, by, "articles.article.written", before={})
    return article


@transaction.atomic
def edit_article(
    *,
    article: Article,
    by: Person | None,
    title: str,
    authors: str,
    source: str | None,
    words: Sequence[PictureWords] = (),
    uploads: Sequence[NewPicture] = (),
    figures: Mapping[str, str] | None = None,
) -> Article:
    """Replace the text, and say what stands with each picture; one that is not among `words` stays as it is.

    New pictures in `uploads` take the next numbers. The new text counts from then on; what the article was imported from is no
    longer kept but by its hash. Without a `source` title, byline and text stay as they are, an imported article as it came.
    Raises Refused when the text names a picture that is not there or was removed in the same act.
    """
    before = _fingerprint(article)
    pictures = {picture.position: picture for picture in queries.pictures_of(article)}
    for said in words:
        if picture := pictures.get(said.number - 1):
            if said.remove:
                picture.delete()
                del pictures[picture.position]
            else:
                _describe(picture, said)
    pictures |= _add_all(article, by, uploads)
    if source is None:
        _require_placed(article, pictures)
    else:
        _take(article, title=title, authors=authors, source=source, pictures=pictures, figures=figures)
    _record(article, by, "articles.article.edited", before=before)
    return article


@transaction.atomic
def add_picture(
    *, article: Article, by: Person | None, upload: Any, name: str, alt: str = ""
) -> ArticleImage:
    """Keep a picture with the article; it is shown once the text names it or it is the head picture."""
    last = article.images.order_by("-position").first()
    if article.images.count() >= MOST_PICTURES:
        raise Refused(
            _("An article holds at most %(most)d pictures.") % {"most": MOST_PICTURES},
            code="too_many_pictures",
        )
    stored = media.store(
        upload,
        name=name,
        accept="image",
        organisation_id=article.organisation_id,
        room="articles",
        subject=article.code,
        uploaded_by=by,
    )
    picture = ArticleImage.objects.create(
        organisation_id=article.organisation_id,
        article=article,
        position=last.position + 1 if last else 0,
        file=stored,
        state=ImageState.STORED,
        src=stored.name,
        alt=" ".join(alt.split())[:300],
    )
    audit.record(
        actor=by,
        act="articles.picture.added",
        subject=article.code,
        organisation_id=article.organisation_id,
        after={"number": picture.position + 1, "sha256": stored.sha256},
    )
    return picture


def draw_pictures(*, article: Article) -> int:
    """Make the sizes and forms of its pictures that pages ask for, where they are missing; how many were made."""
    kept = [picture.file for picture in queries.pictures_of(article) if picture.file is not None]
    return sum(media.make_all(stored) for stored in kept)


@transaction.atomic
def drop_picture_file(*, picture: ArticleImage, by: Person | None) -> None:
    """Take a picture from everybody: its bytes go, its place in the text stays and says that it is missing."""
    stored = picture.file
    picture.file, picture.state, picture.is_head = None, ImageState.MISSING, False
    picture.save(update_fields=["file", "state", "is_head"])
    if stored is not None:
        media.remove(stored)
    audit.record(
        actor=by,
        act="articles.picture.dropped",
        subject=picture.article.code,
        organisation_id=picture.organisation_id,
        after={"number": picture.position + 1},
    )


@transaction.atomic
def drop_original(*, article: Article, by: Person | None) -> None:
    """Take away the bytes that a post came as; it is written anew from now on."""
    stored = article.original
    if stored is None:
        return
    article.original = None
    article.save(update_fields=["original"])
    media.remove(stored)
    audit.record(
        actor=by,
        act="articles.original.dropped",
        subject=article.code,
        organisation_id=article.organisation_id,
    )


def _add_all(article: Article, by: Person | None, uploads: Sequence[NewPicture]) -> dict[int, ArticleImage]:
    added = [
        add_picture(article=article, by=by, upload=new.upload, name=new.upload.name, alt=new.alt)
        for new in uploads
    ]
    return {picture.position: picture for picture in added}


@transaction.atomic
def set_figures(*, article: Article, figures: Mapping[str, str]) -> None:
    """Other words for the figures that the text names; all else stays. Writes no audit line of its own."""
    if not article.source or not figures:
        return
    written = read_written(article.source, title=article.title, figures=figures)
    article.html, article.text = written.html, written.text
    article.save(update_fields=["html", "text"])


def _read(
    source: str, title: str, pictures: Mapping[int, ArticleImage], figures: Mapping[str, str] | None
) -> Written:
    try:
        written = read_written(source, title=title, figures=figures)
    except NotAnArticle as failure:
        raise Refused(str(phrases.REFUSALS[failure.code]), code=failure.code, field="text") from failure
    if written.foreign:
        raise Refused(
            _(
                "Pictures of other sites are not shown. Save %(address)s, upload it here and name it by its number."
            )
            % {"address": written.foreign[0][:120]},
            code="foreign_picture",
            field="text",
        )
    unknown = sorted(position + 1 for position in written.placed if position not in pictures)
    if unknown:
        raise Refused(
            _("The text names picture %(number)d, which is not there.") % {"number": unknown[0]},
            code="unknown_picture",
            field="text",
        )
    if nameless := [key for key in written.figures if key not in (figures or {})]:
        raise Refused(
            _("The text names the figure “%(key)s”, which is not there. Choose one of those beside the text.")
            % {"key": nameless[0]},
            code="unknown_figure",
            field="text",
        )
    return written


def _require_placed(article: Article, pictures: Mapping[int, ArticleImage]) -> None:
    """The text stays: what it shows must still be there."""
    placed = {int(number) for number in re.findall(r'<img src="image:(\d+)">', article.html)}
    if gone := sorted(placed - set(pictures)):
        raise Refused(
            _("The text names picture %(number)d, which is not there.") % {"number": gone[0] + 1},
            code="unknown_picture",
            field="text",
        )


def _take(
    article: Article,
    *,
    title: str,
    authors: str,
    source: str,
    pictures: Mapping[int, ArticleImage],
    figures: Mapping[str, str] | None,
) -> None:
    written = _read(source, title, pictures, figures)
    article.title = title.strip()[:200]
    article.authors = " ".join(authors.split())[:200]
    article.html = written.html
    article.text = written.text
    article.source = source
    article.save()


def _describe(picture: ArticleImage, said: PictureWords) -> None:
    picture.alt = " ".join(said.alt.split())[:300]
    picture.caption = " ".join(said.caption.split())[:300]
    picture.credit = " ".join(said.credit.split())[:120]
    picture.is_head = said.is_head
    picture.save(update_fields=["alt", "caption", "credit", "is_head"])
    if said.focus is not None and picture.file is not None:
        media.point_at(picture.file, x=said.focus[0], y=said.focus[1])


def _fingerprint(article: Article) -> dict:
    return {
        "title_sha256": hashlib.sha256(article.title.encode()).hexdigest(),
        "html_sha256": hashlib.sha256(article.html.encode()).hexdigest(),
        "pictures": article.images.count(),
    }


def _record(article: Article, by: Person | None, act: str, *, before: dict) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=article.code,
        organisation_id=article.organisation_id,
        before=before,
        after=_fingerprint(article),
    )
