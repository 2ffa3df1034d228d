"""The character NUL is a bad request wherever it comes in, on every database."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import DataError
from django.test import RequestFactory

from yingzao.core.ui.middleware import NulMiddleware

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/files/A%00B/", "/privacy/?text=%00", "/join/%00/", "/files/A%00B/160/"])
def test_nul_in_an_address_is_a_bad_request(client, path):
    assert client.get("/privacy/?text=en").status_code == 200
    assert client.get(path).status_code == 400


def test_nul_in_a_cookie_is_a_bad_request(client):
    assert client.get("/privacy/", headers={"cookie": "sessionid=abcdefghij"}).status_code == 200
    response = client.get("/privacy/", headers={"cookie": 'sessionid="abcdef\\000ghij"'})
    assert response.status_code == 400


def test_nul_in_a_body_is_a_bad_request(client):
    given = {"name": "a\0b", "password": "x"}
    assert client.post("/sign-in/", given).status_code in {302, 422}
    middleware = NulMiddleware(None)
    refused = DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    with pytest.raises(SuspiciousOperation):
        middleware.process_exception(RequestFactory().post("/"), refused)
    assert middleware.process_exception(RequestFactory().post("/"), DataError("value too long")) is None
