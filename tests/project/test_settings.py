import json
import re
import subprocess
import sys

import pytest
from django.conf import settings

from tests.instances import environment

ASK = """
import json
from yingzao.project import settings as s
print(json.dumps({name: getattr(s, name) for name in %r}, default=str))
"""


def settings_under(*names: str, data, **variables: str) -> dict:
    """The product's own settings in another process with these variables."""
    done = subprocess.run(
        [sys.executable, "-c", ASK % (names,)],
        env=environment(YINGZAO_DATA=str(data), **variables),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def policy(response) -> dict[str, list[str]]:
    directives = (d.split() for d in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in directives}


@pytest.mark.django_db
def test_pages_carry_a_policy_with_a_nonce_and_no_unsafe_source(client):
    first, second = (policy(client.get("/sign-in/")) for _ in range(2))
    assert first["default-src"] == ["'none'"]
    assert first["frame-ancestors"] == ["'none'"]
    assert first["worker-src"] == ["'self'", "blob:"]
    assert not [s for sources in first.values() for s in sources if "unsafe" in s or s.startswith("http")]
    nonces = [
        [s for s in p["script-src"] if re.fullmatch(r"'nonce-[\w+/=-]{16,}'", s)] for p in (first, second)
    ]
    assert nonces[0] != nonces[1] or nonces == [[], []]  # a page that uses none announces none


@pytest.mark.django_db
def test_pages_are_not_framed_sniffed_or_told_on(client):
    headers = client.get("/sign-in/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


COOKIES = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_HSTS_SECONDS")


def test_under_tls_cookies_are_secure_and_the_browser_keeps_to_it(tmp_path):
    under = settings_under(*COOKIES, data=tmp_path, YINGZAO_TLS="1")
    assert under == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
    }


def test_without_tls_cookies_reach_a_plain_server(tmp_path):
    assert list(settings_under(*COOKIES, data=tmp_path).values()) == [False, False, 0]


def test_no_script_reads_a_cookie():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first = settings_under("SECRET_KEY", data=tmp_path)
    assert settings_under("SECRET_KEY", data=tmp_path) == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert len(first["SECRET_KEY"]) >= 50


def test_the_embedded_database_is_durable(tmp_path):
    options = settings_under("DATABASES", data=tmp_path)["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        assert f"PRAGMA {pragma}" in options["init_command"]


def test_database_url_is_read_in_full(tmp_path):
    url = "postgresql://who:p%40ss@db.example:5433/camp"
    database = settings_under("DATABASES", data=tmp_path, DATABASE_URL=url)["DATABASES"]["default"]
    assert [database[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "camp",
        "who",
        "p@ss",
        "db.example",
        "5433",
    ]
