"""The only way that a page of this room gets a row: what a person may not see is 404."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from yingzao.activities.models import Activity, Evidence
from yingzao.activities.queries import activities_of
from yingzao.activities.views.access import my_enrolments
from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.notices.models import Delivery, Robot
from yingzao.notices.queries import deliveries_of, robots_of
from yingzao.people.models import Organisation
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme
from yingzao.web import public_site


def desk_programme(request: HttpRequest, code: str) -> Programme:
    """A programme whose desk the person may read: its organisers and its supervisors."""
    return only(programmes.desk_programmes(request.user), code=code)


def organised_programme(request: HttpRequest, code: str) -> Programme:
    """Organisers alone: what changes or sends something."""
    return only(programmes.programmes_organised_by(request.user), code=code)


def desk_learner(request: HttpRequest, programme_code: str, code: str) -> Enrolment:
    programme = desk_programme(request, programme_code)
    return only(
        programme.enrolments.select_related("programme", "community", "team", "organisation"), code=code
    )


def activity_of(programme: Programme, code: str) -> Activity:
    return only(activities_of(programme).select_related("programme"), code=code)


def evidence_of(programme: Programme, key: UUID) -> Evidence:
    return only(
        Evidence.objects.filter(activity__programme=programme).select_related(
            "enrolment",
            "activity",
            "part",
            "recorded_by",
            "source_row__source_file",
            "decision__decided_by",
            "decision__match",
        ),
        key=key,
    )


def delivery_of(programme: Programme, code: str) -> Delivery:
    return only(deliveries_of(programme.code), code=code)


def robot_of(programme: Programme, code: str) -> Robot:
    """One that stands; one that was removed is not there."""
    return only(robots_of(programme.code).select_related("organisation"), code=code)


def my_enrolment(request: HttpRequest) -> Enrolment:
    """The enrolment that the learner's pages are about: the one chosen before, else the newest."""
    mine = my_enrolments(request)
    if not mine:
        raise Http404
    chosen = request.session.get("programme")
    return next((e for e in mine if e.programme.code == chosen), mine[0])


def public_organisation(code: str) -> Organisation:
    """One of which anything is public."""
    return only(public_site.public_organisations(), code=code)


def public_programme(slug: str) -> Programme:
    return only(programmes.public_programmes(), slug=slug)
