"""Sending what the outbox holds: claim a few rows, word them, hand them to the mail server, write down how it went.

A row is claimed in one short transaction (two workers never take the same) and settled in another; nothing is locked
while a server is spoken to. If a worker dies in between, the row comes up again, and the mail keeps its number. What
fails is tried again with growing delay, what a server refuses for good is `failed` at once; stewards see both. Secrets
leave the row with the letter. What is taken on together goes out in an order of chance: "you took part", which voting
posts in shuffled batches, must tell nobody who voted when (TRUST 3.4).
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from smtplib import SMTP

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, Text, select, type_coerce

from fund import db
from fund.config import Config
from fund.db import Transaction
from fund.db.outbox import OutboxMessage
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.messages import smtp, wording
from fund.permissions import Actor, require

log = logging.getLogger("fund.messages")

BATCH = 20
CLAIM = dt.timedelta(minutes=15)
DELAYS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 3 * 60, 6 * 60, 12 * 60, 24 * 60))
"""How long to wait after each failed try; after the last the message has failed."""


@dataclass(frozen=True)
class Claimed:
    """A message this worker has taken on."""

    row_id: int
    mail: EmailMessage


def drain(limit: int = 500) -> int:
    """Send what is due, at most `limit` messages. Returns how many went out; without a mail server everything waits."""
    config: Config = current_app.config["FUND"]
    _give_up_what_is_too_late()
    if config.smtp_url is None:
        return 0
    sent = 0
    while sent < limit:
        taken, claimed = _claim(min(BATCH, limit - sent))
        reached, done = _send_all(config.smtp_url, claimed) if claimed else (True, 0)
        sent += done
        if not taken or not reached:
            break
    return sent


def waiting_count() -> int:
    """How many messages wait to be sent."""
    return db.session.query(OutboxMessage).filter_by(state="queued").count()


def failed(limit: int = 200) -> Sequence[tuple[OutboxMessage, str | None]]:
    """Messages that could not be sent with the person's name, newest first."""
    rows = db.session.execute(
        select(OutboxMessage, Person.display_name)
        .outerjoin(Person, Person.id == OutboxMessage.person_id)
        .where(OutboxMessage.state == "failed")
        .order_by(OutboxMessage.id.desc())
        .limit(limit)
    ).all()
    return [(row, name) for row, name in rows]


def try_again(message_id: int, *, by: Actor) -> None:
    """Queue a failed message again. Raises WrongState when it has not failed, or held a code that is gone."""
    require(by, "message.try_again")
    with db.writing() as tx:
        row = tx.lock(OutboxMessage, message_id)
        if row.state != "failed":
            raise WrongState(_l("This message has not failed."))
        if row.facts.get(wording.WIPED):
            raise WrongState(_l("This message held a code, which is wiped. Have the person ask for a new one."))
        row.state, row.attempts, row.due_at, row.last_error = "queued", 0, tx.now(), None
        tx.wake()


def _claim(most: int) -> tuple[int, list[Claimed]]:
    """Take on the messages that have waited longest; two workers never take the same. Gives how many were looked at,
    and those of them that can be sent: a batch without any address is no reason to stop."""
    with db.writing() as tx:
        rows = tx.session.scalars(
            _due(tx.now())
            .order_by(OutboxMessage.due_at, OutboxMessage.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        claimed = [one for row in rows if (one := _take(tx, row)) is not None]
    secrets.SystemRandom().shuffle(claimed)
    return len(rows), claimed


def _due(now: dt.datetime) -> Select[OutboxMessage]:
    return select(OutboxMessage).where(OutboxMessage.state == "queued", OutboxMessage.due_at <= now)


def _take(tx: Transaction, row: OutboxMessage) -> Claimed | None:
    """Word one message and hold it for this worker; None when there is no address, or there are no words."""
    person = tx.session.get(Person, row.person_id) if row.person_id is not None else None
    address = row.address or (person.email if person is not None and person.erased_at is None else None)
    if address is None:
        _settle(row, "no_address")
        return None
    name = person.display_name if person is not None else str(row.facts.get("to_name", ""))
    language = row.language or (person.language if person is not None else foundation.fund().languages[0])
    try:
        letter = wording.word(row.kind, row.facts, name=name, language=language)
        mail = smtp.envelope(
            letter, to_name=name, to_address=address, from_name=foundation.fund().name,
            from_address=_config().mail_from, number=f"{row.id} {row.kind} {_config().base_url}", host=_host(),
        )  # fmt: skip
    except (wording.NoWords, smtp.Refused) as error:
        log.error("message %s of kind %s: %s", row.id, row.kind, error)
        _settle(row, "failed", str(error))
        return None
    row.attempts += 1
    row.due_at = tx.now() + CLAIM
    return Claimed(row.id, mail)


def _send_all(url: str, claimed: Sequence[Claimed]) -> tuple[bool, int]:
    """Send what was claimed; gives whether the server was reached, and how many it took."""
    done = 0
    left = list(claimed)
    try:
        with smtp.connection(url) as server:
            while left:
                done += _send_one(server, left.pop(0))
    except smtp.NotNow as error:
        log.warning("mail waits: %s", error)
        for one in left:
            _put_off(one, str(error))
        return False, done
    return True, done


def _send_one(server: SMTP, one: Claimed) -> int:
    try:
        smtp.send(server, one.mail)
    except smtp.Refused as error:
        with db.writing() as tx:
            _settle(tx.lock(OutboxMessage, one.row_id), "failed", str(error))
        return 0
    except smtp.NotNow as error:
        _put_off(one, str(error))
        return 0
    with db.writing() as tx:
        row = tx.lock(OutboxMessage, one.row_id)
        _settle(row, "sent")
        row.sent_at = tx.now()
    return 1


def _put_off(one: Claimed, error: str) -> None:
    with db.writing() as tx:
        row = tx.lock(OutboxMessage, one.row_id)
        if row.attempts > len(DELAYS):
            _settle(row, "failed", error)
        else:
            row.last_error, row.due_at = error, tx.now() + DELAYS[row.attempts - 1]


def _give_up_what_is_too_late() -> None:
    """A code that is too old helps nobody: its message is not sent any more, and the code leaves the table."""
    with db.writing() as tx:
        now = tx.now()
        for row in tx.lock_all(
            _due(now).where(type_coerce(OutboxMessage.facts, Text).contains("code_expires_at")).limit(500)
        ):
            ends = row.facts.get("code_expires_at")
            if isinstance(ends, str) and dt.datetime.fromisoformat(ends) <= now:
                _settle(row, "failed", "too late: its code is not good any more")


def _settle(row: OutboxMessage, state: str, error: str | None = None) -> None:
    row.state, row.last_error = state, error
    row.facts = wording.without_secrets(row.facts)


def _config() -> Config:
    config: Config = current_app.config["FUND"]
    return config


def _host() -> str:
    return _config().base_url.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
