"""Who may see and change learners, files and matches."""

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.enrolment import queries
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.people.models import Visitor
from yingzao.programmes import rules as programme_rules
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme


def may_read_enrolment(person: Visitor, enrolment: Enrolment) -> bool:
    """The learner, organisers, supervisors, and the mentor of the learner's team."""
    return queries.enrolments_visible_to(person).filter(pk=enrolment.pk).exists()


def may_manage_learners(person: Visitor, programme: Programme) -> bool:
    return programme_rules.may_organise(person, programme)


def may_read_source(person: Visitor, source_file: SourceFile) -> bool:
    """Files hold phones in clear: organisers and supervisors only."""
    return programme_rules.has_role(
        person, source_file.programme, Role.ORGANISER, Role.SUPERVISOR
    ) or programme_rules.may_organise(person, source_file.programme)


def may_decide_identity(person: Visitor, programme: Programme) -> bool:
    return programme_rules.may_organise(person, programme)


def require_manager(person: Visitor, programme: Programme) -> None:
    """Raises Refused for anybody who may not change learners of the programme."""
    if not may_manage_learners(person, programme):
        raise Refused(_("Only organisers of the programme may do this."), code="not_organiser")


def require_there(enrolment: Enrolment) -> None:
    """Raises Refused for somebody who was erased: nobody comes back into that row."""
    if enrolment.erased_at is not None:
        raise Refused(
            _("This person asked to be forgotten; nothing can be entered here any more."), code="erased"
        )


def require_decider(person: Visitor, programme: Programme) -> None:
    """Raises Refused for anybody who may not say whom a name means."""
    if not may_decide_identity(person, programme):
        raise Refused(_("Only organisers of the programme may do this."), code="not_organiser")
