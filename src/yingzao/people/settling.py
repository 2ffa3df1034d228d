"""Colours of public pages: which can be read, and what is made of them. Contrast as WCAG 2.2 defines it (1.4.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

ENOUGH = 4.5  # of text of usual size, level AA
WHITE, NIGHT = "#ffffff", "#0c1416"
# The surfaces of `yingzao.css` that a colour has to stand out from: paper, card, and the one nearest to it.
LIGHT = ("#faf8f3", "#fffefb", "#f1ede4")
DARK = ("#14191b", "#1b2123", "#252c2e")
COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Colours:
    """What stands for the accent on pages of one kind, as #rrggbb."""

    accent: str
    deep: str  # under the pointer
    wash: str  # behind words
    on_accent: str

    @property
    def rgb(self) -> str:
        return ", ".join(str(part) for part in _parts(self.accent))


def normal_colour(text: str) -> str | None:
    """`0B6E6E`, `#0b6e6e` and `#0BE` as #rrggbb; None for what is no colour."""
    written = text.strip().lower().lstrip("#")
    if len(written) == 3:
        written = "".join(2 * digit for digit in written)
    return f"#{written}" if COLOUR.fullmatch(f"#{written}") else None


def luminance(colour: str) -> float:
    channels = (part / 255 for part in _parts(colour))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def weakest(accent: str, *, dark: bool = False) -> float:
    """The least contrast that the colour has where it is used: as text on each surface and on its wash, and under words on buttons."""
    made = colours_of(accent, dark=dark)
    surfaces = (*(DARK if dark else LIGHT), made.wash, made.on_accent)
    return min(contrast(accent, surface) for surface in surfaces)


def colours_of(accent: str, *, dark: bool = False) -> Colours:
    if dark:
        return Colours(accent, mixed(accent, WHITE, 0.2), mixed(DARK[1], accent, 0.14), NIGHT)
    return Colours(accent, mixed(accent, "#000000", 0.2), mixed(LIGHT[1], accent, 0.09), WHITE)


def for_dark_pages(accent: str) -> str:
    """The colour made lighter until it can be read on dark pages."""
    for step in range(101):
        lighter = mixed(accent, WHITE, step / 100)
        if weakest(lighter, dark=True) >= ENOUGH:
            return lighter
    return WHITE


def mixed(one: str, other: str, share: float) -> str:
    """`share` of the other colour in the one."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
