"""Texts and questions as words that a database can look up. Pure.

Words are those of a dictionary (rjieba), long ones together with the shorter ones inside them, and single characters where
the dictionary knows none. Titles and names give every two neighbouring characters too, since what is not in the
dictionary stands there. Latin letters lose case and accents.
"""

import re
import unicodedata
from collections.abc import Iterable

import rjieba

MOST_CHARACTERS = 60_000
MOST_ASKED = 20
_WORD = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,}")


def words_of(names: Iterable[str], texts: Iterable[str]) -> str:
    """All different words of a case, parted by spaces."""
    found: dict[str, None] = {}
    short = plain("\n".join(names))
    whole = f"{short}\n{plain(chr(10).join(texts))}"[:MOST_CHARACTERS]
    for token in rjieba.cut_for_search(whole):
        found.update(dict.fromkeys(_WORD.findall(token)))
    for run in _HAN.findall(short):
        found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    return " ".join(found)


def words_asked(question: str) -> list[str]:
    """The words of a question, each once; all of them have to be there."""
    tokens = rjieba.cut(plain(question[:200]))
    words = [word for token in tokens for word in _WORD.findall(token)]
    return list(dict.fromkeys(words))[:MOST_ASKED]


def plain(text: str) -> str:
    """Without case, accents and other forms of the same letter."""
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).lower()
    return "".join(c for c in parted if not unicodedata.combining(c))
