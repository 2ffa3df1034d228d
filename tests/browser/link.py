"""The link between a phone and the server, which can be slow, be cut, or break off in the middle of an answer.

Chromium's own offline mode ends requests at once and reaches no page half-way; here bytes really stop.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

CHUNK = 16_384


class Link:
    """`address` is the server as the phone reaches it."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname, parts.port)
        self.is_up = True
        self.breaks_after: int | None = None  # bytes of every further answer
        self.carried = 0  # bytes of answers so far, heads included, as they went over the wire
        self.gateway_says: bytes | None = None  # instead of whatever the server would
        self.flows = threading.Event()  # cleared, answers wait
        self.flows.set()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Nothing gets through, and what was under way ends."""
        self.is_up = False
        self._end_all()

    def mend(self) -> None:
        self.is_up, self.breaks_after = True, None
        self.flows.set()

    def break_after(self, count: int) -> None:
        """Every further answer ends after so many bytes."""
        self.breaks_after = count
        self._end_all()  # connections that are kept open would not notice

    def put_gateway(self, status: str) -> None:
        """The server is gone, and what stands before it says so in a page of its own."""
        self.gateway_says = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nNo".encode()
        )
        self._end_all()

    def close(self) -> None:
        self._listener.close()
        self.flows.set()
        self._end_all()

    def _end_all(self) -> None:
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                phone, _address = self._listener.accept()
            except OSError:
                return
            if not self.is_up:
                phone.close()
                continue
            if self.gateway_says is not None:
                phone.recv(CHUNK)
                phone.sendall(self.gateway_says)
                phone.close()
                continue
            server = socket.create_connection(self.target)
            self._open |= {phone, server}
            for ends in ((phone, server, False), (server, phone, True)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        carried = 0
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if is_answer:
                    self.flows.wait()
                    if self.breaks_after is not None:
                        data = data[: self.breaks_after - carried]
                carried += len(data)
                self.carried += len(data) if is_answer else 0
                if not data:
                    break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            self._open.discard(end)


@contextmanager
def linked(target: str) -> Iterator[Link]:
    link = Link(target)
    try:
        yield link
    finally:
        link.close()
