"""E-mail over SMTP: one connection for many letters, and for each letter whether it was certainly taken, certainly not,
or nobody can know.

smtplib's own `sendmail` does not tell the last two apart, so a letter is handed over command by command.
"""

from __future__ import annotations

import email.policy
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr
from urllib.parse import unquote, urlsplit

from django.conf import settings

from yingzao.core.ports import Answer, Letter, Outcome

SECONDS = 20  # for each answer of the server
LETTERS_A_CONNECTION = 100  # many servers close a connection that brings more
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class BadSetting(ValueError):
    """YINGZAO_MAIL is no address of a mail server."""


@dataclass(frozen=True, slots=True)
class Server:
    """`smtp://` speaks in clear, `smtp+tls://` by STARTTLS, `smtps://` by TLS from the beginning."""

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, url: str) -> Server:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise BadSetting("YINGZAO_MAIL: smtp://, smtp+tls:// or smtps://, then user:password@host:port")
        return cls(
            parts.scheme,
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )


class SmtpCourier:
    def missing(self) -> str:
        for name in ("YINGZAO_MAIL", "YINGZAO_MAIL_FROM", "YINGZAO_ADDRESS"):
            if not getattr(settings, name):
                return name
        try:
            Server.of(settings.YINGZAO_MAIL)
        except ValueError:
            return "YINGZAO_MAIL"
        return "" if "@" in parseaddr(settings.YINGZAO_MAIL_FROM)[1] else "YINGZAO_MAIL_FROM"

    @contextmanager
    def opened(self) -> Iterator[Callable[[Letter], Answer]]:
        connection = _Connection(Server.of(settings.YINGZAO_MAIL))
        try:
            yield connection.hand_over
        finally:
            connection.close()


class _Connection:
    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._carried = 0

    def hand_over(self, letter: Letter) -> Answer:
        try:
            message = compose(letter)
        except (ValueError, IndexError, HeaderParseError) as failure:
            return Answer(Outcome.NEVER, "bad_address", str(failure))
        if self._carried >= LETTERS_A_CONNECTION:
            self.close()
        fresh = self._smtp is None
        answer = self._over_this_connection(letter, message)
        if (
            answer is None and not fresh
        ):  # the server had closed it since the last letter: nothing was said yet
            answer = self._over_this_connection(letter, message)
        return answer or Answer(Outcome.LATER, "unreachable", shut=True)

    def close(self) -> None:
        smtp, self._smtp, self._carried = self._smtp, None, 0
        if smtp is None:
            return
        try:
            smtp.quit()
        except (smtplib.SMTPException, OSError):
            smtp.close()

    def _over_this_connection(self, letter: Letter, message: bytes) -> Answer | None:
        """None where the connection broke before the letter was begun."""
        try:
            smtp = self._connected()
        except smtplib.SMTPAuthenticationError as failure:
            self._drop()
            return Answer(Outcome.LATER, "sign_in", _said(failure.smtp_error), shut=True)
        except (smtplib.SMTPException, OSError) as failure:
            self._drop()
            return Answer(Outcome.LATER, "unreachable", str(failure), shut=True)
        try:
            _name, sender = parseaddr(settings.YINGZAO_MAIL_FROM)
            for step in (lambda: smtp.mail(sender), lambda: smtp.rcpt(letter.to), lambda: smtp.docmd("DATA")):
                code, said = step()
                if code not in (250, 251, 354):
                    return self._not_taken(smtp, code, said)
            # No line of it begins with a dot: headers are folded with blanks, and the text is base64.
            # In one piece: two would wait for each other's acknowledgement, 40 ms a letter.
            smtp.send(message + b".\r\n")
        except (smtplib.SMTPException, OSError):
            self._drop()  # the lone dot at its end was not sent, and without it the server has no letter
            return None
        try:
            code, said = smtp.getreply()
        except (smtplib.SMTPException, OSError) as failure:
            self._drop()
            return Answer(Outcome.UNKNOWN, "no_answer", str(failure))
        self._carried += 1
        if code == 250:
            return Answer(Outcome.ACCEPTED, said=_said(said))
        return self._not_taken(smtp, code, said)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server = self._server
        our_name = urlsplit(settings.YINGZAO_ADDRESS).hostname  # else smtplib asks the network who we are
        if server.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, our_name, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, our_name, timeout=SECONDS)
        self._smtp = smtp
        if server.scheme == "smtp+tls":
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        else:
            smtp.ehlo_or_helo_if_needed()
        return smtp

    def _drop(self) -> None:
        smtp, self._smtp, self._carried = self._smtp, None, 0
        if smtp is not None:
            smtp.close()

    def _not_taken(self, smtp: smtplib.SMTP, code: int, said: bytes) -> Answer:
        """RFC 5321, 4.2.1: 4xx may be tried again, 5xx may not. 421 closes the connection."""
        try:
            if code != 421:
                smtp.rset()
            else:
                self._drop()
        except (smtplib.SMTPException, OSError):
            self._drop()
        words = f"{code} {_said(said)}"
        if 400 <= code < 500 or code < 0:
            return Answer(Outcome.LATER, "busy", words, shut=code == 421 or code < 0)
        return Answer(Outcome.NEVER, "bad_address" if code in (550, 551, 553) else "refused", words)


def compose(letter: Letter) -> bytes:
    """The letter as it goes over the line: plain text, no picture, nothing that tells when it was read.

    The Message-ID is the same at every try, so that a mailbox recognises a second copy. Header of RFC 2369 and RFC 8058:
    a mail program's own button ends such letters.
    """
    message = EmailMessage(policy=email.policy.SMTP.clone(cte_type="7bit"))
    letter.to.encode("ascii")  # ValueError: the server would have to speak SMTPUTF8
    name, sender = parseaddr(settings.YINGZAO_MAIL_FROM)
    host = sender.rpartition("@")[2]
    message["From"] = Address(name, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = " ".join(letter.title.split())
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{letter.code}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_link:
        message["List-Unsubscribe"] = f"<{letter.stop_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="base64")
    return message.as_bytes()


def _said(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
