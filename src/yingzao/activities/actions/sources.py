"""From the rows of a file to evidence, by way of who is meant: the same for every kind.

A reader says of each row what it would state (`meaning`) and by which name. Identity decides whom the name means; only
then do the facts enter the ledger, under keys that include the decision, so that link, undo and link again are three
facts and nothing is written twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from yingzao.activities import kind as kinds
from yingzao.activities.actions.evidence import (
    NewFact,
    key_from,
    mark_held,
    record_evidence,
    unmark_held,
    withdraw_evidence,
)
from yingzao.activities.actions.files import ROOM
from yingzao.activities.enums import SESSIONS, EvidenceSource, FactKind
from yingzao.activities.models import Activity, Evidence, Part
from yingzao.activities.queries import activities_of
from yingzao.activities.readers import read_records
from yingzao.core import clock, media
from yingzao.core.ports import port
from yingzao.enrolment import actions as enrolment
from yingzao.enrolment.enums import Outcome, SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, IdentityDecision, IdentityMatch, SourceFile, SourceRow
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import require_stage


@dataclass(frozen=True, slots=True)
class Meaning:
    """A fact that a row states of whoever it names."""

    activity: str  # code
    fact: str
    happened_at: dt.datetime
    until: dt.datetime | None = None
    part: str = ""  # code
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "activity": self.activity,
            "fact": self.fact,
            "happened_at": self.happened_at.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "part": self.part,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of a file as its reader understood it."""

    number: int
    cells: Mapping[str, str]
    name: str  # what identity looks at first
    sheet: str = ""
    shown: str = ""  # the name as it stands in the file, where that is more than `name`
    also: Sequence[str] = ()  # further names of the same person
    phone: str = ""
    email: str = ""
    community: str = ""
    code: str = ""  # the learner's number
    host: bool = False
    meanings: Sequence[Meaning] = ()

    @property
    def key(self) -> str:
        """Rows with the same key name the same person: one decision stands for all of them."""
        told = [self.shown or self.name, self.phone, self.community]
        told += [text for text in (self.email, self.code) if text]
        key = "\x1f".join("".join(text.split()) for text in told)
        return key if len(key) <= 200 else f"{key[:160]}\x1f{hashlib.sha256(key.encode()).hexdigest()[:32]}"

    def as_seen(self) -> enrolment.Seen:
        return enrolment.Seen(
            self.key,
            self.name,
            self.phone,
            self.email,
            self.community,
            self.host,
            self.code,
            also=tuple(self.also),
            shown=self.shown,
        )


@transaction.atomic
def take_rows(*, source_file: SourceFile, rows: Sequence[ReadRow], by: Person | None) -> int:
    """Keep the rows, find out whom they mean, and write the evidence of those that are certain. Returns facts written.

    Names that are not certain wait in the identity queue; deciding them writes their evidence then.
    """
    seen = {row.key: row.as_seen() for row in rows}
    matches = {
        m.key: m for m in enrolment.match_rows(source_file=source_file, seen=list(seen.values()), by=by)
    }
    SourceRow.objects.bulk_create(
        SourceRow(
            organisation_id=source_file.organisation_id,
            source_file=source_file,
            sheet=row.sheet,
            number=row.number,
            cells=dict(row.cells),
            match=matches[row.key],
            meaning=[m.as_json() for m in row.meanings],
        )
        for row in rows
    )
    decisions = IdentityDecision.objects.filter(
        match__source_file=source_file, undone_at=None, outcome=Outcome.LINKED
    ).select_related("match", "enrolment")
    return _record(_facts(source_file, decisions), by)


def _record(facts: Sequence[NewFact], by: Person | None) -> int:
    """Record what is new and what the kind chooses of it; a kind may first make what the fact points at (a version for
    what was handed in)."""
    known = set(Evidence.objects.filter(key__in=[f.key for f in facts]).values_list("key", flat=True))
    by_kind: dict[str, list[NewFact]] = {}
    for fact in facts:
        if fact.key not in known:
            by_kind.setdefault(fact.activity.kind, []).append(fact)
    new = [
        kinds.get(key).prepare(fact, by)
        for key, group in by_kind.items()
        for fact in kinds.get(key).choose(group)
    ]
    return record_evidence(new, by=by).written


def _facts(source_file: SourceFile, decisions: Iterable[IdentityDecision]) -> list[NewFact]:
    standing: dict[int | None, IdentityDecision] = {d.match_id: d for d in decisions if d.enrolment}
    programme = source_file.programme
    further = {code for d in standing.values() for code in d.also}
    learners = {e.code: e for e in Enrolment.objects.filter(programme=programme, code__in=further)}
    activities = {a.code: a for a in Activity.objects.filter(programme=programme).select_related("programme")}
    parts = {p.code: p for p in Part.objects.filter(activity__programme=programme)}
    facts = []
    for row in source_file.rows.filter(match__in=standing).order_by("sheet", "number"):
        decision = standing[row.match_id]
        for position, meaning in enumerate(row.meaning):
            key_parts = ("row", source_file.code, row.sheet, row.number, position, decision.code)
            together: list[tuple[Any, tuple[object, ...]]] = [(decision.enrolment, key_parts)]
            together += [(learners[code], (*key_parts, code)) for code in decision.also if code in learners]
            facts += [
                NewFact(
                    key=key_from(*parts_of_key),
                    enrolment=enrolment,
                    activity=activities[meaning["activity"]],
                    part=parts.get(meaning["part"]),
                    fact=meaning["fact"],
                    happened_at=dt.datetime.fromisoformat(meaning["happened_at"]),
                    until=dt.datetime.fromisoformat(meaning["until"]) if meaning["until"] else None,
                    source=EvidenceSource.FILE,
                    source_row=row,
                    decision=decision,
                    detail=meaning["detail"],
                )
                for enrolment, parts_of_key in together
            ]
    return facts


def write_decided(match: IdentityMatch, decision: IdentityDecision, by: Person | None) -> None:
    """A name was decided: its rows enter the ledger for the learner it means."""
    if decision.outcome == Outcome.LINKED:
        _record(_facts(match.source_file, [decision]), by)


def write_again(source_file: SourceFile, learners: Collection[int], by: Person | None) -> int:
    """Write what a standing file states of these learners (primary keys) and was not written while another file said it;
    how many facts."""
    standing = IdentityDecision.objects.filter(
        match__source_file=source_file, undone_at=None, outcome=Outcome.LINKED
    ).select_related("match", "enrolment")
    decisions = [d for d in standing if d.enrolment_id in learners or d.also]
    return _record([f for f in _facts(source_file, decisions) if f.enrolment.pk in learners], by)


def withdraw_undone(decision: IdentityDecision, by: Person | None, reason: str) -> None:
    """A decision was undone: what it wrote is withdrawn."""
    _withdraw(Evidence.objects.filter(decision=decision), by, reason)


def withdraw_source(source_file: SourceFile, by: Person | None, reason: str) -> None:
    """A file was taken back: all that it wrote is withdrawn; its rows stay readable."""
    _withdraw(Evidence.objects.filter(source_row__source_file=source_file), by, reason)


def _withdraw(evidence: QuerySet[Evidence], by: Person | None, reason: str) -> None:
    standing = list(evidence.filter(withdrawn_at=None).select_related("activity__programme", "enrolment"))
    withdraw_evidence(standing, by=by, reason=reason)
    for row in standing:
        kinds.get(row.activity.kind).withdrawn(row, by, reason)


@transaction.atomic
def import_records(
    *,
    programme: Programme,
    by: Person,
    data: bytes,
    name: str,
    attachments: Mapping[str, bytes] | None = None,
) -> tuple[SourceFile, bool]:
    """Take a record sheet (who did what, when) as evidence; whether it is new. The same file again changes nothing.

    Problems are kept on the file's `meta`, each with its row and sentence. Sessions and visits that the sheet tells of
    have taken place: their duties settle for everybody. `attachments` are the files that the sheet's 附件 column
    names, by the name it uses. Raises Refused while no stage allows recording, and for what holds no records.
    """
    require_stage(programme, Act.RECORD)
    activities = list(activities_of(programme).prefetch_related("parts"))
    records = read_records(port("tables").read(data, name), activities)
    source_file, is_new = enrolment.keep_source(
        programme=programme, by=by, data=data, name=name, purpose=SourcePurpose.EVIDENCE
    )
    if not is_new:
        return source_file, False
    rows = [
        ReadRow(
            number=row.number,
            sheet=row.sheet,
            cells=row.cells,
            name=row.name,
            phone=row.phone,
            community=row.community,
            meanings=tuple(
                Meaning(
                    s.activity.code,
                    s.fact,
                    s.happened_at,
                    None,
                    s.part,
                    _with_files(s.detail, attachments or {}, source_file, by),
                )
                for s in row.stated
            ),
        )
        for row in records.rows
    ]
    written = take_rows(source_file=source_file, rows=rows, by=by)
    confirm_source(
        source_file,
        by=by,
        meta={
            "rows": len(rows),
            "facts": written,
            "problems": [{"row": p.row, "sheet": p.sheet, "sentence": p.sentence} for p in records.problems],
        },
    )
    told = {s.activity for row in records.rows for s in row.stated if s.fact != FactKind.EXCUSED}
    for activity in told:
        if activity.kind in SESSIONS and activity.held_at is None:
            at = activity.ends_at or activity.starts_at or clock.now()
            mark_held(activity, by=by, at=min(at, clock.now()))
    return source_file, True


@transaction.atomic
def take_back_records(*, source_file: SourceFile, by: Person) -> None:
    """Undo a record sheet: what it wrote is withdrawn, its rows stay readable, and the same file may come in again.

    Sessions and visits of which nothing stands any more count as not held. Taking back twice changes nothing.
    """
    if source_file.state == SourceState.UNDONE:
        return
    told = list(Activity.objects.filter(evidence__source_row__source_file=source_file).distinct())
    enrolment.undo_source(source_file=source_file, by=by)
    for activity in told:
        if activity.kind in SESSIONS:
            unmark_held(activity, by=by)


def _with_files(
    detail: Mapping[str, Any], attachments: Mapping[str, bytes], source_file: SourceFile, by: Person | None
) -> dict[str, Any]:
    """The detail with the attachments it names kept, as codes of stored files."""
    detail = dict(detail)
    names = [n.strip() for n in detail.pop("attachment", "").replace("；", ";").split(";") if n.strip()]
    found = [
        media.store(
            attachments[name],
            name=name.rsplit("/", 1)[-1],
            accept="any",
            organisation_id=source_file.organisation_id,
            room=ROOM,
            subject="",
            uploaded_by=by,
        )
        for name in names
        if name in attachments
    ]
    if found:
        detail["files"] = [f.code for f in found]
        detail["photos"] = sum(f.media_type.startswith("image/") for f in found)
    return detail


def confirm_source(source_file: SourceFile, *, by: Person | None, meta: Mapping[str, Any]) -> None:
    """Say what came of a file."""
    source_file.meta = {**source_file.meta, **meta}
    source_file.state = SourceState.CONFIRMED
    source_file.confirmed_at = clock.now()
    source_file.confirmed_by = by
    source_file.save(update_fields=["meta", "state", "confirmed_at", "confirmed_by"])
