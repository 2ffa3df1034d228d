"""Answering reflections, and showing good ones to the cohort while their writers agree."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities.models import Evidence
from yingzao.cases import queries
from yingzao.cases.enums import ShareState
from yingzao.cases.models import ReflectionAnswer, ReflectionShare
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.notices import actions as notices
from yingzao.people.models import Person

LONGEST = 4000


@transaction.atomic
def answer_reflection(*, reflection: Evidence, text: str, key: UUID, by: Person) -> ReflectionAnswer:
    """Write to the learner about a reflection. The same key again is the answer that it made the first time."""
    _require_answerer(reflection, by)
    text = text.strip()
    if not text:
        raise Refused(_("Write something first."), code="empty", field="text")
    answer, created = ReflectionAnswer.objects.get_or_create(
        key=key,
        defaults={
            "organisation_id": reflection.organisation_id,
            "reflection": reflection,
            "text": text[:LONGEST],
            "by": by,
        },
    )
    if answer.reflection_id != reflection.pk or answer.by_id != by.pk:
        raise Refused(_("This form was sent for something else. Open the page again."), code="key")
    if created:
        _record(reflection, by, "cases.reflection.answered")
        _tell(reflection, f"cases.answer:{answer.code}", lambda: _("Your reflection was answered"))
    return answer


@transaction.atomic
def ask_to_show(*, reflection: Evidence, by: Person) -> ReflectionShare:
    """Ask the writer whether the reflection may be shown to the cohort. Asked once: what was said stands."""
    _require_answerer(reflection, by)
    share, created = ReflectionShare.objects.get_or_create(
        reflection=reflection,
        defaults={"organisation_id": reflection.organisation_id, "asked_by": by},
    )
    if created:
        _record(reflection, by, "cases.reflection.asked_to_show")
        _tell(
            reflection,
            f"cases.show:{share.code}",
            lambda: _("May your reflection be shown to everybody?"),
        )
    return share


@transaction.atomic
def decide_showing(*, share: ReflectionShare, agrees: bool, by: Person) -> ReflectionShare:
    """The writer's word, which can be changed at any time; it is shown from then on, or no longer."""
    if share.reflection.enrolment.person_id != by.pk:
        raise Refused(_("Only whoever wrote it can decide that."), code="not-yours")
    before = share.state
    share.state = (
        ShareState.AGREED
        if agrees
        else ShareState.WITHDRAWN
        if before in (ShareState.AGREED, ShareState.WITHDRAWN)
        else ShareState.DECLINED
    )
    if share.state != before:
        share.decided_at = clock.now()
        share.save(update_fields=["state", "decided_at"])
        _record(
            share.reflection,
            by,
            "cases.reflection.showing_decided",
            {"state": before},
            {"state": share.state},
        )
    return share


def _require_answerer(reflection: Evidence, by: Person) -> None:
    if not queries.may_answer(by, reflection):
        raise Refused(_("Only organisers and the learner's mentor answer."), code="not-allowed")


def _record(
    reflection: Evidence, by: Person, act: str, before: dict | None = None, after: dict | None = None
) -> None:
    audit.record(
        actor=by,
        act=act,
        subject=reflection.activity.code,
        organisation_id=reflection.organisation_id,
        before=before or {},
        after={"learner": reflection.enrolment.code, **(after or {})},
    )


def _tell(reflection: Evidence, key: str, title: notices.Told) -> None:
    person = reflection.enrolment.person
    if person is not None:
        notices.send(
            organisation=reflection.enrolment.organisation,
            programme_code=reflection.activity.programme.code,
            kind="answered",
            person=person,
            key=key,
            title=title,
            body=reflection.activity.title,
            url=reverse("cases:learner-case", args=[reflection.activity.code]),
        )
