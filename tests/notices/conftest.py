import datetime as dt

import pytest

from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.servers import mail_server, push_service, robot_server
from yingzao.core.clock import SHANGHAI
from yingzao.notices import actions


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOON = at("2021-11-15 12:00")


@pytest.fixture
def office():
    return OrganisationFactory(short_name="示例街道")


@pytest.fixture
def mail(settings):
    """A mail server of our own, to which the instance sends."""
    with mail_server() as box:
        settings.YINGZAO_MAIL = f"smtp://127.0.0.1:{box.port}"
        settings.YINGZAO_MAIL_FROM = "营造 <yingzao@example.org>"
        settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
        yield box


@pytest.fixture
def group(settings):
    """A robot's endpoint of our own, to which posts may go."""
    with robot_server() as endpoint:
        settings.YINGZAO_ROBOT_HOSTS = [endpoint.origin]
        settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
        yield endpoint


@pytest.fixture
def push(settings):
    """A push service of our own, to which notices may go."""
    with push_service() as service:
        settings.YINGZAO_PUSH_HOSTS = [service.origin]
        settings.YINGZAO_ADDRESS = "https://yingzao.example.org"
        yield service


@pytest.fixture
def reader():
    """Makes people whose address is confirmed."""

    def make(email="z@example.net", **options):
        return PersonFactory(email=email, email_confirmed_at=NOON, **options)

    return make


@pytest.fixture
def send(office):
    def send(person, key="remind:K1", title="还有一项没交", kind="letter", now=NOON, **options):
        return actions.send(
            organisation=office, person=person, kind=kind, key=key, title=title, now=now, **options
        )

    return send
