"""Pages of payments: the treasurer follows the page from a cost to the bank; what is typed wrongly is kept."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.ledger.models import Disbursement
from fund.members.models import Person
from fund.payments.bank_file import NAMESPACE
from tests import factories
from tests.payments import bills
from tests.payments.test_limits import DE, GB, charter


@pytest.fixture
def who(app: Flask) -> bills.Hands:
    """Hands that may pay, in a fund with a small lane."""
    return bills.hands(charter=charter())


def as_(client: FlaskClient, actor: Any) -> FlaskClient:
    """The browser, signed in as this person."""
    factories.sign_in(client, db.session.get_one(Person, actor.person_id))
    return client


def sent(client: FlaskClient, path: str, *, at: str | None = None, **typed: Any) -> Any:
    """Fill in a form of a page, with what it carries hidden."""
    html = client.get(at or path).get_data(as_text=True)
    form = next(f for f in re.findall(r"<form.*?</form>", html, re.S) if f'action="{path}"' in f or "action=" not in f)
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    hidden |= {name: value for name, value in re.findall(r'name="([^"]+)"[^>]*type="hidden"[^>]*value="([^"]*)"', form)}
    return client.post(path, data=hidden | typed)


def test_from_a_cost_to_the_file_for_the_bank(client: FlaskClient, who: bills.Hands) -> None:
    as_(client, who.imani)
    typed = {"kind": "cost", "payee": "Copy Shop", "purpose": "Ballot papers", "decision": str(who.rule.id)}
    for wrong in ("-5", "0", "1.234", "9" * 20, "5 EUR"):
        refused = sent(client, "/payments/new", amount=wrong, **typed)
        assert (refused.status_code, "Ballot papers" in refused.text) == (422, True)
    assert sent(client, "/payments/new", amount="700", **typed).status_code == 303
    payment = db.session.query(Disbursement).one()
    page = f"/payments/{payment.id}"
    assert "You asked for this payment" in client.get(page).text
    payee = f"/payees/{payment.payee_id}"
    assert sent(client, payee, account="GB00 1234", contact="x@example.org").status_code == 422
    assert sent(client, payee, account=GB, contact="x@example.org").status_code == 303
    assert GB not in client.get(payee).text
    assert f"ends in {GB[-4:]}" in client.get(payee).text
    ended = sent(client, f"{page}/end", at=page, reason="With the account")
    assert ended.status_code == 303
    sent(client, "/payments/new", amount="700", **typed)
    payment = db.session.query(Disbursement).order_by(Disbursement.id.desc()).first()  # type: ignore[assignment]
    page = f"/payments/{payment.id}"
    for hand in (who.wren, who.dana):
        assert sent(as_(client, hand), f"{page}/approve", at=page).status_code == 303
    as_(client, who.imani)
    made = sent(client, "/payments/lists", at="/payments", payment=str(payment.id), way="bank_file")
    shown = client.get(made.location)
    assert GB in shown.text
    wrong = sent(client, f"{made.location}/file", at=made.location, account="12", day="2030-01-01", form="csv")
    assert wrong.status_code == 422
    own = {"account": DE, "day": "2030-01-01"}
    file = sent(client, f"{made.location}/file", at=made.location, form="pain.001", **own)
    root = ET.fromstring(file.data)
    found = {
        name: [one.text for one in root.iter(f"{{{NAMESPACE}}}{name}")]
        for name in ("InstdAmt", "IBAN", "CtrlSum", "EndToEndId")
    }
    assert found == {
        "InstdAmt": ["700.00"],
        "IBAN": [DE, GB],
        "CtrlSum": ["700.00"] * 2,
        "EndToEndId": [f"PAY-{payment.id}"],
    }
    table = sent(client, f"{made.location}/file", at=made.location, form="csv", **own)
    assert f"PAY-{payment.id},Copy Shop,{GB},,700.00,USD,Ballot papers" in table.text
    assert sent(client, f"{made.location}/sent", at=made.location).status_code == 303
    assert GB not in client.get(made.location).text
    assert sent(client, f"{page}/paid", at=page, paid_on="2020-01-01", bank_reference="B-1").status_code == 303
    assert "B-1" in client.get(page).text


def test_the_pages_around_it(client: FlaskClient, who: bills.Hands) -> None:
    payment = bills.approved(who, bills.bill(who, 4_000), who.wren)
    bills.paid(who, payment)
    as_(client, who.dana)
    assert "Look it over" in client.get("/payments/review").text
    look = f"/payments/{payment.id}/review"
    assert sent(client, look, note="").status_code == 422
    assert sent(client, look, note="Invoice fits").status_code == 303
    assert "looked at it again: Invoice fits" in client.get(f"/payments/{payment.id}").text
    other = bills.bill(who, 90_000)
    assert "nobody needs to stand in" in client.get(f"/payments/{other.id}/stand-in").text
    assert (
        sent(client, f"/payees/{other.payee_id}/tie", at=f"/payees/{other.payee_id}", relation="Friend").status_code
        == 303
    )
    assert client.get("/payees").status_code == 200
    assert client.get("/payments").status_code == 200
    stranger = as_(client, factories.actor(factories.member("Rosa")))
    for page in ("/payments", "/payees", f"/payments/{other.id}", "/payments/review", f"/payees/{other.payee_id}"):
        assert stranger.get(page).status_code == 403
