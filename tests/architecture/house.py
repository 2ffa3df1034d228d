"""The house as .importlinter draws it, for the tests that look at what import-linter cannot see."""

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "yingzao"


def floors() -> list[set[str]]:
    """The rooms from the roof down; rooms on one floor do not know each other."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    lines = contracts["importlinter:contract:rooms"]["layers"].split("\n")
    return [set(re.findall(r"\w+", line)) for line in lines if line.strip()]


def may_know(room: str, other: str) -> bool:
    """May `room` know of `other`: itself, or one on a lower floor."""
    if room == other:
        return True
    floor = {name: number for number, names in enumerate(floors()) for name in names}
    return floor[room] < floor[other]


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")
