"""A pay list as a file that a bank reads; making it is recorded, and only a list that was not sent has one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.payments import accounts, bank_file, lists
from fund.payments.accounts import Number
from fund.payments.models import PayList
from fund.permissions import Actor, require

FORMS = {"pain.001": ("xml", "application/xml"), "csv": ("csv", "text/csv; charset=utf-8")}


@dataclass(frozen=True)
class BankFile:
    """A file as it is handed out."""

    name: str
    media_type: str
    data: bytes


def make(list_id: int, payer: Number, *, day: dt.date, form: str, by: Actor) -> BankFile:
    """The list as pain.001 or CSV. Raises Invalid for the fund's account or an unknown form, WrongState when the list
    was sent, or a payment on it has no account."""
    require(by, "payment.list")
    if form not in FORMS:
        raise Invalid(_l("Choose which file your bank takes."), field="form")
    own = accounts.checked(payer)
    with db.writing() as tx:
        found = tx.lock(PayList, list_id)
        if found.sent_at is not None:
            raise WrongState(_l("This list was sent already."))
        rows = [line for line in lists.lines(list_id, in_full=True) if line.payment.state == "on_pay_list"]
        without = next((line for line in rows if line.number is None), None)
        if without is not None or not rows:
            name = without.payment.payee_name if without is not None else ""
            raise WrongState(_l("A bank file needs the account of %(name)s. Note it first.", name=name))
        fund = foundation.fund()
        batch = bank_file.Batch(
            reference=f"LIST-{list_id}", payer=fund.name, payer_number=own, currency=fund.currency, day=day,
            made_at=tx.now(), transfers=[_transfer(line) for line in rows],
        )  # fmt: skip
        audit.record(tx, "pay_list.file", by=by.person_id, on=("pay_list", list_id), form=form)
    ending, media_type = FORMS[form]
    data = bank_file.pain_001(batch) if form == "pain.001" else bank_file.as_csv(batch)
    return BankFile(f"pay-list-{list_id}.{ending}", media_type, data)


def _transfer(line: lists.Line) -> bank_file.Transfer:
    assert line.number is not None
    payment = line.payment
    return bank_file.Transfer(
        f"PAY-{payment.id}", payment.payee_name, line.number, payment.amount_minor, payment.purpose
    )
