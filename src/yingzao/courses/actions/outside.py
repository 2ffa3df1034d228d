"""Completion of a course on another platform: its list is kept, looked at, taken, and can be taken back.

The path is that of every file: rows → whom they mean → facts. What is this room's own is which facts are worth writing: of
several rows of one person the greatest, and of a newer list only what it adds. When the file or the decision behind a
fact is undone, the lists that stand say again what they said.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities import settling as duties
from yingzao.activities.actions import Meaning, NewFact, ReadRow
from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.kind import Fact, Frame
from yingzao.activities.models import Activity, Evidence
from yingzao.activities.queries import (
    DutyRow,
    asked_by,
    facts_by_pair,
    frames,
    learners_of,
    standing_evidence,
)
from yingzao.core import clock, locking, media
from yingzao.core.clock import SHANGHAI
from yingzao.core.errors import Refused
from yingzao.core.masking import mask_phone
from yingzao.core.ports import CompletionLayout, CompletionRow, Notice, Sheet, port
from yingzao.courses.queries import outside as queries
from yingzao.courses.readers import completion_words
from yingzao.courses.settling import Told, greatest, is_news, said
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import Outcome, SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.enrolment.queries import learners_by_code
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage

MOST_FORMS = 12  # differently headed sheets of one file
MOST_KEPT = 200  # problems that are kept with a list


# The file


@transaction.atomic
def keep_list(*, activity: Activity, by: Person, data: bytes, name: str) -> tuple[SourceFile, bool]:
    """Keep a list about a course, and whether it is new. Nobody is credited by it before it is taken (`take_list`).

    Of a list with identity-card numbers, addresses of machines or bank accounts a copy without them is kept. Raises
    Refused for what is no table or holds no rows, and while no stage allows recording.
    """
    _require_course(activity)
    sheets = port("tables").read(data, name)
    if not any(_is_table(sheet) for sheet in sheets):
        raise Refused(
            _("There are no rows with a person and a progress in this file. Was the list exported in full?"),
            code="nobody",
            field="file",
        )
    cleaned = port("completions").cleaned(sheets, completion_words())
    return enrolment.keep_source(
        programme=activity.programme,
        by=by,
        data=data,
        name=name,
        purpose=SourcePurpose.COMPLETION,
        about_code=activity.code,
        meta={"cleaned": cleaned != tuple(sheets)},
        kept=port("table_writer").copy(cleaned) if cleaned != tuple(sheets) else None,
    )


def _require_course(activity: Activity) -> None:
    require_stage(activity.programme, Act.RECORD)
    if activity.state == ActivityState.CANCELLED:
        raise Refused(
            _("This course was cancelled. Plan it again before you bring in its completions."),
            code="cancelled",
        )


def _is_table(sheet: Sheet) -> bool:
    """Rows with at least two filled cells: a person, and something about that person."""
    wide = (row for row in sheet.rows if sum(cell not in (None, "") for cell in row.cells) >= 2)
    return len(list(islice(wide, 2))) == 2


# Its columns


@dataclass(frozen=True, slots=True)
class Form:
    """Sheets of one header, and how they are read."""

    sheets: tuple[Sheet, ...]
    layouts: tuple[CompletionLayout, ...]

    @property
    def layout(self) -> CompletionLayout:
        return self.layouts[0]


@dataclass(frozen=True, slots=True)
class Looked:
    """A kept list as it would be read. `lacking`: `person` or `progress` where no sheet has such a column, `title` where it
    is not known which course of the list is this one."""

    forms: tuple[Form, ...]
    hidden: tuple[str, ...]  # sheets that are not looked at
    rows: tuple[CompletionRow, ...]
    titles: Mapping[str, int]  # what courses are called in the list → rows
    ours: frozenset[str]
    lacking: str
    is_remembered: bool = False

    @property
    def unread(self) -> tuple[str, ...]:
        """Sheets in which nobody or no progress is named."""
        return tuple(s.name for form in self.forms if form.layout.lacking for s in form.sheets)


def look_at_list(source_file: SourceFile, chosen: Mapping[str, Any] | None = None) -> Looked:
    """The list under the columns chosen, else under those kept with it, else under those remembered in the programme for such
    a header, else under a proposal. Writes nothing.

    `chosen`: `{"tables": {"0": {"header_row": 1, "columns": {"0": "name"}}}, "titles": ["…"]}`, each of which may be
    missing. Raises Refused where two columns are set to one field.
    """
    reader, words = port("completions"), completion_words()
    sheets = port("tables").read(media.read_bytes(source_file.file), source_file.name)
    filled = [sheet for sheet in sheets if sheet.rows]
    visible = [sheet for sheet in filled if not sheet.hidden] or filled
    said_of_tables = (chosen or {}).get("tables", {})
    known = [source_file.mapping] if source_file.mapping else queries.remembered_mappings(source_file)
    by_headers: dict[tuple[str, ...], list[tuple[Sheet, CompletionLayout]]] = {}
    for sheet in visible:
        proposed = reader.propose(sheet, words)
        by_headers.setdefault(_trimmed(proposed.headers), []).append((sheet, proposed))
    forms, is_remembered = [], False
    for position, (headers, group) in enumerate(islice(by_headers.items(), MOST_FORMS)):
        choice = said_of_tables.get(str(position))
        if choice is None and (choice := _remembered(headers, known)):
            is_remembered = not source_file.mapping
        layouts = [_layout(sheet, proposed, choice or {}) for sheet, proposed in group]
        forms.append(Form(tuple(sheet for sheet, _proposed in group), tuple(layouts)))
    rows = tuple(
        row
        for form in forms
        if not form.layout.lacking
        for sheet, layout in zip(form.sheets, form.layouts, strict=True)
        for row in reader.read(sheet, layout, words)
    )
    titles = Counter(row.course for row in rows if row.course)
    ours = _ours(source_file, titles, (chosen or {}).get("titles"))
    lacking = "" if rows else next((f.layout.lacking for f in forms if f.layout.lacking), "person")
    if rows and titles and not ours:
        lacking = "title"
    hidden = tuple(sheet.name for sheet in filled if sheet not in visible)
    return Looked(tuple(forms), hidden, rows, titles, ours, lacking, is_remembered)


def _trimmed(headers: Sequence[str]) -> tuple[str, ...]:
    """A header without the empty cells to its right."""
    words = list(headers)
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def _remembered(headers: tuple[str, ...], known: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """How a sheet with this header was read before: by what it looked like (`proposed`) before a row was chosen."""
    for mapping in known:
        for table in mapping.get("tables", ()):
            if headers and headers == tuple(table["proposed"]):
                return table
    return None


def _layout(sheet: Sheet, proposed: CompletionLayout, choice: Mapping[str, Any]) -> CompletionLayout:
    reader = port("completions")
    row = choice.get("header_row")
    layout = proposed if row in (None, proposed.header_row) else reader.under(sheet, row, completion_words())
    if "columns" not in choice:
        return layout
    mapping = {
        int(column): field
        for column, field in choice["columns"].items()
        if field in reader.fields
        and int(column) < len(layout.headers)
        and int(column) not in layout.discarded
    }
    if len(set(mapping.values())) < len(mapping):
        raise Refused(_("Two columns are set to the same field."), code="twice", field="columns")
    return replace(layout, mapping=mapping)


def _ours(source_file: SourceFile, titles: Mapping[str, int], chosen: Sequence[str] | None) -> frozenset[str]:
    """Which courses of the list are this one: those chosen, those of this name, those called so before, or the only one."""
    for wanted in (chosen, source_file.mapping.get("titles")):
        if wanted is not None and (found := frozenset(wanted) & titles.keys()):
            return found
    if not titles:
        return frozenset()
    activity = Activity.objects.filter(
        programme=source_file.programme_id, code=source_file.about_code
    ).first()
    names = {_plain(activity.title), _plain(activity.short_title)} - {""} if activity else set()
    if same := frozenset(title for title in titles if _plain(title) in names):
        return same
    if before := queries.remembered_titles(source_file) & titles.keys():
        return frozenset(before)
    return frozenset(titles) if len(titles) == 1 else frozenset()


def _plain(text: str) -> str:
    return "".join(text.split()).strip("《》「」“”\"'").lower()


@transaction.atomic
def say_columns(*, source_file: SourceFile, by: Person, chosen: Mapping[str, Any]) -> Looked:
    """Keep with a list which column is what and which course is ours; remembered in the programme for the next list of this
    header once this one is taken. Raises Refused while something lacks."""
    looked = look_at_list(source_file, chosen)
    _require_enough(looked)
    locking.take_turn(f"enrolment.source:{source_file.pk}")
    source_file.refresh_from_db(fields=["state"])
    if source_file.state == SourceState.READ:
        source_file.mapping = _mapping(looked)
        source_file.save(update_fields=["mapping"])
    return looked


def _require_enough(looked: Looked) -> None:
    sentences = {
        "person": _("Say which column holds the names or the telephone numbers."),
        "progress": _("Say which column holds the progress, the state or the time of completion."),
        "title": _("The list holds several courses. Say which of them is this one."),
    }
    if looked.lacking:
        raise Refused(sentences[looked.lacking], code="columns", field="columns")


def _mapping(looked: Looked) -> dict[str, Any]:
    reader, words = port("completions"), completion_words()
    return {
        "tables": [
            {
                "proposed": list(_trimmed(reader.propose(form.sheets[0], words).headers)),
                "header_row": form.layout.header_row,
                "columns": {str(column): field for column, field in form.layout.mapping.items()},
            }
            for form in looked.forms
        ],
        "titles": sorted(looked.ours),
    }


# What it says


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
    _require_enough(looked)
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
        if line.learner and line.told:
            pk = line.learner.pk
            if line.told != best[pk] or pk in counted:
                line = replace(line, effect="double")
            else:
                counted.add(pk)
                top = max((k.progress for k in known.get(pk, ())), default=Fraction(0))
                less = line.told.progress < top
                news = is_news(line.told, known.get(pk, ()))
                effect = "news" if news else "less" if less else "same"
                line = replace(line, effect=effect, shown=top if less else None)
        result.append(line)
    return result


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


# Taking it


@transaction.atomic
def take_list(
    *, source_file: SourceFile, activity: Activity, by: Person, now: dt.datetime | None = None
) -> Foreseen:
    """Take the list as the dry run shows it, computed afresh: rows are kept, certain names credited, all others wait in the
    identity queue. A list that was taken before changes nothing.

    Raises Refused where it was taken back, where something of its columns lacks, and where no row can be counted.
    """
    _require_course(activity)
    now = now or clock.now()
    locking.take_turn(f"enrolment.source:{source_file.pk}")
    source_file.refresh_from_db(fields=["state", "mapping"])
    if source_file.state == SourceState.UNDONE:
        raise Refused(_("This list was taken back. Upload the file again."), code="undone")
    foreseen = foresee_list(source_file, activity, now=now)
    if source_file.state == SourceState.CONFIRMED:
        return foreseen
    taken = [line for line in foreseen.lines if line.effect != "problem"]
    if not taken:
        raise Refused(
            _("No row of this list can be counted. Mend the rows that are named, or say its columns anew."),
            code="none",
        )
    source_file.format = "completions"
    source_file.mapping = _mapping(foreseen.looked)
    source_file.save(update_fields=["format", "mapping"])
    rows = [read_row(line.row, _meanings(line.told, activity)) for line in taken]
    written = activities.take_rows(source_file=source_file, rows=rows, by=by)
    activities.confirm_source(source_file, by=by, meta=_meta(foreseen, written))
    return foreseen


def _meanings(told: Told | None, activity: Activity) -> tuple[Meaning, ...]:
    if told is None:
        return ()
    return (Meaning(activity.code, FactKind.IMPORTED, told.at, None, "", told.as_detail()),)


def _meta(foreseen: Foreseen, written: int) -> dict[str, Any]:
    problems = [line for line in foreseen.lines if line.problem]
    return {
        "rows": len(foreseen.lines),
        "facts": written,
        "undated": foreseen.undated,
        "same": foreseen.counts.get("same", 0),
        "others": dict(foreseen.others),
        "titles": sorted(foreseen.looked.ours),
        "unread": [*foreseen.looked.unread, *foreseen.looked.hidden],
        "less": [
            {"enrolment": line.learner.code, "shown": said(line.shown), "told": said(line.told.progress)}
            for line in foreseen.lines
            if line.effect == "less" and line.learner and line.told and line.shown is not None
        ],
        "missing": len(foreseen.missing),
        "problem_count": len(problems),
        "problems": [
            {
                "row": line.row.row,
                "sheet": line.row.sheet,
                "code": line.problem.code,
                "data": dict(line.problem.data),
            }
            for line in problems[:MOST_KEPT]
            if line.problem
        ],
    }


def told_in(meaning: Mapping[str, Any]) -> Told:
    """What a kept row says, as `_meanings` wrote it."""
    return Told.of(dt.datetime.fromisoformat(meaning["happened_at"]), meaning["detail"])


@transaction.atomic
def take_back_list(*, source_file: SourceFile, by: Person) -> None:
    """Undo a list: what it told is withdrawn, its rows and decisions stay readable, and the same file may come in again.
    Lists that stand say again what this one had said before them."""
    enrolment.undo_source(source_file=source_file, by=by)


# Which facts are written


def only_news(facts: Sequence[NewFact]) -> list[NewFact]:
    """Of the facts that a list states, those that add something: for each learner the greatest, where it is news. Facts of
    other files pass."""
    passing: list[NewFact] = []
    by_course: dict[int, dict[int, list[NewFact]]] = {}
    for fact in facts:
        row = fact.source_row
        if row is None or row.source_file.purpose != SourcePurpose.COMPLETION:
            passing.append(fact)
        else:
            by_course.setdefault(fact.activity.pk, {}).setdefault(fact.enrolment.pk, []).append(fact)
    for by_learner in by_course.values():
        activity = next(iter(by_learner.values()))[0].activity
        known = queries.known_of(activity, by_learner)
        for learner, several in by_learner.items():
            told = [Told.of(fact.happened_at, fact.detail) for fact in several]
            best = greatest(told)
            if is_news(best, known.get(learner, ())):
                passing.append(several[told.index(best)])
    return passing


def say_again(evidence: QuerySet[Evidence], by: Person | None) -> None:
    """Evidence was withdrawn: the lists of its courses that stand say again of its learners what they say, the oldest
    first."""
    for pk, learners in queries.learners_told_by(evidence).items():
        activity = Activity.objects.select_related("programme").get(pk=pk)
        standing = queries.lists_of(activity).filter(state=SourceState.CONFIRMED)
        for source_file in standing.order_by("confirmed_at", "pk"):
            activities.write_again(source_file, learners, by)
