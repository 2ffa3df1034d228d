"""How a place came about, from the total down to the row of the file. Read from what was frozen alone.

Only labels (a file's name, a judge's name) are looked up today; every figure is the stored one.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities import kind as kinds
from yingzao.activities.enums import FactKind
from yingzao.core import clock
from yingzao.core.ui.templatetags.ui import sentences
from yingzao.enrolment.models import SourceFile
from yingzao.honours.enums import GroupBy
from yingzao.honours.models import Place, Selection, TieDecision
from yingzao.judging import queries as judging
from yingzao.judging.queries import MarkOrigin
from yingzao.programmes.models import StaffRole

TIE_RULE = ("performance", "completion", "earlier")


@dataclass(frozen=True)
class Leaf:
    """The end of a thread: a fact, a file's row or a mark. `key` names the evidence; a mark has the codes of round and learner
    instead, and a scan of a paper sheet that of its file."""

    text: str
    key: str = ""
    note: str = ""
    round: str = ""
    learner: str = ""
    file: str = ""


@dataclass(frozen=True)
class Step:
    """One step. `key` is a duty's state, shown as a word and a shape instead of a value."""

    text: str
    value: str = ""
    note: str = ""
    key: str = ""
    steps: tuple["Step", ...] = ()
    leaves: tuple[Leaf, ...] = ()
    activity: str = ""  # code, where the step is a duty


@dataclass(frozen=True)
class Labels:
    """What frozen codes are called today."""

    activities: Mapping[str, Mapping[str, Any]]  # code → kind, title, weight as frozen
    files: Mapping[str, str]  # sha256 → name
    judges: Mapping[str, str]  # code → name
    criteria: Mapping[str, str]  # code → title as frozen
    counts: str = "raw"  # or adjusted: which figure of the calibration
    round: str = ""  # code of the round that it is of
    origins: Mapping[tuple[str, str, str], MarkOrigin] = field(
        default_factory=dict
    )  # learner, judge, criterion


def labels_for(places: Iterable[Place], terms: Mapping) -> Labels:
    """Four queries at most, however many places."""
    places = list(places)
    hashes = {
        fact["row"]["file"]
        for place in places
        for duty in place.how["duties"]
        for fact in duty["evidence"]
        if fact["row"]
    }
    judges = {sheet["judge"] for place in places for sheet in place.how["sheets"]}
    programme = places[0].selection.programme_id if places else None
    calibration = terms["calibration"] or {}
    return Labels(
        activities={activity["code"]: activity for activity in terms["activities"]},
        files=dict(
            SourceFile.objects.filter(programme=programme, sha256__in=hashes).values_list("sha256", "name")
        )
        if hashes
        else {},
        judges=dict(StaffRole.objects.filter(code__in=judges).values_list("code", "name")) if judges else {},
        criteria={criterion["code"]: criterion["title"] for criterion in terms["criteria"]},
        counts=calibration.get("counts", "raw"),
        round=calibration.get("round", ""),
        origins=judging.mark_origins(calibration.get("round", ""), [place.enrolment_code for place in places])
        if judges and calibration
        else {},
    )


def shown(value: Decimal | None, decimals: int) -> str:
    """A figure with the scheme's decimals; a dash where there is none."""
    return "—" if value is None else f"{value:.{decimals}f}"


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(clock.SHANGHAI)


def fact_leaf(fact: Mapping, labels: Labels) -> Leaf:
    """One fact: what, when, and the file and row it stands in."""
    moment = local(fact["happened_at"])
    when = f"{moment:%Y-%m-%d %H:%M}"
    if fact["until"]:
        until = local(fact["until"])
        when += f"–{until:%H:%M}" if until.date() == moment.date() else f"–{until:%Y-%m-%d %H:%M}"
    text = f"{FactKind(fact['fact']).label} · {when}"
    row = fact["row"]
    note = ""
    if row:
        note = _row_of(labels.files.get(row["file"], row["file"][:12]), row["sheet"], row["row"])
    return Leaf(text=text, key=fact["key"], note=note)


def phrase(kind: str, reason: Mapping) -> str:
    """A frozen reason as a sentence; the texts left out of the snapshot stay out."""
    if reason["code"] == "excused":
        return _("Excused")
    if reason["code"] == "cancelled":
        return _("Cancelled")
    return kinds.get(kind).phrase(reason)


def duty_step(duty: Mapping, labels: Labels) -> Step:
    activity = labels.activities[duty["activity"]]
    reasons = [phrase(activity["kind"], reason) for reason in duty["reasons"]]
    return Step(
        text=activity["title"],
        note=sentences(list(reasons)),
        key=duty["state"],
        leaves=tuple(fact_leaf(fact, labels) for fact in duty["evidence"]),
        activity=duty["activity"],
    )


def completion_sentence(states: Iterable[str], late_share: Decimal | str) -> str:
    """13 项任务，12 项完成、1 项迟交（各计 0.5）…"""
    states = list(states)
    count = {state: states.count(state) for state in ("done", "late", "missed", "pending", "excused")}
    parts = [ngettext("%(n)d done", "%(n)d done", count["done"]) % {"n": count["done"]}]
    if count["late"]:
        parts.append(
            ngettext("%(n)d late, counting %(share)s", "%(n)d late, counting %(share)s each", count["late"])
            % {"n": count["late"], "share": late_share}
        )
    if count["missed"] + count["pending"]:
        parts.append(
            ngettext("%(n)d not done", "%(n)d not done", count["missed"] + count["pending"])
            % {"n": count["missed"] + count["pending"]}
        )
    if count["excused"]:
        parts.append(
            ngettext("%(n)d excused and left out", "%(n)d excused and left out", count["excused"])
            % {"n": count["excused"]}
        )
    all_ = ngettext("%(n)d duty: ", "%(n)d duties: ", len(states)) % {"n": len(states)}
    return all_ + _(", ").join(parts)


def sheet_step(sheet: Mapping, learner: str, labels: Labels) -> Step:
    """One judge's sheet with its marks, and how each came: on screen, from paper, or in a row of a file."""
    origins = {
        mark["criterion"]: labels.origins.get((learner, sheet["judge"], mark["criterion"]))
        for mark in sheet["marks"]
    }
    leaves = [_mark_leaf(mark, origins[mark["criterion"]], learner, labels) for mark in sheet["marks"]]
    known = next((origin for origin in origins.values() if origin is not None), None)
    if known is not None and known.scan:
        leaves.append(Leaf(text=_("Scan of the paper"), file=known.scan))
    return Step(
        text=labels.judges.get(sheet["judge"]) or sheet["judge"],
        value=sheet["total"] or "—",
        note=_sheet_note(known) if sheet["total"] else _("Not complete, so not counted"),
        leaves=tuple(leaves),
    )


def _mark_leaf(mark: Mapping, origin: MarkOrigin | None, learner: str, labels: Labels) -> Leaf:
    note = _("%(points)d of %(of)d") % {"points": mark["points"], "of": mark["of"]}
    if origin is not None and origin.file:
        note += " · " + _row_of(origin.file, origin.sheet, origin.row or 0)
    return Leaf(
        text=labels.criteria.get(mark["criterion"]) or mark["criterion"],
        note=note,
        round=labels.round if origin is not None else "",
        learner=learner,
    )


def _sheet_note(origin: MarkOrigin | None) -> str:
    if origin is None or origin.handed_in is None:
        return ""
    told = {"at": f"{origin.handed_in.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}", "name": origin.entered_by}
    if not origin.entered_by:
        return _("Handed in by the judge %(at)s") % told
    if origin.file:
        return _("From a table, taken over by %(name)s %(at)s") % told
    return _("From paper, entered by %(name)s %(at)s") % told


def _row_of(file: str, sheet: str, row: int) -> str:
    said = _("%(file)s, %(sheet)s row %(row)d") % {"file": file, "sheet": sheet, "row": row}
    return " ".join(said.split())


def why_text(place: Place, scheme: Mapping, least: str) -> str:
    """Why a place has no rank, or what decided it; empty for an ordinary one."""
    return {
        "unjudged": _("Not judged, so there is no total."),
        "not_entered": _("A part has no points yet, so there is no total."),
        "no_duties": _("No duty counts, so there is no completion."),
        "below_threshold": _("Completion is below %(least)s.") % {"least": least},
        "tie_decided": _("The committee decided the tie."),
    }.get(place.how["why"], "")


def place_thread(place: Place, terms: Mapping) -> Step:
    """Total → parts → duty or mark → evidence → source file and row, as one nested value; `terms` as `frozen_terms`."""
    labels = labels_for([place], terms)
    scheme, decimals = terms["scheme"], terms["scheme"]["decimals"]
    parts = parts_as_frozen(scheme)
    of = {"duties": _duties_part, "marks": _marks_part, "entered": _entered_part}
    steps = [of[part["source"]](place, part, scheme, labels) for part in parts]
    if added := place.how.get("added"):
        steps.append(
            Step(
                text=_("Bonus and deductions"),
                value=_signed(Decimal(added), decimals),
                note=_bonus_note(scheme),
            )
        )
    return Step(
        text=total_sentence([(part["title"], part["weight"]) for part in parts]),
        value=shown(place.total, decimals),
        note=why_text(place, scheme, terms["list"]["least_completion"]),
        steps=tuple(steps),
    )


def parts_as_frozen(scheme: Mapping) -> list[Mapping]:
    """The parts that a frozen scheme names, else its two."""
    return scheme.get("parts") or [
        {
            "key": "completion",
            "title": "",
            "weight": scheme["completion_weight"],
            "source": "duties",
            "kinds": [],
        },
        {"key": "performance", "title": "", "weight": scheme["performance_weight"], "source": "marks"},
    ]


def part_title(title: str, source: str) -> str:
    """The two parts of the usual scheme have no names of their own."""
    return title or {"duties": _("Completion"), "marks": _("Actual performance")}[source]


def total_sentence(parts: Sequence[tuple[str, str]]) -> str:
    """How the total is made, from the parts' titles and weights."""
    if not any(title for title, _weight in parts):
        (_one, completion), (_other, performance) = parts
        return _("Total = completion × %(completion)s%% + performance × %(performance)s%%") % {
            "completion": completion,
            "performance": performance,
        }
    return _("Total = %(parts)s") % {"parts": " + ".join(f"{title} × {weight}%" for title, weight in parts)}


def _value(place: Place, part: Mapping, ordinary: Decimal | None) -> Decimal | None:
    kept = place.how.get("parts")
    if kept is None:
        return ordinary
    return None if kept[part["key"]] is None else Decimal(kept[part["key"]])


def _duties_part(place: Place, part: Mapping, scheme: Mapping, labels: Labels) -> Step:
    own = [
        duty
        for duty in place.how["duties"]
        if not part["kinds"] or labels.activities[duty["activity"]]["kind"] in part["kinds"]
    ]
    return Step(
        text=part_title(part["title"], part["source"]),
        value=shown(_value(place, part, place.completion), scheme["decimals"]),
        note=completion_sentence([duty["state"] for duty in own], scheme["late_share"]),
        steps=tuple(duty_step(duty, labels) for duty in own),
    )


def _marks_part(place: Place, part: Mapping, scheme: Mapping, labels: Labels) -> Step:
    sheets = tuple(sheet_step(sheet, place.enrolment_code, labels) for sheet in place.how["sheets"])
    if not sheets:
        note = _("not judged")
    elif labels.counts == "adjusted":
        note = ngettext(
            "marks of %(n)d judge, adjusted for severity",
            "marks of %(n)d judges, adjusted for severity",
            len(sheets),
        ) % {"n": len(sheets)}
    else:
        note = ngettext("mean of %(n)d judge", "mean of %(n)d judges", len(sheets)) % {"n": len(sheets)}
    if scheme.get("bands") and sheets:
        note = sentences(
            [note + _(". "), _("Marks become points by bands: %(bands)s.") % {"bands": bands_text(scheme)}]
        )
    return Step(
        text=part_title(part["title"], part["source"]),
        value=shown(_value(place, part, place.performance), scheme["decimals"]),
        note=note,
        steps=sheets,
    )


def _entered_part(place: Place, part: Mapping, scheme: Mapping, labels: Labels) -> Step:
    return Step(
        text=part["title"],
        value=shown(_value(place, part, None), scheme["decimals"]),
        note=_("Entered by staff"),
    )


def bands_text(scheme: Mapping) -> str:
    return _(", ").join(
        _("from %(marks)s: %(points)s") % {"marks": marks, "points": points}
        for marks, points in scheme["bands"]
    )


def _bonus_note(scheme: Mapping) -> str:
    return _("Bonuses count up to %(most)s points together; deductions in full.") % {
        "most": scheme.get("most_bonus", "0")
    }


def _signed(value: Decimal, decimals: int) -> str:
    return f"{value:+.{decimals}f}".replace("-", "−")


def settings_sentences(scheme: Mapping, terms: Mapping) -> list[tuple[str, str]]:
    """What a list is made with, as a page says it: label and sentence. Takes what a snapshot holds."""
    steps = {
        "performance": _("higher performance"),
        "completion": _("higher completion"),
        "earlier": _("earlier completion"),
    }
    if terms["quota_kind"] == "percent":
        places = _("%(quota)s%% of all learners, rounded down, at least 1") % {"quota": terms["quota"]}
    else:
        places = terms["quota"]
    told = scheme_sentences(scheme)
    told[2:2] = [
        (_("Places"), places),
        *([(_("Places for"), str(GroupBy(terms["group_by"]).label))] if terms.get("group_by") else []),
        *([(_("Reserve places"), str(terms["reserve"]))] if terms["reserve"] else []),
        (_("Least completion"), terms["least_completion"]),
        (_("Equal totals"), _(", then ").join(steps[step] for step in terms["tie_rule"]) or _("no rule")),
    ]
    return told


def scheme_sentences(scheme: Mapping) -> list[tuple[str, str]]:
    """How a total is made: label and sentence, the total and completion first."""
    duties = (
        _("each duty with its activity's weight")
        if scheme["duty_weighting"] == "by_weight"
        else _("every duty the same")
    )
    told = [
        (_("Total"), _total_of(scheme)),
        (
            _("Completion"),
            _("%(duties)s; late counts %(late)s") % {"duties": duties, "late": scheme["late_share"]},
        ),
    ]
    if scheme.get("bands"):
        told.append((_("Marks become points"), bands_text(scheme)))
    if scheme.get("most_bonus"):
        told.append((_("Bonus at most"), scheme["most_bonus"]))
    return told


def _total_of(scheme: Mapping) -> str:
    if not scheme.get("parts"):
        return _("completion %(completion)s%% + performance %(performance)s%%") % {
            "completion": scheme["completion_weight"],
            "performance": scheme["performance_weight"],
        }
    return " + ".join(f"{part['title']} {part['weight']}%" for part in scheme["parts"])


@dataclass(frozen=True)
class DecidedTie:
    """A tie as it was decided, for a page."""

    chosen: tuple[str, ...]
    reason: str
    by: str
    at: dt.datetime


def tie_decisions(selection: Selection) -> list[DecidedTie]:
    return [
        DecidedTie(
            tuple(found.chosen),
            found.reason,
            found.decided_by.display_name if found.decided_by else "",
            found.decided_at,
        )
        for found in TieDecision.objects.filter(selection=selection).select_related("decided_by")
    ]
