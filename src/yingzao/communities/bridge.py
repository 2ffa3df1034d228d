"""Needs to texts, and back: which may be the same, and which lie together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from yingzao.communities.models import Need
from yingzao.communities.readers import words_of_one_meaning
from yingzao.engines import similarity


@dataclass(frozen=True, slots=True)
class Alike:
    """Two needs, the older row first, with the score 0–1 and the words that speak for it."""

    first: Need
    second: Need
    score: float
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pile:
    word: str
    needs: tuple[Need, ...]


@cache
def _vocabulary() -> similarity.Vocabulary:
    return similarity.Vocabulary(words_of_one_meaning())


def _text(need: Need) -> similarity.Text:
    aside = " ".join(part for part in (need.text, need.place) if part)
    return similarity.Text(str(need.pk), need.title, aside, str(need.community_id))


def needs_alike(needs: Iterable[Need]) -> list[Alike]:
    """Pairs of one community that may be the same need, the likeliest first.

    Those that were merged are looked at with their own words and stand for the need that they were merged into; two of
    one need are no pair.
    """
    rows = {str(need.pk): need for need in needs}
    heads = {pk: rows.get(str(need.merged_into_id), need) for pk, need in rows.items()}
    found: dict[tuple[int, int], Alike] = {}
    for pair in similarity.similar_pairs(map(_text, rows.values()), _vocabulary()):
        first, second = sorted((heads[pair.one], heads[pair.other]), key=lambda need: need.pk)
        if first.pk != second.pk:
            found.setdefault((first.pk, second.pk), Alike(first, second, pair.score, pair.shared))
    return list(found.values())


def titles_alike(title: str, nodes: Iterable[Any]) -> list[Any]:
    """Records of one community whose name may say the same as this one."""
    rows = {str(node.pk): node for node in nodes}
    texts = [similarity.Text(key, node.title, "", "here") for key, node in rows.items()]
    pairs = similarity.similar_pairs([similarity.Text("asked", title, "", "here"), *texts], _vocabulary())
    found = [
        (pair.score, pair.other if pair.one == "asked" else pair.one)
        for pair in pairs
        if "asked" in (pair.one, pair.other)
    ]
    return [rows[key] for _score, key in sorted(found, key=lambda one: -one[0])]


def piles_of(needs: Iterable[Need]) -> list[Pile]:
    """Needs that lie together, to begin sorting with; the largest pile first. What belongs nowhere is left out."""
    rows = {str(need.pk): need for need in needs}
    return [
        Pile(pile.word, tuple(rows[key] for key in pile.keys))
        for pile in similarity.group(map(_text, rows.values()), _vocabulary())
    ]
