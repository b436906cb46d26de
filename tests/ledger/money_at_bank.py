"""The bank beside the books that are tried: what moves there, statements of it, and lines that people settle (I12).

The bank is a list of plain numbers. Each statement tells of one day, begins where the one before ended, and may hold
lines that no book knows; what is accepted, taken away, left out and taken up again goes through the services.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from fund import db
from fund.bank import books, invariants, ofx_statement, reading, service, statements
from fund.bank.models import BankLine
from fund.bank.statement import Unreadable, whole
from fund.foundation import service as foundation
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.permissions import Actor
from tests.bank.made import Said, as_ofx

FIRST_DAY = dt.timedelta(days=290)
"""So long before today is the first statement; each later one is of the next day."""


class AtBank:
    """One account at a bank, what moved there and stands in no statement yet, and what was said of its lines."""

    cash: int
    imani: Actor
    wren: Actor
    dana: Actor

    def at_the_bank(self) -> None:
        """Nothing but the first gift has moved."""
        self.account = service.add_account("Credit union", by=self.imani).id
        self.moved: list[int] = [self.cash]
        self.closing = self.told = 0
        self.settled: dict[int, int] = {}

    def bank_agrees(self) -> list[str]:
        """I12: everything between the bank and the books adds up, and bank, books and lines say what the model saw."""
        found = [fault for _sentence, look in invariants.INVARIANTS for fault in look()]
        standing = reading.standing()
        if standing is not None and standing.bank_minor != self.closing:
            found.append(f"{standing.bank_minor} lies at the bank by its statements, it is {self.closing}")
        rows = db.session.execute(select(BankLine.id, BankLine.settled_minor).where(BankLine.settled_minor != 0))
        settled = {number: int(amount) for number, amount in rows}
        return found if settled == self.settled else [*found, "other lines are settled than people settled"]

    def _statement(self, amount: int, pick: int) -> None:
        """A day at the bank: some of what moved, in one of four a line that no book knows. A wrong sum is refused."""
        count = 1 + pick % 4
        told, self.moved = self.moved[:count], self.moved[count:]
        if pick % 4 == 3:
            told = [*told, pick - 40]
        self._told(told, wrong=pick % 6 == 5)
        if pick % 5 == 4:
            self._told(told, again=True)

    def _told(self, amounts: Sequence[int], *, wrong: bool = False, again: bool = False) -> None:
        """Take in one statement; the same file `again` changes nothing."""
        number = self.told - 1 if again else self.told
        day = foundation.today() - FIRST_DAY + dt.timedelta(days=number)
        opening = self.closing - sum(amounts) if again else self.closing
        lines = [Said(day, amount, number=f"{number}-{i}") for i, amount in enumerate(amounts)]
        data = as_ofx(lines, opening, day, day, closing_minor=opening + sum(amounts))
        read = replace(ofx_statement.read(data, "USD"), opening_minor=opening + wrong)
        try:
            taken = whole(read)
        except Unreadable:
            assert wrong
            self._told(amounts)
            return
        assert not wrong
        statements.take_in(
            self.account, taken, sha256=hashlib.sha256(data).digest(), file_name="day.ofx", by=self.imani
        )
        if not again:
            self.told, self.closing = self.told + 1, self.closing + sum(amounts)

    def _line(self, pick: int, *states: str) -> BankLine | None:
        """One of the newest lines in one of these states."""
        found = db.session.scalars(
            select(BankLine).where(BankLine.state.in_(states)).order_by(BankLine.id.desc()).limit(6)
        ).all()
        return found[pick % len(found)] if found else None

    def _accept(self, amount: int, pick: int) -> None:
        """A line is what an entry of the same amount moved; perhaps another entry, which is refused."""
        line = self._line(pick, "open")
        if line is None:
            return
        left = line.amount_minor - line.settled_minor
        entries = [one for one in self._entries() if one.rest_minor == left or pick % 8 == 7]
        if entries:
            service.accept([(line.id, f"entry-{entries[pick % len(entries)].id}")], by=self.imani)
            self.settled[line.id] = line.amount_minor

    def _match(self, amount: int, pick: int) -> None:
        """A line is some entries, in whole or in part."""
        line, entries = self._line(pick, "open", "matched"), self._entries()
        if line is None or not entries:
            return
        chosen = [entries[(pick + i) % len(entries)].id for i in range(1 + pick % 2)]
        self.settled[line.id] = service.match(line.id, chosen, by=self.imani).settled_minor

    def _unmatch(self, amount: int, pick: int) -> None:
        line = self._line(pick, "matched", "open")
        if line is not None:
            service.unmatch(line.id, by=self.imani)
            del self.settled[line.id]

    def _leave_out(self, amount: int, pick: int) -> None:
        """Two people leave a line out; one alone cannot."""
        line = self._line(pick, "open")
        if line is not None:
            service.propose_ignoring(line.id, "Not ours", by=self.imani)
            service.second_ignoring(line.id, by=self.imani if pick % 3 == 0 else self.wren)

    def _take_up(self, amount: int, pick: int) -> None:
        line = self._line(pick, "ignored", "open")
        if line is not None:
            service.take_up(line.id, by=self.dana)

    def _paid_at_bank(self, amount: int, pick: int) -> None:
        """The bank paid an approved payment, and its line records it."""
        payment = db.session.scalars(
            select(Disbursement).where(Disbursement.state.in_(OPEN_DISBURSEMENTS)).order_by(Disbursement.id.desc()).limit(1)
        ).one_or_none()  # fmt: skip
        if payment is None:
            return
        self._told([-payment.amount_minor])
        line = db.session.scalars(select(BankLine).order_by(BankLine.id.desc()).limit(1)).one()
        service.accept([(line.id, f"payment-{payment.id}")], by=self.imani)
        self.settled[line.id] = line.amount_minor
        self._moved(payment, 1)
        self.moved.pop()

    def _entries(self) -> list[books.OpenEntry]:
        found = books.open_entries(db.session(), most=200)
        db.session.rollback()
        return found

    def _moved(self, payment: Disbursement, sign: int) -> None:
        """A payment went out (or came back) in the books: told by who tries."""
        raise NotImplementedError
