"""What people meet: the answer to "what do I owe now?", what the public sees, what is refused beside its field, letters."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.db.outbox import OutboxMessage
from fund.foundation import service as foundation
from fund.ledger import accounts, books
from fund.repayments import invariants, service
from fund.repayments.models import Repayment, RepaymentDue, RepaymentPart
from tests import factories
from tests.repayments import loans
from tests.worked import pages


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


def words(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(answer.text.split())


def test_a_shop_reads_first_what_it_owes_and_the_public_never_that_it_is_late(app: Flask) -> None:
    shy = loans.loan("zero_interest", 600_000)
    hands = {"treasurer": shy.treasurer, "steward": shy.steward, "second": shy.second}
    open_ = loans.loan("zero_interest", 400_000, agreed=True, slug="open", hands=hands)
    factories.later(days=130)
    shy.pays(12_345)
    open_.pays(12_345)
    own = words(pages.browser(app, shy.shop), "/me/owed")
    assert own.index("What do I owe now?</h1>") < own.index("$376.55") < own.index("Next:")
    assert "late fees" in own
    public = words(pages.browser(app), f"/awards/{shy.award_id}")
    assert ("$123.45" in public, "less than a quarter" in public, "owed now" in public) == (False, True, False)
    assert "$250" in public, "the plan follows from the agreement"
    assert "$123.45" in words(pages.browser(app), f"/awards/{open_.award_id}")
    assert "$123.45" in words(pages.browser(app, shy.shop), f"/awards/{shy.award_id}")
    assert pages.browser(app, open_.shop).get(shy.page).status_code == 403
    assert "Wheelhouse" in words(pages.browser(app, shy.treasurer), "/treasury/repayments")


@pytest.mark.parametrize(
    "typed", ["-5", "0", "12.345", "1e9", "99999999999999999999", "100 EUR", "", "abc", "600000.00"]
)
def test_an_amount_that_cannot_be_is_refused_beside_its_field_and_kept(app: Flask, typed: str) -> None:
    loan = loans.loan("zero_interest", 600_000)
    keeper, form = pages.browser(app, loan.treasurer), f"{loan.page}/receive"
    sent = {"amount": typed, "paid_on": foundation.today().isoformat(), "kind": "due", "request_id": uuid.uuid4()}
    answer = pages.send(keeper, form, form, sent)
    assert answer.status_code == 422
    assert 'id="amount-error"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert loan.state().capital_minor == 600_000


def test_an_arrangement_is_made_and_confirmed_on_the_page(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    keeper, second, form = pages.browser(app, loan.treasurer), pages.browser(app, loan.steward), f"{loan.page}/arrange"
    assert (
        pages.send(
            keeper, form, form, {"kind": "holiday", "public_line": "Later.", "decided_how": "consent"}
        ).status_code
        == 422
    )
    told = {
        "kind": "holiday",
        "months": "6",
        "public_line": "Six months.",
        "private_reason": "hush-ill",
        "decided_how": "consent",
    }
    assert pages.send(keeper, form, form, told).status_code == 303
    assert not [one for one in pages.actions(keeper, loan.page) if one.endswith("/confirm")], "not by who proposed it"
    (confirm,) = [one for one in pages.actions(second, loan.page) if one.endswith("/confirm")]
    assert pages.send(second, confirm, loan.page).status_code == 303
    public = words(pages.browser(app), f"/awards/{loan.award_id}")
    assert ("Six months." in public, "hush-ill" in public) == (True, False)
    assert "hush-ill" not in words(pages.browser(app, loan.shop), loan.page)
    assert loan.state().open[0].due.due_on == loans.day(9)


def test_one_letter_before_a_day_and_one_kind_word_after_it(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)

    def posted() -> list[str]:
        service.remind_due()
        db.session.rollback()
        kinds = ("repayment_soon", "repayment_kind_word")
        return [one.kind for one in db.session.query(OutboxMessage).order_by(OutboxMessage.id) if one.kind in kinds]

    assert posted() == []
    days = (loan.state().open[0].due.due_on - foundation.today()).days
    factories.later(days=days - 3)
    assert posted() == posted() == ["repayment_soon"]
    factories.later(days=18)
    assert posted() == posted() == ["repayment_soon", "repayment_kind_word"]
    loan.pays(25_000)
    factories.later(days=5)
    assert len(posted()) == 2, "who has paid hears nothing"


def planted_part(tx: Any, loan: loans.Loan) -> None:
    one, due = tx.session.query(Repayment).first(), tx.session.query(RepaymentDue).filter_by(number=2).first()
    tx.add(RepaymentPart(repayment_id=one.id, due_id=due.id, principal_minor=900_000, gain_minor=0))


def planted_fee(tx: Any, loan: loans.Loan) -> None:
    lines = [(accounts.owed_by_award(tx, loan.award_id), 500), (accounts.named(tx, accounts.INTEREST), -500)]
    books.post_entry(
        tx, books.Draft(id=uuid.uuid4(), kind="interest", memo="Late fee", lines=lines, occurred_on=foundation.today())
    )


def planted_gain(tx: Any, loan: loans.Loan) -> None:
    due = loan.state().open[-1].due
    tx.add(RepaymentDue(schedule_id=due.schedule_id, number=99, due_on=due.due_on, principal_minor=0, gain_minor=7))


@pytest.mark.parametrize(("plant", "says"), [
    (planted_part, "more came than is due"), (planted_fee, "adds to what is owed"), (planted_gain, "its terms allow 0"),
])  # fmt: skip
def test_check_names_what_is_broken(app: Flask, plant: Any, says: str) -> None:
    loan = loans.loan("zero_interest", 600_000)
    loan.pays(10_000)
    assert loans.broken() == []
    with db.writing() as tx:
        plant(tx, loan)
    assert any(says in one for _sentence, look in invariants.INVARIANTS for one in look())


def test_plans_and_what_came_are_never_changed(app: Flask) -> None:
    loan = loans.loan("zero_interest", 600_000)
    loan.pays(10_000)
    for model, change in ((RepaymentDue, {"due_on": loans.day(9)}), (Repayment, {"amount_minor": 1})):
        with pytest.raises(DBAPIError), db.writing() as tx:
            tx.session.query(model).update(change)
