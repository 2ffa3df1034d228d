"""Looking for passages that a hand-in has in common with earlier ones and with the library."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction

from yingzao.activities.models import Version
from yingzao.articles.models import Article
from yingzao.practice import queries
from yingzao.practice.models import Likeness
from yingzao.practice.settling.likeness import Known

MOST = 5  # texts that are named; the nearest
MOST_PASSAGES = 12
LONGEST_PASSAGE = 400


def look_for_likeness(*, version: Version) -> int:
    """Write down what is alike, in place of what was found before; how many texts. Nothing follows from it by itself."""
    text = queries.whole_text(version)
    own_words = [Known(words) for words in queries.words_of_task(version)]
    found: list[Likeness] = []
    for likeness, earlier in _earlier(version):
        alike = Known(earlier).compare(text, without=own_words)
        if alike is None:
            continue
        likeness.share = Decimal(str(round(alike.share, 3)))
        longest = sorted(alike.passages, key=len, reverse=True)[:MOST_PASSAGES]
        likeness.passages = [passage[:LONGEST_PASSAGE] for passage in longest]
        found.append(likeness)
    found = sorted(found, key=lambda one: one.share, reverse=True)[:MOST]
    with transaction.atomic():
        version.likenesses.all().delete()
        Likeness.objects.bulk_create(found)
    return len(found)


def _earlier(version: Version) -> Iterator[tuple[Likeness, str]]:
    """Each text of the organisation that was there before, with the row that would tell of it."""
    for other in queries.versions_before(version).iterator(chunk_size=100):
        yield _likeness(version, other=other), queries.whole_text(other)
    articles = Article.objects.filter(
        organisation_id=version.organisation_id, created_at__lt=version.submitted_at
    )
    for article in articles.exclude(text="").only("pk", "text").iterator(chunk_size=100):
        yield _likeness(version, article=article), article.text


def _likeness(version: Version, **to: object) -> Likeness:
    return Likeness(organisation_id=version.organisation_id, version=version, share=0, **to)
