"""What is done with a live course: its session is described, attendance comes in and is taken back."""

from yingzao.live.actions.reports import import_attendance, take_back_report, take_report
from yingzao.live.actions.sessions import set_session

__all__ = ["import_attendance", "set_session", "take_back_report", "take_report"]
