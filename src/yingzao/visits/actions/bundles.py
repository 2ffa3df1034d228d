"""What the phones of staff are given, so that they can work without a network: the roster, the stops, the stops' keys."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from yingzao.activities.models import Activity
from yingzao.activities.queries import asked_learners
from yingzao.enrolment.models import Enrolment
from yingzao.visits import queries
from yingzao.visits.actions.tickets import pass_of
from yingzao.visits.models import Stop

PASS_SUM = 20  # hexadecimal digits of a pass's hash: enough to know a pass, too little to make one


@dataclass(frozen=True, slots=True)
class Bundle:
    """`text` is JSON, `sum` the SHA-256 of its bytes in hex. The ticket that a phone delivers with carries the sum's start,
    signed by us: a phone knows by it that it has the whole list, and we know which list it worked with."""

    text: str
    sum: str


def bundle_of(activity: Activity, address: str) -> Bundle:
    """Names, communities and teams, no telephone numbers; `address` is where the code on a screen leads. Where one signs up,
    those without a place stand on the list as well: they may come all the same."""
    expected = set(queries.expected_learners(activity).values_list("pk", flat=True))
    told = {
        "visit": activity.code,
        "title": activity.title,
        "address": address,
        "stops": [_stop(stop) for stop in queries.stops_of(activity)],
        "learners": [
            _learner(one, one.pk in expected)
            for one in asked_learners(activity).select_related("community", "team")
        ],
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Bundle(text, hashlib.sha256(text.encode()).hexdigest())


def _stop(stop: Stop) -> dict[str, str | int | None]:
    part = stop.part
    return {
        "code": part.code,
        "title": part.title,
        "starts": round(part.starts_at.timestamp() * 1000) if part.starts_at else None,
        "ends": round(part.ends_at.timestamp() * 1000) if part.ends_at else None,
        "secret": stop.secret,
    }


def _learner(one: Enrolment, is_expected: bool) -> dict[str, str | bool]:
    """The pass is told by its hash alone: a phone that is lost makes no passes."""
    return {
        "code": one.code,
        "number": one.number,
        "name": one.name,
        "pinyin": one.pinyin,
        "community": one.community_name,
        "team": one.team.name if one.team else "",
        "expected": is_expected,
        "pass": hashlib.sha256(pass_of(one.code).encode()).hexdigest()[:PASS_SUM],
    }
