"""Rows to engine values and back."""

from yingzao.judging.bridge.calibrating import (
    CalibrationError,
    Options,
    calibrate,
    calibrate_severity,
    calibrate_table,
    calibration_inputs,
    canonical,
    sha256_of,
)
from yingzao.judging.bridge.draw import (
    ConflictRow,
    Further,
    Linked,
    LoadRow,
    Plan,
    ReasonRow,
    Tied,
    explain_entry,
    further_judge,
    plan_draw,
)

__all__ = [
    "CalibrationError",
    "ConflictRow",
    "Further",
    "Linked",
    "LoadRow",
    "Options",
    "Plan",
    "ReasonRow",
    "Tied",
    "calibrate",
    "calibrate_severity",
    "calibrate_table",
    "calibration_inputs",
    "canonical",
    "explain_entry",
    "further_judge",
    "plan_draw",
    "sha256_of",
]
