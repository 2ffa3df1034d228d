"""Rows of practice in one's own community."""

from yingzao.practice.models.findings import Finding
from yingzao.practice.models.tasks import PracticeTask

__all__ = ["Finding", "PracticeTask"]
