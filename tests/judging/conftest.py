import pytest

from yingzao.core.ui import navigation


@pytest.fixture(autouse=True)
def _no_navigation(monkeypatch):
    """Pages of this room without what rooms above fill into the navigation: its queries are counted there."""
    monkeypatch.setattr(navigation, "_sections", {audience: [] for audience in navigation.AUDIENCES})
    monkeypatch.setattr(navigation, "_places", {})
