"""The doors to programmes, stages and staff. What a person may not see is not there."""

from django.http import Http404

from yingzao.core.scoping import only
from yingzao.people.models import Organisation
from yingzao.programmes import queries
from yingzao.programmes.models import Programme, StaffRole, Stage


def programme_to_read(person, code: str) -> Programme:
    """For organisers and supervisors."""
    return only(queries.desk_programmes(person), code=code)


def programme_to_run(person, code: str) -> Programme:
    """For organisers."""
    return only(queries.programmes_organised_by(person), code=code)


def stage_to_run(person, programme_code: str, code: str) -> Stage:
    programme = programme_to_run(person, programme_code)
    return only(programme.stages.select_related("programme"), code=code)


def staff_to_run(person, programme_code: str, code: str) -> StaffRole:
    programme = programme_to_run(person, programme_code)
    return only(queries.staff_of(programme).select_related("programme", "organisation", "person"), code=code)


def organisations_to_run(person) -> list[Organisation]:
    """Where the person may create programmes; 404 where that is nowhere."""
    found = list(queries.organisations_organised_by(person).order_by("name", "pk"))
    if not found:
        raise Http404
    return found
