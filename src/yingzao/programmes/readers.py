"""The built-in templates of programmes, as data files. Days count from the programme's first day, which is 0."""

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class TemplateStage:
    kind: str
    name: str
    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class Template:
    key: str
    days: int  # length of the programme
    stages: tuple[TemplateStage, ...]

    def ends_on(self, starts_on: dt.date) -> dt.date:
        return starts_on + dt.timedelta(days=self.days - 1)


@cache
def templates() -> dict[str, Template]:
    """Every built-in template by its key."""
    found = {}
    for file in resources.files("yingzao.programmes").joinpath("programme_templates").iterdir():
        if file.name.endswith(".json"):
            data = json.loads(file.read_text(encoding="utf-8"))
            stages = tuple(TemplateStage(**stage) for stage in data["stages"])
            found[data["key"]] = Template(data["key"], data["days"], stages)
    return found
