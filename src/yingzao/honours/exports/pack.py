"""The selection pack: everything somebody needs who does not trust us. Codes only, no names."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from yingzao.honours.models import Selection, TieDecision
from yingzao.honours.queries import rows
from yingzao.honours.rules.snapshot import canonical

PROGRAM = Path(__file__).with_name("recompute.py")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same selection gives the same bytes

RULES = Path(__file__).with_name("pack.md").read_text(encoding="utf-8")


def marks_csv(snapshot: dict) -> bytes:
    """learner, judge, criterion, score: readable by Excel (BOM) and by `yingzao calibrate`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", "judge", "criterion", "score"])
    if snapshot["calibration"]:
        writer.writerows(snapshot["calibration"]["inputs"]["marks"])
    return text.getvalue().encode("utf-8-sig")


def pieces(snapshot: Mapping) -> Iterator[tuple[str, Any]]:
    """(where, what) of everything that was frozen: each setting, and of each learner each duty and each fact behind it."""
    for key, value in snapshot.items():
        if key == "learners":
            continue
        if isinstance(value, dict):
            yield from ((f"{key} {name}", line) for name, line in value.items())
        elif isinstance(value, list):
            yield from ((f"{key} {n}", line) for n, line in enumerate(value))
        else:
            yield f"{key} ", value
    for learner in snapshot["learners"]:
        code = learner["code"]
        yield f"learner {code}", {**learner, "duties": [duty["activity"] for duty in learner["duties"]]}
        for duty in learner["duties"]:
            where = f"learner {code} duty {duty['activity']}"
            yield where, {**duty, "evidence": [fact["key"] for fact in duty["evidence"]]}
            yield from ((f"{where} evidence {fact['key']}", fact) for fact in duty["evidence"])


def hashes_csv(snapshot: Mapping) -> bytes:
    """What each piece's SHA-256 is, so that one that was changed can be named. In the order of their names: PostgreSQL keeps
    no order of keys."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        sorted((where, hashlib.sha256(canonical(what)).hexdigest()) for where, what in pieces(snapshot))
    )
    return text.getvalue().encode()


def result_of(selection: Selection) -> dict:
    """The list as it stands, by code, with the decisions about ties where there were any."""
    decisions = TieDecision.objects.filter(selection=selection)

    def text(value) -> str | None:
        return None if value is None else f"{value:.{selection.snapshot['scheme']['decimals']}f}"

    return {
        "format": "yingzao-result/1",
        "selection": selection.code,
        "inputs_sha256": selection.sha256,
        "state": selection.state,
        "tie_decisions": [{"tied": decision.tied, "chosen": decision.chosen} for decision in decisions],
        "places": [
            {
                "learner": place.enrolment_code,
                "rank": place.rank,
                "state": place.state,
                "total": text(place.total),
                "completion": text(place.completion),
                "performance": text(place.performance),
            }
            for place in rows.places_of(selection)
        ],
    }


def selection_pack(selection: Selection) -> bytes:
    """A zip with the frozen inputs, the list, hashes, a README and the program that recomputes. Frozen ones only."""
    snapshot = selection.snapshot
    if not snapshot or not selection.frozen_at:
        raise ValueError("only a frozen selection has a pack")
    files = {
        "README.md": RULES.replace("{name}", selection.name)
        .replace("{code}", selection.code)
        .replace("{frozen_at}", snapshot["as_of"])
        .replace("{sha256}", selection.sha256)
        .encode(),
        "hashes.csv": hashes_csv(snapshot),
        "inputs.json": canonical(snapshot),
        "marks.csv": marks_csv(snapshot),
        "recompute.py": PROGRAM.read_bytes(),
        "result.json": canonical(result_of(selection)),
    }
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{selection.code}/{name}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, body)
    return packed.getvalue()
