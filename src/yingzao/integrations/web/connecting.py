"""A connection for posting, to the very address that was looked at: a name cannot lead inside between the look and the post."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import SplitResult

from yingzao.integrations.web.addresses import may_be_asked, resolve


class Forbidden(Exception):
    """A host that leads into a network where nothing may be posted."""


def connected(parts: SplitResult, seconds: float, *, inside: bool = False) -> http.client.HTTPConnection:
    """An open connection to the host of an http or https address. `inside`: whoever runs this Yingzao named just this
    origin, so that it may lead inside. Raises Forbidden, and OSError where nobody answers; ssl.SSLError is one."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = [one for one in resolve(host, port, seconds) if inside or may_be_asked(one)]
    if not found:
        raise Forbidden(host)
    plain = socket.create_connection((str(found[0]), port), timeout=seconds)
    connection = http.client.HTTPConnection(host, port, timeout=seconds)
    if parts.scheme == "https":
        try:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
    else:
        connection.sock = plain
    return connection
