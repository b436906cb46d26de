"""How many people approve: by amount, by what one payee gets in 30 days, in the small lane; and who stands in."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from fund import db
from fund.charter.presets import preset
from fund.db.outbox import OutboxMessage
from fund.decisions import service as decisions
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.payments import accounts, desk, lists, payees, reviewing, service, stand_ins
from fund.payments.accounts import Number
from fund.payments.models import Payee, PayeeAccount
from tests import factories
from tests.payments import bills

LANE = 'two_person = ["certify", "pay"]\nsmall_payments = { below = 500 }\napprovals = [{ from = 5000, people = 3 }]'
GB = bills.iban("GB", "WEST12345698765432")
DE = bills.iban("DE", "370400440532013000")


def charter(safeguards: str = LANE) -> str:
    """The demo's charter with other safeguards."""
    return preset("millrace").text.replace('two_person = ["certify", "pay"]', safeguards)


def needs(*amounts: int, payee: str = "Copy Shop", who: bills.Hands) -> list[int]:
    """How many approvals each of these payments to one payee asks for, asked one after the other."""
    return [bills.bill(who, amount, payee).approvals_needed for amount in amounts]


def test_more_people_approve_what_is_larger_and_one_what_is_small(app: Flask) -> None:
    who = bills.hands(pool_minor=9_000_000, charter=charter())
    assert needs(49_999, who=who) == [1]
    assert needs(50_000, payee="Another", who=who) == [2]
    assert needs(500_000, payee="A third", who=who) == [3]


def test_a_payment_in_parts_needs_as_many_people_as_in_one(app: Flask) -> None:
    who = bills.hands(pool_minor=9_000_000, charter=charter())
    assert needs(30_000, 30_000, 450_000, who=who) == [1, 2, 3]
    assert bills.bill(who, 100, "COPY-shop ").approvals_needed == 3, "a name written otherwise is the same payee"
    assert needs(30_000, payee="Other", who=who) == [1]
    factories.later(days=31)
    assert needs(30_000, payee="Other", who=who) == [2], "what is still on its way counts however old it is"


def test_the_same_account_under_another_name_counts_together(app: Flask) -> None:
    who = bills.hands(pool_minor=9_000_000, charter=charter())
    with db.writing() as tx:
        numbers = [payees.by_name(tx, name).id for name in ("Copy Shop", "Kopie GmbH")]
    for number in numbers:
        accounts.note(number, Number(GB), contact="", by=who.imani)
    assert needs(40_000, who=who) == [1]
    assert needs(40_000, payee="Kopie GmbH", who=who) == [2]


def test_a_small_payment_takes_two_people_and_is_looked_at_by_another(app: Flask) -> None:
    who = bills.hands(charter=charter())
    payment = bills.approved(who, bills.bill(who, 4_000), who.wren)
    assert payment.state == "approved"
    with pytest.raises(Forbidden, match="alone approved"):
        bills.paid(who, payment, by=who.wren)
    bills.paid(who, payment)
    assert [one.url for one in desk.waiting(who.dana)] == ["/payments/review"]
    for hand in (who.wren, who.imani):
        with pytest.raises(Forbidden, match="had a hand"):
            reviewing.review(payment.id, note="Fine", by=hand)
    with pytest.raises(Invalid):
        reviewing.review(payment.id, note=" ", by=who.dana)
    factories.later(days=8)
    assert [one.late for one in desk.waiting(who.dana)] == [True]
    reviewing.review(payment.id, note="Invoice and amount agree", by=who.dana)
    assert desk.waiting(who.dana) == []
    with pytest.raises(WrongState, match="does not wait"):
        reviewing.review(payment.id, note="Again", by=who.dana)


def test_a_tie_to_the_payee_recuses(app: Flask) -> None:
    who = bills.hands()
    payment = bills.bill(who)
    payees.declare_tie(payment.payee_id or 0, relation="My sister's shop", household=True, by=who.dana)
    with pytest.raises(Forbidden, match="tie"):
        service.approve(payment.id, seen_hash=payment.payload_hash, by=who.dana)
    assert desk.waiting(who.dana) == []


def test_when_too_few_can_approve_a_lot_or_a_decision_finds_somebody(app: Flask) -> None:
    who = bills.hands()
    members = [factories.member(f"Member {n}", email=f"m{n}@example.org") for n in range(4)]
    payment = bills.bill(who)
    with pytest.raises(WrongState, match="Enough people"):
        stand_ins.draw(payment.id, source="Lottery", text="1 2 3", by=who.wren)
    for hand in (who.dana, *_other_hands(who)):
        payees.declare_tie(payment.payee_id or 0, relation="Neighbour", household=False, by=hand)
    assert stand_ins.lacking(db.session(), payment) == 1
    drawn = stand_ins.draw(payment.id, source="Lottery of Friday", text="4 8 15", by=who.wren)
    assert drawn.person_id in {one.id for one in members}
    assert stand_ins.lacking(db.session(), payment) == 0
    person = next(one for one in members if one.id == drawn.person_id)
    assert "payment_stand_in" in {one.kind for one in db.session.query(OutboxMessage)}
    done = bills.approved(who, payment, who.wren, factories.actor(person))
    assert done.state == "approved"
    other = bills.bill(who, 13_000)
    email = next(one.email for one in members if one.id != drawn.person_id) or ""
    with pytest.raises(WrongState, match="taken after"):
        stand_ins.name(other.id, decision_id=who.rule.id, email=email, by=who.wren)
    factories.later(hours=1)
    new = decisions.NewDecision("consent", "Who may approve", "We agreed.", foundation.today(), None)
    decision = decisions.record_decision(new, by=who.wren)
    with pytest.raises(WrongState, match="taken after"):
        stand_ins.name(other.id, decision_id=decision.id, email=email, by=who.wren)
    decisions.confirm(decision.id, by=who.dana)
    assert stand_ins.name(other.id, decision_id=decision.id, email=email, by=who.wren).way == "decision"


def _other_hands(who: bills.Hands) -> list[object]:
    """The two who recorded and confirmed the rule, and are treasurers too."""
    from fund.members.models import Person

    names = ("Wren", "Tomas")
    people = db.session.query(Person).filter(Person.display_name.in_(names)).all()
    return [factories.actor(one) for one in people if one.id not in (who.wren.person_id, who.dana.person_id)]


def test_an_account_is_sealed_changed_slowly_told_of_and_erased(app: Flask) -> None:
    who = bills.hands()
    payment = bills.bill(who)
    number = payment.payee_id or 0
    for bad in ("GB00WEST12345698765432", "12", "DROP TABLE", "123456789012345678901"):
        with pytest.raises(Invalid):
            accounts.note(number, Number(bad), contact="", by=who.imani)
    first = accounts.note(number, Number(f"{GB[:4]} {GB[4:]}"), contact="old@example.org", by=who.imani)
    assert first.last_digits == GB[-4:]
    assert GB.encode() not in (first.sealed or b"")
    assert GB.encode() not in first.fingerprint
    bills.approved(who, payment)
    with pytest.raises(WrongState, match="another one than when"):
        lists.make([payment.id], way="printed", by=who.imani)
    bills.paid(who, payment)
    with_account = bills.approved(who, bills.bill(who, 9_000))
    made = lists.make([with_account.id], way="printed", by=who.imani)
    second = accounts.note(number, Number(DE), contact="new@example.org", by=who.imani)
    assert second.usable_from - second.told_at == dt.timedelta(hours=72)
    told = {
        (one.address, one.facts["is_change"]) for one in db.session.query(OutboxMessage) if one.kind == "payee_account"
    }
    assert told == {("old@example.org", False), ("old@example.org", True), ("new@example.org", True)}
    with pytest.raises(WrongState, match="waits already"):
        accounts.note(number, Number(DE), contact="", by=who.imani)
    assert lists.lines(made.id, in_full=True)[0].number == Number(GB)
    factories.later(hours=73)
    with pytest.raises(WrongState, match="another one than when"):
        lists.send(made.id, by=who.imani)
    assert accounts.erase_due() == 0, "a payment on its way still carries the old number"
    service.end(with_account.id, reason="Account changed", by=who.wren)
    assert accounts.erase_due() == 1
    gone, kept = db.session.query(PayeeAccount).order_by(PayeeAccount.id)
    assert (gone.sealed, kept.erased_at) == (None, None)
    store = app.extensions["secrets"]
    assert [store.has(f"payee-account-{one.id}") for one in (gone, kept)] == [False, True]
    factories.later(days=95)
    assert accounts.erase_due() == 1
    assert accounts.erase_due() == 0
    assert db.session.query(Payee).count() == 1
    assert db.session.query(Disbursement).filter_by(state="paid").count() == 1


def test_a_change_that_is_taken_back_never_counts(app: Flask) -> None:
    who = bills.hands()
    number = bills.bill(who).payee_id or 0
    accounts.note(number, Number(GB), contact="", by=who.imani)
    accounts.note(number, Number(DE), contact="", by=who.imani)
    accounts.take_back(number, by=who.wren)
    factories.later(days=4)
    with db.writing() as tx:
        counts = accounts.in_force(tx, number)
    assert counts is not None
    assert accounts.opened(counts) == Number(GB)
