"""The treasurer's month in Chromium: from the bank's file to a reconciled month, and then a released instalment.

Nobody types an address after the first page: each next step is a link or a button on the page one stands on.
"""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from fund import db
from fund.bank import reading
from fund.foundation import service as foundation
from fund.operations.check import examined, invariants
from tests import factories
from tests.awards import winners
from tests.bank.made import Said, as_camt
from tests.e2e.people import DESK, Street, Visitor
from tests.ledger import money

pytestmark = pytest.mark.browser


class Hands:
    """A treasurer, a steward, the last month with its money, a bakery whose instalment one person approved."""

    def __init__(self) -> None:
        factories.adopt()
        self.ruth, self.wren = factories.officer("Ruth Ansel", "treasurer"), factories.officer("Wren Okafor")
        by, self.last = factories.actor(self.ruth), foundation.today().replace(day=1) - dt.timedelta(days=1)
        self.first = self.last.replace(day=1)
        for day, amount in ((3, 5_000_00), (5, 120_00), (9, 80_00)):
            money.gift(amount, by=by, on=self.first.replace(day=day))
        ended = winners.final_round([("bakery", 1_500_00, "grant")], budget_minor=1_500_00, pool_minor=0)
        (award,) = winners.offered(ended, "bakery")
        winners.signed(ended, "bakery", award, factories.actor(self.wren))
        self.part = winners.tranches(award.id)[0]
        winners.payments.approve_payment(
            winners.payment_of(self.part).id, seen_hash=winners.payment_of(self.part).payload_hash,
            by=factories.actor(self.wren),
        )  # fmt: skip

    def statement(self) -> bytes:
        """What the bank wrote: three gifts, of which one came late, and what it booked in error and took back."""
        of = self.first.replace
        return as_camt(
            [
                Said(of(day=3), 5_000_00, "A foundation", "Gift"), Said(of(day=5), 120_00, "Rosa", "Gift"),
                Said(of(day=17), 80_00, "", "cash paid in"), Said(of(day=20), 25_00, "Unknown Ltd", "Order 77"),
                Said(of(day=21), -25_00, "Unknown Ltd", "Order 77, taken back"),
            ],
            0, self.first, self.last,
        )  # fmt: skip


def takes_the_statement_in(ruth: Visitor, data: bytes) -> None:
    """From the desk to the lines: each step is offered."""
    ruth.go("/").follow("Treasury").follow("Compare with the bank").sees("Three steps").follow("Choose the file")
    ruth.page.locator("input[type=file]").set_input_files(
        {"name": "november.xml", "mimeType": "text/xml", "buffer": data}
    )
    ruth.press("Look at this file").sees("Take this statement in?").sees("5 lines, together $5,200")
    ruth.press("Take it in").sees("2 lines are clear")


def test_from_a_statement_to_a_reconciled_month_and_a_released_instalment(street: Street, app: Flask) -> None:
    hands = Hands()
    ruth, wren = street.as_member(hands.ruth, viewport=DESK), street.as_member(hands.wren, viewport=DESK)
    takes_the_statement_in(ruth, hands.statement())
    ruth.press("Accept these 2").sees("2 lines are settled")
    ruth.sees("Say what each line is").follow("Open the oldest line").sees("Probably: Came in")
    ruth.press("Accept").sees("1 line is settled")
    for reason in ("The bank booked it on our account in error.", "It takes the same money back."):
        ruth.follow("Open the oldest line").sees("Unknown Ltd").follow("Leave this line out")
        ruth.write("Why", reason).press("Record it").sees("Another person has to agree")
    ruth.sees("2 wait").follow("Back to what is to do today")
    wren.go("/").follow("Steward's desk").follow("Agree or not: a bank line is to be left out")
    wren.sees("in error").press("I agree: leave it out").sees("Agree or not").follow("Look at this line")
    wren.press("I agree: leave it out").sees("Reconciled")
    ruth.follow("Compare with the bank").sees("agree to the cent: $5,200").sees("Difference")
    assert re.search(r"Difference\s+\$0", ruth.page.locator("aside").inner_text())
    releases_the_instalment(ruth)
    db.session.rollback()
    assert [one.reconciled for one in reading.months()] == [True]
    assert winners.tranches(hands.part.award_id)[0].state == "paid"
    assert [fault for _sentence, faults in examined(invariants()) for fault in faults] == []
    assert street.quiet() == []


def releases_the_instalment(ruth: Visitor) -> None:
    """From the reconciled month to the payment in the books: approved as the second person, paid, written down."""
    ruth.follow("Back to what is to do today").follow("Approve $1,500 for")
    ruth.sees("You say that this amount is due").press("Approve $1,500").sees("Pay it at the bank, then record it here")
    ruth.write("Reference of the bank", "PAY-1").press("It is paid").sees("The payment is in the books")
    ruth.follow("Back to what is to do today").sees("To do today")
