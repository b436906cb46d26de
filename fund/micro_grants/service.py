"""Micro-grants as those who ask know them: ask, look again, accept a part, withdraw (FIELD C5).

Four things are asked: a first name or an alias, an amount, how to pay, and until when it is needed. Nobody is asked why.
Whoever asks needs no account and gets a code; a steward can type for somebody who tells it by phone, and is remembered
nowhere with the request. Stewards and their households are left out by their own word. The log of acts says that a
request came, never from whom or for how much.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.businesses import codes
from fund.charter.model_money import MicroGrants
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.micro_grants import running, sealing
from fund.micro_grants.models import MicroLine, MicroRequest, MicroRun
from fund.permissions import Actor, require

PURPOSE = "micro-grant"
LOT_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MOST_WAITING = 2000
"""So many requests may wait at once; more would be a flood, and stewards are reached by phone."""


@dataclass(frozen=True)
class Asking:
    """What somebody asks for. `not_a_steward` is their own word, also for their household."""

    name: str
    amount_minor: int
    way: str
    urgent_by: dt.date | None = None
    not_a_steward: bool = False


@dataclass(frozen=True)
class Standing:
    """One request as whoever asked sees it: never when others get what."""

    request: MicroRequest
    run: MicroRun | None
    line: MicroLine | None
    offered: bool


def settings() -> MicroGrants:
    """The charter's rules for micro-grants. Raises NotFound where the charter has none."""
    version = foundation.current_version()
    rules = foundation.current_charter().micro_grants if version is not None else None
    if rules is None:
        raise NotFound(_l("This fund's charter has no micro-grants."))
    return rules


def ask(asking: Asking, *, by: Actor) -> tuple[MicroRequest, str]:
    """Take a request and give the code by which it can be looked at again; it is in the next list that is closed.

    Raises Invalid for an amount above the charter's, a day that has passed, or without the word about stewards.
    """
    require(by, "micro_grant.ask")
    rules = settings()
    with db.writing() as tx:
        _check(tx, asking, rules)
        code = codes.fresh()
        request = tx.add(
            MicroRequest(
                lot_name="".join(secrets.choice(LOT_SIGNS) for _ in range(8)), code_hash=codes.digest(PURPOSE, code),
                amount_minor=asking.amount_minor, urgent_by=asking.urgent_by, asked_on=foundation.today_in(tx),
            )
        )  # fmt: skip
        sealing.seal(request, asking.name.strip(), asking.way.strip())
        tx.session.flush()
        audit.record(tx, "micro_grant.ask", by=None, on=("micro_request", request.id))
    return request, code


def by_code(code: str) -> Standing:
    """A request by its code. Raises NotFound, also once it is erased."""
    request = db.session.scalars(
        select(MicroRequest).where(MicroRequest.code_hash == codes.digest(PURPOSE, code))
    ).one_or_none()
    if request is None:
        raise NotFound(_l("There is no request with this code. It may have been erased."))
    line = db.session.scalars(
        select(MicroLine).where(MicroLine.request_id == request.id).order_by(MicroLine.run_id.desc())
    ).first()
    run = db.session.get(MicroRun, line.run_id) if line is not None else None
    offered = line is not None and run is not None and run.state == "drawn" and line.answer == "offered"
    return Standing(request, run, line, offered)


def answer(code: str, *, accepts: bool, by: Actor) -> None:
    """Accept the part that is left, or wait for next week; whoever has the code may. Raises WrongState when nothing is
    offered."""
    require(by, "micro_grant.ask")
    standing = by_code(code)
    if standing.line is None:
        raise WrongState(_l("No part is offered at the moment."))
    running.answer(standing.line.run_id, standing.request.id, accepts=accepts)


def withdraw(code: str, *, by: Actor) -> None:
    """Take a request back; everything personal is erased at once. Raises WrongState when it is in a closed list."""
    require(by, "micro_grant.ask")
    number = by_code(code).request.id
    with db.writing() as tx:
        request = tx.lock(MicroRequest, number)
        if request.state != "waiting":
            raise WrongState(_l("The list of this week is closed. Please tell a steward."))
        request.state = "withdrawn"
        sealing.erase_all(tx, request)
        tx.session.flush()
        audit.record(tx, "micro_grant.withdraw", by=None, on=("micro_request", request.id))


def _check(tx: Transaction, asking: Asking, rules: MicroGrants) -> None:
    if not asking.not_a_steward:
        raise Invalid(
            _l("Stewards and their households ask elsewhere, so that nobody decides about their own help."),
            field="not_a_steward",
        )
    if not asking.name.strip():
        raise Invalid(_l("A first name or an alias is enough."), field="name")
    if not asking.way.strip():
        raise Invalid(_l("How can you be paid?"), field="way")
    if not 0 < asking.amount_minor <= rules.max_minor:
        raise Invalid(_l("This is more than the charter allows for one gift."), field="amount")
    if asking.urgent_by is not None and asking.urgent_by < foundation.today_in(tx):
        raise Invalid(_l("This day has passed."), field="urgent_by")
    waiting = tx.session.scalar(select(func.count()).select_from(MicroRequest).where(MicroRequest.state == "waiting"))
    if (waiting or 0) >= MOST_WAITING:
        raise WrongState(_l("Very many requests wait already. Please call a steward."))
