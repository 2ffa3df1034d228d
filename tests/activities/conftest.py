import pytest

from tests.factories.pages import bare_pages  # noqa: F401


@pytest.fixture(autouse=True)
def _bare(bare_pages):  # noqa: F811
    pass
