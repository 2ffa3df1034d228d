"""Task parts as they are planned, and those of the built-in templates, which are data files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from yingzao.practice.enums import PartKind


@dataclass(frozen=True, slots=True)
class PartPlan:
    """One part as it is planned; figures that its kind does not ask for are 0."""

    title: str
    kind: PartKind
    count: int = 0
    methods: tuple[str, ...] = ()
    ways: int = 0
    characters: int = 0
    files: int = 0
    help_text: str = ""
    example: str = ""
    outline: tuple[str, ...] = ()

    def figures(self) -> dict[str, Any]:
        """What stands in the rule."""
        match self.kind:
            case PartKind.LEADERS:
                return {"count": self.count}
            case PartKind.NEEDS:
                return {"count": self.count, "methods": list(self.methods), "ways": self.ways}
        return {"characters": self.characters, "files": self.files}


@dataclass(frozen=True, slots=True)
class TaskTemplate:
    """A built-in task: its key, its name on the button, and its parts."""

    key: str
    title: str
    parts: tuple[PartPlan, ...]


@cache
def task_templates() -> tuple[TaskTemplate, ...]:
    told = json.loads(
        resources.files("yingzao.practice").joinpath("plans", "tasks.json").read_text(encoding="utf-8")
    )
    return tuple(
        TaskTemplate(one["key"], one["title"], tuple(_planned(part) for part in one["parts"])) for one in told
    )


def template_parts(key: str) -> tuple[PartPlan, ...]:
    """The parts of a template; none where there is none of that key."""
    return next((one.parts for one in task_templates() if one.key == key), ())


def _planned(told: dict[str, Any]) -> PartPlan:
    return PartPlan(
        title=told["title"],
        kind=PartKind(told["kind"]),
        count=told.get("count", 0),
        methods=tuple(told.get("methods", ())),
        ways=told.get("ways", 0),
        characters=told.get("characters", 0),
        files=told.get("files", 0),
        help_text=told.get("help", ""),
        example=told.get("example", ""),
        outline=tuple(told.get("outline", ())),
    )
