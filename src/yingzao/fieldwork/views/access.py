"""The doors to surveys. The public one asks for nobody; the others ask the register's rule, or the right for one survey."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.urls import reverse

from yingzao.communities import queries as communities
from yingzao.communities.models import Community
from yingzao.core.scoping import only
from yingzao.fieldwork import queries, rules
from yingzao.fieldwork.models import (
    FilledSheet,
    Guide,
    Interview,
    Proposal,
    ResidentSurvey,
    Walk,
    WalkPoint,
)
from yingzao.people.models import Organisation, Visitor


@dataclass(frozen=True, slots=True)
class Place:
    """A survey where somebody looks at it: at the desk of a programme, or on a page of one's own where the right is for this survey alone."""

    survey: ResidentSurvey
    programme_code: str
    runs: bool

    def url(self, name: str, *more: str) -> str:
        if self.programme_code:
            return reverse(f"fieldwork:desk-{name}", args=[self.programme_code, self.survey.code, *more])
        return reverse(f"fieldwork:my-{name}", args=[self.survey.code, *more])

    @property
    def shell(self) -> str:
        return "fieldwork/shell_desk.html" if self.programme_code else "fieldwork/shell_phone.html"


def register_to_read(person: Visitor, programme_code: str) -> Organisation:
    mine = communities.organisations_read_by(person)
    return only(mine.filter(pk__in=communities.register_of(programme_code).values("pk")))


def register_to_keep(person: Visitor, programme_code: str) -> Organisation:
    mine = communities.organisations_kept_by(person)
    return only(mine.filter(pk__in=communities.register_of(programme_code).values("pk")))


def community_to_keep(person: Visitor, programme_code: str, code: str) -> Community:
    return only(communities.communities_of(register_to_keep(person, programme_code)), code=code)


def survey_to_read(request: HttpRequest, code: str, programme_code: str = "") -> Place:
    person = request.user
    if programme_code:
        survey = only(queries.surveys_of(register_to_read(person, programme_code)), code=code)
    else:
        survey = only(queries.surveys_read_by(person), code=code)
    return Place(survey, programme_code, rules.may_run_survey(person, survey))


def survey_to_run(request: HttpRequest, code: str, programme_code: str = "") -> Place:
    place = survey_to_read(request, code, programme_code)
    if not place.runs:
        raise Http404
    return place


def sheet_of(place: Place, code: str) -> FilledSheet:
    return only(queries.sheets_of(place.survey).select_related("survey__organisation"), code=code)


def survey_by_token(token: str) -> ResidentSurvey:
    return only(queries.survey_by_token(token.upper()))


# Walks, interviews, guides, proposals


def community_to_read(person: Visitor, programme_code: str, code: str) -> Community:
    return only(communities.communities_of(register_to_read(person, programme_code)), code=code)


def walk_to_read(person: Visitor, programme_code: str, code: str) -> Walk:
    return only(queries.walks_of(register_to_read(person, programme_code)), code=code)


def point_to_keep(person: Visitor, programme_code: str, code: str, point_code: str) -> WalkPoint:
    """A point that stands, for whoever keeps the register."""
    rows = WalkPoint.objects.filter(
        organisation=register_to_keep(person, programme_code), walk__code=code, taken_back_at=None
    )
    return only(rows.select_related("walk__community", "organisation"), code=point_code)


def interview_to_read(person: Visitor, programme_code: str, code: str) -> Interview:
    return only(queries.interviews_of(register_to_read(person, programme_code)), code=code)


def interview_to_keep(person: Visitor, programme_code: str, code: str) -> Interview:
    """One that was not erased, for whoever keeps the register."""
    rows = queries.interviews_of(register_to_keep(person, programme_code))
    return only(rows.filter(erased_at=None), code=code)


def guide_to_read(person: Visitor, programme_code: str, code: str) -> Guide:
    return only(queries.guides_of(register_to_read(person, programme_code)), code=code)


def guide_to_keep(person: Visitor, programme_code: str, code: str) -> Guide:
    return only(queries.guides_of(register_to_keep(person, programme_code)), code=code)


def proposal_to_keep(person: Visitor, programme_code: str, code: str) -> Proposal:
    return only(queries.proposals_of(register_to_keep(person, programme_code)), code=code)
