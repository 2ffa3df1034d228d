"""Who may prepare a round, judge an entry, and when; and what a rubric must be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.judging import queries
from yingzao.judging.enums import STANDING, UNDER_WAY, AssignmentState, Counts, RoundState
from yingzao.judging.models import Assignment, Round, RubricVersion
from yingzao.people.models import Visitor
from yingzao.programmes import rules as programme_rules
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme


def may_prepare_judging(person: Visitor, programme: Programme) -> bool:
    return programme_rules.may_organise(person, programme)


def may_read_judging(person: Visitor, programme: Programme) -> bool:
    """Organisers and supervisors."""
    return programme_rules.may_read_desk(person, programme)


def may_open_sheet(person: Visitor, assignment: Assignment) -> bool:
    """The judge it was given to, while no conflict has come to light."""
    return (
        queries.assignments_of(person).filter(pk=assignment.pk).exists()
        and queries.conflict_between(assignment.judge, assignment.entry.enrolment) is None
    )


def may_mark(person: Visitor, assignment: Assignment) -> bool:
    """The judge's own sheet, not yet submitted, in an open round and in a stage that allows judging."""
    return (
        assignment.round.state == RoundState.OPEN
        and assignment.state in UNDER_WAY
        and may_open_sheet(person, assignment)
        and programme_rules.stage_allows(assignment.round.programme, Act.JUDGE)
    )


def require_chair(person: Visitor, round: Round) -> None:
    """Raises Refused for who judges in the round and may not see others' marks before it is closed; and for who stands
    aside from an entry of it. None is the system itself."""
    if person is None:
        return
    if not shows_marks_on_desk(round) and queries.is_judge_in(person, round):
        raise Refused(
            _("You judge in this round yourself: what others gave is shown once it is closed."),
            code="is-judge",
        )
    require_impartial(person, round)


def may_read_scan(person: Visitor, stored: StoredFile) -> bool:
    """A scan of a paper sheet: who may read the marks on the desk, and the judge whose sheet it is. Nobody who stands aside
    from an entry of the round, and nobody else who judges in it before it is closed."""
    sheet = Assignment.objects.filter(scan=stored).select_related(
        "round__programme", "judge", "entry__enrolment"
    )
    if (found := sheet.first()) is None:
        return False
    if may_open_sheet(person, found):
        return True
    if not may_read_judging(person, found.round.programme):
        return False
    try:
        require_chair(person, found.round)
    except Refused:
        return False
    return True


def may_talk(person: Visitor, assignment: Assignment) -> bool:
    """A judge whose own sheet is in, once the chair has begun (in a trial at once);
    before release, after which nothing is changed."""
    return (
        assignment.state == AssignmentState.SUBMITTED
        and assignment.round.state in (RoundState.OPEN, RoundState.CLOSED)
        and may_open_sheet(person, assignment)
        and (
            assignment.round.trial_of_id is not None
            or queries.talk_about(assignment.round, assignment.entry).exists()
        )
    )


def may_stand_aside(assignment: Assignment) -> bool:
    """As long as the round is open; from a submitted sheet too, which is then set aside."""
    return assignment.round.state == RoundState.OPEN and assignment.state in STANDING


def require_impartial(person: Visitor, round: Round) -> None:
    """Raises Refused for a judge with a conflict in the round: every average, spread and rank of it has that learner in it."""
    if count := len(queries.withheld_from(person, round)):
        raise Refused(
            ngettext(
                "You are a judge and stand aside from %(count)d entry of “%(round)s”: figures that it is part of are not shown to you.",
                "You are a judge and stand aside from %(count)d entries of “%(round)s”: figures that they are part of are not shown to you.",
                count,
            )
            % {"count": count, "round": round.name},
            code="stands-aside",
        )


def may_accept_figures(person: Visitor, programme: Programme) -> bool:
    """Organisers and supervisors."""
    return programme_rules.may_organise(person, programme) or programme_rules.may_supervise(person, programme)


def require_accepter(person: Visitor, round: Round) -> None:
    """Raises Refused for who may not accept figures, or stands aside from an entry in them. None is the system itself."""
    if person is None:
        return
    if not may_accept_figures(person, round.programme):
        raise Refused(_("Only organisers and supervisors accept figures."), code="not_organiser")
    require_impartial(person, round)


def why_not_adjusted(results: Mapping[str, Any]) -> str:
    """Why the adjusted marks of a run cannot be accepted, as a sentence; empty where they can."""
    adjusted = results.get("adjusted")
    if adjusted is None:
        return _("This run has raw means only. Run it again for adjusted marks.")
    if adjusted["refused"]:
        return _("The model refuses these marks, so there is nothing adjusted to accept.")
    codes = {warning["code"] for warning in adjusted["warnings"]}
    if adjusted["fit"]["method"] == "jml":
        return _(
            "Joint maximum likelihood stretches measures: it is there to compare with, not to decide by."
        )
    if "not_converged" in codes:
        return _("The estimation did not settle, so its figures cannot be accepted.")
    if "one_judge" in codes:
        return _("All marks come from one judge, so nothing was adjusted.")
    if "subsets_apart" in codes:
        return _(
            "Parts that share nobody were calibrated apart: places hold within a part only, so no list can be made."
        )
    return ""


def needs_reason(counts: Counts, results: Mapping[str, Any]) -> bool:
    """Raw means are a choice to be answered for, but where all marks are one judge's."""
    adjusted = results.get("adjusted") or {"warnings": []}
    return counts == Counts.RAW and all(warning["code"] != "one_judge" for warning in adjusted["warnings"])


def shows_marks_on_desk(round: Round) -> bool:
    """An organiser may be a judge too: until the round is closed the desk shows states, not marks."""
    return round.state in (RoundState.CLOSED, RoundState.RELEASED)


def is_editable(version: RubricVersion) -> bool:
    """A version that lay before judges never changes."""
    return version.frozen_at is None


def require_preparer(person: Visitor, programme: Programme) -> None:
    """Raises Refused for anybody who does not organise the programme. None is the system itself."""
    if person is not None:
        programme_rules.require_organiser(person, programme)


def require_own_sheet(person: Visitor, assignment: Assignment) -> None:
    """Raises Refused for anybody but the judge it was given to. None is the system itself."""
    if person is not None and assignment.judge.person_id != person.pk:
        raise Refused(_("This sheet is another judge's."), code="not-yours")


# What a rubric must be

WHOLE = Decimal(100)
FEWEST_LEVELS = 2
MOST_LEVELS = 10
MOST_POINTS = 100


@dataclass(frozen=True, slots=True)
class NewCriterion:
    """`levels` in words, from the lowest (1 point) up; or no levels, and `full_marks`, for points from 0 up to those.

    `weight` of 100 over the rubric.
    """

    title: str
    weight: Decimal
    levels: tuple[str, ...] = ()
    hint: str = ""
    full_marks: int | None = None


def require_rubric(name: str, criteria: Sequence[NewCriterion]) -> None:
    """Raises Refused with the first thing that is wrong."""
    if not name.strip():
        raise Refused(_("Give the rubric a name."), code="name-missing", field="name")
    if not criteria:
        raise Refused(_("A rubric needs at least one criterion."), code="no-criteria")
    for new in criteria:
        title = new.title.strip()
        if not title:
            raise Refused(_("Every criterion needs a name."), code="title-missing")
        if new.weight <= 0 or new.weight != new.weight.quantize(Decimal("0.01")):
            raise Refused(
                _("The weight of “%(title)s” must be above 0, with two decimals at most.") % {"title": title},
                code="bad-weight",
            )
        _require_scale(title, new)
    titles = [new.title.strip() for new in criteria]
    if len(set(titles)) < len(titles):
        raise Refused(_("Two criteria have the same name."), code="title-twice")
    total = sum((new.weight for new in criteria), Decimal(0))
    if total != WHOLE:
        raise Refused(
            _("The weights come to %(total)s; together they must be 100.")
            % {"total": f"{total.normalize():f}"},
            code="weights-not-100",
        )


def _require_scale(title: str, new: NewCriterion) -> None:
    if new.full_marks is not None and new.levels:
        raise Refused(
            _("“%(title)s” has levels in words and full marks. Choose one: levels, or points from 0.")
            % {"title": title},
            code="two-scales",
        )
    if new.full_marks is not None:
        if not 2 <= new.full_marks <= MOST_POINTS:
            raise Refused(
                _("Full marks of “%(title)s” are 2 to %(most)d.") % {"title": title, "most": MOST_POINTS},
                code="bad-full-marks",
            )
    elif not FEWEST_LEVELS <= len(new.levels) <= MOST_LEVELS or not all(t.strip() for t in new.levels):
        raise Refused(
            _("“%(title)s” needs 2 to 10 levels, each in words, from the lowest up; or full marks.")
            % {"title": title},
            code="bad-levels",
        )
