"""The only way that a page of the library gets a row."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from yingzao.cases import queries
from yingzao.cases.models import Case
from yingzao.core.scoping import only
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme


def library_to_read(request: HttpRequest, programme_code: str) -> tuple[Programme, QuerySet[Case]]:
    """The organisation's cases, for organisers and supervisors of the programme."""
    programme = only(programmes.desk_programmes(request.user), code=programme_code)
    return programme, queries.library_of(programme.organisation)


def library_to_keep(request: HttpRequest, programme_code: str) -> tuple[Programme, QuerySet[Case]]:
    """For organisers alone."""
    programme = only(programmes.programmes_organised_by(request.user), code=programme_code)
    return programme, queries.library_of(programme.organisation)


def case_to_read(request: HttpRequest, programme_code: str, code: str) -> tuple[Programme, Case]:
    programme, cases = library_to_read(request, programme_code)
    return programme, only(cases, code=code)


def case_to_keep(request: HttpRequest, programme_code: str, code: str) -> tuple[Programme, Case]:
    programme, cases = library_to_keep(request, programme_code)
    return programme, only(cases, code=code)


def my_case(request: HttpRequest, code: str) -> Case:
    """A case that is shown to learners of an organisation in whose programmes the person learns."""
    return only(queries.shown_to(request.user), code=code)
