"""The mail courier's settings, and what a letter looks like on the line."""

from email import message_from_bytes, policy
from email.errors import HeaderParseError

import pytest

from yingzao.core.ports import Letter, port
from yingzao.integrations.mail.courier import Server, compose

SET = {
    "YINGZAO_MAIL": "smtp://127.0.0.1",
    "YINGZAO_MAIL_FROM": "营造 <yingzao@example.org>",
    "YINGZAO_ADDRESS": "https://yingzao.example.org",
}


@pytest.mark.parametrize(
    ("name", "value", "missing"),
    [
        (None, "", ""),
        ("YINGZAO_MAIL", "", "YINGZAO_MAIL"),
        ("YINGZAO_MAIL", "mail.example.org", "YINGZAO_MAIL"),
        ("YINGZAO_MAIL", "http://mail.example.org", "YINGZAO_MAIL"),
        ("YINGZAO_MAIL", "smtp://mail.example.org:port", "YINGZAO_MAIL"),
        ("YINGZAO_MAIL_FROM", "", "YINGZAO_MAIL_FROM"),
        ("YINGZAO_MAIL_FROM", "nobody", "YINGZAO_MAIL_FROM"),
        ("YINGZAO_ADDRESS", "", "YINGZAO_ADDRESS"),
    ],
)
def test_what_is_missing_is_named(settings, name, value, missing):
    for setting, usual in SET.items():
        setattr(settings, setting, value if setting == name else usual)
    assert port("mail").missing() == missing


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", Server("smtp", "localhost", 25, "", "")),
        ("smtps://u%40x:p%3Aw@mail.example.org", Server("smtps", "mail.example.org", 465, "u@x", "p:w")),
        ("smtp+tls://u:p@mail.example.org:2525", Server("smtp+tls", "mail.example.org", 2525, "u", "p")),
    ],
)
def test_a_server_is_read_from_its_address(url, server):
    assert Server.of(url) == server


def test_a_title_can_smuggle_no_header_and_no_line_begins_with_a_dot(settings):
    settings.YINGZAO_MAIL_FROM = SET["YINGZAO_MAIL_FROM"]
    data = compose(Letter("C", "z@example.net", "题\r\nBcc: x@example.net", ".\n..\n正文\n" * 50))
    letter = message_from_bytes(data, policy=policy.default)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "题 Bcc: x@example.net"
    assert letter.get_content().replace("\r\n", "\n") == ".\n..\n正文\n" * 50
    assert not [line for line in data.split(b"\r\n") if line.startswith(b".")]
    assert data.endswith(b"\r\n")
    assert max(map(len, data.split(b"\r\n"))) < 998


@pytest.mark.parametrize("to", ["张三@example.net", "z@例子.中国", "", "no address", "a@b@c"])
def test_an_address_that_no_server_takes_is_refused_here(settings, to):
    settings.YINGZAO_MAIL_FROM = SET["YINGZAO_MAIL_FROM"]
    with pytest.raises((ValueError, IndexError, HeaderParseError)):
        compose(Letter("C", to, "题", "文"))
