"""Stored runs over frozen marks."""

from django.db import transaction
from django.utils.translation import gettext as _

from yingzao.core import audit, locking
from yingzao.core.errors import Refused
from yingzao.judging import bridge, queries, rules
from yingzao.judging.enums import RoundState
from yingzao.judging.models import Calibration, Round
from yingzao.people.models import Person


@transaction.atomic
def run_calibration(*, round: Round, by: Person | None) -> Calibration:
    """Take the marks of a closed round to figures, and store inputs, hash and results for good.

    The same inputs with the same results are the run that is stored already; it is given back and nothing is written.
    """
    rules.require_preparer(by, round.programme)
    locking.take_turn(f"round:{round.code}")
    round.refresh_from_db(fields=["state"])
    if round.state not in (RoundState.CLOSED, RoundState.RELEASED):
        raise Refused(
            _("Close the round first: figures are made from marks that no longer change."), code="not-closed"
        )
    inputs = bridge.calibration_inputs(round)
    if not inputs["marks"]:
        raise Refused(_("No sheet was submitted in this round."), code="no-marks")
    try:
        results = bridge.calibrate(inputs)
    except bridge.CalibrationError as error:
        raise Refused(
            _("These marks cannot be calibrated (%(code)s).") % {"code": error.code}, code=error.code
        ) from error
    latest = queries.latest_calibration(round)
    if latest and bridge.canonical([latest.inputs, latest.results]) == bridge.canonical([inputs, results]):
        return latest
    run = Calibration.objects.create(
        organisation_id=round.organisation_id,
        round=round,
        method=inputs["method"],
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
        after={"round": round.code, "method": run.method, "sha256": run.sha256},
    )
    return run
