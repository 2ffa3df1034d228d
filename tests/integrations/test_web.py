"""Reading addresses over HTTP: from a real server on this machine, and never from where nobody may read."""

import gzip
import ipaddress
import socket
import ssl
import subprocess
import time

import pytest

from tests.factories.sites import LOOPBACK, site
from yingzao.core import ports
from yingzao.integrations.web import addresses, fetcher
from yingzao.integrations.web.addresses import may_be_asked
from yingzao.integrations.web.fetcher import HttpFetcher


@pytest.fixture
def served(settings):
    settings.INNER_NETWORKS = LOOPBACK
    with site() as one:
        yield one


def fetch(address: str, *, most_bytes: int = 1_000_000, seconds: float = 20, **more) -> ports.Fetched:
    return HttpFetcher().fetch(address, most_bytes=most_bytes, seconds=seconds, **more)


def refusal(address: str, **more) -> ports.NotFetched:
    with pytest.raises(ports.NotFetched) as caught:
        fetch(address, **more)
    assert str(caught.value)
    return caught.value


def read(answer: ports.Fetched) -> bytes:
    assert answer.body is not None
    with answer.body as body:
        return body.read()


# What is there


def test_a_page_is_read_as_it_was_sent(served):
    served.pages["/a?q=%E7%A4%BE&x=1"] = (
        200, {"Content-Type": "application/rss+xml; charset=utf-8", "ETag": '"1"', "Last-Modified": "Mon, 15 Nov 2021 13:49:30 GMT"}, b"x" * 3000,
    )  # fmt: skip
    answer = fetch(served.address("/a?q=社&x=1#part"))
    assert (answer.media_type, answer.etag, answer.last_modified) == (
        "application/rss+xml", '"1"', "Mon, 15 Nov 2021 13:49:30 GMT",
    )  # fmt: skip
    assert read(answer) == b"x" * 3000
    [(_path, headers)] = served.asked
    assert headers["User-Agent"].startswith("Yingzao/")
    assert headers["Host"] == f"127.0.0.1:{served.port}"
    assert "Cookie" not in headers


def test_what_has_not_changed_is_not_sent_again(served):
    def page(handler):
        handler.send_response(304 if handler.headers.get("If-None-Match") == '"1"' else 200)
        handler.send_header("ETag", '"1"')
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    served.pages["/"] = page
    assert fetch(served.address()).body is not None
    assert fetch(served.address(), etag='"1"', last_modified="Mon, 15 Nov 2021 13:49:30 GMT").body is None
    assert served.asked[1][1]["If-Modified-Since"] == "Mon, 15 Nov 2021 13:49:30 GMT"


def test_a_packed_answer_is_unfolded(served):
    served.pages["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"y" * 50_000))
    assert read(fetch(served.address())) == b"y" * 50_000


def test_redirects_are_followed_and_cookies_are_not_kept(served):
    served.pages["/"] = (301, {"Location": "/b", "Set-Cookie": "a=b"}, b"")
    served.pages["/b"] = (302, {"Location": served.address("/c")}, b"")
    served.pages["/c"] = (200, {}, b"there")
    answer = fetch(served.address())
    assert (answer.address, read(answer)) == (served.address("/c"), b"there")
    assert not any("Cookie" in headers for _path, headers in served.asked)


# What is not


@pytest.mark.parametrize(
    ("status", "code", "detail"),
    [(404, "nothing_there", "404"), (410, "nothing_there", "410"), (500, "http_problem", "500"), (403, "http_problem", "403")],
)  # fmt: skip
def test_an_error_is_told_with_its_number(served, status, code, detail):
    served.pages["/"] = (status, {}, b"")
    refused = refusal(served.address())
    assert (refused.code, refused.detail) == (code, detail)
    assert detail in str(refused)
    again = ports.not_fetched(refused.code, refused.detail)
    assert str(again) == str(refused)


@pytest.mark.parametrize("location", ["/", "/round"])
def test_redirects_without_an_end_are_left(served, location):
    served.pages["/"] = (302, {"Location": location}, b"")
    served.pages["/round"] = (302, {"Location": "/"}, b"")
    assert refusal(served.address()).code == "too_many_redirects"
    assert len(served.asked) <= 2


def test_ever_new_redirects_are_left(served):
    for n in range(20):
        served.pages[f"/{n}"] = (302, {"Location": f"/{n + 1}"}, b"")
    assert refusal(served.address("/0")).code == "too_many_redirects"
    assert len(served.asked) == 6


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:{port}/secret", "http://[::1]/secret", "http://[::ffff:127.0.0.1]:{port}/secret", "http://0.0.0.0:{port}/secret",
     "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://2130706433:{port}/secret", "http://localhost:{port}/secret"],
)  # fmt: skip
def test_a_redirect_into_an_inner_network_is_not_followed(served, settings, monkeypatch, location):
    """The first address is let through as a public one would be; the next is looked at anew."""
    served.pages["/"] = (302, {"Location": location.format(port=served.port)}, b"")
    served.pages["/secret"] = (200, {}, b"secret")
    settings.INNER_NETWORKS = ()
    looked_at: list[object] = []

    def public_at_first(address, inner):
        looked_at.append(address)
        return len(looked_at) == 1 or may_be_asked(address, inner)

    monkeypatch.setattr(fetcher, "may_be_asked", public_at_first)
    assert refusal(served.address()).code == "private_address"
    assert [path for path, _headers in served.asked] == ["/"]


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://a.example/x", "gopher://a.example/", "javascript:x"]
)
def test_a_redirect_to_what_is_no_web_address_is_not_followed(served, location):
    served.pages["/"] = (302, {"Location": location}, b"")
    assert refusal(served.address()).code == "bad_address"


@pytest.mark.parametrize(
    ("address", "code"),
    [("", "bad_address"), ("a.example/feed", "bad_address"), ("file:///etc/passwd", "bad_address"), ("http://", "bad_address"),
     ("http://a.example:99999/", "bad_address"), ("http://[::1/", "bad_address"), (f"http://{'a' * 70}.example/", "bad_address"),
     ("https://user:word@a.example/", "address_with_password"), ("http://127.0.0.1/", "private_address")],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address, code):
    assert refusal(address).code == code


def test_a_name_that_stands_for_nothing_is_told(monkeypatch):
    def unknown(*_args, **_more):
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert refusal("http://nowhere.example/").code == "unknown_host"


def test_the_connection_goes_to_the_address_that_was_looked_at(served, monkeypatch):
    """A name that stands for another machine when it is asked a second time (rebinding) is not asked a second time."""
    asked: list[str] = []

    def once(host, port, *_args, **_more):
        asked.append(host)
        return [
            (
                socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port),
            )
        ]

    served.pages["/"] = (200, {}, b"here")
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda host, port, *a, **k: once(host, port) if host == "feeds.example" else REAL(host, port, *a, **k))  # fmt: skip
    assert read(fetch(f"http://feeds.example:{served.port}/")) == b"here"
    assert asked == ["feeds.example"]
    assert served.asked[0][1]["Host"] == f"feeds.example:{served.port}"


REAL = socket.getaddrinfo


def test_nobody_listens(served):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert refusal(f"http://127.0.0.1:{free.getsockname()[1]}/").code == "no_answer"


# Too much, too slow, broken off


def test_what_is_too_large_is_not_read_to_its_end(served):
    def endless(handler):
        handler.send_response(200)
        handler.end_headers()
        while not served.ending.is_set():
            handler.wfile.write(b"x" * 65536)

    served.pages["/"] = endless
    refused = refusal(served.address(), most_bytes=2_000_000)
    assert (refused.code, refused.detail) == ("too_much", "2")


def test_a_bomb_is_stopped_while_it_unfolds(served):
    served.pages["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 50_000_000))
    assert refusal(served.address(), most_bytes=1_000_000).code == "too_much"


@pytest.mark.parametrize("part", ["head", "body", "nothing"])
def test_a_slow_site_is_left_when_the_time_is_over(served, part):
    """A byte now and then, within every wait for a byte: it is the whole that has a limit."""

    def drip(handler):
        if part == "nothing":
            served.ending.wait(30)
            return
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b"X: "))
        while not served.ending.wait(0.05):
            handler.wfile.write(b"x")

    served.pages["/"] = drip
    begun = time.monotonic()
    assert refusal(served.address(), seconds=0.6).code == "too_slow"
    assert time.monotonic() - begun < 20  # a bound against hanging


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_breaks_off_is_told(served, packed):
    def broken(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        if packed:
            handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(gzip.compress(b"abc" * 1000)[:20])
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)

    served.pages["/"] = broken
    assert refusal(served.address()).code == "broken_off"


def test_a_packed_answer_without_its_end_is_broken_off(served):
    served.pages["/"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"abc" * 1000)[:-12])
    assert refusal(served.address()).code == "broken_off"


def test_another_packing_is_told(served):
    served.pages["/"] = (200, {"Content-Encoding": "br"}, b"abc")
    assert refusal(served.address()).code == "unknown_coding"


@pytest.mark.parametrize(
    "said", [b"HTTP/1.1 abc\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n"]
)
def test_what_is_no_http_is_told(served, said):
    served.pages["/"] = lambda handler: handler.wfile.write(said)
    assert refusal(served.address()).code == "broken_off"


# Certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One for feeds.example that nobody but `trust` trusts."""
    folder = tmp_path_factory.mktemp("certificate")
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    names = ["-subj", "/CN=feeds.example", "-addext", "subjectAltName=DNS:feeds.example"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*made, *names, *files], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


@pytest.mark.parametrize(
    ("host", "is_trusted", "code"),
    [("feeds.example", True, ""), ("other.example", True, "untrusted_certificate"), ("feeds.example", False, "untrusted_certificate")],
)  # fmt: skip
def test_the_certificate_is_that_of_the_name_and_trusted(
    settings, monkeypatch, certificate, host, is_trusted, code
):
    """The connection goes to an address, and still the name is what is proven."""
    server, trust = certificate
    settings.INNER_NETWORKS = LOOPBACK
    with site(server) as served:
        served.pages["/"] = (200, {}, b"safe")
        monkeypatch.setattr(fetcher, "resolve", lambda *_args: [ipaddress.ip_address("127.0.0.1")])
        asks = HttpFetcher(trust if is_trusted else None)
        address = f"https://{host}:{served.port}/"
        if not code:
            assert read(asks.fetch(address, most_bytes=100, seconds=20)) == b"safe"
            assert served.asked[0][1]["Host"] == f"{host}:{served.port}"
        else:
            with pytest.raises(ports.NotFetched) as caught:
                asks.fetch(address, most_bytes=100, seconds=20)
            assert (caught.value.code, served.asked) == (code, [])


# Which machines


@pytest.mark.parametrize(
    "text",
    ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "100.100.100.200", "168.63.129.16", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1",
     "198.51.100.1", "203.0.113.1", "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1",
     "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
     "2001:0:4136:e378:8000:63bf:f5ff:fffe", "2001:db8::1", "::127.0.0.1"],
)  # fmt: skip
def test_machines_that_are_not_public_are_not_asked(text):
    assert not may_be_asked(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "223.5.5.5", "2400:3200::1", "2606:4700::1111", "::ffff:8.8.8.8"]
)
def test_public_machines_are_asked(text):
    assert may_be_asked(ipaddress.ip_address(text))


def test_an_opened_network_is_asked_and_nothing_beside_it():
    inner = (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("0.0.0.0/0"))
    assert may_be_asked(ipaddress.ip_address("10.20.3.4"), inner[:1])
    assert may_be_asked(ipaddress.ip_address("::ffff:10.20.3.4"), inner[:1])
    assert not may_be_asked(ipaddress.ip_address("10.21.3.4"), inner[:1])
    assert not may_be_asked(ipaddress.ip_address("169.254.169.254"), inner)
    assert not may_be_asked(ipaddress.ip_address("100.100.100.200"), inner)
