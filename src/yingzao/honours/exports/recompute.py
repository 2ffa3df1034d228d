"""Recompute a selection from its pack: python3 recompute.py [FOLDER]. Python 3.8 or later; NumPy only for adjusted marks.

It works out duties from their evidence, marks, totals, ties and places by the rules in README.md, names each piece that is not as
it was frozen, and says which places move. Exit 0: equal to result.json; 1: it differs.
"""
import csv, hashlib, json, sys
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import accumulate, groupby
from math import floor
from pathlib import Path
FOUND: list = []  # every difference, one line each
def differs(what, where): FOUND.append(f"× {what} {where}")
def sha256(data): return hashlib.sha256(data).hexdigest()
def canonical(value): return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
def rows_of(path): return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
def half_up(value, decimals):
    """A fraction rounded at the very end, as text with that many decimals."""
    return f"{floor(value * 10**decimals + Fraction(1, 2)) / 10**decimals:.{decimals}f}"
def pieces(inputs):
    """(where, what) of everything that was frozen: each setting, and of each learner each duty and each fact behind it."""
    for key, value in inputs.items():
        lines = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else [("", value)]
        yield from ((f"{key} {name}", line) for name, line in lines if key != "learners")
    for learner in inputs["learners"]:
        yield f"learner {learner['code']}", {**learner, "duties": [duty["activity"] for duty in learner["duties"]]}
        for where, duty in ((f"learner {learner['code']} duty {duty['activity']}", duty) for duty in learner["duties"]):
            yield where, {**duty, "evidence": [fact["key"] for fact in duty["evidence"]]}
            yield from ((f"{where} evidence {fact['key']}", fact) for fact in duty["evidence"])
def reaches(reason, facts, activity):
    """Whether the facts that a reason names come to what the activity's rule asks."""
    rule, code, at, sessions = activity["rule"], reason["code"], datetime.fromisoformat, activity.get("sessions", [])
    if code == "live.heard":  # whole minutes of the union of the stays inside the sessions
        whole, heard, seen = sum((at(end) - at(start) for start, end in sessions), timedelta()), timedelta(), ""
        for start, end in sorted((max(f["happened_at"], a), min(f["until"], b)) for f in facts if f["until"] for a, b in sessions):
            if end > max(start, seen): heard, seen = heard + at(end) - at(max(start, seen)), end
        share = Fraction(str(rule.get("min_share", "0.8" if rule.get("min_minutes") is None else 0)))
        return heard // timedelta(minutes=1) >= max(share * Fraction(whole // timedelta(seconds=1), 60), rule.get("min_minutes") or 0)
    if code in ("course.imported", "course.lessons"):
        return Fraction(reason.get("progress") or f"{reason['done']}/{reason['lessons']}") >= Fraction(str(rule.get("min_progress") or 1))
    asked = {"case": rule.get("reflection_characters", 100), "practice": rule.get("characters", 0), "live": 1}
    counts = code in ("visit.stops", "case.reflected", "case.read", "practice.handed_in", "live.made_up", "live.confirmed") and (
        reason.get("characters", len(facts)) >= asked.get(activity["kind"], min(rule.get("min_stops") or 99, reason.get("asked", 1))))
    return counts or any(fact["fact"] == "confirmed" for fact in facts)
def state_of(learner, duty, activity):
    """What a duty's evidence comes to: done, late, excused, or missed for all else. Where it is not plain, what was frozen."""
    state, evidence = "missed", {fact["key"]: fact for fact in duty["evidence"]}
    for reason in duty["reasons"]:
        named = [reason["evidence"]] if isinstance(reason.get("evidence"), str) else reason.get("evidence", [])
        facts = [evidence[key] for key in named if key in evidence]
        if facts and reason["code"] == "excused": state = "excused"
        elif facts and reaches(reason, facts, activity):
            last = max(fact.get("first_at") or fact["happened_at"] for fact in facts) if activity["kind"] not in ("live", "visit") else ""
            state = "late" if last > (activity.get("due_at") or "~") or reason.get("full") is False else "done"
    if not duty.get("plain") and (evidence or duty["state"] not in ("done", "late")): return duty["state"]
    if state != duty["state"].replace("pending", "missed"):
        differs("任务与依据不符 / not what its evidence comes to:", f"{learner} duty {activity['code']}: {duty['state']} -> {state}")
    return state
def marks_given(inputs, folder):
    """(learner, judge, criterion) -> points as the pack now says, naming every mark that is not as it was frozen."""
    frozen_marks, hashes, given = (inputs["calibration"] or {"inputs": {"marks": []}})["inputs"]["marks"], inputs["mark_hashes"], {}
    marks = [{tuple(row[:3]): int(row[3]) for row in rows} for rows in (frozen_marks, rows_of(folder / "marks.csv")[1:])]
    for key in sorted({*marks[0], *marks[1], *(tuple(key.split("|")) for key in hashes)}):
        name, now = "learner {} judge {} criterion {}".format(*key), [each.get(key) for each in marks]
        frozen = next((p for p in range(1001) if sha256("|".join([*key, str(p)]).encode()) == hashes.get("|".join(key))), None)
        for where, points in zip(("inputs.json", "marks.csv"), now):
            if points != frozen: differs("打分被改动 / mark changed in", f"{where}: {name}: frozen {frozen}, now {points}")
        given[key] = now[1] if now[1] != frozen else now[0]
    return {key: points for key, points in given.items() if points is not None}
def mean_of(sheets, criteria):
    """The mean of the complete sheets: 100 x sum(weight x points / levels) / sum(weight). None without any."""
    weights, levels = ({c["code"]: Fraction(c[of]) for c in criteria} for of in ("weight", "levels"))
    totals = [sum(weights[c] * p / levels[c] for c, p in sheet.items()) for sheet in sheets.values() if set(sheet) == set(weights)]
    return 100 * sum(totals) / sum(weights.values()) / len(totals) if totals else None
def adjusted(sheets, learner, criteria, run):
    """What the mean judge would have given, of 100, with the frozen severities: the measure by the marks, then the marks at it."""
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
    sheets, found, run = {code: {} for code in inputs["performance"]}, {}, inputs["calibration"] or {}
    for (learner, judge, criterion), points in marks_given(inputs, folder).items():
        sheets.setdefault(learner, {}).setdefault(judge, {})[criterion] = points
    for code, of, raw in ((code, of, run.get("counts", "raw") == "raw") for code, of in sorted(sheets.items())):
        then = None if inputs["performance"].get(code) is None else Fraction(inputs["performance"][code])
        now = mean_of(of, inputs["criteria"]) if raw else adjusted(of, code, inputs["criteria"], run["results"]["adjusted"])
        found[code] = then if None not in (now, then) and abs(now - then) <= (0 if raw else Fraction(3, 200)) else now
        if found[code] != then:
            now, then = (p if p is None or raw else half_up(p, 2) for p in (now, then))
            differs("实际表现不同 / performance differs:", f"{code}: recomputed {now}, frozen {then}")
    return found
def completion_of(duties, scheme, activities, kinds=()):
    """100 x what is done / what counts: done 1, late the scheme's share, missed and pending 0, excused left out."""
    counts, reached, possible = {"done": Fraction(1), "late": Fraction(scheme["late_share"])}, Fraction(0), Fraction(0)
    for duty, activity in ((duty, activities[duty["activity"]]) for duty in duties if duty["state"] != "excused"):
        if not kinds or activity["kind"] in kinds:
            weight = Fraction(activity["weight"] if scheme["duty_weighting"] == "by_weight" else 1)
            reached, possible = reached + weight * counts.get(duty["state"], 0), possible + weight
    return 100 * reached / possible if possible else None
def total_of(duties, scheme, activities, performance, given):
    """The parts by their weights, bonuses up to the scheme's most, deductions; None where a part is missing."""
    total, both = Fraction(0), (("duties", scheme["completion_weight"]), ("marks", scheme["performance_weight"]))
    for part in scheme.get("parts") or [{"source": source, "weight": weight, "kinds": []} for source, weight in both]:
        if part["source"] == "duties": value = completion_of(duties, scheme, activities, part["kinds"])
        else: value = performance if part["source"] == "marks" else next(iter(given.get(part["key"], [])), None)
        if value is None and Fraction(part["weight"]): return None
        total += Fraction(part["weight"]) * (value or 0) / 100
    bonus = min(sum(a for a in given.get("", []) if a > 0), Fraction(scheme.get("most_bonus", 0)))
    return max(total + bonus + sum(a for a in given.get("", []) if a < 0), Fraction(0))
def figures_of(inputs, judged):
    """Learner -> published figures, and the instant of the last fact behind the duties that count."""
    scheme, figures, activities, given = inputs["scheme"], {}, {a["code"]: a for a in inputs["activities"]}, {}
    for line in inputs.get("points", []):
        given.setdefault(line["learner"], {}).setdefault(line["part"], []).append(Fraction(line["points"]))
    for learner in inputs["learners"]:
        code, performance = learner["code"], judged.get(learner["code"])
        if performance is not None and scheme.get("bands"):
            performance = next(Fraction(points) for least, points in scheme["bands"] if performance >= Fraction(least))
        duties = [{**duty, "state": state_of(code, duty, activities[duty["activity"]])} for duty in learner["duties"]]
        values = {"total": total_of(duties, scheme, activities, performance, given.get(code, {})),
                  "completion": completion_of(duties, scheme, activities), "performance": performance}
        figures[code] = {key: None if v is None else half_up(v, scheme["decimals"]) for key, v in values.items()}
        facts = [fact for duty in duties if duty["state"] in ("done", "late") for fact in duty["evidence"]]
        figures[code]["at"] = max((fact["until"] or fact["happened_at"] for fact in facts), default="~")
        figures[code]["group"] = learner.get("group", "") if inputs["list"].get("group_by") else ""
    return figures

def list_of(inputs, figures, decisions):
    """Learner -> (rank, state): threshold, bars, order with the tie rule, then quota, ties and reserve, of each group or of all."""
    terms, number, barred = inputs["list"], lambda text: Fraction(text or 0), {bar["learner"] for bar in inputs["bars"]}
    least = number(half_up(Fraction(terms["least_completion"]), inputs["scheme"]["decimals"]))
    found = {code: (None, "barred" if code in barred else "not_chosen") for code in figures}
    able = [c for c, f in figures.items() if c not in barred and f["total"] is not None and number(f["completion"]) >= least]
    def order(code):
        f = figures[code]
        steps = {"performance": -number(f["performance"]), "completion": -number(f["completion"]), "earlier": f["at"]}
        return (-number(f["total"]), *(steps[rule] for rule in terms["tie_rule"]))
    ranked = [list(equal) for _, equal in groupby(sorted(able, key=order), key=order)]
    rank = {code: first for equal, first in zip(ranked, accumulate(map(len, ranked), initial=1)) for code in equal}
    chose = {tuple(sorted(d["tied"])): d["chosen"] for d in decisions}
    for name in sorted({f["group"] for f in figures.values()}):
        mine = {code for code, f in figures.items() if f["group"] == name}
        quota, reserve, open_tie = Fraction(terms["quota"]), terms["reserve"], False
        left = max(1, floor(quota * len(mine) / 100)) if terms["quota_kind"] == "percent" else floor(quota)
        for equal in ([code for code in group if code in mine] for group in ranked):
            tied, cut = tuple(sorted(equal)), 0 < left < len(equal)
            if cut and tied not in chose:
                found.update({code: (rank[code], "tied") for code in equal})
                left, open_tie = 0, True
                continue
            takes = equal if len(equal) <= left else chose[tied] if cut else []
            behind = [code for code in equal if code not in takes]  # who gets no place and may be a reserve
            left, fits = 0 if cut else left - len(takes), len(behind) <= reserve and not open_tie
            found.update({code: (rank[code], "chosen") for code in takes})
            found.update({code: (rank[code], "reserve" if fits else "not_chosen") for code in behind})
            reserve = reserve - len(behind) if fits else 0
    return found
def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    raw = (folder / "inputs.json").read_bytes()
    inputs, result, moved = json.loads(raw), json.loads((folder / "result.json").read_bytes()), []
    if sha256(raw) != result["inputs_sha256"]: differs("inputs.json is not the one with sha256 / 与公布的不符", result["inputs_sha256"])
    frozen, now = dict(rows_of(folder / "hashes.csv")), {where: sha256(canonical(what)) for where, what in pieces(inputs)}
    for where in sorted(where for where in {*frozen, *now} if frozen.get(where) != now.get(where)):
        differs("inputs.json 中被改动 / changed in inputs.json:", where)
    run, places = inputs["calibration"], {place["learner"]: place for place in result["places"]}
    if run and sha256(canonical(run["inputs"])) != run["sha256"]: differs("打分有变 / the marks are not those of the calibration's", "sha256")
    figures = figures_of(inputs, performances(inputs, folder))
    found = list_of(inputs, figures, result["tie_decisions"])
    for code, then in ((code, places.get(code, {})) for code in sorted({*places, *found})):
        now = figures.get(code, {})
        for part in (part for part in ("completion", "performance", "total") if now.get(part) != then.get(part)):
            differs("公布与重算不同 / published otherwise:", f"{code} {part}: published {then.get(part)}, recomputed {now.get(part)}")
        old, new = ("{} {}".format(*each) for each in ((then.get("rank"), then.get("state")), found.get(code, (None, None))))
        if old != new: moved.append(f"× 名次变动 / place moves: {code}: {old} -> {new}")
    said = [*FOUND, *(moved or ["以上改动不移动任何名次。 / None of this moves a place."]), "不同 / DIFFERENT"]
    chosen = [place["learner"] for place in result["places"] if place["state"] == "chosen"]
    print("\n".join(said) if FOUND or moved else f"相同 / EQUAL: {len(found)} learners, {len(chosen)} chosen: {', '.join(chosen)}")
    return 1 if FOUND or moved else 0
if __name__ == "__main__": sys.exit(main())
