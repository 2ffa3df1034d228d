"""The only way that a page of this room gets a row."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from yingzao.activities.enums import KindKey
from yingzao.activities.models import Activity, Part, Version
from yingzao.activities.queries import activities_for_enrolments
from yingzao.activities.views import access as activities
from yingzao.communities.models import NeedPhoto
from yingzao.core.models import StoredFile
from yingzao.core.scoping import only
from yingzao.enrolment.models import Enrolment
from yingzao.fieldwork.models import FieldPhoto, Interview, Walk
from yingzao.people.models import Person
from yingzao.practice import queries, rules
from yingzao.practice.forms.findings import initial_of_interview
from yingzao.practice.models import FeedbackPhrase, Finding, MeetingNote, Remark
from yingzao.practice.settling.parts import Asked, asked_parts
from yingzao.programmes.models import Programme


def readable_version(request: HttpRequest, code: str) -> Version:
    """A version handed in, for the learner's mentor and the desk."""
    return only(
        queries.versions_readable_by(request.user).select_related(
            "entry__enrolment__programme__organisation",
            "entry__enrolment__community",
            "entry__enrolment__team__mentor",
            "entry__activity__programme",
            "entry__activity__practice_task",
            "reviewed_by",
        ),
        code=code,
    )


def answerable_version(request: HttpRequest, code: str) -> Version:
    """Such a version, for whoever answers it."""
    version = readable_version(request, code)
    if not rules.may_review(request.user, version):
        raise Http404
    return version


def readable_document(request: HttpRequest, code: str, file_code: str) -> tuple[Version, StoredFile]:
    """A file of such a version."""
    version = readable_version(request, code)
    kept = only(version.files.select_related("file__document_text"), file__code=file_code)
    return version, kept.file


def own_version(request: HttpRequest, code: str) -> Version:
    """One's own version of a task, a draft as well."""
    mine = Version.objects.filter(
        entry__enrolment__person=request.user.pk, entry__activity__kind=KindKey.PRACTICE
    ).select_related("entry__activity", "entry__enrolment")
    return only(mine, code=code)


def own_document(request: HttpRequest, code: str, file_code: str) -> tuple[Version, StoredFile]:
    """A file of it."""
    version = own_version(request, code)
    kept = only(version.files.select_related("file__document_text"), file__code=file_code)
    return version, kept.file


def own_remark(request: HttpRequest, code: str) -> Remark:
    """A comment on a version of one's own that was answered."""
    mine = Remark.objects.filter(version__entry__enrolment__person=request.user.pk)
    remark = only(mine.select_related("version__entry__enrolment", "version__entry__activity"), code=code)
    if remark not in queries.remarks_for_learner([remark.version]):
        raise Http404
    return remark


def remark_on(version: Version, code: str) -> Remark:
    return only(version.remarks.select_related("version"), code=code)


def organised_task(request: HttpRequest, programme_code: str, code: str) -> Activity:
    return activities.organised_activity(request, programme_code, code, kind=KindKey.PRACTICE)


def organised_part(
    request: HttpRequest, programme_code: str, code: str, part_code: str
) -> tuple[Activity, Part, Asked]:
    """A part of a task, with what it asks for."""
    activity = organised_task(request, programme_code, code)
    part = only(activity.parts.select_related("activity__programme"), code=part_code)
    asked = next((one for one in asked_parts(activity.rule) if one.part == part.code), None)
    if asked is None:
        raise Http404
    return activity, part, asked


def programme_with_phrases(request: HttpRequest, code: str) -> Programme:
    """A programme in which the person answers learners."""
    programme = only(Programme.objects.select_related("organisation"), code=code)
    if not rules.may_use_phrases(request.user, programme):
        raise Http404
    return programme


def editable_phrase(programme: Programme, person: Person, code: str) -> FeedbackPhrase:
    phrase = only(FeedbackPhrase.objects.filter(programme=programme).select_related("programme"), code=code)
    if not rules.may_edit_phrase(person, phrase):
        raise Http404
    return phrase


def mentored_learner(request: HttpRequest, code: str) -> Enrolment:
    """A learner whom the person mentors, or whose programme they organise."""
    learner = only(Enrolment.objects.select_related("programme", "community", "team__mentor"), code=code)
    if not rules.may_mentor(request.user, learner):
        raise Http404
    return learner


def own_note(learner: Enrolment, person: Person, code: str) -> MeetingNote:
    return only(MeetingNote.objects.filter(enrolment=learner, by=person), code=code)


# Findings


def my_learning(request: HttpRequest) -> Enrolment:
    """As which learner the person records: the one that the form names, else of the programme chosen before, else of the newest."""
    mine = activities.my_enrolments(request)
    if not mine:
        raise Http404
    named = request.POST.get("learner", "")
    task = request.GET.get("task", "")
    if not named and task:
        of = activities_for_enrolments(mine).filter(code=task).values_list("programme_id", flat=True).first()
        named = next((e.code for e in mine if e.programme_id == of), "")
    chosen = request.session.get("programme")
    for enrolment in mine:
        if enrolment.code == named:
            return enrolment
    return next((e for e in mine if e.programme.code == chosen), mine[0])


def my_leader(request: HttpRequest, code: str) -> Finding:
    return only(queries.my_findings(request.user), leader__code=code)


def my_need(request: HttpRequest, code: str) -> Finding:
    return only(queries.my_findings(request.user), need__code=code)


def photo_of(finding: Finding, code: str) -> NeedPhoto:
    return only(NeedPhoto.objects.filter(need=finding.need).select_related("file", "need"), file__code=code)


def mentored_leader(request: HttpRequest, code: str) -> Finding:
    return only(queries.mentored_findings(request.user), leader__code=code)


def mentored_need(request: HttpRequest, code: str) -> Finding:
    return only(queries.mentored_findings(request.user), need__code=code)


# The field


def my_walk(request: HttpRequest, code: str) -> Walk:
    return only(queries.my_walks(request.user), code=code)


def my_interview(request: HttpRequest, code: str) -> Interview:
    return only(queries.my_interviews(request.user), code=code)


def field_photo(walk: Walk, key: UUID) -> FieldPhoto:
    """A photo of a point of this walk."""
    return only(FieldPhoto.objects.filter(point__walk=walk).select_related("point", "file"), key=key)


def mentored_walk(request: HttpRequest, code: str) -> Walk:
    return only(queries.mentored_walks(request.user), code=code)


def mentored_interview(request: HttpRequest, code: str) -> Interview:
    return only(queries.mentored_interviews(request.user), code=code)


def told_in_interview(request: HttpRequest, what: str) -> dict[str, Any]:
    """What the own interview that `?interview=` names says for the form of a leader or a need; nothing of anybody else's."""
    code = request.GET.get("interview", "")
    interview = (
        queries.my_interviews(request.user).filter(code=code, erased_at=None).first() if code else None
    )
    return initial_of_interview(interview, what) if interview is not None else {}
