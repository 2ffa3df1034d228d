"""A mail server and a robot's endpoint on this machine: the real protocols, and as bad as a test wants them."""

import asyncio
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What a mail server took. `answers` are given to the next letters in turn, then 250; None breaks the line instead."""

    port: int
    letters: list[EmailMessage] = field(default_factory=list)
    rcpt_answers: dict[str, str] = field(default_factory=dict)
    answers: deque = field(default_factory=deque)
    connections: int = 0
    slow: float = 0  # seconds before a letter is answered

    @property
    def ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        if answer := self.rcpt_answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.slow)
        answer = self.answers.popleft() if self.answers else "250 taken"
        if answer is None:
            server.transport.abort()
            return "421 gone"
        if answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Group:
    """What a robot was asked to post. `answers` are (status, body) for the next posts in turn; then it is taken. A body
    of None breaks the line after the post was read."""

    origin: str = ""
    posts: list[dict] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    answers: deque = field(default_factory=deque)
    slow: float = 0


@contextmanager
def robot_server() -> Iterator[Group]:
    group = Group()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, said = group.answers.popleft() if group.answers else (200, {"errcode": 0, "errmsg": "ok"})
            if group.slow:
                time.sleep(group.slow)
            if status == 200 and (said is None or 0 in said.values()):
                group.posts.append(json.loads(body))
                group.paths.append(self.path)
            if said is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            data = json.dumps(said).encode()
            self.send_response(status)
            for name, value in (("Content-Length", str(len(data))), ("Location", "http://127.0.0.1:1/")):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    group.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield group
    finally:
        server.shutdown()
        server.server_close()
