"""What a file is: its text whatever the encoding, and whether it is a feed. The bytes decide."""

import json
import re
from typing import Any

from yingzao.articles.readers.parsed import NotAnArticle

MAX_TEXT = 1_000_000
HEAD = 16_384  # bytes within which a feed says what it is
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Before the root of a feed stand declarations and comments alone; a post about feeds begins otherwise.
_ROOT = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*(?:\[.*?\]\s*)?>)*<(?:[\w.-]+:)?(?:rss|feed|rdf|channel)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # <?xml


def characters(text: str) -> str:
    """The text without control characters; halves of an emoji that were escaped one by one are put together, lone ones
    become the sign for what cannot be shown."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return CONTROL.sub("", whole)


def decode(data: bytes) -> tuple[str, str]:
    """The text with every character that stood there, and the encoding: utf-8-sig, utf-16 or, as a guess, gb18030.

    Raises NotAnArticle for what is not text, or too much of it.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\x00" in data[:4096] or data.startswith(
        (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"PK\x03\x04")
    ):
        raise NotAnArticle("not_text")
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if len(text) > MAX_TEXT:
            raise NotAnArticle("too_large")
        if len(CONTROL.findall(text[:4096])) > 8:
            break
        return text, encoding
    raise NotAnArticle("not_text")


def is_feed(data: bytes) -> bool:
    """Whether the bytes are a feed: its first element is a feed's, or it is JSON with `items`."""
    return json_feed(data) is not None if begins_as_json(data) else may_be_feed(data)


def may_be_feed(head: bytes) -> bool:
    """Whether bytes that begin like this (HEAD of them) may be a feed; of JSON only the whole knows."""
    if begins_as_json(head):
        return True
    head = _beginning(head)
    return head.startswith(_EBCDIC) or _ROOT.match(head) is not None


def begins_as_json(data: bytes) -> bool:
    return _beginning(data).startswith(b"{")


def _beginning(data: bytes) -> bytes:
    return data[:HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")


def json_feed(data: bytes) -> dict[str, Any] | None:
    """The feed, where the bytes are one in JSON."""
    try:
        told = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and is_json_feed(told) else None


def is_json_feed(told: dict[str, Any]) -> bool:
    return isinstance(told.get("items"), list) and ("jsonfeed" in str(told.get("version")) or "title" in told)
