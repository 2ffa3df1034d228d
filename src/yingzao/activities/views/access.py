"""The only way that a page of this room gets a row."""

from __future__ import annotations

from contextlib import suppress

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from yingzao.activities.enums import SESSIONS
from yingzao.activities.models import Activity, AttendanceRequest, CalendarFeed, Part, Survey, Video
from yingzao.activities.queries import activities_for_enrolments, activities_of, surveys, watching
from yingzao.activities.queries import calendar as calendars
from yingzao.activities.queries.requests import requests_asked_by, requests_of
from yingzao.core.scoping import only
from yingzao.enrolment.enums import EnrolmentState, SourcePurpose, SourceState
from yingzao.enrolment.models import Enrolment, SourceFile
from yingzao.programmes import queries as programmes
from yingzao.programmes.models import Programme


def readable_programme(request: HttpRequest, code: str) -> Programme:
    """Organisers and supervisors."""
    return only(programmes.desk_programmes(request.user), code=code)


def organised_programme(request: HttpRequest, code: str) -> Programme:
    """Organisers alone: pages that change something."""
    return only(programmes.programmes_organised_by(request.user), code=code)


def organised_activity(request: HttpRequest, programme_code: str, code: str, *, kind: str = "") -> Activity:
    """An activity to change; pages of one kind name theirs."""
    rows = organised_programme(request, programme_code).activities.select_related("programme__organisation")
    return only(rows.filter(kind=kind) if kind else rows, code=code)


def plan_file(programme: Programme, code: str) -> SourceFile:
    return only(programme.source_files.filter(purpose=SourcePurpose.PLAN).select_related("file"), code=code)


def record_files(programme: Programme) -> QuerySet[SourceFile]:
    return programme.source_files.filter(purpose=SourcePurpose.EVIDENCE)


def record_file(programme: Programme, code: str) -> SourceFile:
    return only(record_files(programme), code=code)


def my_enrolments(request: HttpRequest) -> list[Enrolment]:
    """The person's own enrolments, the newest programme first. One query a request: a page and its head ask alike."""
    person = request.user
    if getattr(request, "own_enrolments", (None, []))[0] != person.pk:
        mine = Enrolment.objects.filter(person=person, state=EnrolmentState.ACTIVE).select_related(
            "programme__organisation", "community", "team"
        )
        # Sorted here: ordering so many columns takes the database's words longer to write than to read them.
        found = sorted(mine.order_by(), key=lambda e: (e.programme.starts_on, e.pk), reverse=True)
        request.own_enrolments = person.pk, found  # type: ignore[attr-defined]
    return request.own_enrolments[1]  # type: ignore[attr-defined]


def my_activity(request: HttpRequest, kind: str, code: str) -> tuple[Enrolment, Activity]:
    """An activity that is for the person as a learner, for the rooms of the kinds."""
    mine = {enrolment.programme_id: enrolment for enrolment in my_enrolments(request)}
    activity = only(activities_for_enrolments(mine.values()).filter(kind=kind), code=code)
    enrolment = mine[activity.programme_id]
    activity.programme = enrolment.programme
    return enrolment, activity


def readable_activity(request: HttpRequest, kind: str, programme_code: str, code: str) -> Activity:
    """An activity of one kind, for organisers and supervisors."""
    programme = readable_programme(request, programme_code)
    return only(programme.activities.filter(kind=kind).select_related("programme__organisation"), code=code)


# Videos


def my_video(request: HttpRequest, code: str) -> tuple[Enrolment, Video]:
    """A video of an activity that is for the person as a learner."""
    video = only(watching.videos_for_person(request.user), code=code)
    enrolment, _activity = my_activity(request, video.activity.kind, video.activity.code)
    return enrolment, video


def readable_video(request: HttpRequest, programme_code: str, code: str) -> Video:
    return only(watching.videos_in(readable_programme(request, programme_code)), code=code)


def organised_video(request: HttpRequest, programme_code: str, code: str) -> Video:
    return only(watching.videos_in(organised_programme(request, programme_code)), code=code)


# The learner's calendar


def my_feeds(request: HttpRequest) -> list[tuple[Enrolment, CalendarFeed | None]]:
    """For whoever learns somewhere; nobody else has a calendar."""
    found = calendars.my_feeds(request.user)
    if not found:
        raise Http404
    return found


def my_feed(request: HttpRequest, code: str) -> tuple[Enrolment, CalendarFeed | None]:
    """One's own enrolment with its calendar address, by the enrolment's code."""
    for enrolment, feed in calendars.my_feeds(request.user):
        if enrolment.code == code:
            return enrolment, feed
    raise Http404


def open_feed(token: str) -> CalendarFeed:
    """For whoever has the address, signed in or not."""
    return only(calendars.open_feeds(), token=token)


# Attendance requests


def my_session(request: HttpRequest, code: str) -> tuple[Enrolment, Activity]:
    """A live course or visit of a programme in which the person learns."""
    for kind in SESSIONS:
        with suppress(Http404):
            return my_activity(request, kind, code)
    raise Http404


def my_requests(request: HttpRequest) -> QuerySet[AttendanceRequest]:
    """For whoever learns somewhere; nobody else has such a list."""
    if not Enrolment.objects.filter(person=request.user, state=EnrolmentState.ACTIVE).exists():
        raise Http404
    return requests_asked_by(request.user)


def my_request(request: HttpRequest, code: str) -> AttendanceRequest:
    return only(requests_asked_by(request.user), code=code)


def organised_session(request: HttpRequest, programme_code: str, code: str) -> Activity:
    programme = organised_programme(request, programme_code)
    return only(
        activities_of(programme).filter(kind__in=SESSIONS).select_related("programme__organisation"),
        code=code,
    )


def readable_request(request: HttpRequest, programme_code: str, code: str) -> AttendanceRequest:
    return only(requests_of(readable_programme(request, programme_code)), code=code)


def organised_request(request: HttpRequest, programme_code: str, code: str) -> AttendanceRequest:
    return only(requests_of(organised_programme(request, programme_code)), code=code)


# Surveys


def survey_by_token(token: str) -> Survey:
    """For whoever has the address; who of them may answer is asked apart."""
    return only(surveys.surveys_by_token(), token=token)


def readable_survey(request: HttpRequest, programme_code: str, code: str) -> Survey:
    return only(surveys.surveys_of(readable_programme(request, programme_code)), code=code)


def organised_survey(request: HttpRequest, programme_code: str, code: str) -> Survey:
    return only(surveys.surveys_of(organised_programme(request, programme_code)), code=code)


def mentored_survey(request: HttpRequest, code: str) -> Survey:
    """A named form, for the mentor of a team of which somebody has answered it."""
    return only(surveys.named_surveys_for_mentor(request.user), code=code)


def activity_and_part(programme: Programme, code: str, part: str) -> tuple[Activity, Part | None]:
    activity = only(surveys.survey_activities(programme).select_related("programme"), code=code)
    return activity, only(activity.parts.all(), code=part) if part else None


def answer_files(survey: Survey) -> QuerySet[SourceFile]:
    return surveys.answer_files(survey)


def answer_file(survey: Survey, code: str) -> SourceFile:
    return only(surveys.answer_files(survey).select_related("programme"), code=code)


def open_answer_file(survey: Survey, code: str) -> SourceFile:
    """A kept export of which nobody has said yet which column is which question."""
    return only(
        surveys.answer_files(survey).filter(state=SourceState.READ).select_related("file", "programme"),
        code=code,
    )
