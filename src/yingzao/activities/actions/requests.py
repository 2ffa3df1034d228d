"""Leave, corrections and making up: asked, answered, undone. What an answer comes to is evidence, as everything else."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from yingzao.activities import queries, rules, settling
from yingzao.activities.actions.evidence import NewFact, key_from, record_evidence, withdraw_evidence
from yingzao.activities.actions.files import keep_entry_file
from yingzao.activities.enums import (
    ActivityState,
    DutyState,
    EvidenceSource,
    FactKind,
    KindKey,
    RequestKind,
    RequestState,
)
from yingzao.activities.models import Activity, AttendanceRequest, Evidence, Part, RequestFile
from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.enrolment.enums import EnrolmentState
from yingzao.enrolment.models import Enrolment
from yingzao.notices import actions as notices
from yingzao.people.models import Person
from yingzao.programmes.enums import Act
from yingzao.programmes.models import Programme
from yingzao.programmes.rules import may_organise, require_organiser, require_stage

MOST_FILES = 6


@transaction.atomic
def make_request(
    *,
    enrolment: Enrolment,
    activity: Activity,
    kind: str,
    by: Person,
    key: uuid.UUID,
    reason: str = "",
    text: str = "",
    part: Part | None = None,
    from_at: dt.datetime | None = None,
    until_at: dt.datetime | None = None,
    uploads: Sequence[Any] = (),
    asked_at: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> AttendanceRequest:
    """Put a request for the learner, by the learner or by an organiser who was told; `asked_at` is when that was.

    The same key again is the request that it made the first time, and keeps no second copy of the files.
    """
    now = now or clock.now()
    programme = activity.programme
    _take_turn(programme)
    known = AttendanceRequest.objects.filter(key=key).first()
    if known is not None:
        if (known.enrolment_id, known.activity_id, known.kind) != (enrolment.pk, activity.pk, kind):
            raise Refused(
                _("This form was already sent for something else. Open it again."), code="key-taken"
            )
        return known
    asked_at = min(asked_at or now, now)
    _require_may_ask(enrolment, activity, kind, by, asked_at)
    request = AttendanceRequest(
        key=key,
        organisation_id=programme.organisation_id,
        programme=programme,
        enrolment=enrolment,
        activity=activity,
        kind=kind,
        reason=reason.strip(),
        asked_at=asked_at,
        asked_by=by,
        **_particulars(kind, activity, text=text, part=part, from_at=from_at, until_at=until_at),
    )
    if kind != RequestKind.MAKE_UP and not request.reason:
        raise Refused(_("Say why."), code="reason-missing", field="reason")
    if len(uploads) > MOST_FILES:
        raise Refused(
            _("At most %(count)d files go with a request.") % {"count": MOST_FILES},
            code="too-many-files",
            field="files",
        )
    request.save()
    for position, upload in enumerate(uploads):
        RequestFile.objects.create(
            organisation_id=programme.organisation_id,
            request=request,
            file=_kept(enrolment, upload, by),
            position=position,
        )
    _audit(request, by, "asked", {"files": len(uploads), "on_behalf": request.on_behalf})
    return request


def _require_may_ask(
    enrolment: Enrolment, activity: Activity, kind: str, by: Person, now: dt.datetime
) -> None:
    programme = activity.programme
    if enrolment.person_id != by.pk and not may_organise(by, programme):
        raise Refused(_("Only the learner or an organiser may ask this."), code="not-yours")
    if enrolment.programme_id != programme.pk or enrolment.state != EnrolmentState.ACTIVE:
        raise Refused(_("This learner is not in the programme."), code="left")
    if activity.state == ActivityState.CANCELLED or not activity.is_published:
        raise Refused(_("This activity was cancelled and counts for nobody."), code="cancelled")
    if not rules.may_ask_now(programme):
        require_stage(programme, Act.LEARN)
    waits = AttendanceRequest.objects.filter(
        enrolment=enrolment, activity=activity, kind=kind, state=RequestState.WAITING
    )
    if waits.exists():
        raise Refused(_("This was asked already and waits for an answer."), code="waits-already")
    duty = queries.duties_at(
        programme, enrolments=[enrolment.pk], activities=[activity.pk], reasons=False
    ).get((enrolment.pk, activity.pk))
    reason = rules.why_not_ask(kind, activity, duty.state if duty else DutyState.PENDING, now)
    if reason is not None:
        raise Refused(reason[1], code=reason[0])


def _particulars(
    kind: str,
    activity: Activity,
    *,
    text: str,
    part: Part | None,
    from_at: dt.datetime | None,
    until_at: dt.datetime | None,
) -> dict[str, Any]:
    """What belongs to one kind of request alone, checked: the hours of a correction, the text of a make-up."""
    if kind == RequestKind.MAKE_UP:
        make_up = settling.make_up_of(activity.rule)
        needed = make_up.characters if make_up else 0
        if len("".join(text.split())) < max(needed, 1):
            raise Refused(
                _("At least %(needed)d characters are asked for; there are %(written)d.")
                % {"needed": max(needed, 1), "written": len("".join(text.split()))},
                code="text-too-short",
                field="text",
            )
        return {"text": text.strip()}
    if kind != RequestKind.CORRECTION:
        return {}
    if activity.kind == KindKey.VISIT:
        if part is None or part.activity_id != activity.pk:
            raise Refused(_("Say at which stop."), code="part-missing", field="part")
        at = from_at or part.starts_at or activity.starts_at
        _require_within(activity, at, at)
        return {"part": part, "from_at": at}
    from_at, until_at = from_at or activity.starts_at, until_at or activity.ends_at
    _require_within(activity, from_at, until_at)
    if from_at is None or until_at is None or until_at <= from_at:
        raise Refused(_("It has to end after it begins."), code="no-time", field="until_at")
    return {"from_at": from_at, "until_at": until_at}


def _require_within(activity: Activity, start: dt.datetime | None, end: dt.datetime | None) -> None:
    if start is None or (activity.starts_at is not None and start < activity.starts_at):
        raise Refused(_("That is before it began."), code="outside", field="from_at")
    if activity.ends_at is not None and end is not None and end > activity.ends_at:
        field = "from_at" if start == end else "until_at"
        raise Refused(_("That is after it ended."), code="outside", field=field)


def _kept(enrolment: Enrolment, upload: Any, by: Person) -> Any:
    try:
        return keep_entry_file(enrolment=enrolment, upload=upload, name=upload.name, by=by)
    except Refused as refusal:
        raise Refused(f"{upload.name}：{refusal.sentence}", code=refusal.code, field="files") from None


@transaction.atomic
def take_back_request(
    *, request: AttendanceRequest, by: Person, now: dt.datetime | None = None
) -> AttendanceRequest:
    """The learner no longer asks; only while it waits. A second time changes nothing."""
    _take_turn(request.programme)
    request.refresh_from_db()
    if request.enrolment.person_id != by.pk:
        raise Refused(_("Only the learner takes a request back."), code="not-yours")
    if request.state == RequestState.TAKEN_BACK:
        return request
    if request.state != RequestState.WAITING:
        raise Refused(_("This was answered already; it can no longer be taken back."), code="decided")
    request.state, request.taken_back_at = RequestState.TAKEN_BACK, now or clock.now()
    request.save(update_fields=["state", "taken_back_at"])
    _audit(request, by, "taken_back")
    return request


@transaction.atomic
def approve_request(
    *, request: AttendanceRequest, by: Person, note: str = "", now: dt.datetime | None = None
) -> AttendanceRequest:
    """Approve: writes one fact, settles the duty and tells the learner. Approving twice changes nothing."""
    now = now or clock.now()
    if not _begin_decision(request, by, RequestState.APPROVED):
        return request
    if request.enrolment.state != EnrolmentState.ACTIVE:
        raise Refused(_("This learner is not in the programme."), code="left")
    if request.activity.state == ActivityState.CANCELLED:
        raise Refused(_("This activity was cancelled and counts for nobody."), code="cancelled")
    _decide(request, RequestState.APPROVED, by, note, now)
    record_evidence([_fact_of(request)], by=by, now=now)
    return request


@transaction.atomic
def approve_requests(
    *, requests: Collection[AttendanceRequest], by: Person, now: dt.datetime | None = None
) -> int:
    """Approve each of them, all or none; how many were not approved before."""
    waiting = [r for r in requests if r.state == RequestState.WAITING]
    for request in waiting:
        approve_request(request=request, by=by, now=now)
    return len(waiting)


@transaction.atomic
def refuse_request(
    *, request: AttendanceRequest, by: Person, note: str, now: dt.datetime | None = None
) -> AttendanceRequest:
    """Refuse, with a note that the learner reads."""
    if not _begin_decision(request, by, RequestState.REFUSED):
        return request
    if not note.strip():
        raise Refused(_("Tell the learner why not."), code="note-missing", field="note")
    _decide(request, RequestState.REFUSED, by, note, now or clock.now())
    return request


@transaction.atomic
def undo_answer(
    *, request: AttendanceRequest, by: Person, reason: str, now: dt.datetime | None = None
) -> AttendanceRequest:
    """Take the answer back, whenever: its fact is withdrawn with the reason, and the request waits again."""
    now = now or clock.now()
    require_organiser(by, request.programme)
    _take_turn(request.programme)
    request.refresh_from_db()
    rules.require_another(by, request)
    if request.state not in (RequestState.APPROVED, RequestState.REFUSED):
        return request
    if not reason.strip():
        raise Refused(_("Say why the answer is undone."), code="reason-missing", field="reason")
    others = AttendanceRequest.objects.filter(
        enrolment=request.enrolment_id,
        activity=request.activity_id,
        kind=request.kind,
        state=RequestState.WAITING,
    )
    if others.exists():
        raise Refused(
            _("The learner has asked again since, and that waits. Answer it instead."), code="waits-already"
        )
    before = request.state
    withdraw_evidence(
        Evidence.objects.filter(key=_key_of(request)).select_related("activity__programme"),
        by=by,
        reason=reason,
        now=now,
    )
    request.state = RequestState.WAITING
    request.undone_at, request.undone_by, request.undone_reason = now, by, reason.strip()[:200]
    request.save(update_fields=["state", "undone_at", "undone_by", "undone_reason"])
    _audit(request, by, "undone", before={"state": before})
    _tell(request, by, lambda: _("The answer was undone; your request waits again"), reason.strip())
    return request


def _take_turn(programme: Programme) -> None:
    """The turn of the programme's ledger, which an answer writes to."""
    locking.take_turn(f"evidence:{programme.code}")


def _begin_decision(request: AttendanceRequest, by: Person, wanted: str) -> bool:
    """Check rights and state under the lock; False where it is decided so already."""
    require_organiser(by, request.programme)
    require_stage(request.programme, Act.RECORD)
    _take_turn(request.programme)
    request.refresh_from_db()
    rules.require_another(by, request)
    if request.state == wanted:
        return False
    if request.state == RequestState.TAKEN_BACK:
        raise Refused(_("The learner took this request back."), code="taken-back")
    if request.state != RequestState.WAITING:
        raise Refused(_("This was answered already. Undo that answer first."), code="decided")
    return True


def _decide(request: AttendanceRequest, state: RequestState, by: Person, note: str, now: dt.datetime) -> None:
    request.state = state
    request.decisions += 1
    request.decided_at, request.decided_by, request.decision_note = now, by, note.strip()
    request.undone_at, request.undone_by, request.undone_reason = None, None, ""
    request.save(
        update_fields=[
            "state", "decisions", "decided_at", "decided_by", "decision_note", "undone_at", "undone_by", "undone_reason",
        ]
    )  # fmt: skip
    _audit(request, by, state.value, {"decision": request.decisions})

    def title() -> str:
        said = _("Approved: %(what)s") if state == RequestState.APPROVED else _("Not approved: %(what)s")
        return said % {"what": f"{RequestKind(request.kind).label} · {request.activity.title}"}

    _tell(request, by, title, request.decision_note)


def _key_of(request: AttendanceRequest) -> uuid.UUID:
    """The key of the fact that the last answer wrote."""
    return key_from("attendance-request", request.code, request.decisions)


def _fact_of(request: AttendanceRequest) -> NewFact:
    """The one fact that an approval is."""
    activity = request.activity
    told: dict[str, Any] = {"request": request.code}
    at, until, part = request.asked_at, None, None
    if request.kind == RequestKind.LEAVE:
        fact = FactKind.EXCUSED
        told |= {"reason": request.reason, "in_advance": request.in_advance}
        if activity.starts_at is not None:  # asked afterwards, it is an excuse from when the session began
            at = min(at, activity.starts_at)
    elif request.kind == RequestKind.MAKE_UP:
        fact = FactKind.CONFIRMED
        told |= {"make_up": True, "text_characters": request.characters}
    else:
        assert request.from_at is not None
        told |= {"reason": request.reason, "corrected": True}
        at, until, part = request.from_at, request.until_at, request.part
        fact = FactKind.CHECKED_IN if activity.kind == KindKey.VISIT else FactKind.ATTENDED
    return NewFact(
        key=_key_of(request),
        enrolment=request.enrolment,
        activity=activity,
        fact=fact,
        happened_at=at,
        until=until,
        part=part,
        source=EvidenceSource.STAFF,
        detail=told,
    )


def _audit(
    request: AttendanceRequest,
    by: Person,
    what: str,
    more: Mapping[str, Any] | None = None,
    before: dict[str, Any] | None = None,
) -> None:
    """Codes and plain values alone: what was written stays on the row."""
    audit.record(
        actor=by,
        act=f"activities.request.{what}",
        subject=request.code,
        organisation_id=request.organisation_id,
        before=before,
        after={
            "kind": request.kind,
            "state": request.state,
            "learner": request.enrolment.code,
            "activity": request.activity.code,
            **(more or {}),
        },
    )


def _tell(request: AttendanceRequest, by: Person, title: notices.Told, body: str) -> None:
    """A message to the learner, where there is an account: one for each answer and each undoing."""
    person = request.enrolment.person
    if person is None:
        return
    undone = ":undone" if request.state == RequestState.WAITING else ""
    notices.send(
        organisation=request.organisation,
        programme_code=request.programme.code,
        kind="decided",
        person=person,
        key=f"activities.request:{request.code}:{request.decisions}{undone}",
        title=title,
        body=body,
        url=reverse("activities:learner-request", args=[request.code]),
        by=by,
    )
