"""Files of a room that stands in for any."""

import pytest

from tests.factories.people import OrganisationFactory
from yingzao.core import media
from yingzao.core.media import access


@pytest.fixture
def keep(tmp_path, settings):
    """store() with everything but the file filled in."""
    settings.MEDIA_ROOT = tmp_path

    def keep(data, name="file", accept="any", room="tests", **options):
        options.setdefault("organisation_id", OrganisationFactory().pk)
        options.setdefault("uploaded_by", None)
        return media.store(data, name=name, accept=accept, room=room, subject="ABC", **options)

    return keep


@pytest.fixture
def resolver(monkeypatch):
    """Files of the room `tests` are read by the people in this set."""
    readers = set()
    monkeypatch.setitem(access._resolvers, "tests", lambda person, stored: person in readers)
    return readers
