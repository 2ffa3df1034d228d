"""What differs between two texts, by character for Chinese and by word for Latin: first whole lines, then within those that
changed. Adjacent small islands of sameness are taken into the change, so that a reader sees phrases and not confetti."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKEN = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
MOST_TOKENS = 6_000  # of changed lines taken together; beyond it they are shown whole
ISLAND = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind` is same, gone or new."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Joined, all but `new` is the text before, and all but `gone` the text after."""
    return list(_joined(_by_line(before.splitlines(keepends=True), after.splitlines(keepends=True))))


def _by_line(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        was, is_now = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            yield Piece("same", was)
        else:
            yield from _by_word(was, is_now)


def _by_word(was: str, is_now: str) -> Iterator[Piece]:
    before, after = _TOKEN.findall(was), _TOKEN.findall(is_now)
    if not before or not after or len(before) + len(after) > MOST_TOKENS:
        yield from (Piece("gone", was), Piece("new", is_now))
        return
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(before[a:b]))
        else:
            yield from (Piece("gone", "".join(before[a:b])), Piece("new", "".join(after[c:d])))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    same, gone, new = "", "", ""
    for piece in pieces:
        if piece.kind == "same":
            if same and (gone or new):
                yield from _told(gone, new)
                gone = new = ""
            same += piece.text
            continue
        if not piece.text:
            continue
        if same:
            island = len(same) <= ISLAND and (gone or new) and "\n" not in same
            if island:
                gone, new = gone + same, new + same
            else:
                yield from _told(gone, new)
                yield Piece("same", same)
                gone = new = ""
            same = ""
        if piece.kind == "gone":
            gone += piece.text
        else:
            new += piece.text
    yield from _told(gone, new)
    if same:
        yield Piece("same", same)


def _told(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)
