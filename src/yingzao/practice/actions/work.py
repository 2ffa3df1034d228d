"""A learner's work on a practice task: drafted, handed in, answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import actions as activities
from yingzao.activities.models import Activity, Version
from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.practice import queries, rules
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
    """Keep the draft with its new files. A file that cannot be taken costs nothing else: text and the other files are
    kept, and then it is refused by name."""
    refused: list[Refused] = []
    with transaction.atomic():
        _take_turn(enrolment, activity)
        draft = activities.save_draft(
            enrolment=enrolment, activity=activity, text=text, drop_files=drop, by=by, now=now
        )
        room = MOST_FILES - draft.files.count()
        kept: list[StoredFile] = []
        for upload in uploads:
            if len(kept) == room:
                refused.append(_too_many())
                break
            try:
                stored = activities.keep_entry_file(
                    enrolment=enrolment, upload=upload, name=upload.name, by=by
                )
            except Refused as refusal:
                refused.append(_named(upload.name, refusal))
            else:
                kept.append(stored)
        if kept:
            draft = activities.save_draft(
                enrolment=enrolment, activity=activity, text=text, add_files=kept, by=by, now=now
            )
    if refused:
        sentences = list(dict.fromkeys(r.sentence for r in refused))
        raise Refused(" ".join(sentences), code=refused[0].code, field="files")
    return draft


def _too_many() -> Refused:
    return Refused(
        _("A task takes at most %(count)d files; the others were not kept.") % {"count": MOST_FILES},
        code="too-many-files",
    )


def _named(name: str, refusal: Refused) -> Refused:
    return Refused(
        _("“%(name)s” was not kept: %(sentence)s") % {"name": name[-60:], "sentence": refusal.sentence},
        code=refusal.code,
    )


def _take_turn(enrolment: Enrolment, activity: Activity) -> None:
    locking.take_turn(f"practice:{enrolment.code}:{activity.code}")


@transaction.atomic
def keep_typed(*, enrolment: Enrolment, activity: Activity, text: str, by: Person) -> Version | None:
    """Keep what is being typed. Typing that arrives after the work was handed in begins no new version: None."""
    _take_turn(enrolment, activity)
    if not rules.is_writing(queries.my_entry(enrolment, activity)):
        return None
    return activities.save_draft(enrolment=enrolment, activity=activity, text=text, by=by)


@transaction.atomic
def begin_again(*, enrolment: Enrolment, activity: Activity, by: Person) -> Version | None:
    """Begin the next version from the one that was handed in last. A draft that was begun already stays as it is."""
    _take_turn(enrolment, activity)
    work = queries.my_entry(enrolment, activity)
    if work.draft or not work.latest:
        return work.draft
    return activities.save_draft(enrolment=enrolment, activity=activity, text=work.latest.text, by=by)


def is_handed_in(*, enrolment: Enrolment, activity: Activity, number: int, text: str) -> bool:
    """Whether the version that a form is about was handed in already with this text: the second tap of a double tap."""
    work = queries.my_entry(enrolment, activity)
    return any(v.number == number and v.text.strip() == text.strip() for v in work.handed_in)


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
