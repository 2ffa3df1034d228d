"""Recompute a selection from its pack: python3 recompute.py [FOLDER]

Needs Python 3.8 or later, NumPy only where marks were adjusted for judges' severity, and knows nothing of the program that
wrote the pack. It reads inputs.json (what the list follows from), marks.csv (the same marks, for a spreadsheet) and result.json
(the list as published), works everything out again, and says where it comes to something else. Exit 0: equal; 1: it differs.
"""

# Kept short enough to be read in one sitting, which the formatter would not.
# fmt: off
# ruff: noqa: E401, E701, I001
import csv, hashlib, json, sys
from fractions import Fraction
from itertools import groupby
from math import floor
from pathlib import Path
FOUND: list = []  # every difference, one line each
def differs(chinese, english): FOUND.append(f"✗ {chinese} / {english}")
def sha256(data): return hashlib.sha256(data).hexdigest()

def half_up(value, decimals):
    """A fraction rounded at the very end, as text with that many decimals."""
    digits = str(floor(value * 10**decimals + Fraction(1, 2))).rjust(decimals + 1, "0")
    return digits[: len(digits) - decimals] + ("." + digits[-decimals:] if decimals else "")

def marks_given(inputs, folder):
    """(learner, judge, criterion) -> points as the pack now says, naming every mark that is not as it was frozen."""
    run = inputs["calibration"] or {"inputs": {"marks": []}}
    in_json = {tuple(row[:3]): int(row[3]) for row in run["inputs"]["marks"]}
    with open(folder / "marks.csv", encoding="utf-8-sig", newline="") as file:
        in_csv = {(r["learner"], r["judge"], r["criterion"]): int(r["score"]) for r in csv.DictReader(file)}
    hashes, given = {tuple(key.split("|")): value for key, value in inputs["mark_hashes"].items()}, {}
    for key in sorted(set(in_json) | set(in_csv) | set(hashes)):
        name = "learner {} judge {} criterion {}".format(*key)
        frozen = next((p for p in range(1001) if sha256("|".join([*key, str(p)]).encode()) == hashes.get(key)), None)
        for where, marks in (("inputs.json", in_json), ("marks.csv", in_csv)):
            if marks.get(key) != frozen:
                differs(f"{where} 的打分被改动：{name}：冻结时 {frozen}，现在 {marks.get(key)}",
                        f"mark changed in {where}: {name}: frozen {frozen}, now {marks.get(key)}")
        given[key] = in_csv.get(key) if in_csv.get(key) != frozen else in_json.get(key)
    return {key: points for key, points in given.items() if points is not None}

def mean_of(sheets, criteria):
    """The mean of the complete sheets: 100 x sum(weight x points / levels) / sum(weight). None without any."""
    weights, levels = ({c["code"]: Fraction(c[of]) for c in criteria} for of in ("weight", "levels"))
    totals = [100 * sum(weights[c] * p / levels[c] for c, p in sheet.items()) / sum(weights.values())
              for sheet in sheets.values() if set(sheet) == set(weights)]
    return sum(totals) / len(totals) if totals else None

def adjusted(sheets, learner, criteria, run):
    """What the mean judge would have given, of 100, severities as they were frozen: the expected measure by the learner's
    marks, then the marks expected at it. docs/algorithms/calibration.md has the model."""
    import numpy as np
    kept, low, scale = run["frozen"], run["frozen"]["lowest"], {c["id"]: c for c in run["frozen"]["criteria"]}
    severity = {judge["id"]: judge["severity"] for judge in run["judges"]}
    marks = [(severity[j], scale[c], p - low) for j, sheet in sheets.items() for c, p in sheet.items() if j in severity and c in scale]
    if not marks or learner not in kept["prior_means"]: return None
    def chances(c, theta):  # of each category: its log weight is k x theta - offset
        log = np.array([k * theta - offset for k, offset in c["steps"]])
        return np.exp(log - log.max(axis=0)) / np.exp(log - log.max(axis=0)).sum(axis=0)
    if run["fit"]["scale"] == "linear":  # mark x factor = centre + measure - severity, a crossed random effect
        pull = kept["noise"] / kept["spread"] if kept["spread"] else 0
        theta = sum(p * c["factor"] - c["centre"] + s for s, c, p in marks) / (len(marks) + pull)
        of = {code: (c["centre"] + theta) / c["factor"] for code, c in scale.items()}
    else:
        z = np.linspace(-6, 6, 2401)
        points, log = kept["prior_means"][learner] + kept["spread"] ** 0.5 * z, -z * z / 2
        for s, c, p in marks:
            log = log + np.log(next((row for (k, _), row in zip(c["steps"], chances(c, points - s)) if k == p), 0 * z + 1e-300))
        theta = (np.exp(log - log.max()) * points).sum() / np.exp(log - log.max()).sum()
        of = {code: sum(k * p for (k, _), p in zip(c["steps"], chances(c, theta))) for code, c in scale.items()}
    weigh, levels = {c["code"]: float(c["weight"]) for c in criteria if c["code"] in of}, {c["code"]: c["levels"] for c in criteria}
    return Fraction(float(100 * sum(w * (of[c] + low) / levels[c] for c, w in weigh.items()) / sum(weigh.values())))

def performances(inputs, folder):
    """Learner -> performance of 100: the raw mean exactly; an adjusted mark with two decimals, give or take one in the last."""
    frozen = {code: None if p is None else Fraction(p) for code, p in inputs["performance"].items()}
    sheets: dict = {code: {} for code in frozen}
    for (learner, judge, criterion), points in marks_given(inputs, folder).items():
        sheets.setdefault(learner, {}).setdefault(judge, {})[criterion] = points
    run, found, most = inputs["calibration"], {}, Fraction(0)
    for code, of in sorted(sheets.items()):
        if run.get("counts", "raw") == "raw":
            found[code] = mean_of(of, inputs["criteria"])
        else:
            most, found[code] = Fraction(3, 200), adjusted(of, code, inputs["criteria"], run["results"]["adjusted"])
        now, then = found[code], frozen.get(code)
        if (now is None) != (then is None) or (now is not None and abs(now - then) > most):
            now, then = (p if p is None or not most else half_up(p, 2) for p in (now, then))
            differs(f"实际表现不同：{code}：重算 {now}，冻结 {then}", f"performance differs: {code}: recomputed {now}, frozen {then}")
        elif most:
            found[code] = then
    return found

def completion_of(duties, scheme, activities, kinds=()):
    """100 x what is done / what counts: done 1, late the scheme's share, missed and pending 0, excused left out."""
    counts = {"done": Fraction(1), "late": Fraction(scheme["late_share"]), "missed": Fraction(0), "pending": Fraction(0)}
    reached = possible = Fraction(0)
    for duty, activity in ((duty, activities[duty["activity"]]) for duty in duties):
        if duty["state"] != "excused" and (not kinds or activity["kind"] in kinds):
            weight = Fraction(activity["weight"] if scheme["duty_weighting"] == "by_weight" else 1)
            reached, possible = reached + weight * counts[duty["state"]], possible + weight
    return 100 * reached / possible if possible else None

def total_of(learner, scheme, activities, performance, given):
    """The parts by their weights, bonuses up to the scheme's most, deductions; None where a part is missing."""
    total, both = Fraction(0), (("duties", scheme["completion_weight"]), ("marks", scheme["performance_weight"]))
    for part in scheme.get("parts") or [{"source": source, "weight": weight, "kinds": []} for source, weight in both]:
        if part["source"] == "duties":
            value = completion_of(learner["duties"], scheme, activities, part["kinds"])
        else:
            value = performance if part["source"] == "marks" else next(iter(given.get(part["key"], [])), None)
        if value is None and Fraction(part["weight"]):
            return None
        total += Fraction(part["weight"]) * (value or 0) / 100
    bonus = min(sum(a for a in given.get("", []) if a > 0), Fraction(scheme.get("most_bonus", 0)))
    return max(total + bonus + sum(a for a in given.get("", []) if a < 0), Fraction(0))

def figures_of(inputs, judged):
    """Learner -> published figures, and the instant of the last fact behind the duties that count."""
    scheme, figures, activities = inputs["scheme"], {}, {a["code"]: a for a in inputs["activities"]}
    given: dict = {}
    for line in inputs.get("points", []):
        given.setdefault(line["learner"], {}).setdefault(line["part"], []).append(Fraction(line["points"]))
    for learner in inputs["learners"]:
        code, performance = learner["code"], judged.get(learner["code"])
        if performance is not None and scheme.get("bands"):
            performance = next(Fraction(points) for least, points in scheme["bands"] if performance >= Fraction(least))
        done = [duty for duty in learner["duties"] if duty["state"] in ("done", "late")]
        for duty in (duty for duty in done if not duty["evidence"]):
            differs(f"没有依据的任务：{duty['activity']}", f"a duty without evidence: {duty['activity']}")
        values = {"total": total_of(learner, scheme, activities, performance, given.get(code, {})),
                  "completion": completion_of(learner["duties"], scheme, activities), "performance": performance}
        figures[code] = {key: None if v is None else half_up(v, scheme["decimals"]) for key, v in values.items()}
        figures[code]["at"] = max((f["until"] or f["happened_at"] for duty in done for f in duty["evidence"]), default="~")
        figures[code]["group"] = learner.get("group", "") if inputs["list"].get("group_by") else ""
    return figures

def list_of(inputs, figures, decisions):
    """Learner -> (rank, state): threshold, bars, order with the tie rule, then quota, ties and reserve, of each group or of all."""
    terms, number, barred = inputs["list"], lambda text: Fraction(text or 0), {bar["learner"] for bar in inputs["bars"]}
    least = number(half_up(Fraction(terms["least_completion"]), inputs["scheme"]["decimals"]))
    found = {code: (None, "barred" if code in barred else "not_chosen") for code in figures}
    able = [c for c, f in figures.items() if c not in barred and f["total"] is not None
            and (not least or (f["completion"] is not None and number(f["completion"]) >= least))]
    def order(code):
        f = figures[code]
        steps = {"performance": -number(f["performance"]), "completion": -number(f["completion"]), "earlier": f["at"]}
        return (-number(f["total"]), *(steps[rule] for rule in terms["tie_rule"]))
    ranked = [list(equal) for _, equal in groupby(sorted(able, key=order), key=order)]
    rank = {code: 1 + sum(map(len, ranked[:n])) for n, equal in enumerate(ranked) for code in equal}
    chose = {tuple(sorted(d["tied"])): d["chosen"] for d in decisions}
    for name in sorted({f["group"] for f in figures.values()}):
        mine = {code for code, f in figures.items() if f["group"] == name}
        quota, reserve, open_tie = Fraction(terms["quota"]), terms["reserve"], False
        left = max(1, floor(quota * len(mine) / 100)) if terms["quota_kind"] == "percent" else floor(quota)
        for equal in ([code for code in group if code in mine] for group in ranked):
            takes, behind, tied = [], [], tuple(sorted(equal))  # behind: who gets no place and may be a reserve
            if len(equal) <= left:
                takes, left = equal, left - len(equal)
            elif left and tied in chose:
                takes, behind, left = chose[tied], [code for code in equal if code not in chose[tied]], 0
            elif left:
                found.update({code: (rank[code], "tied") for code in equal})
                left, open_tie = 0, True
            else:
                behind = equal
            fits = len(behind) <= reserve and not open_tie
            found.update({code: (rank[code], "chosen") for code in takes})
            found.update({code: (rank[code], "reserve" if fits else "not_chosen") for code in behind})
            reserve = reserve - len(behind) if fits else 0
    return found

def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    raw = (folder / "inputs.json").read_bytes()
    inputs, result, moved = json.loads(raw), json.loads((folder / "result.json").read_bytes()), []
    if sha256(raw) != result["inputs_sha256"]:
        differs("inputs.json 与公布的 sha256 不符", f"inputs.json is not the one with sha256 {result['inputs_sha256']}")
    run, dump = inputs["calibration"], json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
    if run and sha256(dump(run["inputs"]).encode()) != run["sha256"]:
        differs("打分与评分校准的 sha256 不符", "the marks are not those of the calibration's sha256")
    figures = figures_of(inputs, performances(inputs, folder))
    found = list_of(inputs, figures, result["tie_decisions"])
    if sorted(place["learner"] for place in result["places"]) != sorted(found):
        differs("名单上的人与输入不同", "the list names other learners than the inputs")
    for place in [place for place in result["places"] if place["learner"] in found]:
        code, now = place["learner"], found[place["learner"]]
        for part in (part for part in ("completion", "performance", "total") if figures[code][part] != place[part]):
            then, again = place[part], figures[code][part]
            differs(f"{code} {part}：公布 {then}，重算 {again}", f"{code} {part}: published {then}, recomputed {again}")
        if now != (place["rank"], place["state"]):
            moved.append(f"✗ 名次变动 / place moves: {code}: {place['rank']} {place['state']} -> {now[0]} {now[1]}")
    chosen = [p["learner"] for p in result["places"] if p["state"] == "chosen"]
    said = [*FOUND, *(moved or ["以上改动不移动任何名次。 / None of this moves a place."]), "不同 / DIFFERENT"]
    print("\n".join(said) if FOUND or moved else f"相同 / EQUAL: {len(found)} learners, {len(chosen)} chosen: {', '.join(chosen)}")
    return 1 if FOUND or moved else 0

if __name__ == "__main__":
    sys.exit(main())
