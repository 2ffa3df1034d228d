"""Whose address a request has, with and without a proxy before us."""

import importlib

import pytest
from django.test import RequestFactory

from yingzao.project import wsgi


@pytest.fixture
def address(monkeypatch):
    """The address that the product sees for a request from `peer` that names `forwarded`."""

    def address(proxies: str, peer: str, forwarded: str) -> str:
        seen = {}

        def product(environ, start_response):
            seen["address"] = environ["REMOTE_ADDR"]

        monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: product)
        monkeypatch.setenv("YINGZAO_PROXIES", proxies)
        environ = RequestFactory(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded).post("/").environ
        importlib.reload(wsgi).application(environ, None)
        return seen["address"]

    return address


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "seen"),
    [
        ("127.0.0.1", "127.0.0.1", "192.0.2.7", "192.0.2.7"),
        (
            "127.0.0.1",
            "127.0.0.1",
            "10.6.6.6, 192.0.2.7",
            "192.0.2.7",
        ),  # what a client claims stands before it
        ("127.0.0.1,10.0.0.2", "10.0.0.2", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.9", "10.6.6.6", "192.0.2.9"),
        ("", "127.0.0.1", "192.0.2.7", "127.0.0.1"),
    ],
)
def test_the_address_is_believed_from_named_proxies_only(address, proxies, peer, forwarded, seen):
    assert address(proxies, peer, forwarded) == seen
