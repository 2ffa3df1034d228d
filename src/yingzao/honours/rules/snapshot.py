"""Reading a frozen snapshot. Places follow from it alone: nothing here asks the database. No Django.

The format is named in the snapshot itself, so that a later one can be read beside it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from yingzao.honours.rules.places import Candidate, ListTerms, Outcome, TieChoice, list_places
from yingzao.honours.rules.total import (
    DUTIES,
    MARKS,
    DutyLine,
    SchemeTerms,
    completion_of,
    points_of,
    terms_of,
)


def canonical(value: Any) -> bytes:
    """The one way a value is written before it is hashed: sorted keys, no spaces, UTF-8, no floats."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def sha256_of(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def list_terms_of(values: Mapping) -> ListTerms:
    return ListTerms(
        quota_kind=values["quota_kind"],
        quota=Fraction(values["quota"]),
        reserve=values["reserve"],
        least_completion=Fraction(values["least_completion"]),
        tie_rule=tuple(values["tie_rule"]),
        by_group=bool(values.get("group_by")),
    )


def completed_at(duties: list[Mapping]) -> str | None:
    """The instant of the last fact behind the duties that count (done or late); None when none does."""
    moments = [
        fact["until"] or fact["happened_at"]
        for duty in duties
        if duty["state"] in ("done", "late")
        for fact in duty["evidence"]
    ]
    return max(moments, default=None)


def candidates_of(snapshot: Mapping) -> list[Candidate]:
    """Every learner of the snapshot with exact figures."""
    terms = terms_of(snapshot["scheme"])
    activities = {a["code"]: (Fraction(a["weight"]), a["kind"]) for a in snapshot["activities"]}
    barred = {bar["learner"] for bar in snapshot["bars"]}
    given = _given(snapshot)
    candidates = []
    for learner in snapshot["learners"]:
        duties = [DutyLine(d["activity"], d["state"], *activities[d["activity"]]) for d in learner["duties"]]
        marks = snapshot["performance"].get(learner["code"])
        performance = points_of(None if marks is None else Fraction(marks), terms)
        entered = given.get(learner["code"], {})
        candidates.append(
            Candidate(
                code=learner["code"],
                completion=completion_of(duties, terms),
                performance=performance,
                completed_at=completed_at(learner["duties"]),
                barred=learner["code"] in barred,
                parts=values_of(duties, performance, entered, terms) if "parts" in snapshot["scheme"] else {},
                added=tuple(entered.get("", ())),
                group=learner.get("group", ""),
            )
        )
    return candidates


def _given(snapshot: Mapping) -> dict[str, dict[str, list[Fraction]]]:
    """Learner → part, or nothing for what is added to the total → points that staff gave."""
    given: dict[str, dict[str, list[Fraction]]] = {}
    for line in snapshot.get("points", ()):
        given.setdefault(line["learner"], {}).setdefault(line["part"], []).append(Fraction(line["points"]))
    return given


def values_of(
    duties: Sequence[DutyLine],
    performance: Fraction | None,
    entered: Mapping[str, Sequence[Fraction]],
    terms: SchemeTerms,
) -> dict[str, Fraction | None]:
    """Each part's value out of 100; None where there is nothing to count."""
    values: dict[str, Fraction | None] = {}
    for part in terms.parts:
        if part.source == DUTIES:
            values[part.key] = completion_of([duty for duty in duties if part.takes(duty.kind)], terms)
        elif part.source == MARKS:
            values[part.key] = performance
        else:
            values[part.key] = next(iter(entered.get(part.key, ())), None)
    return values


def scheme_of(snapshot: Mapping) -> SchemeTerms:
    return terms_of(snapshot["scheme"])


def outcome_of(snapshot: Mapping, choices: Iterable[TieChoice] = ()) -> Outcome:
    """The list that follows from the snapshot and, where ties were decided, from these decisions."""
    return list_places(candidates_of(snapshot), scheme_of(snapshot), list_terms_of(snapshot["list"]), choices)
