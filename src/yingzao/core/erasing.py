"""What is left of somebody who was erased: words in the place of their name, and a line that outlives every backup.

A column that holds a name, or words of the person, is one of the fields here. Erasing writes a mark with the day into
it; whoever reads the column gets an `Erased`, which is the sentence "withdrawn (27 November 2026)" in the reader's language.

The lines stand in `erased.jsonl` in the data folder, hold codes alone, and name a job: a restore performs it again.
"""

import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

FILE = "erased.jsonl"
MARK = "\x1e"  # nobody types a record separator


class Erased(str):
    """What stands in the place of a name that was erased; `mark` is what its column holds."""

    mark: str

    def __new__(cls, mark: str) -> "Erased":
        erased = super().__new__(cls, _words(mark.removeprefix(MARK)))
        erased.mark = mark
        return erased

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]  # a copy is made of the mark, not of the words
        return (self.mark,)


def mark_of(day: dt.date) -> str:
    """What erasing writes into a column."""
    return f"{MARK}{day.isoformat()}"


def erased_on(day: dt.date) -> Erased:
    return Erased(mark_of(day))


def erased_sometime() -> Erased:
    """Where the day is not known: beside a commitment whose name and salt are gone."""
    return Erased(MARK)


def is_erased(value: Any) -> bool:
    return isinstance(value, Erased)


def _words(day: str) -> str:
    try:
        on = dt.date.fromisoformat(day)
    except ValueError:
        on = None
    is_english = (get_language() or "").startswith("en")
    if on is None:
        return "withdrawn" if is_english else "已注销"
    if is_english:
        return f"withdrawn ({on.day} {on.strftime('%B')} {on.year})"
    return f"已注销（{on.year}年{on.month}月{on.day}日）"


class _Erasable:
    """A column that may hold the mark. In the database, and for migrations, it is Django's own field."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return Erased(value) if isinstance(value, str) and value.startswith(MARK) else value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Erased):
            return value.mark
        return super().get_prep_value(value)  # type: ignore[misc]

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{self.plain}", args, kwargs  # type: ignore[attr-defined]


class NameField(_Erasable, models.CharField):
    plain = "CharField"


class WordsField(_Erasable, models.TextField):
    plain = "TextField"


# Lines that outlive backups


def line_of(job: str, **arguments: Any) -> str:
    """One line; the same erasure gives the same line."""
    return json.dumps(
        {"job": job, "arguments": arguments}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )


def keep(lines: Iterable[str]) -> int:
    """Add those that are not there yet, on the disk when this returns; how many were added."""
    lines = list(lines)
    if not lines:
        return 0
    path = Path(settings.DATA) / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        standing = set(text.splitlines())
        new = [line for line in dict.fromkeys(lines) if line not in standing]
        if new:
            begin = "" if not text or text.endswith("\n") else "\n"  # a line that was cut off stays alone
            file.write(begin + "".join(f"{line}\n" for line in new))
            file.flush()
            os.fsync(file.fileno())
    return len(new)
