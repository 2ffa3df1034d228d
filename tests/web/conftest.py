"""Pages of this room."""

from tests.factories.pages import bare_pages  # noqa: F401
