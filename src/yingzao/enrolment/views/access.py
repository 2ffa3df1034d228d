"""The doors to learners, files and matches. What a person may not see is not there."""

from uuid import UUID

from django.http import Http404

from yingzao.core import clock
from yingzao.core.scoping import only
from yingzao.enrolment import queries
from yingzao.enrolment.enums import SourcePurpose
from yingzao.enrolment.models import (
    Enrolment,
    IdentityDecision,
    IdentityMatch,
    Registration,
    RegistrationLink,
    SourceFile,
    Team,
)
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_enrol_now


def programme_to_read(person, code: str) -> Programme:
    """For organisers and supervisors."""
    return only(programmes.desk_programmes(person), code=code)


def programme_to_run(person, code: str) -> Programme:
    """For organisers."""
    return only(programmes.programmes_organised_by(person), code=code)


def learner_to_read(person, programme_code: str, code: str) -> Enrolment:
    """For organisers and supervisors; learners and mentors have pages of their own."""
    programme = programme_to_read(person, programme_code)
    return only(queries.learners_of(programme).select_related("programme__organisation"), code=code)


def learner_to_manage(person, programme_code: str, code: str) -> Enrolment:
    return only(queries.enrolments_managed_by(person), programme__code=programme_code, code=code)


def team_to_manage(person, programme_code: str, code: str) -> Team:
    programme = programme_to_run(person, programme_code)
    return only(programme.teams.select_related("programme", "mentor"), code=code)


def roster_to_read(person, programme_code: str, code: str) -> SourceFile:
    return only(
        queries.sources_visible_to(person),
        programme__code=programme_code,
        code=code,
        purpose=SourcePurpose.ROSTER,
    )


def roster_to_manage(person, programme_code: str, code: str) -> SourceFile:
    return only(
        queries.sources_managed_by(person),
        programme__code=programme_code,
        code=code,
        purpose=SourcePurpose.ROSTER,
    )


def match_to_decide(person, programme_code: str, code: str) -> IdentityMatch:
    return only(queries.matches_managed_by(person), programme__code=programme_code, code=code)


def decision_to_undo(person, programme_code: str, code: str) -> IdentityDecision:
    programme = programme_to_run(person, programme_code)
    return only(
        queries.decisions_of(programme).select_related("match__programme", "match__source_file"), code=code
    )


def open_link(token: str) -> RegistrationLink:
    """A registration link that is open today, in a stage in which people may enrol; for everybody who has it."""
    link = queries.find_link(token)
    if link is None or not queries.is_open_on(link, clock.today()) or not may_enrol_now(link.programme):
        raise Http404
    return link


def link_to_read(person, programme_code: str) -> RegistrationLink:
    """The programme's link, open or not, for its desk."""
    return only(
        RegistrationLink.objects.filter(programme=programme_to_read(person, programme_code)).select_related(
            "programme__organisation"
        )
    )


def registration_of_key(key: UUID) -> Registration:
    """For whoever holds its key."""
    return only(queries.registration_of_key(key))


def registration_to_read(person, programme_code: str, code: str) -> Registration:
    programme = programme_to_read(person, programme_code)
    return only(queries.registrations_of(programme).select_related("programme__organisation"), code=code)


def registration_to_decide(person, programme_code: str, code: str) -> Registration:
    return only(queries.registrations_managed_by(person), programme__code=programme_code, code=code)
