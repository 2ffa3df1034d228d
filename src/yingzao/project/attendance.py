"""Meeting exports and a roster → who attended, without a database: what `yingzao attendance` does.

The answer accounts for every data row: it is counted with a learner, or stands in `ambiguous`, `unmatched`
or `ignored`.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from yingzao.core import ports
from yingzao.core.errors import Refused
from yingzao.core.ports import MeetingReport, MeetingRow
from yingzao.project import bridge
from yingzao.project.bridge import Finding, Learner
from yingzao.project.speech import _, in_chinese

SHANGHAI = ZoneInfo("Asia/Shanghai")
WAITING = "待核对"


class BadInput(Refused):
    """An option or a file of the command line cannot be used."""


@dataclass(frozen=True)
class Source:
    file: str
    report: MeetingReport


def reconcile(
    files: Sequence[Path],
    *,
    roster: Path,
    start: dt.datetime,
    end: dt.datetime,
    min_share: Fraction = Fraction("0.6"),
    late_after: int = 10,
    early_before: int = 10,
) -> dict[str, Any]:
    """The answer of the command. Raises Refused with one sentence for a file that cannot be read."""
    if end <= start:
        raise BadInput(_("The session must end after it starts."))
    learners, warnings = read_roster(roster)
    sources = read_reports(files, warnings, start.date())
    rows = [(source, row) for source in sources for row in source.report.rows]
    base = {
        "session": {"start": str(start), "end": str(end), "min_share": _decimal(min_share)},
        "files": [
            {"file": one.file, "format": one.report.format, "rows": len(one.report.rows)} for one in sources
        ],
    }
    empty: dict[str, Any] = {"learners": [], "ambiguous": [], "unmatched": [], "ignored": []}
    if not rows:
        return {**base, **empty, "warnings": warnings}
    rule = bridge.rule_of(
        start=start, end=end, min_share=min_share, late_after=late_after, early_before=early_before
    )
    findings = bridge.identify([row for _source, row in rows], learners)
    _warn_of_days(sources, start, end, warnings)
    return {
        **base,
        "learners": _learners(rule, learners, rows, findings),
        **{
            kind: [_entry(source, row, found, many=len(files) > 1) for (source, row), found in zip(rows,
            findings, strict=True) if found.kind == kind]
            for kind in ("ambiguous", "unmatched", "ignored")
        },
        "warnings": warnings,
    }  # fmt: skip


# Files


def read_reports(files: Sequence[Path], warnings: list[dict], day: dt.date) -> list[Source]:
    """Each file once: one that has the bytes of another is left out, with a warning. `day` is that of clock
    times in a table that is no known export."""
    sources, hashes = [], set()
    for file in files:
        data = _bytes(file)
        digest = hashlib.sha256(data).digest()
        if digest in hashes:
            warnings.append(
                _warning("same_file", _("{file} is the same file again; it counts once."), file=file.name)
            )
            continue
        hashes.add(digest)
        with _about(file):
            sheets = ports.port("tables").read(data, file.name)
            report = _report(file, sheets, day, warnings)
        read = {row.sheet for row in report.rows}
        warnings += [
            _warning(
                "hidden_sheet",
                _("{file}: the hidden sheet {sheet} was read too."),
                file=file.name,
                sheet=one.name,
            )
            for one in sheets
            if one.hidden and one.name in read
        ]
        sources.append(Source(file.name, report))
        if not report.rows:
            warnings.append(_warning("no_rows", _("{file} has a header and no rows."), file=file.name))
        warnings += [_notice(file, notice) for notice in report.warnings]
        unreadable = [row.row for row in report.rows if row.problem in bridge.UNREADABLE]
        if unreadable:
            text = _(
                "What these rows of {file} say of times or attendance cannot be read; they credit nobody."
            )
            warnings.append(_warning("unreadable_time", text, unreadable, file=file.name))
    return sources


def _report(file: Path, sheets: Sequence[ports.Sheet], day: dt.date, warnings: list[dict]) -> MeetingReport:
    """A known export, or else a table whose headers are known words: what they were taken for is told."""
    try:
        return ports.recognise_meeting(sheets, file.name)
    except ports.Unrecognised:
        tables = ports.port("mapped_meetings")
        layout = tables.propose(sheets, day, by_contents=False)
        try:
            report = tables.read(sheets, layout) if layout else None
        except (ports.NoPerson, ports.NoAttendance):
            report = None
        if layout is None or report is None:
            raise BadInput(
                _(
                    "This is no export that is known, and no row of headers says 姓名 and 入会时间, 退会时间, "
                    "时长, 签到时间 or 出勤情况. Name the columns so, or take the export itself."
                )
            ) from None
    columns = ", ".join(layout.headers[column] for column in layout.mapping)
    text = _("{file} is no export that is known; these columns were read: {columns}. See that they mean it.")
    warnings.append(_warning("read_by_headers", text, file=file.name, columns=columns))
    return report


def read_roster(file: Path) -> tuple[list[Learner], list[dict]]:
    """The learners in their order, and what was wrong or was mended in the roster. Raises Refused if nobody
    is on it."""
    data = _bytes(file)
    begins = data.lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n")[:1]
    told = begins in (b"{", b"[") or file.suffix.lower() == ".json"
    people, warnings = (_json_roster(file, data), []) if told else _table_roster(file, data)
    if not people:
        raise BadInput(_("{file} names no learner.").format(file=file.name))
    return people, warnings


def _table_roster(file: Path, data: bytes) -> tuple[list[Learner], list[dict]]:
    with _about(file):
        reading = ports.port("rosters").read(ports.port("tables").read(data, file.name))
    people, taken = [], set()
    for position, row in enumerate(reading.rows, 1):
        serial = row.fields.get("serial", "")
        number = int(serial) if serial.isdecimal() else position
        wish = row.fields.get("code") or f"S{number:02}"
        person = wish if wish not in taken else f"{wish}#{row.row}"
        taken.add(person)
        people.append(
            Learner(
                person,
                row.fields["name"],
                *(row.fields.get(f, "") for f in ("community", "code", "phone", "email")),
            )
        )
    text, whole = _("Roster, row {row}: {code}."), _("Roster: {code} ({sheet}).")
    warnings = [
        _warning(
            f"roster_{problem.code}",
            text if problem.row else whole,
            [problem.row] if problem.row else (),
            row=problem.row,
            code=_PROBLEMS.get(problem.code, problem.code),
            sheet=problem.data.get("sheet", ""),
        )
        for problem in reading.problems
    ]
    return people, warnings


def _json_roster(file: Path, data: bytes) -> list[Learner]:
    """{"roster": [{"id", "name", "community", "phone"}]}, or the list alone."""
    try:
        found = json.loads(_decoded(data))
        rows = found["roster"] if isinstance(found, dict) else found
        people = [
            Learner(
                str(row.get("id") or row.get("code") or f"S{position:02}"),
                str(row["name"] or "").strip(),
                *(str(row.get(field) or "").strip() for field in ("community", "code", "phone", "email")),
            )
            for position, row in enumerate(rows, 1)
        ]
        if not all(one.name for one in people):
            raise ValueError("somebody has no name")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(
            _(
                '{file} is not a roster in JSON: {{"roster": [{{"id", "name", "community", "phone"}}]}}.'
            ).format(file=file.name)
        ) from None
    if len({one.id for one in people}) != len(people):
        raise BadInput(_("{file} has the same id twice.").format(file=file.name))
    return people


def _decoded(data: bytes) -> str:
    try:
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise BadInput(_("There is no file {file}.").format(file=file)) from None
    except OSError as failure:
        text = _("{file} is a folder, not a file.") if file.is_dir() else _("{file} cannot be opened: {why}.")
        raise BadInput(text.format(file=file, why=failure.strerror)) from None


class _about:
    """Refusals inside say which file they are about."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind, refusal, trace) -> None:
        if isinstance(refusal, Refused):
            refusal.file = self.file.name  # type: ignore[attr-defined]


def parse_moment(text: str) -> dt.datetime:
    """`YYYY-MM-DD HH:MM[:SS]` or ISO 8601; a time with a zone is told in Asia/Shanghai, one without is taken
    to be there."""
    try:
        moment = dt.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise BadInput(_("{text} is not a time; write 2021-10-20 19:30.").format(text=text)) from None


def parse_share(text: str) -> Fraction:
    """0.6 or 60%, exactly."""
    found = re.fullmatch(r"\s*(\d{1,3}(?:\.\d{1,12})?|\.\d{1,12})\s*(%?)\s*", text, re.ASCII)
    share = Fraction(found[1]) / (100 if found[2] else 1) if found else Fraction(-1)
    if not 0 <= share <= 1:
        raise BadInput(_("{text} is not a share between 0 and 1.").format(text=text))
    return share


def parse_minutes(text: str) -> int:
    """Minutes of grace, a day at most."""
    if not re.fullmatch(r"\d{1,4}", text.strip(), re.ASCII) or int(text) > 1440:
        raise BadInput(_("{text} is not a number of minutes between 0 and 1440.").format(text=text))
    return int(text)


# Answers


def sentence_of(refusal: Refused) -> str:
    """The refusal in the language of the terminal, after the name of its file. Starts Django, which holds
    those words."""
    from django.utils import translation

    from yingzao.project.database import start_django

    start_django()
    with translation.override("zh-hans" if in_chinese else "en"):
        sentence = str(refusal)
    file = getattr(refusal, "file", "")
    return f"{file}: {sentence}" if file else sentence


def as_table(found: dict[str, Any]) -> str:
    """The answer for reading at a terminal: one line a learner, then what needs a person."""
    lines = []
    for one in found["learners"]:
        minutes = "–" if one["minutes"] is None else str(one["minutes"])
        words = [one["id"], one["name"], one["community"], one["status"], minutes, " ".join(one["flags"])]
        lines.append("\t".join(words).rstrip())
    titles = {
        "ambiguous": _("Waiting for a decision"),
        "unmatched": _("On no roster"),
        "ignored": _("Not learners"),
    }
    for kind, title in titles.items():
        if found[kind]:
            lines += ["", f"{title}:"]
        for entry in found[kind]:
            people = f" → {', '.join(entry['candidates'])}" if kind == "ambiguous" else ""
            lines.append(f"  {entry['row']}\t{entry['name']}\t{entry['why']}{people}")
    if found["warnings"]:
        lines += ["", *(f"! {warning['text']}" for warning in found["warnings"])]
    return "\n".join(lines)


def _learners(rule, learners: Sequence[Learner], rows, findings: Sequence[Finding]) -> list[dict]:
    own: dict[str, list[tuple[str, MeetingRow]]] = {one.id: [] for one in learners}
    waiting = {person for found in findings if found.kind == "ambiguous" for person in found.candidates}
    for (source, row), found in zip(rows, findings, strict=True):
        if found.kind == "linked":
            own[found.person].append((source.report.source, row))
    punches_only = all(source.report.source == "punches" for source, _row in rows)
    return [
        _learner(
            one,
            own[one.id],
            bridge.judge(rule, own[one.id], punches_only=punches_only),
            rule,
            one.id in waiting,
        )
        for one in learners
    ]


def _learner(one: Learner, rows, outcome, rule, waits: bool) -> dict:
    flags = sorted({*outcome.flags, *([WAITING] if waits else [])})
    told = {
        "id": one.id,
        "name": one.name,
        "community": one.community,
        "status": outcome.status,
        "minutes": outcome.minutes,
        "flags": flags,
        "first_join": str(outcome.first_join) if outcome.first_join else None,
        "last_leave": str(outcome.last_leave) if outcome.last_leave else None,
        "rows": len(rows),
    }
    if outcome.reasons:
        told["why"] = _and(outcome.reasons)
    if any(source == "totals" for source, _row in rows):
        told["live_seconds"] = max(row.seconds_claimed or 0 for source, row in rows if source == "totals")
        told["replay_seconds"] = max(row.replay_seconds or 0 for source, row in rows if source == "totals")
        told["replay_counts"] = rule.count_replay
    if any(source == "punches" for source, _row in rows):
        day = rule.session.start.date()
        times = [punch.at for _source, row in rows for punch in row.punches if punch.at.date() == day]
        told["times"] = [f"{at:%H:%M}" for at in sorted(times)]
    claimed = [
        row.seconds_claimed
        for source, row in rows
        if source == "intervals" and row.seconds_claimed is not None
    ]
    if claimed:
        told["provider_minutes"] = sum(claimed) // 60
    return told


def _decimal(share: Fraction) -> str:
    return str(Decimal(share.numerator) / Decimal(share.denominator))


def _entry(source: Source, row: MeetingRow, found: Finding, *, many: bool) -> dict:
    told: dict[str, Any] = {"row": row.row, "name": row.name_as_given}
    if many:
        told["file"] = source.file
    if row.sheet:
        told["sheet"] = row.sheet
    if found.kind == "ambiguous":
        told["candidates"] = list(found.candidates)
        told["reasons"] = {person: list(codes) for person, codes in found.reasons}
    told["why"] = row.role or _WHY["host"] if found.reason == "host" else _WHY[found.reason]
    return told


def _warn_of_days(
    sources: Sequence[Source], start: dt.datetime, end: dt.datetime, warnings: list[dict]
) -> None:
    for source in sources:
        rows = source.report.rows
        timed = [(row.joined_at, row.left_at) for row in rows if row.joined_at]
        signed = [
            row.stated_at.date() for row in rows if row.stated_at and source.report.source == "presence"
        ]
        inside = [joined for joined, left in timed if joined < end and (left is None or left > start)]
        if (timed or signed) and not inside and start.date() not in signed:
            text = _("Nobody in {file} was there between {start} and {end}. Is it the file of this session?")
            warnings.append(_warning("outside_session", text, file=source.file, start=start, end=end))
        if source.report.days and start.date() not in source.report.days:
            text = _("{file} has no column for {day}.")
            warnings.append(_warning("day_not_in_file", text, file=source.file, day=start.date()))


def _notice(file: Path, notice: ports.Notice) -> dict:
    text = _NOTICES.get(notice.code, "{code}")
    return _warning(notice.code, text, notice.rows, file=file.name, **{"code": notice.code, **notice.data})


def _warning(code: str, text: str, rows: Sequence[int] = (), /, **data: Any) -> dict:
    return {"code": code, "text": text.format(**data) if data else text, "rows": list(rows)}


def _and(reasons: Sequence[str]) -> str:
    return "且".join(_REASONS.get(reason, reason) for reason in reasons)


_WHY = {
    "host": _("host"),
    "remembered": _("decided before"),
    "no_name": _("the row has no name"),
    "device_name": _("only the name of a device"),
    "not_on_roster": _("not on the roster"),
    "homonyms": _("several people have this name"),
    "shared_device": _("several people on one device"),
    "renamed": _("two names in one row, or renamed during the meeting"),
    "contradiction": _("the row points to more than one person"),
    "against": _("the name fits, something else in the row does not"),
    "similar": _("only similar to a name on the roster"),
}
# Like the statuses and flags these are the field's own words, the same in any language of the terminal.
_REASONS = {
    "place_abnormal": "地点异常",
    "single_punch": "只有一次打卡",
    "no_in": "缺签到",
    "no_out": "缺签退",
    "unreadable_time": "时间无法识别",
    "unknown_pauses": "中途离开时长不明",
    "only_answers": "只有问卷答卷",
}
_NOTICES = {
    "footer": _("Totals or notes at the end of {file} were not taken as people."),
    "only_in_summary": _("These people stand in the summary of {file} only, not in its details."),
    "role_unclear": _("{file}: host or participant? Two people were there under the name {name}."),
    "month_unknown": _(
        "{file}: no month above the header or in the file's name agrees with the weekdays. Give the file the "
        "name it was exported under (…_20211101-20211107.xlsx)."
    ),
    "answer_superseded": _("{file}: the same person answered again later; these answers do not count."),
    "answer_too_fast": _("{file}: these answers were given in less than 10 seconds."),
}
_PROBLEMS = {
    "missing_name": _("the name is missing"),
    "bad_phone": _("the phone number is not one"),
    "masked_phone": _("the phone number is masked"),
    "duplicate_in_file": _("stands in the file twice"),
    "same_name": _("somebody else has the same name"),
    "name_spaces": _("spaces taken out of the name"),
    "name_full_width": _("the name written in half width"),
    "community_expanded": _("the community's name written out"),
    "other_sheet": _("another sheet was not read"),
    "hidden_sheet": _("a hidden sheet was not read"),
    "guessed_columns": _("no header says 姓名; the columns were told by what stands in them"),
}
