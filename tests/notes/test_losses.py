"""Who bears a loss: the reserve, then layer after layer; a recovery runs back (FIELD C1)."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from fund import db, desk
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger import service as ledger
from fund.ledger.books import Draft, post_entry
from fund.ledger.contributions import NewContribution
from fund.notes import losses
from fund.notes.models import LossRun, LossShare, Note
from fund.operations import check
from fund.permissions import Actor
from fund.repayments.models import Arrangement
from tests import factories
from tests.ledger import money
from tests.notes import terms
from tests.repayments import loans


@pytest.fixture
def hands(app: Flask) -> tuple[Actor, Actor]:
    """C1 with its capital: gifts of 32,000, notes of 90,000, 60,000 and 18,000; a treasurer and a steward."""
    factories.adopt("c1-commons-fund")
    by, second = terms.treasurer(), factories.actor(factories.officer("Dana", class_code="voting"))
    money.gift(3_200_000, by=by)
    from fund.notes.holders import NewHolder

    neighbour = NewHolder("", person_id=second.person_id)
    for code, amount, holder in (
        ("anchor", 50_000, None), ("anchor", 40_000, None), ("solidarity", 60_000, None), ("neighbour", 18_000, neighbour),
    ):  # fmt: skip
        terms.note(code, amount, by=by, holder=holder)
    return by, second


def lose(amount_minor: int, hands: tuple[Actor, Actor], entry_id: uuid.UUID | None = None) -> LossRun | None:
    by, second = hands
    decision = terms.decided("consent", by=by, second=second)
    return losses.record_loss(
        amount_minor=amount_minor, memo="A loan that will not come back", decision_id=decision.id,
        entry_id=entry_id or uuid.uuid4(), by=by,
    )  # fmt: skip


def borne(run: LossRun | None) -> dict[str, int]:
    """Whole units by layer."""
    assert run is not None
    rows = db.session.scalars(select(LossShare).where(LossShare.loss_run_id == run.id).order_by(LossShare.position))
    return {one.class_code: one.amount_minor // 100 for one in rows}


def unbroken() -> list[str]:
    return [fault for _sentence, faults in check.examined(check.invariants()) for fault in faults]


def test_a_loss_of_45000_with_an_empty_reserve(hands: tuple[Actor, Actor]) -> None:
    run = lose(4_500_000, hands)
    assert borne(run) == {"reserve": 0, "gift": 32_000, "anchor": 13_000, "solidarity": 0, "neighbour": 0}
    assert list(borne(run)) == ["reserve", "gift", "anchor", "solidarity", "neighbour"]
    assert money.held("liability:notes-anchor") == -7_700_000
    assert money.held(accounts.LOSSES) == 0
    owed = db.session.scalars(select(Note.owed_minor).where(Note.class_code == "anchor").order_by(Note.id)).all()
    assert owed == [5_000_000 - 722_222, 4_000_000 - 577_778]
    assert unbroken() == []


def test_with_2000_in_the_reserve_that_dues_filled(hands: tuple[Actor, Actor]) -> None:
    by, second = hands
    dues = NewContribution("dues", foundation.today(), 200_000, person_id=second.person_id)
    ledger.record_contribution(dues, by=by)
    assert money.held(accounts.LOSS_RESERVE) == 200_000
    run = lose(4_500_000, hands)
    assert borne(run) == {"reserve": 2_000, "gift": 32_000, "anchor": 11_000, "solidarity": 0, "neighbour": 0}
    assert money.held(accounts.LOSS_RESERVE) == 0
    assert unbroken() == []


def test_what_is_recovered_runs_back_in_reverse_order(hands: tuple[Actor, Actor]) -> None:
    by, second = hands
    lose(4_500_000, hands)
    with db.writing() as tx:
        lines = [(accounts.free(tx), 1_500_000), (accounts.named(tx, accounts.RECOVERIES), -1_500_000)]
        post_entry(tx, Draft(uuid.uuid4(), "recovery", "Recovered", lines, foundation.today()))
    decision = terms.decided("consent", by=by, second=second)
    key = uuid.uuid4()
    run = losses.share_recovery(decision_id=decision.id, entry_id=key, by=by)
    assert {code: amount for code, amount in borne(run).items() if amount} == {"anchor": 13_000, "gift": 2_000}
    assert money.held("liability:notes-anchor") == -9_000_000
    assert losses.share_recovery(decision_id=decision.id, entry_id=key, by=by).id == run.id
    with pytest.raises(WrongState):
        losses.share_recovery(decision_id=decision.id, entry_id=uuid.uuid4(), by=by)
    assert unbroken() == []


def test_the_same_form_twice_shares_once_and_another_decision_is_asked_for(hands: tuple[Actor, Actor]) -> None:
    by, second = hands
    decision = terms.decided("consent", by=by, second=second)
    key = uuid.uuid4()
    said = {"amount_minor": 100_000, "memo": "Stolen", "decision_id": decision.id, "entry_id": key, "by": by}
    first = losses.record_loss(**said)  # type: ignore[arg-type]
    assert first is not None
    assert losses.record_loss(**said).id == first.id  # type: ignore[arg-type, union-attr]
    assert db.session.query(LossRun).count() == 1
    schedule = terms.decided("note_schedule", by=by, second=second)
    with pytest.raises(Invalid):
        losses.record_loss(amount_minor=1, memo="x", decision_id=schedule.id, entry_id=uuid.uuid4(), by=by)


def test_more_than_all_layers_hold_is_refused_with_the_sum(hands: tuple[Actor, Actor]) -> None:
    before = money.held(accounts.FREE)
    with pytest.raises(Invalid, match="not enough money"):
        lose(99_000_000, hands)
    assert (money.held(accounts.FREE), money.held(accounts.LOSSES)) == (before, 0)


def test_a_changed_share_is_found_by_fund_check(hands: tuple[Actor, Actor]) -> None:
    run = lose(4_500_000, hands)
    assert run is not None
    with db.writing() as tx:
        for name in [g for g in _triggers(tx) if g.startswith(("guard_note_", "guard_loss_share"))]:
            tx.session.connection().exec_driver_sql(_drop(tx, name))
        tx.session.query(LossShare).filter_by(loss_run_id=run.id, class_code="anchor").update({"amount_minor": 1})
        tx.session.query(Note).filter_by(class_code="solidarity").update({"owed_minor": 5})
    found = " ".join(unbroken())
    assert "its layers bore" in found
    assert "its movements add up" in found
    assert "solidarity: 5 are owed, the books say 6000000" in found


def _triggers(tx: db.Transaction) -> list[str]:
    from fund.db import guards

    return [g.name for g in guards.registered() if g.table in ("note", "loss_share")]


def _drop(tx: db.Transaction, name: str) -> str:
    table = "loss_share" if "loss_share" in name else "note"
    on = f" ON {table}" if tx.session.connection().dialect.name == "postgresql" else ""
    return f"DROP TRIGGER {name}{on}"


def test_what_is_given_up_of_a_loan_is_shared_at_once_under_its_decision(hands: tuple[Actor, Actor]) -> None:
    loan = loans.loan("zero_interest", 3_300_000, hands=loans.people(class_code="voting"))
    loan.arranged("write_off", amount_minor=3_300_000)
    run = db.session.scalars(select(LossRun)).one()
    assert borne(run) == {"reserve": 0, "gift": 33_000, "anchor": 0, "solidarity": 0, "neighbour": 0}
    arranged = db.session.scalars(select(Arrangement)).one()
    assert (run.decision_id, money.held(accounts.LOSSES)) == (arranged.decision_id, 0)
    assert unbroken() == []


def test_where_the_layers_cannot_bear_it_the_loss_stays_open_on_the_desk(app: Flask) -> None:
    factories.adopt("c1-commons-fund")
    loan = loans.loan("zero_interest", 100_000, hands=loans.people(class_code="voting"))
    with db.writing() as tx:
        lines = [(accounts.named(tx, accounts.OPENING), 60_000), (accounts.named(tx, "liability:sponsor"), -60_000)]
        post_entry(tx, Draft(uuid.uuid4(), "opening", "Owed to a sponsor", lines, foundation.today()))
    assert "/treasury/losses" not in [item.url for item in desk.waiting_for(loan.by, "notes")]
    loan.arranged("write_off", amount_minor=100_000)
    assert money.held(accounts.LOSSES) == 100_000
    assert db.session.scalars(select(LossRun)).all() == []
    assert "/treasury/losses" in [item.url for item in desk.waiting_for(loan.by, "notes")]
    assert unbroken() == []
