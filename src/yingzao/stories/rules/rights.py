"""Who may read a story, and when it may be published."""

import ipaddress

from yingzao.articles.models import Article
from yingzao.people.models import Person
from yingzao.stories import queries
from yingzao.stories.models import Story


def may_tell(person: Person | None, story: Story) -> bool:
    """Write, publish and withdraw it: editors and organisers of its programme."""
    return queries.programmes_told_by(person).filter(pk=story.programme_id).exists()


def may_preview(person: Person | None, story: Story) -> bool:
    """Read it whatever its state: who writes it, and supervisors."""
    return queries.programmes_read_by(person).filter(pk=story.programme_id).exists()


def may_read_article(person: Person | None, article: Article) -> bool:
    """Everyone reads the article of a published story, with its pictures; before and after, those who work on it."""
    story = Story.objects.filter(article=article).first()
    return story is not None and (story.is_published or may_preview(person, story))


def may_preview_article(person: Person | None, article: Article) -> bool:
    """Have its pictures as they are kept: those who work on the story, and supervisors."""
    story = Story.objects.filter(article=article).first()
    return story is not None and may_preview(person, story)


def host_for_tags(site: str) -> str:
    """The host name of `name:port` for a tag URI (RFC 4151), which takes no bare numbers; `localhost` where there is none."""
    host = site.rsplit(":", 1)[0].strip("[]").lower() if site.count(":") < 2 else ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host or "localhost"
    return "localhost"
