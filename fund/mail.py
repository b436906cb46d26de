"""The way out for mail: one connection to the server that `FUND_SMTP_URL` names, and messages as it takes them.

`smtps://user:password@host:465` speaks TLS from the first byte, `smtp://user:password@host:587` begins it with STARTTLS and
never sends a password or a message without, except to this machine itself. What is sent, to whom and when is the
business of `messages`, which reads it from the outbox; `fund doctor --smtp` sends one message to see that it works.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from fund.config import Config

SECONDS = 20
_LOCAL = ("localhost", "127.0.0.1", "::1")

Failure = (OSError, ValueError, smtplib.SMTPException)
"""What `connection` and sending can raise: the server cannot be reached, refuses, or the address is no address."""


def compose(config: Config, *, to: str, subject: str, text: str) -> EmailMessage:
    """A plain-text message from the fund to one address. Raises ValueError if the address or the subject has a line break."""
    message = EmailMessage()
    message["From"] = config.mail_from
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=urlsplit(config.base_url).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


@contextmanager
def connection(config: Config) -> Iterator[smtplib.SMTP]:
    """An open connection that takes messages: `server.send_message(message)`. Raises one of `Failure`."""
    parts = urlsplit(config.smtp_url or "")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("FUND_SMTP_URL must be smtp://host:port or smtps://host:port")
    tls = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=SECONDS, context=tls)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=SECONDS)
    with server:
        if parts.scheme == "smtp" and parts.hostname not in _LOCAL:
            server.starttls(context=tls)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
