"""Which characters a font can draw."""

import struct
from functools import lru_cache
from pathlib import Path


@lru_cache(maxsize=4)
def _covered(font: Path) -> tuple[tuple[int, int], ...]:
    """The ranges of characters that the font can draw, from its cmap table (format 12)."""
    data = font.read_bytes()
    tables = struct.unpack_from(">H", data, 4)[0]
    cmap = next(
        offset
        for tag, _sum, offset, _size in (
            struct.unpack_from(">4sIII", data, 12 + 16 * i) for i in range(tables)
        )
        if tag == b"cmap"
    )
    for index in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        offset = cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * index)[2]
        if struct.unpack_from(">H", data, offset)[0] == 12:
            groups = struct.unpack_from(">I", data, offset + 12)[0]
            rows = (struct.unpack_from(">III", data, offset + 16 + 12 * i) for i in range(groups))
            return tuple((first, last) for first, last, _glyph in rows)
    raise ValueError(f"{font.name} has no cmap of format 12")


def missing_characters(text: str, font: Path) -> list[str]:
    """The characters that the font lacks, each once, in their order; line ends and tabs are never drawn."""
    return [
        character
        for character in dict.fromkeys(text)
        if character not in "\n\r\t"
        and not any(first <= ord(character) <= last for first, last in _covered(font))
    ]
