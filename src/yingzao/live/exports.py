"""The attendance of a course as a workbook that accounts for every raw row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from yingzao.activities.enums import DutyState
from yingzao.activities.models import Activity
from yingzao.activities.queries import DeskRow, DutyRow
from yingzao.core.clock import SHANGHAI
from yingzao.core.masking import mask_phones_in
from yingzao.core.ports import SheetOut, port
from yingzao.core.ui.templatetags.ui import STATES, sentences
from yingzao.enrolment.enums import Outcome, SourceState
from yingzao.enrolment.models import IdentityDecision, SourceRow
from yingzao.enrolment.phrases import decided_because
from yingzao.live.phrases import flag_words, status_word

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attendance_workbook(
    activity: Activity,
    learners: Iterable[DeskRow],
    raw: Iterable[SourceRow],
    decisions: Iterable[IdentityDecision],
) -> bytes:
    """Three sheets: each learner's verdict, each raw row with whom it means and who said so, each decision in order.

    Telephone numbers are masked; cells that begin with = + - @ stay text.
    """
    title = f"{activity.programme.full_name} · {activity.title}"
    return port("table_writer").write(
        [
            _sheet(_("Attendance"), title, _learner_head(), [_learner(row) for row in learners]),
            _sheet(_("Raw rows"), title, _raw_head(), [_raw(row) for row in raw]),
            _sheet(_("Decisions"), title, _decision_head(), [_decision(one) for one in decisions]),
        ]
    )


def _sheet(name: str, title: str, head: Sequence[str], rows: list[list[Any]]) -> SheetOut:
    return SheetOut(
        name=name,
        header=[str(h) for h in head],
        rows=rows,
        title=title,
        text_columns=frozenset({0}),
        landscape=True,
    )


def _learner_head() -> list[str]:
    return [
        _("Learner number"), _("Learner"), _("Community"), _("State"), _("Minutes"), _("Minutes needed"),
        _("Minutes by the platform"), _("Marks"), _("First came"), _("Last left"), _("What was found"),
    ]  # fmt: skip


def _raw_head() -> list[str]:
    return [
        _("File"), _("Sheet"), _("Row"), _("Name in the file"), _("As it stands in the file"), _("Learner number"),
        _("Learner"), _("Outcome"), _("Why"), _("Decided by"), _("Decided at"), _("File taken back"),
    ]  # fmt: skip


def _decision_head() -> list[str]:
    return [
        _("Decided at"), _("Decided by"), _("Name in the file"), _("File"), _("Learner number"), _("Learner"), _("Why"),
        _("Undone at"), _("Undone by"),
    ]  # fmt: skip


def _learner(row: DeskRow) -> list[Any]:
    heard = next((r for r in row.duty.reasons if r["code"] == "live.heard"), {})
    return [
        row.learner.number,
        row.learner.name,
        row.learner.community_name,
        _state(row.duty),
        heard.get("minutes"),
        heard.get("needed"),
        heard.get("claimed"),
        "、".join(flag_words(row.duty.reasons)),
        _moment(heard.get("first_join")),
        _moment(heard.get("last_leave")),
        sentences(row.found),
    ]


def _state(duty: DutyRow) -> str:
    word = (
        "" if duty.state in (DutyState.DONE, DutyState.LATE, DutyState.EXCUSED) else status_word(duty.reasons)
    )
    return word or str(STATES[duty.shown][1])


def _raw(row: SourceRow) -> list[Any]:
    match = row.match
    decisions = list(match.decisions.all()) if match else []
    standing = next((d for d in decisions if d.undone_at is None), None)
    return [
        row.source_file.name,
        row.sheet,
        row.number,
        mask_phones_in(match.name_as_given) if match else "",
        mask_phones_in("｜".join(f"{head}：{value}" for head, value in row.cells.items() if value)),
        match.enrolment.number if match and match.enrolment else "",
        match.enrolment.name if match and match.enrolment else "",
        str(Outcome(match.outcome).label) if match else "",
        decided_because(standing.reason) if standing else "",
        _author(standing) if standing else "",
        _stamp(standing.decided_at) if standing else "",
        _stamp(row.source_file.undone_at) if row.source_file.state == SourceState.UNDONE else "",
    ]


def _decision(decision: IdentityDecision) -> list[Any]:
    learner = decision.enrolment
    return [
        _stamp(decision.decided_at),
        _author(decision),
        mask_phones_in(decision.match.name_as_given),
        decision.match.source_file.name,
        learner.number if learner else "",
        learner.name if learner else _("not a learner"),
        decided_because(decision.reason),
        _stamp(decision.undone_at),
        decision.undone_by.display_name if decision.undone_by else "",
    ]


def _author(decision: IdentityDecision) -> str:
    return decision.decided_by.display_name if decision.decided_by else _("by itself")


def _stamp(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def _moment(iso: str | None) -> str:
    return f"{dt.datetime.fromisoformat(iso).astimezone(SHANGHAI):%H:%M}" if iso else ""
