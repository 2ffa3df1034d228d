"""A story as it leaves the room: pages, feeds, files."""

from yingzao.stories.exports.cards import card_of, fingerprint_of
from yingzao.stories.exports.page import (
    SCHEMA,
    Parts,
    cut_address,
    parts_of,
    picture_address,
    picture_addresses,
    structured,
    trail,
)

__all__ = [
    "SCHEMA",
    "Parts",
    "card_of",
    "cut_address",
    "fingerprint_of",
    "parts_of",
    "picture_address",
    "picture_addresses",
    "structured",
    "trail",
]
