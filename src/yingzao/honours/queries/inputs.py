"""What a selection stands on, collected by code: duties with their evidence, judged points with their marks, bars.

Reading only; the number of queries does not grow with learners. Texts that could name a person are left out.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from yingzao.activities import queries as activities
from yingzao.activities.kind import Frame
from yingzao.activities.models import Activity, Evidence
from yingzao.honours.models import Scheme, Selection
from yingzao.honours.queries import rows
from yingzao.honours.settling import is_plain
from yingzao.judging.models import Calibration
from yingzao.judging.queries import performances_of
from yingzao.programmes.models import Programme

FORMAT = "yingzao-selection/1"
PRIVATE = frozenset({"why"})  # of a reason: an excuse in somebody's own words may say more than a list needs


def written(value: Any) -> str:
    """A stored decimal as text that is the same from any database: 40.00 → 40, 0.500 → 0.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def instant(moment: dt.datetime | None) -> str | None:
    """UTC with microseconds, so that the order of the texts is the order of time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds") if moment else None


def mark_sha256(learner: str, judge: str, criterion: str, points: int) -> str:
    """The hash of one mark: SHA-256 of its four values joined by `|`."""
    return hashlib.sha256(f"{learner}|{judge}|{criterion}|{points}".encode()).hexdigest()


def scheme_values(scheme: Scheme) -> dict:
    return {
        "code": scheme.code,
        "number": scheme.number,
        "completion_weight": written(scheme.completion_weight),
        "performance_weight": written(scheme.performance_weight),
        "late_share": written(scheme.late_share),
        "duty_weighting": scheme.duty_weighting,
        "decimals": scheme.decimals,
        **({"parts": scheme.parts} if scheme.parts else {}),
        **({"bands": scheme.bands} if scheme.bands else {}),
        **({"most_bonus": written(scheme.most_bonus)} if scheme.most_bonus else {}),
    }


def list_values(selection: Selection) -> dict:
    return {
        "quota_kind": selection.quota_kind,
        "quota": written(selection.quota),
        "reserve": selection.reserve,
        "least_completion": written(selection.least_completion),
        "tie_rule": list(selection.tie_rule),
        **({"group_by": selection.group_by} if selection.group_by else {}),
    }


def evidence_keys(reasons: list[dict]) -> list[str]:
    """The keys of the facts that a duty's reasons name, each once, in their order."""
    keys: dict[str, None] = {}
    for reason in reasons:
        named = reason.get("evidence", ())
        keys |= dict.fromkeys([named] if isinstance(named, str) else named)
    return list(keys)


def _facts(programme: Programme, moment: dt.datetime) -> dict[str, dict]:
    """Evidence key → what the snapshot says of it, with the file and row that it came from."""
    rows = Evidence.objects.filter(activity__programme=programme, happened_at__lte=moment).values_list(
        "key",
        "fact",
        "happened_at",
        "until",
        "source",
        "source_row__source_file__sha256",
        "source_row__sheet",
        "source_row__number",
        "detail__first_at",
    )
    return {
        str(key): {
            "key": str(key),
            "fact": fact,
            "happened_at": instant(happened_at),
            "until": instant(until),
            "source": source,
            "row": {"file": sha256, "sheet": sheet, "row": number} if sha256 else None,
            **({"first_at": instant(dt.datetime.fromisoformat(first))} if first else {}),
        }
        for key, fact, happened_at, until, source, sha256, sheet, number, first in rows
    }


def _learners(
    selection: Selection, moment: dt.datetime, digests: Mapping[str, str]
) -> tuple[list, list, list]:
    """(activities, learners, offered) as values; activities in the programme's order, learners by code. `offered` are the
    voluntary activities that give credit hours: what learners did of them stands apart, since it counts in no figure."""
    programme = selection.programme
    groups = _groups(selection)
    planned = list(activities.activities_of(programme))
    asked = [a for a in planned if a.is_required]
    offered = [a for a in planned if not a.is_required and a.hours]
    learners = sorted(activities.learners_of(programme).values_list("code", "pk"))
    duties = activities.duties_at(programme, moment)
    facts = _facts(programme, moment)
    told = _told([*asked, *offered], moment)

    def held(pk: int, among: Sequence[Activity]) -> list[dict]:
        found = ((activity, duties.get((pk, activity.pk))) for activity in among)
        return [_duty(told[activity.pk], duty, facts) for activity, duty in found if duty is not None]

    lines = [
        {"code": code, "name": digests.get(code, ""), "duties": held(pk, asked)}
        | ({"offered": held(pk, offered)} if offered else {})
        | ({"group": groups.get(code, "")} if groups else {})
        for code, pk in learners
    ]
    return [told[a.pk] for a in asked], lines, [told[a.pk] for a in offered]


def _groups(selection: Selection) -> dict[str, str]:
    """Enrolment code → the group whose places it is among: the code of a team or community, or a town's name."""
    of = {"team": "team__code", "community": "community__code", "town": "community__town"}.get(
        selection.group_by
    )
    if of is None:
        return {}
    return {
        code: group or ""
        for code, group in activities.learners_of(selection.programme).values_list("code", of)
    }


def _points(selection: Selection) -> list[dict]:
    """What staff gave and who gave it. The reason stays with the row."""
    given = (
        rows.standing_points(selection).select_related("given_by").order_by("enrolment_code", "part", "pk")
    )
    return [
        {
            "learner": each.enrolment_code,
            "part": each.part,
            "points": written(each.points),
            "given": each.code,
            "by": each.given_by.code if each.given_by else "",
            "at": instant(each.given_at),
        }
        for each in given
    ]


def rechecked(
    snapshot: Mapping[str, Any], selection: Selection, code: str, moment: dt.datetime, objection: str
) -> dict:
    """A frozen snapshot with one learner's duties as their evidence stands at `moment`, and all else as it was.

    The activities are those that were asked then, by the rules and due dates of then: what came onto the plan since, or was
    asked otherwise since, counts for nobody.
    """
    programme = selection.programme
    learner = activities.learners_of(programme).get(code=code)
    planned = {a.code: a for a in activities.activities_of(programme)}
    told = {a["code"]: a for a in [*snapshot["activities"], *snapshot.get("offered", ())]}
    still = [planned[code] for code in told if code in planned]
    duties = activities.duties_as_asked(learner, _frames_of_then(still, told, moment), moment)
    facts = _facts(programme, moment)

    def now(line: Mapping[str, Any]) -> dict:
        activity = planned.get(line["activity"])
        duty = duties.get(activity.pk) if activity else None
        return dict(line) if duty is None else _duty(told[line["activity"]], duty, facts)

    def of(line: Mapping[str, Any]) -> dict:
        if line["code"] != code:
            return dict(line)
        kept = {key: [now(duty) for duty in line[key]] for key in ("duties", "offered") if key in line}
        return {**line, **kept}

    return {
        **snapshot,
        "learners": [of(line) for line in snapshot["learners"]],
        "recheck": [
            *snapshot.get("recheck", ()),
            {"of": selection.sha256, "learner": code, "objection": objection, "at": instant(moment)},
        ],
    }


def _frames_of_then(
    planned: Sequence[Activity], told: Mapping[str, Mapping[str, Any]], moment: dt.datetime
) -> dict[int, Frame]:
    """What was asked when the list was frozen, by primary key. Older snapshots tell no due dates."""
    asked = activities.frames(planned, moment)

    def of(activity: Activity) -> Frame:
        then, frame = told[activity.code], asked[activity.pk]
        due = dt.datetime.fromisoformat(then["due_at"]) if then.get("due_at") else None
        return replace(frame, rule=then["rule"], due_at=due if "sessions" in then else frame.due_at)

    return {activity.pk: of(activity) for activity in planned}


def _duty(told: Mapping[str, Any], duty: activities.DutyRow, facts: Mapping[str, dict]) -> dict:
    """A duty as it stands, the facts that its reasons name, and whether these facts alone come to its state."""
    reasons = [{k: v for k, v in reason.items() if k not in PRIVATE} for reason in duty.reasons]
    line = {
        "activity": told["code"],
        "state": duty.state,
        "share": written(duty.share),
        "reasons": reasons,
        "evidence": [facts[key] for key in evidence_keys(reasons) if key in facts],
    }
    return line | ({"plain": True} if is_plain(line, told) else {})


def _told(planned: Sequence[Activity], moment: dt.datetime) -> dict[int, dict]:
    """Primary key → what a snapshot says of an activity: what it asks, by when, and when its sessions were."""
    asked = activities.frames(planned, moment)
    return {activity.pk: _shown(activity, asked[activity.pk]) for activity in planned}


def _shown(activity: Activity, frame: Frame) -> dict:
    parts = [(part.starts_at, part.ends_at) for part in frame.parts if part.starts_at and part.ends_at]
    sessions = parts or ([(frame.starts_at, frame.ends_at)] if frame.starts_at and frame.ends_at else [])
    told = {
        "code": activity.code,
        "kind": activity.kind,
        "title": activity.title,
        "weight": written(activity.weight),
        "rule": activity.rule,
        "due_at": instant(activity.due_at),
        "sessions": [[instant(start), instant(end)] for start, end in sessions],
    }
    return told | ({"hours": written(activity.hours)} if activity.hours else {})


def _judged(calibration: Calibration | None) -> dict:
    """The calibration as it was stored, the performance that came out of it, and a hash for every mark that went in.

    `performance` maps an enrolment's code to an exact fraction of 100 as text, or to None for who was not judged.
    """
    if calibration is None:
        return {"calibration": None, "criteria": [], "performance": {}, "mark_hashes": {}}
    titles = dict(calibration.round.rubric_version.criteria.values_list("code", "title"))
    return {
        "calibration": {
            "code": calibration.code,
            "method": calibration.method,
            "counts": calibration.counts,
            "round": calibration.round.code,
            "sha256": calibration.sha256,
            "inputs": calibration.inputs,
            "results": calibration.results,
        },
        "criteria": [
            {**criterion, "title": titles.get(criterion["code"], "")}
            for criterion in calibration.inputs["criteria"]
        ],
        "performance": performances_of(calibration),
        "mark_hashes": {
            "|".join((learner, judge, criterion)): mark_sha256(learner, judge, criterion, points)
            for learner, judge, criterion, points in calibration.inputs["marks"]
        },
    }


def _bars(selection: Selection) -> list[dict]:
    """Who is barred and who said so. The reason stays with the row: it may say what a list need not."""
    bars = selection.bars.filter(lifted_at=None).select_related("barred_by").order_by("enrolment_code")
    return [
        {
            "learner": bar.enrolment_code,
            "bar": bar.code,
            "by": bar.barred_by.code if bar.barred_by else "",
            "at": instant(bar.barred_at),
        }
        for bar in bars
    ]


def collect_inputs(selection: Selection, moment: dt.datetime, digests: Mapping[str, str]) -> dict:
    """Everything a list follows from, true at `moment`, as plain values. The same inputs give the same value.

    With `selection.calibration` empty there are no judged points.

    `digests` are the name commitments by enrolment code; a preview has none.
    """
    programme = selection.programme
    shown, learners, offered = _learners(selection, moment, digests)
    points = _points(selection)
    return {
        "format": FORMAT,
        "programme": programme.code,
        "as_of": instant(moment),
        **({"offered": offered} if offered else {}),
        **(
            {"hour_minutes": programme.hour_minutes}
            if any("hours" in one for one in [*shown, *offered])
            else {}
        ),
        "scheme": scheme_values(selection.scheme),
        "list": list_values(selection),
        "activities": shown,
        "learners": learners,
        "bars": _bars(selection),
        **({"points": points} if points else {}),
        **_judged(selection.calibration),
    }
