"""The five kinds of activity, and what each must be able to do.

A kind lives in a room of its own above this one and registers itself from its `AppConfig.ready`. It settles a duty
from plain values alone: the rule, the facts and the instant go in, a verdict comes out. Nothing here is stored.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from yingzao.activities.enums import DutyState, Still

if TYPE_CHECKING:
    from yingzao.activities.actions.evidence import NewFact
    from yingzao.activities.models import Activity, Evidence, Part, Version
    from yingzao.enrolment.models import Enrolment
    from yingzao.people.models import Person


@dataclass(frozen=True, slots=True)
class Fact:
    """One piece of standing evidence, as a value."""

    key: str
    fact: str
    happened_at: dt.datetime
    until: dt.datetime | None = None
    part: str = ""  # code
    source: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartFrame:
    code: str
    title: str
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What is asked, by when. `held` is true once the session took place and its attendance is known."""

    code: str
    kind: str
    rule: Mapping[str, Any]
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    due_at: dt.datetime | None
    late_until: dt.datetime
    held: bool
    cancelled: bool
    parts: tuple[PartFrame, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """State, the share of what the rule asks (0 to 1), and the reasons with their figures.

    A reason is `{"code": "live.heard", …plain values}`; its kind turns it into a sentence. `changes_at` is the next
    instant at which time alone changes the verdict, `still` what an unfulfilled duty can yet become.
    """

    state: DutyState
    share: Fraction
    reasons: tuple[dict[str, Any], ...] = ()
    changes_at: dt.datetime | None = None
    still: Still = Still.NO


def by_deadline(
    frame: Frame, now: dt.datetime, share: Fraction, reasons: Sequence[dict[str, Any]]
) -> Verdict:
    """The verdict of a duty that is not fulfilled and has a due date after which it may still be done late."""
    reasons = tuple(reasons)
    if frame.due_at is None or now <= frame.due_at:
        changes = frame.due_at + dt.timedelta(seconds=1) if frame.due_at else None
        return Verdict(DutyState.PENDING, share, reasons, changes, Still.ON_TIME)
    if now <= frame.late_until:
        return Verdict(
            DutyState.MISSED, share, reasons, frame.late_until + dt.timedelta(seconds=1), Still.LATE
        )
    return Verdict(DutyState.MISSED, share, reasons, None, Still.NO)


def fulfilled(frame: Frame, at: dt.datetime, reasons: Sequence[dict[str, Any]]) -> Verdict:
    """The verdict of a duty fulfilled at `at`: done, or late when its due date had passed."""
    late = frame.due_at is not None and at > frame.due_at
    return Verdict(DutyState.LATE if late else DutyState.DONE, Fraction(1), tuple(reasons))


@dataclass(frozen=True, slots=True)
class Idea:
    """Something that a learner wrote down elsewhere and may refer to in a report: what one could do in the own community."""

    key: str
    where: str
    at: dt.datetime
    text: str
    seen: str = ""  # what it came from

    def as_json(self) -> dict[str, str]:
        return {
            "key": self.key,
            "where": self.where,
            "at": self.at.isoformat(),
            "text": self.text,
            "seen": self.seen,
        }


class Kind(ABC):
    """One kind of activity."""

    key: str
    icon: str
    excuses_by_part = False  # one may be excused from a part alone; the kind settles what is left

    @abstractmethod
    def settle(self, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> Verdict:
        """Pure: no query, no clock. `facts` are all standing facts of one learner, oldest first."""

    @abstractmethod
    def ask(self, rule: Mapping[str, Any], activity: Activity) -> str:
        """The rule as a sentence a learner reads: 听满 72 分钟算完成."""

    @abstractmethod
    def phrase(self, reason: Mapping[str, Any]) -> str:
        """A reason as a sentence."""

    @abstractmethod
    def learner_url(self, activity: Activity) -> str:
        """Where the learner does it."""

    @abstractmethod
    def desk_url(self, activity: Activity) -> str:
        """Where the organiser runs it."""

    @abstractmethod
    def missing(
        self, rule: Mapping[str, Any], activity: Activity, reasons: Sequence[Mapping[str, Any]]
    ) -> str:
        """What a duty that is not fulfilled still lacks, as a sentence; `reasons` are those of its verdict."""

    def plan(self, activity: Activity, rows: Sequence[Mapping[str, str]], by: Person | None) -> bool:
        """Write the kind's own rows for a planned activity (one row a part); whether that changed anything.

        What the rows do not name stays as it is: a sheet without a column for the link keeps the link.
        """
        return False

    def extras(self, activity: Activity) -> Mapping[str, str]:
        """What the kind alone knows of it, as the planning form names it: teacher, link, meeting_place."""
        return {}

    def places(self, activities: Sequence[Activity]) -> Mapping[int, str]:
        """Where activities of this kind are held, by primary key, for a calendar; a fixed number of queries."""
        return {}

    def places_for(self, activities: Sequence[Activity], enrolment: Enrolment) -> Mapping[int, str]:
        """Where one learner goes for them, where that differs from learner to learner."""
        return self.places(activities)

    def choose(self, facts: Sequence[NewFact]) -> Sequence[NewFact]:
        """Which of the facts that a file states are written: all, unless the kind knows some that say nothing new."""
        return facts

    def prepare(self, fact: NewFact, by: Person | None) -> NewFact:
        """Make what a fact from a file points at, before it is recorded, and return the fact that points at it."""
        return fact

    def withdrawn(self, evidence: Evidence, by: Person | None, reason: str) -> None:
        """A fact from a file was withdrawn: take back what `prepare` made for it."""

    def beside(self, version: Version) -> Sequence[str]:
        """What was handed in beside text and files, a line each, as a judge may read it: nobody is named, nobody can be reached."""
        return ()

    def receiving(self, activity: Activity) -> Sequence[tuple[Person, str]]:
        """Who is not staff of the programme's desk and receives learners there, with the page that is theirs: told of changes too."""
        return ()

    def ideas(self, enrolment: Enrolment) -> Sequence[Idea]:
        """What the learner wrote down at activities of this kind for the own community, oldest first."""
        return ()

    def copy(self, source: Activity, target: Activity, parts: Mapping[int, Part], by: Person | None) -> None:
        """Write the kind's own rows for a copy in a new edition. `parts` maps the old part's pk to the new part."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def get(key: str) -> Kind:
    return _kinds[key]


def ideas_of(enrolment: Enrolment) -> list[Idea]:
    """What a learner wrote down for the own community at any kind of activity."""
    return [idea for key in registered() for idea in get(key).ideas(enrolment)]


def registered() -> tuple[str, ...]:
    """Registered kinds, in the order in which a programme uses them."""
    return tuple(k for k in ("live", "course", "case", "visit", "practice") if k in _kinds)


def say(key: str, reason: Mapping[str, Any]) -> str:
    """A reason of a duty of this kind as a sentence; what holds for every kind is said here, the rest by the kind."""
    match reason.get("code"):
        case "excused":
            return _("Excused: %(why)s") % {"why": reason.get("why") or "—"}
        case "voluntary":
            return _("Voluntary: not doing it changes no figure.")
        case "cancelled":
            return _("This activity was cancelled and counts for nobody.")
        case _other:
            return get(key).phrase(reason)
