"""Who may prepare a round, judge an entry, and when."""

from yingzao.judging import queries
from yingzao.judging.enums import UNDER_WAY, RoundState
from yingzao.judging.models import Assignment, Round, RubricVersion
from yingzao.programmes import rules as programme_rules
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme


def may_prepare_judging(person, programme: Programme) -> bool:
    return programme_rules.may_organise(person, programme)


def may_read_judging(person, programme: Programme) -> bool:
    """Organisers and supervisors."""
    return programme_rules.may_read_desk(person, programme)


def may_open_sheet(person, assignment: Assignment) -> bool:
    """The judge it was given to, while no conflict has come to light."""
    return (
        queries.assignments_of(person).filter(pk=assignment.pk).exists()
        and queries.conflict_between(assignment.judge, assignment.entry.enrolment) is None
    )


def may_mark(person, assignment: Assignment) -> bool:
    """The judge's own sheet, not yet submitted, in an open round and in a stage that allows judging."""
    return (
        assignment.round.state == RoundState.OPEN
        and assignment.state in UNDER_WAY
        and may_open_sheet(person, assignment)
        and programme_rules.stage_allows(assignment.round.programme, Act.JUDGE)
    )


def shows_marks_on_desk(round: Round) -> bool:
    """An organiser may be a judge too: until the round is closed the desk shows states, not marks."""
    return round.state in (RoundState.CLOSED, RoundState.RELEASED)


def is_editable(version: RubricVersion) -> bool:
    """A version that lay before judges never changes."""
    return version.frozen_at is None
