"""What a task asks for, part by part, and how much of it a hand-in holds. Pure.

A part of the rule is `{"part": code, "title": …, "kind": "leaders" | "needs" | "report" | "free", …}` with, by kind:
`count` (leaders, needs), `methods` and `ways` (needs: which sources count, and how many different ones are asked for),
`characters` and `files` (report, free).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from yingzao.practice.enums import PartKind


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of the rule."""

    part: str
    title: str
    kind: str
    count: int = 0
    methods: tuple[str, ...] = ()
    ways: int = 0
    characters: int = 0
    files: int = 0

    @property
    def is_written(self) -> bool:
        return self.kind in (PartKind.REPORT, PartKind.FREE)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a part asks for: found of asked, in which unit (leaders, needs, ways, characters, files)."""

    part: str
    title: str
    unit: str
    found: int
    asked: int

    @property
    def is_met(self) -> bool:
        return self.found >= self.asked

    @property
    def missing(self) -> int:
        return max(self.asked - self.found, 0)

    @property
    def share(self) -> Fraction:
        return Fraction(min(self.found, self.asked), self.asked) if self.asked else Fraction(1)

    def as_json(self) -> dict[str, Any]:
        return {
            "part": self.part,
            "title": self.title,
            "unit": self.unit,
            "found": self.found,
            "asked": self.asked,
        }


def asked_parts(rule: Mapping[str, Any]) -> tuple[Asked, ...]:
    return tuple(
        Asked(
            part=str(told["part"]),
            title=str(told.get("title", "")),
            kind=str(told["kind"]),
            count=int(told.get("count", 0)),
            methods=tuple(told.get("methods", ())),
            ways=int(told.get("ways", 0)),
            characters=int(told.get("characters", 0)),
            files=int(told.get("files", 0)),
        )
        for told in rule.get("parts", ())
    )


@dataclass(frozen=True, slots=True)
class Held:
    """What a hand-in holds: codes of leaders, (code, source) of needs, characters of each written part, files, and the
    characters of its documents, which count for the reports."""

    leaders: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    parts: Mapping[str, int] | None = None
    files: int = 0
    documents: int = 0

    @classmethod
    def of(cls, detail: Mapping[str, Any]) -> Held | None:
        """None where nobody could count: work that came on paper or by a file."""
        if "parts" not in detail:
            return None
        return cls(
            leaders=tuple(detail.get("leaders", ())),
            needs=tuple((code, source) for code, source in detail.get("needs", ())),
            parts=dict(detail["parts"]),
            files=int(detail.get("files", 0)),
            documents=int(detail.get("documents", 0)),
        )

    def as_detail(self) -> dict[str, Any]:
        return {
            "leaders": list(self.leaders),
            "needs": [list(one) for one in self.needs],
            "parts": dict(self.parts or {}),
            "documents": self.documents,
        }


def lines_of(asked: Sequence[Asked], held: Held) -> tuple[Line, ...]:
    """What each part asks for, beside what there is."""
    found: list[Line] = []
    for one in asked:
        if one.kind == PartKind.LEADERS:
            found.append(_line(one, "leaders", len(held.leaders), one.count))
        elif one.kind == PartKind.NEEDS:
            counting = [source for _code, source in held.needs if not one.methods or source in one.methods]
            found.append(_line(one, "needs", len(counting), one.count))
            if one.ways > 1:
                found.append(_line(one, "ways", len(set(counting)), one.ways))
        else:
            written = (held.parts or {}).get(one.part, 0)
            if one.kind == PartKind.REPORT:
                written += held.documents
            if one.characters or not one.files:
                found.append(_line(one, "characters", written, max(one.characters, 1)))
            if one.files:
                found.append(_line(one, "files", held.files, one.files))
    return tuple(found)


def _line(one: Asked, unit: str, found: int, asked: int) -> Line:
    return Line(one.part, one.title, unit, found, asked)


def composed(asked: Sequence[Asked], texts: Mapping[str, str]) -> str:
    """What was written for the parts as one text, each under its name: what judges read."""
    pieces = [
        f"{one.title}\n{text}"
        for one in asked
        if one.is_written and (text := texts.get(one.part, "").strip())
    ]
    return "\n\n".join(pieces)


def count_characters(text: str) -> int:
    """Without spaces and line ends."""
    return len("".join(text.split()))
