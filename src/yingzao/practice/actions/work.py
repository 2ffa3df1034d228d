"""A learner's work on a practice task: drafted, handed in, answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yingzao.activities import actions as activities
from yingzao.activities.kind import ideas_of
from yingzao.activities.models import Activity, Version
from yingzao.core import clock, jobs, locking
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.practice import queries, rules
from yingzao.practice.actions.documents import read_document
from yingzao.practice.settling.parts import Held, asked_parts, composed, count_characters

MOST_FILES = 20
MOST_IDEAS = 20  # that a report refers to


def save_work(
    *,
    enrolment: Enrolment,
    activity: Activity,
    text: str = "",
    parts: Mapping[str, str] | None = None,
    refers: Collection[str] | None = None,
    uploads: Sequence[Any] = (),
    drop: Sequence[str] = (),
    by: Person,
    now: dt.datetime | None = None,
) -> Version:
    """Keep the draft with its new files: `parts` (code → text) of a task in parts, else `text`. `refers` are keys of ideas that
    the learner wrote down on visits and refers to: they are kept as they read now; None leaves them as they are. A file that cannot be taken costs
    nothing else: text and the other files are kept, and then it is refused by name."""
    text, content = _written(activity, text, parts)
    content |= _referred(enrolment, activity, refers)
    room = MOST_FILES - queries.file_count(enrolment, activity, but=drop)
    kept, refused = _keep_files(enrolment, uploads, room, by)
    with transaction.atomic():
        _take_turn(enrolment, activity)
        draft = activities.save_draft(
            enrolment=enrolment,
            activity=activity,
            text=text,
            content=content,
            add_files=kept,
            drop_files=drop,
            by=by,
            now=now,
        )
        for stored in kept:
            jobs.enqueue("practice.read_document", file=stored.code)
    if refused:
        sentences = list(dict.fromkeys(r.sentence for r in refused))
        raise Refused(" ".join(sentences), code=refused[0].code, field="files")
    return draft


def _keep_files(
    enrolment: Enrolment, uploads: Sequence[Any], room: int, by: Person
) -> tuple[list[StoredFile], list[Refused]]:
    """The files that were taken, and why others were not. Outside of a transaction: large files take their time, and nobody
    else could write meanwhile."""
    kept: list[StoredFile] = []
    refused: list[Refused] = []
    for upload in uploads:
        if len(kept) >= room:
            refused.append(_too_many())
            break
        try:
            stored = activities.keep_entry_file(enrolment=enrolment, upload=upload, name=upload.name, by=by)
        except Refused as refusal:
            refused.append(_named(upload.name, refusal))
        else:
            kept.append(stored)
    return kept, refused


def _written(activity: Activity, text: str, parts: Mapping[str, str] | None) -> tuple[str, dict[str, Any]]:
    """The text that others read, and the parts that it is made of."""
    asked = asked_parts(activity.rule)
    if not asked or parts is None:
        return text, {}
    kept = {one.part: parts[one.part] for one in asked if one.is_written and one.part in parts}
    return composed(asked, kept), {"parts": kept}


def _referred(enrolment: Enrolment, activity: Activity, refers: Collection[str] | None) -> dict[str, Any]:
    """The ideas that a draft refers to: those of these keys that are the learner's own, else those that it has."""
    if refers is None:
        work = queries.my_entry(enrolment, activity)
        begun = work.draft or work.latest
        kept = begun.content.get("refers", []) if begun else []
    else:
        kept = [idea.as_json() for idea in ideas_of(enrolment) if idea.key in refers][:MOST_IDEAS]
    return {"refers": kept} if kept else {}


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
def keep_typed(
    *,
    enrolment: Enrolment,
    activity: Activity,
    text: str = "",
    parts: Mapping[str, str] | None = None,
    by: Person,
) -> Version | None:
    """Keep what is being typed. Typing that arrives after the work was handed in begins no new version: None."""
    _take_turn(enrolment, activity)
    if not rules.is_writing(queries.my_entry(enrolment, activity)):
        return None
    text, content = _written(activity, text, parts)
    content |= _referred(enrolment, activity, None)
    return activities.save_draft(enrolment=enrolment, activity=activity, text=text, content=content, by=by)


@transaction.atomic
def begin_again(*, enrolment: Enrolment, activity: Activity, by: Person) -> Version | None:
    """Begin the next version from the one that was handed in last. A draft that was begun already stays as it is."""
    _take_turn(enrolment, activity)
    work = queries.my_entry(enrolment, activity)
    if work.draft or not work.latest:
        return work.draft
    parts = work.latest.content.get("parts")
    content = ({"parts": parts} if parts else {}) | _referred(enrolment, activity, None)
    return activities.save_draft(
        enrolment=enrolment, activity=activity, text=work.latest.text, content=content, by=by
    )


def is_handed_in(
    *,
    enrolment: Enrolment,
    activity: Activity,
    number: int,
    text: str = "",
    parts: Mapping[str, str] | None = None,
) -> bool:
    """Whether the version that a form is about was handed in already with this text: the second tap of a double tap."""
    work = queries.my_entry(enrolment, activity)
    text, _content = _written(activity, text, parts)
    return any(v.number == number and v.text.strip() == text.strip() for v in work.handed_in)


def hand_in(*, version: Version, by: Person, now: dt.datetime | None = None) -> Version:
    """Hand the draft in with the leaders and needs that count for the task now, and the characters of its documents.

    Leaders and needs are frozen by their codes alone: erasing a leader's name later leaves every hash valid.
    """
    now = now or clock.now()
    for file in version.files.select_related("file"):
        read_document(file=file.file, now=now)  # nearly always it was read when it came
    with transaction.atomic():
        entry = version.entry
        assert entry.activity is not None
        _take_turn(entry.enrolment, entry.activity)
        version = Version.objects.select_related("entry__enrolment", "entry__activity").get(pk=version.pk)
        activity = version.entry.activity
        assert activity is not None
        _require_begun(activity, now)
        held = queries.held_by(version)
        handed_in = activities.submit_draft(
            version=version,
            by=by,
            content=_findings(held),
            detail={**held.as_detail(), "characters": sum((held.parts or {}).values()) + held.documents}
            if asked_parts(activity.rule)
            else {"characters": count_characters(version.text) + held.documents, "documents": held.documents},
            now=now,
        )
        jobs.enqueue("practice.look_for_likeness", version=handed_in.code)
    return handed_in


def _findings(held: Held) -> dict[str, Any]:
    if not held.leaders and not held.needs:
        return {}
    return {"findings": {"leaders": list(held.leaders), "needs": [list(one) for one in held.needs]}}


def _require_begun(activity: Activity, now: dt.datetime) -> None:
    task = queries.task_of(activity)
    if task and not task.is_early and activity.starts_at and now < activity.starts_at:
        day = date_format(activity.starts_at.astimezone(clock.SHANGHAI), "DATE_FORMAT")
        raise Refused(
            _("This task can be handed in from %(day)s; the draft is kept.") % {"day": day}, code="too-early"
        )


def answer(
    *, version: Version, accept: bool, review: str, by: Person, now: dt.datetime | None = None
) -> Version:
    """Accept what was handed in, or send it back with what to change."""
    if not rules.may_review(by, version):
        raise Refused(_("Only the learner's mentor and the organisers may answer."), code="not-reviewer")
    if accept:
        return activities.accept_version(version=version, by=by, review=review, now=now)
    if not review.strip():
        review = _said_by_remarks(version)
    return activities.return_version(version=version, by=by, review=review, now=now)


def _said_by_remarks(version: Version) -> str:
    """Comments at places are words enough to send something back."""
    count = version.remarks.count()
    if not count:
        return ""
    return ngettext("See the comment in the text.", "See the %(count)d comments in the text.", count) % {
        "count": count
    }
