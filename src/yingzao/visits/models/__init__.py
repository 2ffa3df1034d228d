"""Rows of field visits."""

from yingzao.visits.models.check_ins import Scan
from yingzao.visits.models.documents import StopDocument
from yingzao.visits.models.hosts import HostReply, StopHost
from yingzao.visits.models.plan import Stop, Visit, new_secret

__all__ = ["HostReply", "Scan", "Stop", "StopDocument", "StopHost", "Visit", "new_secret"]
