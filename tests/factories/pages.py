"""Pages as one room draws them, without what other rooms fill into the navigation."""

import pytest


@pytest.fixture
def bare_pages(monkeypatch):
    """Nothing in the navigation: a room's page tests and its query counts do not hang on the rooms above it."""
    from yingzao.core.ui import navigation

    monkeypatch.setattr(navigation, "_sections", {audience: [] for audience in navigation.AUDIENCES})
    monkeypatch.setattr(navigation, "_places", {})
