"""An objection that is right: evidence that says so, and the list worked out again with that learner's duties alone."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.activities import queries as activities
from yingzao.activities.actions import NewFact, record_evidence
from yingzao.activities.enums import EvidenceSource, FactKind
from yingzao.activities.models import Evidence
from yingzao.core import audit, clock
from yingzao.core.errors import Refused
from yingzao.honours.actions.handling import write_down
from yingzao.honours.actions.holding import held, record
from yingzao.honours.actions.selections import freeze_into
from yingzao.honours.enums import HandlingStep, NoticeState, ObjectionState
from yingzao.honours.models import Objection, Selection
from yingzao.honours.queries import inputs, rows
from yingzao.people.models import Person
from yingzao.programmes import rules as programmes

FACTS = (FactKind.CONFIRMED, FactKind.ATTENDED, FactKind.EXCUSED)


@transaction.atomic
def correct_duty(
    *,
    objection: Objection,
    enrolment_code: str,
    activity_code: str,
    fact: str,
    happened_at: dt.datetime,
    by: Person,
    until: dt.datetime | None = None,
    now: dt.datetime | None = None,
) -> Evidence:
    """New evidence whose source is an accepted objection: done, present from when until when, or excused.

    What stood before stays. Raises Refused for an objection that was not accepted, a learner or activity that is not
    on the list, and a time that cannot be.
    """
    programme = objection.notice.programme
    programmes.require_organiser(by, programme)
    _require_accepted(objection)
    now = now or clock.now()
    learner = activities.learners_of(programme).filter(code=enrolment_code).first()
    activity = next((a for a in activities.activities_of(programme) if a.code == activity_code), None)
    if learner is None or activity is None:
        raise Refused(
            _("There is no such learner or activity on this list."), code="unknown", field="activity_code"
        )
    if fact not in FACTS:
        raise Refused(_("Say what is to be put down."), code="fact", field="fact")
    if happened_at > now:
        raise Refused(_("This lies in the future."), code="future", field="happened_at")
    if fact == FactKind.ATTENDED and (until is None or until <= happened_at):
        raise Refused(
            _("Present from when until when? The end comes after the beginning."), code="until", field="until"
        )
    key = uuid.uuid4()
    record_evidence(
        [
            NewFact(
                key=key,
                enrolment=learner,
                activity=activity,
                fact=fact,
                happened_at=happened_at,
                until=until if fact == FactKind.ATTENDED else None,
                source=EvidenceSource.OBJECTION,
                detail={"objection": objection.code},
            )
        ],
        by=by,
        now=now,
    )
    when = f"{happened_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
    if fact == FactKind.ATTENDED and until is not None:
        when += f"–{until.astimezone(clock.SHANGHAI):%H:%M}"
    text = f"{learner.number} {activity.title} {when}".strip()
    write_down(objection, HandlingStep.CORRECTED, at=now, by=by, text=text)
    audit.record(
        actor=by,
        act="honours.objection.corrected",
        subject=objection.code,
        organisation_id=objection.organisation_id,
        after={"evidence": str(key), "learner": enrolment_code, "activity": activity_code},
    )
    return Evidence.objects.get(key=key)


@transaction.atomic
def recheck_selection(
    *, objection: Objection, enrolment_code: str, by: Person, now: dt.datetime | None = None
) -> Selection:
    """The list again, frozen: the old snapshot with this learner's duties alone replaced, under a hash of its own.

    The old one is the posted list, or what was made of it because of another objection (`rows.list_to_recheck`). Bars, points, marks, settings and everybody else stay as they were frozen; decisions about ties are made anew.
    """
    old = held(rows.list_to_recheck(objection))
    programmes.require_organiser(by, old.programme)
    _require_accepted(objection)
    now = now or clock.now()
    codes = {line["code"] for line in old.snapshot["learners"]}
    if (
        enrolment_code not in codes
        or not activities.learners_of(old.programme).filter(code=enrolment_code).exists()
    ):
        raise Refused(_("There is no such learner on this list."), code="learner", field="enrolment_code")
    made = Selection.objects.create(
        organisation_id=old.organisation_id,
        programme=old.programme,
        name=old.name,
        scheme=old.scheme,
        round=old.round,
        calibration=old.calibration,
        made_from=old,
        quota_kind=old.quota_kind,
        quota=old.quota,
        reserve=old.reserve,
        least_completion=old.least_completion,
        tie_rule=old.tie_rule,
        group_by=old.group_by,
    )
    snapshot = inputs.rechecked(old.snapshot, old, enrolment_code, now, objection.code)
    freeze_into(made, snapshot, by=by, now=now)
    write_down(
        objection, HandlingStep.RECHECKED, at=now, by=by, text=f"{made.name} · SHA-256 {made.sha256[:10]}…"
    )
    record(
        "rechecked",
        made,
        by,
        before={"selection": old.code, "sha256": old.sha256},
        after={"objection": objection.code, "learner": enrolment_code, "sha256": made.sha256},
    )
    return made


def _require_accepted(objection: Objection) -> None:
    """As it stands now: somebody else may have answered it, or put up a corrected notice."""
    now = Objection.objects.select_related("notice").get(pk=objection.pk)
    if now.state != ObjectionState.ACCEPTED:
        raise Refused(_("Accept the objection first."), code="not_accepted")
    if now.notice.state == NoticeState.REPLACED:
        raise Refused(_("A corrected notice stands already."), code="replaced")
