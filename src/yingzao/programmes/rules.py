"""Who may do what in a programme, and which stage allows which act."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.people.models import Organisation, Visitor
from yingzao.programmes import queries
from yingzao.programmes.enums import Act, ProgrammeState, Role, StageKind, StageState
from yingzao.programmes.models import Programme, Stage

# Evidence may be recorded until the notice ends, because an objection that is right must be able to mend it.
STAGE_ACTS: Mapping[str, frozenset[str]] = {
    StageKind.ENROLMENT: frozenset({Act.ENROL}),
    StageKind.LEARNING: frozenset({Act.ENROL, Act.LEARN, Act.RECORD}),
    StageKind.PRACTICE: frozenset({Act.ENROL, Act.LEARN, Act.RECORD, Act.HAND_IN}),
    StageKind.JUDGING: frozenset({Act.RECORD, Act.JUDGE}),
    StageKind.SELECTION: frozenset({Act.RECORD, Act.SELECT}),
    StageKind.NOTICE: frozenset({Act.RECORD, Act.SELECT, Act.NOTIFY}),
    StageKind.CLOSING: frozenset({Act.CERTIFY}),
}


# Stages


def kinds_allowing(act: str) -> frozenset[str]:
    return frozenset(kind for kind, acts in STAGE_ACTS.items() if act in acts)


def state_at(stage: Stage, moment: dt.datetime | None) -> str:
    """The stage's state at a moment, now where none is given. A stage that was opened again counts from its last opening."""
    if moment is None:
        return stage.state
    if stage.opened_at is None or stage.opened_at > moment:
        return StageState.PLANNED
    return StageState.CLOSED if stage.closed_at is not None and stage.closed_at <= moment else StageState.OPEN


def stage_allows(programme: Programme, *acts: str) -> bool:
    """Whether any open stage of the programme allows the act, or one of several."""
    kinds = frozenset[str]().union(*map(kinds_allowing, acts))
    return queries.open_stages(programme).filter(kind__in=kinds).exists()


def require_stage(programme: Programme, act: str) -> None:
    """Raises Refused, naming the stages of which one must be open, when none of them is."""
    if stage_allows(programme, act):
        return
    names = list(programme.stages.filter(kind__in=kinds_allowing(act)).values_list("name", flat=True))
    if not names:
        sentence = _(
            "To %(act)s, the programme needs a stage of one of these kinds: %(kinds)s. Add it under Stages."
        )
        kinds = [str(StageKind(kind).label) for kind in StageKind.values if kind in kinds_allowing(act)]
        raise Refused(sentence % {"act": Act(act).label, "kinds": _(", ").join(kinds)}, code="no_stage")
    if len(names) == 1:
        sentence = _("To %(act)s, the stage “%(stage)s” must be open. The organiser opens it under Stages.")
        raise Refused(sentence % {"act": Act(act).label, "stage": names[0]}, code="stage_not_open")
    sentence = _(
        "To %(act)s, one of these stages must be open: %(stages)s. The organiser opens it under Stages."
    )
    raise Refused(sentence % {"act": Act(act).label, "stages": _(", ").join(names)}, code="stage_not_open")


def may_enrol_now(programme: Programme) -> bool:
    """A roster is read while the programme is in preparation, or while a stage allows late enrolments."""
    return programme.state == ProgrammeState.DRAFT or stage_allows(programme, Act.ENROL)


# Persons


def has_role(person: Visitor, programme: Programme, *roles: str) -> bool:
    """Whether the person holds one of the roles in the programme now; of no roles given, any."""
    held = queries.roles_of(person, programme)
    return bool(held & set(roles)) if roles else bool(held)


def runs_organisation(person: Visitor, organisation: Organisation) -> bool:
    return queries.organisations_organised_by(person).filter(pk=organisation.pk).exists()


def may_create_programme(person: Visitor, organisation: Organisation) -> bool:
    return runs_organisation(person, organisation)


def may_organise(person: Visitor, programme: Programme) -> bool:
    return queries.programmes_organised_by(person).filter(pk=programme.pk).exists()


def may_read_desk(person: Visitor, programme: Programme) -> bool:
    """Organisers and supervisors; supervisors change nothing."""
    return queries.desk_programmes(person).filter(pk=programme.pk).exists()


def may_supervise(person: Visitor, programme: Programme) -> bool:
    return has_role(person, programme, Role.SUPERVISOR)


def may_edit_stories(person: Visitor, programme: Programme) -> bool:
    return has_role(person, programme, Role.EDITOR) or may_organise(person, programme)


def require_organiser(person: Visitor, programme: Programme) -> None:
    """Raises Refused for anybody who does not organise the programme."""
    if not may_organise(person, programme):
        raise Refused(_("Only organisers of the programme may do this."), code="not_organiser")
