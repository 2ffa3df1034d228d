"""Entries: drafted, handed in, returned, accepted; and the portfolio that gathers them for judging."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import queries, signals
from yingzao.activities.actions.evidence import NewFact, key_from, record_evidence, withdraw_evidence
from yingzao.activities.enums import EvidenceSource, FactKind, VersionState
from yingzao.activities.models import Activity, Entry, Evidence, Version, VersionFile
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.core.models import StoredFile
from yingzao.enrolment.models import Enrolment
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.rules import require_stage


def content_hash(text: str, content: Mapping[str, Any], files: Sequence[str]) -> str:
    """SHA-256 over the canonical JSON of a version: its text, its typed content and the hashes of its files in order."""
    canonical = json.dumps(
        {"text": text, "content": content, "files": list(files)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def save_draft(
    *,
    enrolment: Enrolment,
    activity: Activity,
    text: str,
    by: Person | None,
    content: Mapping[str, Any] | None = None,
    add_files: Sequence[StoredFile] = (),
    drop_files: Sequence[str] = (),
    now: dt.datetime | None = None,
) -> Version:
    """Keep the learner's draft. Starts the next version where the last one was handed in or returned.

    After a return the next draft begins with the text and files of the version that came back. `drop_files` are codes
    of stored files to take off the draft.
    """
    now = now or clock.now()
    entry, _made = Entry.objects.get_or_create(
        enrolment=enrolment,
        activity=activity,
        defaults={
            "organisation_id": enrolment.organisation_id,
            "programme_id": enrolment.programme_id,
            "title": activity.title,
        },
    )
    last = entry.versions.select_for_update().order_by("-number").first()
    if last is None or last.state != VersionState.DRAFT:
        draft = Version.objects.create(
            organisation_id=entry.organisation_id,
            entry=entry,
            number=(last.number if last else 0) + 1,
            saved_at=now,
        )
        if last is not None:
            VersionFile.objects.bulk_create(
                VersionFile(
                    organisation_id=f.organisation_id,
                    version=draft,
                    file_id=f.file_id,
                    caption=f.caption,
                    position=f.position,
                )
                for f in last.files.all()
            )
    else:
        draft = last
    draft.text = text
    draft.content = dict(content or {})
    draft.saved_at = now
    draft.save(update_fields=["text", "content", "saved_at"])
    draft.files.filter(file__code__in=drop_files).delete()
    position = draft.files.count()
    for offset, stored in enumerate(add_files):
        VersionFile.objects.create(
            organisation_id=entry.organisation_id, version=draft, file=stored, position=position + offset
        )
    return draft


@transaction.atomic
def submit_draft(
    *,
    version: Version,
    by: Person | None,
    content: Mapping[str, Any] | None = None,
    detail: Mapping[str, Any] | None = None,
    now: dt.datetime | None = None,
) -> Version:
    """Hand the draft in as it is kept now. From here its text and files never change; the evidence says so with its hash.

    `content` is what the room of its kind freezes beside what is in the draft, `detail` what it adds to the evidence.
    """
    now = now or clock.now()
    version = _held(version)
    entry, task = version.entry, version.entry.activity
    assert task is not None, "a portfolio is put together from what was handed in; it has no draft"
    require_stage(entry.programme, Act.HAND_IN)
    if version.state != VersionState.DRAFT:
        raise Refused(_("This version was already handed in."), code="already-submitted")
    files = list(version.files.select_related("file"))
    if not version.text.strip() and not files and not content:
        raise Refused(_("Write something or add a file before handing in."), code="empty", field="text")
    version.content = {**version.content, **(content or {})}
    version.sha256 = content_hash(version.text, version.content, [f.file.sha256 for f in files])
    version.state = VersionState.SUBMITTED
    version.submitted_at = now
    version.save(update_fields=["content", "sha256", "state", "submitted_at"])
    record_evidence(
        [
            NewFact(
                key=key_from("handed-in", version.code),
                enrolment=entry.enrolment,
                activity=task,
                fact=FactKind.HANDED_IN,
                happened_at=now,
                source=EvidenceSource.LEARNER,
                detail={
                    "version": version.code,
                    "number": version.number,
                    "sha256": version.sha256,
                    "characters": len("".join(version.text.split())),
                    "photos": sum(f.file.media_type.startswith("image/") for f in files),
                    "files": len(files),
                    "first_at": _first_at(version).isoformat(),
                    **(detail or {}),
                },
            )
        ],
        by=by,
        now=now,
    )
    audit.record(
        actor=by,
        act="activities.version.submitted",
        subject=version.code,
        organisation_id=version.organisation_id,
        after={"number": version.number, "sha256": version.sha256},
    )
    signals.version_submitted.send(sender=Version, version=version, by=by)
    return version


def _held(version: Version) -> Version:
    """The version as it stands now, until the transaction ends: what a page was drawn with may be older."""
    held = Version.objects.select_for_update(of=("self",))
    return held.select_related("entry__enrolment", "entry__activity__programme", "entry__programme").get(
        pk=version.pk
    )


def _first_at(version: Version) -> dt.datetime:
    """When it was first handed in: a version that was returned for changes keeps its place in time for the next one."""
    first = version.submitted_at
    for earlier in version.entry.versions.filter(number__lt=version.number).order_by("-number"):
        if earlier.state != VersionState.RETURNED:
            break
        first = earlier.submitted_at
    assert first is not None
    return first


@transaction.atomic
def return_version(*, version: Version, by: Person, review: str, now: dt.datetime | None = None) -> Version:
    """Send it back with what to change. Its evidence is withdrawn; handing in again still counts from the first time."""
    version = _held(version)
    if version.state != VersionState.SUBMITTED:
        raise Refused(_("Only a version that was just handed in can be returned."), code="not-submitted")
    if not review.strip():
        raise Refused(_("Say what should be changed."), code="review-missing", field="review")
    version = _reviewed(version, VersionState.RETURNED, by, review, now)
    withdraw_evidence(
        Evidence.objects.filter(key=key_from("handed-in", version.code)).select_related(
            "activity__programme"
        ),
        by=by,
        reason=_("returned for changes"),
        now=now,
    )
    return version


@transaction.atomic
def accept_version(
    *, version: Version, by: Person, review: str = "", now: dt.datetime | None = None
) -> Version:
    version = _held(version)
    if version.state != VersionState.SUBMITTED:
        raise Refused(_("Only a version that was just handed in can be accepted."), code="not-submitted")
    return _reviewed(version, VersionState.ACCEPTED, by, review, now)


def _reviewed(
    version: Version, state: VersionState, by: Person, review: str, now: dt.datetime | None
) -> Version:
    version.state = state
    version.review = review.strip()
    version.reviewed_by = by
    version.reviewed_at = now or clock.now()
    version.save(update_fields=["state", "review", "reviewed_by", "reviewed_at"])
    audit.record(
        actor=by,
        act=f"activities.version.{state.value}",
        subject=version.code,
        organisation_id=version.organisation_id,
    )
    return version


@transaction.atomic
def freeze_portfolio(
    enrolment: Enrolment, *, by: Person | None, now: dt.datetime | None = None
) -> Version | None:
    """The learner's portfolio as it stands: a version that lists the counting version of every practice task.

    The same versions give the same portfolio version again; None where nothing was handed in.
    """
    now = now or clock.now()
    counting = [
        (entry, version)
        for entry in queries.task_entries(enrolment).order_by("activity__position", "pk")
        if (version := queries.latest_submitted(entry))
    ]
    if not counting:
        return None
    content = {
        "versions": [
            {"task": entry.activity.code, "version": version.code, "sha256": version.sha256}
            for entry, version in counting
            if entry.activity
        ]
    }
    portfolio, _made = Entry.objects.get_or_create(
        enrolment=enrolment,
        activity=None,
        defaults={"organisation_id": enrolment.organisation_id, "programme_id": enrolment.programme_id},
    )
    sha256 = content_hash("", content, [])
    last = portfolio.versions.order_by("-number").first()
    if last and last.sha256 == sha256:
        return last
    return Version.objects.create(
        organisation_id=enrolment.organisation_id,
        entry=portfolio,
        number=(last.number if last else 0) + 1,
        content=content,
        state=VersionState.SUBMITTED,
        saved_at=now,
        submitted_at=max(v.submitted_at for _, v in counting if v.submitted_at),
        sha256=sha256,
    )


@transaction.atomic
def keep_handed_in(
    *,
    enrolment: Enrolment,
    activity: Activity,
    text: str,
    title: str,
    files: Sequence[StoredFile],
    at: dt.datetime,
) -> Version:
    """A version that was handed in outside, as a file tells it. It stands as submitted at `at`."""
    begun = Version.objects.filter(
        entry__enrolment=enrolment, entry__activity=activity, state=VersionState.DRAFT
    ).first()
    if begun is not None:  # what the learner is writing stays the learner's, as the version after this one
        begun.number += 1
        begun.save(update_fields=["number"])
        version = Version.objects.create(
            organisation_id=begun.organisation_id,
            entry=begun.entry,
            number=begun.number - 1,
            text=text,
            content={"title": title},
            saved_at=at,
        )
    else:
        version = save_draft(
            enrolment=enrolment, activity=activity, text=text, by=None, content={"title": title}, now=at
        )
    version.files.all().delete()
    for position, stored in enumerate(files):
        VersionFile.objects.create(
            organisation_id=version.organisation_id, version=version, file=stored, position=position
        )
    version.sha256 = content_hash(text, version.content, [f.sha256 for f in files])
    version.state = VersionState.SUBMITTED
    version.submitted_at = at
    version.save(update_fields=["sha256", "state", "submitted_at"])
    return version


@transaction.atomic
def take_back_version(*, version: Version, by: Person | None, reason: str) -> None:
    """What a file told of is withdrawn: the version stays readable and counts no more."""
    if version.state in (VersionState.SUBMITTED, VersionState.ACCEPTED):
        version.state = VersionState.RETURNED
        version.review = reason
        version.reviewed_by = by
        version.reviewed_at = clock.now()
        version.save(update_fields=["state", "review", "reviewed_by", "reviewed_at"])
