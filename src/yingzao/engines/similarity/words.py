"""What a short text is made of: single characters, pairs of neighbours, words, and words that mean the same."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np

CHARACTER, PAIR, WORD, MEANING = 0.35, 1.0, 1.2, 1.8  # how much a feature of each sort says
EMPTY = frozenset("的了有没不在是和与及或就都也很太要想会能可个些这那上下中里们吗呢啊吧把被让对为到从")
EMPTY_PAIRS = frozenset(one + other for one in EMPTY for other in EMPTY)
_RUN = re.compile(r"[㐀-鿿豈-﫿]+|[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Text:
    """One text. Only those of one `group` are compared. `aside` is what else is said, and counts for less."""

    key: str
    title: str
    aside: str = ""
    group: str = ""


def fold(text: str) -> str:
    """Full width to half, capitals to small."""
    return unicodedata.normalize("NFKC", text).lower()


@dataclass(frozen=True)
class Vocabulary:
    """Words that mean the same, as sets: the first word of each stands for all of them."""

    sets: tuple[tuple[str, ...], ...] = ()
    _meaning: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _any: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        meaning = {fold(word): words[0] for words in self.sets for word in words}
        longest_first = sorted(meaning, key=len, reverse=True)
        object.__setattr__(self, "_meaning", meaning)
        object.__setattr__(
            self, "_any", re.compile("|".join(map(re.escape, longest_first))) if meaning else None
        )

    def find(self, run: str) -> list[tuple[str, str]]:
        """(the word as it stands there, what stands for it), from left to right, the longest word first."""
        found = self._any.findall(run) if self._any else ()
        return [(word, self._meaning[word]) for word in found]


NO_WORDS = Vocabulary()


def runs(text: str) -> list[str]:
    """Stretches of Han characters, and words of letters and digits."""
    return _RUN.findall(fold(text))


def is_han(run: str) -> bool:
    return not run.isascii()


def features(text: str, vocabulary: Vocabulary = NO_WORDS) -> dict[str, float]:
    """Each feature of a text with what it says, before how rare it is comes in. A feature that comes again says little more."""
    characters: list[str] = []
    pairs: list[str] = []
    words: list[str] = []
    meanings: list[str] = []
    for run in runs(text):
        if is_han(run):
            characters += [c for c in run if c not in EMPTY]
            pairs += [p for p in _pairs(run) if p not in EMPTY_PAIRS]
            meanings += ["=" + meaning for _word, meaning in vocabulary.find(run)]
        else:
            words.append(run + " ")  # so that a letter is no character
    found: dict[str, float] = {}
    for names, weight in ((characters, CHARACTER), (pairs, PAIR), (words, WORD), (meanings, MEANING)):
        found.update(dict.fromkeys(names, weight))
        if len(set(names)) < len(names):
            found.update((n, weight * (1 + log(count))) for n, count in Counter(names).items() if count > 1)
    return found


ASIDE = 0.4  # the length of what is said aside, that of the title being 1: a long story cannot drown a title


@dataclass(frozen=True, slots=True)
class Table:
    """Texts × features in compressed rows: those of row r are `columns[starts[r] : starts[r + 1]]`, with their `values`.

    `telling` marks what a title says with more than single characters.
    """

    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    telling: np.ndarray
    width: int

    def __len__(self) -> int:
        return len(self.starts) - 1

    def pick(self, rows: Sequence[int]) -> Table:
        """These rows alone; features that none of them has are left out."""
        spans = [np.arange(self.starts[row], self.starts[row + 1]) for row in rows]
        at = np.concatenate(spans)
        names, columns = np.unique(self.columns[at], return_inverse=True)
        starts = np.concatenate(([0], np.cumsum([len(span) for span in spans])))
        return Table(starts, columns, self.values[at], self.telling[at], len(names))

    def dense(self) -> np.ndarray:
        whole = np.zeros((len(self), self.width), dtype=np.float32)
        whole[np.repeat(np.arange(len(self)), np.diff(self.starts)), self.columns] = self.values
        return whole


def table_of(texts: Sequence[Text], vocabulary: Vocabulary) -> Table:
    """Weight × inverse document frequency, ln((1 + n) / (1 + df)) + 1; each row of length 1 (or 0)."""
    names: dict[str, int] = {}
    columns: list[int] = []
    values: list[float] = []
    aside: list[bool] = []
    starts = [0]
    for text in texts:
        found = features(text.title, vocabulary)
        more = features(text.aside, vocabulary) if text.aside else {}
        titled = len(found)
        found.update((name, weight) for name, weight in more.items() if name not in found)
        columns += [names.setdefault(name, len(names)) for name in found]
        values += found.values()
        aside += [False] * titled + [True] * (len(found) - titled)
        starts.append(len(columns))
    at, said = np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=np.float64)
    rows, is_aside = np.repeat(np.arange(len(texts)), np.diff(starts)), np.asarray(aside, dtype=bool)
    frequency = np.bincount(at, minlength=len(names))
    said *= (np.log((1 + len(texts)) / (1 + frequency)) + 1)[at]

    def lengths(which: np.ndarray) -> np.ndarray:
        squares = np.bincount(rows[which], weights=said[which] ** 2, minlength=len(texts))
        return np.where(squares > 0, np.sqrt(squares), 1.0)

    said /= np.where(is_aside, lengths(is_aside)[rows] / ASIDE, lengths(~is_aside)[rows])
    said /= lengths(np.ones(len(rows), dtype=bool))[rows]
    words = np.asarray([len(name) > 1 for name in names], dtype=bool)
    return Table(np.asarray(starts), at, said, words[at] & ~is_aside, len(names))


def shared_words(one: str, other: str, vocabulary: Vocabulary = NO_WORDS, most: int = 4) -> tuple[str, ...]:
    """What stands in both, for people to read: words that mean the same (楼道＝楼梯间), then the longest stretches,
    single characters only where there is nothing else."""
    meant = _meant(one, vocabulary)
    also = _meant(other, vocabulary)
    said = [meant[m] if meant[m] == also[m] else f"{meant[m]}＝{also[m]}" for m in meant if m in also]
    stretches = _stretches(one, other)
    words = said + [w for w in stretches if len(w) > 1 and not any(w in s or s in w for s in said)]
    return tuple((words or stretches)[:most])


def _meant(text: str, vocabulary: Vocabulary) -> dict[str, str]:
    found: dict[str, str] = {}
    for run in runs(text):
        for word, meaning in vocabulary.find(run):
            found.setdefault(meaning, word)
    return found


def _stretches(one: str, other: str) -> list[str]:
    theirs = runs(other)
    words = {run for run in theirs if not is_han(run)}
    pairs = {pair for run in theirs for pair in _pairs(run)}
    characters = {c for run in theirs if is_han(run) for c in run} - EMPTY
    found: list[str] = []
    for run in runs(one):
        if not is_han(run):
            found += [run] * (run in words)
            continue
        found += _joined(run, pairs)
        found += [c for c in run if c in characters]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda word: (-len(word), unique.index(word)))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] if is_han(run) else []


def _joined(run: str, pairs: set[str]) -> list[str]:
    """Neighbouring pairs that stand in the other text as well, put together: 楼道 + 道堆 + 堆放 → 楼道堆放."""
    found, word = [], ""
    for pair in _pairs(run):
        if pair in pairs:
            word = word + pair[1] if word else pair
        elif word:
            found.append(word)
            word = ""
    return [*found, word] if word else found
