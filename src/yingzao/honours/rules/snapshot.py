"""Reading a frozen snapshot. Places follow from it alone: nothing here asks the database. No Django.

The format is named in the snapshot itself, so that a later one can be read beside it.
"""

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from yingzao.honours.rules.places import Candidate, ListTerms, Outcome, TieChoice, list_places
from yingzao.honours.rules.total import DutyLine, SchemeTerms, completion_of, terms_of


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
    weights = {activity["code"]: Fraction(activity["weight"]) for activity in snapshot["activities"]}
    barred = {bar["learner"] for bar in snapshot["bars"]}
    candidates = []
    for learner in snapshot["learners"]:
        duties = [DutyLine(d["activity"], d["state"], weights[d["activity"]]) for d in learner["duties"]]
        points = snapshot["performance"].get(learner["code"])
        candidates.append(
            Candidate(
                code=learner["code"],
                completion=completion_of(duties, terms),
                performance=None if points is None else Fraction(points),
                completed_at=completed_at(learner["duties"]),
                barred=learner["code"] in barred,
            )
        )
    return candidates


def scheme_of(snapshot: Mapping) -> SchemeTerms:
    return terms_of(snapshot["scheme"])


def outcome_of(snapshot: Mapping, choice: TieChoice | None = None) -> Outcome:
    """The list that follows from the snapshot and, where a tie was decided, from that decision."""
    return list_places(candidates_of(snapshot), scheme_of(snapshot), list_terms_of(snapshot["list"]), choice)
