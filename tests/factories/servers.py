"""A mail server, a robot's endpoint and a push service on this machine: the real protocols, and as bad as a test wants them."""

import asyncio
import json
import os
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

import http_ece
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from py_vapid.utils import b64urldecode, b64urlencode


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


class Browser:
    """What a browser keeps of its subscription: its private key and secret stay with it."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)

    @property
    def subscription(self) -> dict[str, str]:
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "key": b64urlencode(point), "secret": b64urlencode(self._secret)}

    def read(self, body: bytes) -> dict:
        """The notice. Raises http_ece.ECEException for one that was encrypted for somebody else."""
        return json.loads(
            http_ece.decrypt(body, private_key=self._private, auth_secret=self._secret, version="aes128gcm")
        )


@dataclass
class PushService:
    """What a push service took: (path, headers, body). `answers` are (status, headers) for the next posts in turn, then
    201; a status of None breaks the line after the post was read."""

    origin: str = ""
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: deque = field(default_factory=deque)
    connections: int = 0
    slow: float = 0
    closes: bool = False  # the connection, after each answer, without saying so before

    def browser(self, name: str = "b1") -> Browser:
        return Browser(f"{self.origin}/push/{name}")

    def claims(self, number: int = 0) -> dict:
        """What the VAPID token of a post says, once its signature is checked."""
        token = self.posts[number][1]["Authorization"]
        assert Vapid02.verify(token)
        return json.loads(b64urldecode(token.partition("t=")[2].split(".")[1].encode()))


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            super().setup()
            service.connections += 1

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = service.answers.popleft() if service.answers else (201, {})
            if service.slow:
                time.sleep(service.slow)
            if status is None or status < 300:
                service.posts.append((self.path, dict(self.headers), body))
            if status is None:
                self.connection.shutdown(socket.SHUT_RDWR)
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            # Corked, the end of the line leaves in the packet of the answer: it is there when the next post looks.
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, int(service.closes))
            self.end_headers()
            if service.closes:
                self.connection.shutdown(socket.SHUT_WR)
                self.close_connection = True

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
