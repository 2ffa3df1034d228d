"""The plans of the built-in templates, as data files. Days count from the programme's first day, which is 0."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from importlib import resources
from typing import Any

from yingzao.activities.readers.plan import Plan, PlannedActivity, PlannedPart
from yingzao.core.clock import SHANGHAI, end_of


def template_plan(key: str, *, starts_on: dt.date) -> Plan | None:
    """The plan of a template for a programme that starts on `starts_on`; None where the template plans nothing."""
    file = resources.files("yingzao.activities").joinpath("plans", f"{key}.json")
    if not file.is_file():
        return None
    data = json.loads(file.read_text(encoding="utf-8"))
    return Plan(tuple(_planned(n, entry, starts_on) for n, entry in enumerate(data["activities"], start=1)))


def _planned(row: int, entry: dict[str, Any], starts_on: dt.date) -> PlannedActivity:
    clock_time = dt.time.fromisoformat(entry["time"])
    starts = dt.datetime.combine(starts_on + dt.timedelta(days=entry["day"]), clock_time, tzinfo=SHANGHAI)
    ends = starts + dt.timedelta(minutes=entry["minutes"]) if "minutes" in entry else None
    return PlannedActivity(
        row=row,
        kind=entry["kind"],
        title=entry["title"],
        short_title=entry["short_title"],
        stage=entry["stage"],
        starts_at=starts,
        ends_at=ends,
        due_at=end_of(starts_on + dt.timedelta(days=entry["due"])) if "due" in entry else None,
        weight=Decimal(1),
        hours=None,
        description=entry.get("description", ""),
        rule=entry["rule"],
        parts=tuple(PlannedPart(title, None, None) for title in entry.get("parts", ())),
        rows=(entry.get("own", {}),),  # what the kind alone knows of it
    )
