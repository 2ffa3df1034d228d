"""Who may read an article: whoever organises for its organisation, and whom a room above says."""

from collections.abc import Callable

from yingzao.articles import queries
from yingzao.articles.models import Article
from yingzao.core.models import StoredFile
from yingzao.people.models import Person
from yingzao.people.rules import has_right

# The person who asks, or None for the public; and the article.
ArticleRule = Callable[[Person | None, Article], bool]
_rules: dict[str, ArticleRule] = {}
_originals: dict[str, ArticleRule] = {}


def register_reader(room: str, rule: ArticleRule, *, originals: ArticleRule | None = None) -> None:
    """Let a room above open the articles that it shows (a published story, a case pushed to learners). `originals` says to whom
    pictures go as they are kept, beside organisers; all others get them in the sizes of pages.

    Call it in the room's AppConfig.ready; registering the same function again changes nothing.
    """
    if _rules.setdefault(room, rule) is not rule:
        raise ValueError(f"{room} has a rule for articles already")
    if originals is not None:
        _originals[room] = originals


def may_read_article(person: Person | None, article: Article) -> bool:
    if person is not None and has_right(person, article.organisation):
        return True
    return any(rule(person, article) for rule in _rules.values())


def may_read_file(person: Person | None, stored: StoredFile) -> bool:
    """A picture is read by whoever reads the article that shows it."""
    article = queries.article_of(stored)
    return article is not None and may_read_article(person, article)


def may_read_original(person: Person | None, stored: StoredFile) -> bool:
    """A picture as it is kept is for those who work on the article."""
    article = queries.article_of(stored)
    if article is None or person is None:
        return False
    return has_right(person, article.organisation) or any(
        rule(person, article) for rule in _originals.values()
    )
