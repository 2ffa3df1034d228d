"""Completion of a course on another platform: its list is kept, looked at, taken, and can be taken back.

The path is that of every file: rows → whom they mean → facts. What is this room's own is which facts are worth writing: of
several rows of one person the greatest, and of a newer list only what it adds. When the file or the decision behind a
fact is undone, the lists that stand say again what they said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.actions import Meaning, NewFact
from yingzao.activities.enums import ActivityState, FactKind
from yingzao.activities.models import Activity, Evidence
from yingzao.core import clock, locking
from yingzao.core.errors import Refused
from yingzao.core.ports import Sheet, port
from yingzao.courses.actions.columns import mapping_of
from yingzao.courses.actions.foreseeing import Foreseen, foresee_list, read_row
from yingzao.courses.queries import outside as queries
from yingzao.courses.readers import completion_words
from yingzao.courses.settling.outside import Told, greatest, is_news, said
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import SourcePurpose, SourceState
from yingzao.enrolment.models import SourceFile
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage

MOST_KEPT = 200  # problems that are kept with a list


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
    source_file.mapping = mapping_of(foreseen.looked)
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
