"""The doors to learners, files and matches. What a person may not see is not there."""

from yingzao.core.scoping import only
from yingzao.enrolment import queries
from yingzao.enrolment.enums import SourcePurpose
from yingzao.enrolment.models import Enrolment, IdentityDecision, IdentityMatch, SourceFile, Team
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme


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
