"""Taking articles in."""

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from urllib.parse import unquote, urlsplit

from django.db import transaction

from yingzao.articles import phrases
from yingzao.articles.enums import ImageState
from yingzao.articles.models import Article, ArticleImage
from yingzao.articles.readers import (
    ImageRef,
    NotAnArticle,
    Packed,
    ParsedArticle,
    is_folder,
    placeholder,
    posts_in,
    read,
)
from yingzao.core import audit, media
from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Person

ORIGINALS = "article originals"  # no room answers for these files, so no address shows them


def unpack(data: bytes) -> list[Packed] | None:
    """The posts of a zip; None for what is none. Raises Refused as `import_article`, and `no_post` or `too_many_posts`."""
    if not is_folder(data):
        return None
    try:
        return posts_in(data)
    except NotAnArticle as failure:
        raise Refused(str(phrases.REFUSALS[failure.code]), code=failure.code, field="file") from failure


def import_article(
    *,
    organisation: Organisation,
    by: Person | None,
    data: bytes,
    name: str,
    pictures: Mapping[str, bytes] | None = None,
    origin: str = "",
) -> Article:
    """Keep an article and our own copies of its pictures. Nothing is fetched from anywhere.

    `pictures` are files that came along, named as the text names them (`图片/村居.jpg`) or by their last part. A picture
    that is not among them, or cannot be kept, leaves a place that says so; it does not refuse the article. The byline at
    the end of the text counts for more than the author in the file's head, which in copied posts is the copying site.
    A post is kept as it came as well, so that it can be written back byte by byte. Raises Refused (`empty`, `too_large`,
    `not_text`, `damaged`). Writes `articles.article.imported`.
    """
    try:
        parsed = read(data, name)
    except NotAnArticle as failure:
        raise Refused(str(phrases.REFUSALS[failure.code]), code=failure.code, field="file") from failure
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        article = keep_parsed(
            organisation=organisation,
            by=by,
            parsed=parsed,
            sha256=sha256,
            name=name,
            origin=origin,
            pictures=pictures,
        )
        if parsed.kind == "post":
            article.original = media.store_as_it_is(
                data,
                name=name,
                media_type="text/markdown",
                organisation_id=organisation.pk,
                room=ORIGINALS,
                subject=article.code,
                uploaded_by=by,
            )
            article.save(update_fields=["original"])
    return article


@transaction.atomic
def keep_parsed(
    *,
    organisation: Organisation,
    by: Person | None,
    parsed: ParsedArticle,
    sha256: str,
    name: str,
    origin: str = "",
    pictures: Mapping[str, bytes] | None = None,
) -> Article:
    """Keep what was read; `sha256` is that of what it was read from. Writes `articles.article.imported`."""
    parsed = _with_captions(parsed)
    article = _keep(organisation, by, parsed, sha256, name, origin)
    shelf = _Shelf(pictures or {})
    kept = [
        _picture(article, number, image, shelf, by, parsed.credit)
        for number, image in enumerate(parsed.images)
    ]
    ArticleImage.objects.bulk_create(kept)
    audit.record(
        actor=by,
        act="articles.article.imported",
        subject=article.code,
        organisation_id=organisation.pk,
        after={
            "sha256": article.source_sha256,
            "pictures": len(kept),
            "stored": sum(picture.state == ImageState.STORED for picture in kept),
            "warnings": list(parsed.warnings),
        },
    )
    return article


def _keep(
    organisation: Organisation, by: Person | None, parsed: ParsedArticle, sha256: str, name: str, origin: str
) -> Article:
    return Article.objects.create(
        organisation=organisation,
        title=parsed.title,
        authors=(parsed.byline or parsed.authors)[:200],
        categories=list(parsed.categories),
        html=parsed.html,
        text=parsed.text,
        published_at=parsed.published_at,
        date_raw=parsed.date_raw,
        origin=origin[:500],
        front_matter={**parsed.front_matter},
        source_name=name[-255:],
        source_sha256=sha256,
        imported_by=by,
    )


_CAPTIONED = re.compile(
    r'<figure>\s*<img src="image:(\d+)">\s*<figcaption>((?:(?!</?fig).)*)</figcaption>\s*</figure>', re.DOTALL
)


def _with_captions(parsed: ParsedArticle) -> ParsedArticle:
    """What stands below one picture is that picture's caption, and no longer part of the text."""
    images, lines = list(parsed.images), parsed.text.split("\n")

    def lift(found: re.Match[str]) -> str:
        number = int(found[1])
        words = unescape(re.sub(r"<[^<>]*>", "", found[2]))
        caption = " ".join(words.split())[:300]
        images[number] = replace(images[number], caption=caption)
        if caption in lines:
            lines.remove(caption)
        return f"<figure>{placeholder(number)}</figure>"

    html = _CAPTIONED.sub(lift, parsed.html)
    return replace(parsed, html=html, text="\n".join(lines), images=tuple(images))


def _picture(
    article: Article, number: int, image: ImageRef, shelf: "_Shelf", by: Person | None, credit: str
) -> ArticleImage:
    data = image.data or shelf.find(image)
    state = ImageState.REMOTE if image.state == "remote" else ImageState.MISSING
    stored = None
    if data:
        try:
            stored = media.store(
                data,
                name=posixpath.basename(image.origin) or f"{number + 1}",
                accept="image",
                organisation_id=article.organisation_id,
                room="articles",
                subject=article.code,
                uploaded_by=by,
            )
            state = ImageState.STORED
        except Refused:  # a broken picture leaves its place in the text; the article stands
            state = ImageState.MISSING
    return ArticleImage(
        organisation_id=article.organisation_id,
        article=article,
        position=number,
        file=stored,
        state=state,
        src=image.src,
        origin=image.origin,
        alt=image.alt,
        caption=image.caption or image.alt,
        credit=credit[:120] if stored else "",
        is_head=image.is_head,
    )


class _Shelf:
    """Pictures that came along, found by path or, where only one has it, by file name."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._by_path = {_path(name): data for name, data in pictures.items()}
        self._by_name: dict[str, list[bytes]] = {}
        for name, data in self._by_path.items():
            self._by_name.setdefault(posixpath.basename(name).lower(), []).append(data)

    def find(self, image: ImageRef) -> bytes | None:
        for address in (image.src, image.origin):
            if (data := self._by_path.get(_path(address))) is not None:
                return data
        same_name = self._by_name.get(posixpath.basename(_path(urlsplit(image.origin).path)).lower(), [])
        return (
            same_name[0] if len({id(one) for one in same_name}) == 1 else None
        )  # one file may go by several paths


def _path(address: str) -> str:
    return posixpath.normpath(unquote(address).replace("\\", "/")).lstrip("./")
