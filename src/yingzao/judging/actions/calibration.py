"""Stored runs over frozen marks: proposals, of which a person accepts one."""

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, clock, locking
from yingzao.core.errors import Refused
from yingzao.judging import bridge, queries, rules
from yingzao.judging.enums import Counts, RoundState
from yingzao.judging.models import Calibration, Round
from yingzao.people.models import Person


@transaction.atomic
def run_calibration(*, round: Round, by: Person | None, options: bridge.Options | None = None) -> Calibration:
    """Take the marks of a closed round to figures, and store inputs, hash and results for good. Nothing counts yet.

    The same inputs with the same results are the run that is stored already; it is given back and nothing is written.
    """
    rules.require_preparer(by, round.programme)
    locking.take_turn(f"round:{round.code}")
    round.refresh_from_db(fields=["state"])
    if round.state not in (RoundState.CLOSED, RoundState.RELEASED):
        raise Refused(
            _("Close the round first: figures are made from marks that no longer change."), code="not-closed"
        )
    inputs = bridge.calibration_inputs(round, options or bridge.Options())
    if not inputs["marks"]:
        raise Refused(_("No sheet was submitted in this round."), code="no-marks")
    try:
        results = bridge.calibrate(inputs)
    except bridge.CalibrationError as error:
        raise Refused(
            _("These marks cannot be calibrated (%(code)s).") % {"code": error.code}, code=error.code
        ) from error
    newest = queries.newest_run(round)
    if newest and bridge.canonical([newest.inputs, newest.results]) == bridge.canonical([inputs, results]):
        return newest
    run = Calibration.objects.create(
        organisation_id=round.organisation_id,
        round=round,
        method=inputs["options"]["method"],
        inputs=inputs,
        sha256=bridge.sha256_of(inputs),
        results=results,
        run_by=by,
    )
    audit.record(
        actor=by,
        act="judging.calibration.run",
        subject=run.code,
        organisation_id=run.organisation_id,
        after={"round": round.code, "sha256": run.sha256, **inputs["options"]},
    )
    return run


@transaction.atomic
def accept_calibration(*, run: Calibration, counts: Counts, by: Person | None, why: str = "") -> Calibration:
    """Say that a run counts, and which of its figures. What was accepted before stays on record and counts no more.

    Raises Refused for adjusted marks that the model refuses, did not settle on, or made for parts that cannot be compared;
    and for raw means without a reason.
    """
    rules.require_accepter(by, run.round)
    locking.take_turn(f"round:{run.round.code}")
    run.refresh_from_db()
    newest = queries.newest_run(run.round)
    if newest and newest.inputs["marks"] != run.inputs["marks"]:
        raise Refused(_("There is a newer run on other marks. Look at that one."), code="newer-run")
    why = why.strip()
    hindrance = rules.why_not_adjusted(run.results)
    if counts == Counts.ADJUSTED and hindrance:
        raise Refused(hindrance, code="not-adjusted", field="counts")
    if not why and rules.needs_reason(counts, run.results):
        raise Refused(
            _("Say why the raw means are to count, in which judges' severities are not adjusted for."),
            code="why-missing",
            field="why",
        )
    run.counts, run.accepted_at, run.accepted_by, run.accepted_why = counts, clock.now(), by, why
    run.save(update_fields=["counts", "accepted_at", "accepted_by", "accepted_why"])
    audit.record(
        actor=by,
        act="judging.calibration.accepted",
        subject=run.code,
        organisation_id=run.organisation_id,
        after={"round": run.round.code, "counts": counts, "why": why, "sha256": run.sha256},
    )
    return run
