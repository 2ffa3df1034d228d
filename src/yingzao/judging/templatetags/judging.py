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
    return "—" if value is None else f"{float(value):+.1f}".replace("-", "−")
