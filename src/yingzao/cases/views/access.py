"""The only way that a page of the library, and of reflections, gets a row."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from yingzao.activities.models import Evidence
from yingzao.articles import queries as articles
from yingzao.articles.models import Feed, FeedEntry
from yingzao.cases import queries
from yingzao.cases.models import Case, ReflectionShare
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


def reflection_to_read(request: HttpRequest, key: UUID) -> Evidence:
    """For the desk of its programme and the learner's mentor. To answer it (POST) takes more."""
    row = only(queries.readable_reflections(request.user), key=key)
    if request.method == "POST" and not queries.may_answer(request.user, row):
        raise Http404
    return row


def reflection_to_answer(request: HttpRequest, key: UUID) -> Evidence:
    row = only(queries.readable_reflections(request.user), key=key)
    if not queries.may_answer(request.user, row):
        raise Http404
    return row


def my_share(request: HttpRequest, key: UUID) -> ReflectionShare:
    """What the person was asked about an own reflection."""
    mine = ReflectionShare.objects.filter(
        reflection__enrolment__person=request.user, reflection__withdrawn_at=None
    )
    return only(mine.select_related("reflection__activity", "reflection__enrolment"), reflection__key=key)


# Feeds and their inbox


def inbox_to_read(request: HttpRequest, programme_code: str) -> Programme:
    """For organisers and supervisors of the programme; feeds are its organisation's."""
    return only(programmes.desk_programmes(request.user), code=programme_code)


def inbox_to_keep(request: HttpRequest, programme_code: str) -> Programme:
    """For organisers alone."""
    return only(programmes.programmes_organised_by(request.user), code=programme_code)


def feed_to_keep(request: HttpRequest, programme_code: str, code: str) -> tuple[Programme, Feed]:
    programme = inbox_to_keep(request, programme_code)
    return programme, only(articles.feeds_of(programme.organisation), code=code)


def entry_to_read(request: HttpRequest, programme_code: str, code: str) -> tuple[Programme, FeedEntry]:
    programme = inbox_to_read(request, programme_code)
    return programme, only(_entries(programme), code=code)


def entry_to_keep(request: HttpRequest, programme_code: str, code: str) -> tuple[Programme, FeedEntry]:
    programme = inbox_to_keep(request, programme_code)
    return programme, only(_entries(programme), code=code)


def entries_to_decide(
    request: HttpRequest, programme_code: str, codes: list[str]
) -> tuple[Programme, list[FeedEntry]]:
    """Those of these that are the organisation's; one that is named alone and is not is 404."""
    programme = inbox_to_keep(request, programme_code)
    found = list(_entries(programme).filter(code__in=codes).defer("body", "matter"))
    if len(codes) == 1 and not found:
        raise Http404
    return programme, found


def _entries(programme: Programme) -> QuerySet[FeedEntry]:
    return articles.entries_of(programme.organisation).select_related("feed", "article", "decided_by")


def case_of_entry(entry: FeedEntry) -> Case | None:
    """The case that was made of it, where it was taken and stands in the library."""
    return getattr(entry.article, "case", None) if entry.article else None
