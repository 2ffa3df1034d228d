"""Rows of field visits."""

from yingzao.visits.models.plan import Stop, Visit, new_secret

__all__ = ["Stop", "Visit", "new_secret"]
