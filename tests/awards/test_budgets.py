"""Planned line by line against what was paid, and warnings about payments of awards, each with its control."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.awards import budgets, desk, payments, reading
from fund.awards.evidence import Evidence
from fund.awards.models import Award, Tranche
from fund.awards.payments import Bill
from fund.errors import Invalid
from fund.ledger.models import Disbursement
from fund.permissions import VISITOR, Actor
from fund.proposals.models import BudgetLine, Conflict, Proposal
from tests import factories
from tests.awards import winners
from tests.awards.test_pages import post
from tests.ledger import money
from tests.payments import bills

PDF = b"%PDF-1.4 a receipt"
WORDS = {"oven": 500_000, "pipes": 250_000, "shelves": 150_000}


class Bakery:
    """A loan of 9,000 in instalments of 4,500, 2,700 and 1,800, of which the first is paid, with a budget of three lines."""

    def __init__(self) -> None:
        factories.adopt()
        self.wren, self.dana = (factories.actor(factories.officer(name)) for name in ("Wren", "Dana"))
        self.imani = money.treasurer("Imani T.")
        self.ended = winners.final_round([("alder-bread", 900_000, "revenue_share")])
        self.proposal = self.ended.proposals["alder-bread"]
        self.lines = self._write()
        (offered,) = winners.offered(self.ended, "alder-bread")
        self.award = winners.signed(self.ended, "alder-bread", offered, self.wren)
        self.agent = self.ended.agent("alder-bread")
        self.parts = winners.tranches(self.award.id)
        self.pay(self.parts[0])

    def _write(self) -> dict[str, int]:
        """The lines, as they stood before the proposal was admitted."""
        with db.writing() as tx:
            proposal = tx.lock(Proposal, self.proposal.id)
            proposal.state = "in_review"
            tx.session.flush()
            for position, (what, amount) in enumerate(WORDS.items()):
                tx.add(BudgetLine(proposal_id=proposal.id, position=position, what=what, amount_minor=amount,
                                  stretch=what == "shelves"))  # fmt: skip
            proposal.state = "winner"
        return {one.what: one.id for one in db.session.query(BudgetLine)}

    def ask(self, number: int, *, evidence: bytes | None = None, **lines: int) -> Disbursement:
        """The business asks for an instalment and says what it is for."""
        named = {self.lines[what]: amount for what, amount in lines.items()}
        return payments.request_tranche(
            self.parts[number - 1].id, note="Invoice", bill=Bill(lines=named), by=self.agent,
            evidence=Evidence("r.pdf", evidence) if evidence else None,
        )  # fmt: skip

    def pay(self, tranche: Tranche) -> None:
        """Two approve what was asked for, and it is paid."""
        payment = winners.payment_of(tranche)
        for hand in (self.wren, self.dana):
            payments.approve_payment(
                payment.id, seen_hash=payment.payload_hash, warnings_read=bills.warned(payment), by=hand
            )
        winners.paid(tranche, treasurer=self.imani)

    def table(self) -> dict[str, tuple[int, int, int]]:
        """Planned, on its way and paid for each line."""
        db.session.rollback()
        rows = budgets.of_award(db.session(), db.session.get_one(Award, self.award.id))
        return {one.what: (one.planned_minor, one.under_way_minor, one.paid_minor) for one in rows}


@pytest.fixture
def bakery(app: Flask) -> Bakery:
    """A bakery that is owed two instalments more."""
    return Bakery()


def test_planned_stands_beside_what_was_paid_line_by_line(bakery: Bakery, client: FlaskClient) -> None:
    payment = bakery.ask(2, oven=200_000, pipes=70_000)
    assert bills.warned(payment) == []
    assert bakery.table() == {"oven": (500_000, 200_000, 0), "pipes": (250_000, 70_000, 0), "shelves": (150_000, 0, 0)}
    bakery.pay(bakery.parts[1])
    assert bakery.table()["oven"] == (500_000, 0, 200_000)
    page = client.get(f"/awards/{bakery.award.id}").text
    assert "Paid, and not said for which line" in page
    assert "$4,500" in page[page.index("not said for which line") :][:400], "the first instalment named no line"
    assert "shelves (if there is more)" in page


def test_an_instalment_refused_and_asked_for_anew_names_its_lines_anew(bakery: Bakery) -> None:
    first = bakery.ask(2, oven=270_000)
    payments.end_payment(first.id, reason="Wrong line", by=bakery.wren)
    assert bakery.table()["oven"] == (500_000, 0, 0)
    bakery.ask(2, pipes=100_000)
    assert (bakery.table()["oven"][1], bakery.table()["pipes"][1]) == (0, 100_000)
    with pytest.raises(DBAPIError, match="while its payment is on its way"), db.writing() as tx:
        tx.session.connection().exec_driver_sql("DELETE FROM tranche_line")


def test_lines_that_do_not_fit_are_refused_in_words(bakery: Bakery, client: FlaskClient) -> None:
    with pytest.raises(Invalid, match="more than the instalment"):
        bakery.ask(2, oven=270_000, pipes=1)
    for number, amount in ((bakery.lines["oven"], 0), (bakery.lines["oven"], -5), (999_999, 100)):
        with pytest.raises(Invalid, match="line of this budget"):
            payments.request_tranche(bakery.parts[1].id, note="x", bill=Bill(lines={number: amount}), by=bakery.agent)
    with pytest.raises(Invalid, match="more than nothing"):
        payments.request_tranche(bakery.parts[1].id, note="x", bill=Bill(quote_minor=-1), by=bakery.agent)
    assert winners.payment_of(bakery.parts[1]) is None
    factories.sign_in(client, bakery.ended.agents["alder-bread"])
    at = f"/awards/{bakery.award.id}/instalments/2"
    line = f"line{bakery.lines['oven']}"
    for typed in ("-1", "0", "1.001", "2,700.01", "9" * 20):
        refused = post(client, at, at, note="The order", **{line: typed})
        assert (refused.status_code, f'id="{line}-error"' in refused.text, f'value="{typed}"' in refused.text) == (
            422, True, True,
        )  # fmt: skip
    asked = post(client, at, at, note="The order", receipt="INV-3", quote="2,600", **{line: "2,700"})
    assert asked.status_code == 303
    assert "above the quote" in client.get(asked.location).text, "the business that asks is told at once"


def test_more_for_a_line_than_was_planned_is_told_on_the_payment(bakery: Bakery) -> None:
    bakery.ask(2, pipes=250_000)
    bakery.pay(bakery.parts[1])
    last = bakery.ask(3, pipes=1, oven=100_000)
    assert bills.warned(last) == [f"above_line:{bakery.lines['pipes']}"]
    (item,) = [one for one in desk.waiting(bakery.wren) if one.url == f"/payments/{last.id}"]
    assert "“pipes” is above its line" in str(item.note)
    with pytest.raises(Invalid, match="look at twice"):
        payments.approve_payment(last.id, seen_hash=last.payload_hash, by=bakery.wren)


def test_the_same_file_for_two_instalments_is_told(bakery: Bakery) -> None:
    first = bakery.ask(2, evidence=PDF)
    assert bills.warned(first) == []
    bakery.pay(bakery.parts[1])
    assert bills.warned(bakery.ask(3, evidence=PDF)) == [f"same_file:{first.id}"]


def test_another_file_is_another_receipt(bakery: Bakery) -> None:
    bakery.ask(2, evidence=PDF)
    bakery.pay(bakery.parts[1])
    assert bills.warned(bakery.ask(3, evidence=PDF + b"2")) == []


def test_more_than_was_asked_for_and_a_declared_tie_are_told(bakery: Bakery) -> None:
    payment = bakery.ask(2)
    with db.writing() as tx:
        tx.lock(Proposal, bakery.proposal.id).ask_minor = 700_000
        tx.add(
            Conflict(
                person_id=bakery.dana.person_id, proposal_id=bakery.proposal.id, relation="My cousin bakes there",
                state="declared", declared_at=tx.now(), declared_by=bakery.dana.person_id,
            )
        )  # fmt: skip
    assert bills.warned(payment) == ["above_ask", f"close:{bakery.dana.person_id}"]
    shown, hidden = (reading.page(bakery.award.id, actor).cautions for actor in (bakery.wren, bakery.agent))
    assert any("Dana" in str(one.words) for one in shown)
    assert not any("Dana" in str(one.words) for one in hidden), "the business is not told who"
    assert reading.page(bakery.award.id, VISITOR).cautions == [], "nor is the public told anything"
    with db.writing() as tx:
        tie = tx.lock(Conflict, db.session.query(Conflict).one().id)
        tie.state, tie.cleared_by = "cleared_by_other", bakery.wren.person_id
    assert bills.warned(payment) == ["above_ask"]
    assert isinstance(bakery.wren, Actor)
