"""From marks to one figure a learner. Today the mean of marks; severity models come behind the same interface."""

from yingzao.engines.calibration.errors import (
    BadDesign,
    CalibrationError,
    DuplicateRating,
    EmptyTable,
    Infinite,
    MethodNotAvailable,
    Negative,
    NotANumber,
    NotWhole,
    OptionNotAvailable,
    OutOfRange,
    UnknownIndex,
)
from yingzao.engines.calibration.mean import calibrate
from yingzao.engines.calibration.values import (
    Calibration,
    CalibrationOptions,
    CalibrationWarning,
    JudgeResult,
    LearnerResult,
    Ratings,
    Sheet,
    check,
)

__all__ = [
    "BadDesign",
    "Calibration",
    "CalibrationError",
    "CalibrationOptions",
    "CalibrationWarning",
    "DuplicateRating",
    "EmptyTable",
    "Infinite",
    "JudgeResult",
    "LearnerResult",
    "MethodNotAvailable",
    "Negative",
    "NotANumber",
    "NotWhole",
    "OptionNotAvailable",
    "OutOfRange",
    "Ratings",
    "Sheet",
    "UnknownIndex",
    "calibrate",
    "check",
]
