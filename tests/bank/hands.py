"""What the tests of the bank do as a treasurer does it: take a file in, accept what is sure."""

from __future__ import annotations

import datetime as dt

from fund import db
from fund.bank import files, reading, service
from fund.bank.files import Told
from fund.bank.models import Statement
from fund.foundation import service as foundation
from fund.permissions import Actor
from tests.bank.made import Said, as_ofx


def day(ago: int = 0) -> dt.date:
    """A day in the fund's zone."""
    return foundation.today() - dt.timedelta(days=ago)


def taken(
    data: bytes, *, by: Actor, name: str = "statement.ofx", told: Told | None = None, account: int = 0
) -> Statement:
    """Take a file in through the verbs that the pages use."""
    found = files.begin(account or (reading.accounts()[0].id if reading.accounts() else 0), name, data, by=by)
    if isinstance(found, Statement):
        return found
    if told is not None:
        files.tell(found.id, told, by=by)
    return files.take(found.id, by=by)


def lines_taken(*lines: Said, by: Actor, opening_minor: int = 0, first: int = 20, last: int = 0) -> Statement:
    """Take in these lines as one OFX file of the last days."""
    return taken(as_ofx(lines, opening_minor, day(first), day(last)), by=by, told=Told(opening_minor=opening_minor))


def accept_sure(*, by: Actor) -> int:
    """Accept what is sure, page by page, as the button on the page does; gives how many."""
    number = 0
    while pairs := [
        (row.line.id, row.proposal.key) for row in reading.waiting() if row.proposal is not None and row.proposal.sure
    ]:
        number += service.accept(pairs, by=by)
    return number


def difference() -> int:
    """Books less bank, as anyone sees it."""
    db.session.rollback()
    found = reading.standing()
    assert found is not None
    return found.difference_minor
