"""Pages that read across rooms, as frozen values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from yingzao.activities import kind as kinds
from yingzao.activities import queries as activities
from yingzao.activities.enums import SESSIONS, DutyState, KindKey, Still
from yingzao.activities.models import Activity, AttendanceRequest, Evidence
from yingzao.activities.queries import DutyRow, Standing
from yingzao.activities.queries.requests import requests_about
from yingzao.activities.settling import Progress
from yingzao.core import clock
from yingzao.core.masking import mask_phones_in
from yingzao.enrolment.models import Enrolment, SourceRow
from yingzao.enrolment.queries import waiting_count
from yingzao.practice import queries as practice
from yingzao.programmes.models import Programme
from yingzao.web.enums import FolderState
from yingzao.web.models import ActivityFolder

BEHIND = Fraction(8, 10)
AT_RISK = Fraction(
    6, 10
)  # a learner whose best reachable share is below this cannot complete without help now


def as_decimal(share: Fraction | None) -> Decimal | None:
    """A share for display: components take Decimals."""
    return None if share is None else Decimal(share.numerator) / Decimal(share.denominator)


@dataclass(frozen=True, slots=True)
class ShownProgress:
    whole: Decimal | None
    so_far: Decimal | None
    reachable: Decimal | None

    @classmethod
    def of(cls, progress: Progress | None) -> ShownProgress:
        if progress is None:
            return cls(None, None, None)
        return cls(as_decimal(progress.whole), as_decimal(progress.so_far), as_decimal(progress.reachable))


def phrase(activity: Activity, reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    """Reasons as sentences, in the reader's language."""
    said = (kinds.say(activity.kind, reason) for reason in reasons)
    return [s for s in said if s]


# The board


@dataclass(frozen=True, slots=True)
class Cell:
    activity: Activity
    duty: DutyRow | None
    starts_group: bool

    @property
    def last_step(self) -> str:
        """The end of the address of its trace, below the learner's record."""
        return f"{self.activity.code}/"


@dataclass(frozen=True, slots=True)
class BoardRow:
    learner: Enrolment
    progress: ShownProgress
    hours: Decimal  # credit hours
    behind: bool
    at_risk: bool


@dataclass(frozen=True, slots=True)
class Board:
    """The learners that were asked for, with their figures; the cells of a page of them come from `cells_of`."""

    activities: tuple[tuple[Activity, bool], ...]  # with whether a new kind begins here
    rows: tuple[BoardRow, ...]
    everybody: tuple[BoardRow, ...]  # without the filter
    counts: Mapping[str, int]  # all, behind, risk
    mean_so_far: Decimal | None

    @property
    def has_voluntary(self) -> bool:
        return not all(activity.is_required for activity, _first in self.activities)

    @property
    def has_hours(self) -> bool:
        return any(activity.hours for activity, _first in self.activities)


def board(
    programme: Programme,
    *,
    moment: dt.datetime | None = None,
    search: str = "",
    show: str = "",
    team: str = "",
    standing: Standing | None = None,
) -> Board:
    """Learner × activity. `show` is behind or risk; `search` looks in name, number, community and pinyin."""
    asked = list(activities.activities_of(programme))
    columns: list[tuple[Activity, bool]] = []
    for _kind, members in groupby(
        sorted(asked, key=lambda a: (list(KindKey.values).index(a.kind), a.position)), lambda a: a.kind
    ):
        columns += [(activity, index == 0) for index, activity in enumerate(members)]
    progress = (standing or activities.standing_of(programme, moment)).progress
    hours = activities.hours_earned(programme, moment)
    rows = [
        _board_row(learner, progress.get(learner.pk), hours.get(learner.pk, Decimal(0)))
        for learner in activities.learners_of(programme).select_related("community", "team")
    ]
    counts = {
        "all": len(rows),
        "behind": sum(r.behind for r in rows),
        "risk": sum(r.at_risk for r in rows),
    }
    known = [p.so_far for p in progress.values() if p.so_far is not None]
    chosen = [r for r in rows if _wanted(r, search, show, team)]
    mean = as_decimal(sum(known, Fraction(0)) / len(known)) if known else None
    return Board(tuple(columns), tuple(chosen), tuple(rows), counts, mean)


def _board_row(learner: Enrolment, figures: Progress | None, hours: Decimal) -> BoardRow:
    behind = bool(figures and figures.so_far is not None and figures.so_far < BEHIND)
    at_risk = bool(figures and figures.reachable is not None and figures.reachable < AT_RISK)
    return BoardRow(learner, ShownProgress.of(figures), hours, behind, at_risk)


def cells_of(
    programme: Programme, board: Board, rows: Iterable[BoardRow], moment: dt.datetime | None = None
) -> list[tuple[BoardRow, list[Cell]]]:
    """The cells of some rows of a board, a column each. Two queries, however many rows."""
    rows = list(rows)
    duties = activities.duties_at(programme, moment, enrolments=[r.learner.pk for r in rows], reasons=False)
    return [
        (row, [Cell(a, duties.get((row.learner.pk, a.pk)), first) for a, first in board.activities])
        for row in rows
    ]


def _wanted(row: BoardRow, search: str, show: str, team: str) -> bool:
    if show == "behind" and not row.behind:
        return False
    if show == "risk" and not row.at_risk:
        return False
    learner = row.learner
    if team and (learner.team is None or learner.team.code != team):
        return False
    needle = "".join(search.lower().split())
    return not needle or any(
        needle in text
        for text in (
            learner.name.lower(),
            learner.number.lower(),
            learner.community_name.lower(),
            learner.pinyin,
        )
    )


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom a reminder from the board goes to: those of its filter who are behind or at risk."""

    person_ids: tuple[int, ...]
    without_account: int  # they get none: nobody has joined for them yet


def to_remind(board: Board, show: str = "") -> Reminder:
    """`show` is behind, risk, or both where it is empty; what is searched for does not matter."""
    wanted = {"behind": lambda r: r.behind, "risk": lambda r: r.at_risk}.get(
        show, lambda r: r.behind or r.at_risk
    )
    rows = [r for r in board.everybody if wanted(r)]
    known = tuple(r.learner.person_id for r in rows if r.learner.person_id)
    return Reminder(known, len(rows) - len(known))


# One learner


@dataclass(frozen=True, slots=True)
class ShownDuty:
    """A duty with the rule, what was found and what is missing, in words."""

    activity: Activity
    duty: DutyRow
    ask: str
    found: tuple[str, ...]
    missing: str  # what it still lacks; empty where nothing does
    url: str
    soon: bool
    begun: bool  # its time has come, or is near

    @property
    def state(self) -> str:
        return "soon" if self.soon else self.duty.shown

    @property
    def due(self) -> dt.datetime | None:
        return self.activity.due_at or self.activity.starts_at


def duties_of(enrolment: Enrolment, now: dt.datetime) -> list[ShownDuty]:
    """Every duty of one learner, in the plan's order."""
    programme = enrolment.programme
    rows = activities.duties_at(programme, enrolments=[enrolment.pk])
    shown = []
    for activity in activities.activities_of(programme).prefetch_related("parts"):
        duty = rows.get((enrolment.pk, activity.pk))
        if duty is None:
            continue
        kind = kinds.get(activity.kind)
        soon = _is_soon(activity, duty, now)
        shown.append(
            ShownDuty(
                activity,
                duty,
                kind.ask(activity.rule, activity),
                tuple(phrase(activity, duty.reasons)),
                kind.missing(activity.rule, activity, duty.reasons)
                if duty.state in (DutyState.PENDING, DutyState.MISSED)
                else "",
                kind.learner_url(activity),
                soon,
                soon or activity.starts_at is None or activity.starts_at <= now,
            )
        )
    return shown


def _is_soon(activity: Activity, duty: DutyRow, now: dt.datetime) -> bool:
    deadline = activity.due_at or activity.starts_at
    return bool(
        duty.state == DutyState.PENDING
        and deadline
        and dt.timedelta(0) <= deadline - now <= dt.timedelta(days=3)
    )


def to_do(duties: Sequence[ShownDuty], now: dt.datetime) -> list[ShownDuty]:
    """What is open, the most pressing first: what is going on, then by deadline, then what can be done late, then
    what has not begun."""
    open_duties = []
    for shown in duties:
        activity, duty = shown.activity, shown.duty
        if duty.state == DutyState.MISSED and duty.still == Still.LATE:
            open_duties.append((2, activity.due_at or now, shown))
        elif duty.state == DutyState.PENDING:
            over = activity.kind in SESSIONS and activity.ends_at and activity.ends_at < now
            if over:
                continue
            going_on = activity.starts_at is None or activity.starts_at <= now
            rank = 0 if going_on and activity.kind in SESSIONS else 1 if shown.begun else 3
            open_duties.append((rank, activity.due_at or activity.starts_at or now, shown))
    return [
        shown
        for *_key, shown in sorted(open_duties, key=lambda item: (item[0], item[1], item[2].activity.pk))
    ]


CASES_AHEAD = 3


def ahead_of(pressing: Sequence[ShownDuty], now: dt.datetime) -> list[str]:
    """Addresses of what a phone fetches ahead, so that it can be read without a network: the first cases to be read, and
    the page of each duty, by which the lists lead to it."""
    cases = [
        shown
        for shown in pressing
        if shown.activity.kind == KindKey.CASE
        and (shown.activity.starts_at is None or shown.activity.starts_at <= now)
    ]
    return [
        address
        for shown in cases[:CASES_AHEAD]
        for address in (shown.url, reverse("web:learner-duty", args=[shown.activity.code]))
    ]


def progress_of(enrolment: Enrolment) -> ShownProgress:
    programme = enrolment.programme
    rows = activities.duties_at(programme, enrolments=[enrolment.pk], reasons=False)
    weights = {a.pk: a.weight for a in activities.counted_activities(programme)}
    return ShownProgress.of(activities.progress_of(programme, rows, weights).get(enrolment.pk))


def hours_of(enrolment: Enrolment) -> Decimal | None:
    """Credit hours of what the learner has done."""
    return activities.hours_earned(enrolment.programme, enrolments=[enrolment.pk]).get(enrolment.pk)


# One duty, down to its source


@dataclass(frozen=True, slots=True)
class Trace:
    shown: ShownDuty
    evidence: tuple[Evidence, ...]
    requests: tuple[AttendanceRequest, ...]  # what the learner asked about it, the oldest first
    counted: practice.Counted | None = None  # of a practice task: leaders, needs and files


def trace(enrolment: Enrolment, activity: Activity, now: dt.datetime) -> Trace | None:
    """The duty with everything ever recorded for it, withdrawn facts included."""
    for shown in duties_of(enrolment, now):
        if shown.activity.pk == activity.pk:
            evidence = tuple(activities.evidence_of(enrolment, activity))
            return Trace(
                shown,
                evidence,
                tuple(requests_about(enrolment, activity)),
                practice.counted_for(evidence) if activity.kind == KindKey.PRACTICE else None,
            )
    return None


# The programme as a whole


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind of activity by the moment asked for. `share` is the part of due duties that are fulfilled."""

    kind: str
    label: str
    planned: int
    held: int
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class Overview:
    learners: int
    communities: int
    kinds: tuple[KindFigures, ...]
    waiting_names: int
    moment: dt.datetime


def overview(
    programme: Programme, moment: dt.datetime | None = None, *, standing: Standing | None = None
) -> Overview:
    """What a supervisor reads first, now or as of a past `moment`: planned and held by kind, and how much of what was
    due is done. `standing` is given where the page has added the cohort up already."""
    held = activities.held_counts(programme, moment or clock.now())
    states = (standing or activities.standing_of(programme, moment)).states
    learners = activities.learners_of(programme)
    return Overview(
        learners=learners.count(),
        communities=learners.exclude(community_as_given="").values("community_as_given").distinct().count(),
        kinds=tuple(
            KindFigures(
                kind=key,
                label=str(KindKey(key).label),
                planned=figures.planned,
                held=figures.held,
                share=_done_share(key, states),
            )
            for key, figures in held.items()
        ),
        waiting_names=waiting_count(programme),
        moment=moment or clock.now(),
    )


def _done_share(kind: str, states: Mapping[tuple[str, str], int]) -> Decimal | None:
    """Of the kind's duties that are settled, how many were fulfilled, late ones too; None where nothing is settled."""
    done = states.get((kind, DutyState.DONE), 0) + states.get((kind, DutyState.LATE), 0)
    settled = done + states.get((kind, DutyState.MISSED), 0)
    return as_decimal(Fraction(done, settled)) if settled else None


def shown_cells(row: SourceRow) -> list[tuple[str, str]]:
    """A source row as it may be shown: telephone numbers masked, wherever in it they stand."""
    return [(str(head), mask_phones_in(str(value))) for head, value in row.cells.items()]


def activity_log(programme: Programme, *, search: str = "") -> QuerySet[Evidence]:
    """The whole ledger of a programme, newest first."""
    rows = Evidence.objects.filter(activity__programme=programme).select_related(
        "enrolment__community", "activity", "part", "recorded_by", "source_row__source_file"
    )
    if search:
        rows = rows.filter(Q(enrolment__name__icontains=search) | Q(activity__title__icontains=search))
    return rows.order_by("-recorded_at", "-pk")


# What the public reads, and what a learner does at home


def visited_places(programme: Programme) -> list[str]:
    """Where the programme's visits went or will go, in order."""
    places = (
        activities.activities_of(programme).filter(kind=KindKey.VISIT).values_list("parts__title", flat=True)
    )
    return [title for title in places.order_by("position", "parts__position") if title]


def practice_of(enrolment: Enrolment) -> list[ShownDuty]:
    return [d for d in duties_of(enrolment, clock.now()) if d.activity.kind == KindKey.PRACTICE]


# Folders of activities


@dataclass(frozen=True, slots=True)
class FolderLine:
    """An activity with the folder that was made of it, where there is one that may be read."""

    activity: Activity
    folder: ActivityFolder | None

    @property
    def is_waiting(self) -> bool:
        return self.folder is not None and self.folder.state == FolderState.WAITING

    @property
    def is_ready(self) -> bool:
        return self.folder is not None and self.folder.file is not None

    @property
    def has_failed(self) -> bool:
        return self.folder is not None and self.folder.state == FolderState.FAILED


def with_folders(programme: Programme, activity: int | None = None) -> list[FolderLine]:
    """The activities in the plan's order, or the one. Two queries."""
    found = activities.activities_of(programme)
    if activity is not None:
        found = found.filter(pk=activity)
    made = {
        f.activity_id: f for f in ActivityFolder.objects.filter(activity__in=found).select_related("file")
    }
    return [FolderLine(one, made.get(one.pk)) for one in found]
