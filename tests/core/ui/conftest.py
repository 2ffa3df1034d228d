import pytest

from yingzao.core.ui import navigation


@pytest.fixture(autouse=True)
def _empty_slots(monkeypatch):
    """What the rooms above filled in is theirs to test."""
    monkeypatch.setattr(navigation, "_sections", {audience: [] for audience in navigation.AUDIENCES})
    monkeypatch.setattr(navigation, "_places", {})
