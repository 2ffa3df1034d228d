"""The selection pack: everything somebody needs who does not trust us. Codes only, no names."""

import csv
import hashlib
import io
import zipfile
from pathlib import Path

from yingzao.honours.models import Selection, TieDecision
from yingzao.honours.queries import rows
from yingzao.honours.rules.snapshot import canonical

PROGRAM = Path(__file__).with_name("recompute.py")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the same selection gives the same bytes

README = """# 复算包 / Selection pack

{name} · {code}
冻结于 / frozen at {frozen_at} (UTC)
inputs.json 的 sha256 / sha256 of inputs.json:
{sha256}

公示纸张和网页上印有同一个 sha256。先比对,再复算:
Compare the sha256 with the one on the public notice, then recompute:

    sha256sum -c SHA256SUMS        # 每个文件是否完整 / whether each file is whole
    python3 recompute.py           # 重算名单 / work the list out again

- `inputs.json`  冻结的全部输入,以代码代替姓名:评分办法、名额与并列规则、学习活动、每位学员的每项任务(状态、理由、
  依据和来源文件的行号)、评分校准及全部打分、一票否决。/ Every frozen input, by code.
- `marks.csv`    同一批打分:learner, judge, criterion, score。可用 `yingzao calibrate marks.csv` 重新校准。/ The marks again.
- `result.json`  公布的名单。/ The list as published.
- `recompute.py` 只用 Python 标准库(分数经过校准时另需 NumPy),不到 200 行,请先读它。/ Standard library (NumPy for adjusted marks).

规则 / The rules: 任务完成度 = 100 × Σ(计分) ÷ Σ(权重),完成计 1,迟交按评分办法计,请假不计入分母,缺和未完成计 0。
总分 = 任务完成度 × 权重 + 实际表现 × 权重。最后一步才四舍五入;名次只看公布的数字。百分比名额向下取整,至少 1 名。
并列按规则顺序区分,区分不了的都不占名额,由督导委员会说明理由后决定。
"""


def marks_csv(snapshot: dict) -> bytes:
    """learner, judge, criterion, score: readable by Excel (BOM) and by `yingzao calibrate`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["learner", "judge", "criterion", "score"])
    if snapshot["calibration"]:
        writer.writerows(snapshot["calibration"]["inputs"]["marks"])
    return text.getvalue().encode("utf-8-sig")


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
        "README.md": README.format(
            name=selection.name,
            code=selection.code,
            frozen_at=snapshot["as_of"],
            sha256=selection.sha256,
        ).encode(),
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
