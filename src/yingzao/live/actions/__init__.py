"""What is done with a live course: its session is described, attendance comes in and is taken back."""

from yingzao.live.actions.columns import Columns, look_at_columns, take_columns
from yingzao.live.actions.paper import Signed, type_in_sheet
from yingzao.live.actions.reports import credit_report, import_attendance, take_back_report
from yingzao.live.actions.rule import set_share
from yingzao.live.actions.sessions import set_session

__all__ = [
    "Columns",
    "Signed",
    "credit_report",
    "import_attendance",
    "look_at_columns",
    "set_session",
    "set_share",
    "take_back_report",
    "take_columns",
    "type_in_sheet",
]
