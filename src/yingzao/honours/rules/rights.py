"""Who may do what to a selection, a notice and a certificate, and when its time has come."""

import datetime as dt

from django.utils.translation import gettext as _

from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.core.ui.templatetags.ui import day
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.queries import my_enrolments
from yingzao.honours.enums import IssueState, NoticeState, SelectionState
from yingzao.honours.models import IssueRun, PublicNotice, Selection
from yingzao.honours.queries import rows
from yingzao.honours.queries.designs import is_picture_for
from yingzao.people.models import Person, Visitor
from yingzao.people.queries import is_signed_in
from yingzao.programmes import rules as programmes
from yingzao.programmes.enums import Role
from yingzao.programmes.models import Programme

# Some thousand certificates are made in this time; whatever is still going then lost its worker on the way.
LONGEST_RUN = dt.timedelta(minutes=10)

# Of the staff, who reads full names on a public notice as a participant. Judges mark without names, editors write for the
# public, hosts come from outside.
TAKING_PART = (Role.ORGANISER, Role.MENTOR, Role.SUPERVISOR)


def may_select(person: Person, programme: Programme) -> bool:
    return programmes.may_organise(person, programme)


def may_decide(person: Person, selection: Selection) -> bool:
    """A supervisor of the programme, and another person than the one who froze the list (four eyes)."""
    return programmes.may_supervise(person, selection.programme) and person.pk != selection.frozen_by_id


def require_decider(person: Person, selection: Selection) -> None:
    """Raises Refused, saying which of the two conditions fails."""
    if not programmes.may_supervise(person, selection.programme):
        raise Refused(_("Only the supervising committee decides about the list."), code="not_supervisor")
    if person.pk == selection.frozen_by_id:
        raise Refused(
            _("You froze this list yourself. Somebody else of the committee has to decide about it."),
            code="four_eyes",
        )


def require_state(selection: Selection, *states: str) -> None:
    if selection.state not in states:
        raise Refused(
            _("This is not possible while the selection is %(state)s.")
            % {"state": SelectionState(selection.state).label},
            code="wrong_state",
        )


def may_read_file(person: Person, stored: StoredFile) -> bool:
    """A certificate's PDF holds the full name: its learner, organisers and supervisors. Pictures of designs: the desk."""
    if is_picture_for(person, stored):
        return True
    if rows.certificates_visible_to(person).filter(pdf=stored).exists():
        return True
    return bool(getattr(person, "pk", None)) and rows.own_certificates(person).filter(pdf=stored).exists()


def window_is_open(notice: PublicNotice, moment: dt.datetime) -> bool:
    """Whether objections are taken: from the posting to 24:00 of the last day, unless a corrected notice stands."""
    return notice.state == NoticeState.POSTED and moment < rows.last_moment(notice.ends_on)


def window_has_ended(notice: PublicNotice, moment: dt.datetime) -> bool:
    return moment >= rows.last_moment(notice.ends_on)


def may_read_full_names(person: Visitor, notice: PublicNotice) -> bool:
    """Who takes part in the programme, as learner or on its staff, and only on a recorded basis; everybody else sees masks."""
    if not notice.basis or not is_signed_in(person):
        return False
    learns = my_enrolments(person).filter(programme=notice.programme_id, state=EnrolmentState.ACTIVE)
    return programmes.has_role(person, notice.programme, *TAKING_PART) or learns.exists()


def is_under_way(run: IssueRun, moment: dt.datetime) -> bool:
    """Whether a run is still to be waited for. One that lost its worker may be asked for again: none is issued twice."""
    unfinished = run.state in (IssueState.WAITING, IssueState.RUNNING)
    return unfinished and moment - run.asked_at <= LONGEST_RUN


def hindrance_to_issuing(selection: Selection, moment: dt.datetime) -> Refused | None:
    """Why no certificate may be issued from this selection at `moment`; None when one may."""
    if selection.state != SelectionState.APPROVED:
        return Refused(_("The committee has not approved the list yet."), code="not_approved")
    notice = rows.standing_notice(selection)
    if notice is None:
        if selection.notices.exists():
            return Refused(
                _(
                    "A corrected notice has replaced this list. Certificates are issued from the corrected list."
                ),
                code="replaced",
            )
        return Refused(_("The list has not been put up for objection yet."), code="not_posted")
    if not window_has_ended(notice, moment):
        return Refused(
            _("The public notice runs until the end of %(day)s. Certificates can be issued after that.")
            % {"day": day(notice.ends_on)},
            code="window_open",
        )
    if rows.has_open_objection(notice):
        return Refused(_("An objection has not been answered yet."), code="objection_open")
    if rows.has_accepted_objection(notice):
        return Refused(
            _("An objection was accepted. Make the list anew and put up the corrected notice first."),
            code="correction_due",
        )
    return _hindrance_elsewhere(notice, moment)


def _hindrance_elsewhere(notice: PublicNotice, moment: dt.datetime) -> Refused | None:
    """Another list of the programme that is still up for objection: what is decided there may touch whoever stands here."""
    for other in rows.other_notices(notice):
        if (
            not window_has_ended(other, moment)
            or rows.has_open_objection(other)
            or rows.has_accepted_objection(other)
        ):
            return Refused(
                _(
                    "“%(title)s” of this programme is not settled: its notice still runs, or an objection to it is open or was "
                    "accepted without a corrected notice."
                )
                % {"title": other.title},
                code="other_notice",
            )
    return None
