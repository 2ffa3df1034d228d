"""One programme as plain files, for whoever keeps, checks or moves it: what `yingzao export` writes.

People stand by code. Names, telephones and the files that they came in are written only where they are asked for.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yingzao.activities.models import Activity, Duty, Evidence
from yingzao.core import media
from yingzao.enrolment.models import SourceFile
from yingzao.honours.exports import selection_pack
from yingzao.honours.models import Certificate, Objection, PublicNotice, Selection
from yingzao.honours.queries.inputs import instant
from yingzao.judging.models import Calibration, Round
from yingzao.programmes.models import Programme

README = """# {title}

{code} · {organisation} · 导出于 / exported at {at} (UTC)

以代码代替姓名；每个文件的 sha256 见 SHA256SUMS。/ People stand by code; the sha256 of every file is in SHA256SUMS.

- `programme.json`   计划与阶段 / the programme and its stages
- `activities.csv`   学习活动 / activities, their weights and rules
- `learners.csv`     学员（代码、小组代码、状态）/ learners by code
- `evidence.jsonl`   全部依据，每行一条，连同来源文件和行号 / all evidence, one a line, with file and row
- `duties.csv`       由依据得出的任务状态 / what follows from it
- `judging/`         各轮评审：打分 marks.csv（可用 `yingzao calibrate` 重算）与每次校准 / marks and calibrations of each round
- `selections/`      各名单的复算包：python3 recompute.py / the pack of each frozen list
- `notices.jsonl`    公示与异议（不含联系方式）/ notices and objections, without contacts
- `certificates.csv` 证书编号与哈希 / numbers and hashes of certificates
{with_names}"""
WITH_NAMES = """- `names.csv`        姓名、手机号、社区（个人信息，请妥善保管）/ names and telephones: personal data, keep it safe
- `files/`           原始名册与考勤文件 / rosters and attendance files as they came
"""


class NotEmpty(Exception):
    """The folder holds something already."""


@dataclass(frozen=True)
class Written:
    folder: Path
    files: int
    rows: int


def find_programme(name: str) -> Programme | None:
    """By code, else by its name, where just one has it."""
    by_code = Programme.objects.filter(code=name.upper()).first()
    named = list(Programme.objects.filter(name=name)[:2])
    return by_code or (named[0] if len(named) == 1 else None)


def write(programme: Programme, folder: Path, *, with_names: bool, at: str) -> Written:
    """Write the programme into a folder that is empty or not there. Raises NotEmpty."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(folder)
    folder.mkdir(parents=True, exist_ok=True)
    out = _Folder(folder)
    out.text(
        "README.md",
        README.format(
            title=programme.full_name,
            code=programme.code,
            organisation=programme.organisation.name,
            at=at,
            with_names=WITH_NAMES if with_names else "",
        ),
    )
    out.json("programme.json", _programme(programme))
    out.table("activities.csv", _activities(programme))
    out.table("learners.csv", _learners(programme))
    out.lines("evidence.jsonl", _evidence(programme))
    out.table("duties.csv", _duties(programme))
    for round in Round.objects.filter(programme=programme, trial_of=None).order_by("pk"):
        _judging(out, round)
    for selection in Selection.objects.filter(programme=programme, frozen_at__isnull=False).order_by("pk"):
        out.unpack("selections", selection_pack(selection))
    out.lines("notices.jsonl", _notices(programme))
    out.table("certificates.csv", _certificates(programme))
    if with_names:
        out.table("names.csv", _names(programme))
        for source in SourceFile.objects.filter(programme=programme).select_related("file").order_by("pk"):
            out.add(
                f"files/{source.sha256[:12]}{Path(source.name).suffix.lower()}", media.read_bytes(source.file)
            )
    out.sums()
    return Written(folder, out.files, out.rows)


class _Folder:
    """Files below one folder, each with its hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums: dict[str, str] = {}
        self.rows = 0

    @property
    def files(self) -> int:
        return len(self._sums)

    def add(self, name: str, body: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self._sums[name] = hashlib.sha256(body).hexdigest()

    def text(self, name: str, body: str) -> None:
        self.add(name, body.encode())

    def json(self, name: str, value: Any) -> None:
        self.text(name, json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n")

    def lines(self, name: str, values: Iterable[Mapping[str, Any]]) -> None:
        told = [json.dumps(value, ensure_ascii=False, sort_keys=True) for value in values]
        self.rows += len(told)
        self.text(name, "".join(line + "\n" for line in told))

    def table(self, name: str, rows: Iterator[Sequence[Any]]) -> None:
        """The first row is the header; read by Excel as it is (BOM)."""
        text = io.StringIO()
        told = list(rows)
        csv.writer(text, lineterminator="\n").writerows(["" if v is None else v for v in row] for row in told)
        self.rows += max(len(told) - 1, 0)
        self.add(name, text.getvalue().encode("utf-8-sig"))

    def unpack(self, below: str, packed: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for name in archive.namelist():
                self.add(f"{below}/{name}", archive.read(name))

    def sums(self) -> None:
        lines = (f"{digest}  {name}\n" for name, digest in sorted(self._sums.items()))
        (self._folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _programme(programme: Programme) -> dict[str, Any]:
    return {
        "format": "yingzao-programme/1",
        "code": programme.code,
        "name": programme.name,
        "edition": programme.edition,
        "starts_on": programme.starts_on.isoformat(),
        "ends_on": programme.ends_on.isoformat(),
        "organisation": programme.organisation.name,
        "stages": [
            {
                "kind": stage.kind,
                "name": stage.name,
                "state": stage.state,
                "opens_on": stage.opens_on.isoformat(),
                "closes_on": stage.closes_on.isoformat(),
            }
            for stage in programme.stages.order_by("pk")
        ],
    }


def _activities(programme: Programme) -> Iterator[Sequence[Any]]:
    yield "code", "kind", "title", "required", "weight", "state", "rule"
    for a in Activity.objects.filter(programme=programme).order_by("position", "pk"):
        rule = json.dumps(a.rule, ensure_ascii=False, sort_keys=True)
        yield a.code, a.kind, a.title, int(a.is_required), a.weight, a.state, rule


def _learners(programme: Programme) -> Iterator[Sequence[Any]]:
    yield "code", "team", "state"
    for e in programme.enrolments.select_related("team").order_by("pk"):
        yield e.code, e.team.code if e.team else "", e.state


def _names(programme: Programme) -> Iterator[Sequence[Any]]:
    yield "code", "number", "name", "phone", "community"
    for e in programme.enrolments.select_related("community").order_by("pk"):
        yield e.code, e.number, e.name, e.phone, e.community_name


def _evidence(programme: Programme) -> Iterator[Mapping[str, Any]]:
    rows = Evidence.objects.filter(activity__programme=programme).select_related(
        "enrolment", "activity", "part", "source_row__source_file", "recorded_by"
    )
    for e in rows.order_by("pk"):
        row = e.source_row
        yield {
            "key": str(e.key),
            "learner": e.enrolment.code,
            "activity": e.activity.code,
            "part": e.part.code if e.part else "",
            "fact": e.fact,
            "happened_at": instant(e.happened_at),
            "until": instant(e.until),
            "recorded_at": instant(e.recorded_at),
            "recorded_by": e.recorded_by.code if e.recorded_by else "",
            "source": e.source,
            "withdrawn_at": instant(e.withdrawn_at),
            "row": {"file": row.source_file.sha256, "sheet": row.sheet, "row": row.number} if row else None,
        }


def _duties(programme: Programme) -> Iterator[Sequence[Any]]:
    yield "learner", "activity", "state", "share"
    duties = Duty.objects.filter(activity__programme=programme).order_by("enrolment__code", "activity__code")
    yield from duties.values_list("enrolment__code", "activity__code", "state", "share")


def _judging(out: _Folder, round: Round) -> None:
    runs = Calibration.objects.filter(round=round).order_by("pk")
    newest = runs.last()
    if newest is None:
        return

    def marks() -> Iterator[Sequence[Any]]:
        yield "learner", "judge", "criterion", "score"
        yield from newest.inputs["marks"]

    out.table(f"judging/{round.code}/marks.csv", marks())
    for run in runs:
        told = {"code": run.code, "sha256": run.sha256, "inputs": run.inputs, "results": run.results}
        accepted = {"counts": run.counts, "accepted_at": instant(run.accepted_at)}
        out.json(f"judging/{round.code}/calibration-{run.code}.json", told | accepted)


def _notices(programme: Programme) -> Iterator[Mapping[str, Any]]:
    for notice in PublicNotice.objects.filter(programme=programme).order_by("pk"):
        yield {"notice": notice.code, "sha256": notice.sha256, "state": notice.state, "frozen": notice.frozen}
    for o in Objection.objects.filter(notice__programme=programme).select_related("notice").order_by("pk"):
        yield {
            "objection": o.code,
            "notice": o.notice.code,
            "received_at": instant(o.received_at),
            "state": o.state,
            "replied_at": instant(o.replied_at),
        }


def _certificates(programme: Programme) -> Iterator[Sequence[Any]]:
    yield (
        "number",
        "code",
        "kind",
        "learner",
        "issued_at",
        "sha256",
        "pdf_sha256",
        "revoked_at",
        "revoked_reason",
    )
    for c in Certificate.objects.filter(programme=programme).order_by("number"):
        yield (
            c.number,
            c.code,
            c.kind,
            c.enrolment_code,
            instant(c.issued_at),
            c.sha256,
            c.pdf_sha256,
            instant(c.revoked_at),
            c.revoked_reason,
        )
