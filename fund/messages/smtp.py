"""The way out: one SMTP server, named by FUND_SMTP_URL, and what every mail carries.

`smtp://user:password@host:port` asks for encryption where the server offers it, and insists on it before it tells a
password to any machine but this one; `smtps://` is encrypted from the first byte. Every mail says that a program wrote
it (RFC 3834), so that no answering machine answers, and has a number of its own that stays the same when it is sent
again, so that a mail delivered twice is shown once.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from fund.messages.wording import Letter

SECONDS = 20
LOCAL = ("localhost", "127.0.0.1", "::1")


class Refused(Exception):
    """The server will never take this mail."""


class NotNow(Exception):
    """The server did not take this mail now; later it may."""


def envelope(
    letter: Letter, *, to_name: str, to_address: str, from_name: str, from_address: str, number: str, host: str
) -> EmailMessage:
    """The mail as it goes out. Raises Refused when an address cannot be one."""
    message = EmailMessage()
    try:
        message["Subject"] = letter.subject
        message["From"] = Address(_plain(from_name), addr_spec=from_address)
        message["To"] = Address(_plain(to_name), addr_spec=to_address)
    except (ValueError, IndexError) as error:
        raise Refused(f"not an address: {type(error).__name__}") from None
    message["Reply-To"] = from_address
    message["Message-ID"] = f"<{hashlib.sha256(number.encode()).hexdigest()[:32]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.language
    return message


@contextmanager
def connection(url: str) -> Iterator[smtplib.SMTP]:
    """An open connection to the server. Raises NotNow when it cannot be reached or does not let us in."""
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(f"the mail server cannot be reached: {_reason(error)}") from None
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def send(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Hand one mail over. Raises Refused or NotNow."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise (Refused if code >= 500 else NotNow)(f"{code} {_text(text)}") from None
    except smtplib.SMTPResponseException as error:
        raise (Refused if error.smtp_code >= 500 else NotNow)(f"{error.smtp_code} {_text(error.smtp_error)}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotNow(_reason(error)) from None
    except (UnicodeError, ValueError) as error:
        raise Refused(_reason(error)) from None


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
    try:
        server.ehlo()
        if parts.scheme != "smtps" and server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo()
        elif parts.scheme != "smtps" and parts.username and host not in LOCAL:
            raise smtplib.SMTPException("no encryption is offered, so no password is told")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _plain(name: str) -> str:
    return " ".join("".join(sign for sign in name if sign.isprintable()).split())


def _reason(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200]
