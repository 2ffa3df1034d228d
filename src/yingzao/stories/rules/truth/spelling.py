"""Proposals for words that sound like what was meant: 文华振兴 for 文化振兴. Nothing is changed by itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from yingzao.stories.rules.truth.findings import Code, Finding, Known, sentences, sounds

PHRASES = Path(__file__).resolve().parent.parent.parent / "words" / "phrases.txt"
LEAST = 4  # characters: shorter ones are like too much else


@lru_cache(maxsize=1)
def usual_phrases() -> tuple[str, ...]:
    """The field's set phrases, one a line; lines that begin with # are remarks."""
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    return tuple(phrase for line in lines if (phrase := line.strip()) and not phrase.startswith("#"))


@lru_cache(maxsize=4096)
def _sound(text: str) -> str:
    return sounds(text)


def check_spelling(text: str, known: Known) -> Iterator[Finding]:
    """Words of the text that differ from a set phrase or a known name in one character of the same sound."""
    right = dict.fromkeys(
        phrase
        for phrase in (*known.phrases, *known.names, *known.places)
        if LEAST <= len(phrase) <= 20 and phrase.isalpha()
    )
    heads, tails = _by_ends(right)
    names = known.names | known.places
    seen: set[tuple[str, str]] = set()
    for sentence in sentences(text):
        taken: list[tuple[int, int]] = []
        for start, words, phrase in sorted(_slips(sentence, heads, tails), key=lambda slip: -len(slip[1])):
            end = start + len(words)
            if (
                (phrase, words) in seen
                or words in right
                or any(words in n or n in words != phrase for n in names)
            ):
                continue
            if any(first <= start and end <= last for first, last in taken):
                continue  # a longer phrase is proposed there
            taken.append((start, end))
            seen.add((phrase, words))
            yield Finding(Code.SPELLING, words, sentence, proposal=phrase)


def _by_ends(phrases: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By their first two characters and by their last two: one slip leaves one of them as it is."""
    heads: dict[str, list[str]] = defaultdict(list)
    tails: dict[str, list[str]] = defaultdict(list)
    for phrase in phrases:
        heads[phrase[:2]].append(phrase)
        tails[phrase[-2:]].append(phrase)
    return heads, tails


def _slips(
    sentence: str, heads: Mapping[str, list[str]], tails: Mapping[str, list[str]]
) -> Iterator[tuple[int, str, str]]:
    """(start, what stands there, the phrase that it is a slip of), each once."""
    found: dict[tuple[int, str], str] = {}
    for place in range(len(sentence) - 1):
        pair = sentence[place : place + 2]
        starts = [(place, phrase) for phrase in heads.get(pair, ())]
        starts += [(place + 2 - len(phrase), phrase) for phrase in tails.get(pair, ())]
        for start, phrase in starts:
            words = sentence[start : start + len(phrase)] if start >= 0 else ""
            if len(words) == len(phrase) and _is_slip(words, phrase):
                found[start, phrase] = words
    for (start, phrase), words in found.items():
        yield start, words, phrase


def _is_slip(words: str, phrase: str) -> bool:
    other = [n for n, (a, b) in enumerate(zip(words, phrase, strict=True)) if a != b]
    return len(other) == 1 and _sound(words[other[0]]) == _sound(phrase[other[0]])
