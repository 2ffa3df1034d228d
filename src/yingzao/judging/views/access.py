"""The only way that a page of this room gets a row: what a person may not see is 404."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from yingzao.activities.models import VersionFile
from yingzao.core.scoping import only
from yingzao.enrolment.enums import SourcePurpose
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.judging import queries, rules
from yingzao.judging.models import Assignment, Calibration, DeclaredTie, Round, Rubric
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme, StaffRole


def read_programme(request: HttpRequest, code: str) -> Programme:
    """For its organisers and its supervisors, who read and change nothing."""
    return only(programmes.desk_programmes(request.user), code=code)


def organised_programme(request: HttpRequest, code: str) -> Programme:
    return only(programmes.programmes_organised_by(request.user), code=code)


def read_round(request: HttpRequest, programme_code: str, code: str) -> Round:
    return only(queries.rounds_visible_to(request.user), programme__code=programme_code, code=code)


def organised_round(request: HttpRequest, programme_code: str, code: str) -> Round:
    found = read_round(request, programme_code, code)
    if not rules.may_prepare_judging(request.user, found.programme):
        raise Http404
    return found


def rubric(request: HttpRequest, programme: Programme, code: str) -> Rubric:
    """A rubric of the programme's organisation."""
    return only(
        queries.rubrics_visible_to(request.user).filter(organisation=programme.organisation), code=code
    )


def figures_round(request: HttpRequest, programme_code: str, code: str) -> Round:
    """For figures of all entries together. Refused, with a sentence, where one of them is kept from the person."""
    found = read_round(request, programme_code, code)
    rules.require_impartial(request.user, found)
    return found


def chaired_round(request: HttpRequest, programme_code: str, code: str) -> Round:
    """For what judges gave, one by one: refused to who judges in the round before it is closed."""
    found = read_round(request, programme_code, code)
    rules.require_chair(request.user, found)
    return found


def learner_in(request: HttpRequest, round: Round, code: str) -> Enrolment:
    """A learner of the programme; not one that the person, as a judge, stands aside from."""
    learners = round.programme.enrolments.select_related("programme", "community", "team__mentor")
    return only(learners.exclude(pk__in=queries.withheld_from(request.user, round)), code=code)


def assignment_in(request: HttpRequest, round: Round, code: str) -> Assignment:
    hidden = queries.withheld_from(request.user, round)
    return only(queries.assignments_in(round).exclude(entry__enrolment__in=hidden), code=code)


def panel_judge(round: Round, code: str) -> StaffRole:
    return only(StaffRole.objects.filter(panels__round=round, ended_at=None).distinct(), code=code)


def tie_in(programme: Programme, code: str) -> DeclaredTie:
    return only(queries.declared_ties(programme), code=code)


def marks_file_in(round: Round, code: str) -> SourceFile:
    files = round.programme.source_files.filter(purpose=SourcePurpose.MARKS, about_code=round.code)
    return only(files.select_related("file"), code=code)


def calibration_in(round: Round, code: str) -> Calibration:
    return only(round.calibrations.all(), code=code)


def my_sheet(request: HttpRequest, code: str) -> Assignment:
    """A sheet of the person's own, while no conflict has come to light."""
    found = only(queries.assignments_of(request.user), code=code)
    if queries.conflict_between(found.judge, found.entry.enrolment):
        raise Http404
    return found


def file_before(assignment: Assignment, code: str) -> VersionFile:
    """A file of exactly the version that lies before the judge."""
    return only(queries.files_before(assignment), file__code=code)
