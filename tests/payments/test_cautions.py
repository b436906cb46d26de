"""Warnings on payments: told in words to all who handle one, read by whoever approves, and never a stop by themselves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from fund import db
from fund.errors import Invalid
from fund.ledger.models import Approval, Disbursement
from fund.payments import accounts, asking, cautions, desk, payees, service
from fund.payments.accounts import Number
from fund.payments.cautions import receipt_key
from tests.payments import bills
from tests.payments.test_limits import GB
from tests.payments.test_pages import as_, sent


def costs(who: bills.Hands, payee: str = "Copy Shop", amount_minor: int = 12_000, **more: Any) -> Disbursement:
    """A cost with a receipt's number or a quote."""
    new = asking.Expense("cost", payee, amount_minor, "Ballot papers", who.rule.id, **more)
    return asking.ask_expense(new, by=who.imani)


def tokens(payment: Disbursement) -> list[str]:
    """What is to be looked at twice about a payment."""
    return bills.warned(payment)


def test_the_same_receipt_on_another_payment_is_told_on_both(app: Flask) -> None:
    who = bills.hands()
    first = costs(who, receipt="INV 2026/17")
    assert tokens(first) == []
    second = costs(who, "Another shop", receipt="inv-2026-17")
    assert (tokens(first), tokens(second)) == ([f"same_receipt:{second.id}"], [f"same_receipt:{first.id}"])
    assert tokens(costs(who, receipt="INV 2026/18")) == [], "another number is another receipt"
    assert tokens(costs(who, receipt=" - ")) == tokens(costs(who, receipt="")) == []
    service.end(first.id, reason="Typed twice", by=who.imani)
    assert tokens(second) == [], "a payment that came to nothing warns of nothing"


@pytest.mark.parametrize(("typed", "key"), [("INV 2026/17", "inv202617"), (" № 4 ", "no4"), ("--", None), ("", None)])
def test_a_receipts_number_is_the_same_however_it_is_written(typed: str, key: str | None) -> None:
    assert receipt_key(typed) == key


def test_more_than_was_quoted_is_told(app: Flask) -> None:
    who = bills.hands()
    assert tokens(costs(who, quote_minor=12_000)) == []
    above = costs(who, quote_minor=11_999)
    assert tokens(above) == ["above_quote"]
    with app.test_request_context():
        (words,) = [str(one.words) for one in cautions.of_one(db.session(), above)]
    assert words == "The amount is above the quote: $119.99 were quoted, and $120 are asked for."


def test_a_payee_close_to_somebody_who_handles_payments_is_told(app: Flask) -> None:
    who = bills.hands()
    payment = costs(who)
    payees.declare_tie(payment.payee_id or 0, relation="My sister", household=True, by=who.dana)
    payees.declare_tie(payment.payee_id or 0, relation="A friend", household=False, by=who.wren)
    assert tokens(payment) == [f"household:{who.dana.person_id}", f"close:{who.wren.person_id}"]
    assert [one.token for one in cautions.of_one(db.session(), costs(who, "Another shop"))] == []
    with app.test_request_context():
        named, unnamed = (
            [str(one.words) for one in cautions.of_one(db.session(), service.get(payment.id), named=named)]
            for named in (True, False)
        )
    assert "one household with Dana" in named[0]
    assert "Dana" not in unnamed[0]
    assert "Wren" not in unnamed[1]


def test_the_same_account_under_another_name_carries_its_ties(app: Flask) -> None:
    who = bills.hands()
    with db.writing() as tx:
        first, second = (payees.by_name(tx, name).id for name in ("Copy Shop", "Kopie GmbH"))
    for number in (first, second):
        accounts.note(number, Number(GB), contact="", by=who.imani)
    payees.declare_tie(first, relation="My sister", household=True, by=who.dana)
    assert tokens(costs(who, "Kopie GmbH")) == [f"household:{who.dana.person_id}"]


def test_a_payee_with_the_name_of_a_steward_is_told(app: Flask) -> None:
    who = bills.hands()
    assert [one.partition(":")[0] for one in tokens(costs(who, "DANA"))] == ["name"]
    assert tokens(costs(who, "Dana's shop")) == []


def test_who_approves_says_that_it_was_read_and_that_is_kept(app: Flask) -> None:
    who = bills.hands()
    payment = costs(who, quote_minor=10_000)
    for read in ((), ("same_receipt:1",)):
        with pytest.raises(Invalid, match="look at twice") as refused:
            service.approve(payment.id, seen_hash=payment.payload_hash, warnings_read=read, by=who.wren)
        assert set(refused.value.fields) == {"read"}
        assert db.session.query(Approval).count() == 0
    service.approve(payment.id, seen_hash=payment.payload_hash, warnings_read=["above_quote"], by=who.wren)
    assert db.session.query(Approval).one().warnings_read == ["above_quote"]
    costs(who, "Another", receipt="17")
    service.approve(payment.id, seen_hash=payment.payload_hash, warnings_read=["above_quote"], by=who.dana)
    assert bills.paid(who, service.get(payment.id)).state == "paid", "a warning stops nothing by itself"
    plain = costs(who, "A third")
    service.approve(plain.id, seen_hash=plain.payload_hash, by=who.wren)
    assert db.session.query(Approval).filter_by(disbursement_id=plain.id).one().warnings_read == []


def test_a_warning_that_came_after_the_page_was_opened_is_read_first(app: Flask) -> None:
    who = bills.hands()
    payment = costs(who, receipt="17")
    seen = tokens(payment)
    costs(who, "Another shop", receipt="17")
    with pytest.raises(Invalid, match="look at twice"):
        service.approve(payment.id, seen_hash=payment.payload_hash, warnings_read=seen, by=who.wren)


def test_without_the_refusal_an_unread_warning_goes_through(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same approval, with the protection taken away."""
    who = bills.hands()
    payment = costs(who, quote_minor=10_000)
    monkeypatch.setattr(cautions, "refuse_unread", lambda _found, _read: None)
    service.approve(payment.id, seen_hash=payment.payload_hash, by=who.wren)
    assert db.session.query(Approval).count() == 1


@pytest.mark.parametrize("column", ["receipt = 'x'", "receipt_key = 'x'", "quote_minor = 1", "receipt_hash = NULL"])
def test_quote_and_receipt_belong_to_what_is_approved(app: Flask, column: str) -> None:
    who = bills.hands()
    with db.writing() as tx:
        new = service.Request(
            kind="cost", source=asking.accounts.free(tx), target=asking.accounts.named(tx, "expense:test"),
            amount_minor=500, payee=payees.by_name(tx, "Shop"), decision_id=who.rule.id, receipt="17", quote_minor=600,
            receipt_hash=b"\x01" * 32,
        )  # fmt: skip
        payment = service.ask(tx, new, by=who.imani.person_id or 0)
    assert b'"receipt":"17"' in payment.payload_bytes
    with pytest.raises(Exception, match="keeps what was approved"), db.writing() as tx:
        tx.session.connection().exec_driver_sql(f"UPDATE disbursement SET {column} WHERE id = {payment.id}")


def test_requester_approver_and_treasurer_read_it_before_they_act(app: Flask, client: FlaskClient) -> None:
    who = bills.hands()
    typed = {"kind": "cost", "payee": "Copy Shop", "purpose": "Ballot papers", "decision": str(who.rule.id)}
    as_(client, who.imani)
    for quote in ("-1", "0", "1.001", "9" * 20):
        assert sent(client, "/payments/new", amount="120", quote=quote, **typed).status_code == 422
    made = sent(client, "/payments/new", amount="120", quote="100", receipt="INV-9", **typed)
    assert "The amount is above the quote" in client.get(made.location).text, "whoever asks is told at once"
    as_(client, who.wren)
    page = client.get(made.location).text
    assert "The amount is above the quote" in page
    assert "INV-9" in page
    assert "Look twice: The amount is above the quote" in client.get("/payments").text
    refused = sent(client, f"{made.location}/approve", at=made.location)
    assert refused.status_code == 422
    assert 'id="read-error"' in refused.text
    assert sent(client, f"{made.location}/approve", at=made.location, read="y").status_code == 303
    assert "had read what is to be looked at twice" in client.get(made.location).text
    assert next(str(one.note) for one in desk.waiting(who.dana)).startswith("Look twice: The amount is above")
    sent(as_(client, who.dana), f"{made.location}/approve", at=made.location, read="y")
    (to_pay,) = [one for one in desk.waiting(who.imani) if one.url == made.location]
    assert "above the quote" in str(to_pay.note)
    listed = as_(client, who.imani).get("/payments").text
    assert re.search(r"<strong>Look twice: The amount is above the quote", listed), "before it goes on a pay list"


def test_a_page_without_warnings_asks_for_no_tick(app: Flask, client: FlaskClient) -> None:
    who = bills.hands()
    payment = bills.bill(who)
    page = as_(client, who.wren).get(f"/payments/{payment.id}").text
    assert 'name="read"' not in page
    assert "Please look twice" not in page
    assert sent(client, f"/payments/{payment.id}/approve", at=f"/payments/{payment.id}").status_code == 303


def test_warnings_take_as_many_queries_for_one_payment_as_for_many(app: Flask) -> None:
    who = bills.hands(pool_minor=9_000_000)
    for n in range(12):
        payment = costs(who, f"Shop {n}", 100 + n, receipt="same", quote_minor=1)
        payees.declare_tie(payment.payee_id or 0, relation="Friend", household=True, by=who.dana)
    asked: list[str] = []
    db.session.rollback()
    rows = db.session.query(Disbursement).order_by(Disbursement.id).all()
    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *a: asked.append(a[2]))
    counts = []
    for many in (12, 1, 12):
        asked.clear()
        found = cautions.of(db.session(), rows[:many])
        counts.append(len(asked))
    assert counts[1] == counts[2] <= 6
    assert all(len(found[one.id]) == 13 for one in rows), "eleven receipts, one household, one quote"
