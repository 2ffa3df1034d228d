"""Words of this room for its templates."""

from django import template

from yingzao.judging import phrases
from yingzao.judging.enums import AssignmentState, RoundState

register = template.Library()

SHEET_SHAPES = {
    AssignmentState.SUBMITTED: "done",
    AssignmentState.SAVED: "part",
    AssignmentState.ASSIGNED: "todo",
    AssignmentState.RECUSED: "excused",
    AssignmentState.UNABLE: "excused",
    AssignmentState.SET_ASIDE: "excused",
}
ROUND_SHAPES = {
    RoundState.DRAFT: "todo",
    RoundState.OPEN: "part",
    RoundState.CLOSED: "done",
    RoundState.RELEASED: "done",
}


@register.filter
def sheet_shape(state) -> str:
    return SHEET_SHAPES[AssignmentState(state)]


@register.filter
def sheet_word(state) -> str:
    return str(AssignmentState(state).label)


@register.filter
def round_shape(state) -> str:
    return ROUND_SHAPES[RoundState(state)]


@register.filter
def warning_sentence(code) -> str:
    return phrases.calibration_warning(code)


@register.filter
def weight(value) -> str:
    """60.00 → 60, 12.50 → 12.5."""
    return f"{value.normalize():f}"


@register.filter
def exact_points(value) -> str:
    """An exact figure of 100 with one decimal; unknown is a dash."""
    return "—" if value is None else f"{float(value):.1f}"


@register.filter
def signed_points(value) -> str:
    return _signed(value, 1)


@register.filter
def chance(value) -> str:
    """0.973 → 97%; what is nearly sure is never said to be sure."""
    if value is None:
        return "—"
    if 0 < value < 0.01:
        return "<1%"
    if 0.99 < value < 1:
        return ">99%"
    return f"{value:.0%}"


@register.filter
def signed_figure(value) -> str:
    """A measure with its sign, two decimals; unknown is a dash."""
    return _signed(value, 2)


@register.filter
def plain_figure(value) -> str:
    return "—" if value is None else f"{value:.2f}".replace("-", "−")


def _signed(value, decimals: int) -> str:
    """What rounds to nothing has no sign."""
    if value is None:
        return "—"
    rounded = round(float(value), decimals)
    return f"{rounded:+.{decimals}f}".replace("-", "−") if rounded else f"{0:.{decimals}f}"
