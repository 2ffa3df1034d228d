"""A web site on this machine, for what reads the web. Its network has to be opened (`settings.INNER_NETWORKS`)."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
Page = tuple[int, dict[str, str], bytes] | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """`pages` says what each path answers: (status, headers, body), or a function that is given the handler. `asked` holds what
    was asked for: path and headers. `ending` is set when the site closes, for pages that wait."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ending = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                page = site.pages.get(self.path, (404, {}, b""))
                try:
                    if callable(page):
                        return page(self)
                    status, headers, body = page
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:  # whoever asked has gone
                    return None

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if trust is not None:
            self.server.socket = trust.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.scheme = "https" if trust else "http"

    def address(self, path: str = "/") -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{path}"


@contextmanager
def site(trust: ssl.SSLContext | None = None) -> Iterator[Site]:
    served = Site(trust)
    thread = threading.Thread(target=served.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        served.ending.set()
        served.server.shutdown()
        served.server.server_close()
