"""The dry run of a list of completions: whom each row means, what it adds, and what becomes of each duty. Writes nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from yingzao.activities import settling as duties
from yingzao.activities.actions import Meaning, ReadRow
from yingzao.activities.enums import FactKind
from yingzao.activities.kind import Fact, Frame
from yingzao.activities.models import Activity
from yingzao.activities.queries import (
    DutyRow,
    asked_by,
    facts_by_pair,
    frames,
    learners_of,
    standing_evidence,
)
from yingzao.core import clock
from yingzao.core.clock import SHANGHAI
from yingzao.core.masking import mask_phone
from yingzao.core.ports import CompletionRow, Notice
from yingzao.courses.actions.columns import Looked, look_at_list, require_enough
from yingzao.courses.queries import outside as queries
from yingzao.courses.settling.outside import Told, greatest, is_news, said
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import Outcome
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.enrolment.queries import learners_by_code


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list, whom it means and what it would do.

    `effect`: `news` is written; `same` and `less` say nothing more than is known, `double` nothing more than another row
    of the list; `none` knows no progress; `waits` for somebody to say whom it means; `aside` is no learner; `problem`
    counts for nothing.
    """

    row: CompletionRow
    effect: str
    told: Told | None = None
    problem: Notice | None = None
    learner: Enrolment | None = None
    because: str = ""
    candidates: tuple[tuple[Enrolment, tuple[Mapping[str, Any], ...]], ...] = ()
    shown: Fraction | None = None  # what stands already, where it is more


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a duty: as it stands, and as if the list were taken."""

    learner: Enrolment
    told: Told
    before: DutyRow
    after: DutyRow


@dataclass(frozen=True, slots=True)
class Foreseen:
    looked: Looked
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]
    missing: tuple[Enrolment, ...]  # asked to do the course, and in no row that is surely theirs
    others: Mapping[str, int]  # other courses of the list → rows
    by_lesson: bool  # somebody has rows of several lessons with different figures

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(line.effect for line in self.lines)

    @property
    def undated(self) -> int:
        return sum(line.effect == "news" and bool(line.told and line.told.undated) for line in self.lines)


def foresee_list(source_file: SourceFile, activity: Activity, *, now: dt.datetime | None = None) -> Foreseen:
    """The dry run: what taking the list would do now. Writes nothing. Raises Refused while its columns are not known."""
    now = now or clock.now()
    looked = look_at_list(source_file)
    require_enough(looked)
    ours, others = _of_this_course(looked)
    read = [_line(row, activity, now) for row in ours]
    learners = learners_by_code(activity.programme)
    found = enrolment.foresee_matches(
        programme=activity.programme,
        seen=[read_row(line.row).as_seen() for line in read if line.effect != "problem"],
    )
    lines = [
        line if line.effect == "problem" else _meant(line, found[read_row(line.row).key], learners)
        for line in read
    ]
    lines = _with_effects(lines, queries.known_of(activity))
    asked = _asked(activity)
    named = {line.learner.pk for line in lines if line.learner}
    missing = tuple(learner for pk, learner in asked.items() if pk not in named)
    changes = tuple(_changes(lines, activity, asked, now))
    return Foreseen(looked, tuple(lines), changes, missing, others, _is_by_lesson(lines))


def _of_this_course(looked: Looked) -> tuple[list[CompletionRow], dict[str, int]]:
    """The rows of this course, and how many there are of each other. A row that names none is this course's where the list
    knows no other."""
    others = {title: n for title, n in looked.titles.items() if title not in looked.ours}
    rows = []
    for row in looked.rows:
        if row.course in looked.ours or (not row.course and not others):
            rows.append(row)
        elif not row.course:
            rows.append(replace(row, problem=row.problem or Notice("no_course"), progress=None))
    return rows, others


def _line(row: CompletionRow, activity: Activity, now: dt.datetime) -> Line:
    if row.problem:
        return Line(row, "problem", problem=row.problem)
    if row.progress is None:
        return Line(row, "none")
    times = [moment.replace(tzinfo=SHANGHAI) for moment in (row.finished_at, row.studied_at) if moment]
    for moment in times:
        if problem := _bad_moment(moment, activity, now):
            return Line(row, "problem", problem=problem)
    told = Told(
        Fraction(said(row.progress)),
        times[0] if times else now,
        undated=not times,
        minutes=row.minutes,
        score=row.score,
    )
    return Line(row, "waits", told)


def _bad_moment(moment: dt.datetime, activity: Activity, now: dt.datetime) -> Notice | None:
    """A time that cannot be: still to come, or before the course began. A bare day is taken as some time of that day."""
    given = {"given": f"{moment:%Y-%m-%d %H:%M}"}
    if moment > now:
        return Notice("future", data=given)
    starts_at = activity.starts_at.astimezone(SHANGHAI) if activity.starts_at else None
    if starts_at is None:
        return None
    is_day = moment.time() == dt.time.min
    early = moment.date() < starts_at.date() if is_day else moment < starts_at
    return Notice("before_start", data={**given, "start": f"{starts_at:%Y-%m-%d %H:%M}"}) if early else None


def read_row(row: CompletionRow, meanings: Sequence[Meaning] = ()) -> ReadRow:
    """The row as identity looks at it. Who is known by number alone is called by it, the phone masked."""
    shown = "" if row.name else mask_phone(row.phone) or row.code or row.email
    return ReadRow(
        number=row.row,
        sheet=row.sheet,
        cells=row.raw,
        name=row.name,
        shown=shown,
        phone=row.phone,
        email=row.email,
        community=row.community,
        code=row.code,
        meanings=meanings,
    )


def _meant(line: Line, verdict: enrolment.Verdict, learners: Mapping[str, Enrolment]) -> Line:
    candidates = tuple(
        (learners[c["enrolment"]], tuple(c["reasons"]))
        for c in verdict.candidates
        if c["enrolment"] in learners
    )
    line = replace(line, because=verdict.reason, candidates=candidates)
    if verdict.outcome == Outcome.LINKED:
        return replace(line, learner=learners[verdict.enrolment])
    if verdict.outcome == Outcome.IGNORED:
        return replace(line, effect="aside")
    return replace(line, effect="waits")


def _with_effects(lines: Sequence[Line], known: Mapping[int, Sequence[Told]]) -> list[Line]:
    """What each row of a learner who is known for certain adds: of several the greatest, and only what is new."""
    told: dict[int, list[Told]] = defaultdict(list)
    for line in lines:
        if line.learner and line.told:
            told[line.learner.pk].append(line.told)
    best = {pk: greatest(several) for pk, several in told.items()}
    counted: set[int] = set()
    result = []
    for line in lines:
        if line.learner is None or line.told is None:
            result.append(line)
        elif line.told != best[line.learner.pk] or line.learner.pk in counted:
            result.append(replace(line, effect="double"))
        else:
            counted.add(line.learner.pk)
            result.append(_against(line, line.told, known.get(line.learner.pk, ())))
    return result


def _against(line: Line, told: Told, known: Sequence[Told]) -> Line:
    top = max((k.progress for k in known), default=Fraction(0))
    if is_news(told, known):
        return replace(line, effect="news")
    return replace(line, effect="less", shown=top) if told.progress < top else replace(line, effect="same")


def _is_by_lesson(lines: Sequence[Line]) -> bool:
    figures: dict[tuple[str, str, str], dict[str, Fraction | None]] = defaultdict(dict)
    for line in lines:
        if line.row.lesson:
            figures[line.row.name, line.row.phone, line.row.community][line.row.lesson] = line.row.progress
    return any(len(set(of.values())) > 1 for of in figures.values())


def _asked(activity: Activity) -> dict[int, Enrolment]:
    asked = asked_by([activity])
    learners = learners_of(activity.programme).select_related("community")
    return {e.pk: e for e in learners if asked(e.pk, e.team_id, activity.pk)}


def _changes(
    lines: Sequence[Line], activity: Activity, asked: Mapping[int, Enrolment], now: dt.datetime
) -> list[Change]:
    """The duties of whom the list tells something new. A fixed number of queries."""
    news = {line.learner.pk: line for line in lines if line.effect == "news" and line.learner}
    frame = frames([activity], now)[activity.pk]
    standing = standing_evidence(activity.programme).filter(activity=activity, enrolment__in=list(news))
    facts = facts_by_pair(standing)
    changes = []
    for pk, line in news.items():
        if line.told is None or pk not in asked:
            continue
        before = facts.get((pk, activity.pk), [])
        new = Fact("", FactKind.IMPORTED, line.told.at, detail=line.told.as_detail())
        after = sorted([*before, new], key=lambda fact: fact.happened_at)
        changes.append(
            Change(asked[pk], line.told, *(_duty(pk, activity, frame, f, now) for f in (before, after)))
        )
    return changes


def _duty(pk: int, activity: Activity, frame: Frame, facts: Sequence[Fact], now: dt.datetime) -> DutyRow:
    verdict = duties.settle(frame, facts, now)
    return DutyRow(
        pk,
        activity.pk,
        str(verdict.state.value),
        duties.stored_share(verdict.share),
        str(verdict.still.value),
        tuple(verdict.reasons),
        activity.is_required,
    )
