"""`fund doctor`: what is wrong with this installation, in words, and what to do about it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import click

from fund.operations.examinations import ALL, Finding, Grade, broken

_SIGNS = {Grade.WELL: "  ok     ", Grade.WARNING: "  note   ", Grade.BROKEN: "  BROKEN "}


_TEST_TEXT = """This message was sent by `fund doctor --smtp`.

If you read it, mail from your fund arrives. If it lay in the spam folder, ask your mail provider which SPF and DKIM
records the domain of the sender's address needs.
"""


def examine() -> Iterator[Finding]:
    """Every finding, as it is found. What keeps the program from starting at all is the only finding there is then."""
    from fund import create_app

    try:
        app = create_app()
    except Exception as error:
        yield broken(f"The program cannot start: {error}")
        return
    with app.app_context():
        for name, examination in ALL:
            try:
                yield from examination(app)
            except Exception as error:
                yield broken(f"The {name} could not be examined: {str(error).splitlines()[0]}")


def try_mail(address: str) -> Finding:
    """Send one message to `address` through FUND_SMTP_URL, as the program would."""
    from fund import config
    from fund.messages import smtp
    from fund.messages.wording import Letter

    settings = config.load()
    if settings.smtp_url is None:
        return broken("FUND_SMTP_URL is not set, so no mail leaves this installation.")
    letter = Letter("A test from your fund", _TEST_TEXT, f"<p>{_TEST_TEXT}</p>", "en")
    host = urlsplit(settings.base_url).hostname or "localhost"
    try:
        message = smtp.envelope(
            letter, to_name="", to_address=address, from_name="", from_address=settings.mail_from,
            number=f"doctor-{time.time_ns()}", host=host,
        )  # fmt: skip
        with smtp.connection(settings.smtp_url) as server:
            smtp.send(server, message)
    except (smtp.Refused, smtp.NotNow) as error:
        return broken(f"The mail server did not take a message to {address}: {error}")
    return Finding(Grade.WELL, f"The mail server took a message to {address}; see that it arrives and is no spam.")


@click.command()
@click.option("--smtp", "address", metavar="ADDRESS", help="Also send a test message to this e-mail address.")
@click.option("--quiet", is_flag=True, help="Say only what is broken.")
def doctor(address: str | None, quiet: bool) -> None:
    """Say in words what is wrong with this installation. Exit 1 if anything is broken."""
    findings = list(examine())
    if address:
        findings.append(try_mail(address))
    for finding in findings:
        if finding.grade is Grade.BROKEN or not quiet:
            click.echo(_SIGNS[finding.grade] + finding.sentence)
    sys.exit(any(finding.grade is Grade.BROKEN for finding in findings))
