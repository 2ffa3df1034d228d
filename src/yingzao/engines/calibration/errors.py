"""What is refused, by name. `rows` counts from 0 in the order given; `data` holds what a sentence needs."""

from typing import Any


class CalibrationError(ValueError):
    """The marks, or what was asked of them, cannot be calibrated."""

    code = "calibration_error"

    def __init__(self, text: str, rows: tuple[int, ...] = (), **data: Any) -> None:
        self.rows = rows
        self.data = data
        super().__init__(f"{text} (rows {', '.join(map(str, rows[:10]))})" if rows else text)


class EmptyTable(CalibrationError):
    """There is no mark at all."""

    code = "empty_table"


class BadDesign(CalibrationError):
    """Columns of different lengths, a maximum below 1, a criterion weight that is not a positive whole number."""

    code = "bad_design"


class NotANumber(CalibrationError):
    """A score is empty, NaN or text."""

    code = "not_a_number"


class Infinite(CalibrationError):
    """A score is infinite."""

    code = "infinite"


class NotWhole(CalibrationError):
    """A score lies between two levels, as 2.5."""

    code = "not_whole"


class Negative(CalibrationError):
    """A score is below 0."""

    code = "negative"


class OutOfRange(CalibrationError):
    """A score is above the maximum of its criterion."""

    code = "out_of_range"


class TooLarge(CalibrationError):
    """A score is larger than any scale that people mark on."""

    code = "too_large"


class UnknownIndex(CalibrationError):
    """A row names a learner, judge or criterion that the table does not have."""

    code = "unknown_index"


class DuplicateRating(CalibrationError):
    """The same judge marked the same criterion of the same learner twice."""

    code = "duplicate_rating"


class BadWeight(CalibrationError):
    """A row weight is zero, negative, infinite or no number."""

    code = "bad_weight"


class BadAnchor(CalibrationError):
    """An anchored severity is no finite number, names no judge, or all are anchored and do not sum to zero."""

    code = "bad_anchor"


class BadOption(CalibrationError):
    """A method, scale or policy that there is not."""

    code = "bad_option"


class BadMaximum(CalibrationError):
    """A maximum for a criterion that the table lacks, or one that lies below every mark."""

    code = "bad_maximum"


class NoInformation(CalibrationError):
    """All marks are equal, so nothing can be told from them."""

    code = "no_information"


class TooManyLevels(CalibrationError):
    """A rating scale of more levels than a Rasch model can hold; the linear model has no such limit."""

    code = "too_many_levels"


class Disconnected(CalibrationError):
    """The marks fall into parts that nothing links, so that ranks across them mean nothing."""

    code = "disconnected"


class OptionNotAvailable(CalibrationError):
    """The method does not read something that was given, so giving it would be silently ignored."""

    code = "option_not_available"
