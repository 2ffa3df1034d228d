"""What rooms keep of a person: what for, for how long, the rows of a copy, and what becomes of them when the person is erased.

    # in a room's personal.py, which its AppConfig.ready imports
    personal.register(Kind("notices.messages", _("Messages"), why=_("…"), period="messages", rows=messages_of))
    personal.on_erase("notices", erase)         # (Erasure) -> None, inside one transaction
    personal.on_hold(organisations_of)          # (Person) -> ids of organisations that keep something of the person

Rows are dicts of plain values of this one person: nothing in them may tell of anybody else. Erasers run in the reverse order
of the rooms, the uppermost first, so that each still finds what it knows the person by.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from yingzao.core import clock
from yingzao.core.erasing import Erased, erased_on
from yingzao.core.models import StoredFile
from yingzao.people.models import Organisation, Person

Row = Mapping[str, Any]


def no_files(person: Person) -> Iterable[StoredFile]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of what is kept. `period` is a key of `periods.PERIODS`, `rows` what a copy holds of it."""

    key: str  # also the name of its file in a copy
    name: Any
    why: Any
    period: str
    rows: Callable[[Person], Iterable[Row]]
    files: Callable[[Person], Iterable[StoredFile]] = no_files


@dataclass
class Erasure:
    """One organisation forgets one subject: a person, or somebody without an account who is known by a row's code.

    `is_over`: nobody asked, the time is over: certificates and the names of posted lists stay verifiable.
    `whole`: nobody else keeps anything of the person, so that the account goes as well. `words` are what the person is called
    and reached by, filled while the rooms find their rows; `memo` is theirs.
    """

    organisation: Organisation
    subject_code: str
    person: Person | None
    at: dt.datetime
    whole: bool
    is_over: bool = False
    words: set[str] = field(default_factory=set)
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> Erased:
        """What stands in the place of the name from now on."""
        return erased_on(clock.local_date(self.at))


Eraser = Callable[[Erasure], None]
Holder = Callable[[Person], Iterable[int]]

_kinds: dict[str, Kind] = {}
_erasers: dict[str, Eraser] = {}
_holders: list[Holder] = []
_calendars: list[Callable[[dt.date, int], dt.date]] = []


def register(*kinds: Kind) -> None:
    for kind in kinds:
        _kinds[kind.key] = kind


def on_erase(room: str, eraser: Eraser) -> None:
    _erasers[room] = eraser


def on_hold(holder: Holder) -> None:
    if holder not in _holders:
        _holders.append(holder)


def count_days_by(calendar: Callable[[dt.date, int], dt.date]) -> None:
    """Let a room above say on which day so many working days are over."""
    _calendars[:] = [calendar]


def kinds() -> list[Kind]:
    return list(_kinds.values())


def erasers() -> Iterator[Eraser]:
    """The uppermost room first."""
    yield from reversed(list(_erasers.values()))


def holding(person: Person) -> set[int]:
    """The organisations that keep something of the person."""
    return {organisation for holder in _holders for organisation in holder(person)}


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The last of so many working days after a day; Monday to Friday where nobody knows the holidays."""
    for calendar in _calendars:
        try:
            return calendar(day, count)
        except Exception:
            continue
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def plain(row: models.Model, *names: str, **further: Any) -> dict[str, Any]:
    """These fields of a row as a copy holds them, and what else is given."""
    return {name: _plain(getattr(row, name)) for name in names} | {
        name: _plain(value) for name, value in further.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, models.Model):
        raise TypeError("a copy holds plain values, not rows")
    return value
