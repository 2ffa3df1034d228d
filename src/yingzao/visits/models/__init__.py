"""Rows of field visits."""

from yingzao.visits.models.check_ins import Scan
from yingzao.visits.models.material import FieldFile, FieldNote
from yingzao.visits.models.plan import Stop, Visit, new_secret

__all__ = ["FieldFile", "FieldNote", "Scan", "Stop", "Visit", "new_secret"]
