"""What a duty comes to by its facts alone, as a snapshot writes both: what anybody can work out again from the pack. No Django.

Some sources say more than a fact's times (totals of minutes, punches that somebody looked at, parts of a task). Where the facts
alone do not come to the state that was settled, the snapshot does not call the duty plain, and the pack takes it as it stands.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil

MINUTE = dt.timedelta(minutes=1)
DATED = frozenset(
    {"course", "case", "practice"}
)  # kinds in which a fact after the due date makes the duty late


def plain_state(duty: Mapping, activity: Mapping) -> str:
    """done, late, excused, or missed for all else."""
    facts = {fact["key"]: fact for fact in duty["evidence"]}
    state = "missed"
    for reason in duty["reasons"]:
        named = reason.get("evidence", ())
        here = [facts[key] for key in ([named] if isinstance(named, str) else named) if key in facts]
        if here and reason["code"] == "excused":
            state = "excused"
        elif here and _is_reached(reason, here, activity):
            state = "late" if _is_late(reason, here, activity) else "done"
    return state


def is_plain(duty: Mapping, activity: Mapping) -> bool:
    """Whether the facts alone come to the state as it was settled."""
    state = "missed" if duty["state"] == "pending" else duty["state"]
    return plain_state(duty, activity) == state


def _is_late(reason: Mapping, here: Sequence[Mapping], activity: Mapping) -> bool:
    if reason.get("full") is False:  # made up, and the rule counts that as late
        return True
    due = activity.get("due_at")
    if activity["kind"] not in DATED or due is None:
        return False
    return bool(max(fact.get("first_at") or fact["happened_at"] for fact in here) > due)


def _is_reached(reason: Mapping, here: Sequence[Mapping], activity: Mapping) -> bool:
    rule, code = activity["rule"], reason["code"]
    if code == "live.heard":
        return _heard(here, activity)
    if code == "course.imported":
        return Fraction(reason["progress"]) >= _least_progress(rule)
    if code == "course.lessons":
        return bool(reason["done"] >= ceil(_least_progress(rule) * reason["lessons"]))
    if any(fact["fact"] == "confirmed" for fact in here):
        return True
    if code in ("case.reflected", "case.read"):
        return bool(reason.get("characters", 1) >= rule.get("reflection_characters", 100))
    if code == "practice.handed_in":
        return bool(reason["characters"] >= rule.get("characters", 0))
    if code == "visit.stops":
        return len(here) >= min(rule.get("min_stops") or reason["asked"], reason["asked"])
    return code in ("live.made_up", "live.confirmed")


def _least_progress(rule: Mapping) -> Fraction:
    return Fraction(str(rule.get("min_progress") or 1))


def _heard(here: Sequence[Mapping], activity: Mapping) -> bool:
    """Whether the union of the stays inside the sessions, in whole minutes, reaches what the rule asks."""
    sessions = [(_at(start), _at(end)) for start, end in activity.get("sessions", ())]
    stays = [(_at(fact["happened_at"]), _at(fact["until"])) for fact in here if fact["until"]]
    heard, reached = dt.timedelta(), dt.datetime.min.replace(tzinfo=dt.UTC)
    for start, end in sorted((max(start, a), min(end, b)) for start, end in stays for a, b in sessions):
        heard += max(end - max(start, reached), dt.timedelta())
        reached = max(reached, end)
    rule = activity["rule"]
    share = Fraction(str(rule.get("min_share", "0.8" if rule.get("min_minutes") is None else 0)))
    whole = sum((end - start for start, end in sessions), dt.timedelta())
    needed = max(
        share * Fraction(whole // dt.timedelta(seconds=1), 60), Fraction(rule.get("min_minutes") or 0)
    )
    return heard // MINUTE >= needed


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
