"""What a phone delivers: items as texts, each read by itself, so that a bad one spoils no other.

An item is the text of a JSON object. Its hash goes back with the receipt, so that the phone knows that exactly these bytes
have arrived before it forgets them. All items have `key` (UUID, from the phone), `do`, `at` (milliseconds since 1970 on the
phone's clock); what else depends on `do`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

MOST_ITEMS = 100  # of one delivery
LONGEST_ITEM = 20_000  # characters
EARLIEST, LATEST = 0, 4_102_444_800_000  # of a phone's clock: 1970 to 2100
FAR = 24 * 3600_000  # metres and the like are cut there
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing done on a phone."""

    key: uuid.UUID
    do: str
    at_ms: int
    sha256: str
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.at_ms / 1000, dt.UTC)

    def text(self, name: str, longest: int = 200) -> str:
        """What is said under this name, in one line; empty for what is no text."""
        value = self.told.get(name)
        return " ".join(value.split())[:longest] if isinstance(value, str) else ""

    def long_text(self, name: str, longest: int) -> str:
        """The same with its lines kept."""
        value = self.told.get(name)
        return value.replace("\r\n", "\n").strip()[:longest] if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        value = self.told.get(name)
        return [one for one in value if isinstance(one, str)][:20] if isinstance(value, list) else []

    def other_key(self, name: str) -> uuid.UUID | None:
        return _uuid(self.told.get(name))

    def number(self, name: str) -> int | None:
        value = self.told.get(name)
        return value if type(value) is int and abs(value) < 2**53 else None

    @property
    def place(self) -> tuple[float, float, float] | None:
        """Latitude and longitude in degrees (WGS 84), accuracy in metres, where the phone told its place."""
        value = self.told.get("place")
        if not isinstance(value, list) or len(value) != 3:
            return None
        if not all(type(n) in (int, float) and n == n and abs(n) < FAR for n in value):
            return None
        latitude, longitude, accuracy = value
        return (latitude, longitude, abs(accuracy)) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a phone sends at once: which phone it is, what its clock shows while it sends (ms), and the items."""

    device: uuid.UUID | None
    clock_ms: int
    items: tuple[Item, ...]
    unreadable: tuple[str, ...]  # hashes of texts that are no items


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one item. `kept` says that the phone may forget it: it is on our disk, or can never be taken."""

    key: uuid.UUID
    sha256: str
    state: str
    sentence: str | Promise = ""
    kept: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        told = {"key": str(self.key), "sha256": self.sha256, "state": self.state, "kept": self.kept}
        return told | ({"sentence": str(self.sentence)} if self.sentence else {}) | dict(self.more)


def read_delivery(body: Any) -> Delivery | None:
    """None for what is no delivery at all."""
    if not isinstance(body, dict):
        return None
    clock_ms, texts = body.get("clock"), body.get("items")
    if type(clock_ms) is not int or not EARLIEST <= clock_ms <= LATEST:
        return None
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return None
    items, unreadable = [], []
    for text in texts[:MOST_ITEMS]:
        item = read_item(text)
        if item is None:
            unreadable.append(_hash(text))
        else:
            items.append(item)
    return Delivery(_uuid(body.get("device")), clock_ms, tuple(items), tuple(unreadable))


def read_item(text: str) -> Item | None:
    """None for what is no item: too long, no object, no key, no time, or an act that has no name."""
    if len(text) > LONGEST_ITEM:
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    key, do, at_ms = _uuid(told.get("key")), told.get("do"), told.get("at")
    if key is None or not isinstance(do, str) or type(at_ms) is not int or not EARLIEST <= at_ms <= LATEST:
        return None
    is_odd = "\\u" in text or _UNSTORABLE.search(text)
    return Item(key, do, at_ms, _hash(text), _storable(told) if is_odd else told)


def _storable(value: Any) -> Any:
    """The same with a sign in place of every NUL and every half of a pair (an emoji that was cut), which databases refuse."""
    if isinstance(value, str):
        return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _uuid(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) and len(value) <= 40 else None
    except ValueError:
        return None
