import pytest

from tests.factories.honours import Camp


@pytest.fixture
def camp(db) -> Camp:
    return Camp()
