"""Articles and their pictures."""

from collections.abc import Iterable

from django.db.models import QuerySet

from yingzao.articles.enums import ImageState
from yingzao.articles.models import Article, ArticleImage
from yingzao.core.models import StoredFile
from yingzao.people.models import Organisation


def articles_of(organisation: Organisation) -> QuerySet[Article]:
    return Article.objects.filter(organisation=organisation).order_by("-created_at", "-pk")


def article_of(stored: StoredFile) -> Article | None:
    """The article that a stored picture belongs to."""
    if stored.room != "articles":
        return None
    return (
        Article.objects.select_related("organisation")
        .filter(code=stored.subject, organisation_id=stored.organisation_id)
        .first()
    )


def pictures_of(article: Article) -> QuerySet[ArticleImage]:
    """In the order of the text; `position` is the number that the text's places name."""
    return article.images.select_related("file").order_by("position")


def head_picture(article: Article) -> ArticleImage | None:
    """The picture that stands for the article in lists: the one it names itself, else its first; None without a copy."""
    return head_pictures([article]).get(article.pk)


def head_pictures(articles: Iterable[Article]) -> dict[int, ArticleImage]:
    """By the article's primary key, in one query."""
    found: dict[int, ArticleImage] = {}
    stored = ArticleImage.objects.filter(
        article__in=list(articles), state=ImageState.STORED, file__isnull=False
    )
    for picture in stored.select_related("file").order_by("article_id", "-is_head", "position"):
        found.setdefault(picture.article_id, picture)
    return found


def is_placed(picture: ArticleImage) -> bool:
    """Whether the text shows the picture."""
    return f'<img src="image:{picture.position}">' in picture.article.html


def pictures_without_words(article: Article) -> list[ArticleImage]:
    """Pictures that a reader would see and somebody who cannot see would not be told of: shown, and without `alt`."""
    silent = pictures_of(article).filter(state=ImageState.STORED, alt="").select_related("article")
    return [picture for picture in silent if picture.is_head or is_placed(picture)]
