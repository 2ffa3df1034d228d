"""A byline in its parts: 记者甲 通讯员乙 图 丙, as newspapers print it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARTS = re.compile(
    r"^(?P<writers>.*?)(?:(?:^|\s)通讯员[\s:：/]*(?P<correspondents>\S.*?))?(?:(?:^|\s)图[\s:：/]+(?P<photographers>\S.*))?$"
)
_LEADS = re.compile(
    r"^(?:文(?=[\s:：/]|记者)[\s:：/]*)?(?P<role>(?:本报|见习|实习)*记者|作者)?[\s:：/]*(?=\S)"
)
_BETWEEN = re.compile(r"[、，,;；\s]+")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it, as printed (记者甲); correspondents and photographers by their names alone."""

    writers: str = ""
    correspondents: str = ""
    photographers: str = ""

    def __str__(self) -> str:
        parts = [self.writers]
        parts += [f"通讯员{self.correspondents}"] if self.correspondents else []
        parts += [f"图 {self.photographers}"] if self.photographers else []
        return " ".join(part for part in parts if part)


def byline_of(printed: str) -> Byline:
    """The parts, where they put together give what is printed; else all of it as its writers."""
    told = _parts(printed)
    return told if str(told) == printed else Byline(printed)


def _parts(printed: str) -> Byline:
    found = _PARTS.match(printed)
    return Byline(*(part.strip() if part else "" for part in found.groups())) if found else Byline(printed)


def people_of(printed: str) -> list[tuple[str, str]]:
    """(role, name) of who wrote it, correspondents behind; the role is empty where none is printed."""
    told = _parts(printed)
    lead = _LEADS.match(told.writers)
    role = (lead["role"] or "") if lead else ""
    writers = told.writers[lead.end() :] if lead else told.writers
    people = [(role, name) for name in _BETWEEN.split(writers) if name]
    return people + [("通讯员", name) for name in _BETWEEN.split(told.correspondents) if name]
