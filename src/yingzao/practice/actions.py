"""A learner's work on a practice task: drafted, handed in, answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity, Version
from yingzao.core import audit
from yingzao.core.errors import Refused
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.practice import rules
from yingzao.practice.models import PracticeTask

MOST_FILES = 20


def save_work(
    *,
    enrolment: Enrolment,
    activity: Activity,
    text: str,
    uploads: Sequence[Any] = (),
    drop: Sequence[str] = (),
    by: Person,
    now: dt.datetime | None = None,
) -> Version:
    """Keep the draft with its new files. Files are checked first: a refused one leaves the draft as it was."""
    with transaction.atomic():
        draft = activities.save_draft(
            enrolment=enrolment, activity=activity, text=text, drop_files=drop, by=by, now=now
        )
        if draft.files.count() + len(uploads) > MOST_FILES:
            raise Refused(
                _("A task takes at most %(count)d files.") % {"count": MOST_FILES},
                code="too-many-files",
                field="files",
            )
        kept = [
            activities.keep_entry_file(enrolment=enrolment, upload=upload, name=upload.name, by=by)
            for upload in uploads
        ]
        if kept:
            draft = activities.save_draft(
                enrolment=enrolment, activity=activity, text=text, add_files=kept, by=by, now=now
            )
    return draft


def hand_in(*, version: Version, by: Person, now: dt.datetime | None = None) -> Version:
    return activities.submit_draft(version=version, by=by, now=now)


def answer(
    *, version: Version, accept: bool, review: str, by: Person, now: dt.datetime | None = None
) -> Version:
    """Accept what was handed in, or send it back with what to change."""
    if not rules.may_review(by, version):
        raise Refused(_("Only the learner's mentor and the organisers may answer."), code="not-reviewer")
    if accept:
        return activities.accept_version(version=version, by=by, review=review, now=now)
    return activities.return_version(version=version, by=by, review=review, now=now)


@transaction.atomic
def set_guidance(*, activity: Activity, guidance: str, by: Person) -> PracticeTask:
    task, _created = PracticeTask.objects.update_or_create(
        activity=activity, defaults={"organisation_id": activity.organisation_id, "guidance": guidance}
    )
    audit.record(
        actor=by, act="practice.guidance.set", subject=activity.code, organisation_id=activity.organisation_id
    )
    return task
