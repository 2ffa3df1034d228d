"""Recompute a selection from its pack: python3 recompute.py [FOLDER]

Needs Python 3.8 or later and nothing else, and knows nothing of the program that wrote the pack. It reads inputs.json
(what the list follows from), marks.csv (the same marks, for a spreadsheet) and result.json (the list as published),
works everything out again in exact fractions, and says where it comes to something else. Exit 0: equal; 1: it differs.
"""

# Kept short enough to be read in one sitting, which the formatter would not.
# fmt: off
import csv
import hashlib
import json
import sys
from fractions import Fraction
from itertools import groupby
from math import floor
from pathlib import Path

FOUND: list = []  # every difference, one line each


def differs(chinese, english):
    FOUND.append(f"✗ {chinese} / {english}")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def half_up(value, decimals):
    """A fraction rounded at the very end, as text with that many decimals."""
    digits = str(floor(value * 10**decimals + Fraction(1, 2))).rjust(decimals + 1, "0")
    return digits[: len(digits) - decimals] + ("." + digits[-decimals:] if decimals else "")


# Marks: which of them are as they were frozen


def marks_given(inputs, folder):
    """(learner, judge, criterion) -> points as the pack now says, naming every mark that is not as it was frozen."""
    rows = inputs["calibration"]["inputs"]["marks"] if inputs["calibration"] else []
    in_json = {tuple(row[:3]): int(row[3]) for row in rows}
    with open(folder / "marks.csv", encoding="utf-8-sig", newline="") as file:
        in_csv = {(r["learner"], r["judge"], r["criterion"]): int(r["score"]) for r in csv.DictReader(file)}
    hashes = {tuple(key.split("|")): value for key, value in inputs["mark_hashes"].items()}
    given = {}
    for key in sorted(set(in_json) | set(in_csv) | set(hashes)):
        name = "learner {} judge {} criterion {}".format(*key)
        frozen = next((p for p in range(1001) if sha256("|".join([*key, str(p)]).encode()) == hashes.get(key)), None)
        for where, marks in (("inputs.json", in_json), ("marks.csv", in_csv)):
            if marks.get(key) != frozen:
                differs(f"{where} 的打分被改动：{name}：冻结时 {frozen}，现在 {marks.get(key)}",
                        f"mark changed in {where}: {name}: frozen {frozen}, now {marks.get(key)}")
        given[key] = in_csv.get(key) if in_csv.get(key) != frozen else in_json.get(key)
    return {key: points for key, points in given.items() if points is not None}


def performance_of(sheets, criteria):
    """The mean of the complete sheets: 100 x sum(weight x points / levels) / sum(weight). None without any."""
    weights = {c["code"]: Fraction(c["weight"]) for c in criteria}
    levels = {c["code"]: c["levels"] for c in criteria}
    totals = [
        100 * sum(weights[c] * Fraction(p, levels[c]) for c, p in sheet.items()) / sum(weights.values())
        for sheet in sheets
        if set(sheet) == set(weights)
    ]
    return sum(totals) / len(totals) if totals else None


def performances(inputs, folder):
    """Learner -> exact performance from the marks; adjusted marks as they were frozen."""
    frozen = {code: None if p is None else Fraction(p) for code, p in inputs["performance"].items()}
    sheets: dict = {code: {} for code in frozen}
    for (learner, judge, criterion), points in marks_given(inputs, folder).items():
        sheets.setdefault(learner, {}).setdefault(judge, {})[criterion] = points
    if not inputs["calibration"] or inputs["calibration"].get("counts", "raw") != "raw":
        return frozen
    found = {code: performance_of(of.values(), inputs["criteria"]) for code, of in sheets.items()}
    for code in sorted(found):
        if found[code] != frozen.get(code):
            differs(f"实际表现不同：{code}：重算 {found[code]}，冻结 {frozen.get(code)}",
                    f"performance differs: {code}: recomputed {found[code]}, frozen {frozen.get(code)}")
    return found


# Completion, total, list


def completion_of(duties, scheme, weights):
    """100 x what is done / what counts: done 1, late the scheme's share, missed and pending 0, excused left out."""
    counts = {"done": Fraction(1), "late": Fraction(scheme["late_share"]), "missed": Fraction(0), "pending": Fraction(0)}
    reached = possible = Fraction(0)
    for duty in duties:
        if duty["state"] == "excused":
            continue
        if duty["state"] in ("done", "late") and not duty["evidence"]:
            differs(f"没有依据的任务：{duty['activity']}", f"a duty without evidence: {duty['activity']}")
        weight = weights[duty["activity"]] if scheme["duty_weighting"] == "by_weight" else Fraction(1)
        reached += weight * counts[duty["state"]]
        possible += weight
    return 100 * reached / possible if possible else None


def figures_of(inputs, judged):
    """Learner -> published figures, and the instant of the last fact behind the duties that count."""
    scheme, figures = inputs["scheme"], {}
    weights = {a["code"]: Fraction(a["weight"]) for a in inputs["activities"]}
    shares = (Fraction(scheme["completion_weight"]), Fraction(scheme["performance_weight"]))
    for learner in inputs["learners"]:
        parts = (completion_of(learner["duties"], scheme, weights), judged.get(learner["code"]))
        missing = any(part is None and share for part, share in zip(parts, shares))
        total = None if missing else sum(p * s for p, s in zip(parts, shares) if p is not None) / 100
        facts = [f for d in learner["duties"] if d["state"] in ("done", "late") for f in d["evidence"]]
        last = max((fact["until"] or fact["happened_at"] for fact in facts), default="~")
        shown = [None if value is None else half_up(value, scheme["decimals"]) for value in (total, *parts)]
        figures[learner["code"]] = dict(zip(("total", "completion", "performance"), shown), at=last)
    return figures


def list_of(inputs, figures, decision):
    """Learner -> (rank, state): threshold, bars, order with the tie rule, quota, undecided ties, reserve."""
    terms, number = inputs["list"], lambda text: Fraction(text or 0)
    barred = {bar["learner"] for bar in inputs["bars"]}
    least = number(half_up(Fraction(terms["least_completion"]), inputs["scheme"]["decimals"]))
    found = {code: (None, "barred" if code in barred else "not_chosen") for code in figures}
    able = [c for c, f in figures.items() if c not in barred and f["total"] is not None
            and (not least or (f["completion"] is not None and number(f["completion"]) >= least))]

    def order(code):
        f = figures[code]
        steps = {"performance": -number(f["performance"]), "completion": -number(f["completion"]), "earlier": f["at"]}
        return (-number(f["total"]), *(steps[rule] for rule in terms["tie_rule"]))

    quota = floor(Fraction(terms["quota"]))
    if terms["quota_kind"] == "percent":
        quota = max(1, floor(Fraction(terms["quota"]) * len(figures) / 100))
    left, reserve, rank, open_tie = quota, terms["reserve"], 1, False
    for group in [list(equal) for _, equal in groupby(sorted(able, key=order), key=order)]:
        behind = []  # who of the group gets no place and may be a reserve
        if len(group) <= left:
            found.update({code: (rank, "chosen") for code in group})
            left -= len(group)
        elif left and decision and sorted(decision["tied"]) == sorted(group):
            behind, left = [code for code in group if code not in decision["chosen"]], 0
            found.update({code: (rank, "chosen") for code in decision["chosen"]})
        elif left:
            found.update({code: (rank, "tied") for code in group})
            left, open_tie = 0, True
        else:
            behind = group
        fits = len(behind) <= reserve and not open_tie
        found.update({code: (rank, "reserve" if fits else "not_chosen") for code in behind})
        reserve = reserve - len(behind) if fits else 0
        rank += len(group)
    return found


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    raw = (folder / "inputs.json").read_bytes()
    inputs, result = json.loads(raw), json.loads((folder / "result.json").read_bytes())
    if sha256(raw) != result["inputs_sha256"]:
        differs("inputs.json 与公布的 sha256 不符", f"inputs.json is not the one with sha256 {result['inputs_sha256']}")
    run = inputs["calibration"]
    if run and sha256(canonical(run["inputs"])) != run["sha256"]:
        differs("打分与评分校准的 sha256 不符", "the marks are not those of the calibration's sha256")
    figures = figures_of(inputs, performances(inputs, folder))
    found, moved = list_of(inputs, figures, result["tie_decision"]), []
    if sorted(place["learner"] for place in result["places"]) != sorted(found):
        differs("名单上的人与输入不同", "the list names other learners than the inputs")
    for place in [place for place in result["places"] if place["learner"] in found]:
        code, now = place["learner"], found[place["learner"]]
        for part in ("completion", "performance", "total"):
            if figures[code][part] != place[part]:
                differs(f"{code} {part}：公布 {place[part]}，重算 {figures[code][part]}",
                        f"{code} {part}: published {place[part]}, recomputed {figures[code][part]}")
        if now != (place["rank"], place["state"]):
            moved.append(f"✗ 名次变动 / place moves: {code}: {place['rank']} {place['state']} -> {now[0]} {now[1]}")
    if not FOUND and not moved:
        chosen = [place["learner"] for place in result["places"] if place["state"] == "chosen"]
        print(f"相同 / EQUAL: {len(found)} learners, {len(chosen)} chosen: {', '.join(chosen)}")
        return 0
    print("\n".join(FOUND + (moved or ["以上改动不移动任何名次。 / None of this moves a place."])))
    print("不同 / DIFFERENT")
    return 1


if __name__ == "__main__":
    sys.exit(main())
